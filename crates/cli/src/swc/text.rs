//! `huxley swc info` for people.

use std::fmt::Write;

use huxley_io::results::format::{count, counted, significant};
use huxley_model::morphology::Discretisation;

use super::args::Settings;
use super::info::Info;
use crate::table::aligned;

/// Everything that is told of the files.
pub fn text(cells: &[Info], settings: &Settings) -> String {
    let mut text = String::new();
    for info in cells {
        cell(&mut text, info);
        text.push('\n');
    }
    // A `String` takes all that is written to it.
    let _ = writeln!(
        text,
        "Assumed: {} kohm cm2 of membrane, {} ohm cm along, {} uF/cm2; {}.",
        settings.membrane_resistance * 1e-3,
        settings.axial_resistivity,
        settings.capacitance,
        rule(settings.rule)
    );
    text
}

/// A figure with thousands apart, or four digits.
pub fn figure(value: f64) -> String {
    if (1e3..1e15).contains(&value) { count(value.round() as u64) } else { significant(value, 4) }
}

/// A part of 1 in per cent; what is too small for that is said to be so.
fn percent(part: f64) -> String {
    if part >= 1e-4 { format!("{} %", figure(100.0 * part)) } else { "less than 0.01 %".to_owned() }
}

fn rule(rule: Discretisation) -> String {
    match rule {
        Discretisation::PerSection(each) => format!("{} a section", counted(each as u64, "compartment")),
        Discretisation::MaxLength(length) => format!("compartments no longer than {length} um"),
        Discretisation::DLambda { fraction, frequency } => {
            format!("compartments no longer than {fraction} of the length constant at {frequency} Hz")
        }
    }
}

fn cell(text: &mut String, info: &Info) {
    let of = &info.measures;
    let forks = of.bifurcations + of.multifurcations;
    let _ = writeln!(
        text,
        "{}: {}, {}, {} ({} of more than two), {}",
        info.file,
        counted(of.points as u64, "point"),
        counted(of.roots as u64, "root"),
        counted(forks as u64, "branch point"),
        count(of.multifurcations as u64),
        counted(of.tips as u64, "tip"),
    );
    let mut rows =
        vec![["", "points", "sections", "compartments", "length (um)", "area (um2)"].map(str::to_owned).to_vec()];
    for kind in &info.kinds {
        rows.push(row(kind.kind.name(), [kind.points, kind.sections, kind.compartments], kind.length, kind.area));
    }
    let sections = info.built.morphology.sections.len();
    rows.push(row("all", [of.points, sections, info.compartments], info.length, info.area));
    text.push_str(&aligned(&rows, &[1, 2, 3, 4, 5], 2));
    let size: Vec<String> = (0..3).map(|axis| figure(of.high[axis] - of.low[axis])).collect();
    let facts = [
        ("size", format!("{} um", size.join(" x "))),
        ("radii", format!("{} to {} um", figure(of.smallest_radius), figure(of.largest_radius))),
        (
            "farthest tip",
            format!(
                "{} um along the cell, {} length constants",
                figure(info.farthest.length),
                figure(info.farthest.electrotonic)
            ),
        ),
        ("input resistance", format!("{} Mohm at the soma", figure(info.input_resistance))),
        ("steady potential", format!("at the soma, falls to {} at the weakest place", percent(info.attenuation))),
    ];
    let facts: Vec<Vec<String>> = facts.into_iter().map(|(name, value)| vec![name.to_owned(), value]).collect();
    text.push_str(&aligned(&facts, &[], 2));
}

fn row(name: &str, counts: [usize; 3], length: f64, area: f64) -> Vec<String> {
    let counts = counts.map(|value| count(value as u64));
    std::iter::once(name.to_owned()).chain(counts).chain([figure(length), figure(area)]).collect()
}
