//! One function a reader: any bytes in, an answer or an error out. What is fuzzed (`crates/io/fuzz`) and what the short run of
//! the tests repeats (`main.rs`) are these.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

use huxley_io::connectome::edges::{self, ColumnNames};
use huxley_io::connectome::{picture, statistics};
use huxley_io::model::{self, Dimension, TableSource, parse_quantity, split_override};
use huxley_io::neuroml;
use huxley_io::results;
use huxley_io::sonata;
use huxley_io::swc;
use huxley_io::tables::{Content, TableError, TableReader};
use huxley_model::expression::Expression;
use huxley_model::morphology::{Discretisation, discretise};

/// A reader's name, which is that of its folder of examples, and its body.
pub type Target = (&'static str, fn(&[u8]));

/// All of them.
pub const TARGETS: &[Target] = &[
    ("swc", swc),
    ("csv", csv),
    ("gzip", gzip),
    ("parquet", parquet),
    ("connectome", connectome),
    ("model", model),
    ("expression", expression),
    ("quantity", quantity),
    ("spikes", spikes),
    ("run_json", run_json),
    ("results", results_file),
    ("neuroml", neuroml),
    ("sonata", sonata),
];

/// A file with these bytes, removed at the end: some readers take paths alone.
struct Temporary(PathBuf);

impl Temporary {
    fn new(bytes: &[u8], extension: &str) -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("huxley-reader-{}-{number}.{extension}", std::process::id());
        let path = std::env::temp_dir().join(name);
        fs::write(&path, bytes).unwrap();
        Self(path)
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

fn text(bytes: &[u8]) -> Option<&str> {
    std::str::from_utf8(bytes).ok()
}

/// A reconstruction, and all that is done with one.
pub fn swc(bytes: &[u8]) {
    match swc::parse(bytes, "any.swc", 1.0) {
        Ok(swc) => {
            // A point is a row of at least 14 bytes.
            assert!(swc.points().len() <= bytes.len() / 13 + 1);
            let built = swc.sections(&[]);
            built.morphology.validate().unwrap();
            let _ = discretise(&built.morphology, Discretisation::PerSection(1), 150.0, 1.0);
            let _ = built.morphology.distances(20_000.0, 150.0);
            let again = swc::parse(swc.text().as_bytes(), "again.swc", 1.0).unwrap();
            assert_eq!(again.points(), swc.points());
        }
        Err(errors) => assert!(!errors.problems.is_empty() && errors.to_string().len() < 100 * 1024),
    }
}

fn table(bytes: &[u8], name: &str) {
    let Ok(reader) = TableReader::new(name, Content::Bytes(bytes.to_vec().into())) else { return };
    let columns: Vec<usize> = (0..reader.headers().count().min(20)).filter(|&c| reader.kind(c).is_ok()).collect();
    let declared = reader.rows();
    let mut rows = 0;
    let done = reader.read::<TableError>(&columns, |batch| {
        rows += batch.rows() as u64;
        for row in 0..batch.rows() {
            for column in 0..columns.len() {
                let cell = batch.cell(column, row);
                let _ = (cell.text(), cell.number());
            }
            let _ = batch.place(row);
        }
        Ok(())
    });
    if let (Ok(()), Some(declared)) = (done, declared)
        && !columns.is_empty()
    {
        assert_eq!(rows, declared, "rows were lost without an error");
    }
}

/// A table as text.
pub fn csv(bytes: &[u8]) {
    table(bytes, "any.csv");
    table(bytes, "any.tsv");
}

/// A table as compressed text.
pub fn gzip(bytes: &[u8]) {
    table(bytes, "any.csv.gz");
}

/// A table in columns.
pub fn parquet(bytes: &[u8]) {
    table(bytes, "any.parquet");
}

/// A table of connections, counted.
pub fn connectome(bytes: &[u8]) {
    let file = Temporary::new(bytes, "csv");
    if let Ok(mut loaded) = edges::load(&file.0, &ColumnNames::default()) {
        let cells = loaded.edges.ids.len();
        let rows = loaded.edges.pairs.len();
        assert!(cells <= 2 * rows && rows <= bytes.len());
        let statistics = statistics::statistics(&mut loaded.edges);
        assert_eq!(statistics.neurons, cells as u64);
        let _ = picture::pictures("any", &statistics, "synapses", Default::default());
    }
}

/// Tables that a model finds: two small ones, under any name that ends like theirs.
#[derive(Debug)]
struct Tables(BTreeMap<&'static str, &'static str>);

impl TableSource for Tables {
    fn read(&self, name: &str) -> Result<String, String> {
        let known = self.0.iter().find(|(known, _)| name.ends_with(*known));
        known.map(|(_, text)| (*text).to_owned()).ok_or_else(|| "there is no such file".to_owned())
    }

    fn lasting_name(&self, name: &str) -> String {
        name.to_owned()
    }
}

/// A model file. One that asks for large numbers of cells is within its rights, and is left alone here.
pub fn model(bytes: &[u8]) {
    let Some(text) = text(bytes) else { return };
    let digits = |word: &str| word.bytes().filter(u8::is_ascii_digit).count() > 5 || word.contains(['e', 'E']);
    let asks_for_much = text
        .split(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '.')
        .any(|word| word.starts_with(|c: char| c.is_ascii_digit()) && digits(word));
    if asks_for_much {
        return;
    }
    let tables = Tables(BTreeMap::from([
        (".csv", "source,target,weight\n0,1,0.5\n1,0,2\n"),
        (".swc", "1 1 0 0 0 5 -1\n2 3 0 0 50 1 1\n"),
    ]));
    match model::load_str(text, "any.toml", &tables, &[]) {
        Ok(loaded) => {
            let again = model::load_str(&loaded.document, "any.toml", &tables, &[]);
            assert!(again.is_ok(), "the document a run leaves behind is not a model: {}", loaded.document);
        }
        Err(errors) => assert!(!errors.0.is_empty()),
    }
}

/// An expression of a user's channel.
pub fn expression(bytes: &[u8]) {
    let Some(text) = text(bytes) else { return };
    if let Ok(expression) = Expression::parse(text) {
        let _ = format!("{expression:?}");
    }
}

/// A quantity with its unit, and an override of a value.
pub fn quantity(bytes: &[u8]) {
    let Some(text) = text(bytes) else { return };
    for dimension in [Dimension::Time, Dimension::Potential, Dimension::Temperature, Dimension::Area] {
        if let Ok(value) = parse_quantity(text, dimension) {
            assert!(!value.is_nan());
        }
    }
    let _ = split_override(text);
}

/// Spikes of an earlier run.
pub fn spikes(bytes: &[u8]) {
    let file = Temporary::new(bytes, "csv");
    let _ = results::read_spikes(&file.0);
}

/// The report of an earlier run.
pub fn run_json(bytes: &[u8]) {
    let file = Temporary::new(bytes, "json");
    let _ = results::read_run(&file.0);
}

/// Spikes, reports and weights, as SONATA's HDF5, CSV or Parquet.
pub fn results_file(bytes: &[u8]) {
    let file = Temporary::new(bytes, "any");
    let _ = results::content_of(&file.0);
    if let Ok(trains) = results::read_spike_file(&file.0) {
        assert!(trains.iter().flat_map(|train| &train.spikes).all(|spike| spike.0.is_finite()));
    }
    let _ = results::read_weights(&file.0);
    for report in results::open_report(&file.0).unwrap_or_default() {
        let columns = report.head().sites.len();
        let _ = report.visit(f64::NEG_INFINITY, f64::INFINITY, |_, row| {
            assert_eq!(row.len(), columns);
            Ok(())
        });
    }
}

/// A file of NeuroML or LEMS that includes itself under any other name. Populations of many cells are within their rights, and left
/// alone here.
pub fn neuroml(bytes: &[u8]) {
    let Some(text) = text(bytes) else { return };
    let digits = |part: &str| part.trim().bytes().filter(u8::is_ascii_digit).count() > 5;
    if text.split("size").skip(1).any(|part| digits(&part.chars().take(24).collect::<String>())) {
        return;
    }
    let files = |path: &std::path::Path| {
        if path == std::path::Path::new("any.xml") {
            Ok(bytes.to_vec())
        } else {
            Err("there is no such file".to_owned())
        }
    };
    match neuroml::read_with(std::path::Path::new("any.xml"), None, &files) {
        Ok(imported) => {
            for population in &imported.network.populations {
                population.shapes.iter().for_each(|shape| shape.validate().unwrap());
            }
        }
        Err(errors) => assert!(!errors.0.is_empty() && errors.0.len() <= 101),
    }
}

/// A copy of the circuit in `tests/reference/sonata`, of which one file is another. The first line of an example is that file's name.
struct Circuit {
    folder: PathBuf,
    files: BTreeMap<String, Vec<u8>>,
}

impl Circuit {
    fn new() -> Self {
        let mut own = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors();
        let from =
            own.find_map(|folder| Some(folder.join("tests/reference/sonata")).filter(|from| from.is_dir())).unwrap();
        let folder = std::env::temp_dir().join(format!("huxley-reader-{}-circuit", std::process::id()));
        let mut files = BTreeMap::new();
        let mut left = vec![PathBuf::new()];
        while let Some(part) = left.pop() {
            fs::create_dir_all(folder.join(&part)).unwrap();
            for entry in fs::read_dir(from.join(&part)).unwrap() {
                let name = part.join(entry.unwrap().file_name());
                if from.join(&name).is_dir() {
                    left.push(name);
                } else {
                    let content = fs::read(from.join(&name)).unwrap();
                    fs::write(folder.join(&name), &content).unwrap();
                    files.insert(name.to_str().unwrap().to_owned(), content);
                }
            }
        }
        Self { folder, files }
    }
}

/// A SONATA circuit with one file of any content.
pub fn sonata(bytes: &[u8]) {
    static CIRCUIT: OnceLock<Circuit> = OnceLock::new();
    let Some(end) = bytes.iter().position(|&byte| byte == b'\n') else { return };
    let (Some(name), content) = (text(&bytes[..end]), &bytes[end + 1..]) else { return };
    let circuit = CIRCUIT.get_or_init(Circuit::new);
    let Some(before) = circuit.files.get(name) else { return };
    let path = circuit.folder.join(name);
    fs::write(&path, content).unwrap();
    let simulation = circuit.folder.join("simulation_config.json");
    if let Err(errors) = sonata::read(&simulation, Some(1)) {
        assert!(!errors.0.is_empty() && errors.to_string().len() < 1 << 20);
    }
    let _ = sonata::contents(&simulation);
    fs::write(&path, before).unwrap();
}
