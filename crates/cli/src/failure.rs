//! Why a command ends without its answer: what was attempted, the causes, and what would help.

use std::error::Error;
use std::process::ExitCode;

use huxley_engine::{PlanError, RunError};
use huxley_io::results::ResultsError;

/// Exit status of a run that failed.
const FAILED: u8 = 1;
/// Exit status for wrong input.
const WRONG_INPUT: u8 = 2;

/// One thing wrong.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Problem {
    /// What was attempted or is wrong, with the value.
    pub message: String,
    /// The line of the file it is about.
    pub excerpt: Option<String>,
    /// Causes, nearest first.
    pub causes: Vec<String>,
    /// What would help.
    pub hints: Vec<String>,
}

/// The end of a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    status: u8,
    problems: Vec<Problem>,
}

impl Failure {
    /// The input was wrong.
    pub fn input(message: impl Into<String>) -> Self {
        Self::new(WRONG_INPUT, message)
    }

    /// What was asked for could not be done.
    pub fn failed(message: impl Into<String>) -> Self {
        Self::new(FAILED, message)
    }

    /// Several things are wrong with the input.
    pub fn inputs(problems: Vec<Problem>) -> Self {
        Self { status: WRONG_INPUT, problems }
    }

    /// The reader of stdout has gone: nothing to say, nothing wrong.
    pub fn closed_pipe() -> Self {
        Self { status: 0, problems: Vec::new() }
    }

    fn new(status: u8, message: impl Into<String>) -> Self {
        Self { status, problems: vec![Problem { message: message.into(), ..Problem::default() }] }
    }

    /// Adds the causes.
    pub fn cause(mut self, error: impl Error) -> Self {
        if let Some(problem) = self.problems.last_mut() {
            let mut next: Option<&dyn Error> = Some(&error);
            while let Some(error) = next {
                problem.causes.push(error.to_string());
                next = error.source();
            }
        }
        self
    }

    /// Adds what would help.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        if let Some(problem) = self.problems.last_mut() {
            problem.hints.push(hint.into());
        }
        self
    }

    /// What is wrong.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// The process's exit status.
    pub fn exit_code(&self) -> ExitCode {
        ExitCode::from(self.status)
    }
}

/// `error` and its sources, the first as the message.
fn described(status: u8, error: &dyn Error, hint: Option<String>) -> Failure {
    let message = error.to_string();
    // Errors of results carry their hint in the text.
    let (message, inline) = match message.split_once("; hint: ") {
        Some((message, hint)) => (message.to_owned(), Some(hint.to_owned())),
        None => (message, None),
    };
    let mut failure = Failure::new(status, message);
    if let Some(source) = error.source() {
        failure = failure.cause(source);
    }
    for hint in hint.into_iter().chain(inline) {
        failure = failure.hint(hint);
    }
    failure
}

impl From<PlanError> for Failure {
    fn from(error: PlanError) -> Self {
        described(WRONG_INPUT, &error, error.hint())
    }
}

impl From<RunError> for Failure {
    fn from(error: RunError) -> Self {
        described(FAILED, &error, error.hint())
    }
}

impl From<ResultsError> for Failure {
    fn from(error: ResultsError) -> Self {
        described(FAILED, &error, None)
    }
}
