"""How each simulator is started, and what comes back of a run."""

import atexit
import csv
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time

import toml_file

HERE = os.path.dirname(os.path.abspath(__file__))

# What each can do here, and the settings of which the faster is taken for each workload (on one thread).
SIMULATORS = {
    "huxley": dict(precisions=["f64", "f32"], kinds=["W1", "W2", "W3", "W4"], scheme="staggered, second order"),
    # Arrival of spikes to a tick coarser than dt, which only huxley has: as far as the check allows.
    "coarse": dict(precisions=["f64", "f32"], kinds=["W3", "W4"], label="huxley, coarse tick", tick_ms=dict(W3=0.25, W4=0.2)),
    "neuron": dict(
        precisions=["f64"],
        kinds=["W1", "W2", "W3", "W4"],
        label="CoreNEURON",
        settings=[dict(cell_permute=0), dict(cell_permute=1)],
    ),
    "arbor": dict(precisions=["f64"], kinds=["W1", "W2", "W3", "W4"], label="Arbor", settings=[dict(), dict(group=250)]),
    "brian2": dict(precisions=["f64", "f32"], kinds=["W1", "W4"], label="Brian2"),
    "braincell": dict(precisions=["f64", "f32"], kinds=["W1"], label="BrainCell"),
}
MISSING = {
    ("brian2", "W2"): "a SpatialNeuron is one cell; no populations of them",
    ("brian2", "W3"): "a SpatialNeuron is one cell; no populations of them",
    ("braincell", "W2"): "not written here: of the points alone it is the fastest in f32",
    ("braincell", "W3"): "not written here: of the points alone it is the fastest in f32",
    ("braincell", "W4"): "not written here: of the points alone it is the fastest in f32",
}


def label(name):
    return SIMULATORS[name].get("label", name)


class Runner:
    def __init__(self, work, huxley):
        self.work, self.huxley, self.number = work, huxley, 0
        self.runs = tempfile.mkdtemp(prefix="runs-", dir=work)
        atexit.register(shutil.rmtree, self.runs, ignore_errors=True)
        self.env = {k: v for k, v in os.environ.items() if not k.startswith(("OPENBLAS_", "OMP_", "XLA_"))}
        self.env["PATH"] = os.path.dirname(sys.executable) + os.pathsep + self.env["PATH"]

    def run(
        self, name, spec, inputs, threads=1, precision="f64", spikes=False, compiled=True, integrator="staggered", **settings
    ):
        """One run; `spikes` has the list of (time, cell) put into the result. Times in s, memory in bytes.

        `total_s` is from the start of the process to its end; `setup_s` what of it is neither stepping nor compiling.
        """
        self.number += 1
        if name == "coarse":
            spec, name = dict(spec, tick_ms=SIMULATORS[name]["tick_ms"][spec["kind"]]), "huxley"
        out = os.path.join(self.runs, str(self.number))
        if name == "huxley":
            path = toml_file.write(
                spec, inputs, f'{spec["workload"].lower()}-{integrator}-{spec.get("tick_ms", "dt")}', integrator
            )
            command = [
                self.huxley,
                "run",
                path,
                "--json",
                "-q",
                "--backend",
                "cpu",
                "--threads",
                str(threads),
                "--precision",
                precision,
            ]
            command += ["--out", out] if spikes else ["--no-output"]
            file, columns = os.path.join(out, "spikes.csv"), (0, 1)
        else:
            file, columns = out + ".csv", (0, 1)
            asked = dict(
                spec,
                inputs=inputs,
                build=os.path.join(self.work, "mechanisms", name),
                threads=threads,
                precision=precision,
                spikes=file if spikes else None,
                **settings,
            )
            if name == "brian2" and compiled:
                asked["compiled"] = os.path.join(
                    self.work,
                    "brian2",
                    f'{spec["workload"]}-{spec["cells"]}-{spec.get("synapses", 0)}-{spec["duration_ms"]:g}-{precision}-{threads}'
                    f'-{spec["dt_ms"]:g}',
                )
            with open(out + ".json", "w") as f:
                json.dump(asked, f, indent=1)
            command = [sys.executable, os.path.join(HERE, f"{name}_run.py"), out + ".json"]
        start = time.perf_counter()
        done = subprocess.run(command, capture_output=True, text=True, env=self.env, cwd=self.runs)
        total = time.perf_counter() - start
        if done.returncode:
            raise RuntimeError(f"{label(name)} failed: {' '.join(command)}\n{done.stderr[-3000:]}")
        if name == "huxley":
            j = json.loads(done.stdout)
            result = dict(
                run_s=j["wall_s"],
                compile_s=0.0,
                peak_rss=j["memory"]["peak_rss_bytes"],
                spikes=j["spikes"],
                scheme=j["integrator"],
                isa=j["isa"],
                version=j["version"],
                bytes_per_synapse=j["memory"]["bytes_per_synapse"],
                bytes_per_node=j["memory"]["bytes_per_compartment"],
            )
        else:
            result = json.loads(done.stdout.strip().splitlines()[-1])
        result["total_s"] = total - result.pop("again_s", 0.0)
        result["setup_s"] = result["total_s"] - result["run_s"] - result["compile_s"]
        if spikes:
            with open(file, newline="") as f:
                rows = [row for row in csv.reader(f) if row and row[0][0].isdigit()]
            result["train"] = [(float(row[columns[0]]), int(row[columns[1]])) for row in rows]
        return result
