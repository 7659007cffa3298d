//! Rates over what was swept.

use std::collections::BTreeMap;

use huxley_io::picture::{ChartAxis, ChartData, Draw, Picture, PictureSize, Scale, Series, chart};
use huxley_io::results::format::counted;

use super::keys::{self, Key};
use super::point::{Figures, Row};
use super::table::{Held, held, populations};

/// Lines of a picture.
const MOST_LINES: usize = 14;
/// Values that grow by this factor in all, evenly in ratio, lie on a logarithmic axis.
const WIDE: f64 = 50.0;

/// The picture, or why there is none.
///
/// The horizontal axis is the first key with numbers. Runs that differ in the seed alone are drawn as their mean, and a band from
/// the lowest to the highest. A second key has a line for each of its values; with none, each population has one.
pub fn picture(model: &str, keys: &[Key], rows: &[Row]) -> Result<Picture, String> {
    let is_seed = |key: &Key| key.name == "run.seed" || key.name == "seed";
    let others: Vec<&Key> = keys.iter().filter(|key| !is_seed(key)).collect();
    let numeric = |key: &Key| held(key) != Held::Text;
    let (across, lines) = match others.as_slice() {
        [] => (&keys[0], None),
        [one] => (*one, None),
        [one, two] if numeric(one) => (*one, Some(*two)),
        [one, two] => (*two, Some(*one)),
        _ => return Err(format!("{} keys were swept, and a picture has room for two and the seed", others.len())),
    };
    if !numeric(across) {
        return Err(format!("the values of `{}` are not numbers of one unit", across.name));
    }
    let unit = match held(across) {
        Held::Number(unit) => unit,
        Held::Whole | Held::Text => "",
    };
    let done: Vec<(&Row, &Figures)> = rows.iter().filter_map(|row| Some((row, row.figures.as_ref()?))).collect();
    if done.is_empty() {
        return Err("no run was done".to_owned());
    }
    let names = populations(rows);
    let mut series = Vec::new();
    match lines {
        Some(key) => {
            if key.values.len() > MOST_LINES {
                return Err(format!(
                    "`{}` has {} values, and a picture room for {MOST_LINES}",
                    key.name,
                    key.values.len()
                ));
            }
            let short = key.name.rsplit('.').next().unwrap_or(&key.name);
            let ordered = numeric(key) && key.values.len() > 2;
            for (i, value) in key.values.iter().enumerate() {
                let own = done.iter().filter(|(row, _)| row.values.get(&key.name) == Some(value));
                let points = own.map(|(row, figures)| (*row, figures.mean_rate_hz)).collect::<Vec<_>>();
                #[allow(clippy::cast_precision_loss)]
                let shade = ordered.then(|| i as f64 / (key.values.len() - 1) as f64);
                add(&mut series, &format!("{short} = {}", value.trim_matches('"')), &points, across, i, shade);
            }
        }
        None if names.len() > 1 && names.len() <= MOST_LINES => {
            for (i, name) in names.iter().enumerate() {
                let rate =
                    |figures: &Figures| figures.populations.iter().find(|p| p.name == *name).map(|p| p.mean_rate_hz);
                let points = done.iter().filter_map(|(row, figures)| Some((*row, rate(figures)?))).collect::<Vec<_>>();
                add(&mut series, name, &points, across, i, None);
            }
        }
        None => {
            let points = done.iter().map(|(row, figures)| (*row, figures.mean_rate_hz)).collect::<Vec<_>>();
            add(&mut series, "", &points, across, 0, None);
        }
    }
    let seeds = keys.iter().find(|key| is_seed(key)).filter(|_| !others.is_empty());
    let of_seeds = seeds.map_or(String::new(), |key| {
        format!(", means of {} with bands from the lowest to the highest", counted(key.values.len() as u64, "seed"))
    });
    let failed = rows.len() - done.len();
    let failed = if failed > 0 { format!("; {failed} failed") } else { String::new() };
    let label = if unit.is_empty() { across.name.clone() } else { format!("{}, {unit}", across.name) };
    let data = ChartData {
        title: format!("{model}: mean rate"),
        detail: format!("{}{of_seeds}{failed}", counted(rows.len() as u64, "run")),
        x: ChartAxis { label, scale: scale(across), range: None },
        y: ChartAxis { label: "mean rate, Hz".to_owned(), ..ChartAxis::default() },
        series,
        ..ChartData::default()
    };
    Ok(chart(&data, PictureSize::default()))
}

/// Logarithmic where the values are positive, far apart, and their ratios are more alike than their differences.
fn scale(key: &Key) -> Scale {
    let mut values: Vec<f64> = key.values.iter().filter_map(|value| Some(keys::number(value)?.0)).collect();
    values.sort_by(f64::total_cmp);
    values.dedup();
    let (Some(&first), Some(&last)) = (values.first(), values.last()) else { return Scale::Linear };
    if values.len() < 3 || !(first > 0.0 && last / first >= WIDE) {
        return Scale::Linear;
    }
    let spread = |steps: Vec<f64>| {
        let most = steps.iter().copied().fold(0.0, f64::max);
        most / steps.iter().copied().fold(f64::INFINITY, f64::min)
    };
    let differences = spread(values.windows(2).map(|w| w[1] - w[0]).collect());
    let ratios = spread(values.windows(2).map(|w| (w[1] / w[0]).ln()).collect());
    if ratios < differences { Scale::Log } else { Scale::Linear }
}

/// A line of means, and a band where a value has several runs.
fn add(series: &mut Vec<Series>, name: &str, points: &[(&Row, f64)], across: &Key, colour: usize, shade: Option<f64>) {
    let mut at: BTreeMap<usize, Vec<f64>> = BTreeMap::new();
    for (row, rate) in points {
        let value = row.values.get(&across.name);
        if let Some(place) = across.values.iter().position(|own| Some(own) == value) {
            at.entry(place).or_default().push(*rate);
        }
    }
    let x = |place: usize| keys::number(&across.values[place]).map_or(f64::NAN, |(number, _)| number);
    let mut each: Vec<(f64, Vec<f64>)> = at.into_iter().map(|(place, rates)| (x(place), rates)).collect();
    each.sort_by(|a, b| a.0.total_cmp(&b.0));
    if each.iter().any(|(_, rates)| rates.len() > 1) {
        let least = |rates: &[f64]| rates.iter().copied().fold(f64::INFINITY, f64::min);
        let most = |rates: &[f64]| rates.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        series.push(Series {
            draw: Draw::Band,
            points: each.iter().map(|(x, rates)| (*x, least(rates))).collect(),
            upper: each.iter().map(|(_, rates)| most(rates)).collect(),
            colour: Some(colour),
            shade,
            ..Series::default()
        });
    }
    #[allow(clippy::cast_precision_loss)]
    let mean = |rates: &[f64]| rates.iter().sum::<f64>() / rates.len() as f64;
    series.push(Series {
        name: name.to_owned(),
        draw: Draw::LinePoints,
        points: each.iter().map(|(x, rates)| (*x, mean(rates))).collect(),
        colour: Some(colour),
        shade,
        ..Series::default()
    });
}
