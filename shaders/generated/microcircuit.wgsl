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
    let t14 = select(t8 / exp_m1_of(t8), 1.0f, abs(t8) < 1.1754944e-38f);
    let t15 = 1.28f * t14;
    let t18 = v - (-23.0f);
    let t20 = t18 * 0.2f;
    let t24 = select(t20 / exp_m1_of(t20), 1.0f, abs(t20) < 1.1754944e-38f);
    let t28 = (t15 + (1.4f * t24)) * 0.025f;
    let t35 = fma(-t28, c0_0_m, t15 * 0.025f) / max(fma(t28, 0.5f, 1.0f), t28);
    let t44 = 0.128f * exp_of((v - (-46.0f)) * (-0.055555556f));
    let t52 = (t44 + (4.0f / (1.0f + exp_of(t18 * (-0.2f))))) * 0.025f;
    let t58 = fma(-t52, c0_1_h, t44 * 0.025f) / max(fma(t52, 0.5f, 1.0f), t52);
    return array<Float, 2>(max(c0_0_m + t35, 0.0f), max(c0_1_h + t58, 0.0f));
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
    let t13 = select(t7 / exp_m1_of(t7), 1.0f, abs(t7) < 1.1754944e-38f);
    let t14 = 0.16f * t13;
    let t22 = t14 + (0.5f * exp_of((v - (-53.0f)) * (-0.025f)));
    let t24 = t22 * 0.025f;
    let t30 = fma(-t24, c1_0_n, t14 * 0.025f) / max(fma(t24, 0.5f, 1.0f), t24);
    return max(c1_0_n + t30, 0.0f);
}
