// Channels and synapses of the model `plastic-column`, in f32.
// Recorded from the equations in crates/model; do not edit. A test holds this file to them.

alias Float = f32;

// Class 0: 100 cells.

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

// Synapses `inhibitory`.

fn synapse_rest(own_s_gaba_a: Float, own_u: Float, own_x: Float, weight: Float, influx: Float, rate: Float, post: Float, post_trace: Float, late: Float, noise: Float) -> array<Float, 4> {
    return array<Float, 4>(fma(own_s_gaba_a, 0.8352702f, 1e-30f), fma(own_u, 0.95122945f, 1e-30f), fma(own_x, 0.99857247f, 0.0014275515f), weight * own_s_gaba_a);
}

fn synapse_arrive(own_s_gaba_a: Float, own_u: Float, own_x: Float, weight: Float, influx: Float, rate: Float, post: Float, post_trace: Float, late: Float, noise: Float, on: Float, starts: Float, ends: Float) -> array<Float, 6> {
    let t10 = fma(own_u, 0.75f, 0.25f);
    let t13 = (t10 * own_x) * 5.0f;
    let t15 = t13 + 0.18f;
    let t21 = fma(own_s_gaba_a - (t13 / t15), exp_m1_of(t15 * (-1.0f)), own_s_gaba_a);
    let t22 = weight * own_s_gaba_a;
    let t30 = select(fma(own_s_gaba_a, 0.8352702f, 1e-30f), t21, 0.5f < on);
    let t39 = fma(fma(-t10, own_x, own_x), 0.99857247f, 0.0014275515f);
    let t40 = select(fma(own_u, 0.95122945f, 1e-30f), fma(t10, 0.95122945f, 1e-30f), 0.5f < ends);
    let t41 = select(fma(own_x, 0.99857247f, 0.0014275515f), t39, 0.5f < ends);
    return array<Float, 6>(t30, t40, t41, select(t22, 0.0f, 0.5f < on), select(0.0f, t22, 0.5f < on), select(0.0f, weight * t21, 0.5f < on));
}

fn effective_weight(own_s_gaba_a: Float, own_u: Float, own_x: Float, weight: Float) -> Float {
    return weight;
}

fn influx_of(drive: Float) -> Float {
    return 0.0f;
}


// Synapses `excitatory of exc_to_exc`.

fn synapse_rest(own_s_ampa: Float, own_s_nmda: Float, own_F: Float, own_D: Float, own_ca: Float, own_k: Float, own_w: Float, weight: Float, influx: Float, rate: Float, post: Float, post_trace: Float, late: Float, noise: Float) -> array<Float, 9> {
    let t16 = fma(own_s_nmda, 0.99342173f, 1e-30f);
    let t29 = fma((own_s_nmda + t16) * 0.5f, influx, fma(own_ca, 0.95122945f, 0.0024385287f));
    let t30 = max(t29, 0.0f);
    let t32 = (own_ca + t30) * 0.5f;
    let t33 = t32 * t32;
    let t36 = (t33 * t33) * 0.001f;
    let t38 = t36 + 0.0001f;
    let t45 = (-((t36 / t38) - own_k)) * exp_m1_of(t38 * (-1.0f));
    let t46 = own_k + t45;
    let t48 = (own_k + t46) * 0.5f;
    let t56 = fma(max(t48 - 0.1f, 0.0f), -0.25f, max(t48 - 0.3f, 0.0f));
    return array<Float, 9>(fma(own_s_ampa, 0.82695913f, 1e-30f), t16, fma(own_F, 0.9894181f, 0.010581912f), fma(own_D, 0.99737185f, 0.0026281194f), t30, t46, min(max(fma(rate, t56, own_w), 0.0f), 2.0f), own_w * own_s_ampa, own_w * own_s_nmda);
}

