// The least 53-bit integer whose middle is not below p: ceil(2^53 p - 1/2), as (low, high).
fn scaled(p: f32) -> vec2<u32> {
    let bits = bitcast<u32>(p);
    let exponent = i32((bits >> 23u) & 0xffu);
    if (exponent == 0) {
        return vec2<u32>(0u, 0u);
    }
    let mantissa = (bits & 0x7fffffu) | 0x800000u;
    let shift = exponent - 97;
    if (shift >= 0) {
        let by = u32(shift);
        if (by == 0u) {
            return vec2<u32>(mantissa, 0u);
        }
        return vec2<u32>(mantissa << by, mantissa >> (32u - by));
    }
    let by = u32(-shift);
    if (by > 24u) {
        return vec2<u32>(0u, 0u);
    }
    return vec2<u32>((mantissa + (1u << (by - 1u)) - 1u) >> by, 0u);
}
