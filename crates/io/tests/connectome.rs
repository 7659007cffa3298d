//! Tables of connections: what other programs write is read, what is written is read again, what is wrong is said where.
#![allow(missing_docs)]

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use huxley_io::connectome::edges::{ColumnNames, ends, load};
use huxley_io::connectome::statistics::statistics;
use huxley_io::model::{Folder, Loaded, load_str};
use huxley_io::tables::{Cell, Compression, Kind, TableError, TableReader, convert};
use huxley_model::network::{Connection, Network, Rule};
use proptest::prelude::*;

fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/tables").join(name)
}

/// A folder that is removed at the end.
struct Own(PathBuf);

impl Own {
    fn new() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("huxley-tables-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&path).expect("a folder");
        Self(path)
    }

    fn at(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.at(name);
        std::fs::write(&path, bytes).expect("written");
        path
    }
}

impl Drop for Own {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// All values of a table, as they are.
#[derive(Clone, Debug, PartialEq)]
enum Value {
    Missing,
    Text(String),
    Integer(i64),
    Number(u64),
    Boolean(bool),
}

fn everything(path: &Path) -> (Vec<String>, Vec<Vec<Value>>) {
    let table = TableReader::open(path).unwrap_or_else(|error| panic!("{error}"));
    let headers: Vec<String> = table.headers().map(str::to_owned).collect();
    let columns: Vec<usize> = (0..headers.len()).filter(|&column| table.kind(column).is_ok()).collect();
    let mut rows = Vec::new();
    let read = table.read::<TableError>(&columns, |batch| {
        for row in 0..batch.rows() {
            let value = |column: usize| match batch.cell(column, row) {
                Cell::Missing => Value::Missing,
                Cell::Text(text) => Value::Text(text.to_owned()),
                Cell::Integer(number) => Value::Integer(number),
                Cell::Number(number) => Value::Number(number.to_bits()),
                Cell::Boolean(truth) => Value::Boolean(truth),
            };
            rows.push((0..columns.len()).map(value).collect());
        }
        Ok(())
    });
    read.unwrap_or_else(|error| panic!("{error}"));
    (headers, rows)
}

#[test]
fn every_type_that_pyarrow_writes_is_read_with_its_nulls() {
    let (headers, rows) = everything(&data("types_zstd.parquet"));
    assert_eq!(headers[..9], ["int32", "uint32", "int64", "uint16", "float", "double", "bool", "text", "category"]);
    assert_eq!(rows.len(), 1000);
    for (i, row) in (0_i64..).zip(&rows) {
        let null = i % 7 == 3;
        let or_missing = |value: Value| if null { Value::Missing } else { value };
        let x = i as f64;
        let expected = [
            Value::Integer(i - 500),
            Value::Integer(4_294_967_295 - i),
            or_missing(Value::Integer(i * 1_000_000_007)),
            Value::Integer(i),
            Value::Number((x / 8.0).to_bits()),
            or_missing(Value::Number((x / 10.0).to_bits())),
            Value::Boolean(i % 3 == 0),
            or_missing(Value::Text(format!("n{i:04}"))),
            Value::Text(format!("c{}", i % 5)),
        ];
        assert_eq!(row[..], expected, "row {i}");
    }
    let (_, gzip) = everything(&data("types_gzip.parquet"));
    assert!(gzip.iter().zip(&rows).all(|(a, b)| a[0] == b[2] && a[1] == b[7]));
}

#[test]
fn columns_that_cannot_be_read_say_so_and_hurt_no_other() {
    let table = TableReader::open(&data("types_zstd.parquet")).expect("opens");
    let said = |name: &str| {
        let column = table.headers().position(|header| header.starts_with(name)).expect("is there");
        table.kind(column).expect_err("is refused").to_string()
    };
    assert!(said("day").contains("column `day`: holds Date"), "{}", said("day"));
    assert!(said("list").contains("a list or a group of values"), "{}", said("list"));
}

#[test]
fn flywires_columns_are_recognised_whatever_the_format() {
    let mut all = Vec::new();
    let own = Own::new();
    let gz = own.at("flywire.csv.gz");
    convert(&data("flywire.csv"), &gz, Compression::default()).expect("converts");
    for path in [data("flywire_pandas_snappy.parquet"), data("flywire.csv"), gz] {
        let mut loaded = load(&path, &ColumnNames::default()).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(loaded.schema.expect("recognised").name, "FlyWire, as in Shiu et al. 2024");
        let s = statistics(&mut loaded.edges);
        // Counted by pandas.
        assert_eq!((s.rows, s.neurons, s.synapses), (40, 12, 666.0));
        assert_eq!((s.self_edges, s.duplicates, s.signs["1"]), (5, 4, 22));
        let named = loaded.edges.pairs.iter().map(|&(pair, weight)| {
            let (source, target) = ends(pair);
            (loaded.edges.ids.name(source), loaded.edges.ids.name(target), weight.to_bits())
        });
        let mut named: Vec<_> = named.collect();
        named.sort();
        all.push(named);
    }
    assert!(all.windows(2).all(|pair| pair[0] == pair[1]));
}

const MODEL: &str = r#"
schema = 1
celsius = "20 degC"
[parameters]
edges = "edges.csv"
[populations.n]
labels = { table = "$edges" }
shape.point.area = "100 um2"
membrane.preset = "hh"
[synapses.exc]
model = "exp"
tau = "5 ms"
reversal = "0 mV"
[synapses.inh]
model = "exp"
tau = "5 ms"
reversal = "-80 mV"
[projections.p]
source = "n"
target = "n"
rule = "table"
table = "$edges"
synapse = { "1" = "exc", "-1" = "inh" }
weight = { "1" = "2 nS", "-1" = "3 nS" }
delay = "1 ms"
"#;

fn model(folder: &Path, edges: &str, change: &[(&str, &str)]) -> Result<Loaded, String> {
    let mut text = MODEL.to_owned();
    for (old, new) in change {
        assert!(text.contains(old), "{old}");
        text = text.replacen(old, new, 1);
    }
    let set = [("edges".to_owned(), edges.to_owned())];
    load_str(&text, "m.toml", &Folder(folder.to_owned()), &set).map_err(|errors| errors.to_string())
}

fn rows(network: &Network, projection: usize) -> Vec<Connection> {
    match &network.projections[projection].rule {
        Rule::Table(rows) => rows.iter().collect(),
        other => panic!("no table: {other:?}"),
    }
}

#[test]
fn a_model_takes_its_cells_and_connections_from_flywires_table() {
    let own = Own::new();
    let folder = data("");
    let loaded = model(&folder, "flywire_pandas_snappy.parquet", &[]).unwrap_or_else(|error| panic!("{error}"));
    let n = &loaded.network;
    let labels: Vec<&str> = n.populations[0].cells.iter().filter_map(|cell| cell.label.as_deref()).collect();
    assert_eq!(labels.len(), 12);
    assert!(labels.is_sorted() && labels[0] == "720575940600000000");
    assert_eq!(n.projections.iter().map(|p| p.name.as_str()).collect::<Vec<_>>(), ["p (exc)", "p (inh)"]);
    // Against the CSV, read here by hand: source, target and weight of every row, in order.
    let text = std::fs::read_to_string(data("flywire.csv")).expect("is there");
    let mut expected = [Vec::new(), Vec::new()];
    for line in text.lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        let index = |id: &str| labels.iter().position(|label| *label == id).expect("a label") as u32;
        let (choice, unit) = if cells[5] == "1" { (0, 2e-3) } else { (1, 3e-3) };
        let count: f64 = cells[4].parse().expect("a number");
        expected[choice].push((index(cells[0]), index(cells[1]), Some(count * unit)));
    }
    for (projection, expected) in expected.iter().enumerate() {
        let found: Vec<_> = rows(n, projection).iter().map(|row| (row.source, row.target, row.weight)).collect();
        assert_eq!(found, *expected);
    }
    // The same by CSV and gzip; the document that goes with results finds the table from anywhere.
    convert(&data("flywire.csv"), &own.at("f.csv.gz"), Compression::default()).expect("converts");
    let other = model(&own.0, "f.csv.gz", &[]).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(rows(&other.network, 1), rows(n, 1));
    let again = load_str(&other.document, "again.toml", &Folder(PathBuf::from("/nonexistent")), &[]);
    assert_eq!(rows(&again.expect("loads again").network, 0), rows(n, 0));
}

