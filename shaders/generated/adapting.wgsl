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
    let t12 = 0.032f * max(abs(t8), 1.110223e-16f);
    let t17 = max(abs(min(exp_m1_of(t8), 1000000000000000.0f)), 1.110223e-16f);
    let t20 = v - (-15.0f);
    let t22 = t20 * 0.2f;
    let t29 = max(abs(min(exp_m1_of(t22), 1000000000000000.0f)), 1.110223e-16f);
    let t31 = ((0.035f * max(abs(t22), 1.110223e-16f)) / t29) * t17;
    let t32 = t12 + t31;
    let t38 = fma(-t32, c0_0_m, t12) / max(fma(t32, 0.5f, t17), t32);
    let t46 = min(exp_of((v - (-38.0f)) * (-0.055555556f)), 1000000000000000.0f);
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
    return array<Float, 2>(d + t8, fma(t8, (-100.0f) - v, i));
}

// k: its gates a substep later.
fn advance_1_k(v: Float, c1_0_n: Float) -> Float {
    let t5 = v - (-40.0f);
    let t11 = 0.004f * max(abs(t5 * (-0.2f)), 1.110223e-16f);
    let t14 = exp_m1_of(t5 * (-0.025f));
    let t17 = t14 * (t14 + 2.0f);
    let t19 = t17 * (t17 + 2.0f);
    let t24 = abs(min(t19 * (t19 + 2.0f), 1000000000000000.0f));
    let t25 = max(t24, 1.110223e-16f);
    let t28 = fma(min(t14, 1000000000000000.0f), 0.011031211f, 0.011031211f);
    let t30 = t11 + (t28 * t25);
    let t36 = fma(-t30, c1_0_n, t11) / max(fma(t30, 0.5f, t25), t30);
    return max(c1_0_n + t36, 0.0f);
}

// m: what it adds to the equation of a node (d, i).
fn add_2_m(d: Float, i: Float, gbar: Float, v: Float, c2_0_p: Float, factor: Float) -> array<Float, 2> {
    let t8 = (gbar * factor) * c2_0_p;
    return array<Float, 2>(d + t8, fma(t8, (-100.0f) - v, i));
}

// m: its gates a substep later.
fn advance_2_m(v: Float, c2_0_p: Float, factor: Float) -> Float {
    let t10 = min(exp_of((v - (-35.0f)) * (-0.1f)), 1000000000000000.0f);
    let t17 = v + 35.0f;
    let t25 = (3.3f * exp_of(t17 / 20.0f)) + exp_of((-t17) / 20.0f);
    let t27 = 0.025f / (1000.0f / t25);
    let t34 = fma(-t27, c2_0_p, t27 * (1.0f / (t10 + 1.0f))) / max(fma(t27, 0.5f, 1.0f), t27);
    return max(c2_0_p + t34, 0.0f);
}

// ca_l: what it adds to the equation of a node (d, i).
fn add_3_ca_l(d: Float, i: Float, gbar: Float, v: Float, c3_0_q: Float, c3_1_r: Float, e: Float) -> array<Float, 2> {
    let t9 = (gbar * (c3_0_q * c3_0_q)) * c3_1_r;
    return array<Float, 2>(d + t9, fma(t9, e - v, i));
}

// ca_l: its gates a substep later.
fn advance_3_ca_l(v: Float, c3_0_q: Float, c3_1_r: Float, e: Float) -> array<Float, 2> {
    let t8 = (v - (-27.0f)) * (-0.2631579f);
    let t12 = 0.005225f * max(abs(t8), 1.110223e-16f);
    let t17 = max(abs(min(exp_m1_of(t8), 1000000000000000.0f)), 1.110223e-16f);
    let t23 = min(exp_of((v - (-75.0f)) * (-0.05882353f)), 1000000000000000.0f);
    let t27 = t12 + ((0.0235f * t23) * t17);
    let t33 = fma(-t27, c3_0_q, t12) / max(fma(t27, 0.5f, t17), t27);
    let t41 = min(exp_of((v - (-13.0f)) * (-0.02f)), 1000000000000000.0f);
    let t50 = min(exp_of((v - (-15.0f)) * (-0.035714287f)), 1000000000000000.0f);
    let t52 = t50 + 1.0f;
    let t53 = (1.1425e-5f * t41) * t52;
    let t54 = t53 + 0.0001625f;
    let t59 = fma(-t54, c3_1_r, t53) / max(fma(t54, 0.5f, t52), t54);
    return array<Float, 2>(max(c3_0_q + t33, 0.0f), max(c3_1_r + t59, 0.0f));
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
    let t8 = (0.03f * (t4 * t4)) * 0.025f;
    let t11 = t8 + 0.00075f;
    let t17 = fma(-t11, c4_0_q, t8) / max(fma(t11, 0.5f, 1.0f), t11);
    return max(c4_0_q + t17, 0.0f);
}
