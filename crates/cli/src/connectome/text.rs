//! `huxley connectome info` as one screen.

use std::fmt::Write as _;

use huxley_io::connectome::statistics::Summary;
use huxley_io::results::format::{count, significant};

use super::Info;
use crate::table::aligned;

/// The figures as text.
pub fn text(info: &Info) -> String {
    let s = &info.statistics;
    let mut out = format!("{} ({})\n", info.file, info.format);
    if let Some(schema) = info.schema {
        let _ = writeln!(out, "  recognised: {schema}");
    }
    if !info.columns.is_empty() {
        let named: Vec<String> = info.columns.iter().map(|(key, name)| format!("{key} = {name}")).collect();
        let _ = writeln!(out, "  columns: {}", named.join(", "));
    }
    let percent = |part: f64| format!("{} %", significant(100.0 * part, 3));
    let mut lines: Vec<[String; 3]> = Vec::new();
    let mut line = |name: &str, value: String, more: String| lines.push([name.to_owned(), value, more]);
    line("neurons", count(s.neurons), String::new());
    line("rows", count(s.rows), String::new());
    line("connected pairs", count(s.edges), format!("{} of all ordered pairs of two neurons", percent(s.density)));
    if s.weighted && info.unit == "synapses" {
        let whole = s.synapses.fract() == 0.0 && s.synapses < 1e15;
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let text = if whole { count(s.synapses as u64) } else { significant(s.synapses, 6) };
        line("synapses", text, "sum of the weights".to_owned());
    }
    line("in both directions", percent(s.reciprocity), "of the pairs of two neurons".to_owned());
    line("repeated rows", count(s.duplicates), "counted as one pair, weights added".to_owned());
    line("to themselves", count(s.self_edges), "rows from a neuron to itself".to_owned());
    line("without an input", count(s.without_input), String::new());
    line("without an output", count(s.without_output), String::new());
    line("components", count(s.components), format!("the largest has {} neurons", count(s.largest_component)));
    for (word, rows) in &s.signs {
        let name = if word.is_empty() { "sign left empty".to_owned() } else { format!("sign {word}") };
        #[allow(clippy::cast_precision_loss)]
        line(&name, count(*rows), format!("{} of the rows", percent(*rows as f64 / s.rows.max(1) as f64)));
    }
    let rows: Vec<Vec<String>> = lines.into_iter().map(Vec::from).collect();
    out += &aligned(&rows, &[1], 2);
    let head = ["", "mean", "sd", "median", "90 %", "99 %", "most", ""].map(str::to_owned).to_vec();
    let figures = |name: &str, own: &Summary, more: String| {
        let mut cells = vec![name.to_owned()];
        cells.extend([own.mean, own.sd, own.median, own.p90, own.p99, own.most].map(figure));
        cells.push(more);
        cells
    };
    let mut table = vec![
        head,
        figures("inputs of a neuron", &s.in_degree.summary, format!("neuron {}", info.hubs.0)),
        figures("outputs of a neuron", &s.out_degree.summary, format!("neuron {}", info.hubs.1)),
    ];
    if s.weighted {
        table.push(figures("weight of a pair", &s.weight.summary, info.unit.to_owned()));
    }
    out.push('\n');
    out += &aligned(&table, &[1, 2, 3, 4, 5, 6], 2);
    if !info.pictures.is_empty() {
        let paths: Vec<String> = info.pictures.iter().map(|path| path.display().to_string()).collect();
        let _ = writeln!(out, "\n  pictures: {}", paths.join(", "));
    }
    out
}

fn figure(value: f64) -> String {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    if value.fract() == 0.0 && (0.0..1e15).contains(&value) { count(value as u64) } else { significant(value, 3) }
}
