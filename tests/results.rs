//! What a run leaves behind reads back as what was written, whole or not at all.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, UNIX_EPOCH};

use huxley_io::results::{
    Digits, FileFormat, FlopReport, KernelReport, PopulationReport, PopulationSpan, RUN_SCHEMA, Recording,
    ReportWriter, ResultsError, RunReport, SpikeDigest, SpikeWriter, create_folder, default_folder, estimate_size,
    format, free_space, read_run, read_spikes, report_file_name, stamp, write_atomic, write_run,
};

/// A folder that is removed when the test ends.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("huxley-results-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn names(&self) -> Vec<String> {
        let name = |entry: std::io::Result<fs::DirEntry>| entry.unwrap().file_name().to_string_lossy().into_owned();
        let mut names: Vec<_> = fs::read_dir(&self.0).unwrap().map(name).collect();
        names.sort();
        names
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn populations() -> Vec<PopulationSpan> {
    let labels = Some(vec!["AVAL".to_owned(), "say \"hi\", twice".to_owned()]);
    vec![
        PopulationSpan { name: "command".into(), first: 0, count: 2, labels },
        PopulationSpan { name: "none".into(), first: 2, count: 0, labels: None },
        PopulationSpan { name: "motor".into(), first: 2, count: 3, labels: None },
    ]
}

#[test]
fn spikes_read_back_to_the_last_bit() {
    let folder = Folder::new("spikes");
    let path = folder.0.join("spikes.csv");
    let spikes = [(0.1 + 0.2, 0), (102.179_95, 1), (1e-9, 4), (9_999.999_999_999_998, 7)];
    let mut writer = SpikeWriter::create(&path, &populations()).unwrap();
    writer.write(&spikes[..2]).unwrap();
    writer.write(&spikes[2..]).unwrap();
    assert_eq!(writer.written(), 4);
    assert!(!path.exists(), "the name is given when the file is whole");
    writer.finish().unwrap();
    assert_eq!(read_spikes(&path).unwrap(), spikes);

    let mut csv = csv::Reader::from_path(&path).unwrap();
    assert_eq!(csv.headers().unwrap(), &["time_ms", "neuron", "population", "index", "label"][..]);
    let rows: Vec<Vec<String>> = csv.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect();
    assert_eq!(rows[1][1..], ["1", "command", "1", "say \"hi\", twice"]);
    assert_eq!(rows[2][1..], ["4", "motor", "2", ""]);
    assert_eq!(rows[3][1..], ["7", "", "", ""]);
}

#[test]
fn wrong_spike_files_are_named_with_their_line() {
    let folder = Folder::new("wrong");
    let path = folder.0.join("spikes.csv");
    fs::write(&path, "time_ms,neuron\n1.5,3\nsoon,4\n").unwrap();
    let error = read_spikes(&path).unwrap_err().to_string();
    assert!(error.contains("spikes.csv`, line 3: `soon` is not a time in ms"), "{error}");
    fs::write(&path, "time,neuron\n1.5,3\n").unwrap();
    let error = read_spikes(&path).unwrap_err().to_string();
    assert!(error.contains("there is no column `time_ms`"), "{error}");
}

#[test]
fn reports_read_back_and_keep_their_width() {
    let folder = Folder::new("report");
    let path = folder.0.join(report_file_name("v of/somata"));
    assert!(path.ends_with("report_v-of-somata.csv"));
    let values = [-65.0, f64::from(-64.999_99_f32)];
    let mut writer = ReportWriter::create(&path, &["AVAL soma", "a,b"], Digits::Single).unwrap();
    writer.row(0.0, &values).unwrap();
    writer.row(0.1 + 0.2, &[1e-7, f64::NAN]).unwrap();
    let error = writer.row(0.5, &[1.0]).unwrap_err();
    assert!(matches!(error, ResultsError::Row { columns: 2, values: 1, .. }), "{error}");
    writer.finish().unwrap();

    let mut csv = csv::Reader::from_path(&path).unwrap();
    assert_eq!(csv.headers().unwrap(), &["time_ms", "AVAL soma", "a,b"][..]);
    let rows: Vec<Vec<f64>> =
        csv.records().map(|row| row.unwrap().iter().map(|field| field.parse().unwrap()).collect()).collect();
    assert_eq!(rows[0][0], 0.0);
    assert_eq!(rows[0][2] as f32, -64.999_99_f32);
    assert_eq!(rows[1][0], 0.1 + 0.2);
    assert_eq!(rows[1][1] as f32, 1e-7_f32);
    assert!(rows[1][2].is_nan());
    assert!(fs::read_to_string(&path).unwrap().contains("-64.99999"));
    assert!(!fs::read_to_string(&path).unwrap().contains("-64.999992"));
}

