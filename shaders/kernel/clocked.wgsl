// A tick of clocked synapses: LANES invocations a target node, each with one synapse of it in LANES, and the sums of their
// conductances in the canonical order: LANES partial sums, added as a binary tree. A workgroup has PLACES nodes.

var<workgroup> partial: array<Float, CONDUCTANCES * PLACES * LANES>;

// What all synapses of a node share in the tick.
struct Node {
    influx: Float,
    rate: Float,
    post: Float,
    post_trace: Float,
    scale: Float,
    forms: Float,
    vanishes: Float,
    cell: u32,
}

// The spikes that meet a synapse in the tick.
struct Met {
    on: bool,
    starts: bool,
    ends: bool,
    late: bool,
}

fn met_by(word: u32) -> Met {
    let source = word & SOURCE_MASK;
    let age = (word >> DELAY_SHIFT) - 1u;
    var met = Met(false, false, false, false);
    for (var p = 0u; p < PULSE; p++) {
        let spike = spiked(row_before(age + p), source);
        met.on = met.on || spike;
        if (p == 0u) {
            met.starts = spike;
        }
        if (p == PULSE - 1u) {
            met.ends = spike;
        }
    }
    if (HAS_LATE) {
        met.late = spiked(row_before(age + LATE), source);
    }
    return met;
}

fn node_of(place: u32) -> Node {
    let cell = index[PLACE_CELL + place];
    var node = Node(Float(0.0), Float(0.0), Float(0.0), Float(0.0), Float(1.0), Float(0.0), Float(0.0), cell);
    if (HAS_CALCIUM) {
        node.influx = influx_of(state[DRIVE + index[PLACE_SLOT + place * RECEPTORS + CALCIUM_RECEPTOR]]);
    }
    node.rate = course[params.out + RATES + index[REGION + cell]];
    node.post = Float(min(spike_count(params.row, cell), 1u));
    if (HAS_TRACE) {
        node.post_trace = state[POST_TRACE + cell];
    }
    about_activity(&node);
    return node;
}

@compute @workgroup_size(PLACES * LANES)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let number = (group.y * params.groups_x + group.x) * PLACES + lane / LANES;
    let own = lane % LANES;
    let place = params.base_place + number;
    let runs = number < params.count && words[STATUS] == 0u;
    var sums = array<Float, CONDUCTANCES>();
    if (runs) {
        let node = node_of(place);
        let first = index[PLACE_FIRST + place];
        let end = index[PLACE_FIRST + place + 1u];
        for (var i = first + own; i < end; i += LANES) {
            advance_synapse(i, node, &sums);
        }
    }
    keep_partial(lane, sums);
    workgroupBarrier();
    for (var width = LANES / 2u; width > 0u; width = width / 2u) {
        if (own < width) {
            for (var c = 0u; c < CONDUCTANCES; c++) {
                let at = c * PLACES * LANES + lane;
                partial[at] = partial[at] + partial[at + width];
            }
        }
        workgroupBarrier();
    }
    if (!runs || own >= RECEPTORS) {
        return;
    }
    let slot = index[PLACE_SLOT + place * RECEPTORS + own];
    let factor = constants[GROUP_CONDUCTANCE + own];
    let kind = index[RECEPTOR + 4u * index[SLOT_RECEPTOR + slot]];
    let at = 3u * own * PLACES * LANES + (lane - own);
    let sum = partial[at] * factor;
    if (kind == KINETIC) {
        state[POOL + slot] = sum;
        state[POOL + SLOTS + slot] = partial[at + PLACES * LANES] * factor;
        state[POOL + 2u * SLOTS + slot] = partial[at + 2u * PLACES * LANES] * factor;
    } else if (sum != Float(0.0)) {
        state[POOL + slot] = state[POOL + slot] + sum;
        if (kind == EXPONENTIAL) {
            state[JUMPED + index[SLOT_CELL + slot]] = Float(1.0);
        } else {
            state[POOL + SLOTS + slot] = state[POOL + SLOTS + slot] + sum;
        }
    }
}
