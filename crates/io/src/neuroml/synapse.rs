//! Synapses: one or two kinds of huxley's for each of NeuroML's.

use std::collections::HashMap;
use std::rc::Rc;

use huxley_model::network::{Block, SynapseKind, SynapseModel};
use huxley_model::plasticity::{Plasticity, ShortTerm};

use super::channel::REMARKS;
use super::element::Element;
use super::library::Library;
use super::report::Report;
use super::sections::Names;
use super::units::Unit;

/// Types of synapses that are read.
const SYNAPSES: [&str; 5] =
    ["expOneSynapse", "expTwoSynapse", "expThreeSynapse", "blockingPlasticSynapse", "doubleSynapse"];

/// One of huxley's kinds, and the conductance of a synapse of weight 1, uS.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Part {
    pub kind: usize,
    pub conductance: f64,
}

/// The kinds in use.
#[derive(Default)]
pub(super) struct Synapses {
    pub kinds: Vec<SynapseKind>,
    known: HashMap<String, Option<Rc<Vec<Part>>>>,
    names: Names,
}

impl Synapses {
    /// What the synapse an attribute names is made of.
    pub fn referred(&mut self, library: &Library, at: &Element, attribute: &str) -> Option<Rc<Vec<Part>>> {
        let found = library.referred(at, attribute, &SYNAPSES, "synapse")?;
        self.read(library, found, 0)
    }

    /// What the synapse an element defines is made of.
    pub fn read(&mut self, library: &Library, at: &Element, depth: usize) -> Option<Rc<Vec<Part>>> {
        if let Some(known) = self.known.get(at.id()) {
            return known.clone();
        }
        let parts = self.parts(library, at, depth).map(Rc::new);
        self.known.insert(at.id().to_owned(), parts.clone());
        parts
    }

    fn parts(&mut self, library: &Library, at: &Element, depth: usize) -> Option<Vec<Part>> {
        let report = &library.report;
        let id = at.id();
        match at.tag.as_str() {
            "expOneSynapse" => {
                report.known(at, &["gbase", "erev", "tauDecay"]);
                let conductance = report.not_negative(at, "gbase", Unit::Conductance);
                let reversal = report.quantity(at, "erev", Unit::Voltage);
                let tau = report.positive(at, "tauDecay", Unit::Time);
                let model = SynapseModel::exponential(tau?, reversal?);
                Some(vec![self.part(id, model, Plasticity::NONE, conductance?)])
            }
            "expTwoSynapse" | "blockingPlasticSynapse" => {
                report.known(at, &["gbase", "erev", "tauRise", "tauDecay"]);
                let conductance = report.not_negative(at, "gbase", Unit::Conductance);
                let mechanisms = mechanisms(library, at);
                let own = mechanisms.and_then(|own| own.block);
                let model = double(library, at, "tauDecay", own);
                let plasticity = Plasticity { short_term: mechanisms?.short_term, ..Plasticity::NONE };
                Some(vec![self.part(id, model?, plasticity, conductance?)])
            }
            "expThreeSynapse" => {
                report.known(at, &["gbase1", "gbase2", "erev", "tauRise", "tauDecay1", "tauDecay2"]);
                let first =
                    report.not_negative(at, "gbase1", Unit::Conductance).zip(double(library, at, "tauDecay1", None));
                let second =
                    report.not_negative(at, "gbase2", Unit::Conductance).zip(double(library, at, "tauDecay2", None));
                let ((g1, first), (g2, second)) = (first?, second?);
                let first = self.part(&format!("{id}_1"), first, Plasticity::NONE, g1);
                Some(vec![first, self.part(&format!("{id}_2"), second, Plasticity::NONE, g2)])
            }
            "doubleSynapse" => {
                report.known(at, &["synapse1", "synapse2", "synapse1Path", "synapse2Path"]);
                if depth > 20 {
                    return report.error(at, "double synapses are made of each other", "let them name simple synapses");
                }
                let mut both = |name: &str| {
                    let found = library.referred(at, name, &SYNAPSES, "synapse")?;
                    self.read(library, found, depth + 1)
                };
                let (first, second) = (both("synapse1"), both("synapse2"));
                Some(first?.iter().chain(second?.iter()).copied().collect())
            }
            tag => report.unsupported(
                at,
                format!("synapses of type <{tag}> are"),
                format!("read are {}", SYNAPSES.join(", ")),
            ),
        }
    }

