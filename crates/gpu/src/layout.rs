//! A plan as the buffers of the kernels: where everything is.

use huxley_engine::oracle::{constant_conductances, initial_drives, initial_gates};
use huxley_engine::plan::{Dynamics, Generator, InjectionSource, NO_PARENT, NO_REGION, Plan};
use huxley_engine::pools::PoolStep;
use huxley_engine::signalling::reversal;
use huxley_model::channel::{Integrator, Reversal};
use huxley_model::network::CurrentUnit;
use huxley_model::random::Stream;
use huxley_model::signalling::modulation;
use huxley_shaders::class::{ClassPlanes, SignallingPlanes};
use huxley_shaders::kernels::{Shape, THREADS};

use crate::element::Element;
use crate::tables::{Tables, number};

/// Words before the ring of spikes: status, diverged node.
pub const WORDS_BEFORE_RING: usize = 4;
/// Word of the status: 0, or the tick after the one in which a potential left all bounds.
pub const STATUS: usize = 0;
/// Word of the first node that left all bounds.
pub const BAD_NODE: usize = 1;
/// Values of `index[RECEPTOR + 4 r]`.
const EXPONENTIAL: u32 = 0;
const DOUBLE_EXPONENTIAL: u32 = 1;
const KINETIC: u32 = 2;

/// A membrane kernel's share of the cells.
#[derive(Clone, Debug)]
pub struct Share {
    /// Class of its cells.
    pub class: usize,
    /// Where its nodes are held.
    pub shape: Shape,
    /// Where its list of cells or groups starts in the index.
    pub list: u32,
    /// Cells, or groups of cells.
    pub count: u32,
    /// Most nodes of a group.
    pub nodes: usize,
    /// Whether the gates of its trees are in workgroup memory too.
    pub gates_on_chip: bool,
    /// Invocations of a workgroup.
    pub width: usize,
}

/// Where everything is.
#[derive(Debug)]
pub struct Layout {
    /// Potentials.
    pub v: u32,
    /// Pools: three planes of slots.
    pub pool: u32,
    /// What drives calcium, by slot.
    pub drive: u32,
    /// Sums of arrivals from before a restored snapshot, by tick and slot.
    pub pending: u32,
    /// Averages of activity, each by cell.
    pub activity: Vec<u32>,
    /// Traces of postsynaptic spikes, of groups that have any, by cell.
    pub post_trace: Vec<Option<u32>>,
    /// Of each class.
    pub classes: Vec<ClassPlanes>,
    /// What each membrane kernel runs.
    pub shares: Vec<Share>,
    /// Rows of the ring of spikes.
    pub ring: usize,
    /// Words of bits in a row.
    pub row_words: usize,
    /// Rows of arrivals from before a restored snapshot.
    pub pending_rows: usize,
    /// Bits by which a delay is shifted beside its source.
    pub delay_shift: u32,
}

impl Layout {
    /// Where the counts of a row are among the words.
    #[must_use]
    pub fn counts(&self, row: usize, sources: usize) -> usize {
        WORDS_BEFORE_RING + self.ring * self.row_words + row * sources
    }

    /// Where the bits of a row are among the words.
    #[must_use]
    pub fn bits(&self, row: usize) -> usize {
        WORDS_BEFORE_RING + row * self.row_words
    }
}

/// What decides how cells are grouped. Results do not depend on it.
#[derive(Clone, Copy, Debug)]
pub struct Grouping {
    /// Nodes whose potential and equation, three numbers, workgroup memory holds.
    pub on_chip: usize,
    /// Most invocations of a workgroup that solves trees, a power of two.
    pub width: usize,
    /// Most cells of such a workgroup; none takes as many as leave enough workgroups.
    pub cells: Option<usize>,
}

impl Grouping {
    /// For an adapter. Software runs a workgroup as fibres of eight lanes and pays for each at every barrier.
    #[must_use]
    pub fn of(limits: &wgpu::Limits, software: bool, number: usize) -> Self {
        let memory = limits.max_compute_workgroup_storage_size as usize;
        let width = if software { 8 } else { 256.min(limits.max_compute_invocations_per_workgroup as usize) };
        Self { on_chip: memory.saturating_sub(64) / (3 * number), width, cells: None }
    }
}

