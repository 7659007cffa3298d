//! `[populations.NAME.signalling]`: calcium inside the cells, and what follows from it.

use huxley_model::network::{CellSignalling, Insertion};
use huxley_model::signalling::Signalling;

use super::quantity::Dimension;
use super::reader::{Bound, Fields, Node};

pub(crate) fn read(node: &Node<'_>, insertions: &[Insertion]) -> Option<CellSignalling> {
    let fields = node.fields()?;
    let modulates = channels(&fields, "modulates", insertions);
    let carriers = channels(&fields, "carriers", insertions);
    let constants = constants(&fields);
    fields.finish();
    Some(CellSignalling { constants: constants?, modulates: modulates?, carriers: carriers? })
}

/// The default constants with those that are given.
fn constants(fields: &Fields<'_>) -> Option<Signalling> {
    let default = Signalling::default();
    let length = |key, default| fields.quantity_or(key, Dimension::Length, Bound::Positive, default);
    let time = |key, default| fields.quantity_or(key, Dimension::Time, Bound::Positive, default);
    let half = |key, default| fields.quantity_or(key, Dimension::CellConcentration, Bound::Positive, default);
    let rate = |key, default| fields.quantity_or(key, Dimension::Rate, Bound::NotNegative, default);
    let change = |key, default| fields.quantity_or(key, Dimension::ConcentrationRate, Bound::NotNegative, default);
    let number = |key, default, bound| fields.or(key, default, |node: Node<'_>| node.number(bound));
    // All are read, so that everything that is wrong is said.
    let depth = length("depth", default.depth);
    let (pump, pump_half) = (change("pump", default.pump), half("pump_half", default.pump_half));
    let tau = time("tau", default.tau);
    let rest = fields.quantity_or("rest", Dimension::CellConcentration, Bound::NotNegative, default.rest);
    let calmodulin_half = half("calmodulin_half", default.calmodulin_half);
    let cyclase = change("cyclase", default.cyclase);
    let cyclase_gain = number("cyclase_gain", default.cyclase_gain, Bound::NotNegative);
    let phosphodiesterase =
        fields.quantity_or("phosphodiesterase", Dimension::Rate, Bound::Positive, default.phosphodiesterase);
    let (kinase, kinase_half) = (rate("kinase", default.kinase), half("kinase_half", default.kinase_half));
    let kinase_tau = time("kinase_tau", default.kinase_tau);
    let calcineurin = rate("calcineurin", default.calcineurin);
    let calcineurin_tau = time("calcineurin_tau", default.calcineurin_tau);
    let phosphatase = rate("phosphatase", default.phosphatase);
    let phosphatase_tau = time("phosphatase_tau", default.phosphatase_tau);
    let kinase_effect = number("kinase_effect", default.kinase_effect, Bound::Within(0.0, 1.0));
    let phosphatase_effect = number("phosphatase_effect", default.phosphatase_effect, Bound::NotNegative);
    Some(Signalling {
        depth: depth?,
        pump: pump?,
        pump_half: pump_half?,
        tau: tau?,
        rest: rest?,
        calmodulin_half: calmodulin_half?,
        cyclase: cyclase?,
        cyclase_gain: cyclase_gain?,
        phosphodiesterase: phosphodiesterase?,
        kinase: kinase?,
        kinase_half: kinase_half?,
        kinase_tau: kinase_tau?,
        calcineurin: calcineurin?,
        calcineurin_tau: calcineurin_tau?,
        phosphatase: phosphatase?,
        phosphatase_tau: phosphatase_tau?,
        kinase_effect: kinase_effect?,
        phosphatase_effect: phosphatase_effect?,
    })
}

/// A list of channels of the membrane that are not leaks.
fn channels(fields: &Fields<'_>, key: &'static str, insertions: &[Insertion]) -> Option<Vec<String>> {
    let Some(node) = fields.optional(key) else { return Some(Vec::new()) };
    let name = |node: &Node<'_>| {
        let name = node.text()?;
        let gated = || insertions.iter().map(|i| &i.channel).filter(|channel| !channel.is_leak());
        if gated().any(|channel| channel.name == name) {
            return Some(name.to_owned());
        }
        node.unknown_name(name, "a channel of the membrane with gates", gated().map(|channel| &*channel.name))
    };
    let names: Vec<Option<String>> = node.list()?.iter().map(name).collect();
    names.into_iter().collect()
}
