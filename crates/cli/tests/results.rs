//! What a run leaves behind, in the field's formats: h5py, libsonata and BMTK open it, and theirs are read.

mod support;

use huxley_testkit::python::{python_or_skip, run_python};
use serde_json::Value;
use support::Folder;

/// Opens everything in a folder with the real tools and says what they see, as JSON.
const OPEN: &str = r#"
import sys, json, glob, os, h5py, numpy, libsonata
from bmtk.utils.reports.spike_trains import SpikeTrains
from bmtk.utils.reports.compartment import CompartmentReport

folder = sys.argv[1]
said = {"h5py": {}, "libsonata": {}, "bmtk": {}, "reports": {}}
name = os.path.join(folder, "spikes.h5")
with h5py.File(name, "r") as file:
    for population, group in file["spikes"].items():
        assert group["timestamps"].attrs["units"] == "ms"
        said["h5py"][population] = [group["node_ids"][()].tolist(), group["timestamps"][()].tolist()]
reader = libsonata.SpikeReader(name)
for population in reader.get_population_names():
    pairs = reader[population].get()
    said["libsonata"][population] = [[int(node) for node, _ in pairs], [float(time) for _, time in pairs]]
trains = SpikeTrains.from_sonata(name)
table = trains.to_dataframe()
for population in trains.populations:
    own = table[table["population"] == population].sort_values(["timestamps", "node_ids"])
    said["bmtk"][population] = [own["node_ids"].astype(int).tolist(), own["timestamps"].tolist()]

for name in sorted(glob.glob(os.path.join(folder, "report_*.h5"))):
    with h5py.File(name, "r") as file:
        [(population, group)] = file["report"].items()
        data, mapping = group["data"], group["mapping"]
        assert data.dtype == "float32" and data.chunks is None and data.compression is None
        assert (mapping["index_pointer"][()] == mapping["index_pointers"][()]).all()
        values = data[()]
        report = {"population": population, "shape": list(values.shape), "unit": data.attrs["units"],
                  "variable": data.attrs["variable"], "nodes": mapping["node_ids"][()].tolist(),
                  "pointers": mapping["index_pointers"][()].tolist(), "elements": mapping["element_ids"][()].tolist(),
                  "positions": mapping["element_pos"][()].tolist(), "time": mapping["time"][()].tolist()}
    assert len(report["pointers"]) == len(report["nodes"]) + 1
    elements = libsonata.ElementReportReader(name)[population]
    whole = elements.get()
    assert numpy.array_equal(numpy.asarray(whole.data), values) and elements.data_units == report["unit"]
    assert elements.time_units == "ms" and numpy.asarray(whole.ids)[:, 1].tolist() == report["elements"]
    assert numpy.asarray(whole.ids)[:, 0].tolist() == numpy.repeat(report["nodes"], numpy.diff(report["pointers"])).tolist()
    assert len(whole.times) == len(values)
    bmtk = CompartmentReport(name)
    assert bmtk[population].n_steps() == len(values), (bmtk[population].n_steps(), len(values))
    assert bmtk.units(population=population) == report["unit"]
    for node, first, end in zip(report["nodes"], report["pointers"], report["pointers"][1:]):
        assert numpy.array_equal(bmtk.data(node_id=node, population=population), values[:, first:end])
    report["first"], report["last"] = values[0].tolist(), values[-1].tolist()
    said["reports"][os.path.basename(name)] = report
print(json.dumps(said))
"#;

fn spikes_csv(folder: &Folder, path: &str, population: &str) -> (Vec<u64>, Vec<f64>) {
    let text = folder.file(path);
    let mut rows: Vec<(f64, u64)> = text
        .lines()
        .skip(1)
        .map(|line| line.split(',').collect::<Vec<_>>())
        .filter(|row| row[2] == population)
        .map(|row| (row[0].parse().unwrap(), row[3].parse().unwrap()))
        .collect();
    rows.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    (rows.iter().map(|row| row.1).collect(), rows.iter().map(|row| row.0).collect())
}

