"""Destexhe's kinetic synapses on point neurons, solved with scipy at tight tolerance.

Usage: python kinetic_synapses.py OUTPUT_FOLDER. Writes kinetic_synapses.json.

Between two switches of the transmitter everything is smooth: each such interval is integrated on its own.
"""
import math
import numpy as np
import scipy
from scipy.integrate import solve_ivp
from common import crossings_cubic, out_dir, rounded, write

TSTOP, DT_OUT, PULSE, T_MAX, MG = 100.0, 0.1, 1.0, 1.0, 1.0
RECEPTORS = {"AMPA": {"alpha": 1.1, "beta": 0.19, "E": 0.0}, "GABA_A": {"alpha": 5.0, "beta": 0.18, "E": -80.0},
             "NMDA": {"alpha": 0.072, "beta": 0.0066, "E": 0.0}}
HH = {"gnabar": 0.12, "gkbar": 0.036, "gl": 0.0003, "ena": 50.0, "ek": -77.0, "el": -54.3}
PAS = {"gl": 0.0001, "el": -65.0}
SYNAPSES = [  # a pulse lasts [arrival, arrival + 1 ms); no two of one synapse overlap, 1 ms apart they join
    {"receptor": "AMPA", "g_nS": 0.5, "arrivals": [5.0, 6.0, 20.0, 45.0, 46.0, 47.0, 80.0]},
    {"receptor": "AMPA", "g_nS": 1.5, "arrivals": [10.0, 30.0, 31.0, 60.0]},
    {"receptor": "NMDA", "g_nS": 0.3, "arrivals": [5.0, 6.0, 20.0, 45.0, 46.0, 47.0, 80.0]},
    {"receptor": "NMDA", "g_nS": 1.0, "arrivals": [30.0, 31.0, 33.0, 70.0]},
    {"receptor": "GABA_A", "g_nS": 0.5, "arrivals": [15.0, 38.0, 39.0, 65.0, 90.0]},
]
# the passive cell rests at -65 mV; the squid cell is started at -65 mV with its gates at steady state there
CASES = [{"name": "passive", "membrane": "pas", "area_um2": 1000.0, "cm_uF_cm2": 1.0, "V0": -65.0},
         {"name": "hh", "membrane": "hh", "area_um2": 500.0, "cm_uF_cm2": 1.0, "V0": -65.0}]


def explinear(r, v, mid, scale):
    x = (v - mid) / scale
    return r * (1 + x / 2 + x * x / 12) if abs(x) < 1e-5 else r * x / -math.expm1(-x)


def rates(v):
    """alpha and beta of m, h, n (squid, 6.3 degC)."""
    return ((explinear(1.0, v, -40.0, 10.0), 4.0 * math.exp((v + 65) / -18)),
            (0.07 * math.exp((v + 65) / -20), 1 / (1 + math.exp(-(v + 35) / 10))),
            (explinear(0.1, v, -55.0, 10.0), 0.125 * math.exp((v + 65) / -80)))


def block(v):
    return 1 / (1 + MG / 3.57 * math.exp(-0.062 * v))


