// Counter-based random numbers: Philox4x32-10 (Salmon et al. 2011), as in huxley_model::random.

// The product of two words: low, high.
fn wide_product(a: u32, b: u32) -> vec2<u32> {
    let a0 = a & 0xffffu;
    let a1 = a >> 16u;
    let b0 = b & 0xffffu;
    let b1 = b >> 16u;
    let low = a0 * b0;
    let middle = a1 * b0 + (low >> 16u);
    let other = a0 * b1 + (middle & 0xffffu);
    return vec2<u32>(a * b, a1 * b1 + (middle >> 16u) + (other >> 16u));
}

fn philox(start: vec4<u32>, start_key: vec2<u32>) -> vec4<u32> {
    var counter = start;
    var key = start_key;
    for (var round = 0u; round < 10u; round++) {
        let a = wide_product(0xD2511F53u, counter.x);
        let b = wide_product(0xCD9E8D57u, counter.z);
        counter = vec4<u32>(b.y ^ counter.y ^ key.x, b.x, a.y ^ counter.w ^ key.y, a.x);
        key += vec2<u32>(0x9E3779B9u, 0xBB67AE85u);
    }
    return counter;
}

// The words of a tick, an entity (low, high) and a stream.
fn random_words(tick: u32, entity: vec2<u32>, stream: u32) -> vec4<u32> {
    return philox(vec4<u32>(tick, entity.x, entity.y, stream), vec2<u32>(SEED_LOW, SEED_HIGH));
}

// The 53 bits of a uniform number: low, high.
fn random_bits(tick: u32, entity: vec2<u32>, stream: u32) -> vec2<u32> {
    let words = random_words(tick, entity, stream);
    return vec2<u32>((words.x >> 11u) | (words.y << 21u), words.y >> 11u);
}

// Whether a >= b (low, high).
fn reaches(a: vec2<u32>, b: vec2<u32>) -> bool {
    return a.y > b.y || (a.y == b.y && a.x >= b.x);
}
