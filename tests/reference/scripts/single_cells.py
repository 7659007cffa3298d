"""Wang-Buzsaki (1996) and Pospischil et al. (2008) point neurons, solved with scipy at tight tolerance.

Usage: python single_cells.py OUTPUT_FOLDER. Writes single_cells.json. About two minutes.
"""
import math
import numpy as np
import scipy
from scipy.integrate import solve_ivp
from common import out_dir, rounded, write

E_CA_NERNST = 1e3 * 8.314462618 * (36 + 273.15) / (2 * 96485.33212) * math.log(2.0 / 2.4e-4)  # 36 degC, 2 mM out, 240 nM in

# Densities in S/cm2, potentials in mV, tau_max in ms, current in uA/cm2. A missing channel is absent.
POSP = {
    # As in the public ModelDB entry 123623 (the authors' demonstration files): E_K -100 mV
    "RS_modeldb": dict(gl=1e-4, el=-70.0, gna=0.05, gkd=0.005, gm=7e-5, tau_max=1000.0, vt=-55.0, ek=-100.0, area_um2=math.pi * 96 ** 2,
                       amp_nA=0.75, on=300.0, off=700.0, tstop=800.0, v0=-70.0),
    "FS_modeldb": dict(gl=1.5e-4, el=-70.0, gna=0.05, gkd=0.01, vt=-55.0, ek=-100.0, area_um2=math.pi * 67 ** 2,
                       amp_nA=0.5, on=300.0, off=700.0, tstop=800.0, v0=-70.0),
    "IB_modeldb": dict(gl=1e-5, el=-85.0, gna=0.05, gkd=0.005, gm=3e-5, tau_max=1000.0, gcal=1.7e-4, eca=E_CA_NERNST, vt=-55.0, ek=-100.0,
                       area_um2=math.pi * 96 ** 2, amp_nA=0.15, on=500.0, off=1500.0, tstop=1600.0, v0=-84.0),
    "IB_repetitive_modeldb": dict(gl=1e-5, el=-85.0, gna=0.05, gkd=0.005, gm=3e-5, tau_max=1000.0, gcal=2.2e-4, eca=E_CA_NERNST, vt=-55.0, ek=-100.0,
                                  area_um2=math.pi * 96 ** 2, amp_nA=0.15, on=500.0, off=1500.0, tstop=1600.0, v0=-84.0),
    "LTS_modeldb": dict(gl=1e-5, el=-85.0, gna=0.05, gkd=0.005, gm=3e-5, tau_max=1000.0, gcat=4e-4, eca=120.0, vx=2.0, vt=-55.0, ek=-100.0,
                        area_um2=math.pi * 96 ** 2, amp_nA=0.15, on=400.0, off=800.0, tstop=900.0, v0=-84.0),
    "LTS_rebound_modeldb": dict(gl=1e-5, el=-60.0, gna=0.05, gkd=0.005, gm=3e-5, tau_max=1000.0, gcat=4e-4, eca=120.0, vx=2.0, vt=-55.0, ek=-100.0,
                                area_um2=math.pi * 96 ** 2, amp_nA=-0.075, on=400.0, off=800.0, tstop=1000.0, v0=-60.0),
    # The paper's fits to recorded cells: E_K -90 mV, E_Ca 120 mV
    "RS_paper": dict(gl=2.05e-5, el=-70.3, gna=0.056, gkd=0.006, gm=7.5e-5, tau_max=608.0, vt=-56.2, ek=-90.0, area_um2=11840.0,
                     amp_nA=1.0e-5 * 11840.0, on=100.0, off=600.0, tstop=700.0, v0=-70.3),
    "FS_paper": dict(gl=3.8e-5, el=-70.4, gna=0.058, gkd=0.0039, gm=7.87e-5, tau_max=502.0, vt=-57.9, ek=-90.0, area_um2=10170.0,
                     amp_nA=2.0e-5 * 10170.0, on=100.0, off=400.0, tstop=500.0, v0=-70.4),
    "LTS_paper": dict(gl=1.9e-5, el=-50.0, gna=0.05, gkd=0.004, gm=2.8e-5, tau_max=4000.0, gcat=4e-4, eca=120.0, vx=-7.0, vt=-50.0, ek=-90.0,
                      area_um2=25000.0, amp_nA=0.8e-5 * 25000.0, on=200.0, off=700.0, tstop=800.0, v0=-54.0),
}


def linoid(a, x, s):
    """a x / (1 - exp(-x/s)), a s at x = 0."""
    y = x / s
    return a * s * (1 + y / 2 + y * y / 12) if abs(y) < 1e-5 else a * x / -math.expm1(-y)


