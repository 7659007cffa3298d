// The exponential, in f32.
// Recorded from the equations in crates/model; do not edit. A test holds this file to them.

alias Float = f32;

// 2^k and e^r - 1, where x = k ln 2 + r.
fn exp_parts(argument: Float) -> array<Float, 2> {
    let x = min(max(argument, (-87.0f)), 88.0f);
    let k = round(x * 1.442695f);
    let r0 = fma(k, -0.6933594f, x);
    let r = fma(k, 0.00021219444f, r0);
    var p = 0.0013814546f;
    p = fma(p, r, 0.008368745f);
    p = fma(p, r, 0.04166839f);
    p = fma(p, r, 0.16666521f);
    p = fma(p, r, 0.49999994f);
    return array<Float, 2>(bitcast<f32>(u32(i32(k) + 127) << 23u), fma(r * r, p, r));
}

fn exp_of(x: Float) -> Float {
    let e = exp_parts(x);
    return fma(e[0], e[1], e[0]);
}

fn exp_m1_of(x: Float) -> Float {
    let e = exp_parts(x);
    return fma(e[0], e[1], e[0] - 1.0f);
}
