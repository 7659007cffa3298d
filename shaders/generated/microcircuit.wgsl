// Channels and synapses of the model `microcircuit`, in f32.
// Recorded from the equations in crates/model; do not edit. A test holds this file to them.

alias Float = f32;

// Class 0: 7718 cells.

// na: what it adds to the equation of a node (d, i).
fn add_0_na(d: Float, i: Float, gbar: Float, v: Float, c0_0_m: Float, c0_1_h: Float) -> array<Float, 2> {
    let t10 = (gbar * ((c0_0_m * c0_0_m) * c0_0_m)) * c0_1_h;
    return array<Float, 2>(d + t10, fma(t10, 50.0f - v, i));
}

// na: its gates a substep later.
fn advance_0_na(v: Float, c0_0_m: Float, c0_1_h: Float) -> array<Float, 2> {
    let t8 = (v - (-50.0f)) * (-0.25f);
    let t12 = 0.032f * max(abs(t8), 1.110223e-16f);
    let t17 = max(abs(min(exp_m1_of(t8), 1000000000000000.0f)), 1.110223e-16f);
    let t20 = v - (-23.0f);
    let t22 = t20 * 0.2f;
    let t29 = max(abs(min(exp_m1_of(t22), 1000000000000000.0f)), 1.110223e-16f);
    let t31 = ((0.035f * max(abs(t22), 1.110223e-16f)) / t29) * t17;
    let t32 = t12 + t31;
    let t38 = fma(-t32, c0_0_m, t12) / max(fma(t32, 0.5f, t17), t32);
    let t46 = min(exp_of((v - (-46.0f)) * (-0.055555556f)), 1000000000000000.0f);
    let t55 = min(exp_of(t20 * (-0.2f)), 1000000000000000.0f) + 1.0f;
    let t56 = (0.0032f * t46) * t55;
    let t57 = t56 + 0.1f;
    let t62 = fma(-t57, c0_1_h, t56) / max(fma(t57, 0.5f, t55), t57);
    return array<Float, 2>(max(c0_0_m + t38, 0.0f), max(c0_1_h + t62, 0.0f));
}

// k: what it adds to the equation of a node (d, i).
fn add_1_k(d: Float, i: Float, gbar: Float, v: Float, c1_0_n: Float) -> array<Float, 2> {
    let t6 = c1_0_n * c1_0_n;
    let t8 = gbar * (t6 * t6);
    return array<Float, 2>(d + t8, fma(t8, (-90.0f) - v, i));
}

// k: its gates a substep later.
fn advance_1_k(v: Float, c1_0_n: Float) -> Float {
    let t7 = (v - (-48.0f)) * (-0.2f);
    let t11 = 0.004f * max(abs(t7), 1.110223e-16f);
    let t16 = max(abs(min(exp_m1_of(t7), 1000000000000000.0f)), 1.110223e-16f);
    let t22 = min(exp_of((v - (-53.0f)) * (-0.025f)), 1000000000000000.0f);
    let t26 = t11 + ((0.0125f * t22) * t16);
    let t32 = fma(-t26, c1_0_n, t11) / max(fma(t26, 0.5f, t16), t26);
    return max(c1_0_n + t32, 0.0f);
}
