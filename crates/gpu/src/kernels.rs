//! The kernels of a plan: each part of the engine's tick as text, with the plan's numbers in it.

use huxley_engine::plan::{ClockedGroup, Plan, Values};
use huxley_shaders::clocked::FixedWeight;
use huxley_shaders::kernels::{self, Kernel, Shape};
use huxley_shaders::{Arithmetic, class, clocked};

use crate::chunks::fixed_weights;
use crate::element::Element;
use crate::layout::{Layout, Share};
use crate::tables::{Names, Tables, number};

/// Every kernel of a plan, but those of probes.
#[derive(Debug)]
pub struct Kernels {
    /// Clears the ring; generators.
    pub begin: Kernel,
    /// Slow state, if the plan has any.
    pub slow: Option<Kernel>,
    /// Event synapses, if it has any.
    pub events: Option<Kernel>,
    /// Each group of clocked synapses.
    pub clocked: Vec<Kernel>,
    /// Gap junctions, if it has any.
    pub gaps: Option<Kernel>,
    /// Each share of the membrane.
    pub membrane: Vec<Kernel>,
    /// Probes of the state, and of synapses.
    pub probes: Vec<Kernel>,
}

/// Prints the kernels of a plan. `capacity` is the number of spikes a submission may have. Adds tables of their own.
pub fn print<E: Element>(
    plan: &Plan,
    layout: &Layout,
    tables: &mut Tables<E>,
    arithmetic: Arithmetic,
    capacity: u32,
) -> Kernels {
    crate::courses::name(&mut tables.names);
    tables.names.number("SPIKE_CAPACITY", capacity);
    let classes: Vec<String> = (0..plan.classes.len()).map(|c| class_constants(plan, layout, c, tables)).collect();
    let groups: Vec<String> = (0..plan.clocked.len()).map(|g| group_constants(plan, layout, g, tables)).collect();
    let common = tables.names.text().to_owned();
    let slow = (!layout.activity.is_empty() || layout.post_trace.iter().any(Option::is_some))
        .then(|| kernels::slow(arithmetic, &common, &slow_functions(plan, layout, arithmetic)));
    let same = matches!(plan.events.weight, Values::Same(..));
    let clocked = plan.clocked.iter().zip(&groups).map(|(group, constants)| {
        let fixed = if fixed_weights(group) { FixedWeight::Own } else { FixedWeight::Same };
        let functions = clocked::library(group, &plan.receptors, &plan.settings, arithmetic)
            + &clocked::kernel_text(group, fixed, arithmetic);
        let structural = group.plasticity.structural.is_some();
        let constants = format!("{common}{constants}");
        kernels::clocked(arithmetic, &constants, &functions, structural, fixed == FixedWeight::Own)
    });
    let membrane = layout.shares.iter().map(|share| {
        let constants = format!("{common}{}{}", classes[share.class], share_constants(share));
        let class = &plan.classes[share.class];
        let mut functions = class::library(class, &plan.settings, &layout.classes[share.class], arithmetic);
        if share.shape != Shape::Point {
            functions += &class::gates_of_trees(class, share.gates_on_chip);
        }
        kernels::membrane(arithmetic, &constants, &functions, share.shape, plan.settings.substeps)
    });
    Kernels {
        begin: kernels::begin(arithmetic, &common),
        slow,
        events: (!plan.events.slot.is_empty()).then(|| kernels::events(arithmetic, &common, same)),
        clocked: clocked.collect(),
        gaps: (!plan.gaps.node.is_empty()).then(|| kernels::gaps(arithmetic, &common)),
        membrane: membrane.collect(),
        probes: if plan.probes.is_empty() {
            Vec::new()
        } else {
            [false, true].map(|of_synapses| kernels::probe(arithmetic, &common, of_synapses)).into()
        },
    }
}

/// Tables and constants that the membrane kernels of a class share.
fn class_constants<E: Element>(plan: &Plan, layout: &Layout, index: usize, tables: &mut Tables<E>) -> String {
    let mut names = Names::default();
    let class = &plan.classes[index];
    let own = || layout.shares.iter().filter(|share| share.class == index);
    if own().any(|share| share.shape != Shape::Point) {
        let nodes = || class.cells.iter().flat_map(|cell| plan.cells.nodes(cell as usize));
        let places = (0..).zip(class.cells.iter());
        let places = places.flat_map(|(place, cell)| plan.cells.nodes(cell as usize).map(move |_| place));
        names.number("CLASS_NODE", tables.index(nodes().map(number)));
        names.number("CLASS_PLACE", tables.index(places));
        names.number("CLASS_CELL", tables.index(class.cells.iter()));
        names.number("CLASS_FIRST", tables.index(class.first.iter()));
    }
    let off_chip = own().any(|share| share.shape == Shape::OffChip);
    names.number("EQUATION", if off_chip { tables.zeros(2 * class.nodes()) } else { 0 });
    let signalling = layout.classes[index].signalling.as_ref();
    names.truth("HAS_SIGNALLING", signalling.is_some());
    names.number("CALCIUM_CURRENT", signalling.map_or(0, |s| s.current));
    let mut text = names.text().to_owned();
    if signalling.is_none() {
        text += "fn advance_signalling(place: u32, current: Float) {}\n";
    }
    text
}

