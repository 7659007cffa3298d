//! `[projections.NAME]`: chemical connections.

use huxley_model::network::{Connection, Connections, Distribution, HeavyTailed, Projection, Rule, Signs, Site};

use super::connections::{self, Choices, Ends};
use super::place::{self, Scope};
use super::quantity::Dimension;
use super::reader::{Bound, Fields, Node};

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    AllToAll,
    OneToOne,
    FixedProbability,
    FixedInDegree,
    Ring,
    HeavyTailed,
    Table,
}

/// One projection; one for each kind of synapse where a sign column chooses it.
pub(crate) fn read(name: &str, node: &Node<'_>, scope: &Scope<'_>) -> Option<Vec<Projection>> {
    let fields = node.fields()?;
    let source = fields.required("source").and_then(|node| scope.population(&node));
    let target = fields.required("target").and_then(|node| scope.population(&node));
    let synapse_node = fields.required("synapse");
    let choices = synapse_node.as_ref().and_then(|node| kinds(node, scope));
    let rule_kind = fields.required("rule").and_then(|node| {
        node.choice(&[
            ("all-to-all", Kind::AllToAll),
            ("one-to-one", Kind::OneToOne),
            ("fixed-probability", Kind::FixedProbability),
            ("fixed-in-degree", Kind::FixedInDegree),
            ("ring", Kind::Ring),
            ("heavy-tailed", Kind::HeavyTailed),
            ("table", Kind::Table),
        ])
    });
    let weight_node = fields.required("weight");
    let delay_node = fields.required("delay");
    let delay = delay_node.as_ref().and_then(|node| node.distribution(Dimension::Time, Bound::Positive));
    let site_node = fields.optional("site");
    let site = site_node.as_ref().map_or(Some(Site::Soma), place::site);
    let (choices, source, target, kind) = (choices?, source?, target?, rule_kind?);
    let Kinds { synapses, words } = choices;
    if words.is_some() && !matches!(kind, Kind::Table | Kind::HeavyTailed) {
        return synapse_node?
            .error("only a table's sign column chooses among kinds of synapses", "name one kind of synapse");
    }
    let weights = weight_node.as_ref().and_then(|node| self::weights(node, scope, &synapses, words.as_ref()));
    let (delay, site) = (delay?, site?);
    if let Some(at) = &site_node {
        if matches!(site, Site::Every(_)) {
            return at.error("a connection has one site", "write { random = \"dendrite\" }");
        }
        place::check_site(at, &site, &scope.populations[target], None)?;
    }
    let shared = Shared { name, scope, source, target, delay, site };
    if kind == Kind::Table {
        let ends = Ends { first: "source", second: "target" };
        let lists = connections::read(&fields, scope, &ends, (source, target), words.as_ref());
        fields.finish();
        let by_row = lists.as_ref().is_some_and(|lists| lists.iter().any(Connections::has_delays));
        if !by_row {
            check_delay(delay_node.as_ref()?, delay, scope)?;
        }
        return shared.tables(node, lists?, &synapses, &weights?);
    }
    check_delay(delay_node.as_ref()?, delay, scope)?;
    if kind == Kind::HeavyTailed {
        let rule = heavy_tailed(name, &fields, source == target);
        fields.finish();
        let rule = rule?;
        let Some(words) = words else {
            if rule.inhibitory > 0.0 {
                return synapse_node?.error(
                    "some of the cells inhibit, and there is one kind of synapse",
                    "write synapse = { \"1\" = \"exc\", \"-1\" = \"inh\" }",
                );
            }
            return Some(vec![shared.projection(name.to_owned(), synapses[0], Rule::HeavyTailed(rule), weights?[0])]);
        };
        let weights = weights?;
        let mut out = Vec::new();
        for (word, signs) in [("1", Signs::Excitatory), ("-1", Signs::Inhibitory)] {
            let Some(Some(choice)) = words.iter().find(|(known, _)| known == word).map(|(_, choice)| *choice) else {
                return synapse_node?.error(
                    format!("`synapse` says nothing about `{word}`"),
                    "write synapse = { \"1\" = \"exc\", \"-1\" = \"inh\" }",
                );
            };
            let own = format!("{name} ({})", scope.synapses[synapses[choice]].name);
            let rule = Rule::HeavyTailed(HeavyTailed { signs, ..rule });
            out.push(shared.projection(own, synapses[choice], rule, weights[choice]));
        }
        return Some(out);
    }
    let rule = rule(kind, &fields, scope, source, target);
    fields.finish();
    let (rule, weights) = (rule?, weights?);
    Some(vec![shared.projection(name.to_owned(), synapses[0], rule, weights[0])])
}

