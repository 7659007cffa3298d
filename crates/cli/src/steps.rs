//! A progress bar over a known number of steps, on a terminal.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::console::Console;

/// The bar.
pub struct Steps(ProgressBar);

impl Steps {
    /// Shown on a terminal, unless the user wants quiet.
    pub fn new(console: &Console) -> Self {
        let target =
            if console.progress() { ProgressDrawTarget::stderr_with_hz(12) } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(Some(1), target);
        let template = if console.colour() {
            "{bar:28.cyan/dim} {pos:>4}/{len}  {wide_msg}"
        } else {
            "{bar:28} {pos:>4}/{len}  {wide_msg}"
        };
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style.progress_chars("━━─"));
        }
        Self(bar)
    }

    /// `done` of `total`, and what comes next.
    pub fn show(&self, done: usize, total: usize, next: &str) {
        self.0.set_length(total as u64);
        self.0.set_position(done as u64);
        self.0.set_message(next.to_owned());
    }

    /// Takes it away.
    pub fn clear(&self) {
        self.0.finish_and_clear();
    }
}
