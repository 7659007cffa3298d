//! Voltage steps: a patch of membrane a command potential, all clamped at once.
//!
//! A point of 1000 um2 is held through a thousandth of an ohm: the potential is off by a picovolt for a nanoampere. The scheme
//! is backward Euler, whose gate steps are exact at a potential that stands still and which damps what a jump leaves. Currents
//! are those of the channels, outward positive; the clamp's own, which charges the membrane, is left out.

use huxley_model::channel::Integrator;
use huxley_model::morphology::SectionKind;
use huxley_model::network::{
    CellSelection, Distribution, Probe, Site, Stimulus, StimulusKind, Target, Tick, Variable, Waveform,
};

use super::boltzmann::Boltzmann;
use super::document::{CLAMP_SCHEMA, ChannelClamp, ChannelStep, ClampReport, Course, Segment, TotalStep};
use super::subject::constant_reversal;
use super::{ProtocolError, Subject, run};

/// Series resistance of the clamp, megohm: a thousandth of an ohm.
const SERIES: f64 = 1e-9;
/// Conductance is not told nearer to the reversal potential than this, mV.
const NEAR: f64 = 1.0;
/// Part of a step at its end whose mean is the steady current.
const STEADY: f64 = 0.1;
/// A potential farther from its command than this, mV, is no clamp.
const ESCAPED: f64 = 0.1;
/// nA of 1 um2 as uA/cm2.
const DENSITY: f64 = 1e5;

/// What is done.
#[derive(Clone, Debug, PartialEq)]
pub struct ClampOptions {
    /// Held before the step, mV.
    pub hold: f64,
    /// For how long, ms.
    pub hold_ms: f64,
    /// Potentials of the step, mV: a patch each.
    pub commands: Vec<f64>,
    /// How long it is, ms.
    pub step_ms: f64,
    /// A potential for all after the step, mV, and for how long, ms.
    pub then: Option<(f64, f64)>,
    /// Sections whose membrane it is.
    pub kind: SectionKind,
    /// Substep, ms.
    pub dt: f64,
}

impl Default for ClampOptions {
    /// The steps of Hodgkin & Huxley 1952 from today's side: -80 to 60 mV from a rest at -65 mV.
    fn default() -> Self {
        Self {
            hold: -65.0,
            hold_ms: 5.0,
            commands: (0..15).map(|i| -80.0 + 10.0 * f64::from(i)).collect(),
            step_ms: 20.0,
            then: None,
            kind: SectionKind::Soma,
            dt: 0.01,
        }
    }
}

