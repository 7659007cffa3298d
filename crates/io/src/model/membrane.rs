//! `membrane`: a preset, channels with their densities, a leak, passive properties.

use std::borrow::Cow;

use huxley_model::channel::{Channel, Reversal};
use huxley_model::morphology::SectionKind;
use huxley_model::network::{Insertion, Membrane};
use huxley_model::preset::{self, Preset};

use super::channel::reversal;
use super::quantity::Dimension;
use super::reader::{Bound, Fields, Node};

/// What a membrane fixes beside itself.
#[derive(Debug, Default)]
pub(crate) struct FromPreset {
    pub(crate) celsius: Option<f64>,
    pub(crate) v_init: Option<f64>,
    pub(crate) threshold: Option<f64>,
}

pub(crate) fn read(node: &Node<'_>, own: &[Channel]) -> Option<(Membrane, FromPreset)> {
    let fields = node.fields()?;
    let preset = fields.or("preset", None, |node| find_preset(&node).map(Some));
    let capacitance =
        fields.or("capacitance", None, |node| node.quantity(Dimension::CapacitanceDensity, Bound::Positive).map(Some));
    let axial_resistivity = fields.quantity_or("axial_resistivity", Dimension::Resistivity, Bound::Positive, 100.0);
    let (preset, capacitance) = (preset?, capacitance?);
    let mut insertions = preset.as_ref().map(|preset| preset.channels.clone()).unwrap_or_default();
    let channels = fields.optional("channels").map_or(Some(()), |node| {
        let entries = node.fields()?.named();
        let all: Vec<_> = entries.iter().map(|(name, node)| insert(name, node, &mut insertions, own)).collect();
        all.into_iter().collect()
    });
    let leak = fields.optional("leak").map_or(Some(()), |node| insert_leak(&node, &mut insertions));
    let nothing = preset.is_none() && fields.optional("channels").is_none() && fields.optional("leak").is_none();
    if !fields.finish() {
        return None;
    }
    if nothing {
        return node.error(
            "the membrane has neither a preset nor channels nor a leak",
            "add preset = \"hh\", or leak = { density = \"0.1 mS/cm2\", reversal = \"-65 mV\" }",
        );
    }
    channels?;
    leak?;
    let capacitance = capacitance.or(preset.as_ref().map(|preset| preset.capacitance)).unwrap_or(1.0);
    let from_preset = preset.map_or_else(FromPreset::default, |preset| FromPreset {
        celsius: Some(preset.celsius),
        v_init: Some(preset.v_init),
        threshold: Some(preset.threshold),
    });
    Some((
        Membrane { capacitance, capacitances: Vec::new(), axial_resistivity: axial_resistivity?, insertions },
        from_preset,
    ))
}

fn find_preset(node: &Node<'_>) -> Option<Preset> {
    let name = node.text()?;
    preset::find(name).or_else(|| node.unknown_name(name, "a membrane preset", preset::NAMES))
}

/// Puts the channel called `name` in, or changes its density where the preset has it.
fn insert(name: &str, node: &Node<'_>, insertions: &mut Vec<Insertion>, own: &[Channel]) -> Option<()> {
    let existing = insertions.iter().position(|insertion| insertion.channel.name == name);
    if !node.is_table() {
        let channel = match existing {
            Some(index) => insertions[index].channel.clone(),
            None => find_channel(name, node, insertions, own)?,
        };
        let density = node.quantity(density_dimension(&channel.reversal), Bound::NotNegative);
        return put(insertions, existing, Insertion { channel, density: vec![(SectionKind::Any, density?)] });
    }
    let fields = node.fields()?;
    let from = fields.optional("from");
    let base = match (&from, existing) {
        (Some(from), _) => from_preset(name, from),
        (None, Some(index)) => Some(insertions[index].channel.clone()),
        (None, None) => find_channel(name, node, insertions, own),
    };
    let changed = fields.or("reversal", None, |node| reversal(&node).map(Some));
    let Some((mut channel, changed)) = base.zip(changed) else {
        // The densities' unit is not known; their keys are.
        DENSITY_KINDS.iter().for_each(|(key, _)| _ = fields.optional(key));
        fields.finish();
        return None;
    };
    let before = density_dimension(&channel.reversal);
    if let Some(reversal) = changed {
        channel.reversal = reversal;
    }
    let dimension = density_dimension(&channel.reversal);
    let density = densities(&fields, dimension);
    fields.finish();
    let mut density = density?;
    if density.is_empty() && existing.is_some() && before != dimension {
        return node.error(
            format!("the density of channel `{name}` is {}, its new current takes {}", before.name(), dimension.name()),
            format!("add any = {}", dimension.example().split(" or ").next().unwrap_or_default()),
        );
    }
    if density.is_empty() {
        match existing {
            Some(index) => density = insertions[index].density.clone(),
            None => {
                return node.error(
                    format!("channel `{name}` has no density"),
                    "add any = \"1 mS/cm2\", or soma, axon, dendrite, apical, other",
                );
            }
        }
    }
    put(insertions, existing, Insertion { channel, density })
}

