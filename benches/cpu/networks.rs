//! The networks that benches run.

use std::sync::Arc;

use huxley::network::{Distribution, Network, Precision, Projection, Rule, Site, SynapseKind, SynapseModel};
use huxley::{Plan, lower};
use huxley_harness::bench::networks::cells;

/// Independent squid point neurons under 10 uA/cm2.
pub fn points(count: usize) -> Network {
    Network { name: "points".to_owned(), ..cells(1, count) }
}

/// Independent cells of 100 squid compartments: a soma and 33 branches of three, a binary tree from the third on. With the branch
/// points they have 115 nodes.
pub fn trees(count: usize) -> Network {
    Network { name: "trees".to_owned(), ..cells(100, count) }
}

/// Points with `degree` exponential synapses each, delays of 1 to 5 ms.
pub fn connected(count: usize, degree: usize) -> Network {
    let mut network = points(count);
    let model = SynapseModel::exponential(5.0, 0.0);
    network.synapses = vec![SynapseKind::fixed("excitatory", model)];
    network.projections = vec![Projection {
        name: "recurrent".to_owned(),
        source: "cells".to_owned(),
        target: "cells".to_owned(),
        synapse: 0,
        rule: Rule::FixedInDegree { degree, autapses: false, multapses: true },
        weight: Distribution::Constant(1e-6),
        delay: Distribution::Uniform { low: 1.0, high: 5.0 },
        site: Site::Soma,
    }];
    network
}

/// A built-in model.
pub fn builtin(name: &str) -> Network {
    huxley::builtin::find(name).expect("a built-in model").load(&[]).expect("it loads").network
}

/// Lowers in a precision.
pub fn plan(mut network: Network, precision: Precision) -> Arc<Plan> {
    network.run.precision = precision;
    Arc::new(lower(&network).expect("it lowers"))
}