    fn part(&mut self, name: &str, model: SynapseModel, plasticity: Plasticity, conductance: f64) -> Part {
        let name = self.names.unique(name.to_owned());
        self.kinds.push(SynapseKind { name, model, plasticity });
        Part { kind: self.kinds.len() - 1, conductance }
    }
}

/// `tauRise` and a decay: NEURON's `Exp2Syn`, whose peak is the weight, as `gbase` is here.
fn double(library: &Library, at: &Element, decay: &str, block: Option<Block>) -> Option<SynapseModel> {
    let report = &library.report;
    let rise = report.positive(at, "tauRise", Unit::Time);
    let reversal = report.quantity(at, "erev", Unit::Voltage);
    let tau = report.positive(at, decay, Unit::Time);
    let (rise, tau) = (rise?, tau?);
    if rise >= tau {
        let hint = "where both are alike, make the rise a little shorter; NeuroML divides by their difference too";
        return report.error(at, format!("tauRise, {rise} ms, is not below {decay}, {tau} ms"), hint);
    }
    Some(SynapseModel::DoubleExponential { rise, decay: tau, reversal: reversal?, block })
}

/// What a `blockingPlasticSynapse` has beside its two exponentials.
#[derive(Clone, Copy)]
struct Mechanisms {
    short_term: Option<ShortTerm>,
    block: Option<Block>,
}

fn mechanisms(library: &Library, at: &Element) -> Option<Mechanisms> {
    let report = &library.report;
    let (mut short_term, mut block) = (None, None);
    let mut fine = true;
    for child in &at.children {
        match (child.tag.as_str(), child.get("type").unwrap_or("")) {
            (tag, _) if REMARKS.contains(&tag) => {}
            ("plasticityMechanism", own @ ("tsodyksMarkramDepMechanism" | "tsodyksMarkramDepFacMechanism")) => {
                report.known(child, &["initReleaseProb", "tauRec", "tauFac"]);
                let utilisation = report
                    .required(child, "initReleaseProb")
                    .and_then(|_| report.fraction_or(child, "initReleaseProb", 1.0));
                let recovery = report.positive(child, "tauRec", Unit::Time);
                let facilitation = if own == "tsodyksMarkramDepMechanism" {
                    Some(0.0)
                } else {
                    report.positive(child, "tauFac", Unit::Time)
                };
                let read = utilisation.zip(recovery).zip(facilitation);
                let Some(((utilisation, tau_recovery), tau_facilitation)) = read else {
                    fine = false;
                    continue;
                };
                if short_term.is_some() {
                    fine = report
                        .unsupported::<()>(child, "two mechanisms of plasticity in one synapse are", "")
                        .is_some();
                }
                short_term = Some(ShortTerm::TsodyksMarkram { utilisation, tau_recovery, tau_facilitation });
            }
            ("plasticityMechanism", own) => {
                let hint = "read are tsodyksMarkramDepMechanism and tsodyksMarkramDepFacMechanism";
                fine = report.unsupported::<()>(child, format!("plasticity of type `{own}` is"), hint).is_some();
            }
            ("blockMechanism", "voltageConcDepBlockMechanism") => {
                let Some(read) = concentration_block(report, child) else {
                    fine = false;
                    continue;
                };
                if block.replace(read).is_some() {
                    fine = report.unsupported::<()>(child, "two blocks of one synapse are", "").is_some();
                }
            }
            ("blockMechanism", own) => {
                let what = format!("a block of type `{own}` is");
                fine = report.unsupported::<()>(child, what, "read is voltageConcDepBlockMechanism").is_some();
            }
            (tag, _) => fine = report.unsupported::<()>(child, format!("<{tag}> in a synapse is"), "").is_some(),
        }
    }
    fine.then_some(Mechanisms { short_term, block })
}

/// `voltageConcDepBlockMechanism`: `1 / (1 + blockConcentration / scalingConc exp(-v / scalingVolt))`.
fn concentration_block(report: &Report, at: &Element) -> Option<Block> {
    report.known(at, &["species", "blockConcentration", "scalingConc", "scalingVolt"]);
    let concentration = report.not_negative(at, "blockConcentration", Unit::Concentration);
    let scaling = report.positive(at, "scalingConc", Unit::Concentration);
    let voltage = report.quantity(at, "scalingVolt", Unit::Voltage);
    let (concentration, scaling, voltage) = (concentration?, scaling?, voltage?);
    if voltage == 0.0 {
        return report.error(
            at,
            "scalingVolt divides the potential and is 0",
            format!("write {}", Unit::Voltage.hint()),
        );
    }
    Some(Block::new(concentration, scaling, voltage))
}
