//! Text, recording and tape compute one function, to the bit.

use huxley_cpu::lanes::{Element, Rounding, dispatch, levels};
use huxley_cpu::tape::{CHUNK, Run, Scratch};
use huxley_model::channel::Integrator;
use huxley_model::channel::Sensed;
use huxley_model::expr::{Program, record};
use huxley_model::expression::{Expression, Variables};
use huxley_model::real::Real;
use huxley_model::tape::Tape;

use crate::channels::gates;
use crate::on_lanes::same;

const DT: f64 = 0.025;

/// Every gate advanced; `inputs` are the potential and the states.
fn advance<R: Real>(integrator: Integrator, inputs: &[R]) -> Vec<R> {
    let states = inputs[1..].iter().zip(gates());
    states
        .map(|(&x, gate)| gate.advance(integrator, x, Sensed::potential(inputs[0]), DT, 20.0, gate.rate_factor(20.0)))
        .collect()
}

fn padded(length: usize) -> usize {
    length.next_multiple_of(CHUNK)
}

/// A tape on planes of its own, out of place.
fn run<E: Element>(
    tape: &Tape,
    inputs: &[Vec<E>],
    level: fearless_simd::Level,
    scratch: &mut Scratch<E>,
) -> Vec<Vec<E>> {
    let (length, stride) = (inputs[0].len(), padded(inputs[0].len()));
    let mut planes = vec![E::default(); stride * (inputs.len() + tape.outputs().len())];
    for (plane, input) in planes.chunks_exact_mut(stride).zip(inputs) {
        plane[..length].copy_from_slice(input);
    }
    let offsets: Vec<usize> = (0..inputs.len() + tape.outputs().len()).map(|n| n * stride).collect();
    let (inputs, outputs) = offsets.split_at(inputs.len());
    dispatch(level, Rounding::Strict, Run { tape, planes: &mut planes, inputs, outputs, length, scratch });
    outputs.iter().map(|&offset| planes[offset..offset + length].to_vec()).collect()
}

fn check_gates<E: Element + Into<f64> + From<f32>>(integrator: Integrator) {
    let count = gates().len();
    let program = record(count + 1, |inputs| advance(integrator, inputs));
    let tape = Tape::compile::<E>(&program);
    let mut scratch = Scratch::default();
    for length in [1, CHUNK - 1, CHUNK, CHUNK + 1, 1000] {
        let stride = padded(length) + CHUNK;
        let mut start = vec![E::from_f64(-7.0); stride * (count + 1)];
        for k in 0..length {
            let part = k as f64 / length as f64;
            start[k] = E::from_f64(-150.0 + 250.0 * part);
            (1..=count).for_each(|g| start[g * stride + k] = E::from_f64((part * g as f64).fract()));
        }
        let offsets: Vec<usize> = (0..=count).map(|n| n * stride).collect();
        for level in levels() {
            let mut planes = start.clone();
            let (inputs, outputs) = (&offsets[..], &offsets[1..]);
            let (tape, scratch) = (&tape, &mut scratch);
            dispatch(level, Rounding::Strict, Run { tape, planes: &mut planes, inputs, outputs, length, scratch });
            for k in 0..length {
                let inputs: Vec<E> = offsets.iter().map(|offset| start[offset + k]).collect();
                let expected = advance(integrator, &inputs);
                for (g, expected) in expected.into_iter().enumerate() {
                    let found = planes[offsets[g + 1] + k];
                    assert!(
                        same(found, expected),
                        "{level:?} gate {g} at {:?}: {found:?}, not {expected:?}",
                        inputs[0]
                    );
                }
            }
            for plane in planes.chunks_exact(stride) {
                assert!(plane[padded(length)..].iter().all(|&x| same(x, E::from_f64(-7.0))), "beyond the plane");
            }
        }
    }
}

#[test]
fn gates_in_place_on_a_tape_have_the_bits_of_the_function() {
    for (_, integrator) in Integrator::ALL {
        check_gates::<f32>(integrator);
        check_gates::<f64>(integrator);
    }
}

/// A small generator, so that a failing text can be had again (Steele, Lea & Flood 2014).
struct SplitMix(u64);

