//! Files of spikes: SONATA's HDF5 whatever its `sorting` says, and CSV.

use std::path::Path;

use super::findings::Findings;
use super::h5::H5;

/// The largest CSV file of spikes, bytes.
const LARGEST: u64 = 4 << 30;

/// Spikes of one population.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Spikes {
    /// Empty where the file names none.
    pub(super) population: String,
    pub(super) nodes: Vec<i64>,
    /// ms.
    pub(super) times: Vec<f64>,
}

/// Reads a file of spikes, HDF5 or CSV by what `module` says, or by its name.
pub(super) fn read(path: &Path, module: &str, findings: &Findings) -> Option<Vec<Spikes>> {
    let csv = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("csv"));
    if module == "csv" || (module.is_empty() && csv) { from_csv(path, findings) } else { from_h5(path, findings) }
}

fn from_h5(path: &Path, findings: &Findings) -> Option<Vec<Spikes>> {
    let file = H5::open(path, "file of spikes", findings)?;
    let Some(populations) = file.groups("spikes") else {
        return file.error(findings, "spikes", "there is no group `spikes`", "is this a file of spikes?");
    };
    if populations.is_empty() && file.has("spikes", "timestamps") {
        // The form before populations had groups of their own.
        let ids = if file.has("spikes", "gids") { "gids" } else { "node_ids" };
        return Some(vec![population(&file, "", "spikes", ids, findings)?]);
    }
    let read = populations.iter().map(|name| population(&file, name, &format!("spikes/{name}"), "node_ids", findings));
    read.collect::<Vec<_>>().into_iter().collect()
}

fn population(file: &H5, name: &str, path: &str, ids: &str, findings: &Findings) -> Option<Spikes> {
    let (times_at, nodes_at) = (format!("{path}/timestamps"), format!("{path}/{ids}"));
    let failed = |key: &str, cause: String| file.error::<()>(findings, key, cause, "");
    let times = file.numbers(&times_at).map_err(|cause| failed(&times_at, cause));
    let nodes = file.integers(&nodes_at).map_err(|cause| failed(&nodes_at, cause));
    let (mut times, nodes) = (times.ok()?, nodes.ok()?);
    if times.len() != nodes.len() {
        let message = format!("{} times for {} nodes", times.len(), nodes.len());
        return file.error(findings, path, message, "the file is damaged");
    }
    match file.text_attribute(&times_at, "units").as_deref() {
        None | Some("ms" | "milliseconds" | "millisecond") => {}
        Some("s" | "seconds" | "second" | "sec") => times.iter_mut().for_each(|time| *time *= 1e3),
        Some(other) => {
            return file.error(findings, &times_at, format!("times are in `{other}`"), "ms and s are understood");
        }
    }
    Some(Spikes { population: name.to_owned(), nodes, times })
}

fn from_csv(path: &Path, findings: &Findings) -> Option<Vec<Spikes>> {
    let file = path.display().to_string();
    match std::fs::metadata(path) {
        Ok(about) if about.len() > LARGEST => {
            return findings.error(
                &file,
                "",
                format!("the file of spikes is larger than {LARGEST} bytes"),
                "write HDF5",
            );
        }
        _ => {}
    }
    match std::fs::read(path) {
        Ok(bytes) => parse(&String::from_utf8_lossy(&bytes), &file, findings),
        Err(cause) => findings.error(&file, "", format!("cannot read the file of spikes: {cause}"), ""),
    }
}

/// `timestamps population node_ids`, in any order, separated by blanks, commas or semicolons.
fn parse(text: &str, file: &str, findings: &Findings) -> Option<Vec<Spikes>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut columns: Option<[Option<usize>; 3]> = None;
    let mut all: Vec<Spikes> = Vec::new();
    let mut last = 0;
    for (number, line) in (1..).zip(text.lines()) {
        let comment = line.trim_start().starts_with('#');
        let split = |c: char| c.is_whitespace() || c == ',' || c == ';';
        let line = line.trim_start_matches(['#', ' ', '\t']);
        let words: Vec<&str> =
            line.split(split).filter(|word| !word.is_empty()).map(|word| word.trim_matches('"')).collect();
        let Some(first) = words.first() else { continue };
        if columns.is_none() {
            let find = |names: &[&str]| words.iter().position(|word| names.contains(&word.to_lowercase().as_str()));
            let header = [
                find(&["timestamps", "timestamp", "times", "time", "t"]),
                find(&["node_ids", "node_id", "gids", "gid"]),
                find(&["population", "populations"]),
            ];
            if let [Some(_), Some(_), _] = header {
                columns = Some(header);
                continue;
            }
            if comment {
                continue;
            }
            if first.parse::<f64>().is_err() || words.len() != 3 {
                let hint = "its first line is `timestamps population node_ids`";
                return findings.error_in_line(file, number, "", "the file of spikes has no header", hint);
            }
            columns = Some([Some(0), Some(2), Some(1)]);
        }
        if comment {
            continue;
        }
        let [Some(time), Some(node), population] = columns? else { return None };
        let time = words.get(time).and_then(|word| word.parse::<f64>().ok());
        let node = words.get(node).and_then(|word| {
            word.parse::<i64>().ok().or_else(|| {
                #[allow(clippy::cast_possible_truncation)]
                word.parse::<f64>().ok().filter(|id| id.fract() == 0.0 && id.abs() < 9e15).map(|id| id as i64)
            })
        });
        let (Some(time), Some(node)) = (time, node) else {
            let message = format!("`{}` is no spike", line.chars().take(60).collect::<String>());
            return findings.error_in_line(
                file,
                number,
                "",
                message,
                "a line is a time in ms, a population and a node's id",
            );
        };
        let population = population.and_then(|column| words.get(column)).copied().unwrap_or("");
        if all.get(last).is_none_or(|spikes| spikes.population != population) {
            last = all.iter().position(|spikes| spikes.population == population).unwrap_or_else(|| {
                all.push(Spikes { population: population.to_owned(), ..Spikes::default() });
                all.len() - 1
            });
        }
        all[last].nodes.push(node);
        all[last].times.push(time);
    }
    Some(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<Vec<Spikes>> {
        parse(text, "spikes.csv", &Findings::default())
    }

    #[test]
    fn every_header_is_read() {
        let one = |population: &str| {
            Some(vec![Spikes { population: population.to_owned(), nodes: vec![3, 4], times: vec![1.5, 2.0] }])
        };
        for text in [
            "timestamps population node_ids\n1.5 a 3\n2.0 a 4\n",
            "# timestamps population node_ids\r\n1.5 a 3\r\n2 a 4\r\n",
            "population,node_ids,timestamps\n\na,3,1.5\na,4.0,2\n",
            "# made by hand\n1.5 a 3\n2.0 a 4",
        ] {
            assert_eq!(read(text), one("a"), "{text}");
        }
        assert_eq!(read("timestamps gids\n1.5 3\n2.0 4\n"), one(""));
        assert_eq!(read(""), Some(Vec::new()));
    }

    #[test]
    fn what_is_no_spike_is_refused() {
        for text in
            ["a b\n", "timestamps population node_ids\nx a 3\n", "timestamps population node_ids\n1.0 a\n", "1 2\n"]
        {
            let findings = Findings::default();
            assert_eq!(parse(text, "spikes.csv", &findings), None, "{text}");
            assert!(findings.failed(), "{text}");
        }
    }
}
