//! Substep, tick and coupling step.

use huxley_model::network::{Distribution, Network, Rule, Tick};

use crate::error::PlanError;
use crate::lower::CellTable;
use crate::plan::{Gaps, Settings};

/// The number of `part`s in `whole`, where it is whole to a millionth.
fn parts(part: f64, whole: f64) -> Option<u32> {
    let ratio = whole / part;
    let rounded = ratio.round();
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    ((ratio - rounded).abs() < 1e-6 * ratio && (1.0..4e9).contains(&rounded)).then_some(rounded as u32)
}

fn positive(what: &str, value: f64) -> Result<f64, PlanError> {
    if value.is_finite() && value > 0.0 {
        Ok(value)
    } else {
        Err(PlanError::Value { what: what.to_owned(), value, expected: "a positive number of ms" })
    }
}

/// The shortest delay any projection can have, ms.
fn shortest_delay(network: &Network) -> Option<f64> {
    let lowest = |d: &Distribution| match *d {
        Distribution::Constant(x) => x,
        Distribution::Uniform { low, .. } | Distribution::Normal { low, .. } => low,
        Distribution::LogNormal { .. } => 0.0,
    };
    network
        .projections
        .iter()
        .flat_map(|p| {
            let own = match &p.rule {
                Rule::Table(rows) => rows.iter().filter_map(|r| r.delay).reduce(f64::min),
                _ => None,
            };
            [own, Some(lowest(&p.delay))]
        })
        .flatten()
        .reduce(f64::min)
}

/// Checks and resolves the time steps.
pub(super) fn settings(network: &Network) -> Result<Settings, PlanError> {
    let run = &network.run;
    let dt = positive("dt", run.dt)?;
    positive("duration", run.duration)?;
    let tick = match run.tick {
        Tick::OneMillisecond => 1.0,
        Tick::Fixed(tick) => positive("tick", tick)?,
        Tick::Auto => {
            let shortest = shortest_delay(network).unwrap_or(1.0).max(dt);
            let divisions = (1.0 / shortest - 1e-9).ceil().max(1.0);
            // The first finer division of 1 ms that dt divides.
            (0..10_000).map(|k| 1.0 / (divisions + f64::from(k))).find(|&tick| parts(dt, tick).is_some()).unwrap_or(dt)
        }
    };
    if parts(tick, 1.0).is_none() {
        return Err(PlanError::Division { what: "the tick of", value: tick, whole_name: "millisecond", whole: 1.0 });
    }
    let substeps =
        parts(dt, tick).ok_or(PlanError::Division { what: "dt of", value: dt, whole_name: "tick", whole: tick })?;
    Ok(Settings {
        dt,
        substeps,
        tick,
        coupling: substeps,
        integrator: run.integrator,
        precision: run.precision,
        celsius: network.celsius,
        seed: run.seed,
    })
}

/// Fraction of a cell's charge that gap junctions may move between two exchanges of potential.
const COUPLING_LIMIT: f64 = 0.2;

/// Chooses how often potentials cross gap junctions (MODEL section 4), or takes what the model says.
pub(super) fn with_coupling(
    mut settings: Settings,
    network: &Network,
    table: &CellTable,
    gaps: &Gaps,
    warnings: &mut Vec<String>,
) -> Result<Settings, PlanError> {
    if gaps.node.is_empty() {
        return Ok(settings);
    }
    let set = network.gap_junctions.iter().filter_map(|g| g.coupling_step).reduce(f64::min);
    if let Some(step) = set {
        let substeps = parts(settings.dt, positive("the coupling step", step)?)
            .filter(|m| settings.substeps.is_multiple_of(*m))
            .ok_or(PlanError::Division {
                what: "the coupling step of",
                value: step,
                whole_name: "tick",
                whole: settings.tick,
            })?;
        settings.coupling = substeps;
        return Ok(settings);
    }
    let mut conductance = vec![0.0; table.cells.len()];
    for (i, &node) in gaps.node.iter().enumerate() {
        let own = gaps.first[i] as usize..gaps.first[i + 1] as usize;
        conductance[table.cells.of_node(node)] += gaps.conductance[own].iter().sum::<f64>();
    }
    let fastest = conductance
        .iter()
        .enumerate()
        .map(|(cell, g)| g / table.cells.nodes(cell).map(|node| table.nodes.capacitance[node]).sum::<f64>())
        .fold(0.0, f64::max);
    settings.coupling = (1..=settings.substeps)
        .rev()
        .find(|m| settings.substeps.is_multiple_of(*m) && fastest * f64::from(*m) * settings.dt <= COUPLING_LIMIT)
        .unwrap_or(1);
    if fastest * settings.dt > COUPLING_LIMIT {
        warnings.push(format!(
            "gap junctions move {:.0} % of a cell's charge in one substep of {} ms: a smaller dt is needed for accuracy",
            100.0 * fastest * settings.dt,
            settings.dt
        ));
    }
    Ok(settings)
}
