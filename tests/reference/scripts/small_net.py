"""Five cells with delayed synapses in NEURON, stepped by hand so that spikes follow huxley's delivery rule.

Usage: python small_net.py OUTPUT_FOLDER. Writes small_net_be.json.
"""
import math
import numpy as np
import neuron
from neuron import h
from common import out_dir, rounded, write

h.load_file("stdrun.hoc")
h.usetable_hh = 0
DT, TSTOP, CELSIUS, V_INIT = 0.025, 50.0, 6.3, -65.0
N = 5
HH = {"gnabar": 0.12, "gkbar": 0.036, "gl": 0.0003, "el": -54.3, "ena": 50.0, "ek": -77.0}
SOMA = {"L": 20.0, "diam": 20.0, "nseg": 1}
DEND = {"L": 150.0, "diam": 2.0, "nseg": 3, "parent": "soma", "parent_x": 1.0}
CLAMPS = [{"cell": 0, "delay": 1.0, "dur": 40.0, "amp": 0.35}, {"cell": 3, "delay": 6.0, "dur": 1.5, "amp": 1.0},
          {"cell": 3, "delay": 27.0, "dur": 1.0, "amp": 1.4}]
EXP2 = {"type": "Exp2Syn", "tau1": 0.5, "tau2": 4.0, "e": 0.0}
EXC = {"type": "ExpSyn", "tau": 2.0, "e": 0.0}
INH = {"type": "ExpSyn", "tau": 6.0, "e": -80.0}
# source, target, place of the synapse, kinetics, weight (uS), delay (ms); one point process a connection
CONNECTIONS = [
    (0, 1, ("dend", 5 / 6), EXP2, 0.030, 1.0), (0, 2, ("dend", 0.5), EXP2, 0.012, 1.5), (0, 4, ("soma", 0.5), INH, 0.004, 0.025),
    (1, 2, ("dend", 1 / 6), EXP2, 0.020, 2.025), (1, 3, ("dend", 5 / 6), EXC, 0.015, 1.0), (2, 4, ("dend", 0.5), EXP2, 0.035, 1.5),
    (2, 0, ("soma", 0.5), INH, 0.003, 2.025), (3, 1, ("dend", 0.5), INH, 0.006, 0.5), (3, 4, ("dend", 1 / 6), EXC, 0.030, 0.05),
    (4, 3, ("dend", 0.5), EXP2, 0.025, 1.0), (4, 0, ("dend", 5 / 6), EXP2, 0.010, 3.0),
]


def build():
    h.celsius = CELSIUS
    cells = []
    for i in range(N):
        cell = {}
        for name, shape in (("soma", SOMA), ("dend", DEND)):
            s = h.Section(name="%s%d" % (name, i))
            s.L, s.diam, s.nseg, s.Ra, s.cm = shape["L"], shape["diam"], shape["nseg"], 100.0, 1.0
            s.insert("hh")
            for seg in s:
                seg.hh.gnabar, seg.hh.gkbar, seg.hh.gl, seg.hh.el = HH["gnabar"], HH["gkbar"], HH["gl"], HH["el"]
            s.ena, s.ek = HH["ena"], HH["ek"]
            cell[name] = s
        cell["dend"].connect(cell["soma"](1.0), 0)
        cells.append(cell)
    clamps = []
    for c in CLAMPS:
        ic = h.IClamp(cells[c["cell"]]["soma"](0.5))
        ic.delay, ic.dur, ic.amp = c["delay"], c["dur"], c["amp"]
        clamps.append(ic)
    cons = []
    for src, dst, (sec, x), kind, weight, delay in CONNECTIONS:
        syn = getattr(h, kind["type"])(cells[dst][sec](x))
        for key in ("tau1", "tau2", "tau", "e"):
            if key in kind:
                setattr(syn, key, kind[key])
        nc = h.NetCon(None, syn)
        nc.weight[0] = weight
        cons.append((src, int(round(delay / DT)), nc, syn, cells[dst][sec](x)))
    return cells, clamps, cons


