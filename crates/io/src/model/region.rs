//! `[regions.NAME]`, cells that share a pool of dopamine, and `kind = "reward"` among the stimuli.

use huxley_model::network::{Region, Reward, WHOLE_BRAIN};
use huxley_model::plasticity::slow::DOPAMINE;

use super::place::Scope;
use super::quantity::Dimension;
use super::reader::{Bound, Node};

pub(crate) fn read(name: &str, node: &Node<'_>, scope: &Scope<'_>) -> Option<Region> {
    let fields = node.fields()?;
    let cells = fields.required("cells").and_then(|node| {
        // Tables of a population and some of its cells, or names of whole populations.
        let list = node.as_list().unwrap_or_else(|| vec![node.clone()]);
        list.iter().map(|node| scope.cells_of(node)).collect::<Option<Vec<_>>>()
    });
    let tau = fields.quantity_or("tau", Dimension::Time, Bound::Positive, DOPAMINE.0);
    fields.finish();
    Some(Region { name: name.to_owned(), cells: cells?, tau: tau? })
}

/// Whether a stimulus is a reward.
pub(crate) fn is_reward(node: &Node<'_>) -> bool {
    node.peek("kind").is_some_and(|kind| kind.as_text() == Some("reward"))
}

pub(crate) fn reward(name: &str, node: &Node<'_>, regions: &[Region]) -> Option<Reward> {
    let fields = node.fields()?;
    fields.optional("kind");
    let known: Vec<&str> =
        if regions.is_empty() { vec![WHOLE_BRAIN] } else { regions.iter().map(|r| r.name.as_str()).collect() };
    let region = fields.or("region", None, |node| {
        let text = node.text()?;
        if known.contains(&text) {
            Some(Some(text.to_owned()))
        } else {
            node.unknown_name(text, "a region", known.clone())
        }
    });
    let amount = fields.quantity_or("amount", Dimension::CellConcentration, Bound::Any, DOPAMINE.1);
    let times = fields.required("times").and_then(|node| {
        let list = node.list()?;
        list.iter().map(|time| time.quantity(Dimension::Time, Bound::NotNegative)).collect::<Option<Vec<f64>>>()
    });
    fields.finish();
    let mut times = times?;
    times.sort_by(f64::total_cmp);
    Some(Reward { name: name.to_owned(), region: region?, amount: amount?, times })
}
