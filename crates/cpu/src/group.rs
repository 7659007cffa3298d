//! Channels of a class, grouped into what one kernel does: a compiled pair of the literature, or a tape.

use std::ops::Range;

use huxley_engine::plan::{Class, ClassChannel, Settings};
use huxley_model::channel::{Channel, Integrator, Reversal, Sensed};
use huxley_model::expr::{Expr, record};
use huxley_model::preset;
use huxley_model::real::Real;
use huxley_model::tape::Tape;

use crate::block::{ClassKernel, Form, constant, plane};
use crate::kernel::SignallingPlanes;

/// Channels that one kernel advances.
#[derive(Debug)]
pub struct Group {
    /// Channels of the class.
    pub channels: Range<usize>,
    /// Plane of its first gate.
    pub first_gate: usize,
    /// Number of gates.
    pub gates: usize,
    /// Rate factors of the gates.
    pub factors: Vec<f64>,
    /// Reversal potentials of the channels, mV.
    pub reversals: Vec<f64>,
    /// What the channel reads of its cell's signalling.
    pub cell: CellInputs,
    /// What runs it.
    pub program: Program,
}

impl Group {
    /// Planes of its gates.
    pub fn gate_planes(&self) -> Range<usize> {
        self.first_gate..self.first_gate + self.gates
    }

    /// Where the planes of its maximal conductances begin in a block of this form.
    pub fn gbar(&self, form: Form) -> impl Iterator<Item = usize> {
        self.channels.clone().map(move |channel| form.constant(constant::GBAR + channel).start)
    }
}

/// Planes that a channel reads of its cell's signalling: the last inputs of its tapes, in this order.
#[derive(Clone, Copy, Debug, Default)]
pub struct CellInputs {
    /// Calcium, uM.
    pub calcium: Option<usize>,
    /// Factor of its conductance.
    pub factor: Option<usize>,
    /// Reversal potential, mV.
    pub reversal: Option<usize>,
}

impl CellInputs {
    /// The planes.
    pub fn planes(self) -> impl Iterator<Item = usize> {
        [self.calcium, self.factor, self.reversal].into_iter().flatten()
    }

    /// What channel `index` of `class` reads.
    fn of(class: &Class, index: usize, planes: Option<&SignallingPlanes>) -> Self {
        let entry = &class.channels[index];
        let Some(planes) = planes else { return Self::default() };
        let gates = entry.channel.gates.iter().any(huxley_model::channel::Gate::reads_calcium);
        let calcium = gates || matches!(entry.channel.reversal, Reversal::GoldmanCalcium { .. });
        let reversal = planes.reversals.iter().find(|(channel, _)| *channel == index);
        Self {
            calcium: calcium.then_some(planes.calcium),
            factor: entry.modulated.then_some(planes.factor),
            reversal: reversal.map(|&(_, plane)| plane),
        }
    }

    /// The recorded channel's surroundings: maximal conductance, what its gates sense, reversal potential.
    fn take(self, entry: &ClassChannel, v: Expr, gbar: Expr, inputs: &[Expr]) -> (Expr, Sensed<Expr>, Expr) {
        let mut inputs = inputs.iter().copied();
        let mut next = |plane: Option<usize>| plane.and_then(|_| inputs.next());
        let (ca, factor, reversal) = (next(self.calcium), next(self.factor), next(self.reversal));
        let at = Sensed { ca: ca.unwrap_or_else(|| v.lit(0.0)), v };
        (factor.map_or(gbar, |f| gbar * f), at, reversal.unwrap_or_else(|| v.lit(entry.reversal)))
    }
}

/// What runs a group.
#[derive(Debug)]
pub enum Program {
    /// The squid's sodium and potassium, compiled.
    Hh,
    /// Traub and Miles's, compiled.
    TraubMiles,
    /// A recorded program, for each precision.
    Tape {
        /// Single.
        single: Box<Tapes>,
        /// Double.
        double: Box<Tapes>,
    },
}

/// The tapes of a group, for one precision. Each has what the channel reads of its cell as further inputs.
#[derive(Clone, Debug)]
pub struct Tapes {
    /// Adds the group's conductances to the equations: inputs `v, d, i`, maximal conductances, gates; outputs `d, i`.
    pub conductance: Tape,
    /// Moves the gates: inputs `v`, gates; outputs gates.
    pub advance: Tape,
    /// Adds the current of a channel that carries calcium to a sum: inputs `v`, the sum, maximal conductance, gates.
    pub calcium_current: Option<Tape>,
}