fn synapse_arrive(own_s_ampa: Float, own_s_nmda: Float, own_F: Float, own_D: Float, own_ca: Float, own_k: Float, own_w: Float, weight: Float, influx: Float, rate: Float, post: Float, post_trace: Float, late: Float, noise: Float, on: Float, starts: Float, ends: Float) -> array<Float, 13> {
    let t13 = own_F * own_D;
    let t15 = t13 * 1.1f;
    let t17 = t15 + 0.19f;
    let t23 = fma(own_s_ampa - (t15 / t17), exp_m1_of(t17 * (-1.0f)), own_s_ampa);
    let t24 = own_w * own_s_ampa;
    let t32 = select(fma(own_s_ampa, 0.82695913f, 1e-30f), t23, 0.5f < on);
    let t34 = t13 * 0.072f;
    let t36 = t34 + 0.0066f;
    let t41 = fma(own_s_nmda - (t34 / t36), exp_m1_of(t36 * (-1.0f)), own_s_nmda);
    let t42 = own_w * own_s_nmda;
    let t49 = select(fma(own_s_nmda, 0.99342173f, 1e-30f), t41, 0.5f < on);
    let t52 = fma(own_F, 0.9894181f, 0.010581912f);
    let t55 = fma(own_D, 0.99737185f, 0.0026281194f);
    let t67 = fma((own_s_nmda + t49) * 0.5f, influx, fma(own_ca, 0.95122945f, 0.0024385287f));
    let t68 = max(t67, 0.0f);
    let t70 = (own_ca + t68) * 0.5f;
    let t71 = t70 * t70;
    let t74 = (t71 * t71) * 0.001f;
    let t76 = t74 + 0.0001f;
    let t82 = (-((t74 / t76) - own_k)) * exp_m1_of(t76 * (-1.0f));
    let t83 = own_k + t82;
    let t85 = (own_k + t83) * 0.5f;
    let t93 = fma(max(t85 - 0.1f, 0.0f), -0.25f, max(t85 - 0.3f, 0.0f));
    return array<Float, 13>(t32, t49, select(t52, t52 + 0.917f, 0.5f < ends), select(t55, t55 * 0.416f, 0.5f < ends), t68, t83, min(max(fma(rate, t93, own_w), 0.0f), 2.0f), select(t24, 0.0f, 0.5f < on), select(0.0f, t24, 0.5f < on), select(0.0f, own_w * t23, 0.5f < on), select(t42, 0.0f, 0.5f < on), select(0.0f, t42, 0.5f < on), select(0.0f, own_w * t41, 0.5f < on));
}

fn effective_weight(own_s_ampa: Float, own_s_nmda: Float, own_F: Float, own_D: Float, own_ca: Float, own_k: Float, own_w: Float, weight: Float) -> Float {
    return own_w;
}

fn influx_of(drive: Float) -> Float {
    return (drive * 0.025f) * (-0.02458037f);
}

fn homeostatic_factor(activity: Float) -> Float {
    return max(fma(5.0f - activity, 1e-5f, 1.0f), 0.0f);
}

fn homeostatic_scale(w: Float, factor: Float) -> Float {
    return min(w * factor, 2.0f);
}

fn structural_probabilities(activity: Float) -> array<Float, 2> {
    let t8 = 1.0f / (1.0f + exp_of((activity - 5.0f) * (-0.5f)));
    return array<Float, 2>(-exp_m1_of((-1e-5f) * t8), -exp_m1_of((-1e-5f) * (1.0f - t8)));
}


// Synapses `excitatory of exc_to_inh`.

fn synapse_rest(own_s_ampa: Float, own_s_nmda: Float, own_F: Float, own_D: Float, own_ca: Float, own_k: Float, own_w: Float, weight: Float, influx: Float, rate: Float, post: Float, post_trace: Float, late: Float, noise: Float) -> array<Float, 9> {
    let t16 = fma(own_s_nmda, 0.99342173f, 1e-30f);
    let t29 = fma((own_s_nmda + t16) * 0.5f, influx, fma(own_ca, 0.95122945f, 0.0024385287f));
    let t30 = max(t29, 0.0f);
    let t32 = (own_ca + t30) * 0.5f;
    let t33 = t32 * t32;
    let t36 = (t33 * t33) * 0.001f;
    let t38 = t36 + 0.0001f;
    let t45 = (-((t36 / t38) - own_k)) * exp_m1_of(t38 * (-1.0f));
    let t46 = own_k + t45;
    let t48 = (own_k + t46) * 0.5f;
    let t56 = fma(max(t48 - 0.1f, 0.0f), -0.25f, max(t48 - 0.3f, 0.0f));
    return array<Float, 9>(fma(own_s_ampa, 0.82695913f, 1e-30f), t16, fma(own_F, 0.9894181f, 0.010581912f), fma(own_D, 0.99737185f, 0.0026281194f), t30, t46, min(max(fma(rate, t56, own_w), 0.0f), 2.0f), own_w * own_s_ampa, own_w * own_s_nmda);
}

