"""SWC files through NEURON's Import3d: sections, areas and passive input resistance.

Usage: python swc.py OUTPUT_FOLDER [FOLDER_OF_RECONSTRUCTIONS]. Writes swc.json. The first part are small cells given here as text, one
for each rule of Import3d; the second are the reconstructions *.swc of a folder, which are not in the result, only their figures.
"""
import glob
import os
import sys
import tempfile

import neuron
from neuron import h
from common import out_dir, write

h.load_file("stdrun.hoc")
h.load_file("import3d.hoc")
RA, RM, CM, LONGEST = 150.0, 20000.0, 1.0, 2.0


def chain(first, parent, kind, start, step, radii):
    """A straight run of points."""
    rows, at = [], list(start)
    for k, r in enumerate(radii):
        rows.append("%d %d %g %g %g %g %d" % (first + k, kind, *at, r, parent if k == 0 else first + k - 1))
        at = [a + b for a, b in zip(at, step)]
    return rows


CASES = {
    "one-point soma": ["1 1 0 0 0 8 -1"] + chain(2, 1, 3, (9, 1, 0), (20, 3, 0), [1.0, 0.8, 0.7, 0.5]) +
    chain(6, 1, 2, (0, -8, 2), (0, -30, 1), [0.6, 0.3, 0.3]) + chain(9, 7, 2, (5, -50, 3), (9, -20, 0), [0.3, 0.25]),
    "soma alone": ["1 1 3 4 5 8 -1"],
    "three-point soma": ["1 1 10 20 30 7 -1", "2 1 10 13 30 7 1", "3 1 10 27 30 7 1"] +
    chain(4, 1, 3, (16, 25, 30), (15, 10, 2), [0.9, 0.7, 0.6, 0.6]) + chain(8, 1, 4, (10, 30, 30), (0, 40, 0), [1.5, 1.2, 0.9]),
    "three-point soma of unequal radii": ["1 1 10 20 30 7 -1", "2 1 10 13 30 5 1", "3 1 10 27 30 6 1"] +
    chain(4, 1, 3, (16, 25, 30), (15, 10, 2), [0.9, 0.7, 0.6, 0.6]) + chain(8, 3, 4, (10, 30, 30), (0, 40, 0), [1.5, 1.2, 0.9]),
    "three-point soma of unequal radii, nothing on its ends": ["1 1 10 20 30 7 -1", "2 1 10 13 30 5 1", "3 1 10 27 30 6 1"] +
    chain(4, 1, 3, (16, 25, 30), (15, 10, 2), [0.9, 0.7, 0.6, 0.6]),
    "three-point soma too long for a sphere": ["1 1 10 20 30 7 -1", "2 1 10 12 30 7 1", "3 1 10 28 30 7 1"] +
    chain(4, 1, 3, (16, 25, 30), (15, 10, 2), [0.9, 0.7, 0.6, 0.6]),
    "several roots": ["1 1 0 0 0 8 -1"] + chain(2, 1, 3, (9, 1, 0), (20, 3, 0), [1.0, 0.8]) + chain(4, -1, 2, (0, 50, 0), (2, 30, 0), [0.5, 0.4, 0.4]) +
    chain(7, 5, 2, (20, 90, 0), (12, 18, 0), [0.3, 0.3]) + chain(9, -1, 3, (-60, 0, 0), (-20, 5, 0), [0.9, 0.7]),
    "soma of a run": chain(1, -1, 1, (0, 0, 0), (4, 0, 0), [3, 5, 6, 5, 2]) + chain(6, 1, 3, (-9, 1, 0), (-20, 0, 2), [0.9, 0.6, 0.5]) +
    chain(9, 3, 3, (8, 7, 0), (2, 25, 0), [0.8, 0.7, 0.6]) + chain(12, 5, 4, (22, 0, 1), (35, 0, 0), [1.4, 1.0, 0.7]) +
    chain(15, 2, 2, (4, -6, 0), (1, -20, 0), [0.3]),
    "soma that branches": chain(1, -1, 1, (0, 0, 0), (5, 0, 0), [4, 5, 4]) + chain(4, 3, 1, (14, 3, 0), (4, 3, 0), [3, 2]) +
    chain(6, 3, 1, (14, -3, 0), (4, -3, 0), [3, 2.5]) + chain(8, 3, 3, (12, 0, 6), (1, 0, 30), [0.8, 0.6, 0.5]) +
    chain(11, 5, 3, (22, 8, 0), (20, 10, 0), [0.7, 0.6]) + chain(13, 1, 2, (-6, 0, 0), (-30, 2, 0), [0.4, 0.3]),
    "soma whose root branches": ["1 1 0 0 0 6 -1"] + chain(2, 1, 1, (5, 0, 0), (4, 0, 0), [5, 3]) + chain(4, 1, 1, (-5, 0, 0), (-4, 0, 0), [5, 2]) +
    chain(6, 1, 3, (0, 8, 0), (0, 30, 0), [0.8, 0.6, 0.6]) + chain(9, 3, 3, (12, 0, 0), (30, 0, 0), [0.8, 0.6, 0.5]),
    "neurite that branches at its first point": ["1 1 0 0 0 8 -1"] + chain(2, 1, 3, (9, 1, 0), (20, 3, 0), [1.0, 0.8]) +
    chain(4, 1, 3, (0, 9, 0), (2, 30, 0), [1.0, 0.8, 0.8]) + chain(7, 4, 3, (-5, 14, 0), (-10, 30, 0), [0.7, 0.6]) +
    chain(9, 4, 3, (0, 14, 9), (0, 10, 30), [0.5, 0.4]),
    "neurite that branches at its first point on a run": chain(1, -1, 1, (0, 0, 0), (5, 0, 0), [4, 5, 3]) +
    chain(4, 3, 3, (16, 0, 0), (20, 3, 0), [1.0, 0.8]) + chain(6, 4, 3, (20, -14, 0), (5, -25, 0), [0.7, 0.6]),
    "neurites of one point": ["1 1 0 0 0 8 -1", "2 3 20 0 0 1 1", "3 3 0 20 0 0.7 1"] + chain(4, 3, 3, (-10, 40, 0), (-8, 20, 0), [0.6, 0.5]) +
    chain(6, 3, 3, (10, 40, 0), (8, 20, 0), [0.6, 0.5]),
    "no soma": chain(1, -1, 3, (0, 0, 0), (10, 0, 0), [2, 1.5, 1.2, 1.0]) + chain(5, 3, 3, (22, 9, 0), (2, 20, 0), [0.6, 0.5]) +
    chain(7, 1, 3, (-8, 0, 0), (-20, 4, 0), [1.0, 0.8]),
    "root of another type": ["1 0 0 0 0 3 -1"] + chain(2, 1, 3, (10, 0, 0), (20, 0, 0), [1.0, 0.8]) + chain(4, 1, 3, (-10, 0, 0), (-20, 0, 0), [1.0, 0.7]),
    "types that change": ["1 1 0 0 0 8 -1"] + chain(2, 1, 3, (9, 0, 0), (20, 0, 0), [1.0, 0.9]) + chain(4, 3, 5, (49, 2, 0), (10, 0, 0), [0.9]) +
    chain(5, 4, 3, (60, 9, 0), (20, 5, 0), [0.7, 0.6]) + chain(7, 4, 42, (60, -9, 0), (20, -5, 0), [0.7, 0.5]) + chain(9, 8, 6, (100, -20, 0), (9, 0, 0), [0.4]),
    "soma that is not the root": chain(1, -1, 3, (0, 0, 0), (20, 0, 0), [0.5, 0.7, 1.0]) + ["4 1 52 0 0 7 3"] +
    chain(5, 4, 3, (62, 0, 0), (20, 0, 0), [0.9, 0.6]) + chain(7, 4, 2, (52, 12, 0), (2, 25, 0), [0.4, 0.3]),
    "section without length": ["1 1 0 0 0 8 -1"] + chain(2, 1, 3, (9, 0, 0), (20, 0, 0), [1.0, 0.9]) + ["4 3 29 0 0 0.9 3", "5 3 50 5 0 0.8 4"] +
    ["6 3 29 0 0 0.9 3"] + chain(7, 6, 3, (40, -12, 0), (9, -15, 0), [0.6, 0.5]) + chain(9, 6, 3, (29, 0, 14), (0, 0, 22), [0.6, 0.5]),
}