#[test]
fn h5py_libsonata_and_bmtk_open_what_a_run_writes() {
    let Some(python) = python_or_skip() else { return };
    let folder = Folder::new();
    let options = ["run", "ring", "--duration", "60ms", "--set", "cells=4", "--out", "out"];
    let record = ["--record", "v@cells[3,1]:all/0.1ms", "--record", "na.m@cells/0.1ms", "--format", "sonata,csv"];
    folder.run(&[&options[..], &record].concat()).succeeded();
    let said: Value = serde_json::from_str(&run_python(&python, OPEN, &[folder.path().join("out")])).unwrap();
    let (nodes, times) = spikes_csv(&folder, "out/spikes.csv", "cells");
    assert!(nodes.len() > 4);
    for tool in ["h5py", "libsonata", "bmtk"] {
        assert_eq!(said[tool]["cells"], serde_json::json!([nodes, times]), "{tool}");
    }
    let report = &said["reports"]["report_v-cells.h5"];
    assert_eq!(
        (&report["population"], &report["unit"], &report["variable"]),
        (&"cells".into(), &"mV".into(), &"v".into())
    );
    assert_eq!(report["nodes"], serde_json::json!([1, 3]), "by node, though 3 was asked for first");
    // The same values as in the table, whose columns are in the order that was asked for.
    let text = folder.file("out/report_v-cells.csv");
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(report["shape"], serde_json::json!([lines.len() - 1, lines[0].split(',').count() - 1]));
    let row = |line: &str| line.split(',').skip(1).map(|value| value.parse().unwrap()).collect::<Vec<f32>>();
    let last = row(lines[lines.len() - 1]);
    let (three, one) = last.split_at(last.len() - report["pointers"][1].as_u64().unwrap() as usize);
    let read: Vec<f32> = report["last"].as_array().unwrap().iter().map(|v| v.as_f64().unwrap() as f32).collect();
    assert_eq!(read, [one, three].concat());
    assert_ne!(one, three);
    let elements: Vec<u64> = report["elements"].as_array().unwrap().iter().map(|e| e.as_u64().unwrap()).collect();
    assert!(elements.is_sorted_by(|a, b| a <= b || *b == 0) && elements.iter().max() > Some(&1), "{elements:?}");
    let gates = &said["reports"]["report_na-m-cells.h5"];
    assert_eq!((&gates["unit"], &gates["shape"]), (&"1".into(), &serde_json::json!([600, 4])));
}

#[test]
fn silent_populations_and_odd_intervals_are_opened_too() {
    let Some(python) = python_or_skip() else { return };
    let folder = Folder::new();
    // 67 ms in steps of 0.7 ms are 96 samples, and 96 * 0.7 / 0.7 is below 96: what is not exact in binary must not cost a row.
    folder
        .run(&[
            "run",
            "squid",
            "--duration",
            "67ms",
            "--record",
            "v@axon/0.7ms",
            "--record",
            "v@axon/0.1ms",
            "--out",
            "out",
        ])
        .succeeded();
    let said: Value = serde_json::from_str(&run_python(&python, OPEN, &[folder.path().join("out")])).unwrap();
    for tool in ["h5py", "libsonata", "bmtk"] {
        assert_eq!(said[tool]["axon"], serde_json::json!([[], []]), "{tool}");
    }
    assert_eq!(said["reports"]["report_v-axon.h5"]["shape"], serde_json::json!([96, 1]));
    assert_eq!(said["reports"]["report_v-axon-2.h5"]["shape"], serde_json::json!([670, 1]));
}

#[test]
fn formats_are_chosen_and_unknown_ones_refused() {
    let folder = Folder::new();
    let squid = ["run", "squid", "--duration", "10ms", "--format"];
    folder.run(&[&squid[..], &["csv", "--out", "a"]].concat()).succeeded();
    let tables = |folder: &Folder, of: &str| -> Vec<String> {
        let table = |name: &String| name.starts_with("spikes") || name.starts_with("report_v");
        folder.names(of).into_iter().filter(table).collect()
    };
    assert_eq!(tables(&folder, "a"), ["report_v.csv", "spikes.csv"]);
    folder.run(&[&squid[..], &["parquet, sonata", "--out", "b"]].concat()).succeeded();
    assert_eq!(tables(&folder, "b"), ["report_v.h5", "report_v.parquet", "spikes.h5", "spikes.parquet"]);
    folder.run(&["run", "squid", "--duration", "10ms", "--out", "c"]).succeeded();
    assert_eq!(tables(&folder, "c"), ["report_v.h5", "spikes.csv", "spikes.h5"]);
    let said = folder.run(&[&squid[..], &["hdf", "--out", "d"]].concat());
    said.refused(&["`--format hdf`: there is no format `hdf`", "hint: write sonata, csv or parquet"]);
    assert!(!folder.path().join("d").exists());
}
