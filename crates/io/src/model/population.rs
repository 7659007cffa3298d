//! `[populations.NAME]`: cells that share one membrane.

use std::borrow::Cow;
use std::collections::HashMap;

use huxley_model::channel::Channel;
use huxley_model::morphology::Discretisation;
use huxley_model::network::{Cell, Distribution, Population, Site};

use super::labels;
use super::membrane;
use super::place::{self, MOST_CELLS};
use super::quantity::Dimension;
use super::reader::{Bound, Fields, Node};
use super::shape::{self, Shapes};
use super::signalling;

/// A population, and the temperature its preset was made for.
pub(crate) fn read(name: &str, node: &Node<'_>, own: &[Channel]) -> Option<(Population, Option<f64>)> {
    let fields = node.fields()?;
    let size = fields.optional("size");
    let count = size.as_ref().map(|node| node.count(0, MOST_CELLS));
    let membrane_node = fields.required("membrane");
    let membrane = membrane_node.as_ref().and_then(|node| membrane::read(node, own));
    let signalling_node = fields.optional("signalling");
    let v_init = fields
        .or("v_init", None, |node| node.distribution(Dimension::Potential, Bound::Within(-300.0, 300.0)).map(Some));
    let threshold = fields
        .or("threshold", None, |node| node.quantity(Dimension::Potential, Bound::Within(-300.0, 300.0)).map(Some));
    let detector_node = fields.optional("detector");
    let detector = detector_node.as_ref().map_or(Some(Site::Soma), place::site);
    let compartments_node = fields.optional("compartments");
    let discretisation = compartments_node.as_ref().map(discretisation);
    let labels_node = fields.optional("labels");
    let labels = labels_node.as_ref().map_or(Some(None), |node| labels::read(node).map(Some));
    let shape_node = fields.required("shape");
    let labels = labels?;
    let count = match count {
        Some(count) => Some(count?),
        // A table of ids says how many cells there are.
        None => labels_node.as_ref().filter(|node| node.is_table()).and(labels.as_ref()).map(Vec::len),
    };
    let shapes = shape_node.as_ref().and_then(|node| shape::read(node, count));
    fields.finish();
    let (membrane, preset) = membrane?;
    let signalling = match &signalling_node {
        Some(node) => Some(signalling::read(node, &membrane.insertions)?),
        None => None,
    };
    if let (None, Some(insertion)) = (&signalling, membrane.insertions.iter().find(|i| i.channel.reads_calcium())) {
        return membrane_node?.error(
            format!(
                "channel `{}` depends on calcium inside the cell, which the cells do not have",
                insertion.channel.name
            ),
            format!("add [populations.{name}.signalling]; every key of it has a default"),
        );
    }
    let shapes = shapes?;
    if let (Some(labels), Some(at)) = (&labels, &labels_node)
        && labels.len() != shapes.cells.len()
    {
        return at.error(
            format!("{} labels for a population of {} cells", labels.len(), shapes.cells.len()),
            "give as many labels as cells",
        );
    }
    let discretisation = match (discretisation, shapes.discretisation) {
        (Some(_), Some(_)) => {
            return compartments_node?.error(
                "how sections are cut is said twice, here and in the shape",
                "leave `compartments` out, or the rule in `shape`",
            );
        }
        (Some(rule), None) => rule?,
        (None, own) => own.unwrap_or(Discretisation::DLambda { fraction: 0.1, frequency: 100.0 }),
    };
    let Shapes { shapes, cells, labels: own_labels, .. } = shapes;
    let mut names = labels.or(own_labels).unwrap_or_default().into_iter();
    let population = Population {
        name: name.to_owned(),
        shapes,
        cells: cells.into_iter().map(|shape| Cell { shape, label: names.next() }).collect(),
        discretisation,
        membrane,
        membranes: Vec::new(),
        v_init: v_init?.unwrap_or(Distribution::Constant(preset.v_init.unwrap_or(-65.0))),
        threshold: threshold?.unwrap_or(preset.threshold.unwrap_or(0.0)),
        detector: detector?,
        signalling,
    };
    if let Some(at) = &detector_node {
        if !matches!(population.detector, Site::Soma | Site::Section { .. } | Site::Compartment(_)) {
            return at.error("the detector must be one place", "write \"soma\", \"axon(1)\" or { compartment = 0 }");
        }
        place::check_site(at, &population.detector, &population, None)?;
    }
    Some((population, preset.celsius))
}

/// `{ per_section = 1 }`, `{ max_length = "20 um" }` or `{ d_lambda = 0.1, frequency = "100 Hz" }`.
fn discretisation(node: &Node<'_>) -> Option<Discretisation> {
    let fields = node.fields()?;
    let found = rule(&fields);
    fields.finish();
    match found? {
        Some(rule) => Some(rule),
        None => node
            .error("no rule is given", "write { per_section = 1 }, { max_length = \"20 um\" } or { d_lambda = 0.1 }"),
    }
}

/// The rule among the keys of a table, if there is one.
pub(crate) fn rule(fields: &Fields<'_>) -> Option<Option<Discretisation>> {
    let given = ["per_section", "nseg", "max_length", "d_lambda"].map(|key| fields.optional(key));
    let frequency = fields.optional("frequency");
    let mut nodes = given.iter().flatten();
    if let (Some(_), Some(second)) = (nodes.next(), nodes.next()) {
        return second.error("more than one rule is given for cutting sections", "leave all but one of them out");
    }
    let [per_section, nseg, max_length, d_lambda] = &given;
    if let (Some(node), None) = (&frequency, d_lambda) {
        return node.error("`frequency` belongs to `d_lambda`", "write d_lambda = 0.1 beside it, or leave it out");
    }
    Some(Some(if let Some(node) = per_section.as_ref().or(nseg.as_ref()) {
        Discretisation::PerSection(node.count(1, 1_000_000)?)
    } else if let Some(node) = max_length {
        Discretisation::MaxLength(node.quantity(Dimension::Length, Bound::Positive)?)
    } else if let Some(node) = d_lambda {
        let fraction = node.number(Bound::Positive);
        let frequency = match &frequency {
            Some(node) => node.quantity(Dimension::Frequency, Bound::Positive),
            None => Some(100.0),
        };
        Discretisation::DLambda { fraction: fraction?, frequency: frequency? }
    } else {
        return Some(None);
    }))
}

/// Channels of one name that differ between populations get the population's name in front.
pub(crate) fn distinguish_channels(populations: &mut [Population]) {
    let mut known: HashMap<String, Channel> = HashMap::new();
    for population in populations {
        for insertion in &mut population.membrane.insertions {
            let channel = &mut insertion.channel;
            match known.get(&*channel.name) {
                Some(first) if first != channel => {
                    let name = format!("{}.{}", population.name, channel.name);
                    if let Some(signalling) = &mut population.signalling {
                        let names = signalling.modulates.iter_mut().chain(&mut signalling.carriers);
                        names.filter(|own| **own == channel.name).for_each(|own| own.clone_from(&name));
                    }
                    channel.name = Cow::Owned(name);
                }
                Some(_) => {}
                None => {
                    known.insert(channel.name.to_string(), channel.clone());
                }
            }
        }
    }
}
