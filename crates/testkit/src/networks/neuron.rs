//! The three networks that NEURON stepped: a branched active cell, cells with gap junctions, a small net with delays.

use huxley_model::channel::Integrator;
use huxley_model::morphology::{Attachment, Morphology, Section, SectionKind};
use huxley_model::network::{
    Connection, Distribution, GapJunctions, GapPair, Network, Projection, Rule, Site, Stimulus, StimulusKind,
    SynapseKind, SynapseModel,
};
use huxley_model::preset;

use super::{at, current, network, one, passive, population, potential, squid_channels, stepped};
use crate::reference::{Item, Reference};

/// A section as the references write it: `L`, `diam`, `nseg`, and the parent with its position.
fn add_section(cell: &mut Morphology, name: &str, kind: SectionKind, item: &Item<'_>) {
    let parent = item.find("parent").map(|parent| Attachment {
        section: cell.section_named(parent.text()).expect("parents come first"),
        position: item.get("parent_x").number(),
    });
    let section = Section::cylinder(name, kind, parent, item.get("L").number(), item.get("diam").number());
    cell.sections.push(section.with_compartments(item.get("nseg").count()));
}

/// The kinetics of NEURON's `ExpSyn` or `Exp2Syn` as the references write them.
fn synapse(item: &Item<'_>) -> SynapseModel {
    let number = |key: &str| item.get(key).number();
    match item.get("type").text() {
        "Exp2Syn" => SynapseModel::double_exponential(number("tau1"), number("tau2"), number("e")),
        "ExpSyn" => SynapseModel::exponential(number("tau"), number("e")),
        other => panic!("unknown synapse {other}"),
    }
}

fn clamp(name: &str, population: &str, cell: usize, section: &str, item: &Item<'_>) -> Stimulus {
    let (start, length) = (item.get("delay").number(), item.get("dur").number());
    let site = at(section, item.find("x").map_or(0.5, |x| x.number()));
    current(name, one(population, cell, site), item.get("amp").number(), start, start + length)
}

/// Sites of a V table (`soma(0.5)`) as (section, position), in order of keys.
fn sites(table: &Item<'_>, prefix: &str) -> Vec<(String, String, f64)> {
    let keys =
        table.entries().into_iter().map(|(key, _)| key).filter(|key| key.contains('(') && key.starts_with(prefix));
    keys.map(|key| {
        let (section, rest) = key[prefix.len()..].split_once('(').expect("section(position)");
        (key.to_owned(), section.to_owned(), rest.trim_end_matches(')').parse().expect("a position"))
    })
    .collect()
}

/// The branched cell's recorded sites: key in the reference, section, position.
#[must_use]
pub fn branched_sites(reference: &Reference) -> Vec<(String, String, f64)> {
    sites(&reference.at("/backward_euler/V"), "")
}

/// The branched active cell with its clamp and synapses, tick = dt, one probe a recorded site (named as in the reference) each `interval`.
///
/// # Panics
/// When the reference is not what its script writes.
#[must_use]
pub fn branched(reference: &Reference, dt: f64, integrator: Integrator, interval: f64) -> Network {
    let mut cell = Morphology::default();
    for section in reference.at("/parameters/sections").list() {
        let name = section.get("name").text();
        // Kinds tell the three membranes apart.
        let kind = match name {
            "soma" => SectionKind::Soma,
            "trunk" => SectionKind::Axon,
            "branch_a" => SectionKind::Apical,
            _ => SectionKind::Dendrite,
        };
        add_section(&mut cell, name, kind, &section);
    }
    let list = reference.at("/parameters/sections").list();
    let mechanism = |name: &str, mechanism: &str| {
        let section = list.iter().find(|s| s.get("name").text() == name).expect("a section");
        section.get("mechanisms").get(mechanism)
    };
    let hh = |name: &str, kind: SectionKind| {
        let m = mechanism(name, "hh");
        (kind, m.get("gnabar").number(), m.get("gkbar").number(), m.get("gl").number())
    };
    let densities =
        [hh("soma", SectionKind::Soma), hh("trunk", SectionKind::Axon), hh("branch_a", SectionKind::Apical)];
    let mut insertions = squid_channels(&densities, mechanism("soma", "hh").get("el").number());
    let pas = mechanism("branch_b", "pas");
    let mut leak = passive(pas.get("e").number(), 0.0);
    leak.channel.name = "pas".into();
    leak.density = vec![(SectionKind::Dendrite, pas.get("g").number())];
    insertions.push(leak);

    let mut network = network("branched", vec![population("cell", vec![cell], &[0], insertions)]);
    let own = reference.at("/parameters/clamp");
    network.stimuli.push(clamp("clamp", "cell", 0, own.get("section").text(), &own));
    for (i, item) in reference.at("/parameters/synapses").list().iter().enumerate() {
        network.synapses.push(SynapseKind::fixed(format!("synapse{i}"), synapse(item)));
        network.stimuli.push(Stimulus {
            name: format!("events{i}"),
            target: one("cell", 0, at(item.get("section").text(), item.get("x").number())),
            kind: StimulusKind::SpikeTrain {
                synapse: i,
                weight: item.get("weight").number(),
                times: item.get("events").numbers(),
            },
        });
    }
    for (key, section, position) in branched_sites(reference) {
        network.probes.push(potential(&key, one("cell", 0, at(&section, position)), interval));
    }
    network.run.integrator = integrator;
    stepped(network, dt, dt)
}

