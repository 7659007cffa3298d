"""What jNeuroML makes of the NeuroML files in ../neuroml: potentials and gates, by its own solver or through NEURON.

Usage: python neuroml.py OUTPUT_FOLDER. Writes neuroml.json. Needs pyneuroml (for its jNeuroML 0.14.0), Java and, for NEURON, a C
compiler and nrnivmodl on the path. jNeuroML simulates single compartments only; cells with several go through NEURON, into which
it translates them. Both step by first-order methods: the step is a tenth of the files' own, and what a run at twice that shows of the
error of first order is taken off (Richardson); `removed` says how much that was, in mV (gates: in 1), `removed_ms` of crossings of 0 mV.
"""
import glob
import os
import re
import shutil
import subprocess
import sys
import tempfile

import pyneuroml
from common import HERE, crossings, out_dir, rounded, write

JAR = glob.glob(os.path.join(os.path.dirname(pyneuroml.__file__), "lib", "jNeuroML-*-jar-with-dependencies.jar"))[0]
FILES = os.path.join(HERE, "..", "neuroml")
# file, engine, step (ms), every how many steps a sample is kept
RUNS = [("LEMS_branched.xml", "neuron", 0.001, 250), ("LEMS_pair.xml", "neuron", 0.001, 250), ("LEMS_gap.xml", "neuron", 0.001, 250),
        ("LEMS_blocked.xml", "neuron", 0.001, 250),
        ("LEMS_gates.xml", "jneuroml", 0.001, 500), ("LEMS_synapses.xml", "jneuroml", 0.001, 250)]


def simulate(name, engine, step):
    """Columns of each output file, by the ids in the LEMS file, in SI units."""
    folder = tempfile.mkdtemp()
    for path in glob.glob(os.path.join(FILES, "*.*ml")):
        shutil.copy(path, folder)
    path = os.path.join(folder, name)
    text = open(path).read()
    text = re.sub(r'step="[^"]*"', 'step="%sms"' % step, text)
    open(path, "w").write(text)
    command = ["java", "-Xmx1500M", "-jar", JAR, path] + (["-neuron", "-run", "-nogui"] if engine == "neuron" else ["-nogui"])
    environment = dict(os.environ, NEURON_HOME=sys.prefix)
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(done.stdout[-3000:] + done.stderr[-3000:])
    files = {}
    for block in re.finditer(r'<OutputFile id="(\w+)" fileName="([^"]+)">(.*?)</OutputFile>', text, re.S):
        columns = re.findall(r'<OutputColumn id="(\w+)"', block.group(3))
        rows = [[float(x) for x in line.split()] for line in open(os.path.join(folder, block.group(2))) if line.strip()]
        files[block.group(1)] = (columns, rows)
    shutil.rmtree(folder)
    return files


def main():
    out = {}
    for name, engine, step, every in RUNS:
        fine, coarse = simulate(name, engine, step), simulate(name, engine, 2 * step)
        entry = {"engine": engine, "step_ms": step, "files": {}}
        for file, (columns, rows) in fine.items():
            scale = 1.0 if file == "gates" else 1e3  # mV from V; gates are numbers
            times = [1e3 * row[0] for row in rows]
            found = {"t_ms": rounded(times[::every], 6), "columns": {}}
            for index, column in enumerate(columns):
                values = [scale * row[index + 1] for row in rows]
                rough = [scale * row[index + 1] for row in coarse[file][1]]
                # Errors of a first-order method halve with the step: twice the finer less the coarser has none of the first order.
                best = [2 * a - b for a, b in zip(values[::2], rough)]
                fine_crossings = crossings(times, values)
                coarse_crossings = crossings([2 * step * i for i in range(len(rough))], rough)
                assert len(fine_crossings) == len(coarse_crossings)
                found["columns"][column] = {
                    "values": rounded(best[::every // 2], 6),
                    "crossings_ms": rounded([2 * a - b for a, b in zip(fine_crossings, coarse_crossings)], 6),
                    "removed": max(abs(a - b) for a, b in zip(values[::2], best)),
                    "removed_ms": max([abs(a - b) for a, b in zip(fine_crossings, coarse_crossings)], default=0.0),
                }
            entry["files"][file] = found
        out[name] = entry
        print(name, {c: (len(d["crossings_ms"]), d["removed"], d["removed_ms"]) for f in entry["files"].values() for c, d in f["columns"].items()})
    write(out_dir(), "neuroml.json", out)


if __name__ == "__main__":
    main()
