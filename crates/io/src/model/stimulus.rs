//! `[stimuli.NAME]`: what drives cells.

use huxley_model::network::{CurrentUnit, Distribution, Oscillation, Stimulus, StimulusKind, Waveform};

use super::place::Scope;
use super::quantity::{Dimension, QuantityError, parse_quantity};
use super::reader::{Bound, Fields, Node};

#[derive(Clone, Copy)]
enum Kind {
    Step,
    Ramp,
    Steps,
    Pulses,
    Sine,
    Chirp,
    Points,
    Noise,
    Poisson,
    Spikes,
    VoltageClamp,
}

/// The end of a stimulus that does not end, ms.
const FOREVER: f64 = 1e15;

/// The most points a waveform may have.
const MOST_PULSES: usize = 10_000_000;

pub(crate) fn read(name: &str, node: &Node<'_>, scope: &Scope<'_>) -> Option<Stimulus> {
    let fields = node.fields()?;
    let target = scope.target(&fields);
    let kind = fields.required("kind").and_then(|node| {
        node.choice(&[
            ("step", Kind::Step),
            ("ramp", Kind::Ramp),
            ("steps", Kind::Steps),
            ("pulses", Kind::Pulses),
            ("sine", Kind::Sine),
            ("chirp", Kind::Chirp),
            ("points", Kind::Points),
            ("noise", Kind::Noise),
            ("poisson", Kind::Poisson),
            ("spikes", Kind::Spikes),
            ("voltage-clamp", Kind::VoltageClamp),
        ])
    })?;
    let kind = match kind {
        Kind::Step => step(&fields),
        Kind::Ramp => ramp(&fields),
        Kind::Steps => steps(&fields),
        Kind::Pulses => pulses(&fields),
        Kind::Sine => sine(&fields),
        Kind::Chirp => chirp(&fields),
        Kind::Points => points(&fields),
        Kind::Noise => noise(&fields),
        Kind::Poisson => poisson(&fields, scope),
        Kind::Spikes => spikes(&fields, scope),
        Kind::VoltageClamp => voltage_clamp(&fields),
    };
    fields.finish();
    Some(Stimulus { name: name.to_owned(), target: target?, kind: kind? })
}

/// A current (nA) or a current density (uA/cm2).
fn current(node: &Node<'_>) -> Option<(f64, CurrentUnit)> {
    if let Some(text) = node.as_text()
        && let Err(QuantityError::WrongDimension { is: Some(Dimension::CurrentDensity), .. }) =
            parse_quantity(text, Dimension::Current)
    {
        return node
            .quantity(Dimension::CurrentDensity, Bound::Any)
            .map(|value| (value, CurrentUnit::MicroamperePerCm2));
    }
    node.quantity(Dimension::Current, Bound::Any).map(|value| (value, CurrentUnit::Nanoampere))
}

/// `start` (default 0) and `stop` (default never).
fn interval(fields: &Fields<'_>) -> Option<(f64, f64)> {
    let start = fields.quantity_or("start", Dimension::Time, Bound::NotNegative, 0.0);
    let stop_node = fields.optional("stop");
    let stop = stop_node.as_ref().map_or(Some(FOREVER), |node| node.quantity(Dimension::Time, Bound::NotNegative));
    let (start, stop) = (start?, stop?);
    if stop <= start {
        return stop_node.as_ref().unwrap_or(&fields.node).error(
            format!("it stops at {stop} ms, not after its start at {start} ms"),
            "give a `stop` after `start`, or leave it out",
        );
    }
    Some((start, stop))
}

fn step(fields: &Fields<'_>) -> Option<StimulusKind> {
    let amplitude = fields.required("amplitude").and_then(|node| current(&node));
    let interval = interval(fields);
    let ((value, unit), (start, stop)) = (amplitude?, interval?);
    Some(StimulusKind::Current { waveform: Waveform::step(value, start, stop), unit })
}

fn ramp(fields: &Fields<'_>) -> Option<StimulusKind> {
    let from = fields.required("from").and_then(|node| current(&node));
    let to_node = fields.required("to");
    let to = to_node.as_ref().and_then(current);
    fields.required("stop")?;
    let interval = interval(fields);
    let ((from, unit), (to, to_unit), (start, stop)) = (from?, to?, interval?);
    if unit != to_unit {
        return to_node?.error("`from` and `to` have different units", "give both in nA, or both in uA/cm2");
    }
    Some(StimulusKind::Current { waveform: Waveform { points: vec![(start, from), (stop, to)], outside: 0.0 }, unit })
}

