//! Spikes and reports go to every format and come back, and no file, however broken, does more than give an error.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use huxley_io::results::{
    Digits, FileFormat, PopulationSpan, PopulationSpikes, ReportHead, ReportSink, ReportSite, SpikeSink, open_report,
    read_sonata_spikes, read_spike_file, report_name, spikes_name, write_sonata_spikes,
};
use huxley_testkit::python::{python_or_skip, run_python};
use proptest::prelude::*;

static NEXT: AtomicU64 = AtomicU64::new(0);

/// A folder that is removed at the end.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("huxley-formats-{}-{number}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Writes spikes in a format and reads them again.
fn there_and_back(format: FileFormat, populations: &[PopulationSpan], spikes: &[(f64, u32)]) -> Vec<PopulationSpikes> {
    let folder = Folder::new();
    let path = folder.0.join(spikes_name(format));
    match SpikeSink::create(&folder.0, format, populations).unwrap() {
        Some(mut sink) => {
            // In two parts, as epochs come.
            let half = spikes.len() / 2;
            sink.write(&spikes[..half]).unwrap();
            sink.write(&spikes[half..]).unwrap();
            sink.finish().unwrap();
        }
        None => write_sonata_spikes(&path, populations, spikes.iter().copied()).unwrap(),
    }
    assert_eq!(fs::read_dir(&folder.0).unwrap().count(), 1, "nothing else is left");
    read_spike_file(&path).unwrap()
}

/// By name, each with its spikes by time and neuron; populations without a spike are left out, and so are names of neurons that
/// did not spike: tables have neither.
fn as_tables_have_them(trains: Vec<PopulationSpikes>) -> BTreeMap<String, PopulationSpikes> {
    let trains = trains.into_iter().filter(|train| !train.spikes.is_empty());
    let ordered = |mut train: PopulationSpikes| {
        train.spikes.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        train.labels.retain(|node, _| train.spikes.iter().any(|spike| spike.1 == *node));
        (train.name.clone(), train)
    };
    trains.map(ordered).collect()
}

fn expected(populations: &[PopulationSpan], spikes: &[(f64, u32)]) -> Vec<PopulationSpikes> {
    let of = |span: &PopulationSpan| PopulationSpikes {
        name: span.name.clone(),
        spikes: spikes
            .iter()
            .filter_map(|&(time, neuron)| span.index_of(neuron).map(|node| (time, u64::from(node))))
            .collect(),
        labels: span.labels.iter().flatten().zip(0..).map(|(label, node)| (node, label.clone())).collect(),
    };
    populations.iter().map(of).collect()
}

fn populations() -> impl Strategy<Value = Vec<PopulationSpan>> {
    prop::collection::vec((0_u32..5, any::<bool>()), 1..4).prop_map(|sizes| {
        let mut first = 0;
        let mut all = Vec::new();
        for (number, (count, labelled)) in sizes.into_iter().enumerate() {
            let labels = labelled.then(|| (0..count).map(|cell| format!("näme, {number}-{cell}")).collect());
            all.push(PopulationSpan { name: format!("pop {number}"), first, count, labels });
            first += count;
        }
        all
    })
}

fn report() -> impl Strategy<Value = (ReportHead, Vec<Vec<f64>>)> {
    let site = (0_u64..4, 0_u32..3, 0.0..1.0_f64);
    (prop::collection::vec(site, 1..6), 2_usize..6, 0.001..2.0_f64).prop_flat_map(|(sites, rows, interval_ms)| {
        let value =
            prop_oneof![any::<f32>().prop_map(f64::from), -100.0..50.0_f64].prop_filter("finite", |v| v.is_finite());
        let sites: Vec<ReportSite> = (0..)
            .zip(sites)
            .map(|(k, (node, element, position))| ReportSite {
                node,
                element,
                position,
                label: format!("c{node} s({k})"),
            })
            .collect();
        let head = ReportHead {
            population: "exc".into(),
            variable: "na.m".into(),
            unit: if rows % 2 == 0 { "mV".into() } else { String::new() },
            start_ms: 0.0,
            interval_ms,
            sites: sites.clone(),
        };
        prop::collection::vec(prop::collection::vec(value, sites.len()), rows)
            .prop_map(move |rows| (head.clone(), rows))
    })
}

/// Writes a report and returns what is read again: of what, and rows with their times.
fn write_report(folder: &Path, format: FileFormat, head: &ReportHead, rows: &[Vec<f64>]) -> PathBuf {
    let mut sink = ReportSink::create(folder, "r", format, head, Digits::Double).unwrap();
    for (time, row) in (0..).zip(rows) {
        sink.row(head.time(time), row).unwrap();
    }
    sink.finish().unwrap();
    folder.join(report_name("r", format))
}