#[test]
fn repeated_rows_and_self_pairs_are_treated_as_asked() {
    let own = Own::new();
    own.write("e.csv", "source,target,weight,sign\n1,2,5,1\n2,2,1,1\n1,2,7,1\n2,1,3,-1\n");
    let columns = ("delay = \"1 ms\"", "delay = \"1 ms\"\ncolumns = { weight = \"weight\", sign = \"sign\" }");
    let with = |more: &str| {
        let text = format!("{}\n{more}", columns.1);
        model(&own.0, "e.csv", &[(columns.0, &text)])
    };
    let weights = |loaded: &Loaded| {
        rows(&loaded.network, 0).iter().map(|c| c.weight.expect("weighed") * 500.0).collect::<Vec<_>>()
    };
    let plain = with("").expect("loads");
    assert_eq!(weights(&plain), [5.0, 1.0, 7.0]);
    assert!(plain.warnings.iter().any(|w| w.contains("1 of 4 rows repeat a connection")), "{:?}", plain.warnings);
    let kept = with("duplicates = \"keep\"").expect("loads");
    assert_eq!((weights(&kept), kept.warnings), (vec![5.0, 1.0, 7.0], Vec::new()));
    assert_eq!(weights(&with("duplicates = \"add\"\nself_pairs = \"ignore\"").expect("loads")), [12.0]);
    let refused = |more: &str| with(more).expect_err("is refused");
    assert!(
        refused("duplicates = \"refuse\"").contains("1 of 4 rows repeat"),
        "{}",
        refused("duplicates = \"refuse\"")
    );
    assert!(refused("self_pairs = \"refuse\"").contains("1 rows join a cell to itself"));
}

