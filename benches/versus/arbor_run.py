"""Arbor 0.12: one group of cells a thread (by default a group has one cell, which is several times slower), backward Euler."""

import math
import os
import time

import arbor as A
from arbor import units as U

import common
from model import read_table

spec = common.load_spec()
CABLE = A.cell_kind.cable


def membrane():
    m, w4 = spec["membrane"], spec["kind"] == "W4"
    if w4:
        return A.density("traubmiles", {"gnabar": m["g_na"], "gkbar": m["g_k"], "gl": m["g_leak"], "el": m["e_leak"]})
    return A.density("hh", {"gnabar": m["g_na"], "gkbar": m["g_k"], "gl": m["g_leak"], "el": m["e_leak"]})


def exponential(tau_ms, reversal_mv, **_):
    return A.synapse("expsyn", {"tau": tau_ms, "e": reversal_mv})


class Recipe(A.recipe):
    def __init__(self):
        super().__init__()
        self.cells = {}
        self.properties = A.neuron_cable_properties()
        m = spec["membrane"]
        self.properties.set_property(
            Vm=spec["v_init_mv"] * U.mV, cm=0.01 * U.F / U.m2, rL=100 * U.Ohm * U.cm, tempK=(273.15 + 6.3) * U.Kelvin
        )
        self.properties.set_ion("na", rev_pot=m["e_na"] * U.mV)
        self.properties.set_ion("k", rev_pot=m["e_k"] * U.mV)
        self.properties.catalogue = A.default_catalogue()
        self.morphology, self.policy = self.shape()
        self.incoming = [[] for _ in range(spec["cells"])]
        self.events = [[] for _ in range(spec["cells"])]
        if spec["kind"] == "W3":
            self.rings()
        if spec["kind"] == "W4":
            self.properties.catalogue.extend(A.load_catalogue(os.path.join(spec["build"], "traub-catalogue.so")), "")
            self.cobahh()

    def shape(self):
        """A segment for each compartment; discretised so that each segment is a control volume."""
        tree = A.segment_tree()
        if spec["kind"] in ("W1", "W4"):
            d = spec.get("diameter_um") or math.sqrt(spec["membrane"]["area_um2"] / math.pi)
            tree.append(A.mnpos, A.mpoint(0, 0, 0, d / 2), A.mpoint(d, 0, 0, d / 2), tag=1)
            return A.morphology(tree), A.cv_policy_single()
        last = {}
        self.ends = []
        for section, parent, length, diameter, compartments in zip(
            *read_table(spec["inputs"], "tree.csv", int, int, float, float, int)
        ):
            above, x = last[parent] if parent >= 0 else (A.mnpos, 0.0)
            for _ in range(compartments):
                step = length / compartments
                above = tree.append(
                    above, A.mpoint(x, section, 0, diameter / 2), A.mpoint(x + step, section, 0, diameter / 2), tag=1
                )
                x += step
            last[section] = (above, x)
        return A.morphology(tree), A.cv_policy_every_segment()

    def cell(self, gid, sites):
        """A cell; `sites` are (label, compartment, synapse)."""
        decor = A.decor().paint("(all)", membrane())
        decor.place(self.place(0), A.threshold_detector(spec["threshold_mv"] * U.mV), "spike")
        if "drive_ua_cm2" in spec:
            nano = spec["drive_ua_cm2"][gid % spec["groups"]] * math.pi * spec["diameter_um"] ** 2 * 1e-5  # 1 uA/cm2 on 1 um2
            decor.place(self.place(0), A.i_clamp(0 * U.ms, 2 * spec["duration_ms"] * U.ms, nano * U.nA))
        if "drive_na" in spec:
            decor.place(
                self.place(0), A.i_clamp(0 * U.ms, 2 * spec["duration_ms"] * U.ms, spec["drive_na"][gid % spec["groups"]] * U.nA)
            )
        for label, compartment, synapse in sites:
            decor.place(self.place(compartment), synapse, label)
        return A.cable_cell(self.morphology, decor, A.label_dict(), self.policy)

    def place(self, compartment):
        """The middle of a compartment, which is a segment."""
        if spec["kind"] in ("W1", "W4"):
            return "(location 0 0.5)"
        return f"(on-components 0.5 (segment {compartment}))"

    def rings(self):
        synapse, delay = exponential(spec["tau_ms"], spec["reversal_mv"]), spec["delay_ms"] * U.ms
        self.sites = [{} for _ in range(spec["cells"])]
        for name, weight, columns in (("ring.csv", spec["ring_weight_us"], 2), ("synapses.csv", spec["weight_us"], 3)):
            for source, target, *compartment in zip(*read_table(spec["inputs"], name, *[int] * columns)):
                compartment = compartment[0] if compartment else 0
                self.sites[target][compartment] = (f"c{compartment}", compartment, synapse)
                self.incoming[target].append(A.connection((source, "spike"), f"c{compartment}", weight, delay))
        for first in range(0, spec["cells"], spec["ring"]):
            self.events[first].append(
                A.event_generator("c0", spec["ring_weight_us"], A.explicit_schedule([spec["kick_ms"] * U.ms]))
            )

    def cobahh(self):
        labels, delay = {1: "exc", -1: "inh"}, spec["delay_ms"] * U.ms
        self.sites = [{s: (labels[s], 0, exponential(**spec[labels[s]])) for s in (1, -1)}] * spec["cells"]
        for source, target, sign in zip(*read_table(spec["inputs"], "synapses.csv", int, int, int)):
            self.incoming[target].append(A.connection((source, "spike"), labels[sign], spec[labels[sign]]["weight_us"], delay))
        for group, sign, time_ms, weight in zip(*read_table(spec["inputs"], "volley.csv", int, int, float, float)):
            for gid in range(group, spec["cells"], spec["groups"]):
                self.events[gid].append(A.event_generator(labels[sign], weight, A.explicit_schedule([time_ms * U.ms])))

    def num_cells(self):
        return spec["cells"]

    def cell_kind(self, gid):
        return CABLE

    def cell_description(self, gid):
        # Cells that are alike share one description.
        key = gid if spec["kind"] == "W3" else gid % spec["groups"]
        if key not in self.cells:
            self.cells[key] = self.cell(gid, self.sites[gid].values() if hasattr(self, "sites") else [])
        return self.cells[key]

    def connections_on(self, gid):
        return self.incoming[gid]

    def event_generators(self, gid):
        return self.events[gid]

    def global_properties(self, kind):
        return self.properties


recipe = Recipe()
context = A.context(threads=spec["threads"], gpu_id=None)
each = math.ceil(spec["cells"] / spec["threads"])
group = min(spec.get("group") or each, each)  # never fewer groups than threads
domains = A.partition_load_balance(recipe, context, {CABLE: A.partition_hint(cpu_group_size=group)})
simulation = A.simulation(recipe, context, domains)
# `all` gives only the spikes of cells that have connections (0.12.2); `local` gives those of every cell of this process.
simulation.record(A.spike_recording.local)
start = time.perf_counter()
simulation.run(spec["duration_ms"] * U.ms, spec["dt_ms"] * U.ms)
run_s = time.perf_counter() - start
spikes = simulation.spikes()
common.write_spikes(spec, spikes["time"], spikes["source"]["gid"])
common.answer(run_s, len(spikes), scheme="backward Euler, staggered gates (first order)")