def solve(case):
    cap = case["cm_uF_cm2"] * case["area_um2"] * 1e-5  # nF
    dens = case["area_um2"] * 1e-2  # S/cm2 to uS
    syn = [(RECEPTORS[s["receptor"]], s["g_nS"] * 1e-3, s["receptor"] == "NMDA") for s in SYNAPSES]
    ns, active = len(syn), case["membrane"] == "hh"

    def rhs(_, y, on):
        v, s = y[0], y[1:1 + ns]
        i = 0.0
        for (r, g, nmda), sk in zip(syn, s):
            i += g * sk * (block(v) if nmda else 1.0) * (v - r["E"])
        out = [0.0] * len(y)
        for k, (r, _, _) in enumerate(syn):
            out[1 + k] = r["alpha"] * (T_MAX if on[k] else 0.0) * (1 - s[k]) - r["beta"] * s[k]
        if active:
            m, h, n = y[1 + ns:]
            i += dens * (HH["gnabar"] * m ** 3 * h * (v - HH["ena"]) + HH["gkbar"] * n ** 4 * (v - HH["ek"]) + HH["gl"] * (v - HH["el"]))
            for k, ((a, b), x) in enumerate(zip(rates(v), (m, h, n))):
                out[1 + ns + k] = a * (1 - x) - b * x
        else:
            i += dens * PAS["gl"] * (v - PAS["el"])
        out[0] = -i / cap
        return out

    edges = sorted({0.0, TSTOP} | {t for s in SYNAPSES for a in s["arrivals"] for t in (a, a + PULSE) if t < TSTOP})
    y = [case["V0"]] + [0.0] * ns
    if active:
        y += [a / (a + b) for a, b in rates(case["V0"])]
    grid = {0: np.array(y)}
    fine_t, fine_v = [0.0], [y[0]]
    for lo, hi in zip(edges, edges[1:]):
        on = [any(a <= lo < a + PULSE for a in s["arrivals"]) for s in SYNAPSES]
        k0, k1 = int(round(lo / 0.01)), int(round(hi / 0.01))
        ts = np.arange(k0, k1 + 1) * 0.01
        ts[0], ts[-1] = lo, hi
        sol = solve_ivp(rhs, (lo, hi), y, method=case.get("method", "DOP853"), t_eval=ts, rtol=case.get("rtol", 1e-11), atol=1e-12, args=(on,), max_step=0.1)
        assert sol.success
        for j, k in enumerate(range(k0, k1 + 1)):
            if k % 10 == 0:
                grid[k // 10] = sol.y[:, j]
            if j:
                fine_t.append(k * 0.01)
                fine_v.append(sol.y[0, j])
        y = sol.y[:, -1]
    a = np.array([grid[k] for k in range(int(round(TSTOP / DT_OUT)) + 1)])
    return a, crossings_cubic(fine_t, fine_v)


def main():
    folder = out_dir()
    docs = {}
    for case in CASES:
        a, spikes = solve(case)
        b, spikes_b = solve(dict(case, method="Radau", rtol=1e-9))
        # the gates s alone have a closed form: check one
        r, s = RECEPTORS["AMPA"], 0.0
        lam, inf = r["alpha"] + r["beta"], r["alpha"] / (r["alpha"] + r["beta"])
        for k in range(100):  # whole milliseconds
            assert abs(a[10 * k, 1] - s) < 1e-10, (k, a[10 * k, 1], s)
            s = inf + (s - inf) * math.exp(-lam) if float(k) in SYNAPSES[0]["arrivals"] else s * math.exp(-r["beta"])
        print(case["name"], "V range", a[:, 0].min(), a[:, 0].max(), "spikes", rounded(spikes, 6), "DOP853 - Radau",
              abs(a - b).max(axis=0)[0], max([abs(x - z) for x, z in zip(spikes, spikes_b)], default=0))
        docs[case["name"]] = {"V": rounded(a[:, 0], 8), "spikes_ms": rounded(spikes, 8),
                              "V_difference_to_Radau_1e-9_mV": float("%.2g" % abs(a - b)[:, 0].max())}
        if case["name"] == "passive":
            gates = {"synapse%d_%s" % (k, SYNAPSES[k]["receptor"]): rounded(a[:, 1 + k], 11) for k in range(len(SYNAPSES))}
    write(folder, "kinetic_synapses.json", {
        "tool": "scipy solve_ivp (DOP853)", "version": scipy.__version__, "script": "scripts/kinetic_synapses.py",
        "description": "Kinetic synapses ds/dt = alpha T (1 - s) - beta s (T = 1 mM for 1 ms after each arrival) on two point neurons; "
        "I = g s (V - E), for NMDA g s B(V) (V - E), B(V) = 1/(1 + [Mg]/3.57 exp(-0.062 V)). The same synapses on both; s does not depend on V.",
        "units": {"t": "ms", "V": "mV", "g_nS": "nS", "alpha": "1/mM/ms", "beta": "1/ms", "E": "mV", "area": "um2", "density": "S/cm2"},
        "parameters": {
            "tstop": TSTOP, "pulse_ms": PULSE, "T_max_mM": T_MAX, "Mg_mM": MG, "receptors": RECEPTORS, "synapses": SYNAPSES,
            "cells": CASES, "hh": HH, "hh_rates": "squid, 6.3 degC (MODEL.md, hh)", "pas": PAS, "s0": 0.0, "gates_start": "steady state at V0",
            "tolerance": "rtol 1e-11, atol 1e-12, each interval between switches of T on its own, steps at most 0.1 ms"},
        "conventions": {"arrival": "T is on over [arrival, arrival + 1 ms); arrivals 1 ms apart give one longer pulse",
                        "spikes_ms": "upward crossings of 0 mV by the cubic through four samples 0.01 ms apart"},
        "t": {"t_first": 0.0, "dt": DT_OUT, "count": int(round(TSTOP / DT_OUT)) + 1},
        "s": gates, **docs})


main()
