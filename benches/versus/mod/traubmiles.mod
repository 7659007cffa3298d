COMMENT
Sodium and potassium of Traub & Miles 1991 as in Brette et al. 2007 (COBAHH), with V_T = -63 mV, and the leak.
Rates per ms, V in mV. vtrap(x, y) is x / (exp(x / y) - 1), which is y at 0.
ENDCOMMENT
NEURON {
    SUFFIX traubmiles
    USEION na READ ena WRITE ina
    USEION k READ ek WRITE ik
    NONSPECIFIC_CURRENT il
    RANGE gnabar, gkbar, gl, el
    THREADSAFE
}
UNITS {
    (mA) = (milliamp)
    (mV) = (millivolt)
    (S) = (siemens)
}
PARAMETER {
    gnabar = 0.1 (S/cm2)
    gkbar = 0.03 (S/cm2)
    gl = 5e-5 (S/cm2)
    el = -60 (mV)
}
STATE { m h n }
ASSIGNED {
    v (mV)
    ena (mV)
    ek (mV)
    ina (mA/cm2)
    ik (mA/cm2)
    il (mA/cm2)
    am bm ah bh an bn
}
INITIAL {
    rates(v)
    m = am / (am + bm)
    h = ah / (ah + bh)
    n = an / (an + bn)
}
BREAKPOINT {
    SOLVE states METHOD cnexp
    ina = gnabar * m * m * m * h * (v - ena)
    ik = gkbar * n * n * n * n * (v - ek)
    il = gl * (v - el)
}
DERIVATIVE states {
    rates(v)
    m' = am * (1 - m) - bm * m
    h' = ah * (1 - h) - bh * h
    n' = an * (1 - n) - bn * n
}
FUNCTION vtrap(x, y) {
    if (fabs(x / y) < 1e-6) {
        vtrap = y * (1 - x / y / 2)
    } else {
        vtrap = x / (exp(x / y) - 1)
    }
}
PROCEDURE rates(v (mV)) {
    LOCAL u
    u = v + 63
    am = 0.32 * vtrap(13 - u, 4)
    bm = 0.28 * vtrap(u - 40, 5)
    ah = 0.128 * exp((17 - u) / 18)
    bh = 4 / (1 + exp((40 - u) / 5))
    an = 0.032 * vtrap(15 - u, 5)
    bn = 0.5 * exp((10 - u) / 40)
}
