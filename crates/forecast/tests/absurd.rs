//! Inputs that nobody means: every one has words or is refused, and none gives what is not a number.
#![allow(missing_docs)]

use huxley_forecast::hardware::{self, Inputs, Requirement};
use huxley_forecast::statistics::LogNormal;
use huxley_forecast::trends::{Basis, Growth, Quantity, Trend};
use huxley_forecast::turing::{self, Length, Slowdown};
use huxley_forecast::{ForecastError, When, money};
use proptest::prelude::*;

/// Text of a document, in which no value that is not a number can hide.
fn text(document: &impl std::fmt::Debug) -> String {
    format!("{document:?}")
}

fn sane(document: &impl std::fmt::Debug) {
    let text = text(document);
    for bad in ["NaN", " inf", "(inf", "[inf", "-inf"] {
        assert!(!text.contains(bad), "{bad} in {text}");
    }
}

fn trend(quantity: Quantity, growth: Growth) -> Trend {
    Trend {
        name: "given",
        quantity,
        basis: Basis::Device,
        precision: None,
        growth,
        source: "a test",
        drawn: true,
        note: "",
    }
}

fn amounts() -> impl Strategy<Value = f64> {
    prop_oneof![Just(0.0), Just(1e-300), Just(1.0), Just(1e300), Just(f64::MAX), 1e-9..1e30_f64]
}

fn times() -> impl Strategy<Value = f64> {
    prop_oneof![Just(f64::INFINITY), Just(1e-300), Just(1e300), 0.1..20.0_f64]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn the_hardware_road_has_words_for_everything(
        value in amounts(), budget in prop_oneof![amounts(), Just(f64::INFINITY)], price in amounts(),
        doubling in times(), price_doubling in times(), budget_growth in -0.99..2.0_f64, devices in prop::option::of(amounts()),
    ) {
        let inputs = Inputs {
            requirements: vec![Requirement { quantity: Quantity::Memory, value, devices, source: String::new() }],
            budget, price, price_doubling, budget_growth, samples: 20,
            own_trends: vec![trend(Quantity::Memory, Growth::Doubling(doubling))],
            ..Inputs::default()
        };
        let document = hardware::forecast(&inputs).unwrap();
        sane(&document);
        let own = &document.requirements[0];
        prop_assert_eq!(&own.by_trend[0].when, &own.distribution.median);
        if budget.is_infinite() || price == 0.0 || devices.unwrap_or(value) == 0.0 {
            prop_assert_eq!(&own.distribution.median.words, "already in 2025");
        }
    }

    #[test]
    fn the_turing_road_has_words_for_everything(
        tokens in amounts(), slowdown in 1e-6..1e6_f64, sigma in prop_oneof![Just(0.0), 0.0..100.0_f64],
        cost in amounts(), budget in prop_oneof![amounts(), Just(f64::INFINITY)], halving in times(), doubling in times(),
        product in amounts(), growth in prop_oneof![Just(0.0), -0.99..1.0_f64], share in 0.0..=1.0_f64,
    ) {
        let inputs = turing::Inputs {
            length: Length::Tokens(tokens),
            slowdown: Slowdown::LogNormal(LogNormal { median: slowdown, sigma }),
            reference_cost: cost, budget, algorithm_halving: halving,
            saving: money::Saving { product, growth, share },
            own_trends: vec![trend(Quantity::Arithmetic, Growth::Doubling(doubling))],
            samples: 20, trials: 0,
            ..turing::Inputs::default()
        };
        sane(&turing::forecast(&inputs).unwrap());
    }

    #[test]
    fn more_money_is_never_later(cost in -50.0..200.0_f64, budget in 1.0..1e12_f64, rate in -1.0..2.0_f64) {
        let (little, much) = (money::affordable(cost, budget, rate, 0.0), money::affordable(cost, 2.0 * budget, rate, 0.0));
        prop_assert!(much.years() <= little.years());
    }
}

#[test]
fn what_cannot_be_is_refused() {
    let arithmetic = |value: f64| Inputs {
        requirements: vec![Requirement { quantity: Quantity::Arithmetic, value, devices: None, source: String::new() }],
        ..Inputs::default()
    };
    let refused = |inputs: Inputs| hardware::forecast(&inputs).unwrap_err();
    assert!(matches!(refused(arithmetic(-1.0)), ForecastError::NotAnAmount { .. }));
    assert!(matches!(refused(arithmetic(f64::NAN)), ForecastError::NotAnAmount { .. }));
    assert!(matches!(refused(arithmetic(f64::INFINITY)), ForecastError::WithoutLimit { .. }));
    let own = Inputs::default;
    assert!(matches!(refused(Inputs { budget: -1.0, ..own() }), ForecastError::NotAnAmount { .. }));
    assert!(matches!(refused(Inputs { price: f64::INFINITY, ..own() }), ForecastError::WithoutLimit { .. }));
    assert!(matches!(refused(Inputs { price_doubling: 0.0, ..own() }), ForecastError::NotPositive { .. }));
    assert!(matches!(refused(Inputs { budget_growth: -1.0, ..own() }), ForecastError::Growth { .. }));
    assert!(matches!(refused(Inputs { samples: 0, ..own() }), ForecastError::Outside { .. }));
    assert!(matches!(refused(Inputs { start: f64::NAN, ..own() }), ForecastError::Outside { .. }));
    assert_eq!(refused(Inputs { requirements: Vec::new(), ..own() }), ForecastError::NoRequirement);
    let backwards = vec![trend(Quantity::Arithmetic, Growth::Doubling(-2.0))];
    assert!(matches!(refused(Inputs { own_trends: backwards, ..own() }), ForecastError::NotPositive { .. }));
    let refused = |inputs: turing::Inputs| turing::forecast(&inputs).unwrap_err();
    let own = turing::Inputs::default;
    assert!(matches!(refused(turing::Inputs { odds: 1.0, ..own() }), ForecastError::NotPositive { .. }));
    assert!(matches!(
        refused(turing::Inputs { slowdown: Slowdown::Fixed(0.0), ..own() }),
        ForecastError::NotPositive { .. }
    ));
    assert!(matches!(
        refused(turing::Inputs { length: Length::Words(-4.0), ..own() }),
        ForecastError::NotAnAmount { .. }
    ));
    assert!(matches!(refused(turing::Inputs { tokens_per_word: 0.0, ..own() }), ForecastError::NotPositive { .. }));
}

#[test]
fn never_is_said_in_words() {
    let still = vec![trend(Quantity::Arithmetic, Growth::Doubling(6.0))];
    // A device that doubles in 6 years while its price doubles in 5 buys less and less.
    let document = hardware::forecast(&Inputs { own_trends: still, price_doubling: 5.0, ..Inputs::default() }).unwrap();
    let own = &document.requirements[0];
    assert_eq!((own.distribution.median.words.as_str(), own.distribution.never), ("never", 1.0));
    assert_eq!(own.by_trend[0].doubling_per_dollar_years, None);
    assert_ne!(own.by_trend[0].when_price_stays.words, "never");
    assert!(
        document.paragraph.contains("arithmetic: never, with eight of ten samples never."),
        "{}",
        document.paragraph
    );
    assert_eq!(When::Never.words(2025.0), "never");
    let broke = hardware::forecast(&Inputs { budget: 0.0, ..Inputs::default() }).unwrap();
    assert_eq!(broke.binding.when.words, "never");
}
