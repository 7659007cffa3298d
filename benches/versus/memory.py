#!/usr/bin/env python3
"""Bytes that a point neuron of W1 takes in each simulator, with cells enough that what a process has beside them does not count.

python3 benches/versus/memory.py          a million cells for 1 ms, in which none spikes, in huxley and Brian2

What the process has at most, less that with ten cells, over the cells. For Brian2 it is the program it writes. With a longer --ms the
others hold their spikes; huxley, run with --no-output, does not.
"""

import argparse
import os

import prepare


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cells", type=int, default=1_000_000)
    parser.add_argument("--ms", type=float, default=1.0)
    parser.add_argument("--simulators", default="huxley,brian2", help="also arbor, neuron, braincell (default: %(default)s)")
    options = parser.parse_args()
    names = options.simulators.split(",")
    work = os.path.join(prepare.TARGET, "versus")
    runner = Runner(work, prepare.huxley())
    prepare.mechanisms(work, names)
    for name in names:
        for precision in SIMULATORS[name]["precisions"]:
            peaks = []
            for cells in (10, options.cells):
                spec = model.spec("W1", cells=cells, duration_ms=options.ms)
                inputs = os.path.join(work, "inputs", f"W1-{cells}")
                model.write_inputs(spec, inputs)
                result = runner.run(name, spec, inputs, precision=precision)
                peaks.append(result["peak_rss"])
            each = (peaks[1] - peaks[0]) / options.cells
            print(f"{label(name):<12} {precision}  {each:8.1f} bytes a cell  {result['spikes']:>9,} spikes", flush=True)


if __name__ == "__main__":
    prepare.environment()
    import model
    from simulators import SIMULATORS, Runner, label

    main()
