//! `[synapses.NAME]`: kinds of synapses.

use huxley_model::network::{Receptor, SynapseKind, SynapseModel};
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
    Some(SynapseModel::Exponential { tau: tau?, reversal: reversal? })
}

fn double_exponential(fields: &Fields<'_>) -> Option<SynapseModel> {
    let rise = fields.quantity("rise", Dimension::Time, Bound::Positive);
    let decay = fields.quantity("decay", Dimension::Time, Bound::Positive);
    let reversal = fields.quantity("reversal", Dimension::Potential, Bound::Any);
    let (rise, decay) = (rise?, decay?);
    if rise >= decay {
        return fields.node.error(
            format!("the rise time of {rise} ms is not below the decay time of {decay} ms"),
            "with equal times use model = \"exp\"",
        );
    }
    Some(SynapseModel::DoubleExponential { rise, decay, reversal: reversal? })
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
    let magnesium = fields.or("magnesium", like.as_ref().and_then(|r| r.magnesium), |node| {
        node.quantity(Dimension::Concentration, Bound::NotNegative).map(Some)
    });
    fields.finish();
    Some(Receptor {
        name: name?,
        alpha: alpha?,
        beta: beta?,
        reversal: reversal?,
        conductance: conductance?,
        magnesium: magnesium?,
    })
}

fn published(node: &Node<'_>, name: &str) -> Option<Receptor> {
    synapse::receptor(name).or_else(|| node.unknown_name(name, "a receptor", synapse::RECEPTORS))
}
