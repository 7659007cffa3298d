"""What the scripts of the simulators share: reading the spec, writing spikes, and the one JSON line they print.

Each is run as `python SCRIPT SPEC.json`. The spec has the workload's numbers, `inputs` (folder of tables), `build` (folder of
what was compiled for this simulator), `threads`, and `spikes` (a file to write, or null).
"""

import json
import os
import sys
import time

STARTED = time.perf_counter()


def load_spec():
    with open(sys.argv[1]) as f:
        return json.load(f)


def write_spikes(spec, times, cells):
    """A line a spike, time_ms and cell, in order of time."""
    if spec["spikes"]:
        with open(spec["spikes"], "w") as f:
            f.writelines(f"{t:.6f},{c}\n" for t, c in sorted(zip(map(float, times), map(int, cells))))


def peak_rss(path="/proc/self/status"):
    """Peak resident memory, bytes. (`ru_maxrss` begins with that of the process that started this one.)"""
    with open(path) as f:
        return next(1024 * int(line.split()[1]) for line in f if line.startswith("VmHWM"))


def answer(run_s, spikes, **more):
    """Prints the result; what was not stepping or compiling is set-up. `again_s` of it is left out: a second run.

    Peak memory is this process's.
    """
    compile_s = more.pop("compile_s", 0.0)
    total = time.perf_counter() - STARTED - more.get("again_s", 0.0)
    peak = more.pop("peak_rss", None) or peak_rss()
    out = dict(setup_s=total - run_s - compile_s, compile_s=compile_s, run_s=run_s, peak_rss=peak, spikes=int(spikes))
    out.update(more)
    sys.stdout.flush()
    print(json.dumps(out), flush=True)
    os._exit(0)  # what the interpreter would free one by one is not the simulator's time
