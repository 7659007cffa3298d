//! Where an expression divides by zero.

use super::{Expression, Node, Variables};

/// Steps that are looked between for a change of sign, mV.
const STEP: f64 = 0.25;
/// Halvings of a step: far below the distance of two doubles.
const HALVINGS: usize = 80;

impl Node {
    /// Everything that something is divided by.
    fn divisors<'a>(&'a self, found: &mut Vec<&'a Node>) {
        match self {
            Node::Number(_) | Node::V | Node::Calcium | Node::Celsius => {}
            Node::Neg(a) | Node::Power(a, _) | Node::Call(_, a) => a.divisors(found),
            Node::Div(a, b) => {
                found.push(b);
                a.divisors(found);
                b.divisors(found);
            }
            Node::Add(a, b) | Node::Sub(a, b) | Node::Mul(a, b) | Node::Min(a, b) | Node::Max(a, b) => {
                a.divisors(found);
                b.divisors(found);
            }
            Node::If(parts) => parts.iter().for_each(|part| part.divisors(found)),
        }
    }
}

impl Expression {
    /// Potentials from `from` to `to`, mV, ascending, at which something in the expression is divided by zero, with calcium at
    /// `ca` uM: divisors that change their sign, or are zero at a multiple of 0.25 mV above `from`. Such a place may lie between
    /// any potentials that are tried, and the value near it has lost its digits.
    #[must_use]
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)]
    pub fn zero_divisors(&self, from: f64, to: f64, ca: f64, celsius: f64) -> Vec<f64> {
        let mut divisors = Vec::new();
        self.root.divisors(&mut divisors);
        let steps = ((to - from) / STEP).ceil().max(0.0) as usize;
        let at = |step: usize| (from + step as f64 * STEP).min(to);
        let mut zeros = Vec::new();
        for divisor in divisors {
            let value = |v: f64| divisor.evaluate(&Variables { v, ca, celsius });
            for step in 0..=steps {
                let (low, high) = (at(step), at((step + 1).min(steps)));
                let (below, above) = (value(low), value(high));
                if below == 0.0 {
                    zeros.push(low);
                } else if (below < 0.0) != (above < 0.0) && above != 0.0 {
                    let zero = halved(low, high, &value);
                    // A step of `if` changes its sign without a zero.
                    if value(zero).abs() <= 1e-6 * below.abs().max(above.abs()) {
                        zeros.push(zero);
                    }
                }
            }
        }
        zeros.sort_by(f64::total_cmp);
        zeros.dedup_by(|a, b| (*a - *b).abs() < 1e-6);
        zeros
    }
}

fn halved(mut low: f64, mut high: f64, value: &impl Fn(f64) -> f64) -> f64 {
    let negative = value(low) < 0.0;
    for _ in 0..HALVINGS {
        let middle = 0.5 * (low + high);
        if (value(middle) < 0.0) == negative {
            low = middle;
        } else {
            high = middle;
        }
    }
    0.5 * (low + high)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn divisors_that_vanish_are_found_between_potentials_that_are_tried() {
        let zeros = |text: &str| Expression::parse(text).expect(text).zero_divisors(-100.0, 60.0, 0.1, 6.3);
        assert_eq!(zeros("0.1 * (v + 40) / (1 - exp(-(v + 40) / 10))"), [-40.0]);
        let between = zeros("0.1 * (v + 40.1) / (1 - exp(-(v + 40.1) / 10))");
        assert!(between.len() == 1 && (between[0] + 40.1).abs() < 1e-9, "{between:?}");
        assert_eq!(zeros("1 / (v + 50) + 2 / (v - 10)"), [-50.0, 10.0]);
        for without in ["1 / (1 + exp(v / 10))", "exprelr(v)", "1 / if(v < -30, -1, 1)", "5"] {
            assert!(zeros(without).is_empty(), "{without}");
        }
    }
}
