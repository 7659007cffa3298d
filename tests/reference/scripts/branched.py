"""A branched active cell with synapses in NEURON: backward Euler step by step, and converged.

Usage: python branched.py OUTPUT_FOLDER. Writes branched_be.json.
"""
import numpy as np
import neuron
from neuron import h
from common import crossings, crossings_cubic, out_dir, rounded, write

h.load_file("stdrun.hoc")
h.usetable_hh = 0
DT, TSTOP, CELSIUS, V_INIT = 0.025, 50.0, 6.3, -65.0

# name, L, diam, nseg, parent (name, x of the parent) or None, mechanism
SECTIONS = [
    ("soma", 20.0, 20.0, 1, None, {"hh": {}}),
    ("trunk", 200.0, 2.0, 5, ("soma", 1.0), {"hh": {}}),
    ("branch_a", 150.0, 1.0, 3, ("trunk", 1.0), {"hh": {"gnabar": 0.03, "gkbar": 0.009, "gl": 0.0003, "el": -54.3}}),
    ("branch_b", 150.0, 1.0, 3, ("trunk", 1.0), {"pas": {"g": 0.0003, "e": -65.0}}),
    ("dend_mid", 120.0, 1.5, 3, ("soma", 0.5), {"pas": {"g": 0.0003, "e": -65.0}}),
    ("dend_zero", 100.0, 1.2, 2, ("soma", 0.0), {"pas": {"g": 0.0003, "e": -65.0}}),
]
HH_DEFAULT = {"gnabar": 0.12, "gkbar": 0.036, "gl": 0.0003, "el": -54.3}
SYNAPSES = [
    {"type": "Exp2Syn", "section": "branch_a", "x": 5 / 6, "tau1": 0.5, "tau2": 5.0, "e": 0.0, "weight": 0.002,
     "events": [8.0, 15.0, 15.5, 30.0, 42.0]},
    {"type": "Exp2Syn", "section": "branch_b", "x": 5 / 6, "tau1": 0.5, "tau2": 5.0, "e": 0.0, "weight": 0.002,
     "events": [10.0, 22.0, 40.0]},
    {"type": "ExpSyn", "section": "dend_mid", "x": 0.5, "tau": 3.0, "e": -70.0, "weight": 0.003,
     "events": [12.0, 20.0, 20.025]},
]
CLAMP = {"section": "soma", "x": 0.5, "delay": 5.0, "dur": 30.0, "amp": 0.5}
SITES = [("soma", 0.5), ("trunk", 0.5), ("trunk", 0.9), ("branch_a", 0.5), ("branch_a", 5 / 6), ("branch_b", 0.5),
         ("branch_b", 5 / 6), ("dend_mid", 0.5), ("dend_mid", 5 / 6), ("dend_zero", 0.25), ("dend_zero", 0.75)]


def build():
    """The cell, its clamp and its synapses; the references that keep them alive."""
    h.celsius = CELSIUS
    secs = {}
    for name, length, diam, nseg, parent, mechs in SECTIONS:
        s = h.Section(name=name)
        s.L, s.diam, s.nseg, s.Ra, s.cm = length, diam, nseg, 100.0, 1.0
        for mech, values in mechs.items():
            s.insert(mech)
            for seg in s:
                for key, value in values.items():
                    setattr(getattr(seg, mech), key, value)
        if "hh" in mechs:
            s.ena, s.ek = 50.0, -77.0
        if parent:
            s.connect(secs[parent[0]](parent[1]), 0)
        secs[name] = s
    clamp = h.IClamp(secs[CLAMP["section"]](CLAMP["x"]))
    clamp.delay, clamp.dur, clamp.amp = CLAMP["delay"], CLAMP["dur"], CLAMP["amp"]
    syns = []
    for d in SYNAPSES:
        syn = getattr(h, d["type"])(secs[d["section"]](d["x"]))
        for key in ("tau1", "tau2", "tau", "e"):
            if key in d:
                setattr(syn, key, d[key])
        nc = h.NetCon(None, syn)
        nc.weight[0] = d["weight"]
        syns.append((syn, nc))
    return secs, clamp, syns


def queue(syns):
    for d, (_, nc) in zip(SYNAPSES, syns):
        for t in d["events"]:
            nc.event(t)


def fixed(secs, syns, dt, secondorder, every=1, gates=None):
    """V at the sites after every n-th step, a row for each time."""
    h.secondorder = secondorder
    h.dt = dt
    h.finitialize(V_INIT)
    queue(syns)
    segs = [secs[n](x) for n, x in SITES]
    rows = [[s.v for s in segs]]
    for k in range(1, int(round(TSTOP / dt)) + 1):
        h.fadvance()
        if k % every == 0:
            rows.append([s.v for s in segs])
        if gates is not None and k % 20 == 0:
            a = secs["soma"](0.5).hh
            gates.append([k, a.m, a.h, a.n])
    h.secondorder = 0
    return np.array(rows)


def adaptive(secs, syns, atol, dt_out):
    """CVODE, interpolated on the grid dt_out."""
    cv = h.CVode()
    cv.active(1)
    cv.rtol(0)
    cv.atol(atol)
    h.finitialize(V_INIT)
    queue(syns)
    cv.re_init()
    segs = [secs[n](x) for n, x in SITES]
    rows = [[s.v for s in segs]]
    for k in range(1, int(round(TSTOP / dt_out)) + 1):
        cv.solve(k * dt_out)
        rows.append([s.v for s in segs])
    cv.active(0)
    return np.array(rows)