impl SplitMix {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % n
    }

    fn pick<'a>(&mut self, list: &[&'a str]) -> &'a str {
        list[self.below(list.len() as u64) as usize]
    }

    fn text(&mut self, depth: u32) -> String {
        if depth == 0 || self.below(8) == 0 {
            return match self.below(4) {
                0 | 1 => "v".to_owned(),
                2 => "celsius".to_owned(),
                _ => format!("{}", self.below(2000) as f64 / 64.0 + 0.1),
            };
        }
        let mut part = || self.text(depth - 1);
        let (a, b, c, d) = (part(), part(), part(), part());
        match self.below(9) {
            0..=3 => format!("({a} {} {b})", self.pick(&["+", "-", "*", "/"])),
            4 | 5 => format!("{}({a} / 20)", self.pick(&["exp", "exprelr", "tanh", "sigmoid", "cosh", "abs"])),
            6 => format!("{}({a}, {b})", self.pick(&["min", "max"])),
            7 => format!("if({a} {} {b}, {c}, {d})", self.pick(&["<", "<=", ">", ">="])),
            _ => match self.below(3) {
                0 => format!("(-{a})^{}", self.below(6)),
                1 => format!("({a})^-2"),
                _ => format!("1.5^({a} / 100)"),
            },
        }
    }
}

fn check_expression<E: Element + Into<f64> + From<f32>>(expression: &Expression, program: &Program) {
    let tape = Tape::compile::<E>(program);
    let v: Vec<E> = (0..40).map(|k| E::from_f64(-100.0 + 3.7 * f64::from(k))).chain([E::from_f64(-0.0)]).collect();
    let celsius = vec![E::from_f64(6.3); v.len()];
    let direct: Vec<E> =
        v.iter().zip(&celsius).map(|(&v, &celsius)| expression.evaluate(&Variables { v, ca: v, celsius })).collect();
    let text = expression.text();
    for (k, &expected) in direct.iter().enumerate() {
        let recorded = program.evaluate(&[v[k], celsius[k]])[0];
        assert!(same(recorded, expected), "recorded `{text}` at {:?}: {recorded:?}, not {expected:?}", v[k]);
    }
    for level in levels() {
        let found = run(&tape, &[v.clone(), celsius.clone()], level, &mut Scratch::default()).remove(0);
        for k in 0..v.len() {
            let (found, expected) = (found[k], direct[k]);
            assert!(same(found, expected), "`{text}` on a tape at {level:?}, {:?}: {found:?}, not {expected:?}", v[k]);
        }
    }
}

#[test]
fn a_random_text_recorded_and_taped_is_the_text() {
    let mut random = SplitMix(1952);
    let (mut checked, mut longest) = (0, 0);
    for _ in 0..1500 {
        let text = random.text(5);
        // Constants that divide by zero are refused; nothing else may be.
        let expression = match Expression::parse(&text) {
            Ok(expression) => expression,
            Err(error) if error.message.contains("no finite value") => continue,
            Err(error) => panic!("{error}"),
        };
        let evaluate = |x: &[_]| vec![expression.evaluate(&Variables { v: x[0], ca: x[0], celsius: x[1] })];
        let program = record(2, |x| evaluate(x));
        check_expression::<f32>(&expression, &program);
        check_expression::<f64>(&expression, &program);
        checked += 1;
        longest = longest.max(program.nodes().len());
    }
    assert!(checked > 1000 && longest > 50, "{checked} texts, the longest with {longest} operations");
}

#[test]
fn outputs_may_be_inputs_and_constants() {
    let program = record(2, |x| vec![x[1], x[0].lit(0.1), x[0] + x[1], x[0] + x[1]]);
    let tape = Tape::compile::<f32>(&program);
    for level in levels() {
        let found = run(&tape, &[vec![1.0_f32; 20], vec![2.0; 20]], level, &mut Scratch::default());
        for (plane, expected) in found.iter().zip([2.0, 0.1, 3.0, 3.0]) {
            assert!(plane.iter().all(|&x| same(x, expected)), "{plane:?}, not {expected}");
        }
    }
}

#[test]
#[should_panic(expected = "multiple of 16")]
fn a_plane_off_its_chunk_is_refused() {
    let tape = Tape::compile::<f64>(&record(1, |x| vec![x[0].exp()]));
    let mut planes = vec![0.0_f64; 32];
    let mut scratch = Scratch::default();
    let run = Run { tape: &tape, planes: &mut planes, inputs: &[8], outputs: &[16], length: 4, scratch: &mut scratch };
    dispatch(fearless_simd::Level::new(), Rounding::Strict, run);
}