def main():
    folder = out_dir()
    cells, clamps, cons = build()
    h.secondorder, h.dt = 0, DT
    h.finitialize(V_INIT)
    steps = int(round(TSTOP / DT))
    segs = [c["soma"](0.5) for c in cells] + [c["dend"](5 / 6) for c in cells]
    v = np.zeros((steps + 1, len(segs)))
    v[0] = [s.v for s in segs]
    g = np.zeros((steps + 1, len(cons)))
    spikes, arrivals = [], []
    for k in range(steps):
        assert abs(h.t - k * DT) < 1e-9
        v_start = [seg.v for *_, seg in cons]
        h.fadvance()
        v[k + 1] = [s.v for s in segs]
        # the conductance this step used: its current was taken at the potential of its start
        g[k] = [syn.i / (vs - syn.e) for vs, (*_, syn, _) in zip(v_start, cons)]
        for i in range(N):
            a, b = v[k, i], v[k + 1, i]
            if a < 0.0 <= b:
                t = (k + (0.0 - a) / (b - a)) * DT
                stamp = math.floor(t / DT + 0.5)
                spikes.append([i, round(t, 9), stamp])
                for j, (src, d, nc, _, _) in enumerate(cons):
                    if src == i:
                        # Due at the start of tick stamp + d. NEURON takes what is due by t + dt/2 at the start of a step and what
                        # is due by t at its end, so round-off of its running t cannot move the jump to another step.
                        nc.event(max((stamp + d) * DT, h.t))
                        arrivals.append([j, stamp + d])
    # Each arrival is, undecayed, in the conductance of the step that starts at its tick, and in none before.
    for j, (_, _, nc, syn, _) in enumerate(cons):
        due = [tick for c, tick in arrivals if c == j]
        w, tau2 = nc.weight[0], syn.tau2 if hasattr(syn, "tau2") else syn.tau
        tau1 = syn.tau1 if hasattr(syn, "tau1") else None
        f = 1.0
        if tau1:
            tp = tau1 * tau2 / (tau2 - tau1) * math.log(tau2 / tau1)
            f = 1 / (math.exp(-tp / tau2) - math.exp(-tp / tau1))
        a = b = 0.0
        for k in range(steps):
            b += due.count(k) * w * f
            if tau1:
                a += due.count(k) * w * f
            assert abs(b - a - g[k, j]) < 1e-12, (j, k, b - a, g[k, j])
            b *= math.exp(-DT / tau2)
            if tau1:
                a *= math.exp(-DT / tau1)
    print("arrivals checked against the conductances:", len(arrivals))
    for i in range(N):
        print(i, [s[1] for s in spikes if s[0] == i])
    write(folder, "small_net_be.json", {
        "tool": "NEURON", "version": neuron.__version__, "script": "scripts/small_net.py",
        "description": "Five cells (soma and one dendrite, hh everywhere), eleven connections with delays, backward Euler (secondorder = 0, gates by "
        "cnexp) at tick = dt = 0.025 ms. NEURON is advanced step by step; spikes are found and delivered by huxley's rule.",
        "units": {"t": "ms", "V": "mV", "length": "um", "Ra": "ohm cm", "cm": "uF/cm2", "density": "S/cm2", "weight": "uS", "amp": "nA",
                  "delay": "ms"},
        "parameters": {
            "celsius": CELSIUS, "v_init": V_INIT, "gates_start": "steady state at v_init", "dt": DT, "tick": DT, "tstop": TSTOP, "Ra": 100.0, "cm": 1.0,
            "usetable_hh": 0, "cells": N, "hh": HH, "soma": SOMA, "dend": DEND, "clamps_at_soma": CLAMPS,
            "connections": [dict(source=s, target=d, section=p[0], x=p[1], weight=w, delay=dl, delay_ticks=int(round(dl / DT)), **k)
                            for s, d, p, k, w, dl in CONNECTIONS]},
        "conventions": {
            "spike": "V(soma) < 0 <= V(soma) one step later; time linearly interpolated; stamp = floor(t/tick + 1/2)",
            "delivery": "arrives at the start of tick stamp + delay_ticks: the jump is in the conductance of the step that starts at (stamp + delay_ticks) tick, "
            "undecayed (checked for every arrival by recomputing each synapse's g)",
            "clamp": "on in a step when delay <= t + dt/2 < delay + dur (t the start of the step)"},
        "spikes_cell_time_stamp": spikes,
        "arrivals_connection_tick": arrivals,
        "V_soma": {"dt": DT, "t_first": 0.0, **{"cell%d" % i: rounded(v[:, i]) for i in range(N)}},
        "V_dend_0.833333": {"dt": 0.1, "t_first": 0.0, **{"cell%d" % i: rounded(v[::4, N + i]) for i in range(N)}}})


main()
