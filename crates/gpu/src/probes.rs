//! Probes: the device copies the numbers an observer reads, and the observer reads them here.

use std::cell::RefCell;
use std::collections::HashMap;

use huxley_engine::drive::{Course, Drive};
use huxley_engine::observe::{Observer, State};
use huxley_engine::plan::{Plan, SynapseSite};
use huxley_engine::pools::PoolStep;
use huxley_model::signalling::Messenger;

use crate::layout::Layout;
use crate::tables::number;

/// A number of the device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Tap {
    /// Of the state.
    State(u32),
    /// Of a synapse: group, variable, synapse.
    Synapse(u32, u32, u32),
}

/// What one observer reads of the device, in the order it is copied: the state's, then synapses'.
#[derive(Debug, Default)]
pub struct Taps {
    /// Places in the state.
    pub state: Vec<u32>,
    /// Synapses, ascending.
    pub synapses: Vec<(u32, u32, u32)>,
    position: HashMap<Tap, usize>,
    /// Nodes whose injected current is read.
    pub injected: Vec<u32>,
    /// Cells whose dopamine is read.
    pub dopamine: Vec<u32>,
}

impl Taps {
    /// How many numbers are copied.
    pub fn len(&self) -> usize {
        self.state.len() + self.synapses.len()
    }
}

/// Where an observer's questions lead.
struct Places<'a> {
    plan: &'a Plan,
    layout: &'a Layout,
}

impl Places<'_> {
    fn gate(&self, class: usize, channel: usize, gate: usize, class_node: usize) -> u32 {
        let before: usize = self.plan.classes[class].channels[..channel].iter().map(|c| c.channel.states()).sum();
        self.layout.classes[class].gates[before + gate] + number(class_node)
    }

    fn messenger(&self, cell: usize, messenger: Messenger) -> Option<u32> {
        let own = self.layout.classes[self.plan.cells.class[cell] as usize].signalling.as_ref()?;
        Some(own.messengers[messenger.index()] + self.plan.cells.place.at(cell))
    }

    fn pool(&self, slot: u32, k: u32) -> u32 {
        self.layout.pool + k * number(self.plan.slots.node.len()) + slot
    }
}

/// Notes what is asked for.
struct Questions<'a> {
    places: Places<'a>,
    asked: RefCell<Vec<Tap>>,
    injected: RefCell<Vec<u32>>,
    dopamine: RefCell<Vec<u32>>,
}

impl Questions<'_> {
    fn ask(&self, place: u32) {
        self.asked.borrow_mut().push(Tap::State(place));
    }
}

impl State for Questions<'_> {
    fn potential(&self, node: u32) -> f64 {
        self.ask(self.places.layout.v + node);
        0.0
    }
    fn gate(&self, class: usize, channel: usize, gate: usize, class_node: usize) -> f64 {
        self.ask(self.places.gate(class, channel, gate, class_node));
        0.0
    }
    fn conductance(&self, slot: u32) -> f64 {
        (0..3).for_each(|k| self.ask(self.places.pool(slot, k)));
        0.0
    }
    fn injected(&self, node: u32) -> f64 {
        self.injected.borrow_mut().push(node);
        self.potential(node)
    }
    fn synapse(&self, site: &SynapseSite) -> f64 {
        self.asked.borrow_mut().push(Tap::Synapse(site.group, site.variable, site.synapse));
        0.0
    }
    fn activity(&self, average: usize, cell: u32) -> f64 {
        self.ask(self.places.layout.activity[average] + cell);
        0.0
    }
    fn dopamine(&self, cell: u32) -> f64 {
        self.dopamine.borrow_mut().push(cell);
        0.0
    }
    fn messenger(&self, cell: usize, messenger: Messenger) -> f64 {
        if let Some(place) = self.places.messenger(cell, messenger) {
            self.ask(place);
        }
        0.0
    }
}

