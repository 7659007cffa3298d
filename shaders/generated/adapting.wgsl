// Channels and synapses of the model `adapting`, in f32.
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
    let t8 = (v - (-42.0f)) * (-0.25f);
    let t14 = select(t8 / exp_m1_of(t8), 1.0f, abs(t8) < 1.1754944e-38f);
    let t15 = 1.28f * t14;
    let t18 = v - (-15.0f);
    let t20 = t18 * 0.2f;
    let t24 = select(t20 / exp_m1_of(t20), 1.0f, abs(t20) < 1.1754944e-38f);
    let t28 = (t15 + (1.4f * t24)) * 0.025f;
    let t35 = fma(-t28, c0_0_m, t15 * 0.025f) / max(fma(t28, 0.5f, 1.0f), t28);
    let t44 = 0.128f * exp_of((v - (-38.0f)) * (-0.055555556f));
    let t52 = (t44 + (4.0f / (1.0f + exp_of(t18 * (-0.2f))))) * 0.025f;
    let t58 = fma(-t52, c0_1_h, t44 * 0.025f) / max(fma(t52, 0.5f, 1.0f), t52);
    return array<Float, 2>(max(c0_0_m + t35, 0.0f), max(c0_1_h + t58, 0.0f));
}

// k: what it adds to the equation of a node (d, i).
fn add_1_k(d: Float, i: Float, gbar: Float, v: Float, c1_0_n: Float) -> array<Float, 2> {
    let t6 = c1_0_n * c1_0_n;
    let t8 = gbar * (t6 * t6);
    return array<Float, 2>(d + t8, fma(t8, (-100.0f) - v, i));
}

// k: its gates a substep later.
fn advance_1_k(v: Float, c1_0_n: Float) -> Float {
    let t7 = (v - (-40.0f)) * (-0.2f);
    let t13 = select(t7 / exp_m1_of(t7), 1.0f, abs(t7) < 1.1754944e-38f);
    let t14 = 0.16f * t13;
    let t22 = t14 + (0.5f * exp_of((v - (-45.0f)) * (-0.025f)));
    let t24 = t22 * 0.025f;
    let t30 = fma(-t24, c1_0_n, t14 * 0.025f) / max(fma(t24, 0.5f, 1.0f), t24);
    return max(c1_0_n + t30, 0.0f);
}

// m: what it adds to the equation of a node (d, i).
fn add_2_m(d: Float, i: Float, gbar: Float, v: Float, c2_0_p: Float, factor: Float) -> array<Float, 2> {
    let t8 = (gbar * factor) * c2_0_p;
    return array<Float, 2>(d + t8, fma(t8, (-100.0f) - v, i));
}

// m: its gates a substep later.
fn advance_2_m(v: Float, c2_0_p: Float, factor: Float) -> Float {
    let t10 = 1.0f / (1.0f + exp_of((v - (-35.0f)) * (-0.1f)));
    let t15 = v + 35.0f;
    let t23 = (3.3f * exp_of(t15 / 20.0f)) + exp_of((-t15) / 20.0f);
    let t25 = 0.025f / (1000.0f / t23);
    let t32 = fma(-t25, c2_0_p, t25 * t10) / max(fma(t25, 0.5f, 1.0f), t25);
    return max(c2_0_p + t32, 0.0f);
}

// ca_l: what it adds to the equation of a node (d, i).
fn add_3_ca_l(d: Float, i: Float, gbar: Float, v: Float, c3_0_q: Float, c3_1_r: Float, e: Float) -> array<Float, 2> {
    let t9 = (gbar * (c3_0_q * c3_0_q)) * c3_1_r;
    return array<Float, 2>(d + t9, fma(t9, e - v, i));
}

// ca_l: its gates a substep later.
fn advance_3_ca_l(v: Float, c3_0_q: Float, c3_1_r: Float, e: Float) -> array<Float, 2> {
    let t8 = (v - (-27.0f)) * (-0.2631579f);
    let t14 = select(t8 / exp_m1_of(t8), 1.0f, abs(t8) < 1.1754944e-38f);
    let t15 = 0.209f * t14;
    let t22 = 0.94f * exp_of((v - (-75.0f)) * (-0.05882353f));
    let t25 = (t15 + t22) * 0.025f;
    let t32 = fma(-t25, c3_0_q, t15 * 0.025f) / max(fma(t25, 0.5f, 1.0f), t25);
    let t41 = 0.000457f * exp_of((v - (-13.0f)) * (-0.02f));
    let t48 = 1.0f + exp_of((v - (-15.0f)) * (-0.035714287f));
    let t51 = (t41 + (0.0065f / t48)) * 0.025f;
    let t57 = fma(-t51, c3_1_r, t41 * 0.025f) / max(fma(t51, 0.5f, 1.0f), t51);
    return array<Float, 2>(max(c3_0_q + t32, 0.0f), max(c3_1_r + t57, 0.0f));
}

// ca_l: its calcium current added to a sum.
fn calcium_3_ca_l(sum: Float, gbar: Float, v: Float, c3_0_q: Float, c3_1_r: Float, e: Float) -> Float {
    let t10 = ((gbar * (c3_0_q * c3_0_q)) * c3_1_r) * (v - e);
    return sum + t10;
}

// ahp: what it adds to the equation of a node (d, i).
fn add_4_ahp(d: Float, i: Float, gbar: Float, v: Float, c4_0_q: Float, ca: Float, factor: Float) -> array<Float, 2> {
    let t9 = (gbar * factor) * (c4_0_q * c4_0_q);
    return array<Float, 2>(d + t9, fma(t9, (-100.0f) - v, i));
}

// ahp: its gates a substep later.
fn advance_4_ahp(v: Float, c4_0_q: Float, ca: Float, factor: Float) -> Float {
    let t4 = ca / 0.45f;
    let t6 = 0.03f * (t4 * t4);
    let t9 = (t6 + 0.03f) * 0.025f;
    let t17 = fma(-t9, c4_0_q, t6 * 0.025f) / max(fma(t9, 0.5f, 1.0f), t9);
    return max(c4_0_q + t17, 0.0f);
}
