// The least 53-bit integer whose middle is not below p: ceil(2^53 p - 1/2), as (low, high).
fn scaled(p: f64) -> vec2<u32> {
    let bits = bitcast<u64>(p);
    let exponent = i32(u32(bits >> 52u) & 0x7ffu);
    if (exponent == 0) {
        return vec2<u32>(0u, 0u);
    }
    let mantissa = (bits & 0xffffffffffffflu) | 0x10000000000000lu;
    let by = 1022 - exponent;
    var bound = mantissa;
    if (by < 0) {
        bound = mantissa << 1u;
    } else if (by > 53) {
        bound = 0lu;
    } else if (by > 0) {
        bound = (mantissa + (1lu << u32(by - 1)) - 1lu) >> u32(by);
    }
    return vec2<u32>(u32(bound & 0xfffffffflu), u32(bound >> 32u));
}