/// Lays a plan out.
pub fn lay_out<E: Element>(plan: &Plan, grouping: Grouping) -> (Layout, Tables<E>) {
    let mut tables = Tables::<E>::default();
    let t = &mut tables;
    let slots = plan.slots.node.len();
    let reach = plan.clocked.iter().map(|group| usize::from(group.reach())).max().unwrap_or(0);
    let ring = reach.max(usize::from(plan.events.longest_delay)) + 3;
    // One bit more: free slots have a source that never spikes.
    let row_words = (plan.sources() + 1).div_ceil(32);
    let has_drives =
        plan.receptors.iter().any(|r| matches!(r.dynamics, Dynamics::Kinetic { drives_calcium: true, .. }));
    let v = t.state(plan.nodes.v_init.iter());
    let pool = t.zeros(3 * slots);
    let drive = if has_drives { t.state(initial_drives(plan)) } else { 0 };
    let jumped = t.zeros(plan.cells.len());
    let pending_rows = if plan.events.slot.is_empty() { 0 } else { usize::from(plan.events.longest_delay.max(1)) };
    let pending = t.zeros(pending_rows * slots);
    let gap_current = t.zeros(plan.gaps.node.len());
    let activity = plan.activity.iter().map(|_| t.zeros(plan.cells.len())).collect();
    let trace = |t: &mut Tables<E>, has: bool| has.then(|| t.zeros(plan.cells.len()));
    let post_trace = plan.clocked.iter().map(|group| trace(t, group.plasticity.stdp.is_some())).collect();
    let most_delay = plan.longest_delay().max(1);
    let delay_shift = 32 - (u32::from(most_delay).ilog2() + 1);

    let names = &mut t.names;
    for (name, value) in [("V", v), ("POOL", pool), ("DRIVE", drive), ("JUMPED", jumped), ("PENDING", pending)] {
        names.number(name, value);
    }
    names.number("GAP_CURRENT", gap_current);
    names.number("CELLS", number(plan.cells.len()));
    names.number("SOURCES", number(plan.sources()));
    names.number("GENERATORS", number(plan.generators.len()));
    names.number("SLOTS", number(slots));
    names.number("RING", number(ring));
    names.number("ROW_WORDS", number(row_words));
    names.number("STATUS", number(STATUS));
    names.number("BAD_NODE", number(BAD_NODE));
    names.number("BITS", number(WORDS_BEFORE_RING));
    names.number("COUNTS", number(WORDS_BEFORE_RING + ring * row_words));
    names.number("SUBSTEPS", plan.settings.substeps);
    names.number("DELAY_SHIFT", delay_shift);
    names.number("SOURCE_MASK", (1 << delay_shift) - 1);
    names.number("NONE", u32::MAX);
    names.number("SPIKE_WORDS", number(E::SPIKE_WORDS));
    names.number("EXPONENTIAL", EXPONENTIAL);
    names.number("DOUBLE_EXPONENTIAL", DOUBLE_EXPONENTIAL);
    names.number("KINETIC", KINETIC);
    names.truth("HAS_GAPS", !plan.gaps.node.is_empty());
    names.truth("HAS_INJECTIONS", !plan.injections.is_empty());
    let integrator = plan.settings.integrator;
    names.truth("STAGGERED", integrator == Integrator::Staggered);
    names.truth("EXPLICIT", integrator == Integrator::ForwardEuler);
    names.real("CHANGE_FACTOR", if integrator == Integrator::Staggered { 2.0 } else { 1.0 });
    names.real("DIVERGED", huxley_engine::oracle::DIVERGED);
    #[allow(clippy::cast_possible_truncation)]
    {
        names.number("SEED_LOW", plan.settings.seed as u32);
        names.number("SEED_HIGH", (plan.settings.seed >> 32) as u32);
    }
    for (name, stream) in [
        ("POISSON", Stream::Poisson),
        ("STRUCTURAL", Stream::Structural),
        ("PARTNER", Stream::Partner),
        ("EFFICACY", Stream::Efficacy),
    ] {
        names.number(name, stream as u32);
    }
    t.named_constants("SUBSTEP_SHARE", [1.0 / f64::from(plan.settings.substeps)]);
    nodes(plan, t);
    receptors(plan, t);
    injections(plan, t);
    generators(plan, t);
    let classes: Vec<ClassPlanes> = (0..plan.classes.len()).map(|class| class_planes(plan, class, t)).collect();
    let shares = (0..plan.classes.len()).flat_map(|class| shares(plan, class, grouping, t)).collect();
    let layout = Layout {
        v,
        pool,
        drive,
        pending,
        activity,
        post_trace,
        classes,
        shares,
        ring,
        row_words,
        pending_rows,
        delay_shift,
    };
    (layout, tables)
}

