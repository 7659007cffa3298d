"""The four workloads: their numbers, and the tables of sections, synapses and input spikes that every simulator reads.

Units are in the names: ms, mV, um, uA/cm2, nA, uS. Cell i belongs to group i mod 10; a group shares its drive.
"""

import csv
import json
import os
import random

GROUPS = 10
SEED = 20261126

# Squid axon of Hodgkin & Huxley 1952 at 6.3 degC with rest at -65 mV. Densities in S/cm2, capacitance 1 uF/cm2.
HH = dict(g_na=0.12, g_k=0.036, g_leak=0.0003, e_na=50.0, e_k=-77.0, e_leak=-54.3)
# Brette et al. 2007, benchmark 3 (data/models/cobahh.toml). Area 20,000 um2.
TRAUB_MILES = dict(g_na=0.1, g_k=0.03, g_leak=5e-5, e_na=50.0, e_k=-90.0, e_leak=-60.0, v_t=-63.0, area_um2=20000.0)

FULL = {
    "W1": dict(cells=10_000, duration_ms=100.0, dt_ms=0.025),
    "W2": dict(cells=100, duration_ms=100.0, dt_ms=0.025),
    "W3": dict(cells=100, duration_ms=200.0, dt_ms=0.025, synapses=1000),
    "W3x10": dict(cells=100, duration_ms=200.0, dt_ms=0.025, synapses=10_000),
    "W4": dict(cells=4000, duration_ms=1000.0, dt_ms=0.1, synapses=80),
}
QUICK = {
    "W1": dict(cells=500, duration_ms=50.0),
    "W2": dict(cells=10, duration_ms=50.0),
    "W3": dict(cells=12, duration_ms=100.0, synapses=100),
    "W3x10": dict(cells=12, duration_ms=100.0, synapses=1000),
    "W4": dict(cells=1000, duration_ms=400.0),
}
TITLES = {
    "W1": "{cells:,} independent HH points, {duration_ms:g} ms",
    "W2": "{cells:,} HH trees of 100 compartments, {duration_ms:g} ms",
    "W3": "rings of 4 such trees ({cells:,}), {synapses:,} synapses a cell, {duration_ms:g} ms",
    "W3x10": "rings of 4 such trees ({cells:,}), {synapses:,} synapses a cell, {duration_ms:g} ms",
    "W4": "COBAHH: {cells:,} points, {synapses} synapses a cell, delay 0.2 ms, {duration_ms:g} ms",
}
DENDRITES = 33  # sections of three compartments; with the soma 100


def kind(workload):
    """W3x10 is W3 with more synapses."""
    return workload[:2]


def spec(workload, quick=False, **more):
    """All numbers of a workload, in one dictionary that is handed to every simulator as JSON."""
    out = dict(workload=workload, kind=kind(workload), groups=GROUPS, v_init_mv=-65.0, threshold_mv=0.0)
    out.update(FULL[workload])
    if quick:
        out.update(QUICK[workload])
    out.update(more)
    if out["kind"] == "W1":
        # 8 to 11.6 uA/cm2; a sphere of 20 um has pi d^2.
        out.update(membrane=HH, diameter_um=20.0, drive_ua_cm2=[8.0 + 0.4 * g for g in range(GROUPS)], nodes=1)
    elif out["kind"] == "W2":
        out.update(membrane=HH, drive_na=[round(0.6 + 0.04 * g, 3) for g in range(GROUPS)], nodes=1 + 3 * DENDRITES)
    elif out["kind"] == "W3":
        out.update(
            membrane=HH,
            nodes=1 + 3 * DENDRITES,
            ring=4,
            ring_weight_us=0.3,
            weight_us=1e-6,
            delay_ms=5.0,
            tau_ms=2.0,
            reversal_mv=0.0,
            kick_ms=10.0,
        )
    else:
        out.update(
            membrane=TRAUB_MILES,
            nodes=1,
            excitatory=out["cells"] * 4 // 5,
            delay_ms=0.2,
            exc=dict(tau_ms=5.0, reversal_mv=0.0, weight_us=0.006),
            inh=dict(tau_ms=10.0, reversal_mv=-80.0, weight_us=0.067),
        )
    return out


def tree():
    """Rows (section, parent, length_um, diameter_um, compartments): the soma, then a binary tree from its end."""
    rows = [(0, -1, 20.0, 20.0, 1)]
    for j in range(DENDRITES):
        rows.append((1 + j, 0 if j == 0 else 1 + (j - 1) // 2, 60.0, 2.0, 3))
    return rows


def write_inputs(spec, folder):
    """Writes the workload's tables into `folder`, from the fixed seed."""
    os.makedirs(folder, exist_ok=True)
    rng = random.Random(SEED)
    cells = spec["cells"]
    if spec["kind"] in ("W2", "W3"):
        table(folder, "tree.csv", ["section", "parent", "length_um", "diameter_um", "compartments"], tree())
    if spec["kind"] == "W3":
        ring = spec["ring"]
        table(folder, "ring.csv", ["source", "target"], [(i, i + 1 if (i + 1) % ring else i + 1 - ring) for i in range(cells)])
        rows = (
            (rng.randrange(cells), target, rng.randrange(spec["nodes"]))
            for target in range(cells)
            for _ in range(spec["synapses"])
        )
        table(folder, "synapses.csv", ["source", "target", "compartment"], rows)
    if spec["kind"] == "W4":

        def source(sign):
            n = spec["excitatory"]
            return rng.randrange(n) if sign > 0 else rng.randrange(n, cells)

        # 80 into each cell: 64 from excitatory and 16 from inhibitory ones, as 2 % of 3,200 and of 800.
        rows = (
            (source(sign), target, sign)
            for target in range(cells)
            for sign in [1] * (spec["synapses"] * 4 // 5) + [-1] * (spec["synapses"] // 5)
        )
        table(folder, "synapses.csv", ["source", "target", "sign"], rows)
        table(folder, "volley.csv", ["group", "sign", "time_ms", "weight_us"], volley())


def volley():
    """Input spikes that set COBAHH off: each group's excitation in its millisecond (41 nS on
    average) and inhibition a little later (60 nS)."""
    rows = []
    for group in range(GROUPS):
        rows.append((group, 1, 0.6 + group * 1.0, round(0.025 + 0.0035 * ((7 * group) % 10), 6)))
        rows.append((group, -1, 1.0 + group * 1.0, round(0.033 + 0.006 * ((3 * group) % 10), 6)))
    return rows


def table(folder, name, header, rows):
    with open(os.path.join(folder, name), "w", newline="") as f:
        out = csv.writer(f, lineterminator="\n")
        out.writerow(header)
        out.writerows(rows)


def read_table(folder, name, *types):
    """The columns of a table, each as a list."""
    with open(os.path.join(folder, name), newline="") as f:
        rows = list(csv.reader(f))[1:]
    return [[t(row[k]) for row in rows] for k, t in enumerate(types)]


def save(spec, path):
    with open(path, "w") as f:
        json.dump(spec, f, indent=1)