#[test]
fn run_json_has_the_keys_of_the_contract() {
    let folder = Folder::new("run");
    let path = folder.0.join("run.json");
    let population = PopulationReport { name: "all".into(), neurons: 3, spikes: 7, mean_rate_hz: 0.1 + 0.2 };
    let report = RunReport {
        schema: RUN_SCHEMA.into(),
        model: "squid".into(),
        seed: u64::MAX,
        wall_s: 0.1 + 0.2,
        populations: vec![population],
        flop: Some(FlopReport::default()),
        kernels: vec![KernelReport { name: "membrane".into(), time_s: 0.1 + 0.2, dispatches: 3 }],
        ..RunReport::default()
    };
    write_run(&path, &report).unwrap();
    assert_eq!(read_run(&path).unwrap(), report);

    let json: serde_json::Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    let keys = |value: &serde_json::Value| -> BTreeSet<String> { value.as_object().unwrap().keys().cloned().collect() };
    let set = |words: &str| -> BTreeSet<String> { words.split(' ').map(str::to_owned).collect() };
    let contract = set("schema model backend device precision integrator isa threads seed neurons compartments \
         synapses gap_junctions ticks substeps duration_ms setup_s wall_s realtime_factor spikes \
         mean_rate_hz spike_digest populations flop bytes gflops gbytes_per_s memory outputs");
    let more: Vec<_> = keys(&json).difference(&contract).cloned().collect();
    assert_eq!(contract.difference(&keys(&json)).count(), 0);
    assert_eq!(more, ["kernels", "partial"]);
    assert_eq!(keys(&json["kernels"][0]), set("name time_s dispatches"));
    assert_eq!(json["schema"], "huxley.run/1");
    assert_eq!(keys(&json["populations"][0]), set("name neurons spikes mean_rate_hz"));
    assert_eq!(keys(&json["flop"]), set("membrane synapse total"));
    assert!(json["gflops"].is_null(), "what was not counted is null");
    let memory = set("bytes_per_synapse bytes_per_compartment peak_rss_bytes");
    assert_eq!(keys(&json["memory"]), memory);
}

#[test]
fn run_json_without_a_key_is_refused() {
    let folder = Folder::new("key");
    let path = folder.0.join("run.json");
    fs::write(&path, "{\"schema\": \"huxley.run/1\"}").unwrap();
    let error = read_run(&path).unwrap_err().to_string();
    assert!(error.contains("run.json") && error.contains("missing field `model`"), "{error}");
}

#[test]
fn files_that_are_not_finished_leave_nothing() {
    let folder = Folder::new("dropped");
    let path = folder.0.join("spikes.csv");
    fs::write(&path, "before").unwrap();
    let mut writer = SpikeWriter::create(&path, &populations()).unwrap();
    writer.write(&[(1.0, 1)]).unwrap();
    assert_eq!(folder.names().len(), 2);
    drop(writer);
    assert_eq!(folder.names(), ["spikes.csv"]);
    assert_eq!(fs::read_to_string(&path).unwrap(), "before");
    write_atomic(&path, b"after").unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), "after");
    assert_eq!(folder.names(), ["spikes.csv"]);
}

#[test]
fn failures_name_the_file_and_a_remedy() {
    let folder = Folder::new("failures");
    let missing = folder.0.join("absent").join("spikes.csv");
    let error = SpikeWriter::create(&missing, &[]).unwrap_err();
    assert!(error.to_string().contains("absent/spikes.csv"), "{error}");
    assert!(std::error::Error::source(&error).is_some());

    // A file where a folder should be, for any user.
    let file = folder.0.join("file");
    fs::write(&file, "").unwrap();
    let error = create_folder(&file.join("out")).unwrap_err().to_string();
    assert!(error.contains("cannot create the folder") && error.contains("file/out"), "{error}");
    let error = write_atomic(&file.join("run.json"), b"").unwrap_err().to_string();
    assert!(error.contains("cannot write") && error.contains("file/run.json"), "{error}");
}