fn nodes<E: Element>(plan: &Plan, t: &mut Tables<E>) {
    let nodes = &plan.nodes;
    let (mut diagonal, leak) = constant_conductances(plan);
    let settings = &plan.settings;
    if settings.integrator == Integrator::ForwardEuler {
        // An explicit step multiplies the current; nodes without membrane have none.
        let step = |c: f64| if c > 0.0 { settings.dt / c } else { 0.0 };
        diagonal = nodes.capacitance.iter().map(step).collect();
    }
    t.named_constants("DIAGONAL", diagonal);
    t.named_constants("LEAK", leak);
    t.named_constants("LEAK_CURRENT", nodes.leak_current.iter());
    t.named_constants("AXIAL", nodes.axial.iter());
    let points = nodes.capacitance.iter().any(|c| c == 0.0);
    let doubled = settings.integrator == Integrator::Staggered;
    t.names.truth("HAS_POINTS", points);
    let scale = |c: f64| if doubled && c == 0.0 { 0.5 } else { 1.0 };
    t.named_constants("SCALE", nodes.capacitance.iter().filter(|_| points).map(scale));
    t.named_constants("THRESHOLD", plan.cells.threshold.iter());
    t.named_index("FIRST_NODE", plan.cells.first_node.iter());
    t.named_index("DETECTOR", plan.cells.detector.iter());
    let mut parents = vec![0; nodes.parent.len()];
    for cell in 0..plan.cells.len() {
        let own = plan.cells.nodes(cell);
        for node in own.clone() {
            if nodes.parent[node] != NO_PARENT {
                parents[node] = nodes.parent[node] - number(own.start);
            }
        }
    }
    t.named_index("PARENT", parents);
    let mut gap_of_node = Vec::new();
    if !plan.gaps.node.is_empty() {
        gap_of_node = vec![u32::MAX; nodes.parent.len()];
        (0..).zip(&plan.gaps.node).for_each(|(i, &node)| gap_of_node[node as usize] = i);
    }
    t.named_index("GAP_OF_NODE", gap_of_node);
    t.named_index("GAP_NODE", plan.gaps.node.iter().copied());
    t.named_index("GAP_FIRST", plan.gaps.first.iter().copied());
    t.named_index("GAP_PARTNER", plan.gaps.partner.iter().copied());
    t.named_constants("GAP_CONDUCTANCE", plan.gaps.conductance.iter().copied());
    let regions = number(plan.regions.len());
    t.named_index("REGION", plan.region.iter().map(|r| if r == NO_REGION { regions } else { u32::from(r) }));
}

fn receptors<E: Element>(plan: &Plan, t: &mut Tables<E>) {
    let (mut about, mut constants) = (Vec::new(), Vec::new());
    for receptor in &plan.receptors {
        let step = PoolStep::new(receptor, &plan.settings);
        let coefficients = t.constants(step.coefficients.iter().flatten().copied());
        let (kind, drives) = match receptor.dynamics {
            Dynamics::Exponential { .. } => (EXPONENTIAL, false),
            Dynamics::DoubleExponential { .. } => (DOUBLE_EXPONENTIAL, false),
            Dynamics::Kinetic { drives_calcium, .. } => (KINETIC, drives_calcium),
        };
        let blocked = receptor.block.is_some();
        let flags = u32::from(blocked) | u32::from(blocked && drives) << 1;
        let (share, slope) = receptor.block.map_or((0.0, 0.0), |block| (block.share, block.slope));
        about.extend([kind, coefficients, if step.coefficients.len() == 1 { 0 } else { 3 }, flags]);
        constants.extend([receptor.reversal, step.decay[0], step.decay[1], share, slope]);
    }
    t.named_index("RECEPTOR", about);
    t.named_constants("RECEPTOR_CONSTANTS", constants);
    t.named_index("SLOT_RECEPTOR", plan.slots.receptor.iter().copied());
    t.named_index("SLOT_CELL", plan.slots.node.iter().map(|&node| number(plan.cells.of_node(node))));
    let mut of_node = vec![Vec::new(); plan.nodes.parent.len()];
    (0..).zip(&plan.slots.node).for_each(|(slot, &node)| of_node[node as usize].push(slot));
    let (first, of) = t.lists(of_node);
    t.names.number("SLOT_FIRST", first);
    t.names.number("SLOT_OF", of);
}

