"""Brian2, C++ standalone with its default flags (-O3 -ffast-math -march=native), exponential Euler.

Points only: a SpatialNeuron is one cell.

With `compiled` in the spec the program is built there the first time and only run after that; without it (small checks) numpy
runs the same equations.
"""

import os
import time

import numpy as np
import brian2 as b
from brian2 import cm, ms, mV, siemens, uF, um, usiemens

import common
from model import read_table

spec = common.load_spec()
folder = spec.get("compiled")
b.BrianLogger.suppress_hierarchy("brian2")
if folder:
    b.set_device("cpp_standalone", build_on_run=False)
    b.prefs.devices.cpp_standalone.openmp_threads = spec["threads"] if spec["threads"] > 1 else 0
    b.prefs.devices.cpp_standalone.extra_make_args_unix = ["-j2"]
else:
    b.prefs.codegen.target = "numpy"
b.prefs.core.default_float_dtype = np.float64 if spec["precision"] == "f64" else np.float32
b.defaultclock.dt = spec["dt_ms"] * ms

MEMBRANE = """
dv/dt = (g_leak*(e_leak - v) + g_na*m**3*h*(e_na - v) + g_k*n**4*(e_k - v) {input})/capacitance : volt
dm/dt = a_m*(1 - m) - b_m*m : 1
dh/dt = a_h*(1 - h) - b_h*h : 1
dn/dt = a_n*(1 - n) - b_n*n : 1
"""
SQUID = """
a_m = 1.0/exprel(-(v + 40*mV)/(10*mV))/ms : Hz
b_m = 4.0*exp(-(v + 65*mV)/(18*mV))/ms : Hz
a_h = 0.07*exp(-(v + 65*mV)/(20*mV))/ms : Hz
b_h = 1.0/(1 + exp(-(v + 35*mV)/(10*mV)))/ms : Hz
a_n = 0.1/exprel(-(v + 55*mV)/(10*mV))/ms : Hz
b_n = 0.125*exp(-(v + 65*mV)/(80*mV))/ms : Hz
"""
TRAUB_MILES = """
a_m = 1.28/exprel((13*mV - v + v_t)/(4*mV))/ms : Hz
b_m = 1.4/exprel((v - v_t - 40*mV)/(5*mV))/ms : Hz
a_h = 0.128*exp((17*mV - v + v_t)/(18*mV))/ms : Hz
b_h = 4.0/(1 + exp((40*mV - v + v_t)/(5*mV)))/ms : Hz
a_n = 0.16/exprel((15*mV - v + v_t)/(5*mV))/ms : Hz
b_n = 0.5*exp((10*mV - v + v_t)/(40*mV))/ms : Hz
dge/dt = -ge/tau_e : siemens
dgi/dt = -gi/tau_i : siemens
"""


def network():
    m, kind = spec["membrane"], spec["kind"]
    area = np.pi * spec["diameter_um"] ** 2 * um**2 if kind == "W1" else m["area_um2"] * um**2
    space = {name: m[name] * siemens / cm**2 * area for name in ("g_na", "g_k", "g_leak")}
    space.update({name: m[name] * mV for name in ("e_na", "e_k", "e_leak")}, capacitance=1 * uF / cm**2 * area)
    if kind == "W1":
        text = MEMBRANE.format(input="+ drive") + SQUID + "drive : amp (constant)\n"
    else:
        space.update(
            v_t=m["v_t"] * mV,
            tau_e=spec["exc"]["tau_ms"] * ms,
            tau_i=spec["inh"]["tau_ms"] * ms,
            rev_e=spec["exc"]["reversal_mv"] * mV,
            rev_i=spec["inh"]["reversal_mv"] * mV,
        )
        text = MEMBRANE.format(input="+ ge*(rev_e - v) + gi*(rev_i - v)") + TRAUB_MILES
    up = f"v > {spec['threshold_mv']}*mV"
    cells = b.NeuronGroup(spec["cells"], text, threshold=up, refractory=up, method="exponential_euler", namespace=space)
    cells.v = spec["v_init_mv"] * mV
    cells.m, cells.h, cells.n = "a_m/(a_m + b_m)", "a_h/(a_h + b_h)", "a_n/(a_n + b_n)"
    parts = [cells]
    if kind == "W1":
        drive = np.array(spec["drive_ua_cm2"])[np.arange(spec["cells"]) % spec["groups"]]
        cells.drive = drive * 1e-6 * b.amp / cm**2 * area
    else:
        source, target, sign = (np.array(c) for c in read_table(spec["inputs"], "synapses.csv", int, int, int))
        for value, variable, name in ((1, "ge", "exc"), (-1, "gi", "inh")):
            syn = b.Synapses(
                cells, cells, on_pre=f"{variable} += {spec[name]['weight_us']}*usiemens", delay=spec["delay_ms"] * ms
            )
            syn.connect(i=source[sign == value], j=target[sign == value])
            parts.append(syn)
        group, sign, time_ms, weight = (np.array(c) for c in read_table(spec["inputs"], "volley.csv", int, int, float, float))
        inputs = b.SpikeGeneratorGroup(len(group), np.arange(len(group)), time_ms * ms)
        parts.append(inputs)
        for value, variable in ((1, "ge"), (-1, "gi")):
            pairs = [(k, c) for k in np.flatnonzero(sign == value) for c in range(group[k], spec["cells"], spec["groups"])]
            syn = b.Synapses(inputs, cells, "w : siemens (constant)", on_pre=f"{variable} += w")
            syn.connect(i=[k for k, _ in pairs], j=[c for _, c in pairs])
            syn.w = weight[[k for k, _ in pairs]] * usiemens
            parts.append(syn)
    monitor = b.SpikeMonitor(cells)
    return b.Network(*parts, monitor), monitor


SCHEME = "exponential Euler (first order)"
if not folder:
    net, monitor = network()
    start = time.perf_counter()
    net.run(spec["duration_ms"] * ms)
    run_s = time.perf_counter() - start
    common.write_spikes(spec, monitor.t / ms + spec["dt_ms"], monitor.i)  # the time of the step's end
    common.answer(run_s, monitor.num_spikes, scheme=SCHEME)
net, monitor = network()
net.run(spec["duration_ms"] * ms)
start = time.perf_counter()
b.device.insert_code("before_end", 'std::ofstream("status.txt") << std::ifstream("/proc/self/status").rdbuf();')
b.device.build(directory=folder, compile=True, run=False)
compile_s = time.perf_counter() - start
b.device.run(folder, with_output=False, run_args=[])
run_s = float(open(os.path.join(folder, "results", "last_run_info.txt")).read().split()[0])
common.write_spikes(spec, monitor.t / ms + spec["dt_ms"], monitor.i)  # the time of the step's end
peak = common.peak_rss(os.path.join(folder, "status.txt"))  # of the compiled program, which copies its status at the end
common.answer(run_s, monitor.num_spikes, compile_s=compile_s, peak_rss=peak, scheme=SCHEME)
