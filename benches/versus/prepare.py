"""What has to be there before: a Python environment, huxley, the mechanisms of NEURON and Arbor."""

import glob
import hashlib
import os
import shutil
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
TARGET = os.path.abspath(os.environ.get("CARGO_TARGET_DIR", os.path.join(ROOT, "target")))


def call(command, **more):
    done = subprocess.run(command, capture_output=True, text=True, **more)
    if done.returncode:
        raise SystemExit(f"`{' '.join(command)}` failed:\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}")
    return done.stdout


def python():
    """A Python that is new enough for BrainCell: this one, one on the path, or one of pyenv's."""
    found = [sys.executable] + [shutil.which(f"python3.{n}") for n in (13, 12, 14)]
    found += sorted(glob.glob(os.path.expanduser("~/.pyenv/versions/3.1[234]*/bin/python")), reverse=True)
    for path in filter(None, found):
        test = subprocess.run([path, "-c", "import sys, venv; sys.exit(sys.version_info < (3, 12))"], capture_output=True)
        if test.returncode == 0:
            return path
    raise SystemExit("no Python 3.12 or later on the path: BrainCell 0.2 and Brian2 2.11 need one")


def environment():
    """Goes on in the virtual environment with what requirements.txt asks for; makes it where it is missing or another."""
    wanted = os.path.join(HERE, "requirements.txt")
    folder = os.path.join(TARGET, "versus", "venv")
    mark, own = os.path.join(folder, "requirements.sha256"), os.path.join(folder, "bin", "python")
    with open(wanted, "rb") as f:
        digest = hashlib.sha256(f.read()).hexdigest()
    if os.path.abspath(sys.prefix) == os.path.abspath(folder):
        return
    if not os.path.exists(mark) or open(mark).read() != digest:
        print(f"making {folder} (some minutes, about 1.5 GB)", file=sys.stderr)
        call([python(), "-m", "venv", "--clear", folder])
        call([own, "-m", "pip", "install", "-q", "-r", wanted])
        with open(mark, "w") as f:
            f.write(digest)
    os.execv(own, [own] + sys.argv)


def huxley():
    """The variable HUXLEY, or a release build of this checkout."""
    if os.environ.get("HUXLEY"):
        return os.path.abspath(os.environ["HUXLEY"])
    print("building huxley", file=sys.stderr)
    subprocess.run(["cargo", "build", "--release", "-p", "huxley-cli"], cwd=ROOT, check=True)
    return os.path.join(TARGET, "release", "huxley")


# The wheel's CoreNEURON compiles mechanisms at -O2; the compiler is called through this so that what comes last counts.
FASTER = """#!/bin/sh
exec {cxx} "$@" {flags}
"""
FLAGS = os.environ.get("VERSUS_CXXFLAGS", "-O3 -march=native -ffast-math -fno-finite-math-only")


def mechanisms(work, names):
    """Compiles them and returns the seconds that took, by simulator."""
    out = {}
    tools = dict(os.environ, PATH=os.path.dirname(sys.executable) + os.pathsep + os.environ["PATH"])
    if "neuron" in names:
        folder = os.path.join(work, "mechanisms", "neuron")
        os.makedirs(folder, exist_ok=True)
        cxx = os.path.join(folder, "faster-cxx")
        with open(cxx, "w") as f:
            f.write(FASTER.format(cxx=os.environ.get("CXX", "g++"), flags=FLAGS))
        os.chmod(cxx, 0o755)
        start = time.perf_counter()
        call(["nrnivmodl", "-coreneuron", os.path.join(HERE, "mod")], cwd=folder, env=dict(tools, CXX=cxx))
        out["neuron"] = time.perf_counter() - start
    if "arbor" in names:
        folder = os.path.join(work, "mechanisms", "arbor")
        os.makedirs(folder, exist_ok=True)
        start = time.perf_counter()
        call(["arbor-build-catalogue", "traub", os.path.join(HERE, "arbor_mod")], cwd=folder, env=tools)
        out["arbor"] = time.perf_counter() - start
    return out
