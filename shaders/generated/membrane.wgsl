// The membrane and the tree, in f32.
// Recorded from the equations in crates/model; do not edit. A test holds this file to them.

alias Float = f32;

fn begin_equation(diagonal: Float, leak: Float, current: Float, v: Float) -> array<Float, 2> {
    return array<Float, 2>(diagonal + leak, fma(-leak, v, current));
}

fn add_conductance(d: Float, i: Float, g: Float, e: Float, v: Float) -> array<Float, 2> {
    return array<Float, 2>(d + g, fma(g, e - v, i));
}

fn root_change(d: Float, i: Float) -> Float {
    return i / d;
}

fn eliminate(axial: Float, d: Float, i: Float, d_parent: Float, i_parent: Float, v: Float, v_parent: Float, scale: Float, parent_scale: Float) -> array<Float, 4> {
    let t10 = axial * (v_parent - v);
    let t11 = fma(t10, scale, i);
    let t13 = 1.0f / d;
    let t14 = axial * t13;
    return array<Float, 4>(t14, t11 * t13, fma(-t14, axial, d_parent), fma(t14, t11, fma(-t10, parent_scale, i_parent)));
}

fn substitute(factor: Float, offset: Float, parent_change: Float) -> Float {
    return fma(factor, parent_change, offset);
}

fn add_change(v: Float, change: Float, factor: Float) -> Float {
    return fma(change, factor, v);
}

fn add_explicit_change(v: Float, current: Float, step: Float) -> Float {
    return (current * step) + v;
}

fn add_axial_current(axial: Float, v: Float, v_parent: Float, current: Float, parent_current: Float) -> array<Float, 2> {
    let t6 = axial * (v_parent - v);
    return array<Float, 2>(current + t6, parent_current - t6);
}

fn add_gap_current(sum: Float, g: Float, v_partner: Float) -> Float {
    return sum + (g * v_partner);
}

fn pooled_conductance(p0: Float, p1: Float, p2: Float, c0: Float, c1: Float, c2: Float) -> Float {
    return fma(p2, c2, fma(p1, c1, p0 * c0));
}

fn crossing(before: Float, after: Float, threshold: Float) -> Float {
    return (threshold - before) / (after - before);
}

fn unblocked(v: Float, share: Float, slope: Float) -> Float {
    return 1.0f / fma(exp_of(v * slope), share, 1.0f);
}

fn faded(pool: Float, keep: Float) -> Float {
    return pool * keep;
}

fn add_drive(sum: Float, unblocked: Float, v: Float, reversal: Float) -> Float {
    return fma(unblocked, v - reversal, sum);
}