#[test]
fn padded_names_find_their_cell_and_are_said() {
    let own = Own::new();
    own.write("e.csv", "source,target,sign\n VB01 , A1,1\nVB1,A10,1\n");
    let labels = ("labels = { table = \"$edges\" }", "size = 3\nlabels = [\"VB1\", \"A01\", \"A10\"]");
    let columns = ("delay = \"1 ms\"", "delay = \"1 ms\"\ncolumns = { sign = \"sign\" }");
    let loaded = model(&own.0, "e.csv", &[labels, columns]).unwrap_or_else(|error| panic!("{error}"));
    let ends: Vec<_> = rows(&loaded.network, 0).iter().map(|row| (row.source, row.target)).collect();
    assert_eq!(ends, [(0, 1), (0, 2)]);
    assert!(loaded.warnings[0].contains("2 names of cells are padded"), "{:?}", loaded.warnings);
    assert!(loaded.warnings[0].contains("`VB01` for `VB1`"), "{:?}", loaded.warnings);
    // Where two labels differ in padding only, a third form is nobody's.
    let two = ("labels = { table = \"$edges\" }", "size = 4\nlabels = [\"VB1\", \"VB001\", \"A1\", \"A10\"]");
    let error = model(&own.0, "e.csv", &[two, columns]).expect_err("is refused");
    assert!(error.starts_with("e.csv:2: `column source`: there is no cell `VB01` in population `n`"), "{error}");
}

#[test]
fn gap_junctions_listed_from_both_cells_are_one_if_asked() {
    let own = Own::new();
    own.write("g.csv", "first,second,weight\n0,1,2\n1,0,4\n2,2,1\n");
    let text = |more: &str| {
        format!(
            "schema = 1\ncelsius = \"20 degC\"\n[populations.n]\nsize = 3\nshape.point.area = \"100 um2\"\n\
             membrane.preset = \"hh\"\n[gap_junctions.g]\nfirst = \"n\"\nsecond = \"n\"\ntable = \"g.csv\"\n\
             columns = {{ weight = \"weight\" }}\nconductance = \"1 nS\"\nself_pairs = \"ignore\"\n{more}"
        )
    };
    let load = |more: &str| load_str(&text(more), "m.toml", &Folder(own.0.clone()), &[]).expect("loads");
    let pairs =
        |loaded: &Loaded| loaded.network.gap_junctions[0].pairs.iter().map(|p| p.conductance * 1e3).collect::<Vec<_>>();
    let plain = load("");
    assert_eq!(pairs(&plain), [2.0, 4.0]);
    assert!(plain.warnings[0].contains("1 pairs are listed in both directions"), "{:?}", plain.warnings);
    let merged = load("both_directions = \"merge\"");
    assert_eq!(pairs(&merged), [3.0]);
    assert!(merged.warnings[0].contains("1 of 1 pairs"), "{:?}", merged.warnings);
    assert!(load("both_directions = \"keep\"").warnings.is_empty());
}

