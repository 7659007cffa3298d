"""The squid membrane under a current step in NEURON: first and second order at five steps, and converged.

Usage: python squid.py OUTPUT_FOLDER. Writes squid.json.
"""
import math
import numpy as np
import neuron
from neuron import h
from common import crossings, crossings_cubic, out_dir, rounded, write

h.load_file("stdrun.hoc")
h.usetable_hh = 0
CELSIUS, V_INIT, TSTOP = 6.3, -65.0, 220.0
AREA = 1000.0  # um2
LEN = 20.0
DIAM = AREA / (math.pi * LEN)
DENSITY = 8.0  # uA/cm2
AMP = DENSITY * AREA * 1e-5  # nA
T_ON, T_OFF = 100.0, 200.0


def main():
    folder = out_dir()
    h.celsius = CELSIUS
    s = h.Section(name="squid")
    s.L, s.diam, s.nseg, s.Ra, s.cm = LEN, DIAM, 1, 100.0, 1.0
    s.insert("hh")
    s.ena, s.ek = 50.0, -77.0
    ic = h.IClamp(s(0.5))
    ic.delay, ic.dur, ic.amp = T_ON, T_OFF - T_ON, AMP
    seg = s(0.5)
    print("area", seg.area(), "amp", AMP)

    cv = h.CVode()
    conv = {}
    for atol in (1e-8, 1e-10):
        cv.active(1)
        cv.rtol(0)
        cv.atol(atol)
        h.finitialize(V_INIT)
        v = [seg.v]
        for k in range(1, int(round(TSTOP / 0.005)) + 1):
            cv.solve(k * 0.005)
            v.append(seg.v)
        cv.active(0)
        conv[atol] = np.array(v)
    ref = conv[1e-10]
    t_ref = crossings_cubic([k * 0.005 for k in range(len(ref))], ref)
    t_loose = crossings_cubic([k * 0.005 for k in range(len(ref))], conv[1e-8])
    print("converged", rounded(t_ref, 6), "loose - tight", max(abs(a - b) for a, b in zip(t_ref, t_loose)))

    runs = []
    for so in (0, 2):
        for dt in (0.1, 0.05, 0.025, 0.01, 0.005):
            h.secondorder, h.dt = so, dt
            h.finitialize(V_INIT)
            v = [seg.v]
            for _ in range(int(round(TSTOP / dt))):
                h.fadvance()
                v.append(seg.v)
            t = crossings([k * dt for k in range(len(v))], v)
            err = max(abs(a - b) for a, b in zip(t, t_ref)) if len(t) == len(t_ref) else None
            row = {"secondorder": so, "dt": dt, "spikes_ms": rounded(t), "largest_spike_error_ms": round(err, 6) if err is not None else None}
            # the onset in full, then each half millisecond
            row["V_first_100_steps_from_100_ms"] = rounded(v[int(round(T_ON / dt)):int(round(T_ON / dt)) + 101])
            row["V_each_0.5_ms_from_95_ms"] = rounded(v[int(round(95 / dt))::int(round(0.5 / dt))])
            runs.append(row)
            print(so, dt, row["spikes_ms"], row["largest_spike_error_ms"])
    h.secondorder = 0
    write(folder, "squid.json", {
        "tool": "NEURON", "version": neuron.__version__, "script": "scripts/squid.py",
        "description": "One compartment with NEURON's hh under 8 uA/cm2 from 100 to 200 ms. Upward crossings of 0 mV, linearly interpolated within the "
        "step. secondorder 0: backward Euler and cnexp; 2: Crank-Nicolson, staggered gates. converged: CVODE.",
        "units": {"t": "ms", "V": "mV", "area": "um2", "amp": "nA", "density": "S/cm2"},
        "parameters": {
            "area": AREA, "L": LEN, "diam": DIAM, "nseg": 1, "cm_uF_cm2": 1.0, "celsius": CELSIUS, "v_init": V_INIT, "gates_start": "steady state at v_init",
            "gnabar": 0.12, "gkbar": 0.036, "gl": 0.0003, "ena": 50.0, "ek": -77.0, "el": -54.3, "usetable_hh": 0,
            "clamp": {"delay": T_ON, "dur": T_OFF - T_ON, "amp_nA": AMP, "density_uA_cm2": DENSITY,
                      "rule": "on in a step when delay <= t + dt/2 < delay + dur (t the start of the step)"}, "tstop": TSTOP},
        "converged": {"method": "CVODE rtol 0 atol 1e-10, crossings by the cubic through four samples 0.005 ms apart",
                      "spikes_ms": rounded(t_ref, 8),
                      "largest_change_from_atol_1e-8_ms": float("%.2g" % max(abs(a - b) for a, b in zip(t_ref, t_loose))),
                      "V_each_0.5_ms_from_95_ms": rounded(ref[19000::100])},
        "runs": runs})


main()
