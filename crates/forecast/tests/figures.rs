//! Published figures, each with its source.
#![allow(missing_docs)]

use huxley_forecast::entropy::WORDS_PER_TOKEN;
use huxley_forecast::hardware::{self, Device, Inputs, Requirement};
use huxley_forecast::trends::{Basis, Growth, Precision, Quantity, Trend};
use huxley_forecast::turing::{self, Length, Slowdown};
use huxley_forecast::{When, essay};

/// A trend of what a dollar buys.
fn dollar(doubling: f64) -> Trend {
    Trend {
        name: "given",
        quantity: Quantity::Arithmetic,
        basis: Basis::Dollar,
        precision: None,
        growth: Growth::Doubling(doubling),
        source: "a test",
        drawn: true,
        note: "",
    }
}

fn requirement(quantity: Quantity, value: f64) -> Requirement {
    Requirement { quantity, value, devices: None, source: "a test".to_owned() }
}

/// 1.559 million H100 at 30,000 USD cost 47 billion USD; the years in which that is a million, a hundred million and a billion
/// USD, from 2025: computed by hand for the survey of published estimates, with doubling times of Epoch AI (2.1 and about 2.5
/// years) and MIT FutureTech (3.79 years).
#[test]
fn the_articles_machine_becomes_affordable_in_the_years_computed_by_hand() {
    for (doubling, years) in
        [(2.1, [2058.0, 2044.0, 2037.0]), (2.5, [2064.0, 2047.0, 2039.0]), (3.79, [2084.0, 2059.0, 2046.0])]
    {
        for (budget, year) in [1e6, 1e8, 1e9].into_iter().zip(years) {
            let inputs = Inputs { budget, own_trends: vec![dollar(doubling)], ..Inputs::default() };
            let document = hardware::forecast(&inputs).unwrap();
            let own = &document.requirements[0];
            assert!((own.cost_usd.unwrap() / 46.76e9 - 1.0).abs() < 0.001);
            assert_eq!(own.devices.map(f64::round), Some(1_558_824.0));
            assert_eq!(own.by_trend[0].when.year.map(f64::round), Some(year), "{doubling} {budget}");
            // One trend without a range is its own distribution.
            let d = &own.distribution;
            assert_eq!((&d.p10, &d.p90), (&d.median, &d.median));
            assert_eq!(d.median.words, format!("{year}"));
        }
    }
}

/// The article's roads, with a price of a device that stays: 100 times the FP32 in 15 years; 25 years for 10 times.
#[test]
fn a_hundredth_of_the_articles_machine_is_there_in_2040() {
    let trend = Trend { basis: Basis::Device, ..dollar(2.3) };
    let budget = 1_558_823.529_411_765 / 100.0 * 30_000.0;
    let inputs = Inputs { budget, own_trends: vec![trend], price_doubling: f64::INFINITY, ..Inputs::default() };
    let own = &hardware::forecast(&inputs).unwrap().requirements[0];
    assert_eq!(own.distribution.median.words, "2040");
    // With the price as MIT FutureTech 2026 has it, what a dollar buys doubles in 4.2 years and not in 2.3.
    let rising = Inputs { price_doubling: 5.03, ..inputs };
    let own = &hardware::forecast(&rising).unwrap().requirements[0];
    assert!((own.by_trend[0].doubling_per_dollar_years.unwrap() - 4.238).abs() < 0.001);
    assert_eq!(own.by_trend[0].when_price_stays.words, "2040");
    assert_eq!(own.distribution.median.words, "2053");
}

/// With the price of a device doubling in 5.03 years, MIT's FP32 of 1.67 years is 2.5 years a dollar: within Epoch's 95 %
/// interval for all GPUs (2.24 to 2.72 years, Epoch AI 2022). The two sources agree only with the price counted.
#[test]
fn the_sources_agree_once_the_price_is_counted() {
    let document = hardware::forecast(&Inputs { precision: Precision::F32, ..Inputs::default() }).unwrap();
    let own = document.requirements[0].by_trend.iter().find(|own| own.trend == "mit-2026-fp32").unwrap();
    let years = own.doubling_per_dollar_years.unwrap();
    assert!((2.24..2.72).contains(&years), "{years}");
}

#[test]
fn memory_moved_binds_long_after_arithmetic() {
    let inputs = Inputs {
        requirements: vec![requirement(Quantity::Arithmetic, 5.3e19), requirement(Quantity::Bandwidth, 1.2e20)],
        ..Inputs::default()
    };
    let document = hardware::forecast(&inputs).unwrap();
    assert_eq!(document.binding.name, "memory moved");
    let years: Vec<f64> = document.requirements.iter().map(|own| own.distribution.median.years.unwrap()).collect();
    assert!(years[1] > years[0] + 20.0, "{years:?}");
    assert_eq!(document.binding.when, document.requirements[1].distribution.median);
    // A date does not depend on what else is asked for.
    let alone =
        hardware::forecast(&Inputs { requirements: inputs.requirements[1..].to_vec(), ..inputs.clone() }).unwrap();
    assert_eq!(alone.requirements[0], document.requirements[1]);
}

