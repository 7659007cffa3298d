// Structural plasticity: what becomes of a slot, decided in integers as huxley_model::random does.

// Whether (bits + 1/2) 2^-53 < p, for bits (low, high) of 53.
fn below(bits: vec2<u32>, p: Float) -> bool {
    let bound = scaled(p);
    return bits.y < bound.y || (bits.y == bound.y && bits.x < bound.x);
}

// floor((2 bits + 1) count / 2^54).
fn index_below(bits: vec2<u32>, count: u32) -> u32 {
    // 2 bits + 1 in two words, times count: three words, of which bits 54 and up are wanted.
    let low = (bits.x << 1u) | 1u;
    let high = (bits.y << 1u) | (bits.x >> 31u);
    let a = wide_product(low, count);
    let b = wide_product(high, count);
    let middle = a.y + b.x;
    let top = b.y + select(0u, 1u, middle < a.y);
    return (middle >> 22u) | (top << 10u);
}

// The source of a synapse that forms on `cell`.
fn new_source(i: u32, cell: u32) -> u32 {
    let inside = cell >= CANDIDATES_FIRST && cell < CANDIDATES_END;
    let excluded = !CANDIDATES_ITSELF && inside;
    let count = CANDIDATES_END - CANDIDATES_FIRST - select(0u, 1u, excluded);
    let bits = random_bits(params.tick, vec2<u32>(i, GROUP << 8u), PARTNER);
    let drawn = CANDIDATES_FIRST + min(index_below(bits, count), count - 1u);
    return select(drawn, drawn + 1u, excluded && drawn >= cell);
}