fn pulses(fields: &Fields<'_>) -> Option<StimulusKind> {
    let amplitude = fields.required("amplitude").and_then(|node| current(&node));
    let train = train(fields);
    let ((value, unit), train) = (amplitude?, train?);
    let waveform = train.waveform(|_| value);
    Some(StimulusKind::Current { waveform, unit })
}

/// Steps that grow from one to the next, in time.
fn steps(fields: &Fields<'_>) -> Option<StimulusKind> {
    let from = fields.required("from").and_then(|node| current(&node));
    let to_node = fields.required("to");
    let to = to_node.as_ref().and_then(current);
    let train = train(fields);
    let ((from, unit), (to, to_unit), train) = (from?, to?, train?);
    if unit != to_unit {
        return to_node?.error("`from` and `to` have different units", "give both in nA, or both in uA/cm2");
    }
    let last = train.count.saturating_sub(1).max(1) as f64;
    let waveform = train.waveform(|step| from + (to - from) * step as f64 / last);
    Some(StimulusKind::Current { waveform, unit })
}

/// When pulses are.
struct Train {
    start: f64,
    width: f64,
    period: f64,
    count: usize,
}

/// `start` (default 0), `width`, `period` and `count`.
fn train(fields: &Fields<'_>) -> Option<Train> {
    let start = fields.quantity_or("start", Dimension::Time, Bound::NotNegative, 0.0);
    let width = fields.quantity("width", Dimension::Time, Bound::Positive);
    let period_node = fields.required("period");
    let period = period_node.as_ref().and_then(|node| node.quantity(Dimension::Time, Bound::Positive));
    let count = fields.required("count").and_then(|node| node.count(1, MOST_PULSES));
    let (start, width, period, count) = (start?, width?, period?, count?);
    if width >= period {
        return period_node?.error(
            format!("pulses of {width} ms do not fit a period of {period} ms"),
            "give a period longer than the width",
        );
    }
    Some(Train { start, width, period, count })
}

impl Train {
    /// The course with the n-th pulse at `value(n)`.
    fn waveform(&self, value: impl Fn(usize) -> f64) -> Waveform {
        let mut points = Vec::with_capacity(4 * self.count);
        for pulse in 0..self.count {
            let (on, value) = (self.start + pulse as f64 * self.period, value(pulse));
            points.extend([(on, 0.0), (on, value), (on + self.width, value), (on + self.width, 0.0)]);
        }
        Waveform { points, outside: 0.0 }
    }
}

/// `amplitude`, and `offset` (default 0) in its unit.
fn wave(fields: &Fields<'_>) -> Option<((f64, f64), CurrentUnit)> {
    let amplitude = fields.required("amplitude").and_then(|node| current(&node));
    let offset_node = fields.optional("offset");
    let offset = offset_node.as_ref().map_or(Some(None), |node| current(node).map(Some));
    let ((amplitude, unit), offset) = (amplitude?, offset?);
    match offset {
        Some((_, own)) if own != unit => {
            offset_node?.error("`amplitude` and `offset` have different units", "give both in nA, or both in uA/cm2")
        }
        offset => Some(((amplitude, offset.map_or(0.0, |(offset, _)| offset)), unit)),
    }
}

fn sine(fields: &Fields<'_>) -> Option<StimulusKind> {
    let wave = wave(fields);
    let frequency = fields.quantity("frequency", Dimension::Frequency, Bound::Positive);
    let phase = phase(fields);
    let interval = interval(fields);
    let (((amplitude, offset), unit), frequency, phase, (start, stop)) = (wave?, frequency?, phase?, interval?);
    let wave = Oscillation { offset, amplitude, from: frequency, to: frequency, phase, start, stop };
    Some(StimulusKind::Oscillation { wave, unit })
}

fn chirp(fields: &Fields<'_>) -> Option<StimulusKind> {
    let wave = wave(fields);
    let from = fields.quantity("from", Dimension::Frequency, Bound::NotNegative);
    let to = fields.quantity("to", Dimension::Frequency, Bound::NotNegative);
    let phase = phase(fields);
    fields.required("stop")?;
    let interval = interval(fields);
    let (((amplitude, offset), unit), from, to, phase, (start, stop)) = (wave?, from?, to?, phase?, interval?);
    Some(StimulusKind::Oscillation { wave: Oscillation { offset, amplitude, from, to, phase, start, stop }, unit })
}

/// Of a cycle, at the start.
fn phase(fields: &Fields<'_>) -> Option<f64> {
    fields.or("phase", 0.0, |node| node.number(Bound::Within(0.0, 1.0)))
}

