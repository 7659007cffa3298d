//! What is studied where nothing else is asked for, and what is asked for.

use huxley_harness::accuracy::{NEURON_10, Study, TickQuestion, neuron_10};
use huxley_harness::validate::networks::pairs;
use huxley_io::builtin;
use huxley_model::network::Network;

use super::AccuracyArgs;
use crate::args::RunArgs;
use crate::failure::Failure;
use crate::quantity;
use crate::run::prepare;

/// A network that runs for a time, ms, where one is given.
fn lasting(mut network: Network, duration: Option<f64>) -> Network {
    if let Some(duration) = duration {
        network.run.duration = duration;
    }
    network
}

/// The default: squid, the article's neuron and a ball and stick over substeps, pairs and a ring over ticks, COBAHH for chaos.
pub fn usual(quick: bool, duration: Option<f64>) -> Result<Study, Failure> {
    let models = vec![lasting(built_in("squid", &[])?, duration), lasting(neuron_10(), duration)];
    let mut study = Study { models, ..Study::default() };
    if !quick {
        study.models.push(lasting(built_in("ball-and-stick", &[])?, duration));
    }
    let mut pairs = pairs(40);
    pairs.run.duration = 15.0;
    let one = "one synapse from each of 40 cells, at phases that cover a millisecond";
    study.ticks.push(TickQuestion { network: pairs, what: one.to_owned(), from: 40, longest: 2.0 });
    let ring = lasting(built_in("ring", &[("cells", "10")])?, duration.or(quick.then_some(60.0)));
    let round = "a spike that goes round and round";
    study.ticks.push(TickQuestion { network: ring, what: round.to_owned(), from: 0, longest: 5.0 });
    let scale: &[(&str, &str)] = if quick { &[("scale", "0.25")] } else { &[] };
    let chaotic = duration.unwrap_or(if quick { 150.0 } else { 500.0 });
    study.chaos = Some(lasting(built_in("cobahh", scale)?, Some(chaotic)));
    Ok(study)
}

/// The models that were asked for, or the default.
pub fn study(args: &AccuracyArgs) -> Result<Study, Failure> {
    let duration = args.duration.as_ref().map(|text| quantity::time("--duration", text)).transpose()?;
    if args.model.is_empty() {
        return usual(args.quick, duration);
    }
    let mut study = Study::default();
    for name in &args.model {
        let network = if name == NEURON_10 {
            neuron_10()
        } else {
            prepare::load(&prepare::source(name)?, &RunArgs::default())?.network
        };
        let network = lasting(network, duration);
        if !network.projections.is_empty() {
            let longest = shortest_delay(&network);
            let what = "the model".to_owned();
            study.ticks.push(TickQuestion { network: network.clone(), what, from: 0, longest });
            study.chaos.get_or_insert_with(|| network.clone());
        }
        study.models.push(network);
    }
    Ok(study)
}

/// The shortest delay that projections name, ms: no tick may be longer.
fn shortest_delay(network: &Network) -> f64 {
    use huxley_model::network::{Distribution, Rule};
    let least = |delay: Distribution| match delay {
        Distribution::Constant(delay) => delay,
        Distribution::Uniform { low, .. } | Distribution::Normal { low, .. } => low,
        Distribution::LogNormal { .. } => 0.0,
    };
    let of = |projection: &huxley_model::network::Projection| match &projection.rule {
        Rule::Table(table) => {
            let listed = table.iter().map(|connection| connection.delay.unwrap_or(least(projection.delay)));
            listed.fold(f64::INFINITY, f64::min)
        }
        _ => least(projection.delay),
    };
    network.projections.iter().map(of).fold(f64::INFINITY, f64::min)
}

fn built_in(name: &str, settings: &[(&str, &str)]) -> Result<Network, Failure> {
    let settings: Vec<_> = settings.iter().map(|&(key, value)| (key.to_owned(), value.to_owned())).collect();
    let model = builtin::find(name).ok_or_else(|| Failure::failed(format!("the built-in model `{name}` is gone")))?;
    let loaded =
        model.load(&settings).map_err(|error| Failure::failed(format!("the built-in model `{name}`: {error}")))?;
    Ok(loaded.network)
}