/// The kinds of synapses a projection uses, and the words of a sign column that choose among them.
struct Kinds {
    synapses: Vec<usize>,
    words: Option<Choices>,
}

fn kinds(node: &Node<'_>, scope: &Scope<'_>) -> Option<Kinds> {
    if !node.is_table() {
        return scope.synapse(node).map(|synapse| Kinds { synapses: vec![synapse], words: None });
    }
    let mut synapses = Vec::new();
    let mut words = Vec::new();
    for (word, node) in node.fields()?.named() {
        if node.as_text() == Some("none") {
            words.push((word.to_owned(), None));
            continue;
        }
        let synapse = scope.synapse(&node)?;
        let index = synapses.iter().position(|&known| known == synapse).unwrap_or_else(|| {
            synapses.push(synapse);
            synapses.len() - 1
        });
        words.push((word.to_owned(), Some(index)));
    }
    if synapses.is_empty() {
        return node.error("no word stands for a kind of synapse", "write { \"1\" = \"exc\", \"-1\" = \"inh\" }");
    }
    Some(Kinds { synapses, words: Some(words) })
}

/// The weight of each kind of synapse: one for all, or a table by the words that stand for them.
fn weights(
    node: &Node<'_>,
    scope: &Scope<'_>,
    synapses: &[usize],
    words: Option<&Choices>,
) -> Option<Vec<Distribution>> {
    let known = |name: &str| words.is_some_and(|words| words.iter().any(|(word, _)| word == name));
    let by_word = node.is_table() && node.fields()?.named().iter().any(|(name, _)| known(name));
    if !by_word {
        return synapses.iter().map(|&synapse| scope.weight(node, synapse)).collect::<Option<Vec<_>>>();
    }
    let mut weights: Vec<Option<Distribution>> = vec![None; synapses.len()];
    for (word, node) in node.fields()?.named() {
        let Some((_, choice)) = words.and_then(|words| words.iter().find(|(known, _)| known == word)) else {
            let words = words.into_iter().flatten().map(|(word, _)| word.as_str());
            return node.unknown_name(word, "a word of `synapse`", words);
        };
        if let Some(choice) = *choice {
            let weight = scope.weight(&node, synapses[choice])?;
            if weights[choice].is_some_and(|other| other != weight) {
                return node.error(
                    format!("`{word}` and another word stand for one kind of synapse, and have two weights"),
                    "give that kind one weight",
                );
            }
            weights[choice] = Some(weight);
        }
    }
    let missing = weights.iter().position(Option::is_none);
    if let Some(choice) = missing {
        let name = &scope.synapses[synapses[choice]].name;
        return node
            .error(format!("no weight is given for the synapses `{name}`"), "give every word of `synapse` a weight");
    }
    weights.into_iter().collect()
}

/// A delay below the tick cannot be simulated; where the tick is `auto` it follows the delays.
fn check_delay(node: &Node<'_>, delay: Distribution, scope: &Scope<'_>) -> Option<()> {
    let shortest = match delay {
        Distribution::Constant(delay) => delay,
        Distribution::Uniform { low, .. } | Distribution::Normal { low, .. } => low,
        Distribution::LogNormal { .. } => 0.0,
    };
    match scope.tick {
        Some(tick) if shortest < tick * (1.0 - 1e-9) => node.error(
            format!("a delay of {shortest} ms is below one tick of {tick} ms"),
            "use --tick auto, write tick = \"auto\" under [run], or give a longer delay (a normal one has `min`)",
        ),
        _ => Some(()),
    }
}

fn rule(kind: Kind, fields: &Fields<'_>, scope: &Scope<'_>, source: usize, target: usize) -> Option<Rule> {
    let sizes = (scope.populations[source].cells.len(), scope.populations[target].cells.len());
    let autapses = || fields.or("autapses", false, |node| node.boolean());
    match kind {
        Kind::AllToAll => Some(Rule::AllToAll { autapses: autapses()? }),
        Kind::OneToOne if sizes.0 != sizes.1 => fields.node.error(
            format!("one-to-one needs populations of one size, these have {} and {} cells", sizes.0, sizes.1),
            "use another rule, or equal sizes",
        ),
        Kind::OneToOne => Some(Rule::OneToOne),
        Kind::FixedProbability => {
            let probability = fields.required("probability").and_then(|node| node.number(Bound::Within(0.0, 1.0)));
            Some(Rule::FixedProbability { autapses: autapses()?, probability: probability? })
        }
        Kind::FixedInDegree => {
            let node = fields.required("degree");
            let degree = node.as_ref().and_then(|node| node.count(0, u32::MAX as usize));
            let multapses = fields.or("multapses", true, |node| node.boolean());
            let (autapses, multapses, degree) = (autapses()?, multapses?, degree?);
            let sources = sizes.0 - usize::from(!autapses && source == target && sizes.0 > 0);
            if degree > 0 && (sources == 0 || (!multapses && degree > sources)) {
                return node?.error(
                    format!("a target cannot draw {degree} different sources from {sources}"),
                    "lower the degree, or allow multapses",
                );
            }
            Some(Rule::FixedInDegree { degree, autapses, multapses })
        }
        Kind::Ring => ring(fields, sizes, source == target),
        Kind::HeavyTailed | Kind::Table => None,
    }
}

