// Spikes reach the pools of event synapses. A slot's synapses are visited in the order in which their spikes were delivered
// (longest delay first, then by source), SLICE slots side by side: entry k of lane l is at base + SLICE k + l.

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let i = invocation(group, lane, THREADS);
    if (i >= params.count || words[STATUS] != 0u) {
        return;
    }
    let at = params.first + i;
    let slot = index[EVENT_SLOT + at];
    let length = index[EVENT_LENGTH + at];
    let base = index[EVENT_SLICE + at / SLICE] - params.base + at % SLICE;
    var sum = Float(0.0);
    if (params.pending != 0u) {
        sum = state[PENDING + (params.tick - params.since) * SLOTS + slot];
    }
    let known = params.tick - params.since;
    var k = 0u;
    while (k < length) {
        let word = synapses[base + SLICE * k];
        let source = word & SOURCE_MASK;
        let age = (word >> DELAY_SHIFT) - 1u;
        if (age <= known) {
            let row = row_before(age);
            if (spiked(row, source)) {
                let count = spike_count(row, source);
                if (count == 1u) {
                    sum = sum + weight_of(base + SLICE * k);
                } else {
                    // Each spike goes by all synapses of its source before the next.
                    var end = k + 1u;
                    while (end < length && synapses[base + SLICE * end] == word) {
                        end++;
                    }
                    for (var spike = 0u; spike < count; spike++) {
                        for (var own = k; own < end; own++) {
                            sum = sum + weight_of(base + SLICE * own);
                        }
                    }
                    k = end - 1u;
                }
            }
        }
        k++;
    }
    if (sum == Float(0.0)) {
        return;
    }
    state[POOL + slot] = state[POOL + slot] + sum;
    if (index[RECEPTOR + 4u * index[SLOT_RECEPTOR + slot]] == EXPONENTIAL) {
        state[JUMPED + index[SLOT_CELL + slot]] = Float(1.0);
    } else {
        state[POOL + SLOTS + slot] = state[POOL + SLOTS + slot] + sum;
    }
}
