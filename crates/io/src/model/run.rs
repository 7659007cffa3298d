//! `[run]`: what a run does unless told otherwise.

use huxley_model::channel::Integrator;
use huxley_model::network::{Precision, RunDefaults, Tick};

use super::quantity::Dimension;
use super::reader::{Bound, Node};

/// What the table says, and `default` where it says nothing.
pub(crate) fn read(node: &Node<'_>, default: RunDefaults) -> Option<RunDefaults> {
    let fields = node.fields()?;
    let duration = fields.quantity_or("duration", Dimension::Time, Bound::Positive, default.duration);
    let dt = fields.quantity_or("dt", Dimension::Time, Bound::Positive, default.dt);
    let tick_node = fields.optional("tick");
    let tick = match &tick_node {
        Some(node) => tick(node),
        None => Some(default.tick),
    };
    let integrator = fields.or("integrator", default.integrator, |node| node.choice(&Integrator::ALL));
    let precision = fields
        .or("precision", default.precision, |node| node.choice(&[("f32", Precision::F32), ("f64", Precision::F64)]));
    let seed = fields.or("seed", default.seed, |node| node.integer(0, u64::MAX));
    let dt_node = fields.optional("dt");
    fields.finish();
    let run = RunDefaults {
        duration: duration?,
        dt: dt?,
        tick: tick?,
        integrator: integrator?,
        precision: precision?,
        seed: seed?,
    };
    let whole = match run.tick {
        Tick::Auto | Tick::OneMillisecond => 1.0,
        Tick::Fixed(tick) => tick,
    };
    if !divides(run.dt, whole) {
        let at = dt_node.as_ref().or(tick_node.as_ref()).unwrap_or(node);
        return at.error(
            format!("dt of {} ms does not divide the tick of {whole} ms", run.dt),
            format!("{} ms would", whole / (whole / run.dt).ceil().max(1.0)),
        );
    }
    Some(run)
}

fn tick(node: &Node<'_>) -> Option<Tick> {
    if node.as_text() == Some("auto") {
        return Some(Tick::Auto);
    }
    let tick = node.quantity(Dimension::Time, Bound::Positive)?;
    if !divides(tick, 1.0) {
        return node.error(
            format!("a tick of {tick} ms does not divide 1 ms"),
            "write \"auto\", \"1 ms\", \"0.5 ms\", \"0.1 ms\", ...",
        );
    }
    Some(if tick == 1.0 { Tick::OneMillisecond } else { Tick::Fixed(tick) })
}

/// Whether `whole` is a whole multiple of `part`, but for rounding.
pub(crate) fn divides(part: f64, whole: f64) -> bool {
    let times = whole / part;
    times > 0.5 && (times - times.round()).abs() <= 1e-9 * times
}
