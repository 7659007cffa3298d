//! `huxley cell vclamp`.

mod picture;
mod text;

use std::path::Path;

use huxley_harness::protocol::MOST_STEPS;
use huxley_harness::protocol::clamp::{ClampOptions, clamp as run};
use huxley_harness::protocol::document::{ChannelStep, ClampReport};
use huxley_io::model::Dimension;
use huxley_io::tables::Column;
use huxley_model::morphology::SectionKind;
use huxley_model::network::Distribution;

use super::args::ClampArgs;
use super::{subject, wrote};
use crate::console::Console;
use crate::failure::Failure;
use crate::outputs::{Outputs, numbers};
use crate::quantity;

/// Most samples of all patches and channels together.
const MOST_SAMPLES: f64 = 2e8;

/// Clamps, and shows it.
pub fn clamp(args: &ClampArgs, console: &Console) -> Result<(), Failure> {
    let subject = subject::find(&args.subject)?;
    let start = match subject.population.v_init {
        Distribution::Constant(v) => v,
        // A subject's cell starts from one potential.
        Distribution::Uniform { low, high } => 0.5 * (low + high),
        Distribution::Normal { mean, .. } | Distribution::LogNormal { mean, .. } => mean,
    };
    let options = options(args, start)?;
    let mut report = run(&subject, &options)?;
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

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)]
fn options(args: &ClampArgs, start: f64) -> Result<ClampOptions, Failure> {
    let potential = |option: &str, text: &str| {
        let v = quantity::of(option, text, Dimension::Potential)?;
        if v.abs() <= 1000.0 { Ok(v) } else { Err(Failure::input(format!("`{option} {text}` is beyond 1 V"))) }
    };
    let (from, to, step) =
        (potential("--from", &args.from)?, potential("--to", &args.to)?, potential("--step", &args.step)?);
    if !(step > 0.0 && to >= from) {
        return Err(Failure::input(format!("`--step {}` does not lead from {} to {}", args.step, args.from, args.to))
            .hint("give --from below --to, and a distance above 0"));
    }
    let count = ((to - from) / step + 1e-9).floor() + 1.0;
    if count > MOST_STEPS as f64 {
        return Err(
            Failure::input(format!("{count} potentials are more than {MOST_STEPS}")).hint("give a larger --step")
        );
    }
    let commands = (0..count as usize).map(|i| from + step * i as f64).collect();
    let kind = SectionKind::ALL.iter().find(|(name, kind)| *name == args.sections && *kind != SectionKind::Any);
    let Some(&(_, kind)) = kind else {
        return Err(Failure::input(format!("`--sections {}` is no kind of section", args.sections))
            .hint("kinds are soma, axon, dendrite, apical, other"));
    };
    let dt = quantity::time("--dt", &args.dt)?;
    let time = |option: &str, text: &str| {
        // Jumps are at substeps, and runs are whole milliseconds.
        let time = quantity::time(option, text)?;
        Ok::<f64, Failure>((time / dt).round().max(1.0) * dt)
    };
    let then = match &args.then {
        Some(text) => Some((potential("--then", text)?, time("--then-time", &args.then_time)?)),
        None => None,
    };
    let options = ClampOptions {
        hold: args.hold.as_ref().map_or(Ok(start), |text| potential("--hold", text))?,
        hold_ms: time("--hold-time", &args.hold_time)?,
        commands,
        step_ms: time("--duration", &args.duration)?,
        then,
        kind,
        dt,
    };
    let whole = options.hold_ms + options.step_ms + options.then.map_or(0.0, |(_, ms)| ms);
    if count * whole / dt > MOST_SAMPLES {
        return Err(Failure::input(format!("{count} patches for {whole} ms every {dt} ms are too many samples"))
            .hint("give a longer --dt, a larger --step or a shorter --duration"));
    }
    Ok(options)
}

fn write(report: &mut ClampReport, out: &Path) -> Result<Outputs, Failure> {
    let mut outputs = Outputs::create(out)?;
    for (name, picture) in picture::pictures(report) {
        outputs.picture(&format!("vclamp-{name}"), &picture)?;
    }
    outputs.table("vclamp-iv.csv", curves(report))?;
    outputs.table("vclamp-currents.csv", courses(report))?;
    report.outputs = outputs.names_with("vclamp.json");
    outputs.json("vclamp.json", report)?;
    Ok(outputs)
}

/// A row for each potential.
fn curves(report: &ClampReport) -> Vec<(String, Column)> {
    let mut columns = vec![("command_mv".to_owned(), numbers(report.total.iter().map(|step| step.command_mv)))];
    for channel in &report.channels {
        let mut column = |what: &str, pick: &dyn Fn(&ChannelStep) -> f64| {
            columns.push((format!("{}_{what}", channel.name), numbers(channel.steps.iter().map(pick))));
        };
        column("peak_ua_per_cm2", &|step| step.step.peak);
        column("peak_ms", &|step| step.step.peak_ms);
        column("steady_ua_per_cm2", &|step| step.step.steady);
        column("conductance_ms_per_cm2", &|step| step.step.conductance.unwrap_or(f64::NAN));
        if report.then_mv.is_some() {
            column("then_peak_ua_per_cm2", &|step| step.then.map_or(f64::NAN, |then| then.peak));
            let conductance = |step: &ChannelStep| step.then.and_then(|then| then.conductance);
            column("then_conductance_ms_per_cm2", &|step| conductance(step).unwrap_or(f64::NAN));
        }
    }
    columns.push(("total_inward_ua_per_cm2".to_owned(), numbers(report.total.iter().map(|step| step.inward))));
    columns.push(("total_outward_ua_per_cm2".to_owned(), numbers(report.total.iter().map(|step| step.outward))));
    columns.push(("total_steady_ua_per_cm2".to_owned(), numbers(report.total.iter().map(|step| step.steady))));
    columns
}

/// A row for each potential and sample.
fn courses(report: &ClampReport) -> Vec<(String, Column)> {
    let (times, patches) = (&report.course.times_ms, report.total.len());
    let each = |values: &[Vec<f64>]| numbers(values.iter().flatten().copied().collect::<Vec<_>>());
    let commands = report.total.iter().flat_map(|step| std::iter::repeat_n(step.command_mv, times.len()));
    let mut columns = vec![
        ("command_mv".to_owned(), numbers(commands)),
        ("time_ms".to_owned(), numbers((0..patches).flat_map(|_| times.iter().copied()))),
    ];
    for channel in &report.channels {
        columns.push((format!("{}_ua_per_cm2", channel.name), each(&channel.courses)));
    }
    columns.push(("total_ua_per_cm2".to_owned(), each(&report.course.totals)));
    columns
}
