// Cells of one node: a cell an invocation, potential and gates in registers through all substeps.

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let entry = invocation(group, lane, THREADS);
    if (entry >= params.count || stopped()) {
        return;
    }
    let at = LIST + 3u * (params.first + entry);
    let cell = index[at];
    let place = index[at + 1u];
    let n = index[at + 2u];
    let node = index[FIRST_NODE + cell];
    let threshold = constants[THRESHOLD + cell];
    let diagonal = constants[DIAGONAL + node];
    let leak = constants[LEAK + node];
    let current = base_current(node);
    let unsteady = varies(node);
    let slots = slots_of(node);
    let densities = load_densities(n);
    let signals = load_signals(place);
    var gates = load_gates(n);
    var v = state[V + node];
    for (var substep = params.from_substep; substep < params.to_substep; substep++) {
        var input = array<Float, 2>(leak, current);
        if (unsteady) {
            input = surroundings(node, substep, leak, current);
        }
        let before = v;
        let twice = jumps(cell, substep);
        let factor = select(Float(CHANGE_FACTOR), Float(1.0), twice);
        for (var turn = 0u; turn < select(1u, 2u, twice); turn++) {
            var e = begin_equation(diagonal, input[0], input[1], v);
            e = add_synapses(e[0], e[1], v, slots, substep, turn == 0u);
            e = add_channels(e[0], e[1], v, gates, densities, signals);
            if (EXPLICIT) {
                v = add_explicit_change(v, e[1], diagonal);
            } else {
                v = add_change(v, root_change(e[0], e[1]), factor);
            }
        }
        decay_pools(slots);
        if (before < threshold && v >= threshold) {
            spike(cell, substep, before, v, threshold);
        }
        let at_gates = select(v, before, EXPLICIT);
        if (HAS_SIGNALLING) {
            state[CALCIUM_CURRENT + n] = calcium_current(state[CALCIUM_CURRENT + n], at_gates, gates, densities, signals);
        }
        gates = advance_gates(at_gates, gates, signals);
    }
    state[V + node] = v;
    store_gates(n, gates);
    if (params.from_substep == 0u) {
        state[JUMPED + cell] = Float(0.0);
    }
    if (params.to_substep == SUBSTEPS) {
        if (HAS_SIGNALLING) {
            let mean = state[CALCIUM_CURRENT + n] * constants[SUBSTEP_SHARE];
            state[CALCIUM_CURRENT + n] = Float(0.0);
            advance_signalling(place, mean);
        }
        check(v, node);
    }
}