/// What `observer` reads.
pub fn taps(plan: &Plan, layout: &Layout, observer: &Observer) -> Taps {
    let questions = Questions {
        places: Places { plan, layout },
        asked: RefCell::default(),
        injected: RefCell::default(),
        dopamine: RefCell::default(),
    };
    observer.sample(plan, &questions, &mut Vec::new());
    let mut asked = questions.asked.into_inner();
    asked.sort_unstable();
    asked.dedup();
    let mut taps = Taps::default();
    for (position, tap) in asked.into_iter().enumerate() {
        match tap {
            Tap::State(place) => taps.state.push(place),
            Tap::Synapse(group, variable, synapse) => taps.synapses.push((group, variable, synapse)),
        }
        taps.position.insert(tap, position);
    }
    taps.injected = questions.injected.into_inner();
    taps.dopamine = questions.dopamine.into_inner();
    taps
}

/// What the host knows of a sample when it asks for it.
#[derive(Debug, Default)]
pub struct Known {
    /// Of each node whose injected current is read: conductance and current at V = 0 of each injection into it, in order.
    injected: HashMap<u32, Vec<(f64, f64)>>,
    dopamine: HashMap<u32, f64>,
}

impl Known {
    /// At a substep.
    pub fn at(
        plan: &Plan,
        taps: &Taps,
        drive: &Drive,
        courses: &[Course],
        substep: u32,
        dopamine: impl Fn(u32) -> f64,
    ) -> Self {
        let mut known = Self::default();
        known.dopamine.extend(taps.dopamine.iter().map(|&cell| (cell, dopamine(cell))));
        if taps.injected.is_empty() {
            return known;
        }
        known.injected.extend(taps.injected.iter().map(|&node| (node, Vec::new())));
        for (i, injection) in plan.injections.iter().enumerate() {
            for (k, node) in injection.nodes.iter().enumerate() {
                if let Some(terms) = known.injected.get_mut(&node) {
                    terms.push(courses[i].at::<f64>(k, drive.scale(i, k), substep));
                }
            }
        }
        known
    }
}

/// A sample as an observer sees it.
pub struct Answers<'a> {
    /// The plan.
    pub plan: &'a Plan,
    /// Where everything is.
    pub layout: &'a Layout,
    /// What was copied.
    pub taps: &'a Taps,
    /// The copies.
    pub values: &'a [f64],
    /// What the host knew.
    pub known: &'a Known,
    /// Coefficients of pools.
    pub steps: &'a [PoolStep],
    /// Substep of the sample.
    pub substep: u32,
}

impl Answers<'_> {
    fn places(&self) -> Places<'_> {
        Places { plan: self.plan, layout: self.layout }
    }

    fn at(&self, tap: Tap) -> f64 {
        self.taps.position.get(&tap).map_or(f64::NAN, |&position| self.values[position])
    }
}

impl State for Answers<'_> {
    fn potential(&self, node: u32) -> f64 {
        self.at(Tap::State(self.layout.v + node))
    }
    fn gate(&self, class: usize, channel: usize, gate: usize, class_node: usize) -> f64 {
        self.at(Tap::State(self.places().gate(class, channel, gate, class_node)))
    }
    fn conductance(&self, slot: u32) -> f64 {
        let receptor = self.plan.slots.receptor[slot as usize] as usize;
        let coefficients = self.steps[receptor].at(self.substep);
        let pools = (0..3).zip(coefficients).filter(|(_, c)| *c != 0.0);
        pools.map(|(k, c)| c * self.at(Tap::State(self.places().pool(slot, k)))).sum()
    }
    fn injected(&self, node: u32) -> f64 {
        let v = self.potential(node);
        // One after the other, as the other backends do: the sum of conductances times V rounds otherwise.
        self.known.injected.get(&node).into_iter().flatten().fold(0.0, |sum, &(g, current)| sum + (current - g * v))
    }
    fn synapse(&self, site: &SynapseSite) -> f64 {
        self.at(Tap::Synapse(site.group, site.variable, site.synapse))
    }
    fn activity(&self, average: usize, cell: u32) -> f64 {
        self.at(Tap::State(self.layout.activity[average] + cell))
    }
    fn dopamine(&self, cell: u32) -> f64 {
        self.known.dopamine.get(&cell).copied().unwrap_or(0.0)
    }
    fn messenger(&self, cell: usize, messenger: Messenger) -> f64 {
        self.places().messenger(cell, messenger).map_or(f64::NAN, |place| self.at(Tap::State(place)))
    }
}
