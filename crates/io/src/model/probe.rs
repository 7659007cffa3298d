//! `[probes.NAME]`: recordings.

use huxley_model::network::{Population, Probe, Variable};
use huxley_model::plasticity::Homeostatic;
use huxley_model::signalling::Messenger;

use super::place::Scope;
use super::quantity::Dimension;
use super::reader::{Bound, Fields, Node};
use super::run::divides;

pub(crate) fn read(name: &str, node: &Node<'_>, scope: &Scope<'_>) -> Option<Probe> {
    let fields = node.fields()?;
    let target = scope.target(&fields);
    let interval_node = fields.optional("interval");
    let interval = interval_node.as_ref().map_or(Some(1.0), |node| node.quantity(Dimension::Time, Bound::Positive));
    let variable_node = fields.optional("variable");
    let of_synapse = synapse_probe(&fields, variable_node.as_ref(), scope);
    let tau = fields.optional("tau");
    fields.finish();
    let of_synapse = of_synapse?;
    let target = target?;
    let population = scope.populations.iter().find(|population| population.name == target.population)?;
    let variable = match (of_synapse, &variable_node) {
        (Some(variable), _) => Some(variable),
        (None, None) => Some(Variable::Potential),
        (None, Some(node)) => match node.as_text() {
            Some("activity") => {
                let tau = tau.as_ref().map_or(Some(Homeostatic::default().tau_activity), |node| {
                    node.quantity(Dimension::Time, Bound::Positive)
                });
                tau.map(|tau| Variable::Activity { tau })
            }
            Some("dopamine") => Some(Variable::Dopamine),
            _ => variable(node, population),
        },
    };
    let interval = interval?;
    if let Some(dt) = scope.dt
        && !divides(dt, interval)
    {
        return interval_node.as_ref().unwrap_or(node).error(
            format!("a sampling interval of {interval} ms is not a multiple of dt, {dt} ms"),
            format!("{} ms would be", (interval / dt).ceil() * dt),
        );
    }
    Some(Probe { name: name.to_owned(), target, variable: variable?, interval })
}

/// A variable of synapses, where `synapse` names their kind: `variable = "w"`, and `source` the cell they come from.
fn synapse_probe(fields: &Fields<'_>, variable: Option<&Node<'_>>, scope: &Scope<'_>) -> Option<Option<Variable>> {
    let (kind, source) = (fields.optional("synapse"), fields.optional("source"));
    let Some(kind) = kind else {
        return match source {
            Some(source) => source.error("`source` is for probes of synapses", "add `synapse`, the kind of synapse"),
            None => Some(None),
        };
    };
    let Some(variable) = variable else {
        return kind.error("which variable of the synapse?", "add variable = \"w\", \"ca\", \"k\", \"F\", \"D\", ...");
    };
    let synapse = scope.synapses[scope.synapse(&kind)?].name.clone();
    let source = match source {
        None => None,
        Some(node) => {
            let fields = node.fields()?;
            let population = fields.required("population").and_then(|node| scope.population(&node));
            let cell = fields.required("cell");
            fields.finish();
            let (population, node) = (population?, cell?);
            let text = node.as_text().map_or_else(|| node.value.typed(), str::to_owned);
            match scope.cell(population, &text) {
                Ok(cell) => Some((scope.populations[population].name.clone(), cell)),
                Err((message, hint)) => return node.error(message, hint),
            }
        }
    };
    Some(Some(Variable::Synapse { synapse, variable: variable.text()?.to_owned(), source }))
}

/// `"v"`, `"synaptic-current"`, `"injected-current"`, a messenger (`"ca"`), `{ gate = "na.m" }` or `{ current = "na" }`.
fn variable(node: &Node<'_>, population: &Population) -> Option<Variable> {
    if let Some(text) = node.as_text() {
        return match text {
            "v" => Some(Variable::Potential),
            "synaptic-current" => Some(Variable::SynapticCurrent),
            "injected-current" => Some(Variable::InjectedCurrent),
            _ if Messenger::ALL.iter().any(|(name, _)| *name == text) => {
                let found = Messenger::ALL.into_iter().find(|(name, _)| *name == text)?;
                if population.signalling.is_some() {
                    return Some(Variable::Messenger(found.1));
                }
                node.error(
                    format!("the cells of `{}` have no `{text}`", population.name),
                    format!("add [populations.{}.signalling]; every key of it has a default", population.name),
                )
            }
            _ => node.error(
                format!("`{text}` is not a variable"),
                "write \"v\", \"synaptic-current\", \"injected-current\", \"activity\", \"dopamine\", \"ca\", \"camp\", \"pka\", \"calcineurin\", \"pp1\", { gate = \"na.m\" } or { current = \"na\" }",
            ),
        };
    }
    let fields = node.fields()?;
    let (gate, current) = (fields.optional("gate"), fields.optional("current"));
    fields.finish();
    match (gate, current) {
        (Some(node), None) => {
            let text = node.text()?;
            let Some((channel, gate)) = text.rsplit_once('.') else {
                return node
                    .error(format!("`{text}` does not name a gate"), "write \"CHANNEL.GATE\", for example \"na.m\"");
            };
            let channel = channel_named(&node, channel, population)?;
            let gates =
                population.membrane.insertions.iter().find(|i| i.channel.name == channel)?.channel.gates.clone();
            if !gates.iter().any(|known| known.name == gate) {
                let known: Vec<&str> = gates.iter().map(|gate| &*gate.name).collect();
                return node.unknown_name(gate, &format!("a gate of channel `{channel}`"), known);
            }
            Some(Variable::Gate { channel, gate: gate.to_owned() })
        }
        (None, Some(node)) => {
            let channel = channel_named(&node, node.text()?, population)?;
            Some(Variable::ChannelCurrent { channel })
        }
        _ => node.error("give either a `gate` or a `current`", "write { gate = \"na.m\" } or { current = \"na\" }"),
    }
}

/// The channel of the population that is called `name`, under the name it has in the network.
fn channel_named(node: &Node<'_>, name: &str, population: &Population) -> Option<String> {
    let own = format!("{}.{name}", population.name);
    let mut names = population.membrane.insertions.iter().map(|insertion| &*insertion.channel.name);
    let found = names.find(|known| **known == own || *known == name).map(str::to_owned);
    found.or_else(|| {
        let known = population.membrane.insertions.iter().map(|insertion| &*insertion.channel.name);
        node.unknown_name(name, &format!("a channel of population `{}`", population.name), known)
    })
}
