//! `huxley cell fi`.

mod picture;
mod text;

use std::path::Path;

use huxley_harness::protocol::Subject;
use huxley_harness::protocol::current::{CurrentOptions, current as run};
use huxley_harness::protocol::document::{AmplitudeRow, CurrentReport};
use huxley_io::model::{Dimension, QuantityError, parse_quantity};
use huxley_io::tables::Column;
use huxley_model::network::{CurrentUnit, Site};

use super::args::CurrentArgs;
use super::{subject, wrote};
use crate::console::Console;
use crate::failure::Failure;
use crate::outputs::{Outputs, integers, numbers};
use crate::quantity;
use crate::steps::Steps;

/// Time after the step, ms.
const AFTER: f64 = 50.0;
/// Most samples of all potentials together.
const MOST_SAMPLES: f64 = 2e8;

/// Injects, and shows it.
pub fn current(args: &CurrentArgs, console: &Console) -> Result<(), Failure> {
    let subject = subject::find(&args.subject)?;
    let options = options(args, &subject)?;
    let steps = Steps::new(console);
    let report = run(&subject, &options, |done, all| {
        steps.show(done, all, if done == 0 { "all amplitudes" } else { "between two amplitudes" });
    });
    steps.clear();
    let mut report = report?;
    report.notes.iter().for_each(|note| console.note(note));
    report.warnings.iter().for_each(|warning| console.warn(warning));
    let outputs = args.subject.out.as_deref().map(|out| write(&mut report, out)).transpose()?;
    if console.json() {
        console.answer_json(&report)?;
    } else {
        console.answer(&text::text(&report))?;
    }
    wrote(outputs.as_ref(), &report.outputs, console);
    Ok(())
}

fn options(args: &CurrentArgs, subject: &Subject) -> Result<CurrentOptions, Failure> {
    let usual =
        if subject.is_point() { (20.0, CurrentUnit::MicroamperePerCm2) } else { (1.0, CurrentUnit::Nanoampere) };
    let from = args.from.as_ref().map(|text| amplitude("--from", text)).transpose()?;
    let to = args.to.as_ref().map(|text| amplitude("--to", text)).transpose()?;
    let (from, to, unit) = match (from, to) {
        (Some((from, unit)), Some((to, other))) if unit == other => (from, to, unit),
        (Some(_), Some(_)) => {
            return Err(
                Failure::input("--from and --to have different units").hint("give both in nA, or both in uA/cm2")
            );
        }
        (None, Some((to, unit))) => (0.0, to, unit),
        (Some((from, unit)), None) if unit == usual.1 => (from, usual.0, unit),
        (Some(_), None) => return Err(Failure::input("--from has a unit of its own").hint("give --to as well")),
        (None, None) => (0.0, usual.0, usual.1),
    };
    if !(to > from) {
        return Err(Failure::input("--to is not above --from").hint("give amplitudes that rise"));
    }
    let last = f64::from(args.steps - 1);
    let options = CurrentOptions {
        amplitudes: (0..args.steps).map(|i| from + (to - from) * f64::from(i) / last).collect(),
        unit,
        delay_ms: quantity::time("--delay", &args.delay)?,
        step_ms: quantity::time("--duration", &args.duration)?,
        after_ms: AFTER,
        site: site(&args.site)?,
        dt: args.dt.as_ref().map(|text| quantity::time("--dt", text)).transpose()?,
        rounds: args.digits as usize,
    };
    if f64::from(args.steps) * (options.delay_ms + options.step_ms + AFTER) * 10.0 > MOST_SAMPLES {
        return Err(Failure::input(format!("{} cells for {} ms are too many samples", args.steps, options.step_ms))
            .hint("give fewer --steps, or a shorter --duration"));
    }
    Ok(options)
}

fn amplitude(option: &str, text: &str) -> Result<(f64, CurrentUnit), Failure> {
    match parse_quantity(text, Dimension::Current) {
        Err(QuantityError::WrongDimension { is: Some(Dimension::CurrentDensity), .. }) => {
            quantity::of(option, text, Dimension::CurrentDensity).map(|value| (value, CurrentUnit::MicroamperePerCm2))
        }
        Ok(value) => Ok((value, CurrentUnit::Nanoampere)),
        Err(error) => {
            Err(Failure::input(format!("`{option} {text}`: {error}")).hint("write 0.5nA, or 10uA/cm2".to_owned()))
        }
    }
}

fn site(text: &str) -> Result<Site, Failure> {
    if text == "soma" {
        return Ok(Site::Soma);
    }
    if let Ok(compartment) = text.parse() {
        return Ok(Site::Compartment(compartment));
    }
    let section = text.strip_suffix(')').and_then(|text| {
        let (name, position) = text.split_once('(')?;
        let position: f64 = position.trim().parse().ok()?;
        (0.0..=1.0).contains(&position).then(|| Site::Section { name: name.to_owned(), position })
    });
    section.ok_or_else(|| {
        Failure::input(format!("`--site {text}` is no place on a cell"))
            .hint("write soma, a place on a section as \"dend(0.5)\", or the number of a compartment")
    })
}

fn write(report: &mut CurrentReport, out: &Path) -> Result<Outputs, Failure> {
    let mut outputs = Outputs::create(out)?;
    outputs.picture("fi", &picture::rates(report))?;
    outputs.picture("fi-traces", &picture::examples(report))?;
    outputs.table("fi.csv", table(report))?;
    report.outputs = outputs.names_with("fi.json");
    outputs.json("fi.json", report)?;
    Ok(outputs)
}

fn table(report: &CurrentReport) -> Vec<(String, Column)> {
    let each = |pick: &dyn Fn(&AmplitudeRow) -> Option<f64>| {
        numbers(report.rows.iter().map(|row| pick(row).unwrap_or(f64::NAN)))
    };
    let unit = if report.unit == "nA" { "na" } else { "ua_per_cm2" };
    vec![
        (format!("amplitude_{unit}"), each(&|row| Some(row.amplitude))),
        ("spikes".to_owned(), integers(report.rows.iter().map(|row| row.spikes))),
        ("rate_hz".to_owned(), each(&|row| Some(row.rate_hz))),
        ("first_hz".to_owned(), each(&|row| row.first_hz)),
        ("steady_hz".to_owned(), each(&|row| row.steady_hz)),
        ("latency_ms".to_owned(), each(&|row| row.latency_ms)),
        ("adaptation".to_owned(), each(&|row| row.adaptation)),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amplitudes_and_sites_are_read() {
        assert_eq!(amplitude("--to", "250pA").unwrap(), (0.25, CurrentUnit::Nanoampere));
        assert_eq!(amplitude("--to", "6.2 uA/cm2").unwrap(), (6.2, CurrentUnit::MicroamperePerCm2));
        assert!(amplitude("--to", "6.2").is_err() && amplitude("--to", "6 mV").is_err());
        assert_eq!(site("dend(0.5)").unwrap(), Site::Section { name: "dend".to_owned(), position: 0.5 });
        assert_eq!(site("7").unwrap(), Site::Compartment(7));
        assert!(site("dend").is_err() && site("dend(1.5)").is_err());
    }
}
