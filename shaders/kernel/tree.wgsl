// Cells of several nodes. A workgroup takes some cells of a class; their potentials, equations and, where there is room, gates
// (`GATES_ON_CHIP`) stay in workgroup memory through all substeps (`ON_CHIP`), or, for cells too large for it, in the state.
// Channels run a node an invocation; the tree is solved a cell an invocation, leaves to root and back.

var<workgroup> any_jumped: u32;
var<workgroup> halted: u32;

// Adds the currents between nodes and moves on with the slope at the start; nodes without membrane follow their neighbours.
fn move_explicitly(first: u32, end: u32, first_node: u32) {
    for (var j = first + 1u; j < end; j++) {
        let up = first + index[PARENT + first_node + j - first];
        let axial = constants[AXIAL + first_node + j - first];
        let both = add_axial_current(axial, get_v(j), get_v(up), get_i(j), get_i(up));
        set_i(j, both[0]);
        set_i(up, both[1]);
    }
    for (var j = first; j < end; j++) {
        let step = constants[DIAGONAL + first_node + j - first];
        if (step != Float(0.0)) {
            set_v(j, add_explicit_change(get_v(j), get_i(j), step));
        }
    }
    for (var point = first; point < end; point++) {
        if (constants[DIAGONAL + first_node + point - first] != Float(0.0)) {
            continue;
        }
        var sum = Float(0.0);
        var total = Float(0.0);
        for (var j = first + 1u; j < end; j++) {
            let up = first + index[PARENT + first_node + j - first];
            if (j == point || up == point) {
                let axial = constants[AXIAL + first_node + j - first];
                sum = sum + axial * get_v(select(j, up, j == point));
                total = total + axial;
            }
        }
        set_v(point, sum / total);
    }
}

// Solves the tree of a cell for the changes of its potentials, left in place of the currents.
fn solve(first: u32, end: u32, first_node: u32) {
    // What the next row needs is asked for a row ahead: it comes from far, and each row waits for the one before.
    var parent = index[PARENT + first_node + end - 1u - first];
    var axial = constants[AXIAL + first_node + end - 1u - first];
    for (var j = end - 1u; j > first; j--) {
        let node = first_node + j - first;
        let up = first + parent;
        let own_scale = scale_of(node);
        let parent_scale = scale_of(first_node + parent);
        let own_axial = axial;
        parent = index[PARENT + node - 1u];
        axial = constants[AXIAL + node - 1u];
        let done = eliminate(
            own_axial, get_d(j), get_i(j), get_d(up), get_i(up), get_v(j), get_v(up), own_scale, parent_scale
        );
        set_d(j, done[0]);
        set_i(j, done[1]);
        set_d(up, done[2]);
        set_i(up, done[3]);
    }
    set_i(first, root_change(get_d(first), get_i(first)));
    for (var j = first + 1u; j < end; j++) {
        let up = first + index[PARENT + first_node + j - first];
        set_i(j, substitute(get_d(j), get_i(j), get_i(up)));
    }
}

// 1/2 for nodes without membrane where the change is going to be doubled.
fn scale_of(node: u32) -> Float {
    if (STAGGERED && HAS_POINTS) {
        return constants[SCALE + node];
    }
    return Float(1.0);
}

