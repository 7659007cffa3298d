"""Writes a workload as huxley's model file."""

import os

from model import read_table

RUN = """schema = 1
name = "{name}"
celsius = "{celsius} degC"

[run]
duration = "{duration_ms} ms"
dt = "{dt_ms} ms"
tick = "{tick_ms} ms"
integrator = "{integrator}"
"""
CELLS = """
[populations.{name}]
size = {size}
shape = {shape}
v_init = "{v_init_mv} mV"
threshold = "{threshold_mv} mV"
membrane = {{ preset = "{preset}"{more} }}
"""
STEP = """
[stimuli.drive_{group}]
population = "cells"
cells = {{ first = {group}, step = {groups} }}
kind = "step"
amplitude = "{amplitude}"
"""
SYNAPSE = """
[synapses.{name}]
model = "exp"
tau = "{tau_ms} ms"
reversal = "{reversal_mv} mV"
"""
TABLE = """
[projections.{name}]
source = "cells"
target = "cells"
synapse = {synapse}
rule = "table"
table = "{table}"
columns = {{ {columns} }}
weight = {weight}
delay = "{delay_ms} ms"
duplicates = "keep"
self_pairs = "keep"
"""
SPIKES = """
[stimuli.{name}]
population = "cells"
cells = {{ first = {first}, step = {step} }}
kind = "spikes"
synapse = "{synapse}"
weight = "{weight} uS"
times = ["{time} ms"]
"""


def shape(folder):
    """The tree of tree.csv as a list of sections."""
    sections = []
    for section, parent, length, diameter, count in zip(*read_table(folder, "tree.csv", int, int, float, float, int)):
        kind = 'kind = "soma"' if parent < 0 else f'parent = "{"s" if parent else "soma"}{parent or ""}"'
        name = f"s{section}" if section else "soma"
        sections.append(
            f'{{ name = "{name}", {kind}, length = "{length} um", diameter = "{diameter} um", compartments = {count} }}'
        )
    return "{ sections = [\n  " + ",\n  ".join(sections) + ",\n] }"


def write(spec, folder, name, integrator="staggered"):
    """Writes `folder`/`name`.toml, beside the tables, and returns its path."""
    kind = spec["kind"]
    # Spikes arrive to the nearest tick: with synapses it is dt, as in the peers, unless the spec says another.
    tick = spec.get("tick_ms") or (spec["dt_ms"] if kind in ("W3", "W4") else 1.0)
    text = RUN.format(**dict(spec, name=name, celsius=36 if kind == "W4" else 6.3, tick_ms=tick, integrator=integrator))
    preset = "traub_miles" if kind == "W4" else "hh"
    cells = dict(
        name="cells", size=spec["cells"], preset=preset, more="", v_init_mv=spec["v_init_mv"], threshold_mv=spec["threshold_mv"]
    )
    if kind == "W1":
        cells["shape"] = f'{{ point = {{ diameter = "{spec["diameter_um"]} um" }} }}'
    elif kind == "W4":
        cells["shape"] = f'{{ point = {{ area = "{spec["membrane"]["area_um2"]} um2" }} }}'
    else:
        cells.update(shape=shape(folder), more=', axial_resistivity = "100 ohm cm"')
    text += CELLS.format(**cells)
    for unit, key in (("uA/cm2", "drive_ua_cm2"), ("nA", "drive_na")):
        for group, value in enumerate(spec.get(key, [])[: spec["cells"]]):
            text += STEP.format(group=group, groups=spec["groups"], amplitude=f"{value} {unit}")
    if kind == "W3":
        text += SYNAPSE.format(name="exp", **spec)
        text += TABLE.format(
            name="around",
            synapse='"exp"',
            table="ring.csv",
            columns='source = "source", target = "target"',
            weight=f'"{spec["ring_weight_us"]} uS"',
            **{"delay_ms": spec["delay_ms"]},
        )
        text += TABLE.format(
            name="background",
            synapse='"exp"',
            table="synapses.csv",
            weight=f'"{spec["weight_us"]} uS"',
            columns='source = "source", target = "target", compartment = "compartment"',
            delay_ms=spec["delay_ms"],
        )
        text += SPIKES.format(
            name="kick", first=0, step=spec["ring"], synapse="exp", weight=spec["ring_weight_us"], time=spec["kick_ms"]
        )
    if kind == "W4":
        text += SYNAPSE.format(name="exc", **spec["exc"]) + SYNAPSE.format(name="inh", **spec["inh"])
        text += TABLE.format(
            name="recurrent",
            synapse='{ "1" = "exc", "-1" = "inh" }',
            table="synapses.csv",
            delay_ms=spec["delay_ms"],
            columns='source = "source", target = "target", sign = "sign"',
            weight=f'{{ "1" = "{spec["exc"]["weight_us"]} uS", "-1" = "{spec["inh"]["weight_us"]} uS" }}',
        )
        rows = zip(*read_table(folder, "volley.csv", int, int, float, float))
        for number, (group, sign, time, weight) in enumerate(rows):
            text += SPIKES.format(
                name=f"volley_{number}",
                first=group,
                step=spec["groups"],
                synapse="exc" if sign > 0 else "inh",
                weight=weight * spec.get("volley_factor", 1.0),
                time=time,
            )
    path = os.path.join(folder, f"{name}.toml")
    with open(path, "w") as f:
        f.write(text)
    return path
