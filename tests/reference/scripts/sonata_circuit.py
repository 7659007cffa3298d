"""A SONATA circuit made and run by BMTK (BioNet, NEURON): two shapes, squid somata, virtual inputs, synapses by section, clamps, reports.

Usage: python sonata_circuit.py OUTPUT_FOLDER [FOLDER_OF_SWC]. Writes the circuit into OUTPUT_FOLDER/sonata and what NEURON made of it
into OUTPUT_FOLDER/sonata/neuron.json; of real cells, whose folder may be given, the sections in BMTK's order into
OUTPUT_FOLDER/sonata/sections.json. The shapes (components/morphologies) are already there. Needs bmtk beside what is in requirements.txt.
"""
import json
import os
import shutil
import subprocess
import sys

import numpy as np

DT, TSTOP, DL, CELSIUS, V_INIT, THRESHOLD = 0.025, 100.0, 20.0, 6.3, -65.0, -15.0
HERE = os.path.abspath(os.path.join(sys.argv[1], "sonata"))
# Spike times of the virtual cells, ms: on the grid of dt, so that huxley's ticks and NEURON's steps deliver them alike.
TRAINS = {0: [5.0, 12.0, 31.25, 32.5, 60.0], 1: [5.5, 20.025, 45.0, 70.0], 2: [8.0, 33.0, 34.0, 80.0],
          3: [10.0, 11.0, 50.025, 75.0], 4: [], 5: [15.0, 16.0, 17.0, 55.0, 57.5, 90.0]}
SECTIONS = {"pyr": 13, "int": 9}


def dynamics():
    """Parameters of cells, in the schema of the Allen Cell Types Database."""
    def sections(**values):
        return [{"section": name, "cm": value} for name, value in values.items()]

    def genome(rows):
        return [{"section": s, "mechanism": m, "name": n, "value": v} for s, m, n, v in rows]

    squid = [("soma", "hh", "gnabar_hh", 0.12), ("soma", "hh", "gkbar_hh", 0.036), ("soma", "hh", "gl_hh", 0.0003), ("soma", "hh", "el_hh", -54.3)]
    return {
        "pyr.json": {
            "passive": [{"ra": 120.0, "cm": sections(soma=1.0, axon=1.0, dend=1.6, apic=1.7), "e_pas": -66.0}],
            "conditions": [{"celsius": 6.3, "v_init": -66.0, "erev": [{"section": "soma", "ena": 53.0, "ek": -79.0}]}],
            "genome": genome(squid + [("axon", "hh", "gnabar_hh", 0.2), ("axon", "hh", "gkbar_hh", 0.06), ("soma", "", "g_pas", 2e-5),
                                      ("axon", "", "g_pas", 3e-5), ("dend", "", "g_pas", 8e-5), ("apic", "", "g_pas", 9e-5)]),
        },
        "int.json": {
            "passive": [{"ra": 90.0, "cm": sections(soma=0.9, axon=0.9, dend=0.9, apic=0.9), "e_pas": -64.0}],
            "conditions": [{"celsius": 6.3, "v_init": -64.0, "erev": []}],
            # The axon has no `g_pas` of its own: NEURON's 0.001 S/cm2.
            "genome": genome(squid + [("axon", "hh", "gl_hh", 0.0002), ("soma", "", "g_pas", 1e-5), ("dend", "", "g_pas", 6e-5),
                                      ("dend", "hh", "gnabar_hh", 0.01), ("dend", "hh", "gkbar_hh", 0.004), ("dend", "hh", "gl_hh", 1e-5)]),
        },
    }


SYNAPSES = {
    "ampa.json": {"level_of_detail": "exp2syn", "tau1": 0.5, "tau2": 3.0, "erev": 0.0},
    "gaba.json": {"level_of_detail": "exp2syn", "tau1": 1.0, "tau2": 8.0, "erev": -75.0},
    "fast.json": {"level_of_detail": "expsyn", "tau": 2.0, "erev": 0.0},
}


def dump(path, value):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as f:
        json.dump(value, f, indent=1)
        f.write("\n")


