// Channels and synapses of the model `plastic-pair`, in f32.
// Recorded from the equations in crates/model; do not edit. A test holds this file to them.

alias Float = f32;

// Class 0: 2 cells.

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

// Synapses `plastic of pair`.

fn synapse_rest(own_s_ampa: Float, own_s_nmda: Float, own_F: Float, own_D: Float, own_ca: Float, own_k: Float, own_w: Float, weight: Float, influx: Float, rate: Float, post: Float, post_trace: Float, late: Float, noise: Float) -> array<Float, 9> {
    let t16 = fma(own_s_nmda, 0.99342173f, 1e-30f);
    let t29 = fma((own_s_nmda + t16) * 0.5f, influx, fma(own_ca, 0.95122945f, 0.0024385287f));
    let t30 = max(t29, 0.0f);
    let t32 = (own_ca + t30) * 0.5f;
    let t33 = t32 * t32;
    let t34 = t33 * t33;
    let t36 = t34 + 0.01f;
    let t43 = (-((t34 / t36) - own_k)) * exp_m1_of(t36 * (-1.0f));
    let t44 = own_k + t43;
    let t46 = (own_k + t44) * 0.5f;
    let t54 = fma(max(t46 - 0.1f, 0.0f), -0.25f, max(t46 - 0.3f, 0.0f));
    return array<Float, 9>(fma(own_s_ampa, 0.82695913f, 1e-30f), t16, fma(own_F, 0.9894181f, 0.010581912f), fma(own_D, 0.99737185f, 0.0026281194f), t30, t44, min(max(fma(rate, t54, own_w), 0.0f), 2.0f), own_w * own_s_ampa, own_w * own_s_nmda);
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
    let t72 = t71 * t71;
    let t74 = t72 + 0.01f;
    let t80 = (-((t72 / t74) - own_k)) * exp_m1_of(t74 * (-1.0f));
    let t81 = own_k + t80;
    let t83 = (own_k + t81) * 0.5f;
    let t91 = fma(max(t83 - 0.1f, 0.0f), -0.25f, max(t83 - 0.3f, 0.0f));
    return array<Float, 13>(t32, t49, select(t52, t52 + 0.917f, 0.5f < ends), select(t55, t55 * 0.416f, 0.5f < ends), t68, t81, min(max(fma(rate, t91, own_w), 0.0f), 2.0f), select(t24, 0.0f, 0.5f < on), select(0.0f, t24, 0.5f < on), select(0.0f, own_w * t23, 0.5f < on), select(t42, 0.0f, 0.5f < on), select(0.0f, t42, 0.5f < on), select(0.0f, own_w * t41, 0.5f < on));
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