/// Whether two channels move alike, wherever their current reverses and whatever their names.
fn same_kinetics(a: &Channel, b: &Channel) -> bool {
    a.gates.len() == b.gates.len()
        && a.gates.iter().zip(b.gates.iter()).all(|(x, y)| x.power == y.power && x.kinetics == y.kinetics)
}

/// The groups of a class.
#[must_use]
pub fn groups(class: &Class, settings: &Settings) -> ClassKernel {
    let channels: Vec<&Channel> = class.channels.iter().map(|c| &c.channel).collect();
    let pair = |at: usize, known: &[Channel; 2]| {
        let plain = |entry: &ClassChannel| {
            !entry.modulated && !entry.carries_calcium && !entry.channel.reversal.follows_calcium()
        };
        channels.len() >= at + 2
            && (0..2).all(|i| same_kinetics(channels[at + i], &known[i]) && plain(&class.channels[at + i]))
    };
    // Compiled kernels know the implicit schemes only.
    let compiled = settings.integrator != Integrator::ForwardEuler;
    let mut spans: Vec<(Range<usize>, Option<Program>)> = Vec::new();
    let mut at = 0;
    while at < channels.len() {
        if compiled && pair(at, &preset::HH) {
            spans.push((at..at + 2, Some(Program::Hh)));
            at += 2;
        } else if compiled && pair(at, &preset::TRAUB_MILES) {
            spans.push((at..at + 2, Some(Program::TraubMiles)));
            at += 2;
        } else {
            spans.push((at..at + 1, None));
            at += 1;
        }
    }
    let all = channels.iter().map(|c| c.states()).sum::<usize>();
    let signalling = SignallingPlanes::of(class, plane::GATES + all);
    let mut kernel = ClassKernel { groups: Vec::new(), pools: plane::GATES, gates: Vec::new(), signalling: None };
    for (span, program) in spans {
        let first_gate = kernel.pools;
        for channel in &channels[span.clone()] {
            kernel.gates.push(kernel.pools);
            kernel.pools += channel.states();
        }
        let with_state = channels[span.clone()].iter().flat_map(|c| c.gates.iter()).filter(|g| g.has_state());
        let cell = CellInputs::of(class, span.start, signalling.as_ref());
        kernel.groups.push(Group {
            factors: with_state.map(|g| g.rate_factor(settings.celsius)).collect(),
            reversals: class.channels[span.clone()].iter().map(|c| c.reversal).collect(),
            program: program.unwrap_or_else(|| Program::Tape {
                single: Box::new(tapes::<f32>(class, span.start, cell, settings)),
                double: Box::new(tapes::<f64>(class, span.start, cell, settings)),
            }),
            channels: span,
            first_gate,
            gates: kernel.pools - first_gate,
            cell,
        });
    }
    kernel.pools += signalling.as_ref().map_or(0, SignallingPlanes::count);
    kernel.signalling = signalling;
    kernel
}

/// Records the channel of a group.
fn tapes<R: Real + Into<f64> + From<f32>>(
    class: &Class,
    channel: usize,
    cell: CellInputs,
    settings: &Settings,
) -> Tapes {
    let entry = &class.channels[channel];
    let gates = entry.channel.states();
    let more = cell.planes().count();
    let conductance = record(4 + gates + more, |inputs: &[Expr]| {
        let (gbar, at, reversal) = cell.take(entry, inputs[0], inputs[3], &inputs[4 + gates..]);
        let equation = (inputs[1], inputs[2]);
        let states = &inputs[4..4 + gates];
        let equation = entry.channel.add_to(equation, gbar, states, at, reversal, settings.celsius);
        vec![equation.0, equation.1]
    });
    let calcium_current = entry.carries_calcium.then(|| {
        record(3 + gates + more, |inputs: &[Expr]| {
            let (gbar, at, reversal) = cell.take(entry, inputs[0], inputs[2], &inputs[3 + gates..]);
            let states = &inputs[3..3 + gates];
            vec![inputs[1] + entry.channel.current(gbar, states, at, reversal, settings.celsius)]
        })
    });
    let advance = record(1 + gates + more, |inputs: &[Expr]| {
        let (_, at, _) = cell.take(entry, inputs[0], inputs[0], &inputs[1 + gates..]);
        let with_state = entry.channel.gates.iter().filter(|g| g.has_state());
        with_state
            .zip(&inputs[1..])
            .map(|(gate, &x)| {
                let factor = gate.rate_factor(settings.celsius);
                gate.advance(settings.integrator, x, at, settings.dt, settings.celsius, factor)
            })
            .collect()
    });
    Tapes {
        conductance: Tape::compile::<R>(&conductance),
        advance: Tape::compile::<R>(&advance),
        calcium_current: calcium_current.map(|program| Tape::compile::<R>(&program)),
    }
}
