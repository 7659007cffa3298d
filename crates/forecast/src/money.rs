//! Budgets that grow, and the part of the world's product that is set aside each year.

use crate::when::When;

/// Doublings between a cost and a budget; infinite where the budget is nothing, minus infinity where the cost is nothing or the
/// budget has no limit. Logarithms are taken first, so that no product overflows.
#[must_use]
pub fn doublings(cost_log2: f64, budget: f64) -> f64 {
    if cost_log2 == f64::NEG_INFINITY { f64::NEG_INFINITY } else { cost_log2 - budget.log2() }
}

/// When a budget buys something: `rate` doublings a year of what a dollar buys, and a budget that grows by the fraction
/// `budget_growth` a year. The whole is bought in one year, with that year's budget.
#[must_use]
pub fn affordable(cost_log2: f64, budget: f64, rate: f64, budget_growth: f64) -> When {
    When::after(doublings(cost_log2, budget), rate + (1.0 + budget_growth).log2())
}

/// Saving: a share of a product that grows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Saving {
    /// Product of the first year, USD.
    pub product: f64,
    /// Its growth a year, as a fraction.
    pub growth: f64,
    /// Share set aside, as a fraction.
    pub share: f64,
}

impl Saving {
    /// The years x after which the sums of years 0 to x reach a cost: the solution of
    /// `cost = sum share product (1 + growth)^k`. The cost is given by its log2, so that none is too large.
    #[must_use]
    pub fn reaches(self, cost_log2: f64) -> When {
        let first = self.product * self.share;
        let ratio_log2 = doublings(cost_log2, first);
        if ratio_log2 <= 0.0 {
            return When::Already;
        }
        let terms = if self.growth == 0.0 {
            ratio_log2.exp2()
        } else {
            // The sum of n terms is first (q^n - 1) / (q - 1), so that q^n = 1 + growth cost / first.
            let power_ln = if self.growth > 0.0 && ratio_log2 > 1000.0 {
                ratio_log2 * std::f64::consts::LN_2 + self.growth.ln()
            } else {
                (self.growth * ratio_log2.exp2()).ln_1p()
            };
            if !power_ln.is_finite() {
                return When::Never;
            }
            power_ln / self.growth.ln_1p()
        };
        When::in_years(terms - 1.0)
    }

    /// The years after which one year's share buys what costs `cost` at the start, if its price halves in `halving` years.
    #[must_use]
    pub fn buys(self, cost: f64, halving: f64) -> When {
        affordable(cost.log2(), self.product * self.share, 1.0 / halving, self.growth)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sum_reaches_the_cost_in_the_year_it_is_said_to() {
        let saving = Saving { product: 1.0, growth: 0.02, share: 0.5 };
        let years = saving.reaches(200.0_f64.log2()).years();
        let sum = |x: i32| (0..=x).map(|k| 0.5 * 1.02_f64.powi(k)).sum::<f64>();
        assert!(sum(109) < 200.0 && 200.0 < sum(110), "{} {}", sum(109), sum(110));
        assert!((109.0..110.0).contains(&years), "{years}");
        assert!((Saving { growth: 0.0, ..saving }.reaches(5.0_f64.log2()).years() - 9.0).abs() < 1e-9);
        // A product that shrinks by half each year comes to twice the first share in all.
        let shrinking = Saving { growth: -0.5, ..saving };
        assert_eq!(shrinking.reaches(0.0), When::Never);
        assert!((shrinking.reaches(0.75_f64.log2()).years() - 1.0).abs() < 1e-12);
        assert_eq!(Saving { share: 0.0, ..saving }.reaches(0.0), When::Never);
        assert_eq!(Saving { share: 0.0, ..saving }.reaches(f64::NEG_INFINITY), When::Already);
        // 2^5000 USD is no number of f64, and yet saved for in 5000 ln 2 / ln 1.02 years or so.
        let years = saving.reaches(5000.0).years();
        assert!((years / (5000.0 * 2.0_f64.ln() / 1.02_f64.ln()) - 1.0).abs() < 0.02, "{years}");
        assert!((saving.reaches(1000.1).years() / saving.reaches(999.9).years() - 1.0).abs() < 0.001);
    }

    #[test]
    fn budgets_of_nothing_and_without_limit_have_answers() {
        assert_eq!(affordable(10.0, 0.0, 1.0, 0.0), When::Never);
        assert_eq!(affordable(10.0, f64::INFINITY, 0.0, 0.0), When::Already);
        assert_eq!(affordable(f64::NEG_INFINITY, 0.0, 0.0, 0.0), When::Already);
        assert_eq!(affordable(10.0, 1.0, 0.0, 0.0), When::Never);
        assert_eq!(affordable(10.0, 1.0, 0.5, 0.0), When::In(20.0));
        assert_eq!(affordable(10.0, 1.0, 0.5, -0.5), When::Never);
        assert_eq!(affordable(3000.0, 1.0, 1.0, 0.0), When::In(3000.0));
    }
}
