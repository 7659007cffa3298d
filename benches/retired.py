#!/usr/bin/env python3
"""Compares the operations the ledger counts with the instructions a processor executes, part by part, in scalar f64.

`perf stat` counts instructions where the processor shows its counters; many virtual machines show none, which is then said.
valgrind's callgrind is the witness everywhere: it executes every instruction of a part's function in software, and each is put
into a kind by its name. Needs valgrind, objdump and nm.

    python3 benches/retired.py [BINARY]
"""

import collections
import os
import re
import subprocess
import sys
import tempfile

CALLS = 10_000
PARTS = ["none", "exp", "step", "rest", "signalling"]
ARITHMETIC = re.compile(r"v?(add|sub|mul|div|max|min|cmp\w*|ucomi|comi|blendv|f\w*add\w*)[sp][sd]$|v?(psllq|paddq)$")
PACKED = re.compile(r"v?(add|sub|mul|div|max|min)pd$")
SIGN = re.compile(r"v?(and|andn|or|xor)p[sd]$|v?p(xor|or|and|andn)$")
MOVES = re.compile(r"v?(mov|unpck|shuf|pshuf|perm|pinsr)\w*$|xor[lq]?$|push$|pop$|lea\w?$|cvt\w*$")
# 2^k is put together by integer instructions.
BITS = re.compile(r"(shl|add|sub|and)q?$")
BRANCHES = re.compile(r"(j\w+|call|ret|test\w?|cmp[bwlq]?|nop\w?|data16|set\w+|inc)$")


def run(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True)


def build():
    run("cargo", "build", "--release", "-q", "-p", "huxley-harness", "--example", "retired")
    return os.path.join(os.environ.get("CARGO_TARGET_DIR", "target"), "release", "examples", "retired")


def executed(binary, part):
    """Executions of each instruction of the part's function and of what it calls, by address in the binary."""
    with tempfile.NamedTemporaryFile() as out:
        run("valgrind", "--tool=callgrind", f"--callgrind-out-file={out.name}", "--dump-instr=yes", "--compress-pos=no",
            "--compress-strings=no", f"--toggle-collect=*run_{part}*", binary, part, str(CALLS))
        lines = out.read().decode().splitlines()
    costs, entry, inside, skip = collections.Counter(), None, False, False
    for line in lines:
        if line.startswith("fn="):
            inside = f"run_{part}" in line
        elif line.startswith("calls="):
            skip = True
        elif re.match(r"0x[0-9a-f]+ ", line):
            if not skip:
                address, *_, cost = line.split()
                address = int(address, 16)
                costs[address] += int(cost)
                if inside:
                    entry = min(entry or address, address)
            skip = False
    symbol = next(line for line in run("nm", binary).stdout.splitlines() if re.search(rf"run_{part}17h", line))
    moved = entry - int(symbol.split()[0], 16)
    return {address - moved: cost for address, cost in costs.items()}


def names(binary):
    """The name of each instruction of the binary, by address."""
    listing = run("objdump", "-d", "--no-show-raw-insn", binary).stdout
    found = re.findall(r"^\s*([0-9a-f]+):\s+(\S+)(?:\s+(\S+))?", listing, re.M)
    prefixes = ("bnd", "notrack", "data16")
    return {int(address, 16): (second if name in prefixes else name) for address, name, second in found}


def kind(name):
    for title, pattern in [("arithmetic", ARITHMETIC), ("bits", BITS), ("sign", SIGN), ("moves", MOVES), ("branches", BRANCHES)]:
        if pattern.match(name):
            return title
    return "other"


def counters(binary, part):
    """Instructions of a call by the processor's counters, or none where it shows none."""
    def count(calls):
        text = subprocess.run(["perf", "stat", "-x,", "-e", "instructions:u", binary, part, str(calls)],
                              capture_output=True, text=True).stderr
        return int(text.split(",")[0])
    try:
        return (count(1000 * CALLS) - count(0)) / (1000 * CALLS)
    except (ValueError, FileNotFoundError):
        return None


def main():
    binary = sys.argv[1] if len(sys.argv) > 1 else build()
    if counters(binary, "none") is None:
        print("perf shows no hardware counters here: callgrind is the only witness")
    # A packed instruction does two operations.
    kinds = ["arithmetic", "bits", "sign", "moves", "branches", "other"]
    print(f"{'part':<12} {'counted':>8} {'operations':>11} {'executed':>9}   of which " + " ".join(f"{k:>10}" for k in kinds))
    known = names(binary)
    for part in PARTS:
        counted = int(run(binary, part, "0").stdout.split()[0])
        costs = executed(binary, part)
        totals, unknown = collections.Counter(), collections.Counter()
        for address, cost in costs.items():
            name = known.get(address, "?")
            totals[kind(name)] += cost / CALLS
            totals["operations"] += (kind(name) == "arithmetic") * (1 + bool(PACKED.match(name))) * cost / CALLS
            if kind(name) == "other":
                unknown[name] += cost / CALLS
        print(f"{part:<12} {counted:>8} {totals['operations']:>11.1f} {sum(totals[k] for k in kinds):>9.1f}            "
              + " ".join(f"{totals[k]:>10.1f}" for k in kinds) + (f"  {dict(unknown)}" if unknown else ""))
        if (retired := counters(binary, part)) is not None:
            print(f"{'':<12} by perf's counters {retired:.1f} a call, the loop included")


if __name__ == "__main__":
    main()