fn read_report(path: &Path) -> (ReportHead, Vec<(f64, Vec<f64>)>) {
    let [reader] = &open_report(path).unwrap()[..] else { panic!("one population") };
    let mut rows = Vec::new();
    reader
        .visit(f64::NEG_INFINITY, f64::INFINITY, |time, row| {
            rows.push((time, row.to_vec()));
            Ok(())
        })
        .unwrap();
    (reader.head().clone(), rows)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn spikes_come_back_from_every_format(
        populations in populations(),
        drawn in prop::collection::vec((0.0..1e6_f64, any::<prop::sample::Index>()), 0..40),
    ) {
        let neurons = populations.last().map_or(0, |span| span.first + span.count) as usize;
        let spikes: Vec<(f64, u32)> = if neurons == 0 { Vec::new() } else {
            drawn.iter().map(|(time, neuron)| (*time, u32::try_from(neuron.index(neurons)).unwrap())).collect()
        };
        for format in FileFormat::ALL {
            let read = there_and_back(format, &populations, &spikes);
            if format == FileFormat::Sonata {
                let names: Vec<&str> = read.iter().map(|train| train.name.as_str()).collect();
                prop_assert_eq!(names, populations.iter().map(|span| span.name.as_str()).collect::<Vec<_>>());
                for (train, own) in read.iter().zip(expected(&populations, &spikes)) {
                    prop_assert!(train.spikes.is_sorted_by(|a, b| a.0 <= b.0));
                    prop_assert_eq!(&train.labels, &own.labels, "also those of silent neurons");
                }
            }
            prop_assert_eq!(as_tables_have_them(read), as_tables_have_them(expected(&populations, &spikes)), "{:?}", format);
        }
    }

    #[test]
    fn reports_come_back_from_every_format((head, rows) in report()) {
        let folder = Folder::new();
        // SONATA has columns by cell.
        let mut order: Vec<usize> = (0..head.sites.len()).collect();
        order.sort_by_key(|&site| head.sites[site].node);
        for format in FileFormat::ALL {
            let (read, read_rows) = read_report(&write_report(&folder.0, format, &head, &rows));
            let mut own = head.clone();
            let mut values = rows.clone();
            match format {
                FileFormat::Sonata => {
                    own.sites = order.iter().map(|&site| head.sites[site].clone()).collect();
                    values = rows.iter().map(|row| order.iter().map(|&k| f64::from(row[k] as f32)).collect()).collect();
                }
                // CSV has labels alone.
                FileFormat::Csv => {
                    let site = |(node, site): (u64, &ReportSite)| ReportSite { node, element: 0, position: 0.5, label: site.label.clone() };
                    own = ReportHead { sites: (0..).zip(&head.sites).map(site).collect(), interval_ms: head.interval_ms, ..ReportHead::default() };
                }
                FileFormat::Parquet => {}
            }
            prop_assert_eq!(read, own, "{:?}", format);
            let values: Vec<(f64, Vec<f64>)> = (0..).zip(values).map(|(time, row)| (head.time(time), row)).collect();
            prop_assert_eq!(read_rows, values, "{:?}", format);
        }
    }

    #[test]
    fn broken_files_are_errors(cut in any::<prop::sample::Index>(), changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..4), which in 0_usize..6) {
        let folder = Folder::new();
        let formats = FileFormat::ALL;
        let (format, of_spikes) = (formats[which % 3], which < 3);
        let path = if of_spikes { sample_spikes(&folder.0, format) } else { sample_report(&folder.0, format) };
        let mut bytes = fs::read(&path).unwrap();
        for (at, byte) in &changes {
            let at = at.index(bytes.len());
            bytes[at] = *byte;
        }
        // Half of them are cut short as well.
        if changes.len() < 2 {
            bytes.truncate(cut.index(bytes.len()));
        }
        fs::write(&path, &bytes).unwrap();
        // Whether what is read is an error or has other values, depends on what was changed.
        let _ = read_spike_file(&path);
        let _ = read_sonata_spikes(&path, bytes);
        if let Ok(readers) = open_report(&path) {
            for reader in readers {
                let _ = reader.visit(0.0, f64::INFINITY, |_, _| Ok(()));
            }
        }
        if let Some(peak) = peak_memory() {
            prop_assert!(peak < 1_000_000_000, "{peak} bytes");
        }
    }
}

/// The most memory this process has held, bytes, where the system says.
fn peak_memory() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    Some(1024 * line.split_whitespace().nth(1)?.parse::<u64>().ok()?)
}

