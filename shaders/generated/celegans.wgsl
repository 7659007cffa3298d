// Channels and synapses of the model `celegans`, in f32.
// Recorded from the equations in crates/model; do not edit. A test holds this file to them.

alias Float = f32;

// Class 0: 302 cells.

// na: what it adds to the equation of a node (d, i).
fn add_0_na(d: Float, i: Float, gbar: Float, v: Float, c0_0_m: Float, c0_1_h: Float) -> array<Float, 2> {
    let t10 = (gbar * ((c0_0_m * c0_0_m) * c0_0_m)) * c0_1_h;
    return array<Float, 2>(d + t10, fma(t10, 50.0f - v, i));
}

// na: its gates a substep later.
fn advance_0_na(v: Float, c0_0_m: Float, c0_1_h: Float) -> array<Float, 2> {
    let t6 = v - (-40.0f);
    let t12 = 0.025f * max(abs(t6 * (-0.1f)), 1.110223e-16f);
    let t15 = exp_m1_of(t6 * (-0.05f));
    let t20 = min(t15 * (t15 + 2.0f), 1000000000000000.0f);
    let t22 = max(abs(t20), 1.110223e-16f);
    let t28 = min(exp_of((v - (-65.0f)) * (-0.055555556f)), 1000000000000000.0f);
    let t32 = t12 + ((0.1f * t28) * t22);
    let t38 = fma(-t32, c0_0_m, t12) / max(fma(t32, 0.5f, t22), t32);
    let t43 = fma(min(t15, 1000000000000000.0f), 0.0005013834f, 0.0005013834f);
    let t46 = fma(t20, 1.6487212f, 2.6487212f);
    let t47 = t43 * t46;
    let t48 = t47 + 0.025f;
    let t53 = fma(-t48, c0_1_h, t47) / max(fma(t48, 0.5f, t46), t48);
    return array<Float, 2>(max(c0_0_m + t38, 0.0f), max(c0_1_h + t53, 0.0f));
}

// k: what it adds to the equation of a node (d, i).
fn add_1_k(d: Float, i: Float, gbar: Float, v: Float, c1_0_n: Float) -> array<Float, 2> {
    let t6 = c1_0_n * c1_0_n;
    let t8 = gbar * (t6 * t6);
    return array<Float, 2>(d + t8, fma(t8, (-77.0f) - v, i));
}

// k: its gates a substep later.
fn advance_1_k(v: Float, c1_0_n: Float) -> Float {
    let t5 = v - (-55.0f);
    let t11 = 0.0025f * max(abs(t5 * (-0.1f)), 1.110223e-16f);
    let t14 = exp_m1_of(t5 * (-0.0125f));
    let t17 = t14 * (t14 + 2.0f);
    let t19 = t17 * (t17 + 2.0f);
    let t24 = abs(min(t19 * (t19 + 2.0f), 1000000000000000.0f));
    let t25 = max(t24, 1.110223e-16f);
    let t28 = fma(min(t14, 1000000000000000.0f), 0.0027578028f, 0.0027578028f);
    let t30 = t11 + (t28 * t25);
    let t36 = fma(-t30, c1_0_n, t11) / max(fma(t30, 0.5f, t25), t30);
    return max(c1_0_n + t36, 0.0f);
}
