//! `--record WHAT@POPULATION[CELLS]:SITE/INTERVAL`: a probe in one word.

use std::fmt::Write as _;

use crate::failure::Failure;

/// A probe to add to a model: its name, and its table as inline TOML.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuickProbe {
    /// Name, unique among the quick ones.
    pub name: String,
    /// `{ population = "exc", ... }`.
    pub table: String,
}

/// Reads the probes of all `--record` options.
pub fn quick_probes(options: &[String]) -> Result<Vec<QuickProbe>, Failure> {
    let mut probes: Vec<QuickProbe> = Vec::new();
    for option in options {
        let mut probe = quick_probe(option).ok_or_else(|| {
            Failure::input(format!("`--record {option}` is not WHAT@POPULATION[CELLS]:SITE/INTERVAL")).hint(
                "write --record v@exc, v@exc[0..10], na.m@exc[3]/0.1ms or v@exc[0]:dend(0.5); see `huxley run --help`",
            )
        })?;
        let base = probe.name.clone();
        let mut number = 1;
        while probes.iter().any(|other| other.name == probe.name) {
            number += 1;
            probe.name = format!("{base}-{number}");
        }
        probes.push(probe);
    }
    Ok(probes)
}

fn quick_probe(text: &str) -> Option<QuickProbe> {
    let (what, place) = text.split_once('@')?;
    let (place, interval) = match place.rsplit_once('/') {
        Some((place, interval)) => (place, Some(interval)),
        None => (place, None),
    };
    // Labels may hold colons: the site's comes after the cells.
    let end = place.rfind(']').unwrap_or(0);
    let (place, site) = match place[end..].find(':') {
        Some(colon) => (&place[..end + colon], Some(&place[end + colon + 1..])),
        None => (place, None),
    };
    let (population, cells) = match place.split_once('[') {
        Some((population, cells)) => (population, Some(cells.strip_suffix(']')?)),
        None => (place, None),
    };
    if what.is_empty() || population.is_empty() {
        return None;
    }
    let mut table = format!("{{ population = {}, variable = {}", quoted(population), variable(what)?);
    if let Some(cells) = cells {
        let _ = write!(table, ", cells = {}", selection(cells)?);
    }
    if let Some(site) = site {
        let _ = write!(table, ", site = {}", self::site(site)?);
    }
    if let Some(interval) = interval {
        let _ = write!(table, ", interval = {}", quoted(interval));
    }
    table += " }";
    let plain = |c: char| if c.is_ascii_alphanumeric() || c == '_' || c == '-' { c } else { '-' };
    let name: String = format!("{what}-{population}").chars().map(plain).collect();
    Some(QuickProbe { name, table })
}

fn variable(what: &str) -> Option<String> {
    if let Some(channel) = what.strip_prefix("i_") {
        return (!channel.is_empty()).then(|| format!("{{ current = {} }}", quoted(channel)));
    }
    if what.contains('.') {
        return Some(format!("{{ gate = {} }}", quoted(what)));
    }
    Some(quoted(what))
}

/// `0..10`, `0..100..10`, or a list of numbers or names.
fn selection(cells: &str) -> Option<String> {
    if let Some((first, rest)) = cells.split_once("..") {
        let (end, step) = rest.split_once("..").unwrap_or((rest, "1"));
        let first: usize = if first.is_empty() { 0 } else { first.trim().parse().ok()? };
        let step: usize = step.trim().parse().ok()?;
        let end = match end.trim() {
            "" => String::new(),
            end => format!(", end = {}", end.parse::<usize>().ok()?),
        };
        return Some(format!("{{ first = {first}{end}, step = {step} }}"));
    }
    let items: Vec<&str> = cells.split(',').map(str::trim).collect();
    if items.iter().any(|item| item.is_empty()) {
        return None;
    }
    let numbers = items.iter().all(|item| item.parse::<usize>().is_ok());
    let items: Vec<String> = items.iter().map(|item| if numbers { (*item).to_owned() } else { quoted(item) }).collect();
    Some(format!("[{}]", items.join(", ")))
}

fn site(site: &str) -> Option<String> {
    match site {
        "" => None,
        "all" => Some("{ every = \"any\" }".to_owned()),
        _ if site.parse::<u32>().is_ok() => Some(format!("{{ compartment = {site} }}")),
        _ => Some(quoted(site)),
    }
}

/// A TOML string.
pub fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if c.is_control() => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_become_probes() {
        let cases = [
            ("v@exc", r#"{ population = "exc", variable = "v" }"#),
            ("v@exc[0..10]", r#"{ population = "exc", variable = "v", cells = { first = 0, end = 10, step = 1 } }"#),
            (
                "v@exc[..100..10]/0.5ms",
                r#"{ population = "exc", variable = "v", cells = { first = 0, end = 100, step = 10 }, interval = "0.5ms" }"#,
            ),
            (
                "na.m@exc[3]/0.1ms",
                r#"{ population = "exc", variable = { gate = "na.m" }, cells = [3], interval = "0.1ms" }"#,
            ),
            (
                "i_na@worm[AVAL, AVAR]:axon(0.5)",
                r#"{ population = "worm", variable = { current = "na" }, cells = ["AVAL", "AVAR"], site = "axon(0.5)" }"#,
            ),
            (
                "synaptic-current@a:all",
                r#"{ population = "a", variable = "synaptic-current", site = { every = "any" } }"#,
            ),
            ("v@a:7", r#"{ population = "a", variable = "v", site = { compartment = 7 } }"#),
        ];
        for (text, table) in cases {
            assert_eq!(quick_probe(text).map(|probe| probe.table).as_deref(), Some(table), "{text}");
        }
    }

    #[test]
    fn what_is_not_a_probe_is_refused() {
        for text in ["v", "@a", "v@", "v@a[", "v@a[1", "v@a[x..2]", "v@a[1,]", "i_@a", "v@a:"] {
            assert!(quick_probe(text).is_none(), "{text}");
        }
    }

    #[test]
    fn names_are_unique() {
        let options = ["v@a[0]".to_owned(), "v@a[1]".to_owned()];
        let names: Vec<String> = quick_probes(&options).unwrap().into_iter().map(|probe| probe.name).collect();
        assert_eq!(names, ["v-a", "v-a-2"]);
    }
}
