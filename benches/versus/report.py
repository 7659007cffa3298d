"""The table, the JSON document and the picture."""

import json
import os
import platform
import statistics
import subprocess
from importlib import metadata

from prepare import FLAGS, ROOT
from simulators import label

PACKAGES = ["neuron", "arbor", "brian2", "braincell", "jax", "jaxlib", "numpy"]


def machine():
    model = "unknown"
    try:
        with open("/proc/cpuinfo") as f:
            lines = dict(line.split(":", 1) for line in f.read().splitlines() if ":" in line)
        model = next((v.strip() for k, v in lines.items() if k.strip() == "model name"), model)
        vector = " ".join(x for x in ("avx2", "avx512f") if any(x in v.split() for k, v in lines.items() if k.strip() == "flags"))
    except OSError:
        model, vector = platform.processor() or platform.machine(), ""
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else None
    return dict(
        cpu=model, vector=vector, cpus=os.cpu_count(), system=f"{platform.system()} {platform.release()}", load_at_end=load
    )


def commit():
    done = subprocess.run(["git", "describe", "--always", "--dirty", "--exclude", "*"], cwd=ROOT, capture_output=True, text=True)
    return done.stdout.strip() or None


def document(parts, options, compiled, started, binary):
    out = dict(
        schema="huxley.versus/1",
        started=started,
        quick=options.quick,
        rounds=options.rounds,
        machine=machine(),
        commit=commit(),
        versions={p: metadata.version(p) for p in PACKAGES},
        python=platform.python_version(),
        huxley=subprocess.run([binary, "--version"], capture_output=True, text=True).stdout.strip(),
        mechanisms_s=compiled,
        coreneuron_flags=FLAGS,
        workloads=parts,
    )
    for part in parts:
        floors = part.get("floors", {})
        for row in part["rows"]:
            summarise(row, part, compiled, floors.get(row["simulator"]))
    return out


def summarise(row, part, compiled, floor):
    """Medians with their range over the rounds."""
    scale = 1e9 / (part["nodes"] * part["substeps"])
    rounds = row["rounds"]
    if not rounds:
        return

    def of(key, factor=1.0, values=None):
        values = values or [r[key] * factor for r in rounds]
        return dict(median=statistics.median(values), least=min(values), most=max(values))

    row["ns_per_node_substep"] = of("run_s", scale)
    row["run_s"], row["setup_s"] = of("run_s"), of("setup_s")
    # Brian2 builds in the run before the rounds, BrainCell compiles in each, NEURON's and Arbor's mechanisms are compiled once.
    row["compile_s"] = (
        row["first_compile_s"] if row["simulator"] == "brian2" else statistics.median(r["compile_s"] for r in rounds)
    )
    row["total_s"] = of(None, values=[r["total_s"] - r["compile_s"] + row["compile_s"] for r in rounds])
    row["mechanisms_s"] = (
        compiled.get(row["simulator"], 0.0) if row["simulator"] == "neuron" or part["spec"]["kind"] == "W4" else 0.0
    )
    row["peak_rss"] = statistics.median(r["peak_rss"] for r in rounds)
    kind = part["spec"]["kind"]
    if kind in ("W1", "W2") and floor and part["nodes"] > 2000:
        row["bytes_per_node"] = max(0, row["peak_rss"] - floor) / part["nodes"]


def number(value, digits=3):
    """Three significant digits."""
    if value is None:
        return "-"
    if value == 0:
        return "0"
    places = max(0, digits - 1 - int(f"{value:e}".split("e")[1]))
    return f"{value:,.{places}f}"


def spread(of, digits=3):
    return f"{number(of['median'], digits)} ({number(of['least'], digits)} .. {number(of['most'], digits)})"


HEADER = [
    "",
    "",
    "threads",
    "ns a node and substep",
    "huxley is faster",
    "set-up s",
    "compile s",
    "total s",
    "peak MB",
    "bytes a node",
    "spikes",
    "agrees",
]


def table(part):
    """Rows of text of a workload; a ratio is that of medians, of the same precision and number of threads."""
    rows = [r for r in part["rows"] if r["rounds"]]
    own = {(r["precision"], r["threads"]): r["ns_per_node_substep"]["median"] for r in rows if r["simulator"] == "huxley"}
    out = [HEADER]
    for r in sorted(rows, key=lambda r: (r["threads"], r["precision"] != "f64", r["ns_per_node_substep"]["median"])):
        mine = own.get((r["precision"], r["threads"]))
        ratio = (
            "" if r["simulator"] in ("huxley", "coarse") or not mine else f"x {number(r['ns_per_node_substep']['median'] / mine)}"
        )
        compile_s = number(r["compile_s"] + r["mechanisms_s"], 2) + ("*" if r["mechanisms_s"] else "")
        agrees = ("at dt/4" if "at_quarter_dt" in r["check"] else "yes") if r["check"]["passes"] else "NO: void"
        out.append(
            [
                label(r["simulator"]),
                r["precision"],
                str(r["threads"]),
                spread(r["ns_per_node_substep"]),
                ratio if r["check"]["passes"] else "",
                number(r["setup_s"]["median"]),
                compile_s,
                spread(r["total_s"]),
                number(r["peak_rss"] / 1e6),
                number(r.get("bytes_per_node")),
                str(r["spikes"]),
                agrees,
            ]
        )
    return out


def laid(rows):
    widths = [max(len(row[k]) for row in rows) for k in range(len(rows[0]))]
    return "\n".join(
        "  ".join(cell.ljust(w) if k in (0, 1) else cell.rjust(w) for k, (cell, w) in enumerate(zip(row, widths))).rstrip()
        for row in rows
    )