fn injections<E: Element>(plan: &Plan, t: &mut Tables<E>) {
    if plan.injections.is_empty() {
        for name in ["INJECTION_FIRST", "INJECTION_OF", "INJECTION_SCALE", "CELL_INJECTION_FIRST", "CELL_INJECTION"] {
            t.names.number(name, 0);
        }
        return;
    }
    let mut of_node = vec![Vec::new(); plan.nodes.parent.len()];
    let mut of_cell = vec![Vec::new(); plan.cells.len()];
    for (i, injection) in (0..).zip(&plan.injections) {
        for (k, node) in (0..).zip(injection.nodes.iter()) {
            of_node[node as usize].push((i, k));
            let own: &mut Vec<u32> = &mut of_cell[plan.cells.of_node(node)];
            if own.last() != Some(&i) {
                own.push(i);
            }
        }
    }
    let mut first = vec![0];
    let (mut entries, mut scales) = (Vec::new(), Vec::new());
    for (node, own) in of_node.iter().enumerate() {
        for &(i, k) in own {
            entries.extend([i, k]);
            scales.push(match plan.injections[i as usize].source {
                // nA from uA/cm2 and um2
                InjectionSource::Current { unit: CurrentUnit::MicroamperePerCm2, .. }
                | InjectionSource::Oscillation { unit: CurrentUnit::MicroamperePerCm2, .. } => {
                    1e-5 * plan.nodes.area[node]
                }
                _ => 1.0,
            });
        }
        first.push(number(scales.len()));
    }
    t.named_index("INJECTION_FIRST", first);
    t.named_index("INJECTION_OF", entries);
    t.named_constants("INJECTION_SCALE", scales);
    let (first, of) = t.lists(of_cell);
    t.names.number("CELL_INJECTION_FIRST", first);
    t.names.number("CELL_INJECTION", of);
}

