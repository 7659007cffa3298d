//! Where words go: the answer to stdout, the conversation to stderr. The only place that prints.

use std::fmt::Write as _;
use std::io::{self, ErrorKind, IsTerminal, Write};

use crate::args::Common;
use crate::failure::Failure;

/// The two streams and what may be said on them.
#[derive(Clone, Copy, Debug)]
pub struct Console {
    json: bool,
    quiet: bool,
    verbose: bool,
    colour: bool,
    terminal: bool,
}

impl Console {
    /// As the options and the environment have it: colour only on a terminal and without `NO_COLOR`.
    pub fn new(common: &Common) -> Self {
        let terminal = io::stderr().is_terminal();
        let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        let no_colour = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        Self {
            json: common.json,
            quiet: common.quiet,
            verbose: common.verbose,
            colour: terminal && !dumb && !no_colour,
            terminal: terminal && !dumb,
        }
    }

    /// Whether the answer is to be JSON.
    pub fn json(&self) -> bool {
        self.json
    }

    /// One on which nothing is said: for a run among many.
    pub fn hushed(self) -> Self {
        Self { quiet: true, verbose: false, ..self }
    }

    /// Whether a progress bar may be drawn.
    pub fn progress(&self) -> bool {
        self.terminal && !self.quiet
    }

    /// Whether stderr may be coloured.
    pub fn colour(&self) -> bool {
        self.colour
    }

    /// Prints the answer.
    pub fn answer(&self, text: &str) -> Result<(), Failure> {
        let mut out = io::stdout().lock();
        let end = if text.ends_with('\n') { "" } else { "\n" };
        write!(out, "{text}{end}").and_then(|()| out.flush()).map_err(|error| match error.kind() {
            ErrorKind::BrokenPipe => Failure::closed_pipe(),
            _ => Failure::failed("cannot write to stdout").cause(error),
        })
    }

    /// Prints the answer as JSON.
    pub fn answer_json(&self, value: &impl serde::Serialize) -> Result<(), Failure> {
        let text = serde_json::to_string_pretty(value)
            .map_err(|error| Failure::failed("cannot write the answer as JSON").cause(error))?;
        self.answer(&text)
    }

    /// Something a user should know.
    pub fn warn(&self, text: &str) {
        if !self.quiet {
            say(&format!("{} {text}\n", self.paint("33;1", "warning:")));
        }
    }

    /// Something a user may want to know.
    pub fn note(&self, text: &str) {
        if !self.quiet {
            say(&format!("{text}\n"));
        }
    }

    /// Something a user asked to know with `-v`.
    pub fn detail(&self, text: &str) {
        if self.verbose {
            say(&format!("{}\n", self.paint("2", text)));
        }
    }

    /// Why the command ends.
    pub fn failure(&self, failure: &Failure) {
        let mut text = String::new();
        for problem in failure.problems() {
            let _ = writeln!(text, "{} {}", self.paint("31;1", "error:"), problem.message);
            if let Some(excerpt) = &problem.excerpt {
                let _ = writeln!(text, "{excerpt}");
            }
            for cause in &problem.causes {
                let _ = writeln!(text, "  because: {cause}");
            }
            for hint in &problem.hints {
                let _ = writeln!(text, "{} {hint}", self.paint("36;1", "hint:"));
            }
        }
        say(&text);
    }

    fn paint(&self, code: &str, text: &str) -> String {
        if self.colour { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }
}

/// Writes to stderr; nobody is left to tell when that fails.
fn say(text: &str) {
    let _ = io::stderr().lock().write_all(text.as_bytes());
}
