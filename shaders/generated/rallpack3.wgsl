// Channels and synapses of the model `rallpack3`, in f32.
// Recorded from the equations in crates/model; do not edit. A test holds this file to them.

alias Float = f32;

// Class 0: 1 cells.

// na: what it adds to the equation of a node (d, i).
fn add_0_na(d: Float, i: Float, gbar: Float, v: Float, c0_0_m: Float, c0_1_h: Float) -> array<Float, 2> {
    let t10 = (gbar * ((c0_0_m * c0_0_m) * c0_0_m)) * c0_1_h;
    return array<Float, 2>(d + t10, fma(t10, 50.0f - v, i));
}

// na: its gates a substep later.
fn advance_0_na(v: Float, c0_0_m: Float, c0_1_h: Float) -> array<Float, 2> {
    let t8 = (v - (-40.0f)) * (-0.1f);
    let t13 = select(t8 / exp_m1_of(t8), 1.0f, abs(t8) < 1.1754944e-38f);
    let t16 = v - (-65.0f);
    let t23 = (t13 + (4.0f * exp_of(t16 * (-0.055555556f)))) * 0.01f;
    let t30 = fma(-t23, c0_0_m, t13 * 0.01f) / max(fma(t23, 0.5f, 1.0f), t23);
    let t37 = 0.07f * exp_of(t16 * (-0.05f));
    let t43 = 1.0f / (1.0f + exp_of((v - (-35.0f)) * (-0.1f)));
    let t45 = (t37 + t43) * 0.01f;
    let t51 = fma(-t45, c0_1_h, t37 * 0.01f) / max(fma(t45, 0.5f, 1.0f), t45);
    return array<Float, 2>(max(c0_0_m + t30, 0.0f), max(c0_1_h + t51, 0.0f));
}

// k: what it adds to the equation of a node (d, i).
fn add_1_k(d: Float, i: Float, gbar: Float, v: Float, c1_0_n: Float) -> array<Float, 2> {
    let t6 = c1_0_n * c1_0_n;
    let t8 = gbar * (t6 * t6);
    return array<Float, 2>(d + t8, fma(t8, (-77.0f) - v, i));
}

// k: its gates a substep later.
fn advance_1_k(v: Float, c1_0_n: Float) -> Float {
    let t7 = (v - (-55.0f)) * (-0.1f);
    let t13 = select(t7 / exp_m1_of(t7), 1.0f, abs(t7) < 1.1754944e-38f);
    let t14 = 0.1f * t13;
    let t22 = t14 + (0.125f * exp_of((v - (-65.0f)) * (-0.0125f)));
    let t24 = t22 * 0.01f;
    let t31 = fma(-t24, c1_0_n, t14 * 0.01f) / max(fma(t24, 0.5f, 1.0f), t24);
    return max(c1_0_n + t31, 0.0f);
}