def build():
    from bmtk.builder import NetworkBuilder
    network = os.path.join(HERE, "network")
    for folder in ("network", "inputs", "output"):
        shutil.rmtree(os.path.join(HERE, folder), ignore_errors=True)
    cortex = NetworkBuilder("cortex")
    common = {"model_type": "biophysical", "model_template": "ctdb:Biophys1.hoc"}
    # A column of their own puts the pyramidal cells into a group of their own.
    cortex.add_nodes(N=3, ei="e", morphology="pyr", dynamics_params="pyr.json", model_processing="aibs_perisomatic", x=[0.0, 10.0, 20.0],
                     layer=[4, 5, 5], **common)
    cortex.add_nodes(N=2, ei="i", morphology="int.swc", dynamics_params="int.json", model_processing="fullaxon", **common)
    cortex.add_nodes(N=1, ei="e", morphology="int", dynamics_params="pyr.json", model_processing="aibs_allactive", **common)
    cortex.build()
    cortex.save_nodes(output_dir=network)
    inputs = NetworkBuilder("inputs")
    inputs.add_nodes(N=len(TRAINS), model_type="virtual", kind="relay")
    counter = [0]

    def place(source, target):
        """A section and a position, another for each synapse: all sections of the cell are met. Not their ends: there NEURON has nodes
        without membrane, huxley acts in the nearest compartment."""
        counter[0] += 1
        # Of the pyramidal cell the axon's sections are gone and the stub's two are the last.
        count = SECTIONS["pyr"] if target["morphology"] == "pyr" else SECTIONS["int"]
        section = (7 * counter[0] + 3 * target["node_id"]) % count
        return section, [0.02, 0.13, 0.5, 0.77, 0.98][counter[0] % 5]

    def weight(least, step):
        return lambda source, target: least + step * ((source["node_id"] * 5 + target["node_id"] * 3) % 4)

    where = (["afferent_section_id", "afferent_section_pos"], place, [np.int32, float])

    def placed(connection, least, step):
        connection.add_properties(where[0], rule=where[1], dtypes=where[2])
        connection.add_properties("syn_weight", rule=weight(least, step), dtypes=float)

    feed = inputs.add_edges(source=inputs.nodes(), target=cortex.nodes(ei="e"), connection_rule=lambda s, t: 2 if (s["node_id"] + t["node_id"]) % 2 else 1,
                            delay=1.5, dynamics_params="ampa.json", model_template="exp2syn")
    placed(feed, 0.004, 0.002)
    # Delays by edge, over the type's; two synapses at once on a soma of one compartment, where drawing has one choice.
    inputs.add_edges(source=inputs.nodes(), target=cortex.nodes(ei="i"), connection_rule=1, syn_weight=0.003, nsyns=2, delay=0.5,
                     target_sections=["somatic"], distance_range=[0.0, 1000.0], dynamics_params="fast.json", model_template="ExpSyn")
    inputs.build()
    inputs.save(output_dir=network)
    excite = cortex.add_edges(source=cortex.nodes(ei="e"), target=cortex.nodes(), delay=2.0, dynamics_params="ampa.json", model_template="Exp2Syn",
                              connection_rule=lambda s, t: 0 if s["node_id"] == t["node_id"] else 1)
    placed(excite, 0.002, 0.001)
    excite.add_properties("delay", rule=lambda s, t: 1.0 + 0.25 * ((s["node_id"] + 2 * t["node_id"]) % 4), dtypes=float)
    inhibit = cortex.add_edges(source=cortex.nodes(ei="i"), target=cortex.nodes(ei="e"), connection_rule=1, delay=0.8,
                               dynamics_params="gaba.json", model_template="Exp2Syn")
    placed(inhibit, 0.003, 0.001)
    cortex.build()
    cortex.save_edges(output_dir=network)
    spikes()
    configs()


def spikes():
    from bmtk.utils.reports.spike_trains import SpikeTrains
    trains = SpikeTrains(population="inputs")
    for node, times in TRAINS.items():
        for time in times:
            trains.add_spike(node_id=node, timestamp=time)
    os.makedirs(os.path.join(HERE, "inputs"))
    trains.to_sonata(os.path.join(HERE, "inputs", "spikes.h5"))
    trains.to_csv(os.path.join(HERE, "inputs", "spikes.csv"))


