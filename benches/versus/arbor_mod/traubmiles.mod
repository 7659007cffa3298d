: As mod/traubmiles.mod, in what Arbor's modcc takes: exprelr(x) = x / (exp(x) - 1), rates as LOCAL variables.
NEURON {
    SUFFIX traubmiles
    USEION na READ ena WRITE ina
    USEION k READ ek WRITE ik
    NONSPECIFIC_CURRENT il
    RANGE gnabar, gkbar, gl, el
}
UNITS {
    (mV) = (millivolt)
    (S) = (siemens)
}
PARAMETER {
    gnabar = 0.1 (S/cm2)
    gkbar = 0.03 (S/cm2)
    gl = 5e-5 (S/cm2)
    el = -60 (mV)
    v (mV)
}
STATE { m h n }
INITIAL {
    LOCAL u, am, bm, ah, bh, an, bn
    u = v + 63
    am = 1.28 * exprelr((13 - u) / 4)
    bm = 1.4 * exprelr((u - 40) / 5)
    ah = 0.128 * exp((17 - u) / 18)
    bh = 4 / (1 + exp((40 - u) / 5))
    an = 0.16 * exprelr((15 - u) / 5)
    bn = 0.5 * exp((10 - u) / 40)
    m = am / (am + bm)
    h = ah / (ah + bh)
    n = an / (an + bn)
}
BREAKPOINT {
    SOLVE states METHOD cnexp
    LOCAL gna, n2
    gna = gnabar * m * m * m * h
    n2 = n * n
    ina = gna * (v - ena)
    ik = gkbar * n2 * n2 * (v - ek)
    il = gl * (v - el)
}
DERIVATIVE states {
    LOCAL u, am, bm, ah, bh, an, bn
    u = v + 63
    am = 1.28 * exprelr((13 - u) / 4)
    bm = 1.4 * exprelr((u - 40) / 5)
    ah = 0.128 * exp((17 - u) / 18)
    bh = 4 / (1 + exp((40 - u) / 5))
    an = 0.16 * exprelr((15 - u) / 5)
    bn = 0.5 * exp((10 - u) / 40)
    m' = am * (1 - m) - bm * m
    h' = ah * (1 - h) - bh * h
    n' = an * (1 - n) - bn * n
}
