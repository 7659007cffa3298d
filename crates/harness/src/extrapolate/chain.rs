//! The article's chain, step by step, beside the same steps counted and measured.

use huxley_model::network::Precision;

use super::data::Device;
use super::document::{Chain, ChainRow, Slip};
use super::measured::Measured;
use super::units::{Flop, FlopPerSecond, Seconds};
use super::work::{BrainWork, Sizes, UnitWork, settings};
use crate::ledger::{Convention, article};

/// The article's device: an H100's peak in double precision.
pub const ARTICLE_H100: FlopPerSecond = FlopPerSecond(3.4e13);
/// Compute of GPT-4's training, as the article has it.
pub const GPT4: Flop = Flop(2e25);
/// A week.
pub const WEEK: Seconds = Seconds(7.0 * 86_400.0);

/// Name of the article's device in the table.
const H100: &str = "h100-sxm";

/// What the counted columns are made with.
pub struct Counting<'a> {
    /// Compartments of a neuron.
    pub compartments: u32,
    /// Substeps of the third column.
    pub substeps: u32,
    /// Precision.
    pub precision: Precision,
    /// Weights.
    pub convention: Convention,
    /// What was measured.
    pub measured: Option<&'a Measured>,
}

/// The chain.
#[must_use]
pub fn chain(counting: &Counting, devices: &[Device]) -> Chain {
    let sizes = Sizes {
        neurons: article::BRAIN_NEURONS,
        synapses: article::BRAIN_SYNAPSES,
        compartments: counting.compartments,
        rate_hz: 1e3 * article::ACTIVE,
    };
    let unit = |substeps| {
        UnitWork::counted(&settings(&sizes, substeps, article::ACTIVE, counting.precision), counting.convention)
    };
    let (once, often) = (unit(1), unit(counting.substeps));
    let mut rows = Vec::new();
    let mut row = |step: &str, unit: &str, printed: Option<&str>, article: f64, counted: [f64; 2]| {
        rows.push(ChainRow {
            step: step.to_owned(),
            unit: unit.to_owned(),
            article: Some(article),
            printed: printed.map(str::to_owned),
            one_step: Some(counted[0]),
            substeps: Some(counted[1]),
            measured: None,
        });
    };
    let step = [once, often].map(|u| u.compartment_step.0);
    row("a compartment, one step", Flop::UNIT, Some("126"), article::COMPARTMENT, step);
    let each = f64::from(counting.substeps);
    row("a compartment, one millisecond", Flop::UNIT, None, article::COMPARTMENT, [step[0], each * step[1]]);
    row("a neuron, one millisecond", Flop::UNIT, Some("20,000"), article::NEURON, [once, often].map(|u| u.neuron.0));
    row("a synapse, one millisecond", Flop::UNIT, Some("85"), article::SYNAPSE, [once, often].map(|u| u.synapse.0));
    let article_unit = UnitWork { neuron: Flop(article::NEURON), synapse: Flop(article::SYNAPSE), ..once };
    let brains = [article_unit, once, often].map(|u| BrainWork::of(&sizes, &u));
    let mut of_brains = |step: &str, unit: &str, printed: &str, of: &dyn Fn(&BrainWork) -> f64| {
        row(step, unit, Some(printed), of(&brains[0]), [of(&brains[1]), of(&brains[2])]);
    };
    of_brains("1e11 neurons", FlopPerSecond::UNIT, "2e18", &|b| b.neurons.0);
    of_brains("6e14 synapses", FlopPerSecond::UNIT, "5.1e19", &|b| b.synapses.0);
    of_brains("the brain", FlopPerSecond::UNIT, "5.3e19", &|b| b.arithmetic().0);
    of_brains("H100 at its FP64 peak, 3.4e13", "devices", "1,550,000", &|b| b.arithmetic() / ARTICLE_H100);
    of_brains("one week of the brain", Flop::UNIT, "3.2e25", &|b| (b.arithmetic() * WEEK).0);
    of_brains("that over GPT-4's training, 2e25", "", "more", &|b| (b.arithmetic() * WEEK) / GPT4);
    if let Some(measured) = counting.measured {
        measured_rows(&mut rows, measured, counting, &sizes, &brains[2], devices);
    }
    Chain { compartments: counting.compartments, substeps: counting.substeps, rows, slips: slips(&often, counting) }
}

/// The rows that a measurement gives.
fn measured_rows(
    rows: &mut Vec<ChainRow>,
    measured: &Measured,
    counting: &Counting,
    sizes: &Sizes,
    work: &BrainWork,
    devices: &[Device],
) {
    let steps = sizes.all_compartments() * f64::from(counting.substeps) * 1e3;
    let compartments = measured.membrane.seconds_per_unit.0 * steps;
    let synapses = measured.synapse.seconds_per_unit.0 * sizes.synapses * 1e3;
    let mut row = |step: String, unit: &str, value: f64| {
        rows.push(ChainRow {
            step,
            unit: unit.to_owned(),
            article: None,
            printed: None,
            one_step: None,
            substeps: None,
            measured: Some(value),
        });
    };
    let here = format!("machines like the one measured ({}), ", measured.device);
    row(format!("{here}compartments' steps alone"), "devices", compartments);
    row(format!("{here}synapses alone"), "devices", synapses);
    row(format!("{here}both, one after the other"), "devices", compartments + synapses);
    let Some(device) = devices.iter().find(|d| d.name == H100) else { return };
    let (Some(flops), Some(bandwidth)) = (device.flops(counting.precision), device.bandwidth()) else { return };
    let of = &measured.precision;
    row(
        format!("H100 in {of}, at {:.3} of peak as measured: arithmetic", measured.membrane.fraction),
        "devices",
        work.arithmetic() / (flops * measured.membrane.fraction),
    );
    row(
        format!("H100, at {:.3} of bandwidth as measured: memory moved", measured.synapse.fraction),
        "devices",
        work.moved() / (bandwidth * measured.synapse.fraction),
    );
}

/// What the article got wrong, or takes without saying so. The text has the figures it was computed from.
fn slips(often: &UnitWork, counting: &Counting) -> Vec<Slip> {
    let slip = |printed: &str, instead: String| Slip { printed: printed.to_owned(), instead };
    let fan_in = 6_000;
    vec![
        slip(
            "about 1,550,000 H100",
            "5.3e19 / 3.4e13 is 1,558,824: cut off, not rounded (1.56 million)".to_owned(),
        ),
        slip(
            "20,000 a neuron, of 2,360 to 23,100",
            format!(
                "not its middle: its own parts for the 6,000 synapses of 6e14 / 1e11 are {:.0} with 10 compartments and {:.0} with 100",
                article::neuron(article::COMPARTMENTS[0], fan_in),
                article::neuron(article::COMPARTMENTS[1], fan_in)
            ),
        ),
        slip(
            "one step a millisecond",
            format!(
                "a Hodgkin-Huxley membrane needs tens of steps in a millisecond; with {} a neuron of {} compartments takes {:.2e} FLOP",
                counting.substeps, counting.compartments, often.neuron.0
            ),
        ),
        slip(
            "H100 at its FP64 peak",
            "a peak is never reached, and nothing in the model needs FP64: at the FP32 peak, 6.7e13, 5.3e19 are 791,045".to_owned(),
        ),
        slip(
            "FLOP/s alone",
            "memory held, memory moved and spikes exchanged are left out; see which of the four binds".to_owned(),
        ),
    ]
}
