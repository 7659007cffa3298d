#!/usr/bin/env python3
"""What a tick costs against how much a network has: cells, arrivals of spikes, plastic synapses, threads.

    python3 benches/scaling/run.py                       some minutes, on a machine that does nothing else
    python3 benches/scaling/run.py --quick               small sizes: does it work here?

Runs network.toml in many sizes and lays one sum through all times of each number of threads:

    a tick = fixed + a * cells * substeps + b * cells with event synapses * substeps + c * arrivals
             + d * cells with plastic synapses + e * plastic synapses

Relative distances are made small (least squares, weights 1/t^2). Writes scaling.txt and scaling.json to --out. Standard library only;
HUXLEY names the program, else target/release/huxley."""

import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
TERMS = ("a tick", "a cell and substep", "a cell's event receptor and substep", "an arrival", "a cell with plastic synapses",
         "a plastic synapse")
SIZES = [(cells, 0, 0) for cells in (1000, 4000, 16000, 64000, 256000)] \
    + [(cells, events, 0) for cells in (4000, 16000, 64000) for events in (10, 100, 500)] \
    + [(cells, 0, plastic) for cells in (1000, 4000) for plastic in (10, 100, 1000)] \
    + [(4000, 100, 100), (16000, 100, 100)]
QUICK = [(200, 0, 0), (400, 0, 0), (200, 10, 0), (400, 10, 0), (200, 0, 10), (400, 20, 10)]


def run(program, size, threads, precision):
    """One run: seconds a tick, and how much of each term a tick had."""
    cells, events, plastic = size
    sets = [f"cells={cells}", f"events={events}", f"plastic={plastic}"]
    command = [program, "run", str(HERE / "network.toml"), "--json", "-q", "--no-output", "--backend", "cpu",
               "--threads", str(threads), "--precision", precision]
    for each in sets:
        command += ["--set", each]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)}\n{done.stderr}")
    report = json.loads(done.stdout)
    ticks = report["ticks"]
    steps = cells * report["substeps"]
    arrivals = report["spikes"] * events / ticks
    amounts = (1.0, steps, steps if events else 0.0, arrivals, float(cells) if plastic else 0.0, float(cells * plastic))
    return report["wall_s"] / ticks, amounts


def fit(rows):
    """Coefficients of the sum with the smallest relative distances, and their root mean square."""
    used = [k for k in range(len(TERMS)) if any(amounts[k] for _, amounts in rows)]
    scaled = [[amounts[k] / time for k in used] for time, amounts in rows]
    size = len(used)
    normal = [[sum(row[i] * row[j] for row in scaled) for j in range(size)] + [sum(row[i] for row in scaled)]
              for i in range(size)]
    for i in range(size):
        best = max(range(i, size), key=lambda r: abs(normal[r][i]) / (max(map(abs, normal[r][:size])) or 1.0))
        normal[i], normal[best] = normal[best], normal[i]
        for r in range(size):
            if r != i:
                factor = normal[r][i] / normal[i][i]
                normal[r] = [x - factor * y for x, y in zip(normal[r], normal[i])]
    found = [normal[i][size] / normal[i][i] for i in range(size)]
    coefficients = [found[used.index(k)] if k in used else 0.0 for k in range(len(TERMS))]
    off = [sum(c * a for c, a in zip(coefficients, amounts)) / time - 1.0 for time, amounts in rows]
    return coefficients, statistics.fmean(x * x for x in off) ** 0.5, off


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--threads", default="1,2", help="numbers of threads")
    parser.add_argument("--precision", default="f32", choices=("f32", "f64"))
    parser.add_argument("--rounds", type=int, default=3, help="runs of each size; their median counts")
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path("out/scaling"))
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    program = os.environ.get("HUXLEY", str(HERE.parent.parent / "target" / "release" / "huxley"))
    if not pathlib.Path(program).is_file():
        sys.exit(f"there is no program {program}: build it with `cargo build --release`, or name one in HUXLEY")
    sizes = QUICK if options.quick else SIZES
    threads = [int(each) for each in options.threads.split(",")]
    times = {}
    for turn in range(options.rounds):
        for count in threads:
            for size in sizes:
                print(f"round {turn + 1} of {options.rounds}, {count} thread{'s' * (count > 1)}, {size[0]} cells, {size[1]} event and "
                      f"{size[2]} plastic synapses a cell", file=sys.stderr)
                time, amounts = run(program, size, count, options.precision)
                times.setdefault((count, size), ([], amounts))[0].append(time)
    lines, document = [], []
    for count in threads:
        rows = [(statistics.median(own), amounts) for (k, _), (own, amounts) in times.items() if k == count]
        coefficients, residual, off = fit(rows)
        lines.append(f"{count} thread{'s' if count > 1 else ''}, {options.precision}: off the sum {100 * residual:.1f} %")
        lines += [f"    {1e9 * c:12.3f} ns  {term}" for term, c in zip(TERMS, coefficients)]
        lines.append(f"    {'cells':>8} {'events':>8} {'plastic':>8} {'measured':>12} {'the sum':>12} {'off':>6}")
        for size, (time, _), x in zip(sizes, rows, off):
            lines.append(f"    {size[0]:8} {size[1]:8} {size[2]:8} {1e6 * time:9.1f} us {1e6 * time * (1 + x):9.1f} us "
                         f"{100 * x:+5.0f} %")
        document.append({
            "threads": count, "precision": options.precision, "residual": residual,
            "ns": dict(zip(TERMS, (1e9 * c for c in coefficients))),
            "points": [{"cells": s[0], "events": s[1], "plastic": s[2], "amounts": dict(zip(TERMS, a)), "s_a_tick": times[(count, s)][0],
                        "off": x} for s, (_, a), x in zip(sizes, rows, off)],
        })
    text = "\n".join(lines) + "\n"
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "scaling.txt").write_text(text)
    (options.out / "scaling.json").write_text(json.dumps({"rounds": options.rounds, "fits": document}, indent=1) + "\n")
    print(text, end="")


if __name__ == "__main__":
    main()
