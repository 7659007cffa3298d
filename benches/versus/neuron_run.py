"""NEURON 9 with CoreNEURON: ordinary sections, `hh` without its table (mod/squid.mod), ExpSyn, backward Euler."""

import contextlib
import os
import re
import tempfile
import time

import common
from model import read_table

# Where nrnivmodl put the mechanisms; set before CoreNEURON is asked for.
spec = common.load_spec()
os.environ["CORENEURONLIB"] = os.path.join(spec["build"], "x86_64", "libcorenrnmech.so")
os.environ["OMP_NUM_THREADS"] = str(spec["threads"])
from neuron import coreneuron, h  # noqa: E402

h.nrn_load_dll(os.path.join(spec["build"], "x86_64", "libnrnmech.so"))
pc = h.ParallelContext()
keep = []


def section(length, diameter, compartments):
    sec = h.Section()
    sec.L, sec.diam, sec.nseg, sec.cm, sec.Ra = length, diameter, compartments, 1.0, 100.0
    m = spec["membrane"]
    if spec["kind"] == "W4":
        sec.insert("traubmiles")
    else:
        sec.insert("squid")
        sec.gnabar_squid, sec.gkbar_squid, sec.gl_squid, sec.el_squid = m["g_na"], m["g_k"], m["g_leak"], m["e_leak"]
    sec.ena, sec.ek = m["e_na"], m["e_k"]
    return sec


def spike_source(gid, netcon):
    pc.set_gid2node(gid, pc.id())
    pc.cell(gid, netcon)
    keep.append(netcon)


def input_spike(gid, time_ms, delay_ms):
    """A source of one spike that arrives at `time_ms` by connections of `delay_ms`."""
    stim = h.NetStim()
    stim.number, stim.start, stim.noise = 1, time_ms - delay_ms, 0
    spike_source(gid, h.NetCon(stim, None))
    keep.append(stim)


def connect(source, target, weight_us, delay_ms):
    netcon = pc.gid_connect(source, target)
    netcon.weight[0], netcon.delay = weight_us, delay_ms
    keep.append(netcon)


def synapse(place, tau_ms, reversal_mv, **_):
    syn = h.ExpSyn(place)
    syn.tau, syn.e = tau_ms, reversal_mv
    return syn


def build():
    """Cells as lists of their compartments' segments, in the order of the tables."""
    kind, cells = spec["kind"], []
    if kind in ("W2", "W3"):
        tree = list(zip(*read_table(spec["inputs"], "tree.csv", int, int, float, float, int)))
    for gid in range(spec["cells"]):
        if kind in ("W1", "W4"):
            d = spec.get("diameter_um") or (spec["membrane"]["area_um2"] / 3.141592653589793) ** 0.5
            sections = [section(d, d, 1)]
        else:
            sections = []
            for _, parent, length, diameter, compartments in tree:
                sections.append(section(length, diameter, compartments))
                if parent >= 0:
                    sections[-1].connect(sections[parent](1))
        keep.append(sections)
        cells.append([seg for sec in sections for seg in sec])
        netcon = h.NetCon(sections[0](0.5)._ref_v, None, sec=sections[0])
        netcon.threshold = spec["threshold_mv"]
        spike_source(gid, netcon)
    for gid, places in enumerate(cells):
        nano = None
        if "drive_ua_cm2" in spec:
            nano = spec["drive_ua_cm2"][gid % spec["groups"]] * places[0].area() * 1e-5  # 1 uA/cm2 on 1 um2 is 1e-5 nA
        elif "drive_na" in spec:
            nano = spec["drive_na"][gid % spec["groups"]]
        if nano is not None:
            clamp = h.IClamp(places[0])
            clamp.delay, clamp.dur, clamp.amp = 0, 1e9, nano
            keep.append(clamp)
    if kind == "W3":
        # One ExpSyn a compartment takes all connections there: the equations are linear, so this is the same and costs least.
        synapses = {}

        def at(cell, compartment):
            if (cell, compartment) not in synapses:
                synapses[cell, compartment] = synapse(cells[cell][compartment], spec["tau_ms"], spec["reversal_mv"])
            return synapses[cell, compartment]

        for source, target in zip(*read_table(spec["inputs"], "ring.csv", int, int)):
            connect(source, at(target, 0), spec["ring_weight_us"], spec["delay_ms"])
        for source, target, compartment in zip(*read_table(spec["inputs"], "synapses.csv", int, int, int)):
            connect(source, at(target, compartment), spec["weight_us"], spec["delay_ms"])
        input_spike(spec["cells"], spec["kick_ms"], spec["delay_ms"])
        for first in range(0, spec["cells"], spec["ring"]):
            connect(spec["cells"], at(first, 0), spec["ring_weight_us"], spec["delay_ms"])
        keep.append(synapses)
    if kind == "W4":
        synapses = [{1: synapse(c[0], **spec["exc"]), -1: synapse(c[0], **spec["inh"])} for c in cells]
        weights = {1: spec["exc"]["weight_us"], -1: spec["inh"]["weight_us"]}
        for source, target, sign in zip(*read_table(spec["inputs"], "synapses.csv", int, int, int)):
            connect(source, synapses[target][sign], weights[sign], spec["delay_ms"])
        for number, (group, sign, time_ms, weight) in enumerate(
            zip(*read_table(spec["inputs"], "volley.csv", int, int, float, float))
        ):
            input_spike(spec["cells"] + number, time_ms, spec["delay_ms"])
            for cell in range(group, spec["cells"], spec["groups"]):
                connect(spec["cells"] + number, synapses[cell][sign], weight, spec["delay_ms"])
        keep.append(synapses)


@contextlib.contextmanager
def captured():
    """What the program below writes to stdout, as text in the list yielded."""
    out, saved = [], os.dup(1)
    with tempfile.TemporaryFile() as f:
        os.dup2(f.fileno(), 1)
        try:
            yield out
        finally:
            os.dup2(saved, 1)
            f.seek(0)
            out.append(f.read().decode())


h.celsius, h.dt, h.secondorder = 6.3, spec["dt_ms"], 0
h.CVode().cache_efficient(1)
build()
pc.nthread(spec["threads"])
times, ids = h.Vector(), h.Vector()
pc.spike_record(-1, times, ids)
use_core = spec.get("variant", "coreneuron") == "coreneuron"
coreneuron.enable = use_core
coreneuron.verbose = 2
coreneuron.cell_permute = spec.get("cell_permute", 0)
pc.set_maxstep(10)
h.finitialize(spec["v_init_mv"])
start = time.perf_counter()
with captured() as log:
    pc.psolve(spec["duration_ms"])
run_s = time.perf_counter() - start
solver = re.search(r"Solver Time\s*:\s*([0-9.]+)", log[0])
if use_core and not solver:
    raise SystemExit("CoreNEURON did not say how long it stepped:\n" + log[0])
run_s = float(solver.group(1)) if use_core else run_s
spikes = [(t, c) for t, c in zip(times, ids) if c < spec["cells"]]
common.write_spikes(spec, *(zip(*spikes) if spikes else ((), ())))
common.answer(run_s, len(spikes), scheme="backward Euler, staggered gates (first order)")
