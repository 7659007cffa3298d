// Logarithm and normal variates, in f32.
// Recorded from the equations in crates/model; do not edit. A test holds this file to them.

alias Float = f32;

fn ln_of(x: Float) -> Float {
    let bits = bitcast<u32>(x);
    var exponent = f32(i32((bits >> 23u) & 0xffu) - 127);
    var mantissa = bitcast<f32>((bits & 0x7fffffu) | 0x3f800000u);
    if (mantissa > 1.4142135f) {
        mantissa = mantissa * 0.5f;
        exponent = exponent + 1.0f;
    }
    let t = (mantissa - 1.0f) / (mantissa + 1.0f);
    let square = t * t;
    var series = 0.0f;
    series = series * square + 0.04761905f;
    series = series * square + 0.05263158f;
    series = series * square + 0.05882353f;
    series = series * square + 0.06666667f;
    series = series * square + 0.07692308f;
    series = series * square + 0.09090909f;
    series = series * square + 0.11111111f;
    series = series * square + 0.14285715f;
    series = series * square + 0.2f;
    series = series * square + 0.33333334f;
    series = series * square + 1.0f;
    return exponent * 0.6931472f + 2.0f * t * series;
}

fn quantile_middle(x: Float) -> Float {
    var above = 2509.0808f;
    above = above * x + 33430.574f;
    above = above * x + 67265.77f;
    above = above * x + 45921.953f;
    above = above * x + 13731.693f;
    above = above * x + 1971.591f;
    above = above * x + 133.14166f;
    above = above * x + 3.387133f;
    var below = 5226.495f;
    below = below * x + 28729.086f;
    below = below * x + 39307.895f;
    below = below * x + 21213.795f;
    below = below * x + 5394.196f;
    below = below * x + 687.187f;
    below = below * x + 42.31333f;
    below = below * x + 1.0f;
    return above / below;
}

fn quantile_tail(x: Float) -> Float {
    var above = 0.000774545f;
    above = above * x + 0.022723844f;
    above = above * x + 0.24178073f;
    above = above * x + 1.2704582f;
    above = above * x + 3.6478484f;
    above = above * x + 5.7694974f;
    above = above * x + 4.6303377f;
    above = above * x + 1.4234371f;
    var below = 1.05075e-9f;
    below = below * x + 0.0005475938f;
    below = below * x + 0.015198667f;
    below = below * x + 0.14810398f;
    below = below * x + 0.68976736f;
    below = below * x + 1.6763848f;
    below = below * x + 2.0531917f;
    below = below * x + 1.0f;
    return above / below;
}

fn quantile_far_tail(x: Float) -> Float {
    var above = 2.0103344e-7f;
    above = above * x + 2.7115555e-5f;
    above = above * x + 0.0012426609f;
    above = above * x + 0.02653219f;
    above = above * x + 0.2965606f;
    above = above * x + 1.7848265f;
    above = above * x + 5.4637847f;
    above = above * x + 6.6579046f;
    var below = 2.0442632e-15f;
    below = below * x + 1.4215118e-7f;
    below = below * x + 1.8463183e-5f;
    below = below * x + 0.00078686915f;
    below = below * x + 0.014875362f;
    below = below * x + 0.13692988f;
    below = below * x + 0.5998322f;
    below = below * x + 1.0f;
    return above / below;
}

fn open_unit(words: vec4<u32>) -> Float {
    return (f32(words.x >> 9u) + 0.5f) * 1.1920929e-7f;
}

fn normal(tick: u32, entity: vec2<u32>, stream: u32) -> Float {
    let p = open_unit(random_words(tick, entity, stream));
    let q = p - 0.5f;
    if (abs(q) <= 0.425f) {
        return q * quantile_middle(0.180625f - q * q);
    }
    let low = q < 0.0f;
    let tail = select(1.0f - p, p, low);
    let r = sqrt(-ln_of(tail));
    var x = 0.0f;
    if (r > 5.0f) {
        x = quantile_far_tail(r - 5.0f);
    } else {
        x = quantile_tail(r - 1.6f);
    }
    return select(x, -x, low);
}
