COMMENT
One side of an electrical synapse: i = g (v - vgap), vgap the partner's potential, read through
a pointer when the matrix is set up (so: at the start of the step). g enters the own diagonal.
ENDCOMMENT
NEURON {
    POINT_PROCESS GapJ
    NONSPECIFIC_CURRENT i
    RANGE g, i
    POINTER vgap
}
UNITS {
    (nA) = (nanoamp)
    (mV) = (millivolt)
    (uS) = (microsiemens)
}
PARAMETER { g = 0 (uS) }
ASSIGNED {
    v (mV)
    vgap (mV)
    i (nA)
}
BREAKPOINT { i = g * (v - vgap) }
