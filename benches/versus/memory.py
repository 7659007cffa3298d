#!/usr/bin/env python3
"""Bytes that a cell, a node and a synapse take in each simulator, with so many that what a process has beside them does not count.

python3 benches/versus/memory.py                     a million points of W1: huxley and Brian2, a minute
python3 benches/versus/memory.py --workloads W2,W4   5,000 trees of 100 compartments; 4 million synapses on 50,000 points

What the process has at most, less that with few of them, over how many they are. Reading tables and building count: what is
needed then is the most of some. For Brian2 it is the program it writes. Runs are of 1 ms, in which points do not spike: in a
longer one (--ms) the others hold their spikes, and huxley, run with --no-output, does not.
"""

import argparse
import os

import prepare

# Small and large: cells, then synapses a cell; and what the difference is of.
SIZES = {
    "W1": ("cell", dict(cells=10), dict(cells=1_000_000)),
    "W2": ("compartment", dict(cells=10), dict(cells=5_000)),
    "W4": ("synapse", dict(cells=50_000, synapses=10), dict(cells=50_000, synapses=90)),
}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--workloads", default="W1", help="of W1, W2 and W4 (default: %(default)s)")
    parser.add_argument("--ms", type=float, default=1.0)
    parser.add_argument("--simulators", default="huxley,brian2", help="also arbor, neuron, braincell (default: %(default)s)")
    options = parser.parse_args()
    names = options.simulators.split(",")
    work = os.path.join(prepare.TARGET, "versus")
    runner = Runner(work, prepare.huxley())
    prepare.mechanisms(work, names)
    for workload in options.workloads.split(","):
        what, small, large = SIZES[workload]
        specs = [model.spec(workload, duration_ms=options.ms, **size) for size in (small, large)]
        folders = []
        for spec, size in zip(specs, (small, large)):
            folders.append(os.path.join(work, "inputs", "-".join([workload, *map(str, size.values())])))
            model.write_inputs(spec, folders[-1])
        counts = [spec["cells"] * (spec["synapses"] if what == "synapse" else spec["nodes"]) for spec in specs]
        for name in names:
            if workload not in SIMULATORS[name]["kinds"]:
                print(f"{workload} {label(name):<12} {MISSING[name, workload]}", flush=True)
                continue
            for precision in SIMULATORS[name]["precisions"]:
                runs = [runner.run(name, spec, folder, precision=precision) for spec, folder in zip(specs, folders)]
                each = (runs[1]["peak_rss"] - runs[0]["peak_rss"]) / (counts[1] - counts[0])
                spikes = runs[1]["spikes"]
                print(f"{workload} {label(name):<12} {precision}  {each:8.1f} bytes a {what}  {spikes:>9,} spikes", flush=True)


if __name__ == "__main__":
    prepare.environment()
    import model
    from simulators import MISSING, SIMULATORS, Runner, label

    main()