#[cfg(unix)]
#[test]
fn read_only_folders_are_said_to_be() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new("read-only");
    let closed = folder.0.join("closed");
    fs::create_dir(&closed).unwrap();
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o555)).unwrap();
    if fs::write(closed.join("probe"), "").is_ok() {
        // The superuser writes anywhere but into the kernel's own folders.
        let error = write_atomic(Path::new("/proc/run.json"), b"x").unwrap_err().to_string();
        assert!(error.contains("cannot write `/proc/run.json`"), "{error}");
        return;
    }
    let error = write_atomic(&closed.join("run.json"), b"x").unwrap_err().to_string();
    assert!(error.contains("cannot write") && error.contains("closed/run.json"), "{error}");
    assert!(error.contains("hint: choose a folder that can be written to"), "{error}");
}

#[cfg(target_os = "linux")]
#[test]
fn full_disks_are_said_to_be() {
    // The kernel's own always-full file gives the error that a full disk does.
    let source = fs::write("/dev/full", b"x").unwrap_err();
    let error = ResultsError::Write { path: "out/spikes.csv".into(), source }.to_string();
    assert!(error.contains("`out/spikes.csv`") && error.contains("hint: the disk is full"), "{error}");
}

#[test]
fn folders_with_something_in_them_are_left_alone() {
    let folder = Folder::new("folders");
    let wanted = folder.0.join("out").join("squid.1");
    assert_eq!(create_folder(&wanted).unwrap(), wanted);
    assert_eq!(create_folder(&wanted).unwrap(), wanted, "an empty folder is used");
    fs::write(wanted.join("mine"), "").unwrap();
    let second = create_folder(&wanted).unwrap();
    assert_eq!(second, folder.0.join("out").join("squid.1-2"));
    fs::write(second.join("mine"), "").unwrap();
    assert_eq!(create_folder(&wanted).unwrap(), folder.0.join("out").join("squid.1-3"));
}

#[test]
fn folder_names_tell_model_and_time() {
    let time = UNIX_EPOCH + Duration::from_secs(1_795_443_302);
    assert_eq!(stamp(time), "20261123-141502");
    assert_eq!(stamp(UNIX_EPOCH + Duration::from_secs(951_782_400)), "20000229-000000");
    assert_eq!(stamp(UNIX_EPOCH + Duration::from_secs(951_868_799)), "20000229-235959");
    assert_eq!(stamp(UNIX_EPOCH), "19700101-000000");
    assert_eq!(default_folder("squid", time), Path::new("out/squid-20261123-141502"));
    let file = default_folder("models/my net.toml", time);
    assert_eq!(file, Path::new("out/my-net-20261123-141502"));
    assert_eq!(default_folder("-", time), Path::new("out/model-20261123-141502"));
}

#[test]
fn digests_depend_on_every_spike() {
    let digest_of = |spikes: &[(u64, u32)]| {
        let mut digest = SpikeDigest::default();
        spikes.iter().for_each(|&(step, neuron)| digest.absorb(step, neuron));
        digest.finish()
    };
    let digest = digest_of(&[(40, 1), (41, 0), (41, 7)]);
    assert_eq!(digest.len(), 16);
    assert_ne!(digest_of(&[(40, 1), (41, 0), (41, 6)]), digest);
    assert_ne!(digest_of(&[(40, 1), (42, 0), (42, 7)]), digest);
    assert_ne!(digest_of(&[(40, 1), (41, 0)]), digest);
    assert_ne!(digest_of(&[(40, 1), (41, 0), (41, 0), (41, 7)]), digest);
    // The offset basis of FNV-1a, which is the digest of nothing.
    assert_eq!(digest_of(&[]), "cbf29ce484222325");
}

#[test]
#[should_panic(expected = "in order")]
fn spikes_out_of_order_have_no_digest() {
    let mut digest = SpikeDigest::default();
    digest.absorb(41, 7);
    digest.absorb(41, 0);
}