def small(row):
    """A simulator's part of the check with small networks, as a sentence."""
    left = "itself at dt/2" if row["scheme"] == "staggered" else "left at dt -> 0"
    return (
        f"{label(row['simulator'])} ({row['scheme']}): largest error of a spike {row['error_ms']:+.3f} ms at dt {row['dt_ms']}, "
        f"{row['error_half_ms']:+.3f} at dt/2; {row['left_ms']:.3f} {left}{'' if row['passes'] else '; DIFFERS'}"
    )


def text(document):
    m, v = document["machine"], document["versions"]
    out = [
        f"huxley against its peers, {document['started']}"
        + (" (QUICK: too small to say anything of speed)" if document["quick"] else ""),
        f"{m['cpu']} ({m['vector']}), {m['cpus']} CPUs, {m['system']}; {document['huxley']}, commit {document['commit']}",
        f"NEURON {v['neuron']} with CoreNEURON ({document['coreneuron_flags']}), Arbor {v['arbor']} (wheel), "
        f"Brian2 {v['brian2']} (C++ standalone), "
        f"BrainCell {v['braincell']} (JAX {v['jax']})",
        f"Medians of {document['rounds']} rounds, simulators in turn; in brackets the least and the most. "
        "* mechanisms, compiled once, not in the total.",
    ]
    for part in document["workloads"]:
        out += [
            "",
            f"{part['workload']}: {part['title']}; dt {part['spec']['dt_ms']} ms, {part['nodes'] * part['substeps']:,} node-substeps",
            "",
            laid(table(part)),
            "",
        ]
        out += ["  " + small(row) for row in part["small"]]
        out.append("  Full size, against huxley in f64 on one thread:" if part["rows"] else "")
        said = {}
        for r in part["rows"]:
            words = r["check"]["text"] + "".join(f"; {n}" for n in r["check"].get("notes", []))
            said.setdefault((label(r["simulator"]), words), []).append(f"{r['precision']} x {r['threads']}")
        out += [f"  {name} ({', '.join(which)}): {words}" for (name, words), which in said.items()]
        for name, why in part["missing"].items():
            out.append(f"  {label(name) if name in ('brian2', 'braincell') else name}: {why}")
    return "\n".join(out) + "\n"


def write(document, folder):
    """versus.txt, versus.json, versus.png in `folder`; the text."""
    out = text(document)
    with open(os.path.join(folder, "versus.txt"), "w") as f:
        f.write(out)
    with open(os.path.join(folder, "versus.json"), "w") as f:
        json.dump(document, f, indent=1)
    picture(document, os.path.join(folder, "versus.png"))
    return out


def picture(document, path):
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    parts = [p for p in document["workloads"] if any(r["rounds"] for r in p["rows"])]
    if not parts:
        return
    counts = [len({(r["simulator"], r["precision"]) for r in p["rows"]}) for p in parts]
    heights = [1.0 + 0.3 * c for c in counts]
    fig, axes = plt.subplots(
        len(parts),
        1,
        figsize=(9.5, 0.9 + sum(heights)),
        squeeze=False,
        sharex=True,
        constrained_layout=True,
        gridspec_kw=dict(height_ratios=heights),
    )
    for part, axis in zip(parts, axes[:, 0]):
        keys = sorted(
            {(r["simulator"], r["precision"]) for r in part["rows"]},
            key=lambda k: -min(r["ns_per_node_substep"]["median"] for r in part["rows"] if (r["simulator"], r["precision"]) == k),
        )
        for r in part["rows"]:
            y = keys.index((r["simulator"], r["precision"]))
            of = r["ns_per_node_substep"]
            colour = "#b5421f" if r["simulator"] in ("huxley", "coarse") else "#3f6699"
            one, void = r["threads"] == 1, not r["check"]["passes"]
            y += 0.14 if one else -0.14
            axis.errorbar(
                of["median"],
                y,
                xerr=[[of["median"] - of["least"]], [of["most"] - of["median"]]],
                fmt="x" if void else "o" if one else "s",
                color=colour,
                markerfacecolor=colour if one else "white",
                markersize=5.5,
                capsize=2.5,
                linewidth=1,
            )
            axis.annotate(
                number(of["median"]) + (" void" if void else ""),
                (of["most"], y),
                xytext=(5, 0),
                textcoords="offset points",
                va="center",
                fontsize=7,
            )
        axis.set_yticks(range(len(keys)), [f"{label(n)} {p}" for n, p in keys], fontsize=9)
        axis.set_ylim(-0.6, len(keys) - 0.4)
        axis.set_xscale("log")
        axis.xaxis.set_major_formatter(lambda x, _: f"{x:g}")
        axis.grid(axis="x", which="both", color="#dddddd", linewidth=0.6)
        axis.tick_params(labelbottom=True)
        axis.set_title(f"{part['workload']}: {part['title']}", loc="left", fontsize=10)
        axis.spines[["top", "right"]].set_visible(False)
    axes[0, 0].set_xlim(right=axes[0, 0].get_xlim()[1] * 1.5)
    axes[-1, 0].set_xlabel(
        "ns a node and substep, stepping alone. Dots: one thread, squares: two or more; medians, least and most", fontsize=9
    )
    head = "QUICK run, no measurement. " if document["quick"] else ""
    fig.suptitle(
        f"{head}{document['machine']['cpu']}, {document['machine']['cpus']} CPUs, {document['started']}, {document['commit']}",
        fontsize=9,
    )
    fig.savefig(path, dpi=110)
    plt.close(fig)
