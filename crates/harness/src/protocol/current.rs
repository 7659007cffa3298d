//! Current steps: a cell an amplitude, and its rates over them (the f-I curve).

use huxley_model::network::{
    CellSelection, CurrentUnit, Probe, Site, Stimulus, StimulusKind, Target, Variable, Waveform,
};

use super::document::{AmplitudeRow, CURRENT_SCHEMA, CurrentReport, Gain, Threshold};
use super::{ProtocolError, Subject, run};
use crate::trains::{adaptation, intervals};

/// Potentials are kept about this often, ms.
const SAMPLE: f64 = 0.1;
/// Cells that a threshold is looked for with in a round.
const BETWEEN: usize = 9;

/// What is done.
#[derive(Clone, Debug, PartialEq)]
pub struct CurrentOptions {
    /// Amplitudes, ascending, in `unit`: a cell each.
    pub amplitudes: Vec<f64>,
    /// What they are in.
    pub unit: CurrentUnit,
    /// Time before the step, ms.
    pub delay_ms: f64,
    /// How long it is, ms.
    pub step_ms: f64,
    /// Time after it, ms.
    pub after_ms: f64,
    /// Where it goes.
    pub site: Site,
    /// Substep, ms; the model's where none is given.
    pub dt: Option<f64>,
    /// Rounds in which thresholds are looked for between two amplitudes: each finds another digit.
    pub rounds: usize,
}

/// Injects and counts. `progress` is told how many rounds are done, and of how many.
///
/// # Errors
/// When the network cannot be built or run.
pub fn current(
    subject: &Subject,
    options: &CurrentOptions,
    mut progress: impl FnMut(usize, usize),
) -> Result<CurrentReport, ProtocolError> {
    let rounds = 1 + options.rounds;
    progress(0, rounds);
    let (trains, traces, interval_ms) = inject(subject, options, &options.amplitudes, true)?;
    let rows: Vec<AmplitudeRow> =
        options.amplitudes.iter().zip(&trains).map(|(&amplitude, train)| row(amplitude, train, options)).collect();
    // Everything that was tried: rates at thresholds are among it.
    let mut known = rows.clone();
    let mut bounds = [bracket(&rows, fires), bracket(&rows, repeats)];
    for round in 1..rounds {
        progress(round, rounds);
        let inner = |bound: &Option<(f64, f64)>| -> Vec<f64> {
            let Some((low, high)) = *bound else { return Vec::new() };
            #[allow(clippy::cast_precision_loss)]
            let at = |i: usize| low + (high - low) * i as f64 / (BETWEEN + 1) as f64;
            (1..=BETWEEN).map(at).collect()
        };
        let tried = [inner(&bounds[0]), inner(&bounds[1])];
        if tried.iter().all(Vec::is_empty) {
            break;
        }
        let all: Vec<f64> = tried.concat();
        let (trains, ..) = inject(subject, options, &all, false)?;
        let own: Vec<AmplitudeRow> = all.iter().zip(&trains).map(|(&a, train)| row(a, train, options)).collect();
        known.extend(own.iter().copied());
        let (first, second) = own.split_at(tried[0].len());
        bounds = [narrowed(bounds[0], first, fires), narrowed(bounds[1], second, repeats)];
    }
    progress(rounds, rounds);
    let below = |of: fn(&AmplitudeRow) -> bool| rows.first().is_some_and(of);
    let mut warnings = Vec::new();
    if rows.iter().any(|row| row.spontaneous > 0) {
        warnings.push("the cell fires before the step: rates are not of the current alone".to_owned());
    }
    Ok(CurrentReport {
        schema: CURRENT_SCHEMA,
        subject: subject.name.clone(),
        source: subject.source.clone(),
        celsius: subject.celsius,
        unit: unit_name(options.unit),
        delay_ms: options.delay_ms,
        step_ms: options.step_ms,
        after_ms: options.after_ms,
        dt_ms: options.dt.unwrap_or(subject.run.dt),
        integrator: subject.run.integrator.name(),
        rheobase: threshold(bounds[0], below(fires), &known),
        onset: threshold(bounds[1], below(repeats), &known),
        gain: gain(&rows),
        rows,
        traces,
        trace_interval_ms: interval_ms,
        notes: subject.notes.clone(),
        warnings,
        outputs: Vec::new(),
    })
}

/// `nA` or `uA/cm2`.
#[must_use]
pub fn unit_name(unit: CurrentUnit) -> &'static str {
    match unit {
        CurrentUnit::Nanoampere => "nA",
        CurrentUnit::MicroamperePerCm2 => "uA/cm2",
    }
}

/// Spike times of each cell, and their potentials with the time between two.
type Injected = (Vec<Vec<f64>>, Vec<Vec<f32>>, f64);

