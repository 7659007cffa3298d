"""Three cells coupled by gap junctions in NEURON (backward Euler, partner's potential from the start of the step).

Usage: python gap.py OUTPUT_FOLDER. Writes gap_be.json. Needs a C compiler (nrnivmodl).
"""
import numpy as np
import neuron
from neuron import h
from common import crossings, load_mods, out_dir, rounded, write

h.load_file("stdrun.hoc")
load_mods(h)
h.usetable_hh = 0
DT, TSTOP, CELSIUS, V_INIT = 0.025, 50.0, 6.3, -65.0
HH = {"gnabar": 0.12, "gkbar": 0.036, "gl": 0.0003, "el": -54.3, "ena": 50.0, "ek": -77.0}
PAS = {"g": 0.0003, "e": -65.0}
# cell, section, L, diam, nseg, parent, mechanism
SECTIONS = [("a", "soma", 20.0, 20.0, 1, None, "hh"), ("a", "dend", 100.0, 2.0, 3, ("soma", 1.0), "hh"),
            ("b", "soma", 18.0, 18.0, 1, None, "hh"),
            ("c", "soma", 20.0, 20.0, 1, None, "hh"), ("c", "dend", 120.0, 2.0, 3, ("soma", 1.0), "pas")]
CLAMPS = [{"cell": "a", "section": "soma", "x": 0.5, "delay": 3.0, "dur": 40.0, "amp": 0.4}]
GAPS = [{"first": ("a", "dend", 5 / 6), "second": ("b", "soma", 0.5), "g_uS": 0.004},
        {"first": ("b", "soma", 0.5), "second": ("c", "dend", 0.5), "g_uS": 0.008},
        {"first": ("a", "soma", 0.5), "second": ("c", "soma", 0.5), "g_uS": 0.0005}]
SITES = [("a", "soma", 0.5), ("a", "dend", 5 / 6), ("b", "soma", 0.5), ("c", "soma", 0.5), ("c", "dend", 0.5)]


def run(gaps, dt, every=1):
    h.celsius = CELSIUS
    secs = {}
    for cell, name, length, diam, nseg, parent, mech in SECTIONS:
        s = h.Section(name="%s_%s" % (cell, name))
        s.L, s.diam, s.nseg, s.Ra, s.cm = length, diam, nseg, 100.0, 1.0
        s.insert(mech)
        for seg in s:
            if mech == "hh":
                seg.hh.gnabar, seg.hh.gkbar, seg.hh.gl, seg.hh.el = HH["gnabar"], HH["gkbar"], HH["gl"], HH["el"]
            else:
                seg.pas.g, seg.pas.e = PAS["g"], PAS["e"]
        if mech == "hh":
            s.ena, s.ek = HH["ena"], HH["ek"]
        if parent:
            s.connect(secs[cell, parent[0]](parent[1]), 0)
        secs[cell, name] = s
    keep = []
    for c in CLAMPS:
        ic = h.IClamp(secs[c["cell"], c["section"]](c["x"]))
        ic.delay, ic.dur, ic.amp = c["delay"], c["dur"], c["amp"]
        keep.append(ic)
    for gap in gaps:
        ends = [secs[e[0], e[1]](e[2]) for e in (gap["first"], gap["second"])]
        for here, there in (ends, ends[::-1]):
            j = h.GapJ(here)
            j.g = gap["g_uS"]
            j._ref_vgap = there._ref_v
            keep.append(j)
    h.secondorder, h.dt = 0, dt
    h.finitialize(V_INIT)
    segs = [secs[c, s](x) for c, s, x in SITES]
    rows = [[s.v for s in segs]]
    for k in range(1, int(round(TSTOP / dt)) + 1):
        h.fadvance()
        if k % every == 0:
            rows.append([s.v for s in segs])
    return np.array(rows)


def main():
    folder = out_dir()
    v = run(GAPS, DT)
    off = run([], DT)
    fine = run(GAPS, 0.0005, 50)
    t = [k * DT for k in range(len(v))]
    names = ["%s_%s(%.6g)" % s for s in SITES]
    spikes = {n: rounded(crossings(t, v[:, i])) for i, n in enumerate(names)}
    spikes_off = {n: rounded(crossings(t, off[:, i])) for i, n in enumerate(names)}
    spikes_fine = {n: rounded(crossings(t, fine[:, i]), 4) for i, n in enumerate(names)}
    print("coupled", spikes, "\nuncoupled", spikes_off, "\ndt 0.0005", spikes_fine)
    write(folder, "gap_be.json", {
        "tool": "NEURON", "version": neuron.__version__, "script": "scripts/gap.py (mod/gapj.mod)",
        "description": "Three cells in a triangle of gap junctions, one stimulated, backward Euler (secondorder = 0, gates by cnexp). In each step the "
        "junction's current is g (V - V_partner), g in the own diagonal, V_partner the partner's potential at the start of the step.",
        "units": {"t": "ms", "V": "mV", "length": "um", "Ra": "ohm cm", "cm": "uF/cm2", "density": "S/cm2", "g_uS": "uS", "amp": "nA"},
        "parameters": {
            "celsius": CELSIUS, "v_init": V_INIT, "gates_start": "steady state at v_init", "dt": DT, "coupling_step": DT, "tstop": TSTOP, "Ra": 100.0,
            "cm": 1.0, "usetable_hh": 0, "hh": HH, "pas": PAS,
            "sections": [dict(cell=c, section=s, L=length, diam=d, nseg=n, parent=p[0] if p else None, parent_x=p[1] if p else None, mechanism=m)
                         for c, s, length, d, n, p, m in SECTIONS],
            "clamps": CLAMPS, "gaps": GAPS},
        "conventions": {"clamp": "on in a step when delay <= t + dt/2 < delay + dur (t the start of the step)",
                        "precision": "NEURON takes the derivative of the currents numerically: V is good to about 1e-8 mV"},
        "V": {"dt": DT, "t_first": 0.0, **{n: rounded(v[:, i]) for i, n in enumerate(names)}},
        "spikes_ms": spikes, "spikes_without_gaps_ms": spikes_off, "spikes_at_dt_0.0005_sampled_each_0.025_ms": spikes_fine})


main()
