//! What is measured now, and how long still.

use std::time::Duration;

use huxley_harness::bench::Progress;
use huxley_io::results::format;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::console::Console;

/// The progress bar; where there is no terminal, `-v` has a line a step.
pub struct Bar<'a> {
    bar: ProgressBar,
    console: &'a Console,
}

impl<'a> Bar<'a> {
    pub fn new(console: &'a Console) -> Self {
        let shown = console.progress();
        let target = if shown { ProgressDrawTarget::stderr_with_hz(12) } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(Some(1), target);
        let template = if console.colour() {
            "{bar:28.cyan/dim} {percent:>3} %  {elapsed}  {wide_msg}"
        } else {
            "{bar:28} {percent:>3} %  {elapsed}  {wide_msg}"
        };
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style.progress_chars("━━─"));
        }
        if shown {
            bar.enable_steady_tick(Duration::from_millis(250));
        }
        Self { bar, console }
    }

    pub fn show(&mut self, progress: &Progress) {
        let left = format::duration(progress.left_s.ceil());
        self.bar.set_length(progress.steps.max(1) as u64);
        self.bar.set_position(progress.done as u64);
        self.bar.set_message(format!("{}  at most {left} left", progress.what));
        if self.bar.is_hidden() {
            self.console
                .detail(&format!("{} of {}: {}, at most {left} left", progress.done, progress.steps, progress.what));
        }
    }

    pub fn clear(&self) {
        self.bar.finish_and_clear();
    }
}
