// What depends on the bits of f64.

fn keep_fraction(at: u32, fraction: Float) {
    let bits = bitcast<u64>(fraction);
    spikes.records[at] = u32(bits & 0xfffffffflu);
    spikes.records[at + 1u] = u32(bits >> 32u);
}
