// Begins a tick: clears the row of the ring that spikes of this tick may reach last, and lets generators spike.

// How many spikes generator `g` delivers in this tick.
fn generated(g: u32) -> u32 {
    let own = GENERATOR + 5u * g;
    let from_tick = index[own + 1u];
    let to_tick = index[own + 2u];
    let table = index[own + 3u];
    let length = index[own + 4u];
    if (index[own] == 0u) {
        if (params.tick < from_tick || params.tick >= to_tick) {
            return 0u;
        }
        let bits = random_bits(params.tick, vec2<u32>(CELLS + g, 0u), POISSON);
        var count = 0u;
        while (count < length && reaches(bits, vec2<u32>(index[table + 2u * count], index[table + 2u * count + 1u]))) {
            count++;
        }
        return count;
    }
    // Listed ticks, ascending: from the first that is not before this one.
    var low = 0u;
    var high = length;
    while (low < high) {
        let middle = (low + high) / 2u;
        if (index[table + middle] < params.tick) {
            low = middle + 1u;
        } else {
            high = middle;
        }
    }
    var count = 0u;
    while (low + count < length && index[table + low + count] == params.tick) {
        count++;
    }
    return count;
}

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let i = invocation(group, lane, THREADS);
    if (i >= params.count) {
        return;
    }
    let last = row_after(2u);
    if (i < ROW_WORDS) {
        atomicStore(&words[BITS + last * ROW_WORDS + i], 0u);
    }
    atomicStore(&words[COUNTS + last * SOURCES + i], 0u);
    if (i < GENERATORS) {
        let count = generated(i);
        let source = CELLS + i;
        if (count > 0u) {
            atomicOr(&words[BITS + params.row * ROW_WORDS + (source >> 5u)], 1u << (source & 31u));
            atomicStore(&words[COUNTS + params.row * SOURCES + source], count);
        }
    }
}