#[test]
fn estimates_are_near_what_is_written() {
    let folder = Folder::new("sizes");
    let spikes: Vec<(f64, u32)> = (0..10_000_u32).map(|n| (f64::from(n) * 0.1 / 3.0, n % 100)).collect();
    let span = PopulationSpan { name: "excitatory".into(), first: 0, count: 100, labels: None };
    let mut writer = SpikeWriter::create(&folder.0.join("spikes.csv"), &[span]).unwrap();
    writer.write(&spikes).unwrap();
    writer.finish().unwrap();
    let path = folder.0.join("report.csv");
    let columns: Vec<String> = (0..20).map(|n| n.to_string()).collect();
    let mut writer = ReportWriter::create(&path, &columns, Digits::Single).unwrap();
    for row in 0..1000 {
        writer.row(f64::from(row), &[-65.123_456 + f64::from(row).sin(); 20]).unwrap();
    }
    writer.finish().unwrap();

    let formats = vec![FileFormat::Csv];
    let recording = Recording {
        neurons: 100,
        rate_hz: 100.0,
        duration_ms: 1000.0,
        reports: vec![(20, 1.0)],
        spike_formats: formats.clone(),
        report_formats: formats,
    };
    let estimate = estimate_size(&recording);
    let near = |estimate: u64, file: &str| {
        let written = fs::metadata(folder.0.join(file)).unwrap().len();
        assert!(estimate > written / 2 && estimate < written * 2, "{file}: {estimate}, {written}");
    };
    near(estimate.spikes, "spikes.csv");
    near(estimate.reports, "report.csv");
    assert!(estimate.total() > estimate.spikes + estimate.reports);
    assert!(free_space(&folder.0.join("not").join("yet")).is_some_and(|bytes| bytes > 0));
}

#[test]
fn numbers_read_well() {
    assert_eq!(format::count(0), "0");
    assert_eq!(format::count(999), "999");
    assert_eq!(format::count(1_234_567), "1,234,567");
    assert_eq!(format::counted(1, "neuron"), "1 neuron");
    assert_eq!(format::counted(302, "neuron"), "302 neurons");
    assert_eq!(format::si(1.234e9, "FLOP/s"), "1.23 GFLOP/s");
    assert_eq!(format::si(999.7e6, "B/s"), "1.00 GB/s");
    assert_eq!(format::si(8.6e10, ""), "86.0 G");
    assert_eq!(format::si(0.0, "s"), "0 s");
    assert_eq!(format::si(-2.5e-3, "V"), "-2.50 mV");
    assert_eq!(format::bytes(512), "512 B");
    assert_eq!(format::bytes(1500), "1.50 kB");
    assert_eq!(format::bytes(3_200_000_000), "3.20 GB");
    assert_eq!(format::significant(9.996, 3), "10.0");
    assert_eq!(format::significant(123_456.0, 3), "123000");
    assert_eq!(format::duration(0.0), "0 s");
    assert_eq!(format::duration(0.45), "450 ms");
    assert_eq!(format::duration(2.5), "2.50 s");
    assert_eq!(format::duration(59.97), "1 min 00 s");
    assert_eq!(format::duration(200.0), "3 min 20 s");
    assert_eq!(format::duration(3599.9), "1 h 00 min");
    assert_eq!(format::duration(3720.0), "1 h 02 min");
    assert_eq!(format::duration(183_600.0), "2 d 03 h");
    assert_eq!(format::duration(3.2e11), "10,140 years");
    assert_eq!(format::duration(f64::NAN), "unknown");
    assert_eq!(format::milliseconds(500.0), "500 ms");
    assert_eq!(format::milliseconds(1250.0), "1.25 s");
    assert_eq!(format::milliseconds(0.1 + 0.2), "0.3 ms");
    assert_eq!(format::realtime(0.4), "2.50 times faster than real time");
    assert_eq!(format::realtime(12.0), "12.0 times slower than real time");
    assert_eq!(format::realtime(1.0), "in real time");
    assert_eq!(format::rate(12.34), "12.3 Hz");
    assert_eq!(format::rate(0.0), "0 Hz");
}