#[test]
fn devices_that_are_given_are_used() {
    let mut own = requirement(Quantity::Interconnect, 1e15);
    own.devices = Some(1e5);
    let inputs = Inputs { requirements: vec![own], ..Inputs::default() };
    let entry = &hardware::forecast(&inputs).unwrap().requirements[0];
    assert!((entry.cost_usd.unwrap() / 3e9 - 1.0).abs() < 1e-12);
    let h100 = Device::h100();
    assert_eq!(h100.of(Quantity::Arithmetic, Precision::F64), 3.4e13);
}

#[test]
fn the_same_seed_gives_the_same_samples_and_another_others() {
    let at = |seed| hardware::forecast(&Inputs { seed, ..Inputs::default() }).unwrap().requirements[0].clone();
    assert_eq!(at(1), at(1));
    let (one, two) = (at(1).distribution, at(2).distribution);
    assert_ne!(one, two);
    assert!((one.median.years.unwrap() - two.median.years.unwrap()).abs() < 0.5);
}

#[test]
fn a_middle_year_is_the_quantile_of_a_known_distribution() {
    // Log-uniform between 1 and 4 years a doubling: the middle is 2, the tenths 4^0.1 and 4^0.9.
    let inputs = Inputs {
        own_trends: vec![Trend { growth: Growth::Between(1.0, 4.0), ..dollar(1.0) }],
        budget: 1_558_823.529_411_765 * 30_000.0 / 1024.0,
        samples: 100_000,
        ..Inputs::default()
    };
    let d = &hardware::forecast(&inputs).unwrap().requirements[0].distribution;
    for (entry, p) in [(&d.p10, 0.1), (&d.median, 0.5), (&d.p90, 0.9)] {
        let years = 10.0 * 4.0_f64.powf(p);
        assert!((entry.years.unwrap() / years - 1.0).abs() < 0.02, "{entry:?} {years}");
    }
}

/// The essay's rule without its rounding: a paper of 4000 words at 0.85 words a token, s = 10.
#[test]
fn the_essays_paper_without_rounding() {
    let inputs = turing::Inputs { slowdown: Slowdown::Fixed(10.0), ..turing::Inputs::default() };
    let document = turing::forecast(&inputs).unwrap();
    let point = &document.points[0];
    assert_eq!(document.points.len(), 1);
    assert!((point.reference_tokens - 169.5).abs() < 0.1);
    assert!((point.reference_words - 169.5 * WORDS_PER_TOKEN).abs() < 0.1);
    let times = (4000.0 / WORDS_PER_TOKEN / 169.508_f64).powf(1.0 / 0.154);
    assert!((point.times_reference.unwrap() / times - 1.0).abs() < 1e-3, "{times}");
    assert!((2.0e9..2.5e9).contains(&times));
    assert!((point.cost_usd.unwrap() / (1e7 * times) - 1.0).abs() < 1e-3);
    // Added up year by year.
    let (mut sum, mut year) = (5e13, 2023);
    while sum < point.cost_usd.unwrap() {
        year += 1;
        sum += 5e13 * 1.02_f64.powi(year - 2023);
    }
    assert_eq!(point.saved.year.map(f64::ceil), Some(f64::from(year)));
    assert_eq!(year, 2141);
}

/// The essay's own text of 27 times what GPT-4 survives: 2e9 times, 2e16 USD, 200 years of the world's product, 2133.
#[test]
fn the_essays_figures_by_the_same_functions() {
    let survived = turing::Inputs::default().survived(essay::GPT4_COMPUTE, 10.0);
    let inputs = turing::Inputs {
        slowdown: Slowdown::Fixed(10.0),
        length: Length::Tokens(27.0 * survived),
        ..turing::Inputs::default()
    };
    let point = turing::forecast(&inputs).unwrap().points[0].clone();
    assert!((point.times_reference.unwrap() / 2e9 - 1.0).abs() < 0.02);
    assert!((point.cost_usd.unwrap() / 2e16 - 1.0).abs() < 0.02);
    assert!((point.world_products.unwrap() / 200.0 - 1.0).abs() < 0.02);
    assert_eq!(point.saved.year.map(f64::ceil), Some(2133.0));
    // GPT-4 survives 170 tokens.
    assert_eq!((survived / 10.0).round() * 10.0, 170.0);
}