/// First tick whose start is not before `time`, by the engine's own comparison.
#[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation)]
fn first_tick(time: f64, tick: f64) -> u32 {
    let (mut low, mut high) = (0_u64, u64::from(u32::MAX));
    while low < high {
        let middle = u64::midpoint(low, high);
        if (middle as f64 * tick) < time {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    low as u32
}

fn generators<E: Element>(plan: &Plan, t: &mut Tables<E>) {
    let mut about = Vec::new();
    let mut known: Vec<(u64, (u32, u32))> = Vec::new();
    let mut listed: Vec<(*const Vec<u64>, (u32, u32))> = Vec::new();
    let tick = plan.settings.tick;
    #[allow(clippy::cast_possible_truncation)]
    for generator in &plan.generators {
        match generator {
            Generator::Poisson { rate, start, stop } => {
                let found = known.iter().find(|(bits, _)| *bits == rate.to_bits()).map(|(_, place)| *place);
                let (table, length) = found.unwrap_or_else(|| {
                    let thresholds = huxley_model::random::poisson_thresholds(rate * 1e-3 * tick);
                    let table = t.index(thresholds.iter().flat_map(|&x| [x as u32, (x >> 32) as u32]));
                    known.push((rate.to_bits(), (table, number(thresholds.len()))));
                    (table, number(thresholds.len()))
                });
                about.extend([0, first_tick(*start, tick), first_tick(*stop, tick), table, length]);
            }
            Generator::Listed { ticks } => {
                let key = std::sync::Arc::as_ptr(ticks);
                let found = listed.iter().find(|(known, _)| *known == key).map(|(_, place)| *place);
                let (table, length) = found.unwrap_or_else(|| {
                    let table = t.index(ticks.iter().map(|&tick| tick.min(u64::from(u32::MAX)) as u32));
                    listed.push((key, (table, number(ticks.len()))));
                    (table, number(ticks.len()))
                });
                about.extend([1, 0, 0, table, length]);
            }
        }
    }
    t.named_index("GENERATOR", about);
}

fn class_planes<E: Element>(plan: &Plan, index: usize, t: &mut Tables<E>) -> ClassPlanes {
    let class = &plan.classes[index];
    let mut planes = ClassPlanes::default();
    for (entry, gates) in class.channels.iter().zip(initial_gates(plan, class)) {
        planes.densities.push(t.constants(entry.gbar.iter()));
        planes.gates.extend(gates.iter().map(|gate| t.state(gate.iter())).collect::<Vec<u32>>());
    }
    planes.signalling = class.signalling.as_ref().map(|own| {
        let cells = class.cells.len();
        let rest = own.constants.at_rest().values;
        let factor = modulation(&own.constants, rest[2], rest[4]);
        let mut all = |value: f64| t.state(std::iter::repeat_n(value, cells));
        let messengers = rest.map(&mut all);
        let factor = all(factor);
        let follows = class.channels.iter().enumerate();
        let follows = follows.filter(|(_, e)| matches!(e.channel.reversal, Reversal::NernstCalcium { .. }));
        let reversals = follows.map(|(c, entry)| (c, all(reversal(entry, rest[0], plan.settings.celsius)))).collect();
        let current = t.zeros(class.nodes());
        let kappa = t.constants(own.kappa.iter().copied());
        SignallingPlanes { messengers, factor, reversals, current, kappa }
    });
    planes
}

/// Most cells a workgroup solves, and how many groups there should be before they grow: enough to fill a large GPU.
const MOST_CELLS: usize = 32;
const GROUPS_WANTED: usize = 1024;

/// What kernels run a class, with their lists.
fn shares<E: Element>(plan: &Plan, index: usize, grouping: Grouping, t: &mut Tables<E>) -> Vec<Share> {
    let on_chip = grouping.on_chip;
    let class = &plan.classes[index];
    let sizes: Vec<usize> = class.cells.iter().map(|cell| plan.cells.nodes(cell as usize).len()).collect();
    if sizes.iter().all(|&n| n == 1) {
        let entries = (0..).zip(class.cells.iter()).flat_map(|(place, cell)| [cell, place, place]);
        let list = t.index(entries.collect::<Vec<u32>>());
        return vec![Share {
            class: index,
            shape: Shape::Point,
            list,
            count: number(sizes.len()),
            nodes: 1,
            gates_on_chip: false,
            width: THREADS,
        }];
    }
    let most_cells = grouping.cells.unwrap_or(sizes.len() / GROUPS_WANTED).clamp(1, MOST_CELLS.min(grouping.width));
    let gates: usize = class.channels.iter().map(|entry| entry.channel.states()).sum();
    let with_gates = 3 * on_chip / (3 + gates);
    // Groups that are on chip whole, those whose gates are not, and those that are not at all.
    let mut lists = [(Vec::new(), 0), (Vec::new(), 0), (Vec::new(), 0)];
    let mut first = 0;
    while first < sizes.len() {
        let (mut end, mut nodes) = (first + 1, sizes[first]);
        while end < sizes.len() && end - first < most_cells && nodes + sizes[end] <= with_gates {
            nodes += sizes[end];
            end += 1;
        }
        let (list, most) = &mut lists[usize::from(nodes > with_gates) + usize::from(nodes > on_chip)];
        list.extend([number(first), number(end)]);
        *most = nodes.max(*most);
        first = end;
    }
    let kinds = [(Shape::OnChip, true), (Shape::OnChip, false), (Shape::OffChip, false)];
    let mut shares = Vec::new();
    for ((shape, gates_on_chip), (groups, nodes)) in kinds.into_iter().zip(lists) {
        if !groups.is_empty() {
            let count = number(groups.len() / 2);
            let list = t.index(groups);
            let width = nodes.next_power_of_two().clamp(8.min(grouping.width), grouping.width);
            shares.push(Share { class: index, shape, list, count, nodes, gates_on_chip, width });
        }
    }
    shares
}