def main():
    folder = out_dir()
    secs, clamp, syns = build()
    names = ["%s(%.6g)" % s for s in SITES]
    discretisation = []
    for name, *_ in SECTIONS:
        s = secs[name]
        discretisation.append({
            "section": name, "x": rounded([seg.x for seg in s], 6), "area_um2": rounded([h.area(seg.x, sec=s) for seg in s]),
            "ri_megohm": rounded([h.ri(seg.x, sec=s) for seg in s], 12), "ri_end1_megohm": round(h.ri(1, sec=s), 12)})
    gates = []
    be = fixed(secs, syns, DT, 0, gates=gates)
    tb = [k * DT for k in range(len(be))]
    ref = adaptive(secs, syns, 1e-10, 0.005)
    loose = adaptive(secs, syns, 1e-8, 0.005)
    tr = [k * 0.005 for k in range(len(ref))]
    # an independent check: Richardson extrapolation of backward Euler
    e1, e2, e3 = (fixed(secs, syns, d, 0, every=int(round(0.1 / d))) for d in (0.002, 0.001, 0.0005))
    rich = (e1 - 6 * e2 + 8 * e3) / 3
    print("CVODE 1e-10 against 1e-8: %.2g mV; against Richardson (2nd order) of BE: %.2g mV"
          % (abs(ref - loose).max(), abs(ref[::20] - rich).max()))
    own = {}
    for dt in (0.025, 0.0125, 0.005):
        for so in (0, 2):
            v = fixed(secs, syns, dt, so)
            own["dt %g secondorder %d" % (dt, so)] = {
                "max_error_mV": round(float(abs(v[::int(round(0.1 / dt))] - ref[::20]).max()), 6),
                "soma_spikes_ms": rounded(crossings([k * dt for k in range(len(v))], v[:, 0]))}
            print(dt, so, own["dt %g secondorder %d" % (dt, so)])
    write(folder, "branched_be.json", {
        "tool": "NEURON", "version": neuron.__version__, "script": "scripts/branched.py",
        "description": "Branched active cell, current clamp and three synapses. backward_euler: every step of NEURON's default method "
        "(secondorder = 0, gates by cnexp). converged: CVODE, atol 1e-10. Sections are cylinders (area pi diam L / nseg a segment).",
        "units": {"t": "ms", "V": "mV", "length": "um", "area": "um2", "Ra": "ohm cm", "cm": "uF/cm2", "density": "S/cm2",
                  "weight": "uS", "amp": "nA", "ri": "Mohm"},
        "parameters": {
            "celsius": CELSIUS, "v_init": V_INIT, "gates_start": "steady state at v_init", "dt": DT, "tstop": TSTOP, "Ra": 100.0, "cm": 1.0,
            "usetable_hh": 0, "ena": 50.0, "ek": -77.0, "hh_default": HH_DEFAULT,
            "sections": [dict(name=n, L=length, diam=d, nseg=k, parent=p[0] if p else None, parent_x=p[1] if p else None,
                              mechanisms={m: dict(HH_DEFAULT, **v) if m == "hh" else v for m, v in ms.items()})
                         for n, length, d, k, p, ms in SECTIONS],
            "clamp": CLAMP, "synapses": SYNAPSES},
        "conventions": {
            "clamp": "on in a step when delay <= t + dt/2 < delay + dur (t the start of the step)",
            "synapse": "an event at time T (a multiple of dt) is in the conductance used by the step that starts at T; within a step the "
            "conductance is the one at its start, then decays by exp(-dt/tau)",
            "ri_megohm": "between the segment's centre and its parent's node: centre of the previous segment, or for the first segment the "
            "parent section's centre (x = 0.5 of a 1-segment parent) or end (x = 0 or 1; then half the segment's own resistance, the parent's half is "
            "that section's ri_end1). The trunk's branch point (x = 1) and soma(0), soma(1) are nodes without membrane. soma(0) as a root "
            "end carries the soma's ri_megohm to soma(0.5)."},
        "discretisation": discretisation,
        "backward_euler": {"step": "row k of each site is at k dt", "t_first": 0.0, "dt": DT, "V": {n: rounded(be[:, i]) for i, n in enumerate(names)},
                           "soma_spikes_ms": rounded(crossings(tb, be[:, 0])), "soma_gates_step_m_h_n": [[g[0]] + rounded(g[1:], 12) for g in gates]},
        "converged": {"method": "CVODE rtol 0 atol 1e-10", "difference_to_atol_1e-8_mV": float("%.2g" % abs(ref - loose).max()),
                      "difference_to_extrapolated_backward_euler_mV": float("%.2g" % abs(ref[::20] - rich).max()),
                      "t_first": 0.0, "dt": 0.1, "V": {n: rounded(ref[::20, i], 7) for i, n in enumerate(names)},
                      "spikes_ms": {n: rounded(crossings_cubic(tr, ref[:, i]), 7) for i, n in enumerate(names)}},
        "neurons_own_errors": own})


main()
