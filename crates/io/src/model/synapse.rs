//! `[synapses.NAME]`: kinds of synapses.

use huxley_model::network::{Block, Receptor, SynapseKind, SynapseModel};
use huxley_model::synapse;

use super::plasticity;
use super::quantity::Dimension;
use super::reader::{Bound, Fields, Node};

#[derive(Clone, Copy)]
enum Kind {
    Exponential,
    DoubleExponential,
    Kinetic,
}

pub(crate) fn read(name: &str, node: &Node<'_>) -> Option<SynapseKind> {
    let fields = node.fields()?;
    let kind = fields.required("model").and_then(|node| {
        node.choice(&[("exp", Kind::Exponential), ("exp2", Kind::DoubleExponential), ("kinetic", Kind::Kinetic)])
    })?;
    let model = match kind {
        Kind::Exponential => exponential(&fields),
        Kind::DoubleExponential => double_exponential(&fields),
        Kind::Kinetic => kinetic(&fields),
    };
    let plasticity = plasticity::read(&fields, model.as_ref());
    fields.finish();
    Some(SynapseKind { name: name.to_owned(), model: model?, plasticity: plasticity? })
}

fn exponential(fields: &Fields<'_>) -> Option<SynapseModel> {
    let tau = fields.quantity("tau", Dimension::Time, Bound::Positive);
    let reversal = fields.quantity("reversal", Dimension::Potential, Bound::Any);
    let block = block(fields, None);
    Some(SynapseModel::Exponential { tau: tau?, reversal: reversal?, block: block? })
}

fn double_exponential(fields: &Fields<'_>) -> Option<SynapseModel> {
    let rise = fields.quantity("rise", Dimension::Time, Bound::Positive);
    let decay = fields.quantity("decay", Dimension::Time, Bound::Positive);
    let reversal = fields.quantity("reversal", Dimension::Potential, Bound::Any);
    let block = block(fields, None);
    let (rise, decay) = (rise?, decay?);
    if rise >= decay {
        return fields.node.error(
            format!("the rise time of {rise} ms is not below the decay time of {decay} ms"),
            "with equal times use model = \"exp\"",
        );
    }
    Some(SynapseModel::DoubleExponential { rise, decay, reversal: reversal?, block: block? })
}

fn kinetic(fields: &Fields<'_>) -> Option<SynapseModel> {
    let receptors = fields.required("receptors").and_then(|node| {
        let list = node.list()?;
        if list.is_empty() || list.len() > 3 {
            return node
                .error(format!("expected one to three receptors, found {}", list.len()), "write [\"ampa\", \"nmda\"]");
        }
        let read: Vec<Option<Receptor>> = list.iter().map(receptor).collect();
        read.into_iter().collect::<Option<Vec<_>>>()
    });
    let transmitter = fields.quantity_or("transmitter", Dimension::Concentration, Bound::Positive, 1.0);
    let pulse = fields.quantity_or("pulse", Dimension::Time, Bound::Positive, 1.0);
    Some(SynapseModel::Kinetic { receptors: receptors?, transmitter: transmitter?, pulse: pulse? })
}

/// `"ampa"`, or `{ like = "ampa", conductance = "1 nS" }`, or every constant.
fn receptor(node: &Node<'_>) -> Option<Receptor> {
    if let Some(name) = node.as_text() {
        return published(node, name);
    }
    let fields = node.fields()?;
    let like = match fields.optional("like") {
        Some(node) => Some(published(&node, node.text()?)?),
        None => None,
    };
    let name = match (fields.optional("name"), &like) {
        (Some(node), _) => node.text().map(str::to_owned),
        (None, Some(like)) => Some(like.name.clone()),
        (None, None) => fields.required("name").and_then(|node| node.text()).map(str::to_owned),
    };
    let constant = |key, dimension, bound, published: fn(&Receptor) -> f64| match &like {
        Some(like) => fields.quantity_or(key, dimension, bound, published(like)),
        None => fields.quantity(key, dimension, bound),
    };
    let alpha = constant("alpha", Dimension::BindingRate, Bound::Positive, |r| r.alpha);
    let beta = constant("beta", Dimension::Rate, Bound::Positive, |r| r.beta);
    let reversal = constant("reversal", Dimension::Potential, Bound::Any, |r| r.reversal);
    let conductance = constant("conductance", Dimension::Conductance, Bound::NotNegative, |r| r.conductance);
    let block = block(&fields, like.as_ref().and_then(|r| r.block));
    fields.finish();
    Some(Receptor {
        name: name?,
        alpha: alpha?,
        beta: beta?,
        reversal: reversal?,
        conductance: conductance?,
        block: block?,
    })
}

/// `magnesium`, the block of Jahr & Stevens, or `block`, any.
fn block(fields: &Fields<'_>, otherwise: Option<Block>) -> Option<Option<Block>> {
    let (magnesium, own) = (fields.optional("magnesium"), fields.optional("block"));
    match (magnesium, own) {
        (Some(_), Some(own)) => own.error(
            "both `magnesium` and `block` say how it is blocked",
            "magnesium = \"1 mM\" is Jahr & Stevens' block: keep one",
        ),
        (Some(node), None) => {
            let concentration = node.quantity(Dimension::Concentration, Bound::NotNegative)?;
            Some(Some(Block::magnesium(concentration)))
        }
        (None, Some(node)) => {
            let fields = node.fields()?;
            let concentration = fields.quantity("concentration", Dimension::Concentration, Bound::NotNegative);
            let scaling = fields.quantity("scaling", Dimension::Concentration, Bound::Positive);
            let voltage = fields.quantity("voltage", Dimension::Potential, Bound::Positive);
            fields.finish();
            Some(Some(Block::new(concentration?, scaling?, voltage?)))
        }
        (None, None) => Some(otherwise),
    }
}

fn published(node: &Node<'_>, name: &str) -> Option<Receptor> {
    synapse::receptor(name).or_else(|| node.unknown_name(name, "a receptor", synapse::RECEPTORS))
}
