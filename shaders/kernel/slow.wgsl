// Averages of activity and traces of postsynaptic spikes, a tick on.

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let cell = invocation(group, lane, THREADS);
    if (cell >= params.count || words[STATUS] != 0u) {
        return;
    }
    let before = Float(min(spike_count(row_before(1u), cell), 1u));
    let now = Float(spike_count(params.row, cell));
    advance_slow(cell, before, now);
}