fn synapse_arrive(own_s_ampa: Float, own_s_nmda: Float, own_F: Float, own_D: Float, own_ca: Float, own_k: Float, own_w: Float, weight: Float, influx: Float, rate: Float, post: Float, post_trace: Float, late: Float, noise: Float, on: Float, starts: Float, ends: Float) -> array<Float, 13> {
    let t13 = own_F * own_D;
    let t15 = t13 * 1.1f;
    let t17 = t15 + 0.19f;
    let t23 = fma(own_s_ampa - (t15 / t17), exp_m1_of(t17 * (-1.0f)), own_s_ampa);
    let t24 = own_w * own_s_ampa;
    let t32 = select(fma(own_s_ampa, 0.82695913f, 1e-30f), t23, 0.5f < on);
    let t34 = t13 * 0.072f;
    let t36 = t34 + 0.0066f;
    let t41 = fma(own_s_nmda - (t34 / t36), exp_m1_of(t36 * (-1.0f)), own_s_nmda);
    let t42 = own_w * own_s_nmda;
    let t49 = select(fma(own_s_nmda, 0.99342173f, 1e-30f), t41, 0.5f < on);
    let t52 = fma(own_F, 0.9894181f, 0.010581912f);
    let t55 = fma(own_D, 0.99737185f, 0.0026281194f);
    let t67 = fma((own_s_nmda + t49) * 0.5f, influx, fma(own_ca, 0.95122945f, 0.0024385287f));
    let t68 = max(t67, 0.0f);
    let t70 = (own_ca + t68) * 0.5f;
    let t71 = t70 * t70;
    let t74 = (t71 * t71) * 0.001f;
    let t76 = t74 + 0.0001f;
    let t82 = (-((t74 / t76) - own_k)) * exp_m1_of(t76 * (-1.0f));
    let t83 = own_k + t82;
    let t85 = (own_k + t83) * 0.5f;
    let t93 = fma(max(t85 - 0.1f, 0.0f), -0.25f, max(t85 - 0.3f, 0.0f));
    return array<Float, 13>(t32, t49, select(t52, t52 + 0.917f, 0.5f < ends), select(t55, t55 * 0.416f, 0.5f < ends), t68, t83, min(max(fma(rate, t93, own_w), 0.0f), 2.0f), select(t24, 0.0f, 0.5f < on), select(0.0f, t24, 0.5f < on), select(0.0f, own_w * t23, 0.5f < on), select(t42, 0.0f, 0.5f < on), select(0.0f, t42, 0.5f < on), select(0.0f, own_w * t41, 0.5f < on));
}

fn effective_weight(own_s_ampa: Float, own_s_nmda: Float, own_F: Float, own_D: Float, own_ca: Float, own_k: Float, own_w: Float, weight: Float) -> Float {
    return own_w;
}

fn influx_of(drive: Float) -> Float {
    return (drive * 0.025f) * (-0.02458037f);
}

fn homeostatic_factor(activity: Float) -> Float {
    return max(fma(5.0f - activity, 1e-5f, 1.0f), 0.0f);
}

fn homeostatic_scale(w: Float, factor: Float) -> Float {
    return min(w * factor, 2.0f);
}

fn structural_probabilities(activity: Float) -> array<Float, 2> {
    let t8 = 1.0f / (1.0f + exp_of((activity - 5.0f) * (-0.5f)));
    return array<Float, 2>(-exp_m1_of((-1e-5f) * t8), -exp_m1_of((-1e-5f) * (1.0f - t8)));
}