fn sample_spikes(folder: &Path, format: FileFormat) -> PathBuf {
    let span = PopulationSpan { name: "all".into(), first: 0, count: 5, labels: Some(vec!["x".into(); 5]) };
    let spikes: Vec<(f64, u32)> = (0..50_u32).map(|k| (f64::from(k) * 0.3, k % 5)).collect();
    let path = folder.join(spikes_name(format));
    match SpikeSink::create(folder, format, std::slice::from_ref(&span)).unwrap() {
        Some(mut sink) => {
            sink.write(&spikes).unwrap();
            sink.finish().unwrap();
        }
        None => write_sonata_spikes(&path, &[span], spikes.into_iter()).unwrap(),
    }
    path
}

fn sample_head(columns: u32) -> ReportHead {
    let site =
        |k: u32| ReportSite { node: u64::from(k / 3), element: k % 3, position: 0.5, label: format!("site {k}") };
    ReportHead {
        population: "all".into(),
        variable: "v".into(),
        unit: "mV".into(),
        sites: (0..columns).map(site).collect(),
        start_ms: 0.0,
        interval_ms: 0.1,
    }
}

fn sample_report(folder: &Path, format: FileFormat) -> PathBuf {
    let rows: Vec<Vec<f64>> = (0..20).map(|row| vec![f64::from(row); 7]).collect();
    write_report(folder, format, &sample_head(7), &rows)
}

#[test]
fn a_file_that_is_whole_is_read_and_one_cut_short_is_not() {
    let folder = Folder::new();
    for format in FileFormat::ALL {
        let path = sample_spikes(&folder.0, format);
        assert_eq!(read_spike_file(&path).unwrap()[0].spikes.len(), 50);
        // The last bytes of CSV are a whole line.
        if format != FileFormat::Csv {
            let bytes = fs::read(&path).unwrap();
            fs::write(&path, &bytes[..bytes.len() - 1]).unwrap();
            let error = read_spike_file(&path).unwrap_err().to_string();
            assert!(error.contains(&spikes_name(format)), "{error}");
        }
    }
}

#[test]
fn a_report_larger_than_what_is_held_has_every_value_in_its_place() {
    let folder = Folder::new();
    let head = sample_head(1000);
    let value = |row: u32, column: u32| f64::from(row) * 1e3 + f64::from(column);
    let mut sink = ReportSink::create(&folder.0, "r", FileFormat::Sonata, &head, Digits::Single).unwrap();
    // 4 MB, of which 1 MiB is held.
    for row in 0..1000 {
        let values: Vec<f64> = (0..1000).map(|column| value(row, column)).collect();
        sink.row(head.time(u64::from(row)), &values).unwrap();
    }
    sink.finish().unwrap();
    let path = folder.0.join("report_r.h5");
    let length = fs::metadata(&path).unwrap().len();
    assert!((4_000_000..4_100_000).contains(&length), "{length}");
    let (read, rows) = read_report(&path);
    assert_eq!((read, rows.len()), (head.clone(), 1000));
    for (row, (time, values)) in (0_u32..).zip(&rows) {
        assert_eq!(*time, head.time(u64::from(row)));
        assert!((0_u32..).zip(values).all(|(column, &v)| v == value(row, column)), "row {row}");
    }
    // A window has its ends.
    let mut times = Vec::new();
    open_report(&path).unwrap()[0]
        .visit(0.3, 0.6, |time, _| {
            times.push(time);
            Ok(())
        })
        .unwrap();
    assert_eq!(times.len(), 4, "{times:?}");
}

#[test]
fn reports_without_a_row_and_rows_of_another_width() {
    let folder = Folder::new();
    let path = write_report(&folder.0, FileFormat::Sonata, &sample_head(3), &[]);
    let (head, rows) = read_report(&path);
    assert_eq!((head.sites.len(), rows.len()), (3, 0));
    for format in FileFormat::ALL {
        let mut sink = ReportSink::create(&folder.0, "wrong", format, &sample_head(3), Digits::Single).unwrap();
        let error = sink.row(0.0, &[1.0]).unwrap_err().to_string();
        assert!(error.contains("has 3 columns and was given a row of 1 values"), "{error}");
    }
    assert_eq!(fs::read_dir(&folder.0).unwrap().count(), 1, "what is not finished leaves nothing");
}

