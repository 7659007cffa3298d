//! Error against cost as a picture.

use huxley_harness::accuracy::AccuracyReport;
use huxley_harness::accuracy::answers::{BOUNDS, figure};
use huxley_harness::accuracy::document::{ModelReport, Outcome, Row};
use huxley_io::picture::{
    ChartAxis, ChartData, Draw, Level, Mark, Picture, PictureSize, Scale, Series, Upright, chart,
};
use huxley_io::results::format;
use huxley_model::channel::Integrator;

/// A series an integrator and precision: FLOP of a neuron in a millisecond across, largest error of a spike up.
pub fn picture(model: &ModelReport, report: &AccuracyReport) -> Picture {
    let neurons = f64::from(u32::try_from(model.neurons).unwrap_or(u32::MAX));
    let compartments = f64::from(u32::try_from(model.compartments).unwrap_or(u32::MAX)) / neurons;
    let mut series = Vec::new();
    let mut marks = Vec::new();
    for (colour, (name, _)) in Integrator::ALL.iter().enumerate() {
        // Both lie on each other wherever rounding does not show: dashes of another colour on the line.
        for (precision, draw, colour) in [("f64", Draw::LinePoints, colour), ("f32", Draw::Dashed, colour + 3)] {
            let own = model.rows.iter().filter(|row| row.integrator == *name && row.precision == precision);
            let drawn: Vec<_> = own.filter(|row| row.largest_ms.is_some_and(|largest| largest > 0.0)).collect();
            let points = drawn.iter().map(|row| (row.flop_per_neuron_ms, row.largest_ms.unwrap_or(f64::NAN)));
            let points: Vec<(f64, f64)> = points.collect();
            if points.is_empty() {
                continue;
            }
            // A line has two points; and a point that rounding moves by a tenth has its own words.
            let draw = if points.len() < 2 { Draw::Points } else { draw };
            if precision == "f32" {
                let moved = |row: &&&Row| {
                    let double = model
                        .rows
                        .iter()
                        .find(|d| d.precision == "f64" && d.integrator == row.integrator && d.dt_ms == row.dt_ms);
                    let [own, theirs] = [Some(**row), double].map(|r| r.and_then(|r| r.largest_ms).unwrap_or(f64::NAN));
                    !((own / theirs - 1.0).abs() < 0.1)
                };
                let words = |row: &&Row| Mark {
                    at: (row.flop_per_neuron_ms, row.largest_ms.unwrap_or(f64::NAN)),
                    text: format!("{} ms, f32", figure(row.dt_ms)),
                };
                marks.extend(drawn.iter().filter(moved).map(words));
            }
            if precision == "f64" {
                let mark = |(row, at): (_, &(f64, f64))| {
                    let row: &&Row = row;
                    Mark { at: *at, text: format!("{} ms", figure(row.dt_ms)) }
                };
                marks.extend(drawn.iter().zip(&points).map(mark));
            }
            series.push(Series {
                name: format!("{name} {precision}"),
                draw,
                points,
                colour: Some(colour),
                ..Series::default()
            });
        }
    }
    let wrong = |outcome: Outcome| model.rows.iter().filter(|row| row.outcome == outcome).count() as u64;
    let left_out = [
        (wrong(Outcome::Diverged), "diverged"),
        (wrong(Outcome::CountDiffers), "had another number of spikes"),
        (wrong(Outcome::Silent), "had none"),
    ];
    let left_out: Vec<String> =
        left_out.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")).collect();
    let not_drawn = if left_out.is_empty() {
        String::new()
    } else {
        format!(" Not drawn, of {}: {}.", model.rows.len(), left_out.join(", "))
    };
    let data = ChartData {
        title: format!("{}: what accuracy costs", model.name),
        detail: format!(
            "{}, {}, {} of biological time. Numbers are substeps.{not_drawn}",
            format::counted(model.reference.spikes, "spike"),
            format::counted(model.compartments, "compartment"),
            format::milliseconds(model.duration_ms)
        ),
        x: ChartAxis { label: "FLOP a neuron and ms".to_owned(), scale: Scale::Log, range: None },
        y: ChartAxis { label: "largest error of a spike time, ms".to_owned(), scale: Scale::Log, range: None },
        series,
        marks,
        uprights: vec![Upright {
            x: report.article_flop * compartments,
            text: format!("the article: {} FLOP a compartment, once a ms", report.article_flop),
        }],
        levels: BOUNDS.map(|bound| Level { y: bound, text: format!("{bound} ms") }).to_vec(),
    };
    chart(&data, PictureSize::default())
}
