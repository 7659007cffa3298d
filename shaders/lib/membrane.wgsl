// What the kernels of the membrane share: input to a node, spikes, divergence.

// Divergence ends a run with the tick it happened in.
fn stopped() -> bool {
    let bad = atomicLoad(&words[STATUS]);
    return bad != 0u && bad - 1u < params.tick;
}

fn check(v: Float, node: u32) {
    if (!(abs(v) < Float(DIVERGED))) {
        atomicMin(&words[BAD_NODE], node);
        atomicStore(&words[STATUS], params.tick + 1u);
    }
}

// A cell crossed its threshold upwards.
fn spike(cell: u32, substep: u32, before: Float, after: Float, threshold: Float) {
    let fraction = crossing(before, after, threshold);
    let row = row_after(select(1u, 2u, is_late(Float(substep), fraction)));
    atomicOr(&words[BITS + row * ROW_WORDS + (cell >> 5u)], 1u << (cell & 31u));
    atomicAdd(&words[COUNTS + row * SOURCES + cell], 1u);
    let at = atomicAdd(&spikes.count, 1u);
    if (at < SPIKE_CAPACITY) {
        let record = at * SPIKE_WORDS;
        spikes.records[record] = params.tick;
        spikes.records[record + 1u] = substep;
        spikes.records[record + 2u] = cell;
        keep_fraction(record + 3u, fraction);
    }
}

// The current of a node at V = 0 that does not change within the tick.
fn constant_current(node: u32) -> Float {
    var current = constants[LEAK_CURRENT + node];
    if (HAS_INJECTIONS) {
        for (var k = index[INJECTION_FIRST + node]; k < index[INJECTION_FIRST + node + 1u]; k++) {
            let header = params.course + COURSE_WORDS * index[INJECTION_OF + 2u * k];
            if (headers[header] == COURSE_CONSTANT) {
                current = current + course[headers[header + 1u]] * constants[INJECTION_SCALE + k];
            }
        }
    }
    return current;
}

// The same with the current through gap junctions, which does not change within a dispatch.
fn base_current(node: u32) -> Float {
    var current = constant_current(node);
    if (HAS_GAPS) {
        let gap = index[GAP_OF_NODE + node];
        if (gap != NONE) {
            current = current + state[GAP_CURRENT + gap];
        }
    }
    return current;
}

// Whether what is injected into a node changes within the tick.
fn varies(node: u32) -> bool {
    var any = false;
    if (HAS_INJECTIONS) {
        for (var k = index[INJECTION_FIRST + node]; k < index[INJECTION_FIRST + node + 1u]; k++) {
            any = any || headers[params.course + COURSE_WORDS * index[INJECTION_OF + 2u * k]] > COURSE_CONSTANT;
        }
    }
    return any;
}

// Conductance and current at V = 0 of a node with what varies added.
fn surroundings(node: u32, substep: u32, leak: Float, current: Float) -> array<Float, 2> {
    var sum = array<Float, 2>(leak, current);
    if (HAS_INJECTIONS) {
        for (var k = index[INJECTION_FIRST + node]; k < index[INJECTION_FIRST + node + 1u]; k++) {
            let header = params.course + COURSE_WORDS * index[INJECTION_OF + 2u * k];
            let kind = headers[header];
            if (kind == COURSE_SUBSTEPS) {
                sum[1] = sum[1] + course[headers[header + 1u] + substep] * constants[INJECTION_SCALE + k];
            } else if (kind == COURSE_NOISE) {
                let position = course[headers[header + 3u] + substep];
                if (position >= Float(0.0)) {
                    let own = index[INJECTION_OF + 2u * k + 1u];
                    let start = course[headers[header + 1u] + own];
                    sum[1] = sum[1] + (start + (course[headers[header + 2u] + own] - start) * position);
                }
            } else if (kind == COURSE_CLAMP) {
                let own = headers[header + 1u] + 2u * substep;
                sum[0] = sum[0] + course[own];
                sum[1] = sum[1] + course[own + 1u];
            }
        }
    }
    return sum;
}

// Whether an injection into the cell jumps at the start of a substep.
fn injection_jumps(cell: u32, substep: u32) -> bool {
    if (!HAS_INJECTIONS || params.jumps == 0u) {
        return false;
    }
    for (var k = index[CELL_INJECTION_FIRST + cell]; k < index[CELL_INJECTION_FIRST + cell + 1u]; k++) {
        let header = params.course + COURSE_WORDS * index[CELL_INJECTION + k];
        for (var j = 0u; j < headers[header + 5u]; j++) {
            if (headers[headers[header + 4u] + j] == substep) {
                return true;
            }
        }
    }
    return false;
}

// Whether input to the cell jumps at the start of a substep.
fn jumps(cell: u32, substep: u32) -> bool {
    if (!STAGGERED) {
        return false;
    }
    return (substep == 0u && state[JUMPED + cell] != Float(0.0)) || injection_jumps(cell, substep);
}

// Slots of a node: first and one past the last of its list.
fn slots_of(node: u32) -> vec2<u32> {
    if (SLOTS == 0u) {
        return vec2<u32>(0u, 0u);
    }
    return vec2<u32>(index[SLOT_FIRST + node], index[SLOT_FIRST + node + 1u]);
}

// The equation of a node with its synaptic conductances added; `sums` says that what drives calcium is summed.
fn add_synapses(d: Float, i: Float, v: Float, slots: vec2<u32>, substep: u32, sums: bool) -> array<Float, 2> {
    var e = array<Float, 2>(d, i);
    for (var k = slots.x; k < slots.y; k++) {
        let slot = index[SLOT_OF + k];
        let receptor = index[SLOT_RECEPTOR + slot];
        let about = RECEPTOR + 4u * receptor;
        let own = RECEPTOR_CONSTANTS + 5u * receptor;
        let c = index[about + 1u] + index[about + 2u] * substep;
        var g = pooled_conductance(
            state[POOL + slot], state[POOL + SLOTS + slot], state[POOL + 2u * SLOTS + slot],
            constants[c], constants[c + 1u], constants[c + 2u]
        );
        let reversal = constants[own];
        if ((index[about + 3u] & 1u) != 0u) {
            let open = unblocked(v, constants[own + 3u], constants[own + 4u]);
            g = g * open;
            if (sums && (index[about + 3u] & 2u) != 0u) {
                var drive = state[DRIVE + slot];
                if (substep == 0u) {
                    drive = Float(0.0);
                }
                state[DRIVE + slot] = add_drive(drive, open, v, reversal);
            }
        }
        e = add_conductance(e[0], e[1], g, reversal, v);
    }
    return e;
}

// Moves the decaying pools of a node on by a substep.
fn decay_pools(slots: vec2<u32>) {
    for (var k = slots.x; k < slots.y; k++) {
        let slot = index[SLOT_OF + k];
        let receptor = index[SLOT_RECEPTOR + slot];
        let kind = index[RECEPTOR + 4u * receptor];
        let own = RECEPTOR_CONSTANTS + 5u * receptor;
        if (kind != KINETIC) {
            state[POOL + slot] = faded(state[POOL + slot], constants[own + 1u]);
        }
        if (kind == DOUBLE_EXPONENTIAL) {
            state[POOL + SLOTS + slot] = faded(state[POOL + SLOTS + slot], constants[own + 2u]);
        }
    }
}
