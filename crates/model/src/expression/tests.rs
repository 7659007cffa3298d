use super::*;

fn value(text: &str, v: f64) -> f64 {
    Expression::parse(text).unwrap_or_else(|e| panic!("{e}")).evaluate(&Variables { v, ca: 0.5, celsius: 16.3 })
}

fn error(text: &str) -> ExpressionError {
    Expression::parse(text).expect_err(text)
}

#[test]
fn text_means_what_it_says() {
    for (text, v, expected) in [
        ("1 + 2 * 3", 0.0, 7.0),
        ("2 - 3 - 4", 0.0, -5.0),
        ("8 / 4 / 2", 0.0, 1.0),
        ("-v^2", 3.0, -9.0),
        ("(-v)^2", 3.0, 9.0),
        ("2^-1", 0.0, 0.5),
        ("v^-2", 2.0, 0.25),
        ("v^3^1", 2.0, 8.0),
        ("2 * -v", 3.0, -6.0),
        ("- - v", 3.0, 3.0),
        ("v^0", 3.0, 1.0),
        ("1e-3 * v + .5", 2.0, 0.502),
        ("2e", 0.0, f64::NAN),
        ("min(v, 2) + max(v, 2)", 5.0, 7.0),
        ("abs(v)", -5.0, 5.0),
        ("if(v < -40, 1, 2)", -40.0, 2.0),
        ("if(v <= -40, 1, 2)", -40.0, 1.0),
        ("if(v > -40, 1, 2)", -40.0, 2.0),
        ("if(v >= -40, 1, 2)", -40.0, 1.0),
        ("if(v < -40, 1, 2)", -41.0, 1.0),
        ("if(v <= -40, 1, 2)", -39.0, 2.0),
        ("if(v > -40, 1, 2)", -39.0, 1.0),
        ("if(v >= -40, 1, 2)", -41.0, 2.0),
        ("3^((celsius - 6.3) / 10)", 0.0, 3.0),
        ("exprelr((v + 40) / 10)", -40.0, 1.0),
        ("sqrt(9) + ln(1)", 0.0, 3.0),
        ("ca^2 / (ca^2 + 0.25)", 0.0, 0.5),
        ("0.1 /ms * exprelr(-(v + 55 mV) / 10 mV)", -55.0, 0.1),
    ] {
        if expected.is_nan() {
            error(text);
            continue;
        }
        let found = value(text, v);
        assert!((found - expected).abs() <= 1e-12 * expected.abs(), "{text} at {v}: {found}, not {expected}");
    }
}

#[test]
fn functions_agree_with_the_standard_library() {
    for step in -400..=400 {
        let x = f64::from(step) * 0.05;
        for (text, expected) in [
            ("exp(v)", x.exp()),
            ("tanh(v)", x.tanh()),
            ("cosh(v)", x.cosh()),
            ("sigmoid(v)", 1.0 / (1.0 + (-x).exp())),
            ("exprelr(v)", if x == 0.0 { 1.0 } else { x / x.exp_m1() }),
        ] {
            let found = value(text, x);
            assert!((found - expected).abs() <= 2e-15 * expected.abs(), "{text} at {x}: {found}, not {expected}");
        }
    }
}

#[test]
fn constants_are_folded() {
    let folded = Expression::parse("-(2 + 3) * exp(0) / min(5, 6) + if(1 < 2, 2^3, 7)").expect("constant");
    assert_eq!(folded.root, Node::Number(7.0));
}

#[test]
fn errors_say_where_what_and_what_is_allowed() {
    for (text, column, words) in [
        ("", 1, "found the end where a number, a name, `-` or `(` is expected"),
        ("1 + * v", 5, "found `*`"),
        ("1 + (v", 7, "found the end where `)`"),
        ("exp v", 5, "`exp` is a function"),
        ("alpha * v", 1, "unknown name `alpha`; known are v, ca, celsius, exp"),
        ("2 * V", 5, "case sensitive: `v`"),
        ("2 v", 3, "write `*`"),
        ("(v)(v)", 4, "write `*`"),
        ("40 mv", 4, "units are mV, ms, degC, uM"),
        ("v $ 2", 3, "`$` is neither"),
        ("äöü + 1 ?", 9, "`?`"),
        ("1.2.3", 4, "found `.3`"),
        (".", 1, "`.`"),
        ("v^0.5", 2, "whole exponent"),
        ("v^v", 2, "whole exponent"),
        ("v^99", 2, "whole exponent"),
        ("(-2)^v", 5, "positive constant"),
        ("ln(v)", 4, "constant only"),
        ("1 / 0", 3, "no finite value"),
        ("1e999", 1, "no finite value"),
        ("v < 3", 3, "if(a < b, then, else)"),
        ("if(v, 1, 2)", 5, "found `,` where `<`"),
        ("if(v < 1, 2)", 12, "found `)` where `,`"),
        ("min(v)", 6, "found `)` where `,`"),
        ("exp(v, 1)", 6, "found `,` where `)`"),
        ("+v", 1, "leave the sign out"),
    ] {
        let error = error(text);
        assert_eq!(error.column, column, "{error}");
        assert!(error.to_string().contains(words), "{error}\nlacks: {words}");
    }
}

