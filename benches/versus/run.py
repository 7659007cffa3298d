#!/usr/bin/env python3
"""huxley against NEURON (CoreNEURON), Arbor, Brian2 and BrainCell on this machine: see docs/versus.md.

python3 benches/versus/run.py --quick        small sizes: does it all work here?
python3 benches/versus/run.py --rounds 3     the measurement, on a machine that does nothing else
"""

import argparse
import os
import shutil
import sys
import time

import prepare

sys.dont_write_bytecode = True


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="small sizes: a test of the comparison, not a measurement")
    parser.add_argument("--workloads", default="W1,W2,W3,W4", help="of W1, W2, W3, W3x10, W4 (default: %(default)s)")
    parser.add_argument("--simulators", default="neuron,arbor,brian2,braincell", help="(default: all; huxley is always there)")
    parser.add_argument("--rounds", type=int, default=3, help="times each is run, one after the other (default: %(default)s)")
    parser.add_argument("--threads", default="1,2", help="numbers of threads (default: %(default)s, up to the CPUs there are)")
    parser.add_argument(
        "--out", default="out/versus", help="folder for the table, the JSON and the picture (default: %(default)s)"
    )
    parser.add_argument("--no-check", action="store_true", help="leaves out the small networks (the counts are checked anyway)")
    return parser.parse_args()


def say(*text):
    print(f"[{time.strftime('%H:%M:%S')}]", *text, file=sys.stderr, flush=True)


def best_settings(runner, name, spec, inputs):
    """The faster of a simulator's settings for this workload, on one thread."""
    settings = SIMULATORS[name].get("settings", [{}])
    if name == "arbor" and spec["kind"] == "W4":
        settings = [{}]  # groups exchange spikes every 0.1 ms here: more of them cost more
    if len(settings) < 2:
        return settings[0], []
    times = [(runner.run(name, spec, inputs, **s)["run_s"], k) for k, s in enumerate(settings)]
    return settings[min(times)[1]], [dict(settings=settings[k], run_s=s) for s, k in times]


def measure(runner, workload, names, options, threads):
    """All rounds of a workload. Returns its part of the report."""
    spec = model.spec(workload, options.quick)
    inputs = os.path.join(runner.work, "inputs", workload + ("-quick" if options.quick else ""))
    model.write_inputs(spec, inputs)
    able = [n for n in names if spec["kind"] in SIMULATORS[n]["kinds"]]
    runner.threads = max(threads)
    part = dict(
        workload=workload,
        title=model.TITLES[workload].format(**spec),
        spec=spec,
        small=[],
        rows=[],
        tuned={},
        missing={n: MISSING[n, spec["kind"]] for n in names if (n, spec["kind"]) in MISSING},
        substeps=round(spec["duration_ms"] / spec["dt_ms"]),
        nodes=spec["cells"] * spec["nodes"],
    )
    if spec["kind"] in check.SMALL and not options.no_check:
        say(workload, "small networks at dt and dt/2")
        part["small"] = check.converges(runner, workload, [n for n in able if n != "coarse"], os.path.join(runner.work, "inputs"))
        for row in part["small"]:
            say("  ", report.small(row))
        if spec["kind"] in ("W1", "W2"):
            part["floors"] = check.floors(runner, workload, able, os.path.join(runner.work, "inputs"))
    settings = {}
    for name in able:
        settings[name], part["tuned"][name] = best_settings(runner, name, spec, inputs)
    rates = check.reference_rates(runner, spec, inputs) if spec["kind"] == "W4" else None
    pairs = [(n, p, t) for t in threads for p in ("f64", "f32") for n in able if p in SIMULATORS[n]["precisions"]]
    reference, rows, finer = None, {}, {}
    for name, precision, count in pairs:  # once with spikes: compiles what is compiled, warms up, and is not timed
        say(workload, label(name), precision, f"{count} threads" if count > 1 else "1 thread")
        try:
            result = runner.run(name, spec, inputs, threads=count, precision=precision, spikes=True, **settings[name])
        except RuntimeError as error:
            say(str(error))
            part["missing"][f"{name} {precision}, threads: {count}"] = str(error).splitlines()[-1][:200]
            continue
        reference = reference or result
        verdict = check.counts(name, result, reference, spec, rates)
        if rates and not verdict["passes"] and name != "huxley":
            # Is it the physics, or the error of a first-order scheme at this dt? Once a simulator, at dt/4.
            if name not in finer:
                finer[name] = runner.run(
                    name, dict(spec, dt_ms=spec["dt_ms"] / 4), inputs, threads=max(threads), spikes=True, **settings[name]
                )
            again = check.counts(name, finer[name], reference, spec, rates)
            verdict.update(
                passes=again["passes"], at_quarter_dt=again, text=f"{verdict['text']}; at dt/4 {again['rate_hz']:.1f} Hz"
            )
        small = [r for r in part["small"] if r["simulator"] == name]
        verdict["passes"] = verdict["passes"] and all(r["passes"] for r in small)
        say("  ", verdict["text"], "" if verdict["passes"] else "DIFFERS: void")
        rows[name, precision, count] = dict(
            simulator=name,
            precision=precision,
            threads=count,
            settings=settings[name],
            check=verdict,
            first_compile_s=result["compile_s"],
            scheme=result.get("scheme"),
            spikes=result["spikes"],
            rounds=[],
        )
    for number in range(options.rounds):
        say(workload, f"round {number + 1} of {options.rounds}")
        for (name, precision, count), row in rows.items():
            result = runner.run(name, spec, inputs, threads=count, precision=precision, **settings[name])
            row["rounds"].append(result)
            if result["spikes"] != row["spikes"]:
                row["check"].setdefault("notes", []).append(
                    f"{result['spikes']} spikes in round {number + 1}, {row['spikes']} before"
                )
    part["rows"] = list(rows.values())
    return part


def main():
    options = arguments()
    names = ["huxley", "coarse"] + [n for n in options.simulators.split(",") if n != "huxley"]
    unknown = [n for n in names if n not in SIMULATORS] + [w for w in options.workloads.split(",") if w not in model.FULL]
    if unknown:
        raise SystemExit(
            f"unknown: {', '.join(unknown)}; simulators are {', '.join(SIMULATORS)}, workloads {', '.join(model.FULL)}"
        )
    threads = sorted({min(int(t), os.cpu_count()) for t in options.threads.split(",")})
    started = time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime())
    binary = prepare.huxley()
    work = os.path.join(prepare.TARGET, "versus")
    for folder in ("mechanisms", "brian2"):  # compiled anew, so that the time it takes is known
        shutil.rmtree(os.path.join(work, folder), ignore_errors=True)
    say("compiling mechanisms")
    compiled = prepare.mechanisms(work, names)
    runner = Runner(work, binary)
    os.makedirs(options.out, exist_ok=True)
    parts = []
    for workload in options.workloads.split(","):
        parts.append(measure(runner, workload, names, options, threads))
        # After each workload, so that what was measured is there whatever comes.
        document = report.document(parts, options, compiled, started, binary)
        text = report.write(document, options.out)
    print(text)


if __name__ == "__main__":
    prepare.environment()
    import check
    import model
    import report
    from simulators import MISSING, SIMULATORS, Runner, label

    main()
