//! The judge of a Turing test as a sequential test, simulated with Markov sources whose rates are known.
//!
//! The judge reads a token at a time and adds up the log-ratio of the token's probability for a human and for a machine; past
//! `ln r` or `-ln r` it decides (Wald 1945, doi:10.1214/aoms/1177731118). A slowed judge adds a fraction `1/s` of each.

use serde::Serialize;

use crate::random::Random;

/// Probabilities of the next token after each token.
#[derive(Clone, Debug, PartialEq)]
pub struct Source {
    rows: Vec<Vec<f64>>,
}

impl Source {
    /// Of rows of weights above 0, as many in each as there are rows, which are brought to sums of 1. None for other rows.
    #[must_use]
    pub fn new(rows: &[Vec<f64>]) -> Option<Self> {
        let fits = |row: &Vec<f64>| row.len() == rows.len() && row.iter().all(|p| *p > 0.0 && p.is_finite());
        if rows.is_empty() || !rows.iter().all(fits) {
            return None;
        }
        let summed = |row: &Vec<f64>| {
            let sum: f64 = row.iter().sum();
            row.iter().map(|p| p / sum).collect()
        };
        Some(Self { rows: rows.iter().map(summed).collect() })
    }

    /// A human of four tokens.
    #[must_use]
    pub fn human() -> Self {
        Self {
            rows: vec![
                vec![0.1, 0.5, 0.3, 0.1],
                vec![0.4, 0.1, 0.1, 0.4],
                vec![0.2, 0.3, 0.1, 0.4],
                vec![0.5, 0.2, 0.2, 0.1],
            ],
        }
    }

    /// How often each token comes in the long run.
    #[must_use]
    pub fn stationary(&self) -> Vec<f64> {
        #[allow(clippy::cast_precision_loss)]
        let mut now = vec![1.0 / self.rows.len() as f64; self.rows.len()];
        for _ in 0..10_000 {
            let mut next = vec![0.0; now.len()];
            for (own, row) in now.iter().zip(&self.rows) {
                for (sum, p) in next.iter_mut().zip(row) {
                    *sum += own * p;
                }
            }
            let moved: f64 = next.iter().zip(&now).map(|(a, b)| (a - b).abs()).sum();
            now = next;
            if moved < 1e-15 {
                break;
            }
        }
        now
    }

    /// Entropy rate, nat/token.
    #[must_use]
    pub fn entropy_rate(&self) -> f64 {
        self.cross_entropy_rate(self)
    }

    /// Loss of `model` on text of this source, nat/token.
    #[must_use]
    pub fn cross_entropy_rate(&self, model: &Self) -> f64 {
        let rows = self.stationary().into_iter().zip(self.rows.iter().zip(&model.rows));
        rows.map(|(weight, (p, q))| weight * p.iter().zip(q).map(|(p, q)| -p * q.ln()).sum::<f64>()).sum()
    }

    /// Loss of `model` above the least, nat/token: the Kullback-Leibler divergence a token.
    #[must_use]
    pub fn divergence_rate(&self, model: &Self) -> f64 {
        self.cross_entropy_rate(model) - self.entropy_rate()
    }

    /// A machine whose loss on text of this source is `loss` nat/token above the least: every probability weighted by a fixed
    /// pattern, as strongly as it takes. None where no strength up to e^30 does.
    #[must_use]
    pub fn imitated(&self, loss: f64) -> Option<Self> {
        let tilted = |strength: f64| {
            let weigh = |(i, row): (usize, &Vec<f64>)| {
                let sign = |j: usize| if (i + 2 * j).is_multiple_of(3) { 1.0 } else { -1.0 };
                row.iter().enumerate().map(|(j, p)| p * (strength * sign(j)).exp()).collect::<Vec<f64>>()
            };
            Self::new(&self.rows.iter().enumerate().map(weigh).collect::<Vec<_>>())
        };
        let (mut low, mut high) = (0.0, 30.0);
        if !(loss > 0.0 && self.divergence_rate(&tilted(high)?) > loss) {
            return None;
        }
        for _ in 0..80 {
            let middle = 0.5 * (low + high);
            if self.divergence_rate(&tilted(middle)?) < loss {
                low = middle;
            } else {
                high = middle;
            }
        }
        tilted(high)
    }

    /// The token that comes after `token`.
    fn next(&self, token: usize, random: &mut Random) -> usize {
        pick(&self.rows[token], random)
    }
}