class Pospischil:
    ena = 50.0

    def __init__(self, p):
        self.p = p
        self.gates = ["m", "h", "n"] + (["p"] if "gm" in p else []) + (["q", "r"] if "gcal" in p else []) + (["u"] if "gcat" in p else [])

    def kinetics(self, v):
        """(x_inf, tau) of each gate."""
        p = self.p
        u = v - p["vt"]
        ab = [(linoid(0.32, u - 13, 4), linoid(0.28, -(u - 40), 5)),
              (0.128 * math.exp(-(u - 17) / 18), 4 / (1 + math.exp(-(u - 40) / 5))),
              (linoid(0.032, u - 15, 5), 0.5 * math.exp(-(u - 10) / 40))]
        if "gcal" in p:
            ab += [(linoid(0.055, v + 27, 3.8), 0.94 * math.exp(-(v + 75) / 17)),
                   (0.000457 * math.exp(-(v + 13) / 50), 0.0065 / (1 + math.exp(-(v + 15) / 28)))]
        out = [(a / (a + b), 1 / (a + b)) for a, b in ab]
        if "gm" in p:
            tau = p["tau_max"] / (3.3 * math.exp((v + 35) / 20) + math.exp(-(v + 35) / 20))
            out.insert(3, (1 / (1 + math.exp(-(v + 35) / 10)), tau))
        if "gcat" in p:
            w = v + p["vx"]
            tau = (30.8 + (211.4 + math.exp((w + 113.2) / 5)) / (1 + math.exp((w + 84) / 3.2))) / 3 ** 1.2
            out.append((1 / (1 + math.exp((w + 81) / 4)), tau))
        return out

    def start(self):
        return [self.p["v0"]] + [x for x, _ in self.kinetics(self.p["v0"])]

    def rhs(self, _, y, current):
        p, v = self.p, y[0]
        g = dict(zip(self.gates, y[1:]))
        i = p["gl"] * (v - p["el"]) + p["gna"] * g["m"] ** 3 * g["h"] * (v - self.ena) + p["gkd"] * g["n"] ** 4 * (v - p["ek"])
        if "gm" in p:
            i += p["gm"] * g["p"] * (v - p["ek"])
        if "gcal" in p:
            i += p["gcal"] * g["q"] ** 2 * g["r"] * (v - p["eca"])
        if "gcat" in p:
            i += p["gcat"] * (1 + math.exp(-(v + p["vx"] + 57) / 6.2)) ** -2 * g["u"] * (v - p["eca"])
        return [(current - 1e3 * i)] + [(x - z) / t for (x, t), z in zip(self.kinetics(v), y[1:])]

    def current(self):
        return self.p["amp_nA"] / self.p["area_um2"] * 1e5


class WangBuzsaki:
    p = dict(gl=1e-4, el=-65.0, gna=0.035, ena=55.0, gk=0.009, ek=-90.0, phi=5.0, amp_uA_cm2=1.0, on=0.0, off=200.0, tstop=200.0, v0=-65.0)

    def kinetics(self, v):
        ab = [(0.07 * math.exp(-(v + 58) / 20), 1 / (1 + math.exp(-(v + 28) / 10))), (linoid(0.01, v + 34, 10), 0.125 * math.exp(-(v + 44) / 80))]
        return [(a / (a + b), 1 / (self.p["phi"] * (a + b))) for a, b in ab]

    def start(self):
        return [self.p["v0"]] + [x for x, _ in self.kinetics(self.p["v0"])]

    def rhs(self, _, y, current):
        v, hh, n = y
        a, b = linoid(0.1, v + 35, 10), 4 * math.exp(-(v + 60) / 18)
        p = self.p
        i = p["gl"] * (v - p["el"]) + p["gna"] * (a / (a + b)) ** 3 * hh * (v - p["ena"]) + p["gk"] * n ** 4 * (v - p["ek"])
        return [current - 1e3 * i] + [(x - z) / t for (x, t), z in zip(self.kinetics(v), y[1:])]

    def current(self):
        return self.p["amp_uA_cm2"]


def solve(cell, method, rtol, sample=True):
    """Spike times and V each 0.5 ms."""
    p = cell.p

    def up(_, y, __):
        return y[0]
    up.direction = 1
    edges = sorted({0.0, p["on"], p["off"], p["tstop"]})
    y, spikes, v = cell.start(), [], [cell.start()[0]]
    for lo, hi in zip(edges, edges[1:]):
        current = cell.current() if p["on"] <= lo < p["off"] else 0.0
        ts = np.arange(int(round(lo * 2)) + 1, int(round(hi * 2)) + 1) * 0.5
        sol = solve_ivp(cell.rhs, (lo, hi), y, method=method, t_eval=ts, rtol=rtol, atol=1e-12, args=(current,), events=up, max_step=1.0)
        assert sol.success
        spikes += list(sol.t_events[0])
        v += list(sol.y[0])
        y = sol.y[:, -1]
    return spikes, v