def configs():
    components = os.path.join(HERE, "components")
    for name, value in dynamics().items():
        dump(os.path.join(components, "cells", name), value)
    for name, value in SYNAPSES.items():
        dump(os.path.join(components, "synapses", name), value)

    def circuit(edges):
        files = [{"edges_file": "$NETWORK_DIR/%s_edges.h5" % name, "edge_types_file": "$NETWORK_DIR/%s_edge_types.csv" % name} for name in edges]
        return {
            "manifest": {"$BASE_DIR": "${configdir}", "$NETWORK_DIR": "$BASE_DIR/network", "$COMPONENTS": "$BASE_DIR/components"},
            "components": {"morphologies_dir": "$COMPONENTS/morphologies", "biophysical_neuron_models_dir": "$COMPONENTS/cells",
                           "synaptic_models_dir": "$COMPONENTS/synapses"},
            "networks": {
                "nodes": [{"nodes_file": "$NETWORK_DIR/%s_nodes.h5" % name, "node_types_file": "$NETWORK_DIR/%s_node_types.csv" % name}
                          for name in ("cortex", "inputs")],
                "edges": files,
            },
        }

    def simulation(circuit, spikes):
        return {
            "manifest": {"$BASE_DIR": "."},
            "target_simulator": "NEURON",
            "network": "$BASE_DIR/" + circuit,
            "run": {"tstop": TSTOP, "dt": DT, "dL": DL, "spike_threshold": THRESHOLD, "nsteps_block": 5000},
            "conditions": {"celsius": CELSIUS, "v_init": V_INIT},
            "node_sets": {"excitatory": {"population": "cortex", "ei": "e"}, "deep": {"population": "cortex", "layer": 5, "node_id": [0, 1, 2]},
                          "interneurons": {"population": "cortex", "node_id": [3, 4]}, "virtual": {"model_type": "virtual"}},
            "inputs": {
                "spikes": {"input_type": "spikes", "module": spikes[1], "input_file": "$BASE_DIR/inputs/" + spikes[0], "node_set": "virtual"},
                "step": {"input_type": "current_clamp", "module": "IClamp", "node_set": "deep", "amp": 0.35, "delay": 20.0, "duration": 40.0},
                "steps": {"input_type": "current_clamp", "module": "IClamp", "node_set": "interneurons", "amp": [0.1, 0.3], "delay": [5.0, 64.0],
                          "duration": [20.0, 30.0]},
            },
            "output": {"output_dir": "$BASE_DIR/output", "log_file": "log.txt", "spikes_file": "spikes.h5"},
            "reports": {"potential": {"cells": {"population": "cortex"}, "variable_name": "v", "module": "membrane_report", "sections": "soma"}},
        }

    dump(os.path.join(HERE, "circuit_config.json"), circuit(["inputs_cortex", "cortex_cortex"]))
    dump(os.path.join(HERE, "feedforward_circuit.json"), circuit(["inputs_cortex"]))
    dump(os.path.join(HERE, "simulation_config.json"), simulation("circuit_config.json", ("spikes.h5", "sonata")))
    dump(os.path.join(HERE, "feedforward.json"), simulation("feedforward_circuit.json", ("spikes.csv", "csv")))


