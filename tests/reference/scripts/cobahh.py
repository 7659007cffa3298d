"""COBAHH (Brette et al. 2007, benchmark 3) in Brian2: mean rates and CV of the inter-spike intervals.

Usage: python cobahh.py OUTPUT_FOLDER. Writes cobahh.json, again after each run. About an hour.
"""
import time
import numpy as np
import brian2 as b
from brian2 import ms, mV, nS, pF, second
from common import out_dir, write

b.prefs.codegen.target = "cython"
b.BrianLogger.suppress_hierarchy("brian2")

N_EXC, N_INH, P_CONNECT = 3200, 800, 0.02
DROP = 0.3  # s
E_L = -60.0

# 20000 um2 at 1 uF/cm2 = 200 pF; densities times the area. Gates in the explinear/exp/sigmoid forms.
EQS = """
dv/dt = (g_L*(E_L - v) + ge*(E_e - v) + gi*(E_i - v) + g_Na*m**3*h*(E_Na - v) + g_K*n**4*(E_K - v))/C : volt
dm/dt = a_m*(1 - m) - b_m*m : 1
dh/dt = a_h*(1 - h) - b_h*h : 1
dn/dt = a_n*(1 - n) - b_n*n : 1
dge/dt = -ge/tau_e : siemens
dgi/dt = -gi/tau_i : siemens
a_m = 1.28/ms/exprel(-(v - V_T - 13*mV)/(4*mV)) : Hz
b_m = 1.4/ms/exprel((v - V_T - 40*mV)/(5*mV)) : Hz
a_h = 0.128/ms*exp(-(v - V_T - 17*mV)/(18*mV)) : Hz
b_h = 4.0/ms/(1 + exp(-(v - V_T - 40*mV)/(5*mV))) : Hz
a_n = 0.16/ms/exprel(-(v - V_T - 15*mV)/(5*mV)) : Hz
b_n = 0.5/ms*exp(-(v - V_T - 10*mV)/(40*mV)) : Hz
"""
NS = dict(C=200 * pF, g_L=10 * nS, E_L=E_L * mV, E_e=0 * mV, E_i=-80 * mV, g_Na=20000 * nS, E_Na=50 * mV,
          g_K=6000 * nS, E_K=-90 * mV, V_T=-63 * mV, tau_e=5 * ms, tau_i=10 * ms)


def isi_cv(i, t, lo, hi):
    """Mean over the cells lo..hi with at least 5 intervals of std(ISI)/mean(ISI) (population std), and the
    CV of all their intervals pooled."""
    order = np.lexsort((t, i))
    i, t = i[order], t[order]
    cvs, pool = [], []
    for cell in range(lo, hi):
        a, z = np.searchsorted(i, [cell, cell + 1])
        isi = np.diff(t[a:z])
        pool.append(isi)
        if len(isi) >= 5:
            cvs.append(isi.std() / isi.mean())
    pool = np.concatenate(pool)
    return (float(np.mean(cvs)) if cvs else None, float(pool.std() / pool.mean()) if len(pool) > 1 else None, len(cvs))


def run(dt, delay, seed, seconds, gates="steady", clip=False, el=E_L, method="exponential_euler"):
    """One network; dt and delay in ms."""
    b.start_scope()
    b.defaultclock.dt = dt * ms
    b.seed(seed)
    ns = dict(NS, E_L=el * mV)
    p = b.NeuronGroup(N_EXC + N_INH, EQS, threshold="v > 0*mV", refractory="v > 0*mV",
                      method=method, namespace=ns)
    ce = b.Synapses(p, p, on_pre="ge += 6*nS")
    ci = b.Synapses(p, p, on_pre="gi += 67*nS")
    ce.connect("i < %d" % N_EXC, p=P_CONNECT)
    ci.connect("i >= %d" % N_EXC, p=P_CONNECT)
    ce.delay = delay * ms
    ci.delay = delay * ms
    rng = np.random.default_rng(seed)
    n = N_EXC + N_INH
    v = el + (rng.standard_normal(n) * 5 - 5)
    ge = (rng.standard_normal(n) * 1.5 + 4) * 10
    gi = (rng.standard_normal(n) * 12 + 20) * 10
    if clip:
        ge, gi = np.maximum(ge, 0), np.maximum(gi, 0)
    p.v, p.ge, p.gi = v * mV, ge * nS, gi * nS
    if gates == "steady":
        p.m, p.h, p.n = "a_m/(a_m + b_m)", "a_h/(a_h + b_h)", "a_n/(a_n + b_n)"
    mon = b.SpikeMonitor(p)
    net = b.Network(p, ce, ci, mon)
    start = time.time()
    net.run(seconds * second)
    wall = time.time() - start
    i, t = np.array(mon.i), np.array(mon.t / second)
    keep = t >= DROP
    i, t = i[keep], t[keep]
    span = seconds - DROP
    exc = i < N_EXC
    cv_e, pool_e, n_e = isi_cv(i, t, 0, N_EXC)
    cv_i, pool_i, n_i = isi_cv(i, t, N_EXC, n)
    cv_all, pool_all, _ = isi_cv(i, t, 0, n)
    bins = np.arange(DROP, seconds + 1e-9, 0.1)
    rate_100ms = np.histogram(t, bins)[0] / n / 0.1
    # synchrony: population count in 1 ms bins, variance over mean (1 = Poisson)
    c = np.histogram(t, np.arange(DROP, seconds, 0.001))[0]
    rates = np.bincount(i, minlength=n) / span
    row = dict(dt_ms=dt, delay_ms=delay, seed=seed, duration_s=seconds, integrator=method, gates_start=gates, initial_g_clipped_at_0=clip,
               E_L_mV=el, synapses_exc=len(ce), synapses_inh=len(ci),
               rate_hz=len(i) / n / span, rate_exc_hz=exc.sum() / N_EXC / span, rate_inh_hz=(~exc).sum() / N_INH / span,
               rate_sd_over_cells_hz=float(rates.std()),
               cv_mean=cv_all, cv_mean_exc=cv_e, cv_mean_inh=cv_i, cells_in_cv=n_e + n_i,
               cv_pooled=pool_all, cv_pooled_exc=pool_e, cv_pooled_inh=pool_i,
               count_1ms_variance_over_mean=float(c.var() / c.mean()) if c.mean() > 0 else None,
               sustained_to_end=bool(rate_100ms[-1] > 1.0),
               last_spike_s=float(t.max()) if len(t) else None,
               rate_100ms_min_hz=float(rate_100ms.min()), rate_100ms_max_hz=float(rate_100ms.max()))
    row = {k: (round(float(x), 5) if isinstance(x, (float, np.floating)) else x) for k, x in row.items()}
    print(row, "wall %.0f s" % wall, flush=True)
    return row