def main():
    folder = out_dir()
    out = {}
    for name, cell in [("wang_buzsaki", WangBuzsaki())] + [("pospischil_" + k, Pospischil(p)) for k, p in POSP.items()]:
        t, v = solve(cell, "DOP853", 1e-11)
        t2, _ = solve(cell, "DOP853", 1e-9)
        same = len(t) == len(t2)
        err = max([abs(a - b) for a, b in zip(t, t2)], default=0.0) if same else None
        print(name, len(t), rounded(t[:8], 5), "V0..end", min(v), max(v), "1e-9 - 1e-11:", err, flush=True)
        out[name] = {"parameters": dict(cell.p, current_uA_cm2=cell.current()), "spikes_ms": rounded(t, 7),
                     "largest_change_from_rtol_1e-9_ms": float("%.2g" % err) if same else "other count", "V_each_0.5_ms": rounded(v, 6)}
    write(folder, "single_cells.json", {
        "tool": "scipy solve_ivp (DOP853)", "version": scipy.__version__, "script": "scripts/single_cells.py",
        "description": "Point neurons under a current step: upward crossings of 0 mV and V each 0.5 ms. rtol 1e-11, atol 1e-12, integrated separately before, "
        "during and after the step.",
        "units": {"t": "ms", "V": "mV", "g": "S/cm2", "tau_max": "ms", "current": "uA/cm2", "amp_nA": "nA", "area": "um2", "rates": "1/ms"},
        "common": {"cm_uF_cm2": 1.0, "gates_start": "steady state at v0 (calcium gates too)", "ena_pospischil": 50.0, "step": "current on over [on, off)"},
        "wang_buzsaki_equations": {
            "source": "Wang & Buzsaki 1996, J Neurosci 16:6402",
            "m": "instantaneous, m_inf = a/(a+b), a = 0.1 (v+35)/(1 - exp(-(v+35)/10)), b = 4 exp(-(v+60)/18)",
            "h": "dh/dt = phi (a (1-h) - b h), a = 0.07 exp(-(v+58)/20), b = 1/(1 + exp(-(v+28)/10))",
            "n": "dn/dt = phi (a (1-n) - b n), a = 0.01 (v+34)/(1 - exp(-(v+34)/10)), b = 0.125 exp(-(v+44)/80)",
            "currents": "gna m^3 h (v-ena), gk n^4 (v-ek), gl (v-el)"},
        "pospischil_equations": {
            "source": "Pospischil et al. 2008, Biol Cybern 99:427; ModelDB 123623 (authors' files); 36 degC, no further temperature factor",
            "I_Na": "gna m^3 h (v-ena), u = v - vt: a_m = 0.32 (u-13)/(1 - exp(-(u-13)/4)), b_m = 0.28 (u-40)/(exp((u-40)/5) - 1), "
            "a_h = 0.128 exp(-(u-17)/18), b_h = 4/(1 + exp(-(u-40)/5))",
            "I_Kd": "gkd n^4 (v-ek): a_n = 0.032 (u-15)/(1 - exp(-(u-15)/5)), b_n = 0.5 exp(-(u-10)/40)",
            "I_M": "gm p (v-ek): p_inf = 1/(1 + exp(-(v+35)/10)), tau_p = tau_max/(3.3 exp((v+35)/20) + exp(-(v+35)/20))",
            "I_L": "gcal q^2 r (v-eca): a_q = 0.055 (v+27)/(1 - exp(-(v+27)/3.8)), b_q = 0.94 exp(-(v+75)/17), a_r = 0.000457 exp(-(v+13)/50), "
            "b_r = 0.0065/(1 + exp(-(v+15)/28))",
            "I_T": "gcat s_inf^2 u (v-eca), w = v + vx: s_inf = 1/(1 + exp(-(w+57)/6.2)), u_inf = 1/(1 + exp((w+81)/4)), "
            "tau_u = (30.8 + (211.4 + exp((w+113.2)/5))/(1 + exp((w+84)/3.2)))/3^1.2 (the authors' file; as printed in the paper the brackets differ)",
            "variants": "_modeldb: constants of the authors' demonstration files (E_K -100 mV; I_L's E_Ca is the Nernst potential at 36 degC for 2 mM and 240 nM; "
            "in their LTS file E_Ca follows the calcium pool, here it is held at the paper's 120 mV). _paper: the paper's fits to recorded cells (E_K -90, E_Ca 120 mV); "
            "the current is ours."},
        "cells": out})


main()