/// Degrees that differ from cell to cell, of cells that excite and of cells that inhibit.
fn heavy_tailed(name: &str, fields: &Fields<'_>, same: bool) -> Option<HeavyTailed> {
    if !same {
        return fields.node.error("this rule is for one population", "give the same source and target");
    }
    let degree = fields.required("degree").and_then(|node| node.number(Bound::NotNegative));
    let spread = |key| fields.required(key).and_then(|node| node.number(Bound::Within(0.0, 5.0)));
    let (in_spread, out_spread) = (spread("in_spread"), spread("out_spread"));
    let fraction = |key| fields.or(key, 0.0, |node| node.number(Bound::Within(0.0, 1.0)));
    let (reciprocal, inhibitory) = (fraction("reciprocal"), fraction("inhibitory"));
    // Of the name, so that projections draw apart (FNV-1a).
    let draws = name.bytes().fold(0x811C_9DC5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    Some(HeavyTailed {
        degree: degree?,
        in_spread: in_spread?,
        out_spread: out_spread?,
        reciprocal: reciprocal?,
        inhibitory: inhibitory?,
        signs: Signs::All,
        draws,
    })
}

/// Rings of neighbouring cells: each cell to the next of its ring, the last to the first.
fn ring(fields: &Fields<'_>, sizes: (usize, usize), same: bool) -> Option<Rule> {
    let length = fields.or("length", sizes.0, |node| node.count(1, u32::MAX as usize));
    if !same {
        return fields.node.error("a ring is within one population", "give the same source and target");
    }
    let length = length?;
    let next = |cell: usize| {
        let first = cell - cell % length;
        let size = length.min(sizes.0 - first);
        first + (cell - first + 1) % size
    };
    let connect = |cell: usize| Connection {
        source: cell as u32,
        target: next(cell) as u32,
        weight: None,
        delay: None,
        compartment: None,
    };
    Some(Rule::Table((0..sizes.0).map(connect).collect()))
}

struct Shared<'a> {
    name: &'a str,
    scope: &'a Scope<'a>,
    source: usize,
    target: usize,
    delay: Distribution,
    site: Site,
}

impl Shared<'_> {
    fn projection(&self, name: String, synapse: usize, rule: Rule, weight: Distribution) -> Projection {
        Projection {
            name,
            source: self.scope.populations[self.source].name.clone(),
            target: self.scope.populations[self.target].name.clone(),
            synapse,
            rule,
            weight,
            delay: self.delay,
            site: self.site.clone(),
        }
    }

    /// A projection for each kind of synapse, rows in the table's order.
    fn tables(
        &self,
        node: &Node<'_>,
        lists: Vec<Connections>,
        synapses: &[usize],
        weights: &[Distribution],
    ) -> Option<Vec<Projection>> {
        let constant = |given: Distribution, what: &str| match given {
            Distribution::Constant(value) => Some(value),
            _ => node.error(
                format!("a column multiplies the {what}, so that must be one value"),
                format!("give one {what}, or leave the column out"),
            ),
        };
        let mut out = Vec::with_capacity(lists.len());
        for ((mut rows, &synapse), &weight) in lists.into_iter().zip(synapses).zip(weights) {
            if rows.has_weights() {
                rows.scale_weights(constant(weight, "weight")?);
            }
            if rows.has_delays() {
                rows.scale_delays(constant(self.delay, "delay")?);
                let early = |c: &Connection| {
                    c.delay.zip(self.scope.tick).is_some_and(|(delay, tick)| delay < tick * (1.0 - 1e-9))
                };
                if let (Some(c), Some(tick)) = (rows.iter().find(early), self.scope.tick) {
                    let delay = c.delay.unwrap_or(0.0);
                    return node.error(
                        format!(
                            "connection {} -> {} has delay {delay} ms, below one tick of {tick} ms",
                            c.source, c.target
                        ),
                        "use --tick auto, or write tick = \"auto\" under [run]",
                    );
                }
            }
            let name = match synapses {
                [_] => self.name.to_owned(),
                _ => format!("{} ({})", self.name, self.scope.synapses[synapse].name),
            };
            out.push(self.projection(name, synapse, Rule::Table(rows), weight));
        }
        Some(out)
    }
}