#[test]
fn a_parameter_that_must_be_given_says_what_it_is() {
    let fly = huxley_io::builtin::find("fly").expect("built in");
    let error = fly.load(&[]).expect_err("has no table").to_string();
    assert_eq!(error.matches("the model needs a value for `edges`").count(), 1, "{error}");
    assert!(error.contains("`Connectivity_783.parquet` of Shiu et al. 2024"), "{error}");
    assert!(error.contains("hint: give it with --set edges=..."), "{error}");
    let path = data("flywire_pandas_snappy.parquet").display().to_string();
    let loaded = fly.load(&[("edges".to_owned(), path)]).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(loaded.network.populations[0].cells.len(), 12);
    assert!(loaded.warnings.is_empty(), "{:?}", loaded.warnings);
}

#[test]
fn what_is_wrong_with_a_table_is_said_with_its_place() {
    let own = Own::new();
    let error = |name: &str, bytes: &[u8]| {
        let path = own.write(name, bytes);
        let text = load(&path, &ColumnNames::default()).expect_err("is refused").to_string();
        text.replace(&own.0.display().to_string(), "").replace("`/", "`")
    };
    let expect = |name: &str, bytes: &[u8], parts: &[&str]| {
        let text = error(name, bytes);
        for part in parts {
            assert!(text.contains(part), "{name}: {text}");
        }
    };
    expect(
        "a.csv",
        b"pre,post\n1,2\n",
        &["`a.csv`: has no column `source`", "--columns source=NAME; its columns are pre, post"],
    );
    expect(
        "b.csv",
        b"source,target,weight\n1,2,3\n1,2,many\n",
        &["`b.csv`, line 3, column `weight`: expected a number of 0 or above, found `many`"],
    );
    expect("c.csv", b"source,target,weight\n1,2,-1\n", &["found `-1`"]);
    expect("d.csv", b"source,target\n1,2\n3\n", &["`d.csv`, line 3: row has 1 columns, the header 2", "hint:"]);
    expect("e.csv", b"source,target\n1,\n", &["`e.csv`, line 2, column `target`: the name of the cell is missing"]);
    expect("f.csv", b"", &["`f.csv`: is empty"]);
    expect("g.csv", b"source,target\n1,\xff\n", &["line 2, column `target`", "not UTF-8"]);
    expect("h.csv.gz", b"source,target\n", &["is not compressed with gzip"]);
    expect("i.parquet", b"<html>", &["is not a Parquet file: it does not begin with `PAR1`"]);
}

/// Compressed, it is a small file; as one row it would be all of memory.
#[test]
fn a_row_without_end_is_refused() {
    let own = Own::new();
    for (name, head, endless, part) in [
        ("open.csv.gz", "source,target\na,\"b\n", &b"a,b\n"[..], "left open"),
        ("header.csv.gz", "", b"name", "longer than 16 MiB"),
        ("wide.csv.gz", "", b",", "has 8000001 columns"),
    ] {
        let mut text = head.as_bytes().to_vec();
        text.extend(endless.repeat(if endless.len() == 1 { 8_000_000 } else { 6_000_000 }));
        let path = own.at(name);
        let mut gzip =
            flate2::write::GzEncoder::new(std::fs::File::create(&path).unwrap(), flate2::Compression::fast());
        std::io::Write::write_all(&mut gzip, &text).unwrap();
        gzip.finish().unwrap();
        let error = load(&path, &ColumnNames::default()).expect_err("is refused").to_string();
        assert!(error.contains(part) && error.contains(name), "{error}");
    }
}