fn pick(weights: &[f64], random: &mut Random) -> usize {
    let mut left = random.uniform();
    for (index, weight) in weights.iter().enumerate() {
        left -= weight;
        if left < 0.0 {
            return index;
        }
    }
    weights.len() - 1
}

/// Tokens to decide as the essay has it: `s ln r / loss`. Infinite where there is nothing to tell apart.
#[must_use]
pub fn tokens_to_decide(slowdown: f64, odds: f64, loss: f64) -> f64 {
    if loss > 0.0 { slowdown * odds.ln() / loss } else { f64::INFINITY }
}

/// Tokens to decide on average by Wald: with both boundaries at `b = s ln r`, one decision in `1 + e^b` is wrong, so that the
/// log-ratio ends at `b tanh(b/2)` on average; what it steps beyond a boundary is left out.
#[must_use]
pub fn wald_tokens(slowdown: f64, odds: f64, loss: f64) -> f64 {
    let boundary = slowdown * odds.ln();
    if loss > 0.0 { boundary * (0.5 * boundary).tanh() / loss } else { f64::INFINITY }
}

/// Fraction of wrong decisions by Wald, `1 / (1 + r^s)`.
#[must_use]
pub fn wald_wrong(slowdown: f64, odds: f64) -> f64 {
    1.0 / (1.0 + (slowdown * odds.ln()).exp())
}

/// A sequence of Turing tests in which a human speaks.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Trials {
    /// Loss of the machine above the least, nat/token.
    pub loss: f64,
    /// The same with the parts exchanged: what a judge gains a token while the machine speaks.
    pub loss_exchanged: f64,
    /// Slowdown of the judge.
    pub slowdown: f64,
    /// Odds at which it decides.
    pub odds: f64,
    /// Tests.
    pub trials: usize,
    /// Tokens to decide, on average.
    pub mean_tokens: f64,
    /// Standard error of that.
    pub standard_error: f64,
    /// The essay's formula, `s ln r / loss`.
    pub formula_tokens: f64,
    /// Wald's, with wrong decisions.
    pub wald_tokens: f64,
    /// By Wald's identity: the log-ratio at the end, on average, over the loss.
    pub identity_tokens: f64,
    /// Fraction of wrong decisions.
    pub wrong: f64,
    /// The same by Wald, at most.
    pub wald_wrong: f64,
}

/// Longest test, tokens.
const LONGEST: u64 = 100_000_000;