fn put(insertions: &mut Vec<Insertion>, existing: Option<usize>, insertion: Insertion) -> Option<()> {
    match existing {
        Some(index) => insertions[index] = insertion,
        None => insertions.push(insertion),
    }
    Some(())
}

/// What the density of a channel is.
fn density_dimension(reversal: &Reversal) -> Dimension {
    if matches!(reversal, Reversal::GoldmanCalcium { .. }) {
        Dimension::Permeability
    } else {
        Dimension::ConductanceDensity
    }
}

const DENSITY_KINDS: [(&str, SectionKind); 6] = [
    ("soma", SectionKind::Soma),
    ("axon", SectionKind::Axon),
    ("dendrite", SectionKind::Dendrite),
    ("apical", SectionKind::Apical),
    ("other", SectionKind::Other),
    ("any", SectionKind::Any),
];

/// Densities by kind of section, the special before the general.
fn densities(fields: &Fields<'_>, dimension: Dimension) -> Option<Vec<(SectionKind, f64)>> {
    let given: Vec<Option<(SectionKind, f64)>> = DENSITY_KINDS
        .into_iter()
        .filter_map(|(key, kind)| {
            let node = fields.optional(key)?;
            Some(node.quantity(dimension, Bound::NotNegative).map(|density| (kind, density)))
        })
        .collect();
    given.into_iter().collect()
}

fn find_channel(name: &str, node: &Node<'_>, insertions: &[Insertion], own: &[Channel]) -> Option<Channel> {
    own.iter().find(|channel| channel.name == name).cloned().or_else(|| {
        let known = own.iter().map(|channel| &*channel.name).chain(insertions.iter().map(|i| &*i.channel.name));
        node.unknown_name(name, "a channel of this file's [channels] or of the membrane's preset", known)
    })
}

fn from_preset(name: &str, node: &Node<'_>) -> Option<Channel> {
    let preset = find_preset(node)?;
    let found = preset.channels.iter().find(|insertion| insertion.channel.name == name);
    found.map(|insertion| insertion.channel.clone()).or_else(|| {
        let known = preset.channels.iter().map(|insertion| &*insertion.channel.name);
        node.unknown_name(name, &format!("a channel of the preset `{}`", preset.name), known)
    })
}

/// `leak = { density = "0.1 mS/cm2", reversal = "-65 mV" }`, or densities by kind of section.
fn insert_leak(node: &Node<'_>, insertions: &mut Vec<Insertion>) -> Option<()> {
    let fields = node.fields()?;
    let existing = insertions.iter().position(|insertion| insertion.channel.name == "leak");
    let single =
        fields.optional("density").map(|node| node.quantity(Dimension::ConductanceDensity, Bound::NotNegative));
    let by_kind = densities(&fields, Dimension::ConductanceDensity);
    let fixed = fields
        .or("reversal", None, |node| node.quantity(Dimension::Potential, Bound::Within(-1000.0, 1000.0)).map(Some));
    fields.finish();
    let mut density = by_kind?;
    match single {
        Some(value) => density.push((SectionKind::Any, value?)),
        None if density.is_empty() => match existing {
            Some(index) => density = insertions[index].density.clone(),
            None => return node.error("the leak has no density", "add density = \"0.1 mS/cm2\""),
        },
        None => {}
    }
    let reversal = match (fixed?, existing) {
        (Some(reversal), _) => Reversal::Fixed(reversal),
        (None, Some(index)) => insertions[index].channel.reversal,
        (None, None) => return node.error("`reversal` is missing", "add reversal = \"-65 mV\""),
    };
    let channel = Channel { name: Cow::Borrowed("leak"), gates: Cow::Borrowed(&[]), reversal };
    put(insertions, existing, Insertion { channel, density })
}