fn share_constants(share: &Share) -> String {
    let mut names = Names::default();
    names.number("LIST", share.list);
    names.number("NODES_ON_CHIP", number(share.nodes));
    names.number("WIDTH", number(share.width));
    names.text().to_owned()
}

/// Tables and constants of a group of clocked synapses.
fn group_constants<E: Element>(plan: &Plan, layout: &Layout, index: usize, tables: &mut Tables<E>) -> String {
    let group: &ClockedGroup = &plan.clocked[index];
    let mut names = Names::default();
    let receptors = group.receptors.len();
    names.number("GROUP", number(index));
    names.number("RECEPTORS", number(receptors));
    names.number("CONDUCTANCES", number(3 * receptors));
    names.number("PULSE", u32::from(group.pulse));
    names.number("LATE", u32::from(group.late));
    names.truth("HAS_LATE", group.step.graupner_brunel.is_some());
    names.truth("HAS_CALCIUM", group.step.calcium.is_some());
    names.number("CALCIUM_RECEPTOR", group.step.calcium.map_or(0, |(_, receptor)| number(receptor)));
    names.truth("HAS_TRACE", layout.post_trace[index].is_some());
    names.number("POST_TRACE", layout.post_trace[index].unwrap_or(0));
    names.number("RATES", number(index * (plan.regions.len() + 1)));
    let average = |k: usize| group.activity[k].map_or(0, |average| layout.activity[average as usize]);
    names.number("HOMEOSTATIC_ACTIVITY", average(0));
    names.number("STRUCTURAL_ACTIVITY", average(1));
    names.number("CANDIDATES_FIRST", group.candidates.0.start);
    names.number("CANDIDATES_END", group.candidates.0.end);
    names.truth("CANDIDATES_ITSELF", group.candidates.1);
    names.number("PLACE_CELL", tables.index(group.cell.iter().copied()));
    names.number("PLACE_SLOT", tables.index(group.slot.iter().copied()));
    names.number("PLACE_FIRST", tables.index(group.first.iter().copied()));
    names.number("GROUP_CONDUCTANCE", tables.constants(group.conductance.iter().copied()));
    let weight = match group.weight {
        Values::Same(weight, _) => weight,
        _ => 0.0,
    };
    names.number("GROUP_WEIGHT", tables.constants([weight]));
    names.text().to_owned()
}

/// `advance_slow`: all averages and traces of a cell.
fn slow_functions(plan: &Plan, layout: &Layout, arithmetic: Arithmetic) -> String {
    let mut text = clocked::slow_library(plan, arithmetic);
    text += "fn advance_slow(cell: u32, before: Float, now: Float) {\n";
    for (k, plane) in layout.activity.iter().enumerate() {
        let at = format!("state[{plane}u + cell]");
        text += &format!("    {at} = advance_activity_{k}({at}, now);\n");
    }
    for (g, plane) in layout.post_trace.iter().enumerate() {
        if let Some(plane) = plane {
            let at = format!("state[{plane}u + cell]");
            text += &format!("    {at} = advance_trace_{g}({at}, before);\n");
        }
    }
    text + "}\n"
}

/// The text of every kernel of a plan, with its name, for an adapter whose workgroup memory holds potential and equation of
/// `on_chip` nodes: where cells are held follows from it. For a look at what runs, and for checks without a device.
#[must_use]
pub fn texts(plan: &Plan, arithmetic: Arithmetic, on_chip: usize) -> Vec<Kernel> {
    if arithmetic.double { all::<f64>(plan, arithmetic, on_chip) } else { all::<f32>(plan, arithmetic, on_chip) }
}

fn all<E: Element>(plan: &Plan, arithmetic: Arithmetic, on_chip: usize) -> Vec<Kernel> {
    let grouping = crate::layout::Grouping { on_chip, width: 64, cells: None };
    let (layout, mut tables) = crate::layout::lay_out::<E>(plan, grouping);
    for name in ["EVENT_SLOT", "EVENT_LENGTH", "EVENT_SLICE", "EVENT_WEIGHT"] {
        tables.names.number(name, 0);
    }
    let printed = print(plan, &layout, &mut tables, arithmetic, 1 << 14);
    let mut all = vec![printed.begin];
    all.extend(printed.slow);
    all.extend(printed.events);
    all.extend(printed.clocked);
    all.extend(printed.gaps);
    all.extend(printed.membrane);
    all.extend(printed.probes);
    all
}
