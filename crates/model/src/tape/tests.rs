use super::*;
use crate::channel::advance_rates_staggered;
use crate::expr::{Expr, record};

/// Runs a tape on one lane.
fn run<R: Real>(tape: &Tape, inputs: &[R]) -> Vec<R> {
    let one = inputs[0];
    let mut registers = vec![one.lit(f64::NAN); tape.registers()];
    let read = |registers: &[R], operand: Operand| match operand {
        Operand::Register(r) => registers[usize::from(r)],
        Operand::Input(n) => inputs[usize::from(n)],
        Operand::Literal(x) => one.lit(x),
    };
    for op in tape.ops() {
        let at = |operand| read(&registers, operand);
        let (to, value) = match *op {
            Op::Unary { to, function, a } => {
                let a = at(a);
                let value = match function {
                    Unary::Neg => -a,
                    Unary::Abs => a.abs(),
                    Unary::Exp => a.exp(),
                    Unary::ExpM1 => a.exp_m1(),
                    Unary::Exprelr => a.exprelr(),
                };
                (to, value)
            }
            Op::Binary { to, function, a, b } => {
                let (a, b) = (at(a), at(b));
                let value = match function {
                    Binary::Add => a + b,
                    Binary::Sub => a - b,
                    Binary::Mul => a * b,
                    Binary::Div => a / b,
                    Binary::Min => a.min(b),
                    Binary::Max => a.max(b),
                };
                (to, value)
            }
            Op::Scale { to, a, offset, factor } => (to, (at(a) - one.lit(offset)) * one.lit(factor)),
            Op::MulAdd { to, a, b, c } => (to, at(a).mul_add(at(b), at(c))),
            Op::Select { to, less, then, otherwise } => {
                (to, R::select(at(less.0).lt(at(less.1)), at(then), at(otherwise)))
            }
        };
        registers[usize::from(to)] = value;
    }
    tape.outputs().iter().map(|&operand| read(&registers, operand)).collect()
}

fn rate<R: Real>(v: R) -> R {
    v.lit(0.1) * ((v - v.lit(-55.0)) * v.lit(-0.1)).exprelr()
}

fn gate(x: &[Expr]) -> Vec<Expr> {
    let dt = x[0].lit(0.025);
    vec![advance_rates_staggered(x[1], rate(x[0]) * dt, x[0].exp() * dt, x[0].lit(1.0))]
}

#[test]
fn a_rate_is_three_operations() {
    let tape = Tape::compile::<f64>(&record(1, |x| vec![rate(x[0])]));
    assert_eq!(
        tape.ops(),
        [
            Op::Scale { to: 0, a: Operand::Input(0), offset: -55.0, factor: -0.1 },
            Op::Unary { to: 0, function: Unary::Exprelr, a: Operand::Register(0) },
            Op::Binary { to: 0, function: Binary::Mul, a: Operand::Literal(0.1), b: Operand::Register(0) },
        ]
    );
    assert_eq!(tape.registers(), 1);
}

#[test]
fn a_tape_computes_the_bits_of_its_program() {
    let program = record(2, gate);
    let (single, double) = (Tape::compile::<f32>(&program), Tape::compile::<f64>(&program));
    assert!(double.registers() <= 4, "{} registers", double.registers());
    for step in -600..600_i16 {
        let inputs = [f64::from(step) * 0.25, 0.3];
        assert_eq!(run(&double, &inputs)[0].to_bits(), program.evaluate(&inputs)[0].to_bits());
        #[allow(clippy::cast_possible_truncation)]
        let inputs = inputs.map(|x| x as f32);
        assert_eq!(run(&single, &inputs)[0].to_bits(), program.evaluate(&inputs)[0].to_bits());
    }
}

#[test]
fn what_is_used_twice_is_kept() {
    // The difference and the exponential are needed outside of what they could be taken into.
    let program = record(1, |x| {
        let difference = x[0] - x[0].lit(3.0);
        let e = x[0].exp_m1();
        vec![difference * x[0].lit(2.0), difference, x[0].exprelr(), e, x[0], x[0].lit(7.0)]
    });
    let tape = Tape::compile::<f64>(&program);
    assert!(!tape.ops().iter().any(|op| matches!(op, Op::Scale { .. })));
    for x in [0.0, 1.5, -2.0] {
        assert_eq!(run(&tape, &[x]), program.evaluate(&[x]));
    }
}
