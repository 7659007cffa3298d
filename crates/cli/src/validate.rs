//! `huxley validate`: the checks of this machine's backends.

mod text;

use std::process::ExitCode;

use clap::Args;
use huxley_harness::validate::subject::own;
use huxley_harness::validate::{CHECKS, Candidate, Options, Validation, validate as run};
use serde::Serialize;

use crate::console::Console;
use crate::failure::Failure;
use crate::gpu;
use crate::steps::Steps;

/// Options of `huxley validate`.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  huxley validate
  huxley validate --quick
  huxley validate --backend gpu --device 0
  huxley validate --check rallpack-1 --check rallpack-2 --backend cpu
  huxley validate --list
  huxley validate --json > validate.json

Exit status: 0 all checks hold, 1 one does not, 2 the input was wrong.")]
pub struct ValidateArgs {
    /// Leaves the long checks out (cable and Rallpacks): seconds instead of a minute
    #[arg(long)]
    pub quick: bool,
    /// Only backends whose name begins so: oracle, cpu, `cpu strict`, gpu, `gpu 0`; may be repeated
    #[arg(long, value_name = "NAME")]
    pub backend: Vec<String>,
    /// The GPU, by its number or part of its name (`huxley devices` lists them), one in software among them [default: all real ones]
    #[arg(long, value_name = "N|NAME")]
    pub device: Option<String>,
    /// Only this check; may be repeated
    #[arg(long, value_name = "NAME")]
    pub check: Vec<String>,
    /// Lists the checks and makes none
    #[arg(long, conflicts_with_all = ["quick", "backend", "device", "check"])]
    pub list: bool,
}

#[derive(Serialize)]
struct List {
    schema: &'static str,
    checks: Vec<ListEntry>,
}

#[derive(Serialize)]
struct ListEntry {
    name: &'static str,
    claim: &'static str,
    long: bool,
}

/// Checks the backends.
pub fn validate(args: &ValidateArgs, console: &Console) -> Result<ExitCode, Failure> {
    if args.list {
        if console.json() {
            let entry = |c: &huxley_harness::validate::Check| ListEntry { name: c.name, claim: c.claim, long: c.long };
            let checks = CHECKS.iter().map(entry).collect();
            console.answer_json(&List { schema: "huxley.validate-list/1", checks })?;
        } else {
            console.answer(&text::list())?;
        }
        return Ok(ExitCode::SUCCESS);
    }
    if let Some(unknown) = args.check.iter().find(|name| CHECKS.iter().all(|check| check.name != **name)) {
        let names: Vec<&str> = CHECKS.iter().map(|check| check.name).collect();
        return Err(
            Failure::input(format!("there is no check `{unknown}`")).hint(format!("one of {}", names.join(", ")))
        );
    }
    let candidates = candidates(args)?;
    for candidate in &candidates {
        if let Candidate::Absent { backend, why } = candidate {
            console.warn(&format!("{backend} is not checked: {why}"));
        }
    }
    let steps = Steps::new(console);
    let options = Options { quick: args.quick, checks: args.check.clone() };
    let report = run(&candidates, &options, |step| {
        steps.show(step.done, step.total, &format!("{} {}", step.name, step.label));
    });
    steps.clear();
    if console.json() {
        console.answer_json(&report)?;
    } else {
        console.answer(&text::text(&report))?;
    }
    Ok(ExitCode::from(status(&report)))
}

/// The process's exit status: 1 where a check does not hold.
fn status(report: &Validation) -> u8 {
    u8::from(report.failed > 0)
}

/// The backends that were asked for.
fn candidates(args: &ValidateArgs) -> Result<Vec<Candidate>, Failure> {
    let wanted = |name: &str| {
        args.backend.is_empty() || args.backend.iter().any(|b| name.to_lowercase().starts_with(&b.to_lowercase()))
    };
    let mut all: Vec<Candidate> = own().into_iter().map(Candidate::Present).collect();
    // No GPU is opened where none is asked for.
    let asks = args.backend.is_empty() || args.backend.iter().any(|b| b.to_lowercase().starts_with('g'));
    if asks || args.device.is_some() {
        all.extend(gpu::subjects(args.device.as_deref())?);
    }
    let name = |candidate: &Candidate| match candidate {
        Candidate::Present(subject) => subject.label(),
        Candidate::Absent { backend, .. } => backend.clone(),
    };
    let known: Vec<String> = all.iter().map(name).collect();
    if let Some(unknown) = args.backend.iter().find(|b| known.iter().all(|n| !n.starts_with(&b.to_lowercase()))) {
        return Err(
            Failure::input(format!("there is no backend `{unknown}`")).hint(format!("one of {}", known.join(", ")))
        );
    }
    all.retain(|candidate| wanted(&name(candidate)));
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_check_that_fails_is_exit_1_and_is_shown_with_its_bound() {
        let failed = huxley_harness::validate::CheckEntry {
            name: "decay".to_owned(),
            backend: "cpu".to_owned(),
            precision: Some("f64".to_owned()),
            error: Some(0.5),
            bound: Some(2e-4),
            unit: Some("mV".to_owned()),
            why: "a reason".to_owned(),
            ..Default::default()
        };
        let subjects = vec![huxley_harness::validate::SubjectEntry {
            backend: "cpu".to_owned(),
            precision: "f64".to_owned(),
            device: String::new(),
        }];
        let mut report = Validation { subjects, checks: vec![failed], failed: 1, ..Validation::default() };
        assert_eq!(status(&report), 1);
        let text = text::text(&report);
        assert!(
            text.contains("FAILED 5.00e-1") && text.contains("FAILED decay of cpu f64: 5.00e-1 mV where 2.00e-4"),
            "{text}"
        );
        report.failed = 0;
        assert_eq!(status(&report), 0);
    }
}