#[test]
fn files_that_are_something_else_say_what_they_lack() {
    let folder = Folder::new();
    let spikes = sample_spikes(&folder.0, FileFormat::Sonata);
    let report = sample_report(&folder.0, FileFormat::Sonata);
    let said = |result: Result<usize, huxley_io::results::ResultsError>, part: &str| {
        let error = result.unwrap_err().to_string();
        assert!(error.contains(part), "no `{part}` in {error}");
    };
    said(read_spike_file(&report).map(|trains| trains.len()), "has no group `spikes`");
    said(open_report(&spikes).map(|readers| readers.len()), "has no group `report`");
    said(read_spike_file(&folder.0.join("none.h5")).map(|trains| trains.len()), "cannot read");
    let table = folder.0.join("t.csv");
    fs::write(&table, "a,b\n1,2\n").unwrap();
    said(read_spike_file(&table).map(|trains| trains.len()), "has no column `time_ms`");
    said(open_report(&table).map(|readers| readers.len()), "first column is not `time_ms`");
    fs::write(&table, "time_ms,index\n1,2\n3,-1\n").unwrap();
    said(read_spike_file(&table).map(|trains| trains.len()), "line 3: `-1` is not a neuron's number");
    fs::write(&table, "time_ms,site\n0,2\n1,x\n").unwrap();
    said(
        open_report(&table)
            .map(|mut readers| readers.remove(0).visit(0.0, 9.0, |_, _| Ok(())).unwrap_err().to_string().len())
            .and_then(|_| open_report(&table)?[0].visit(0.0, 9.0, |_, _| Ok(())).map(|()| 0)),
        "line 3: `x` is not a number",
    );
}

/// Spikes and a report as other tools have them, in `folder`.
const THEIRS: &str = r#"
import os, sys, h5py, numpy
from bmtk.utils.reports.spike_trains import SpikeTrains
from bmtk.utils.reports.compartment import CompartmentReport

folder = sys.argv[1]
times, nodes = [3.5, 0.25, 7.0], [2, 0, 2]
sortings = {
    "none": None,
    "text": lambda attributes: attributes.__setitem__("sorting", "by_time"),
    "bytes": lambda attributes: attributes.__setitem__("sorting", numpy.bytes_("by_id")),
    "enumeration": lambda attributes: attributes.create(
        "sorting", 2, dtype=h5py.enum_dtype({"none": 0, "by_id": 1, "by_time": 2}, basetype="u1")),
}
for name, sort in sortings.items():
    with h5py.File(os.path.join(folder, name + ".h5"), "w", libver="latest" if name == "text" else "earliest") as file:
        group = file.create_group("spikes/cortex")
        group["timestamps"] = numpy.array(times) * (1e-3 if name == "bytes" else 1.0)
        group["timestamps"].attrs["units"] = {"none": "milliseconds", "bytes": "s"}.get(name, "ms")
        group["node_ids"] = numpy.array(nodes, dtype="u4" if name == "text" else "u8")
        if sort:
            sort(group.attrs)
trains = SpikeTrains(adaptor=None, default_population="cortex")
for time, node in zip(times, nodes):
    trains.add_spike(node_id=node, timestamp=time, population="cortex")
trains.to_sonata(os.path.join(folder, "bmtk.h5"), compression="gzip")
trains.close()

report = CompartmentReport(os.path.join(folder, "report.h5"), mode="w", default_population="cortex", tstart=0.0, tstop=1.0,
                           dt=0.1, n_steps=10, variable="v", units="mV")
report.add_cell(node_id=4, element_ids=[0, 1], element_pos=[0.5, 0.25])
report.add_cell(node_id=2, element_ids=[0], element_pos=[0.5])
for step in range(10):
    report.record_cell(4, [step, step + 0.5], step)
    report.record_cell(2, [-step], step)
report.close()
"#;

#[test]
fn files_of_h5py_and_bmtk_are_read_whatever_their_sorting() {
    let Some(python) = python_or_skip() else { return };
    let folder = Folder::new();
    let _ = run_python(&python, THEIRS, &[&folder.0]);
    for name in ["none", "text", "bytes", "enumeration", "bmtk"] {
        let mut read = read_spike_file(&folder.0.join(format!("{name}.h5"))).unwrap();
        assert_eq!((read.len(), read[0].name.as_str()), (1, "cortex"), "{name}");
        read[0].spikes.sort_by(|a, b| a.0.total_cmp(&b.0));
        assert_eq!(read[0].spikes, [(0.25, 0), (3.5, 2), (7.0, 2)], "{name}");
    }
    let (head, rows) = read_report(&folder.0.join("report.h5"));
    let site = |node, element, position| ReportSite { node, element, position, label: String::new() };
    assert_eq!(head.sites, [site(4, 0, 0.5), site(4, 1, 0.25), site(2, 0, 0.5)]);
    assert_eq!((head.variable.as_str(), head.unit.as_str(), head.interval_ms), ("v", "mV", 0.1));
    assert_eq!((rows.len(), &rows[3].1), (10, &vec![3.0, 3.5, -3.0]));
}