fn points(fields: &Fields<'_>) -> Option<StimulusKind> {
    let node = fields.required("points")?;
    let outside = fields.optional("outside");
    let mut unit = None;
    let mut same = |node: &Node<'_>| {
        let (value, own) = current(node)?;
        if *unit.get_or_insert(own) == own {
            Some(value)
        } else {
            node.error("not in the unit of the first point", "give all in nA, or all in uA/cm2")
        }
    };
    let points = course(&node, &mut same)?;
    let outside = outside.map_or(Some(0.0), |node| same(&node))?;
    let unit = unit.unwrap_or(CurrentUnit::Nanoampere);
    Some(StimulusKind::Current { waveform: Waveform { points, outside }, unit })
}

/// `[["0 ms", value], ["10 ms", value], ...]`, times not descending.
fn course(node: &Node<'_>, value: &mut dyn FnMut(&Node<'_>) -> Option<f64>) -> Option<Vec<(f64, f64)>> {
    let mut points: Vec<(f64, f64)> = Vec::new();
    for point in node.list()? {
        let list = point.list()?;
        let [time, level] = list.as_slice() else {
            return point.error("a point is a time and a value", "write [\"10 ms\", \"0.1 nA\"]");
        };
        let (at, level) = (time.quantity(Dimension::Time, Bound::NotNegative), value(level));
        let (at, level) = (at?, level?);
        if let Some(&(before, _)) = points.last()
            && at < before
        {
            return time.error(format!("{at} ms comes after {before} ms"), "list points in order of time");
        }
        points.push((at, level));
    }
    if points.is_empty() {
        node.error("there are no points", "write [[\"0 ms\", \"0 nA\"], [\"10 ms\", \"1 nA\"]]")
    } else {
        Some(points)
    }
}

fn noise(fields: &Fields<'_>) -> Option<StimulusKind> {
    let mean = fields.quantity_or("mean", Dimension::Current, Bound::Any, 0.0);
    let sd = fields.quantity("sd", Dimension::Current, Bound::NotNegative);
    let tau = fields.quantity("tau", Dimension::Time, Bound::Positive);
    let (start, stop) = interval(fields)?;
    Some(StimulusKind::Noise { mean: mean?, sd: sd?, tau: tau?, start, stop })
}

/// Synapse and weight, as of a projection.
fn synapse(fields: &Fields<'_>, scope: &Scope<'_>) -> Option<(usize, f64)> {
    let synapse = fields.required("synapse").and_then(|node| scope.synapse(&node));
    let node = fields.required("weight");
    let synapse = synapse?;
    let node = node?;
    match scope.weight(&node, synapse)? {
        Distribution::Constant(weight) => Some((synapse, weight)),
        _ => node.error("a stimulus has one weight", "give one value"),
    }
}

fn poisson(fields: &Fields<'_>, scope: &Scope<'_>) -> Option<StimulusKind> {
    let synapse = synapse(fields, scope);
    let rate = fields.quantity("rate", Dimension::Frequency, Bound::NotNegative);
    let interval = interval(fields);
    let ((synapse, weight), (start, stop)) = (synapse?, interval?);
    Some(StimulusKind::Poisson { synapse, weight, rate: rate?, start, stop })
}

fn spikes(fields: &Fields<'_>, scope: &Scope<'_>) -> Option<StimulusKind> {
    let synapse = synapse(fields, scope);
    let times = fields.required("times").and_then(|node| {
        let read: Vec<Option<f64>> =
            node.list()?.iter().map(|node| node.quantity(Dimension::Time, Bound::NotNegative)).collect();
        read.into_iter().collect::<Option<Vec<f64>>>()
    });
    let (mut times, (synapse, weight)) = (times?, synapse?);
    times.sort_unstable_by(f64::total_cmp);
    Some(StimulusKind::SpikeTrain { synapse, weight, times })
}

fn voltage_clamp(fields: &Fields<'_>) -> Option<StimulusKind> {
    let potential = |node: &Node<'_>| node.quantity(Dimension::Potential, Bound::Within(-1000.0, 1000.0));
    let series_resistance = fields.quantity_or("series_resistance", Dimension::Resistance, Bound::Positive, 0.01);
    let interval = interval(fields);
    let level = fields.optional("level");
    let points = fields.optional("points");
    let (start, stop) = interval?;
    let waveform = match (level, points) {
        (Some(node), None) => {
            let level = potential(&node)?;
            Waveform { points: vec![(start, level), (stop, level)], outside: level }
        }
        (None, Some(node)) => {
            let points = course(&node, &mut |node| potential(node))?;
            let outside = points.last().map_or(0.0, |&(_, level)| level);
            Waveform { points, outside }
        }
        _ => return fields.node.error("give either a `level` or `points`", "write level = \"-20 mV\""),
    };
    Some(StimulusKind::VoltageClamp { waveform, series_resistance: series_resistance?, start, stop })
}