/// Clamps and measures.
///
/// # Errors
/// When the membrane has no channels there, or the network cannot be built or run.
pub fn clamp(subject: &Subject, options: &ClampOptions) -> Result<ClampReport, ProtocolError> {
    let mut patch = subject.patch(options.kind);
    patch.v_init = Distribution::Constant(options.hold);
    let insertions: Vec<_> =
        patch.membrane.insertions.iter().filter(|i| i.density_in(SectionKind::Any) > 0.0).cloned().collect();
    if insertions.is_empty() {
        let text = format!("{} has no channels in sections of the kind that is clamped", subject.name);
        return Err(ProtocolError::Subject(text));
    }
    // All leaks of a node are one current.
    let gated: Vec<_> = insertions.iter().filter(|i| !i.channel.is_leak()).collect();
    let leak = insertions.iter().find(|i| i.channel.is_leak());
    let named: Vec<_> = gated.iter().copied().chain(leak).collect();

    let mut network = subject.copies(patch, options.commands.len());
    let on = options.hold_ms;
    let off = on + options.step_ms;
    let end = off + options.then.map_or(0.0, |(_, ms)| ms);
    network.run.duration = end;
    network.run.dt = options.dt;
    network.run.tick = Tick::OneMillisecond;
    network.run.integrator = Integrator::BackwardEuler;
    let name = network.populations[0].name.clone();
    for (i, &command) in options.commands.iter().enumerate() {
        let mut points = vec![(0.0, options.hold), (on, options.hold), (on, command), (off, command)];
        let last = options.then.map_or(command, |(then, _)| then);
        points.extend([(off, last), (end, last)]);
        network.stimuli.push(Stimulus {
            name: format!("clamp{i}"),
            target: Target { population: name.clone(), cells: CellSelection::Indices(vec![i]), site: Site::Soma },
            kind: StimulusKind::VoltageClamp {
                waveform: Waveform { points, outside: last },
                series_resistance: SERIES,
                start: 0.0,
                stop: 1e15,
            },
        });
    }
    let mut probe = |name_of: &str, variable| {
        network.probes.push(Probe {
            name: name_of.to_owned(),
            target: Target { population: name.clone(), cells: CellSelection::All, site: Site::Soma },
            variable,
            interval: options.dt,
        });
    };
    probe("v", Variable::Potential);
    for insertion in &named {
        let channel = insertion.channel.name.to_string();
        probe(&channel, Variable::ChannelCurrent { channel: channel.clone() });
    }
    let (_, epoch) = run(network)?;

    let patches = options.commands.len();
    let samples = epoch.samples[0].len() / patches;
    #[allow(clippy::cast_precision_loss)]
    let times: Vec<f64> = (0..samples).map(|s| s as f64 * options.dt).collect();
    let course = |probe: usize, patch: usize, factor: f64| -> Vec<f64> {
        (0..samples).map(|s| factor * epoch.samples[probe][s * patches + patch]).collect()
    };
    let density = DENSITY / Subject::patch_area();
    // What is sampled at a time is the state before the step that begins there: a jump shows a sample later.
    let within = |from: f64, to: f64| -> Vec<usize> {
        (0..samples).filter(|&s| times[s] > from + 0.5 * options.dt && times[s] <= to + 0.5 * options.dt).collect()
    };
    let (step, then) = (within(on, off), within(off, end));

    let mut channels = Vec::new();
    let mut totals: Vec<Vec<f64>> = vec![vec![0.0; samples]; patches];
    for (c, insertion) in named.iter().enumerate() {
        let is_leak = insertion.channel.is_leak();
        let reversal = constant_reversal(insertion, subject.celsius).filter(|_| !is_leak);
        let mut own = ChannelClamp {
            name: insertion.channel.name.to_string(),
            gated: !is_leak,
            reads_calcium: insertion.channel.reads_calcium(),
            reversal_mv: reversal,
            steps: Vec::new(),
            courses: Vec::new(),
            activation: None,
            then: None,
        };
        for (patch, &command) in options.commands.iter().enumerate() {
            let current = course(1 + c, patch, density);
            totals[patch].iter_mut().zip(&current).for_each(|(sum, own)| *sum += own);
            let segment =
                |samples: &[usize], start: f64, v: f64| segment(&current, &times, samples, start, v, reversal);
            own.steps.push(ChannelStep {
                command_mv: command,
                step: segment(&step, on, command),
                then: options.then.map(|(v, _)| segment(&then, off, v)),
            });
            own.courses.push(current);
        }
        let points = |pick: &dyn Fn(&ChannelStep) -> Option<f64>| -> Vec<(f64, f64)> {
            own.steps.iter().filter_map(|step| Some((step.command_mv, pick(step)?))).collect()
        };
        if own.gated && !own.reads_calcium {
            own.activation = Boltzmann::fit(&points(&|step| step.step.conductance));
            own.then = Boltzmann::fit(&points(&|step| step.then.as_ref()?.conductance));
        }
        channels.push(own);
    }
    let total = options.commands.iter().zip(&totals).map(|(&command, current)| {
        let extreme = |better: fn(f64, f64) -> bool| {
            let best = step.iter().copied().reduce(|a, b| if better(current[b], current[a]) { b } else { a });
            best.map_or(f64::NAN, |s| current[s])
        };
        TotalStep {
            command_mv: command,
            inward: extreme(|a, b| a < b),
            outward: extreme(|a, b| a > b),
            steady: mean_at_end(current, &step),
        }
    });
    let total = total.collect();
    let mut escaped: f64 = 0.0;
    for (patch, &command) in options.commands.iter().enumerate() {
        let v = course(0, patch, 1.0);
        let far = |samples: &[usize], command: f64| samples.iter().map(|&s| (v[s] - command).abs()).fold(0.0, f64::max);
        escaped = escaped.max(far(&step, command)).max(options.then.map_or(0.0, |(v, _)| far(&then, v)));
    }
    let mut warnings = Vec::new();
    if escaped > ESCAPED {
        warnings
            .push(format!("the potential was {escaped:.2} mV from its command: currents are too large for this clamp"));
    }
    Ok(ClampReport {
        schema: CLAMP_SCHEMA,
        subject: subject.name.clone(),
        source: subject.source.clone(),
        celsius: subject.celsius,
        hold_mv: options.hold,
        hold_ms: options.hold_ms,
        step_ms: options.step_ms,
        then_mv: options.then.map(|(v, _)| v),
        then_ms: options.then.map(|(_, ms)| ms),
        dt_ms: options.dt,
        error_mv: escaped,
        channels,
        total,
        course: Course { times_ms: times, totals },
        notes: subject.notes.clone(),
        warnings,
        outputs: Vec::new(),
    })
}

/// The largest current of some samples, when it is, and what is left at their end.
fn segment(current: &[f64], times: &[f64], samples: &[usize], start: f64, v: f64, reversal: Option<f64>) -> Segment {
    let largest = samples.iter().copied().reduce(|a, b| if current[b].abs() > current[a].abs() { b } else { a });
    let (peak, peak_ms) = largest.map_or((f64::NAN, f64::NAN), |s| (current[s], times[s] - start));
    let force = reversal.map(|e| v - e).filter(|force| force.abs() >= NEAR);
    // uA/cm2 over mV is mS/cm2
    Segment { peak, peak_ms, steady: mean_at_end(current, samples), conductance: force.map(|force| peak / force) }
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)]
fn mean_at_end(current: &[f64], samples: &[usize]) -> f64 {
    let count = ((samples.len() as f64 * STEADY) as usize).max(1);
    let last = &samples[samples.len().saturating_sub(count)..];
    last.iter().map(|&s| current[s]).sum::<f64>() / last.len() as f64
}