#[test]
fn files_that_were_cut_off_are_refused_and_say_so() {
    let own = Own::new();
    let whole = own.at("whole.csv.gz");
    convert(&data("flywire.csv"), &whole, Compression::default()).expect("converts");
    let gzip = std::fs::read(&whole).expect("read");
    let parquet = std::fs::read(data("flywire_pandas_snappy.parquet")).expect("read");
    for length in [20, gzip.len() / 2, gzip.len() - 9, gzip.len() - 1] {
        let path = own.write("cut.csv.gz", &gzip[..length]);
        let error = load(&path, &ColumnNames::default()).expect_err("is refused").to_string();
        assert!(error.contains("cut.csv.gz`") && error.contains("copy or download it again"), "{length}: {error}");
    }
    for length in [4, 100, parquet.len() / 2, parquet.len() - 1] {
        let path = own.write("cut.parquet", &parquet[..length]);
        let error = load(&path, &ColumnNames::default()).expect_err("is refused").to_string();
        assert!(error.contains("it was cut off: copy or download it again"), "{length}: {error}");
    }
}

#[test]
fn damaged_parquet_is_an_error_and_no_panic() {
    let own = Own::new();
    for name in ["flywire_pandas_snappy.parquet", "types_zstd.parquet"] {
        let good = std::fs::read(data(name)).expect("read");
        for at in (4..good.len()).step_by(good.len() / 400) {
            let mut bytes = good.clone();
            bytes[at] ^= 0xff;
            let path = own.write("bad.parquet", &bytes);
            // Some bytes say nothing; what counts is that no damage ends in a panic.
            if let Ok(table) = TableReader::open(&path) {
                let columns: Vec<usize> = (0..table.headers().count()).filter(|&c| table.kind(c).is_ok()).collect();
                let _ = table.read::<TableError>(&columns, |_| Ok(()));
            }
        }
    }
}

/// Texts with everything that CSV has to quote.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-zA-Z0-9 ,;\"'\n#é\u{1f9e0}-]{0,12}",
        Just("007".to_owned()),
        Just("-0".to_owned()),
        Just("NaN".to_owned()),
        Just("#no comment".to_owned()),
        any::<i64>().prop_map(|n| n.to_string()),
        any::<f64>().prop_map(|x| format!("{x:e}")),
    ]
}

fn csv_of(rows: &[(String, String, i64, f64)]) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new().comment(Some(b'#')).from_writer(Vec::new());
    writer.write_record(["a", "b", "n", "x"]).expect("written");
    for (a, b, n, x) in rows {
        writer.write_record([a, b, &n.to_string(), &x.to_string()]).expect("written");
    }
    writer.into_inner().expect("flushed")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn conversions_there_and_back_lose_nothing(
        rows in proptest::collection::vec((text(), text(), any::<i64>(), any::<f64>().prop_filter("finite", |x| x.is_finite())), 1..60)
    ) {
        let own = Own::new();
        let first = own.write("first.csv", csv_of(&rows));
        let (headers, before) = everything(&first);
        let mut from = first.clone();
        let chain = ["a.csv.gz", "b.parquet", "c.tsv", "d.parquet", "e.csv"];
        let codecs = [Compression::default(), Compression::Snappy, Compression::None, Compression::Zstd, Compression::None];
        for (name, codec) in chain.into_iter().zip(codecs) {
            let to = own.at(name);
            let done = convert(&from, &to, codec).unwrap_or_else(|error| panic!("{name}: {error}"));
            prop_assert_eq!(done.rows as usize, rows.len());
            if name.ends_with(".parquet") {
                prop_assert_eq!(done.columns[2].1, Kind::Integer);
            }
            from = to;
        }
        let (last, after) = everything(&from);
        prop_assert_eq!(headers, last);
        for ((before, after), row) in before.iter().zip(&after).zip(&rows) {
            // Whole numbers and text letter by letter, but for blanks around numbers; floating point numbers to the bit.
            let same = |a: &Value, b: &Value| match (a, b) {
                (Value::Text(a), Value::Text(b)) => {
                    a == b || a.trim() == b || a.trim().parse::<f64>().ok().map(f64::to_bits) == b.parse::<f64>().ok().map(f64::to_bits) && b.parse::<f64>().is_ok()
                }
                (a, b) => a == b,
            };
            prop_assert!(before.iter().zip(after).all(|(a, b)| same(a, b)), "{:?} {:?}", before, after);
            prop_assert_eq!(&after[2], &Value::Text(row.2.to_string()));
        }
    }
}