@compute @workgroup_size(WIDTH)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let number = group.y * params.groups_x + group.x;
    if (number >= params.count) {
        return;
    }
    if (lane == 0u) {
        halted = select(0u, 1u, stopped());
    }
    if (workgroupUniformLoad(&halted) != 0u) {
        return;
    }
    // Cells [first_cell, end_cell) of the class, nodes [first_n, end_n) of its nodes.
    let about = LIST + 2u * (params.first + number);
    let first_cell = index[about];
    let end_cell = index[about + 1u];
    let first_n = index[CLASS_FIRST + first_cell];
    let count = index[CLASS_FIRST + end_cell] - first_n;
    let own = first_cell + lane;
    let solves = own < end_cell;
    var first = 0u;
    var end = 0u;
    var first_node = 0u;
    var cell = 0u;
    var detector = 0u;
    var threshold = Float(0.0);
    if (solves) {
        cell = index[CLASS_CELL + own];
        first = index[CLASS_FIRST + own] - first_n;
        end = index[CLASS_FIRST + own + 1u] - first_n;
        first_node = index[FIRST_NODE + cell];
        detector = first + index[DETECTOR + cell] - first_node;
        threshold = constants[THRESHOLD + cell];
    }
    begin_group(first_n);
    if (ON_CHIP) {
        for (var j = lane; j < count; j += WIDTH) {
            set_v(j, state[V + index[CLASS_NODE + first_n + j]]);
            if (GATES_ON_CHIP) {
                set_gates(j, first_n + j, load_gates(first_n + j));
            }
        }
    }
    join();
    for (var substep = params.from_substep; substep < params.to_substep; substep++) {
        // Input jumps at the start of a tick, where spikes arrived, and where a course says so.
        let may_jump = STAGGERED && (substep == 0u || params.jumps != 0u);
        var twice = false;
        if (may_jump) {
            if (lane == 0u) {
                any_jumped = 0u;
            }
            join();
            if (solves) {
                twice = jumps(cell, substep);
                if (twice) {
                    any_jumped = 1u;
                }
            }
        }
        var passes = 1u;
        if (may_jump) {
            if (workgroupUniformLoad(&any_jumped) != 0u) {
                passes = 2u;
            }
        }
        var before = Float(0.0);
        if (solves) {
            before = get_v(detector);
        }
        for (var turn = 0u; turn < passes; turn++) {
            for (var j = lane; j < count; j += WIDTH) {
                let n = first_n + j;
                let node = index[CLASS_NODE + n];
                let v = get_v(j);
                let input = surroundings(node, substep, constants[LEAK + node], base_current(node));
                var e = begin_equation(constants[DIAGONAL + node], input[0], input[1], v);
                e = add_synapses(e[0], e[1], v, slots_of(node), substep, turn == 0u);
                e = add_channels(e[0], e[1], v, get_gates(j, n), load_densities(n), load_signals(index[CLASS_PLACE + n]));
                set_d(j, select(e[0], v, EXPLICIT));
                set_i(j, e[1]);
            }
            join();
            if (solves) {
                if (EXPLICIT) {
                    move_explicitly(first, end, first_node);
                } else {
                    solve(first, end, first_node);
                    var factor = Float(CHANGE_FACTOR);
                    if (passes == 2u) {
                        factor = select(select(Float(CHANGE_FACTOR), Float(0.0), turn == 1u), Float(1.0), twice);
                    }
                    for (var j = first; j < end; j++) {
                        set_v(j, add_change(get_v(j), get_i(j), factor));
                    }
                }
            }
            join();
        }
        if (solves) {
            let after = get_v(detector);
            if (before < threshold && after >= threshold) {
                spike(cell, substep, before, after, threshold);
            }
        }
        for (var j = lane; j < count; j += WIDTH) {
            let n = first_n + j;
            let node = index[CLASS_NODE + n];
            var v = get_v(j);
            if (EXPLICIT) {
                v = get_d(j);
            }
            decay_pools(slots_of(node));
            let gates = get_gates(j, n);
            let signals = load_signals(index[CLASS_PLACE + n]);
            if (HAS_SIGNALLING) {
                state[CALCIUM_CURRENT + n] = calcium_current(state[CALCIUM_CURRENT + n], v, gates, load_densities(n), signals);
            }
            set_gates(j, n, advance_gates(v, gates, signals));
        }
        // No barrier: until the next one an invocation reads and writes what is its own nodes' alone, and potentials stay.
    }
    if (ON_CHIP) {
        for (var j = lane; j < count; j += WIDTH) {
            state[V + index[CLASS_NODE + first_n + j]] = get_v(j);
            if (GATES_ON_CHIP) {
                store_gates(first_n + j, get_gates(j, first_n + j));
            }
        }
    }
    if (solves && params.from_substep == 0u) {
        state[JUMPED + cell] = Float(0.0);
    }
    if (params.to_substep != SUBSTEPS) {
        return;
    }
    if (HAS_SIGNALLING) {
        storageBarrier();
    }
    if (HAS_SIGNALLING && solves) {
        var sum = Float(0.0);
        for (var j = first; j < end; j++) {
            sum = sum + state[CALCIUM_CURRENT + first_n + j];
            state[CALCIUM_CURRENT + first_n + j] = Float(0.0);
        }
        advance_signalling(own, sum * constants[SUBSTEP_SHARE]);
    }
    for (var j = lane; j < count; j += WIDTH) {
        check(get_v(j), index[CLASS_NODE + first_n + j]);
    }
}