def run(config):
    """Runs a configuration in this process and prints spikes, traces and sections as JSON."""
    import h5py
    from neuron import h
    from bmtk.simulator import bionet
    from bmtk.simulator.bionet.default_setters import cell_models
    from bmtk.simulator.bionet.virtualcell import VirtualCell
    from bmtk.simulator.bionet.pyfunction_cache import add_cell_processor, add_synapse_model

    def fullaxon(hobj, cell, params):
        cell_models.set_params_peri(hobj, params)
        return hobj

    def exp_syn(params, x, section):
        pairs = zip(x, section) if hasattr(x, "__len__") else [(x, section)]
        made = []
        for x_, section_ in pairs:
            synapse = h.ExpSyn(x_, sec=section_)
            synapse.tau, synapse.e = params["tau"], params["erev"]
            made.append(synapse)
        return made if hasattr(x, "__len__") else made[0]

    def exp2_syn(params, x, section):
        from bmtk.simulator.bionet.default_setters import synapse_models
        return (synapse_models.exp2syn if hasattr(x, "__len__") else synapse_models.Exp2Syn)(params, x, section)

    add_cell_processor(fullaxon, "fullaxon")
    add_synapse_model(exp_syn, "ExpSyn", overwrite=True)
    add_synapse_model(exp2_syn, "Exp2Syn", overwrite=True)
    add_synapse_model(exp2_syn, "exp2syn", overwrite=True)
    h.usetable_hh = 0
    # NEURON's package has no VecStim: events of virtual cells are put into their connections at the start instead.
    def set_stim(cell, _stim, trains):
        cell.times = sorted(trains.get_times(node_id=cell.node_id))

    VirtualCell.set_stim = set_stim
    conf = bionet.Config.from_json(os.path.join(HERE, config), validate=False)
    conf.build_env()
    network = bionet.BioNetwork.from_config(conf)
    simulation = bionet.BioSimulator.from_config(conf, network)
    traces, sections = {}, {}
    for cell in network.get_local_cells().values():
        trace = h.Vector()
        trace.record(cell.hobj.soma[0](0.5)._ref_v)
        traces[int(cell.node_id)] = trace
        sections[int(cell.node_id)] = [[s.name().split(".")[1], s.L, s.nseg] for s in cell.get_sections()]

    def events():
        for cell in network.get_local_cells().values():
            for connection in cell.connections():
                if connection.is_virtual:
                    netcon = connection._connector
                    for time in TRAINS[connection.source_node.node_id]:
                        netcon.event(time + netcon.delay)

    handler = h.FInitializeHandler(1, events)
    virtual = network._virtual_nodes["inputs"]
    assert all(list(virtual[node].times) == sorted(times) for node, times in TRAINS.items())
    assert h.secondorder == 0 and h.usetable_hh == 0
    simulation.run()
    with h5py.File(os.path.join(HERE, "output", "spikes.h5")) as f:
        own = f["spikes/cortex"]
        found = sorted([float(t), int(n)] for t, n in zip(own["timestamps"], own["node_ids"]))
    with open(os.path.join(HERE, "result.json"), "w") as f:
        json.dump({"spikes": found, "sections": sections, "v": {k: list(v) for k, v in traces.items()}, "neuron": h.nrnversion(0)}, f)


def real_sections(folder):
    """Sections of reconstructed cells in the order in which BMTK counts them: name and length, the axon kept and replaced."""
    from neuron import h
    from bmtk.simulator.bionet import nrn
    from bmtk.simulator.bionet.default_setters import cell_models
    nrn.load_neuron_modules(mechanisms_dir=None, templates_dir=None)
    out = {}
    for name in sorted(os.listdir(folder)):
        if not name.endswith(".swc"):
            continue
        for axon, change in (("fullaxon", None), ("aibs_perisomatic", cell_models.fix_axon_peri), ("aibs_allactive", cell_models.fix_axon_allactive)):
            cell = h.Biophys1(os.path.join(folder, name))
            if change is not None:
                change(cell)
            out.setdefault(name, {})[axon] = [[s.name().split(".")[1], round(s.L, 3), round(s.diam, 4)] for s in cell.all]
    with open(os.path.join(HERE, "sections.json"), "w") as f:
        json.dump(out, f, separators=(",", ":"))
        f.write("\n")


def main():
    if len(sys.argv) > 3:
        return run(sys.argv[3])
    import bmtk
    build()
    out = {"tool": "BMTK %s BioNet" % bmtk.__version__, "script": "scripts/sonata_circuit.py",
           "units": {"time": "ms", "v": "mV", "length": "um"},
           "conventions": "spikes are [time, node id], times as NEURON's fixed step records them: the end of the step that ends above the "
                          "threshold; v is soma(0.5) of each cell of `cortex` at t = 0, dt, ...; every fourth value is kept",
           "dt": DT}
    for name, config in (("full", "simulation_config.json"), ("feedforward", "feedforward.json")):
        subprocess.run([sys.executable, os.path.abspath(__file__), os.path.dirname(HERE), "-", config], check=True, cwd=HERE)
        with open(os.path.join(HERE, "result.json")) as f:
            result = json.load(f)
        out["neuron"] = result["neuron"]
        out["sections"] = result["sections"]
        out[name] = {"spikes": [[round(t, 6), n] for t, n in result["spikes"]],
                     "v": {k: [round(x, 7) for x in v[::4]] for k, v in result["v"].items()} if name == "feedforward" else {}}
        os.remove(os.path.join(HERE, "result.json"))
        shutil.rmtree(os.path.join(HERE, "output"), ignore_errors=True)
    if len(sys.argv) > 2:
        real_sections(sys.argv[2])
    with open(os.path.join(HERE, "neuron.json"), "w") as f:
        json.dump(out, f, separators=(",", ":"))
        f.write("\n")


main()
