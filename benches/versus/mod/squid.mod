COMMENT
Hodgkin & Huxley 1952 at 6.3 degC, as NEURON's `hh` but without its TABLE: with the table's branch in it the loop over compartments
is not vectorised. Rates per ms, V in mV. vtrap(x, y) is x / (exp(x / y) - 1), which is y at 0.
ENDCOMMENT
NEURON {
    SUFFIX squid
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
    gnabar = 0.12 (S/cm2)
    gkbar = 0.036 (S/cm2)
    gl = 0.0003 (S/cm2)
    el = -54.3 (mV)
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
    am = 0.1 * vtrap(-(v + 40), 10)
    bm = 4 * exp(-(v + 65) / 18)
    ah = 0.07 * exp(-(v + 65) / 20)
    bh = 1 / (exp(-(v + 35) / 10) + 1)
    an = 0.01 * vtrap(-(v + 55), 10)
    bn = 0.125 * exp(-(v + 65) / 80)
}
