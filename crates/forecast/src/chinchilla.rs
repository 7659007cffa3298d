//! The loss of a language model by the compute of its training (Hoffmann et al. 2022, arXiv:2203.15556, "Chinchilla").

/// `L = e + a N^-alpha + b D^-beta`, nat/token, for `N` parameters and `D` tokens.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Law {
    /// Loss that no compute removes, nat/token.
    pub e: f64,
    /// Of parameters.
    pub a: f64,
    /// Of parameters.
    pub alpha: f64,
    /// Of tokens.
    pub b: f64,
    /// Of tokens.
    pub beta: f64,
}

/// As Hoffmann et al. fitted it (equation 10).
pub const HOFFMANN: Law = Law { e: 1.69, a: 406.4, alpha: 0.34, b: 410.7, beta: 0.28 };

/// FLOP of training for each parameter and token: `C = 6 N D`.
pub const FLOP_PER_PARAMETER_TOKEN: f64 = 6.0;

/// Loss above the least at the best sizes for a compute: `coefficient / C^exponent`, nat/token, C in FLOP.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reducible {
    /// nat/token at 1 FLOP.
    pub coefficient: f64,
    /// Of compute.
    pub exponent: f64,
}

/// The essay's figures.
pub const ESSAY: Reducible = Reducible { coefficient: 1070.0, exponent: 0.154 };

impl Law {
    /// The law at the best sizes for a compute.
    ///
    /// With `C = 6 N D`, `L - e` is least where `alpha a N^-alpha = beta b D^-beta`, hence `N = G (C/6)^(beta/(alpha+beta))` and
    /// `D = (C/6)^(alpha/(alpha+beta)) / G` with `G = (alpha a / (beta b))^(1/(alpha+beta))`, and both terms fall as
    /// `C^-(alpha beta/(alpha+beta))`.
    #[must_use]
    pub fn reducible(self) -> Reducible {
        let sum = self.alpha + self.beta;
        let exponent = self.alpha * self.beta / sum;
        let g = (self.alpha * self.a / (self.beta * self.b)).powf(1.0 / sum);
        let at_one = self.a * g.powf(-self.alpha) + self.b * g.powf(self.beta);
        Reducible { coefficient: at_one * FLOP_PER_PARAMETER_TOKEN.powf(exponent), exponent }
    }

    /// Loss, nat/token, of `parameters` trained on `tokens`.
    #[must_use]
    pub fn loss(self, parameters: f64, tokens: f64) -> f64 {
        self.e + self.a * parameters.powf(-self.alpha) + self.b * tokens.powf(-self.beta)
    }
}

impl Reducible {
    /// nat/token above the least, for `compute` FLOP; infinite without any.
    #[must_use]
    pub fn loss(self, compute: f64) -> f64 {
        if compute > 0.0 { self.coefficient * compute.powf(-self.exponent) } else { f64::INFINITY }
    }

    /// FLOP for `loss` nat/token above the least; infinite for none, nothing for a loss without limit.
    #[must_use]
    pub fn compute(self, loss: f64) -> f64 {
        if loss > 0.0 { (self.coefficient / loss).powf(1.0 / self.exponent) } else { f64::INFINITY }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_essays_figures_follow_from_the_fit() {
        let derived = HOFFMANN.reducible();
        assert_eq!(format!("{:.3}", derived.exponent), "0.154");
        assert!((derived.coefficient / 1070.0 - 1.0).abs() < 0.005, "{}", derived.coefficient);
        // With 306 for 406.4, as it is sometimes copied, it is not 1070.
        let copied = Law { a: 306.0, b: 411.0, ..HOFFMANN }.reducible();
        assert!(copied.coefficient < 950.0, "{}", copied.coefficient);
    }

    #[test]
    fn no_other_size_at_the_same_compute_has_less_loss() {
        let compute = 5.76e23;
        let best = HOFFMANN.reducible().loss(compute) + HOFFMANN.e;
        let mut nearest = f64::INFINITY;
        for step in 0..2000 {
            let parameters = 1e9 * 1.005_f64.powi(step);
            let loss = HOFFMANN.loss(parameters, compute / (FLOP_PER_PARAMETER_TOKEN * parameters));
            assert!(loss >= best - 1e-12, "{parameters}: {loss} {best}");
            nearest = nearest.min(loss - best);
        }
        assert!(nearest < 1e-6, "{nearest}");
    }

    #[test]
    fn gpt_4_has_0_14_nat_a_token_left() {
        for law in [ESSAY, HOFFMANN.reducible()] {
            assert_eq!(format!("{:.2}", law.loss(2e25)), "0.14");
            assert!((law.compute(law.loss(2e25)) / 2e25 - 1.0).abs() < 1e-9);
        }
        assert_eq!(ESSAY.loss(0.0), f64::INFINITY);
        assert_eq!(ESSAY.compute(f64::INFINITY), 0.0);
        assert_eq!(ESSAY.compute(0.0), f64::INFINITY);
    }
}