def load(path):
    for s in list(h.allsec()):
        h.delete_section(sec=s)
    reader = h.Import3d_SWC_read()
    reader.quiet = 1
    reader.input(path)
    h.Import3d_GUI(reader, False).instantiate(None)
    return list(h.allsec())


def resistance(sections, compartments):
    for s in sections:
        s.Ra, s.cm = RA, CM
        s.nseg = compartments(s)
        s.insert("pas")
        for seg in s:
            seg.pas.g = 1.0 / RM
    h.finitialize(-65)
    soma = next((s for s in sections if s.name().startswith("soma")), sections[0])
    impedance = h.Impedance()
    impedance.loc(0.5, sec=soma)
    impedance.compute(0)
    return round(impedance.input(0.5, sec=soma), 6)


def d_lambda(s):
    return int((s.L / (0.1 * h.lambda_f(100, sec=s)) + 0.9) / 2) * 2 + 1


def longest(s):
    return max(1, -int(-s.L * (1 - 1e-9) // LONGEST))


def figures(path, with_sections):
    sections = load(path)
    out = {"sections": len(sections), "r_in_d_lambda_megohm": resistance(sections, d_lambda), "compartments_d_lambda": sum(s.nseg for s in sections),
           "r_in_longest_megohm": resistance(sections, longest), "compartments_longest": sum(s.nseg for s in sections)}
    out["area_um2"] = round(sum(seg.area() for s in sections for seg in s), 6)
    out["length_um"] = round(sum(s.L for s in sections), 6)
    if with_sections:
        out["each"] = [{"section": s.name(), "parent": s.parentseg().sec.name() if s.parentseg() else None,
                        "at": s.parentseg().x if s.parentseg() else None, "L": round(s.L, 6), "area": round(sum(seg.area() for seg in s), 6)} for s in sections]
    return out


def main():
    folder = out_dir()
    small, real = {}, {}
    for name, rows in CASES.items():
        text = "\n".join(rows) + "\n"
        with tempfile.NamedTemporaryFile("w", suffix=".swc") as f:
            f.write(text)
            f.flush()
            small[name] = {"swc": text, **figures(f.name, True)}
    for path in sorted(glob.glob(os.path.join(sys.argv[2], "*.swc"))) if len(sys.argv) > 2 else []:
        real[os.path.basename(path)] = figures(path, False)
    write(folder, "swc.json", {
        "tool": "NEURON", "version": neuron.__version__, "script": "scripts/swc.py",
        "description": "SWC files through Import3d: sections, exact areas, passive input resistance in the middle of the soma (of the first section "
        "where there is none), with compartments by d_lambda = 0.1 at 100 Hz and with compartments no longer than `longest_um`.",
        "units": {"swc": "um", "length_um": "um", "area_um2": "um2", "r_in": "megohm", "Ra": "ohm cm", "Rm": "ohm cm2", "cm": "uF/cm2"},
        "parameters": {"Ra": RA, "Rm": RM, "cm": CM, "d_lambda": 0.1, "frequency_Hz": 100.0, "longest_um": LONGEST},
        "small": small, "real": real})


main()
