//! `import = "FILE"`: a network of another format, with what the model file adds to it.

use huxley_model::network::{Network, Probe};

use super::place::Scope;
use super::reader::{Fields, Node};
use super::value::Value;
use super::{Driver, named, probe, region, run, stimulus};

/// What comes from the imported file alone.
const IMPORTED: [&str; 6] = ["channels", "populations", "synapses", "projections", "gap_junctions", "regions"];

/// Reads the file that `node` names; `run`, `stimuli` and `probes` of the model file go on top.
pub(crate) fn read(fields: &Fields<'_>, node: &Node<'_>) -> Option<Network> {
    let context = node.context;
    for key in IMPORTED {
        if let Some(own) = fields.optional(key) {
            own.error::<()>(
                format!("`{key}` beside `import`: these come from the imported file"),
                "remove it; `run`, `stimuli` and `probes` may be given, and `name`, `title`, `notes` and `celsius`",
            );
        }
    }
    let run_node = fields.optional("run");
    let seed = run_node.as_ref().and_then(|run| run.peek("seed")).and_then(|seed| match *seed.value {
        Value::Integer(seed) => u64::try_from(seed).ok(),
        _ => None,
    });
    let name = node.text()?;
    let Some(path) = context.source.path(name) else {
        return node.error(format!("`{name}` is not in a folder"), "name a file, relative to the model file's folder");
    };
    context.references.borrow_mut().push((node.path.clone(), context.source.lasting_name(name)));
    let mut network = match crate::import::import(&path, seed) {
        Ok(imported) => {
            imported.warnings.into_iter().for_each(|warning| context.warn(warning));
            imported.network
        }
        Err(errors) => {
            context.take_over(errors.0);
            return None;
        }
    };
    let run = match &run_node {
        Some(node) => run::read(node, network.run.clone()),
        None => Some(network.run.clone()),
    };
    let scope = Scope::new(&network.populations, &network.synapses, run.as_ref());
    let stimuli = named(fields, "stimuli", |name, node| {
        let known = network.stimuli.iter().any(|stimulus| stimulus.name == name);
        unlike(known, "stimulus", name, node)?;
        if region::is_reward(node) {
            region::reward(name, node, &network.regions).map(Driver::Reward)
        } else {
            stimulus::read(name, node, &scope).map(Driver::Stimulus)
        }
    });
    let probes: Option<Vec<Probe>> = named(fields, "probes", |name, node| {
        unlike(network.probes.iter().any(|probe| probe.name == name), "probe", name, node)?;
        probe::read(name, node, &scope)
    });
    fields.finish();
    let (stimuli, probes) = (stimuli?, probes?);
    network.run = run?;
    for driver in stimuli {
        match driver {
            Driver::Stimulus(stimulus) => network.stimuli.push(stimulus),
            Driver::Reward(reward) => network.rewards.push(reward),
        }
    }
    network.probes.extend(probes);
    Some(network)
}

/// That the imported file has nothing of the same name.
fn unlike(known: bool, what: &str, name: &str, node: &Node<'_>) -> Option<()> {
    if known {
        return node.error(format!("the imported file has a {what} called `{name}` too"), "give it another name");
    }
    Some(())
}