#[test]
fn a_slower_judge_is_survived_with_less_compute() {
    let inputs = turing::Inputs { trials: 0, ..turing::Inputs::default() };
    let document = turing::forecast(&inputs).unwrap();
    let [low, middle, high] = document.sampled.compute_log10.map(Option::unwrap);
    assert!(low < middle && middle < high);
    // The middle sample is that of the middle slowdown; compute goes as s^-(1/0.154).
    let expected = inputs.compute_log2(53.1) * std::f64::consts::LOG10_2;
    assert!((middle - expected).abs() < 0.2, "{middle} {expected}");
    let spread = 1.281_551_566 * document.poll.sigma / 0.154 / std::f64::consts::LN_10;
    assert!(
        (high - middle - spread).abs() < 0.3 && (middle - low - spread).abs() < 0.3,
        "{low} {middle} {high} {spread}"
    );
    assert_eq!(inputs.when(10.0, f64::INFINITY), When::Never);
}

#[test]
fn the_documents_name_the_four_slips() {
    let document = turing::forecast(&turing::Inputs { trials: 100, ..turing::Inputs::default() }).unwrap();
    for place in ["Burton and Licklider", "equation 2, the Hutter prize", "definition of r_n", "27^(1/0.153)"] {
        let slip = document.slips.iter().find(|slip| slip.place == place).unwrap();
        assert_ne!(slip.printed, slip.right);
    }
    assert!(document.poll.words.starts_with("the three figures are one log-normal"), "{}", document.poll.words);
    assert_eq!(document.judges.len(), 4);
}

#[test]
fn a_road_meets_the_budget_in_the_middle_year() {
    let document = hardware::forecast(&Inputs { own_trends: vec![dollar(2.1)], ..Inputs::default() }).unwrap();
    for point in &document.roads[0].points {
        let expected = 46.7647e9_f64.log10() - (point.year - 2025.0) / 2.1 * 2.0_f64.log10();
        assert!((point.median_log10_usd.unwrap() - expected).abs() < 1e-4, "{point:?}");
    }
    // With every trend, between two points of the road.
    let document = hardware::forecast(&Inputs::default()).unwrap();
    let year = document.requirements[0].distribution.median.year.unwrap();
    let points = &document.roads[0].points;
    let after = points.iter().position(|point| point.year >= year).unwrap();
    let (a, b) = (points[after - 1].median_log10_usd.unwrap(), points[after].median_log10_usd.unwrap());
    assert!(a > 9.0 && b < 9.0, "{year} {a} {b}");
    for point in points {
        assert!(point.low_log10_usd <= point.median_log10_usd && point.median_log10_usd <= point.high_log10_usd);
    }
    let test = turing::forecast(&turing::Inputs { trials: 0, ..turing::Inputs::default() }).unwrap();
    let first = &test.road.points[0];
    for (road, sampled) in
        [first.low_log10_usd, first.median_log10_usd, first.high_log10_usd].iter().zip(test.sampled.cost_log10)
    {
        assert!((road.unwrap() - sampled.unwrap()).abs() < 1e-9);
    }
    assert!(test.road.points.last().unwrap().median_log10_usd < first.median_log10_usd);
}

#[test]
fn shifts_are_those_of_the_formula() {
    let shift = |rows: &[hardware::Sensitivity], input: &str, change: &str| {
        rows.iter().find(|row| row.input == input && row.change.starts_with(change)).unwrap().shift_years.unwrap()
    };
    let ten = 2.1 * 10_f64.log2();
    let inputs = Inputs { own_trends: vec![dollar(2.1)], ..Inputs::default() };
    let rows = hardware::forecast(&inputs).unwrap().sensitivity;
    for (input, change, years) in [
        ("budget", "10 times", -ten),
        ("budget", "a tenth", ten),
        ("requirement", "10 times", ten),
        ("price of a device", "half", -2.1),
        ("growth of the price", "", 0.0),
    ] {
        assert!((shift(&rows, input, change) - years).abs() < 1e-9, "{input} {change}");
    }
    let inputs = turing::Inputs {
        own_trends: vec![dollar(2.1)],
        slowdown: Slowdown::Fixed(10.0),
        trials: 0,
        ..turing::Inputs::default()
    };
    let rows = turing::forecast(&inputs).unwrap().sensitivity;
    for (input, change, years) in [
        ("text", "10 times", ten / 0.154),
        ("cost of the reference", "10 times", ten),
        ("odds", "100", -2.1 * 2.0_f64.log2() / 0.154),
    ] {
        assert!((shift(&rows, input, change) - years).abs() < 1e-9, "{input} {change}");
    }
}
