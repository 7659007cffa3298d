"""Helpers shared by the reference scripts: file output, crossings, compiling our mod files."""
import json
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))


def out_dir():
    """The output folder: the script's only argument."""
    if len(sys.argv) < 2:
        sys.exit("usage: python %s OUTPUT_FOLDER" % os.path.basename(sys.argv[0]))
    os.makedirs(sys.argv[1], exist_ok=True)
    return sys.argv[1]


def rounded(values, digits=9):
    """Values rounded for JSON (default 1e-9, in mV or ms)."""
    return [round(float(v), digits) for v in values]


def crossings(t, v, threshold=0.0):
    """Upward crossings v[i] < threshold <= v[i+1], linearly interpolated within the step."""
    out = []
    for i in range(len(v) - 1):
        if v[i] < threshold <= v[i + 1]:
            out.append(t[i] + (t[i + 1] - t[i]) * (threshold - v[i]) / (v[i + 1] - v[i]))
    return out


def crossings_cubic(t, v, threshold=0.0):
    """Upward crossings by the cubic through the four samples around each (for converged traces)."""
    import numpy as np
    from scipy.optimize import brentq
    out = []
    for i in range(1, len(v) - 2):
        if v[i] < threshold <= v[i + 1]:
            ts = np.asarray(t[i - 1:i + 3]) - t[i]
            c = np.polyfit(ts, np.asarray(v[i - 1:i + 3]) - threshold, 3)
            out.append(t[i] + brentq(lambda x: np.polyval(c, x), 0.0, t[i + 1] - t[i], xtol=1e-14))
    return out


def write(folder, name, doc):
    """One JSON file, a line per top-level key and per entry of the dictionaries of arrays."""
    def dump(value, depth):
        if isinstance(value, dict) and depth > 0:
            pad = "  " * (3 - depth)
            rows = ["%s%s: %s" % (pad, json.dumps(k), dump(v, depth - 1)) for k, v in value.items()]
            return "{\n" + ",\n".join(rows) + "\n" + "  " * (2 - depth) + "}"
        return json.dumps(value, separators=(",", ":") if isinstance(value, list) and len(value) > 40 else None)
    path = os.path.join(folder, name)
    with open(path, "w") as f:
        f.write(dump(doc, 2) + "\n")
    json.load(open(path))
    print("wrote %s (%d bytes)" % (name, os.path.getsize(path)))


def load_mods(h):
    """Compiles scripts/mod in a temporary folder and loads it."""
    work = tempfile.mkdtemp(prefix="refmods")
    bindir = os.path.dirname(sys.executable)
    env = dict(os.environ, PATH=bindir + os.pathsep + os.environ["PATH"])
    subprocess.run([os.path.join(bindir, "nrnivmodl"), os.path.join(HERE, "mod")], cwd=work, env=env, check=True,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for root, _, files in os.walk(work):
        for name in files:
            if name == "libnrnmech.so":
                h.nrn_load_dll(os.path.join(root, name))
                return
    raise RuntimeError("nrnivmodl made no library")