#[test]
fn dimensions_are_checked_once_a_unit_is_written() {
    for (text, dimension) in [
        ("(v + 40) / 10", None),
        ("(v + 40 mV) / 10 mV", Some(Dimension::NONE)),
        ("0.1 /ms", Some(Dimension::RATE)),
        ("0.1 ms^-1", Some(Dimension::RATE)),
        ("4 /ms * exp(-(v + 65 mV) / 18 mV)", Some(Dimension::RATE)),
        ("1 / (0.5 /ms + 1 /ms)", Some(Dimension::TIME)),
        ("v / 1 mV", Some(Dimension::NONE)),
        ("0.1 /ms * (ca / 0.5 uM)^2", Some(Dimension::RATE)),
        ("ca * 1 uM", Some(Dimension { micromolar: 2, ..Dimension::NONE })),
        ("v^2 / 1 mV", Some(Dimension::POTENTIAL)),
        ("3^((celsius - 6.3 degC) / 10 degC)", Some(Dimension::NONE)),
        ("if(v < -40 mV, 2 ms, 1 ms)", Some(Dimension::TIME)),
        ("max(v, -40 mV) * 1 /ms", Some(Dimension::new(1, -1, 0))),
    ] {
        assert_eq!(Expression::parse(text).unwrap_or_else(|e| panic!("{e}")).dimension(), dimension, "{text}");
    }
    for (text, column, words) in [
        ("v + 40 + 1 mV", 3, "`+` joins mV and a plain number; hint: give every quantity its unit"),
        ("1 ms + 1 mV", 6, "`+` joins ms and mV"),
        ("exp(v + 1 mV)", 5, "`exp` takes a plain number, found mV"),
        ("if(v < 0, 1 ms, 2 ms)", 6, "`<` joins mV and a plain number"),
        ("if(v < 0 mV, 1 ms, 2)", 1, "`if` joins ms and a plain number"),
        ("max(v / 1 ms, 3)", 1, "`max` joins mV/ms and a plain number"),
        ("exp(ca) + 0 /ms", 5, "`exp` takes a plain number, found uM"),
        ("2^(3 mV)", 3, "an exponent takes a plain number"),
    ] {
        let error = error(text);
        assert_eq!(error.column, column, "{error}");
        assert!(error.to_string().contains(words), "{error}\nlacks: {words}");
    }
}

#[test]
fn a_text_cannot_exhaust_the_stack() {
    assert!(error(&"(".repeat(100_000)).message.contains("more than 2000 words"));
    assert!(error(&"(".repeat(1_000)).message.contains("nested more than 100 deep"));
    assert!(error(&"-".repeat(1_000)).message.contains("nested more than 100 deep"));
    let sum = vec!["v"; 900].join("+");
    assert!((value(&sum, 1.0) - 900.0).abs() < 1e-9);
}

#[test]
fn a_removable_singularity_written_out_is_found() {
    let naive = Expression::parse("0.1 * (v + 40) / (1 - exp(-(v + 40) / 10))").expect("parses");
    assert_eq!(naive.first_non_finite(6.3).map(|at| at.v), Some(-40.0));
    let right = Expression::parse("exprelr(-(v + 40) / 10)").expect("parses");
    assert!(right.first_non_finite(6.3).is_none());
    let no_calcium = Expression::parse("(0.5 / ca)^2").expect("parses");
    assert_eq!(no_calcium.first_non_finite(6.3).map(|at| at.ca), Some(0.0));
    assert!(no_calcium.reads_calcium() && !right.reads_calcium());
}
