//! Plastic synapses before and after: `weights.csv`, `weights.png`, and a line of the summary.

use std::path::Path;

use huxley_engine::{Backend, Plan, RunError, SynapseTable};
use huxley_io::picture::{Distribution, HistogramData, PictureError, PictureSize, histogram};
use huxley_io::results::{self, WeightReport, WeightRow, format};

use crate::failure::Failure;
use crate::run::Subject;

/// A group of plastic synapses, before and after.
struct Moved {
    group: usize,
    before: SynapseTable,
    after: SynapseTable,
}

/// What a run did to its plastic synapses.
#[derive(Default)]
pub struct Weights {
    moved: Vec<Moved>,
}

impl Weights {
    /// Reads the weights of `backend`; those before are the plan's.
    ///
    /// # Errors
    /// When the backend cannot give them.
    pub fn read(plan: &Plan, backend: &dyn Backend) -> Result<Self, RunError> {
        let plastic = plan.clocked.iter().enumerate();
        let plastic = plastic.filter(|(_, g)| g.plasticity.moves_weights() || g.plasticity.graupner_brunel.is_some());
        let moved = plastic
            .map(|(group, g)| {
                let none = plan.no_source();
                let source = g.sources(none);
                let weight = (0..g.len()).map(|i| if source[i] == none { 0.0 } else { g.effective_weight_at_start(i) });
                let before = SynapseTable { weight: weight.collect(), source };
                Ok(Moved { group, before, after: backend.synapses(group)? })
            })
            .collect::<Result<Vec<Moved>, RunError>>()?;
        Ok(Self { moved })
    }

    /// Whether nothing is plastic.
    pub fn is_empty(&self) -> bool {
        self.moved.is_empty()
    }

    /// The numbers of each group.
    #[allow(clippy::cast_precision_loss)]
    pub fn report(&self, plan: &Plan) -> Vec<WeightReport> {
        let none = plan.no_source();
        let used = |table: &SynapseTable| table.source.iter().filter(|&&s| s != none).count() as u64;
        let mean = |table: &SynapseTable| table.weight.iter().sum::<f64>() / used(table).max(1) as f64;
        let row = |m: &Moved| {
            let pairs = || m.before.source.iter().zip(&m.after.source).filter(|(before, after)| before != after);
            WeightReport {
                synapse: plan.clocked[m.group].name.clone(),
                synapses_before: used(&m.before),
                synapses_after: used(&m.after),
                mean_before: mean(&m.before),
                mean_after: mean(&m.after),
                formed: pairs().filter(|(_, after)| **after != none).count() as u64,
                eliminated: pairs().filter(|(before, _)| **before != none).count() as u64,
            }
        };
        self.moved.iter().map(row).collect()
    }

    /// Writes the table and the picture into `folder`; returns their names.
    pub fn write(&self, folder: &Path, subject: &Subject, plan: &Plan) -> Result<Vec<String>, Failure> {
        results::write_weights(&folder.join("weights.csv"), self.moved.iter().flat_map(|m| rows(plan, m)))?;
        let picture = histogram(&self.picture(subject, plan), PictureSize::default());
        picture.save(&folder.join("weights.png")).map_err(|error| match error {
            PictureError::Write(error) => Failure::from(error),
            error => Failure::failed("cannot draw the weights").cause(error),
        })?;
        Ok(vec!["weights.csv".to_owned(), "weights.png".to_owned()])
    }

    fn picture(&self, subject: &Subject, plan: &Plan) -> HistogramData {
        let none = plan.no_source();
        let held = |table: &SynapseTable| {
            let used = table.source.iter().zip(&table.weight).filter(|(source, _)| **source != none);
            used.map(|(_, &weight)| weight).collect::<Vec<f64>>()
        };
        let panel = |m: &Moved| {
            let group = &plan.clocked[m.group];
            let (before, after) = (held(&m.before), held(&m.after));
            let axis =
                if group.step.receptors.iter().flatten().all(|r| r.is_linear()) { "weight, uS" } else { "weight" };
            let name = format!(
                "{}: {}, {} before",
                group.name,
                format::counted(after.len() as u64, "synapse"),
                format::count(before.len() as u64)
            );
            Distribution { name, axis: axis.to_owned(), before, after }
        };
        let title =
            format!("{}: weights before and after", if plan.name.is_empty() { &subject.model } else { &plan.name });
        HistogramData { title, distributions: self.moved.iter().map(panel).collect() }
    }
}

fn rows<'a>(plan: &'a Plan, moved: &'a Moved) -> impl Iterator<Item = WeightRow> + 'a {
    let group = &plan.clocked[moved.group];
    let cells = plan.cells.len();
    let name = move |source: u32| match source {
        s if s == plan.no_source() => None,
        s if (s as usize) < cells => Some(plan.cell_name(s)),
        s => Some(format!("generator {}", s as usize - cells)),
    };
    (0..group.len()).map(move |i| {
        #[allow(clippy::cast_possible_truncation)]
        let place = group.place_of(i as u32);
        let cell = group.cell[place];
        WeightRow {
            synapse: group.name.clone(),
            slot: i,
            source_before: name(moved.before.source[i]),
            source_after: name(moved.after.source[i]),
            target: plan.cell_name(cell),
            node: group.node[place] as usize - plan.cells.nodes(cell as usize).start,
            delay: f64::from(group.delay[i]) * plan.settings.tick,
            before: moved.before.weight[i],
            after: moved.after.weight[i],
        }
    })
}

/// `excitatory 0.2 -> 0.31 (12 formed, 3 eliminated)`, for the summary.
pub fn lines(report: &[WeightReport]) -> Vec<String> {
    let structure = |r: &WeightReport| {
        if r.formed + r.eliminated == 0 {
            return String::new();
        }
        format!("; {} formed, {} eliminated", format::count(r.formed), format::count(r.eliminated))
    };
    let line = |r: &WeightReport| {
        format!(
            "{}: mean {} -> {}, {}{}",
            r.synapse,
            significant(r.mean_before),
            significant(r.mean_after),
            format::counted(r.synapses_after, "synapse"),
            structure(r)
        )
    };
    report.iter().map(line).collect()
}

/// Three digits.
fn significant(x: f64) -> String {
    if x == 0.0 || !x.is_finite() {
        return format!("{x}");
    }
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let decimals = (2.0 - x.abs().log10().floor()).clamp(0.0, 12.0) as usize;
    format!("{x:.decimals$}")
}
