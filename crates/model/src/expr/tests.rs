use super::*;
use crate::channel::{Form, Gate, Integrator, Kinetics, Rate};
use crate::counted::{Counted, count};

fn hh_gates() -> Vec<Gate> {
    let gate = |name: &'static str, power, forward, reverse| Gate {
        name: name.into(),
        power,
        kinetics: Kinetics::Rates { forward, reverse },
        q10: None,
    };
    let form = Form::new;
    vec![
        gate("m", 3, Rate::ExpLinear(form(1.0, -40.0, 10.0)), Rate::Exponential(form(4.0, -65.0, -18.0))),
        gate("h", 1, Rate::Exponential(form(0.07, -65.0, -20.0)), Rate::Sigmoid(form(1.0, -35.0, 10.0))),
        gate("n", 4, Rate::ExpLinear(form(0.1, -55.0, 10.0)), Rate::Exponential(form(0.125, -65.0, -80.0))),
    ]
}

fn advance<R: Real>(inputs: &[R], integrator: Integrator) -> Vec<R> {
    let gates = hh_gates();
    let states = inputs[1..].iter().zip(&gates);
    states
        .map(|(&x, gate)| gate.advance(integrator, x, crate::channel::Sensed::potential(inputs[0]), 0.025, 6.3, 1.0))
        .collect()
}

#[test]
fn a_recorded_program_computes_the_bits_of_its_function() {
    for (_, integrator) in Integrator::ALL {
        let program = record(4, |inputs| advance(inputs, integrator));
        let (single, double) = (program.specialise::<f32>(), program.specialise::<f64>());
        for step in 0..=2500_u32 {
            let v = -150.0 + f64::from(step) * 0.1;
            let x = f64::from(step) / 2500.0;
            let inputs = [v, x, 1.0 - x, 0.5 * x];
            let expected = advance(&inputs, integrator);
            for program in [&program, &double] {
                let found = program.evaluate(&inputs);
                assert!(found.iter().zip(&expected).all(|(a, b)| a.to_bits() == b.to_bits()), "f64 at {v}");
            }
            #[allow(clippy::cast_possible_truncation)]
            let inputs = inputs.map(|x| x as f32);
            let expected = advance(&inputs, integrator);
            for program in [&program, &single] {
                let found = program.evaluate(&inputs);
                assert!(found.iter().zip(&expected).all(|(a, b)| a.to_bits() == b.to_bits()), "f32 at {v}");
            }
        }
    }
}

#[test]
fn recorded_operations_are_the_counted_ones() {
    for (_, integrator) in Integrator::ALL {
        let program = record(4, |inputs| advance(inputs, integrator));
        let (counted, _) = count(|| advance(&[-60.0, 0.1, 0.6, 0.3].map(Counted), integrator));
        assert_eq!(program.operations(), counted);
        let performed = program.operations_performed();
        assert_eq!(performed.exp, counted.exp, "no two exponentials of hh are equal");
        assert!(performed.add < counted.add, "m's and n's reverse rates share v + 65");
    }
}

#[test]
fn equal_operations_are_shared_and_unused_ones_dropped() {
    let program = record(2, |x| {
        let _unused = x[0].exp() / x[1];
        let a = x[0] + x[1];
        let b = x[1] + x[0];
        vec![a.exp() * b.exp(), a]
    });
    assert_eq!(
        program.nodes(),
        [
            Node::Input(0),
            Node::Input(1),
            Node::Add(NodeId(0), NodeId(1)),
            Node::Exp(NodeId(2)),
            Node::Mul(NodeId(3), NodeId(3))
        ]
    );
    assert_eq!(program.outputs(), [NodeId(4), NodeId(2)]);
    assert_eq!((program.operations().exp, program.operations_performed().exp), (3, 1));
}

#[test]
fn only_sums_and_products_commute() {
    let nodes = |f: fn(Expr, Expr) -> [Expr; 2]| record(2, |x| f(x[0], x[1]).to_vec()).nodes().len();
    assert_eq!(nodes(|x, y| [x + y, y + x]), 3);
    assert_eq!(nodes(|x, y| [x * y, y * x]), 3);
    assert_eq!(nodes(|x, y| [x.mul_add(y, x), y.mul_add(x, x)]), 3);
    assert_eq!(nodes(|x, y| [x - y, y - x]), 4);
    assert_eq!(nodes(|x, y| [x / y, y / x]), 4);
    // Of two equal zeros of unlike sign, `min` and `max` take the right one.
    assert_eq!(nodes(|x, y| [x.min(y), y.min(x)]), 4);
    assert_eq!(nodes(|x, y| [x.max(y), y.max(x)]), 4);
    assert_eq!(nodes(|x, y| [x.mul_add(y, x), x.mul_add(y, y)]), 4);
}

#[test]
fn only_exact_rewrites_are_made() {
    let same = |f: fn(Expr) -> Expr| record(1, |x| vec![f(x[0])]).nodes().len() == 1;
    assert!(same(|x| x * x.lit(1.0)) && same(|x| x.lit(1.0) * x) && same(|x| x / x.lit(1.0)));
    assert!(same(|x| x - x.lit(0.0)) && same(|x| -(-x)));
    // -0 + 0 is +0, and -0 - -0 is +0.
    assert!(!same(|x| x + x.lit(0.0)) && !same(|x| x - x.lit(-0.0)) && !same(|x| x.lit(1.0) / x));
    // 0.1 + 0.2 in f32 is not the f32 nearest to 0.1 + 0.2 in f64 plus anything: it is left to `specialise`.
    let sum = record(1, |x| vec![x[0] * (x[0].lit(0.1) + x[0].lit(0.2))]);
    assert_eq!(sum.nodes().len(), 5);
    for program in [sum.specialise::<f32>(), sum.specialise::<f64>()] {
        assert_eq!(program.nodes().len(), 3);
    }
    assert_eq!(sum.specialise::<f32>().nodes()[1], Node::Literal(f64::from(0.1_f32 + 0.2_f32)));
}

#[test]
#[should_panic(expected = "outside its recording")]
fn a_value_does_not_survive_its_recording() {
    let mut kept = None;
    let _ = record(1, |x| {
        kept = Some(x[0]);
        vec![x[0]]
    });
    let _ = record(1, |x| vec![kept.expect("set").exp() + x[0]]);
}
