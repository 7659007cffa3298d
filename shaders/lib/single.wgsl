// What depends on the bits of f32.

fn keep_fraction(at: u32, fraction: Float) {
    spikes.records[at] = bitcast<u32>(fraction);
}
