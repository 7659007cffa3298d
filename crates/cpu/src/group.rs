//! Channels of a class, grouped into what one kernel does: a compiled pair of the literature, or a tape.

use std::ops::Range;

use huxley_engine::plan::{Class, Settings};
use huxley_model::channel::{Channel, Integrator};
use huxley_model::expr::{Expr, record};
use huxley_model::membrane::add_conductance;
use huxley_model::preset;
use huxley_model::real::Real;
use huxley_model::tape::Tape;

use crate::block::{ClassKernel, Tapes, plane};

/// Channels that one kernel advances.
#[derive(Debug)]
pub struct Group {
    /// Channels of the class.
    pub channels: Range<usize>,
    /// First plane: maximal conductances in order of channels, then gates.
    pub first_plane: usize,
    /// Number of gates.
    pub gates: usize,
    /// Rate factors of the gates.
    pub factors: Vec<f64>,
    /// Reversal potentials of the channels, mV.
    pub reversals: Vec<f64>,
    /// What runs it.
    pub program: Program,
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
        channels.len() >= at + 2 && (0..2).all(|i| same_kinetics(channels[at + i], &known[i]))
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
    let mut kernel = ClassKernel { groups: Vec::new(), channel_planes: 0, channels: Vec::new() };
    for (span, program) in spans {
        let first_plane = plane::CHANNELS + kernel.channel_planes;
        let mut gate_plane = first_plane + span.len();
        for (i, channel) in channels[span.clone()].iter().enumerate() {
            kernel.channels.push((first_plane + i, gate_plane));
            gate_plane += channel.states();
        }
        let gates = gate_plane - first_plane - span.len();
        kernel.channel_planes += span.len() + gates;
        let with_state = channels[span.clone()].iter().flat_map(|c| c.gates.iter()).filter(|g| g.has_state());
        kernel.groups.push(Group {
            factors: with_state.map(|g| g.rate_factor(settings.celsius)).collect(),
            reversals: class.channels[span.clone()].iter().map(|c| c.reversal).collect(),
            program: program.unwrap_or_else(|| Program::Tape {
                single: Box::new(tapes::<f32>(class, span.clone(), settings)),
                double: Box::new(tapes::<f64>(class, span.clone(), settings)),
            }),
            channels: span,
            first_plane,
            gates,
        });
    }
    kernel
}

/// Records the channels of a group.
pub(crate) fn tapes<R: Real + Into<f64> + From<f32>>(class: &Class, span: Range<usize>, settings: &Settings) -> Tapes {
    let entries = &class.channels[span];
    let gates: usize = entries.iter().map(|e| e.channel.states()).sum();
    let conductance = record(3 + entries.len() + gates, |inputs: &[Expr]| {
        let v = inputs[0];
        let mut equation = (inputs[1], inputs[2]);
        let mut states = &inputs[3 + entries.len()..];
        for (entry, &gbar) in entries.iter().zip(&inputs[3..]) {
            let (own, rest) = states.split_at(entry.channel.states());
            states = rest;
            let g = entry.channel.conductance(gbar, own, v, settings.celsius);
            equation = add_conductance(equation, g, v.lit(entry.reversal), v);
        }
        vec![equation.0, equation.1]
    });
    let advance = record(1 + gates, |inputs: &[Expr]| {
        let with_state = entries.iter().flat_map(|e| e.channel.gates.iter()).filter(|g| g.has_state());
        with_state
            .zip(&inputs[1..])
            .map(|(gate, &x)| {
                let factor = gate.rate_factor(settings.celsius);
                gate.advance(settings.integrator, x, inputs[0], settings.dt, settings.celsius, factor)
            })
            .collect()
    });
    Tapes { conductance: Tape::compile::<R>(&conductance), advance: Tape::compile::<R>(&advance) }
}