/// The gap-junction network's recorded sites: key in the reference, cell, section, position.
#[must_use]
pub fn gap_sites(reference: &Reference) -> Vec<(String, usize, String, f64)> {
    let of = |(cell, prefix): (usize, &str)| {
        let found = sites(&reference.at("/V"), prefix);
        found.into_iter().map(move |(key, section, x)| (key, cell, section, x)).collect::<Vec<_>>()
    };
    [(0, "a_"), (1, "b_"), (2, "c_")].into_iter().flat_map(of).collect()
}

/// Three cells in a triangle of gap junctions, tick = coupling step = dt.
///
/// # Panics
/// When the reference is not what its script writes.
#[must_use]
pub fn gap(reference: &Reference, dt: f64, integrator: Integrator) -> Network {
    let mut shapes = vec![Morphology::default(); 3];
    let index = |name: &str| ["a", "b", "c"].iter().position(|&n| n == name).expect("cell a, b or c");
    for item in reference.at("/parameters/sections").list() {
        let name = item.get("section").text();
        let kind = match (name, item.get("mechanism").text()) {
            ("soma", "hh") => SectionKind::Soma,
            (_, "hh") => SectionKind::Axon,
            _ => SectionKind::Dendrite,
        };
        add_section(&mut shapes[index(item.get("cell").text())], name, kind, &item);
    }
    let hh = reference.at("/parameters/hh");
    let number = |key: &str| hh.get(key).number();
    let (na, k, gl) = (number("gnabar"), number("gkbar"), number("gl"));
    let densities = [(SectionKind::Soma, na, k, gl), (SectionKind::Axon, na, k, gl)];
    let mut insertions = squid_channels(&densities, number("el"));
    let pas = reference.at("/parameters/pas");
    let mut leak = passive(pas.get("e").number(), 0.0);
    leak.channel.name = "pas".into();
    leak.density = vec![(SectionKind::Dendrite, pas.get("g").number())];
    insertions.push(leak);
    let mut network = network("gap", vec![population("cell", shapes, &[0, 1, 2], insertions)]);
    for item in reference.at("/parameters/clamps").list() {
        network.stimuli.push(clamp("clamp", "cell", index(item.get("cell").text()), item.get("section").text(), &item));
    }
    for (i, item) in reference.at("/parameters/gaps").list().iter().enumerate() {
        let end = |key: &str| {
            let place = item.get(key).list();
            let cell = u32::try_from(index(place[0].text())).expect("three cells");
            (cell, at(place[1].text(), place[2].number()))
        };
        let ((first, first_site), (second, second_site)) = (end("first"), end("second"));
        network.gap_junctions.push(GapJunctions {
            name: format!("gap{i}"),
            first: "cell".to_owned(),
            second: "cell".to_owned(),
            pairs: vec![GapPair { first, second, conductance: item.get("g_uS").number() }],
            first_site,
            second_site,
            coupling_step: Some(dt),
        });
    }
    for (key, cell, section, position) in gap_sites(reference) {
        network.probes.push(potential(&key, one("cell", cell, at(&section, position)), dt));
    }
    network.run.integrator = integrator;
    stepped(network, dt, dt)
}

/// Five cells with eleven delayed synapses, tick = dt, with probes `V_soma` and `V_dend` each dt.
///
/// # Panics
/// When the reference is not what its script writes.
#[must_use]
pub fn small_net(reference: &Reference, dt: f64, integrator: Integrator) -> Network {
    let mut cell = Morphology::default();
    add_section(&mut cell, "soma", SectionKind::Soma, &reference.at("/parameters/soma"));
    add_section(&mut cell, "dend", SectionKind::Dendrite, &reference.at("/parameters/dend"));
    let hh = preset::find("hh").expect("the preset `hh`");
    let cells = vec![0; reference.at("/parameters/cells").count()];
    let mut network = network("small_net", vec![population("cell", vec![cell], &cells, hh.channels)]);
    for (i, item) in reference.at("/parameters/clamps_at_soma").list().iter().enumerate() {
        network.stimuli.push(clamp(&format!("clamp{i}"), "cell", item.get("cell").count(), "soma", item));
    }
    for (i, item) in reference.at("/parameters/connections").list().iter().enumerate() {
        let model = synapse(item);
        let known = network.synapses.iter().position(|s| s.model == model);
        let synapse = known.unwrap_or(network.synapses.len());
        if known.is_none() {
            network.synapses.push(SynapseKind::fixed(format!("synapse{synapse}"), model));
        }
        let index = |key: &str| u32::try_from(item.get(key).count()).expect("five cells");
        network.projections.push(Projection {
            name: format!("connection{i}"),
            source: "cell".to_owned(),
            target: "cell".to_owned(),
            synapse,
            rule: Rule::Table(
                vec![Connection {
                    source: index("source"),
                    target: index("target"),
                    weight: None,
                    delay: None,
                    compartment: None,
                }]
                .into(),
            ),
            weight: Distribution::Constant(item.get("weight").number()),
            delay: Distribution::Constant(item.get("delay").number()),
            site: at(item.get("section").text(), item.get("x").number()),
        });
    }
    network.probes = vec![
        potential("V_soma", super::all("cell", Site::Soma), dt),
        potential("V_dend", super::all("cell", at("dend", 5.0 / 6.0)), 0.1),
    ];
    network.run.integrator = integrator;
    stepped(network, dt, dt)
}