/// Simulates tests in which `human` speaks and `machine` is the other hypothesis. None where the two are the same, so that no
/// judge decides, or where there is no test.
#[must_use]
#[allow(clippy::cast_precision_loss)]
pub fn simulate(
    human: &Source,
    machine: &Source,
    slowdown: f64,
    odds: f64,
    trials: usize,
    seed: u64,
) -> Option<Trials> {
    let loss = human.divergence_rate(machine);
    let boundary = slowdown * odds.ln();
    let tokens = boundary / loss * trials as f64;
    if !(loss > 1e-12 && boundary > 0.0 && trials > 0 && tokens < LONGEST as f64) {
        return None;
    }
    let ratios: Vec<Vec<f64>> = human
        .rows
        .iter()
        .zip(&machine.rows)
        .map(|(p, q)| p.iter().zip(q).map(|(p, q)| (p / q).ln()).collect())
        .collect();
    let mut random = Random::new(seed);
    let start = human.stationary();
    let (mut sum, mut squares, mut end, mut wrong) = (0.0, 0.0, 0.0, 0_usize);
    for _ in 0..trials {
        let mut token = pick(&start, &mut random);
        let (mut ratio, mut count) = (0.0_f64, 0_u64);
        while ratio.abs() < boundary && count < LONGEST {
            let next = human.next(token, &mut random);
            ratio += ratios[token][next];
            token = next;
            count += 1;
        }
        sum += count as f64;
        squares += (count as f64).powi(2);
        end += ratio;
        wrong += usize::from(ratio < 0.0);
    }
    let count = trials as f64;
    let mean = sum / count;
    Some(Trials {
        loss,
        loss_exchanged: machine.divergence_rate(human),
        slowdown,
        odds,
        trials,
        mean_tokens: mean,
        standard_error: ((squares / count - mean * mean).max(0.0) / count).sqrt(),
        formula_tokens: tokens_to_decide(slowdown, odds, loss),
        wald_tokens: wald_tokens(slowdown, odds, loss),
        identity_tokens: end / count / loss,
        wrong: wrong as f64 / count,
        wald_wrong: wald_wrong(slowdown, odds),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_of_a_source_are_those_of_text_it_makes() {
        let human = Source::human();
        let machine = human.imitated(0.14).unwrap();
        let mut random = Random::new(5);
        let (mut token, mut own, mut cross) = (0, 0.0, 0.0);
        let count = 400_000;
        for _ in 0..count {
            let next = human.next(token, &mut random);
            own -= human.rows[token][next].ln();
            cross -= machine.rows[token][next].ln();
            token = next;
        }
        // The standard deviation a token is below 1, so three standard errors are 0.005.
        assert!((own / f64::from(count) - human.entropy_rate()).abs() < 0.005);
        assert!((cross / f64::from(count) - human.cross_entropy_rate(&machine)).abs() < 0.005);
        assert!((human.divergence_rate(&machine) - 0.14).abs() < 1e-9);
        // Two tokens that change with probabilities a and b: known in closed form.
        let (a, b) = (0.2_f64, 0.6_f64);
        let two = Source::new(&[vec![1.0 - a, a], vec![b, 1.0 - b]]).unwrap();
        let h = |p: f64| -p * p.ln() - (1.0 - p) * (1.0 - p).ln();
        assert!((two.entropy_rate() - (b * h(a) + a * h(b)) / (a + b)).abs() < 1e-12);
    }

    #[test]
    fn simulated_judges_take_as_long_as_wald_says() {
        let human = Source::human();
        for (loss, slowdown) in [(0.14, 1.0), (0.14, 10.0), (0.023, 1.0), (0.023, 10.0), (0.005, 1.0)] {
            let machine = human.imitated(loss).unwrap();
            let t = simulate(&human, &machine, slowdown, 10.0, 4_000, 11).unwrap();
            let error = 4.0 * t.standard_error;
            // Wald's identity, up to where in the chain the text ends.
            assert!((t.mean_tokens - t.identity_tokens).abs() < error + 0.2 / loss.sqrt(), "{t:?}");
            // A step beyond the boundary is no more than the largest log-ratio of a token, about 2 sqrt(2 loss).
            let beyond = 2.0 * (2.0 * loss).sqrt() / loss;
            assert!(t.mean_tokens > t.wald_tokens - error && t.mean_tokens < t.wald_tokens + beyond + error, "{t:?}");
            assert!(t.wrong <= t.wald_wrong + 4.0 * (t.wald_wrong / 4_000.0).sqrt() + 1e-3, "{t:?}");
        }
    }

    #[test]
    fn the_essays_formula_is_long_for_an_ideal_judge_and_right_for_a_slow_one() {
        let human = Source::human();
        let machine = human.imitated(0.002).unwrap();
        let quick = simulate(&human, &machine, 1.0, 10.0, 4_000, 2).unwrap();
        // At odds of 10 one decision in 11 is wrong, and the mean is 9/11 of the formula's.
        assert!((quick.wald_tokens / quick.formula_tokens - 9.0 / 11.0).abs() < 1e-12);
        assert!((quick.mean_tokens / quick.formula_tokens - 9.0 / 11.0).abs() < 0.07, "{quick:?}");
        assert!(quick.mean_tokens + 3.0 * quick.standard_error < quick.formula_tokens, "{quick:?}");
        let slow = simulate(&human, &machine, 10.0, 10.0, 1_000, 2).unwrap();
        assert!((slow.mean_tokens / slow.formula_tokens - 1.0).abs() < 0.03, "{slow:?}");
        assert_eq!(slow.wrong, 0.0);
    }

    #[test]
    fn what_cannot_be_told_apart_is_not_simulated() {
        let human = Source::human();
        assert_eq!(simulate(&human, &human, 1.0, 10.0, 10, 1), None);
        assert_eq!(human.imitated(0.0), None);
        assert_eq!(human.imitated(f64::NAN), None);
        assert_eq!(human.imitated(1e9), None);
        assert_eq!(tokens_to_decide(1.0, 10.0, 0.0), f64::INFINITY);
        assert_eq!(Source::new(&[vec![1.0, 0.0], vec![0.5, 0.5]]), None);
        assert_eq!(Source::new(&[vec![1.0]]).map(|one| one.entropy_rate()), Some(0.0));
    }
}
