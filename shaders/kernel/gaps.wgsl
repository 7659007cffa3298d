// Potentials cross gap junctions: the current at V = 0 of every node that has them.

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let i = invocation(group, lane, THREADS);
    if (i >= params.count) {
        return;
    }
    var sum = Float(0.0);
    for (var e = index[GAP_FIRST + i]; e < index[GAP_FIRST + i + 1u]; e++) {
        let partner = index[GAP_NODE + index[GAP_PARTNER + e]];
        sum = add_gap_current(sum, constants[GAP_CONDUCTANCE + e], state[V + partner]);
    }
    state[GAP_CURRENT + i] = sum;
}