if __name__ == "__main__":
    folder = out_dir()
    cases = [dict(dt=0.05, delay=d, seed=s, seconds=2.3) for s in (1, 2, 3) for d in (1.0, 0.2, 0.0)]
    cases += [dict(dt=dt, delay=d, seed=1, seconds=2.3) for dt, d in ((0.1, 1.0), (0.025, 1.0), (0.1, 0.2), (0.025, 0.2))]
    cases += [dict(dt=0.05, delay=1.0, seed=1, seconds=2.3, gates="zero"),
              dict(dt=0.05, delay=1.0, seed=1, seconds=2.3, clip=True),
              dict(dt=0.05, delay=1.0, seed=1, seconds=2.3, el=-65.0),
              dict(dt=0.0125, delay=1.0, seed=1, seconds=2.3),
              dict(dt=0.025, delay=1.0, seed=1, seconds=2.3, method="rk4"),
              dict(dt=0.025, delay=1.0, seed=2, seconds=2.3, method="rk4")]
    rows = []
    for case in cases:
        rows.append(run(**case))
        write(folder, "cobahh.json", {
            "tool": "Brian2", "version": b.__version__, "script": "scripts/cobahh.py",
            "description": "COBAHH network of Brette et al. 2007 (J Comput Neurosci 23:349), benchmark 3: 3,200 excitatory and 800 "
            "inhibitory Traub-Miles point neurons, random 2 % connections (Bernoulli 0.02 for each ordered pair, self-pairs "
            "included), exponential conductances. Statistics of 2 s after 0.3 s are dropped.",
            "units": {"time": "ms or s as named", "rate": "Hz", "V": "mV", "g": "nS"},
            "parameters": {
                "cells_exc": N_EXC, "cells_inh": N_INH, "p_connect": P_CONNECT, "autapses": True, "area_um2": 20000,
                "Cm_uF_cm2": 1, "g_L_S_cm2": 5e-5, "E_L_mV": E_L, "g_Na_S_cm2": 0.1, "E_Na_mV": 50, "g_K_S_cm2": 0.03,
                "E_K_mV": -90, "V_T_mV": -63, "w_exc_nS": 6, "tau_exc_ms": 5, "E_exc_mV": 0, "w_inh_nS": 67, "tau_inh_ms": 10,
                "E_inh_mV": -80, "spike": "upward crossing of 0 mV (v > 0 mV, no further spike while v > 0 mV); no refractory period; "
                "time = end of the step", "delay": "0.0 means: arrives at the start of the next step",
                "integrator": "Brian2's, as named in each run; conductances decay by the same rule",
                "gates": "as MODEL.md traub_miles: a_m explinear(1.28, V_T+13, 4), b_m explinear(1.4, V_T+40, -5), a_h exp(0.128, V_T+17, -18), "
                "b_h sigmoid(4, V_T+40, 5), a_n explinear(0.16, V_T+15, 5), b_n exp(0.5, V_T+10, -40)",
                "external_input": "none: activity is started by the initial conductances and sustains itself"},
            "initial_conditions": {
                "V_mV": "E_L - 5 + 5 N(0,1), independent for each cell",
                "ge_nS": "40 + 15 N(0,1), independent for each cell (not clipped; negative in 0.4 % of the cells)",
                "gi_nS": "200 + 120 N(0,1), independent for each cell (not clipped unless noted; negative in 4.8 % of the cells)",
                "m_h_n": "steady state at the initial V (gates_start = steady) or 0 (gates_start = zero, as where they are left unset)",
                "generator": "numpy default_rng(seed).standard_normal(4000) three times, in the order V, ge, gi; the connections from "
                "Brian2's generator, seed(seed)"},
            "definitions": {
                "rate_hz": "spikes in [0.3 s, end] / cells / span",
                "cv_mean": "mean over the cells with at least 5 intervals of (population standard deviation of the intervals)/(their mean)",
                "cv_pooled": "standard deviation over mean of all cells' intervals together",
                "count_1ms_variance_over_mean": "of the network's spike count in 1 ms bins",
                "rate_100ms_min_hz": "least of the mean rates in 100 ms bins (max likewise)"},
            "runs": rows})
