"""Rallpack 3 in NEURON without its rate table: upward crossings at the cable's start.

Usage: python rallpack3.py OUTPUT_FOLDER. Writes rallpack3.json. About two minutes.
"""
import time
import numpy as np
import neuron
from neuron import h
from common import crossings, crossings_cubic, out_dir, rounded, write

h.load_file("stdrun.hoc")
h.usetable_hh = 0
TSTOP, V_INIT, CELSIUS, N = 250.0, -65.0, 6.3, 1000


def main():
    folder = out_dir()
    h.celsius = CELSIUS
    s = h.Section(name="axon")
    s.L, s.diam, s.nseg, s.Ra, s.cm = 1000.0, 1.0, N, 100.0, 1.0
    s.insert("hh")
    for seg in s:
        seg.hh.gnabar, seg.hh.gkbar, seg.hh.gl, seg.hh.el = 0.12, 0.036, 1 / 40000, -65.0
    s.ena, s.ek = 50.0, -77.0
    first, last = s(0.5 / N), s(1 - 0.5 / N)
    ic = h.IClamp(first)
    ic.delay, ic.dur, ic.amp = 0.0, 1e9, 0.1
    runs = []

    def row(label, t0, t1, wall):
        r = dict(label, spikes_x0_ms=rounded(t0, 7), spikes_x1_ms=rounded(t1, 7), last_x0_ms=round(t0[-1], 7))
        print({k: r[k] for k in r if not k.startswith("spikes")}, len(t0), len(t1), "wall %.0f s" % wall, flush=True)
        return r

    for so in (0, 2):
        for dt in (0.05, 0.025, 0.01, 0.005):
            h.secondorder, h.dt = so, dt
            v0, v1 = h.Vector().record(first._ref_v), h.Vector().record(last._ref_v)
            h.finitialize(V_INIT)
            start = time.time()
            n = int(round(TSTOP / dt))
            for _ in range(n):
                h.fadvance()
            t = [k * dt for k in range(n + 1)]
            runs.append(row({"secondorder": so, "dt": dt}, crossings(t, list(v0)), crossings(t, list(v1)), time.time() - start))
    h.secondorder = 0
    conv = []
    cv = h.CVode()
    for atol in (1e-5, 1e-7):
        cv.active(1)
        cv.rtol(0)
        cv.atol(atol)
        h.finitialize(V_INIT)
        start = time.time()
        t, a, b = [0.0], [first.v], [last.v]
        for k in range(1, int(round(TSTOP / 0.01)) + 1):
            cv.solve(k * 0.01)
            t.append(k * 0.01)
            a.append(first.v)
            b.append(last.v)
        cv.active(0)
        conv.append(row({"method": "CVODE rtol 0", "atol": atol}, crossings_cubic(t, a), crossings_cubic(t, b), time.time() - start))
    write(folder, "rallpack3.json", {
        "tool": "NEURON", "version": neuron.__version__, "script": "scripts/rallpack3.py",
        "description": "Rallpack 3 (Bhalla, Bilitch, Bower 1992): uniform squid axon of 1,000 compartments, upward crossings of 0 mV at the first and the last "
        "compartment. Linear interpolation within the step (CVODE: cubic through samples 0.01 ms apart).",
        "units": {"t": "ms", "V": "mV", "length": "um", "density": "S/cm2", "Ra": "ohm cm", "amp": "nA"},
        "parameters": {"L": 1000.0, "diam": 1.0, "nseg": N, "Ra": 100.0, "cm_uF_cm2": 1.0, "gnabar": 0.12, "gkbar": 0.036, "gl": 1 / 40000, "el": -65.0,
                       "ena": 50.0, "ek": -77.0, "celsius": CELSIUS, "v_init": V_INIT, "gates_start": "steady state at v_init", "usetable_hh": 0,
                       "amp": 0.1, "clamp": "from t = 0 on, into the first compartment (x = 0.0005); the same as at x = 0, whose node has no membrane",
                       "area": "lateral only, pi diam L / nseg = %.6f um2 a compartment, sealed ends" % (np.pi * 1000 / N), "tstop": TSTOP},
        "converged": conv, "runs": runs})


main()