fn inject(
    subject: &Subject,
    options: &CurrentOptions,
    amplitudes: &[f64],
    traced: bool,
) -> Result<Injected, ProtocolError> {
    let mut network = subject.copies(subject.population.clone(), amplitudes.len());
    if let Some(dt) = options.dt {
        network.run.dt = dt;
    }
    let dt = network.run.dt;
    let (on, off) = (options.delay_ms, options.delay_ms + options.step_ms);
    network.run.duration = off + options.after_ms;
    let name = network.populations[0].name.clone();
    for (i, &amplitude) in amplitudes.iter().enumerate() {
        network.stimuli.push(Stimulus {
            name: format!("step{i}"),
            target: Target {
                population: name.clone(),
                cells: CellSelection::Indices(vec![i]),
                site: options.site.clone(),
            },
            kind: StimulusKind::Current { waveform: Waveform::step(amplitude, on, off), unit: options.unit },
        });
    }
    let interval = (SAMPLE / dt).round().max(1.0) * dt;
    if traced {
        network.probes.push(Probe {
            name: "v".to_owned(),
            target: Target { population: name, cells: CellSelection::All, site: Site::Soma },
            variable: Variable::Potential,
            interval,
        });
    }
    let (plan, epoch) = run(network)?;
    let mut trains = vec![Vec::new(); amplitudes.len()];
    for spike in &epoch.spikes {
        trains[spike.cell as usize].push(spike.time(plan.settings.dt));
    }
    #[allow(clippy::cast_possible_truncation)]
    let trace = |cell: usize| epoch.samples[0].iter().skip(cell).step_by(amplitudes.len()).map(|v| *v as f32).collect();
    let traces = if traced { (0..amplitudes.len()).map(trace).collect() } else { Vec::new() };
    Ok((trains, traces, interval))
}

#[allow(clippy::cast_precision_loss)]
fn row(amplitude: f64, train: &[f64], options: &CurrentOptions) -> AmplitudeRow {
    let (on, off) = (options.delay_ms, options.delay_ms + options.step_ms);
    let middle = 0.5 * (on + off);
    let between =
        |from: f64, to: f64| -> Vec<f64> { train.iter().copied().filter(|t| *t >= from && *t < to).collect() };
    let (step, late) = (between(on, off), between(middle, off));
    let every = intervals(&step);
    let rate = |interval: f64| 1e3 / interval;
    let late_intervals = intervals(&late);
    let mean = late_intervals.iter().sum::<f64>() / late_intervals.len() as f64;
    AmplitudeRow {
        amplitude,
        spikes: step.len() as u64,
        spontaneous: between(0.0, on).len() as u64,
        rate_hz: late.len() as f64 / (off - middle) * 1e3,
        first_hz: every.first().map(|&interval| rate(interval)),
        steady_hz: (!late_intervals.is_empty()).then(|| rate(mean)),
        latency_ms: step.first().map(|first| first - on),
        adaptation: adaptation(&step),
        late: late.len() as u64,
    }
}

fn fires(row: &AmplitudeRow) -> bool {
    row.spikes > 0
}

/// Whether it still fires in the second half of the step.
fn repeats(row: &AmplitudeRow) -> bool {
    row.late > 0
}

/// The two neighbouring amplitudes between which something first holds.
fn bracket(rows: &[AmplitudeRow], holds: fn(&AmplitudeRow) -> bool) -> Option<(f64, f64)> {
    let first = rows.iter().position(holds)?;
    (first > 0).then(|| (rows[first - 1].amplitude, rows[first].amplitude))
}

/// The bracket within a bracket, from what was tried inside.
fn narrowed(bound: Option<(f64, f64)>, tried: &[AmplitudeRow], holds: fn(&AmplitudeRow) -> bool) -> Option<(f64, f64)> {
    let (low, high) = bound?;
    let first = tried.iter().position(holds);
    let upper = first.map_or(high, |first| tried[first].amplitude);
    let lower = match first {
        Some(0) => low,
        Some(first) => tried[first - 1].amplitude,
        None => tried.last().map_or(low, |row| row.amplitude),
    };
    Some((lower, upper))
}

fn threshold(bound: Option<(f64, f64)>, below: bool, known: &[AmplitudeRow]) -> Threshold {
    match bound {
        Some((low, high)) => {
            let row = known.iter().find(|row| row.amplitude == high);
            let rate_hz = row.map(|row| row.steady_hz.unwrap_or(row.rate_hz));
            Threshold { least: Some(high), rate_hz, silent: Some(low), below }
        }
        None => Threshold { least: None, rate_hz: None, silent: None, below },
    }
}

/// The straight line through the rates that are above 0, as far as they rise.
#[allow(clippy::cast_precision_loss)]
fn gain(rows: &[AmplitudeRow]) -> Option<Gain> {
    let steady = |row: &AmplitudeRow| row.steady_hz.map(|rate| (row.amplitude, rate));
    let mut points: Vec<(f64, f64)> = rows.iter().filter_map(steady).collect();
    let top = (0..points.len()).max_by(|&a, &b| points[a].1.total_cmp(&points[b].1))?;
    points.truncate(top + 1);
    if points.len() < 3 {
        return None;
    }
    let count = points.len() as f64;
    let mean = |pick: fn(&(f64, f64)) -> f64| points.iter().map(pick).sum::<f64>() / count;
    let (x, y) = (mean(|p| p.0), mean(|p| p.1));
    let above: f64 = points.iter().map(|p| (p.0 - x) * (p.1 - y)).sum();
    let below: f64 = points.iter().map(|p| (p.0 - x).powi(2)).sum();
    Some(Gain { hz_per_unit: above / below, from: points[0].0, to: points[points.len() - 1].0 })
}
