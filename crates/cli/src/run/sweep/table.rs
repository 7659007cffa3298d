//! The table of a sweep.

use huxley_io::tables::{Cell, Column, Kind};

use super::keys::{self, Key};
use super::point::{Figures, PopulationFigures, Row};
use crate::outputs::{integers, numbers, texts};

/// How the values of a key are held in a column.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Held<'a> {
    /// Whole numbers.
    Whole,
    /// Numbers, with the unit they share.
    Number(&'a str),
    /// As typed.
    Text,
}

/// How those of `key` are.
pub fn held(key: &Key) -> Held<'_> {
    if key.values.iter().all(|value| value.parse::<i64>().is_ok()) {
        return Held::Whole;
    }
    let parsed: Option<Vec<(f64, &str)>> = key.values.iter().map(|value| keys::number(value)).collect();
    match parsed.as_deref() {
        Some([(_, unit), others @ ..]) if others.iter().all(|(_, own)| own == unit) => Held::Number(unit),
        _ => Held::Text,
    }
}

/// Names of the populations of all runs, in order of first appearance.
pub fn populations(rows: &[Row]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for population in rows.iter().filter_map(|row| row.figures.as_ref()).flat_map(|figures| &figures.populations) {
        if !names.contains(&population.name) {
            names.push(population.name.clone());
        }
    }
    names
}

/// The columns with their names.
pub fn columns(keys: &[Key], rows: &[Row]) -> Vec<(String, Column)> {
    let mut columns = vec![("point".to_owned(), integers(rows.iter().map(|row| row.point as u64)))];
    for key in keys {
        let of = |row: &Row| row.values.get(&key.name).cloned().unwrap_or_default();
        columns.push(match held(key) {
            Held::Whole => {
                let mut column = Column::new(Kind::Integer);
                rows.iter().for_each(|row| column.push(of(row).parse().map_or(Cell::Missing, Cell::Integer)));
                (key.name.clone(), column)
            }
            Held::Number(unit) => {
                let name = if unit.is_empty() { key.name.clone() } else { format!("{} ({unit})", key.name) };
                let number = |row: &Row| keys::number(&of(row)).map_or(f64::NAN, |(number, _)| number);
                (name, numbers(rows.iter().map(number)))
            }
            Held::Text => {
                let all: Vec<String> = rows.iter().map(of).collect();
                (key.name.clone(), texts(all.iter().map(|value| value.trim_matches('"'))))
            }
        });
    }
    let number = |pick: &dyn Fn(&Figures) -> Option<f64>| {
        numbers(rows.iter().map(|row| row.figures.as_ref().and_then(pick).unwrap_or(f64::NAN)))
    };
    let count = |pick: &dyn Fn(&Figures) -> Option<u64>| {
        let mut column = Column::new(Kind::Integer);
        for row in rows {
            let value = row.figures.as_ref().and_then(pick).and_then(|value| i64::try_from(value).ok());
            column.push(value.map_or(Cell::Missing, Cell::Integer));
        }
        column
    };
    let text = |pick: &dyn Fn(&Row) -> Option<&str>| {
        let mut column = Column::new(Kind::Text);
        rows.iter().for_each(|row| column.push(pick(row).map_or(Cell::Missing, Cell::Text)));
        column
    };
    columns.push(("spikes".to_owned(), count(&|figures| Some(figures.spikes))));
    columns.push(("mean_rate_hz".to_owned(), number(&|figures| Some(figures.mean_rate_hz))));
    columns.push(("first_spike_ms".to_owned(), number(&|figures| figures.first_spike_ms)));
    columns.push(("cv_isi".to_owned(), number(&|figures| figures.cv_isi)));
    for name in populations(rows) {
        let own = |figures: &Figures| figures.populations.iter().find(|population| population.name == name).cloned();
        let figure = |pick: fn(&PopulationFigures) -> Option<f64>| number(&|figures| pick(&own(figures)?));
        columns.push((format!("{name}.neurons"), count(&|figures| Some(own(figures)?.neurons))));
        columns.push((format!("{name}.spikes"), count(&|figures| Some(own(figures)?.spikes))));
        columns.push((format!("{name}.mean_rate_hz"), figure(|population| Some(population.mean_rate_hz))));
        columns.push((format!("{name}.first_spike_ms"), figure(|population| population.first_spike_ms)));
        columns.push((format!("{name}.cv_isi"), figure(|population| population.cv_isi)));
    }
    columns.push(("spike_digest".to_owned(), text(&|row| Some(row.figures.as_ref()?.spike_digest.as_str()))));
    columns.push(("duration_ms".to_owned(), number(&|figures| Some(figures.duration_ms))));
    columns.push(("wall_s".to_owned(), number(&|figures| Some(figures.wall_s))));
    columns.push(("error".to_owned(), text(&|row| row.error.as_deref())));
    columns
}
