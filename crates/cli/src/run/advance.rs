//! The run itself: epochs long enough to be efficient and short enough for a progress bar and Ctrl-C.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use huxley_engine::{Backend, RunError};
use huxley_io::results::format;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::console::Console;
use crate::failure::Failure;
use crate::run::checkpoint::Checkpoints;
use crate::run::recorder::Recorder;

/// How long an epoch should take: the bar moves ten times a second and Ctrl-C is answered as soon.
const EPOCH: Duration = Duration::from_millis(90);
/// The most ticks in an epoch, and the spikes that it should have at most, by the rate of the last: what a fast run holds before it is
/// recorded.
const MOST_TICKS: u64 = 10_000;
const MOST_SPIKES: usize = 1 << 13;

/// How a run ended.
#[derive(Debug)]
pub enum End {
    /// At its time.
    Complete,
    /// By Ctrl-C or a request to terminate.
    Interrupted,
    /// By itself.
    Failed(RunError),
}

/// What the loop did.
#[derive(Debug)]
pub struct Outcome {
    /// How it ended.
    pub end: End,
    /// Ticks whose results were recorded.
    pub ticks: u64,
    /// Ticks run by this process.
    pub ticks_here: u64,
    /// Time in the backend.
    pub wall: Duration,
}

/// A flag that Ctrl-C sets. A second Ctrl-C ends the process at once.
pub fn stop_on_interrupt() -> Result<Arc<AtomicBool>, Failure> {
    let stop = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&stop);
    let handler = move || {
        if flag.swap(true, Ordering::SeqCst) {
            std::process::exit(130);
        }
    };
    ctrlc::set_handler(handler).map_err(|error| Failure::failed("cannot listen for Ctrl-C").cause(error))?;
    Ok(stop)
}

/// Runs up to tick `until`.
pub fn advance(
    backend: &mut dyn Backend,
    recorder: &mut Recorder,
    mut checkpoints: Option<&mut Checkpoints>,
    until: u64,
    tick_ms: f64,
    stop: &AtomicBool,
    console: &Console,
) -> Result<Outcome, Failure> {
    let begin = backend.tick();
    let mut outcome = Outcome { end: End::Complete, ticks: begin, ticks_here: 0, wall: Duration::ZERO };
    let mut bar = Bar::new(console, begin, until, tick_ms);
    let mut pace = 1u64;
    while outcome.ticks < until {
        if stop.load(Ordering::SeqCst) {
            outcome.end = End::Interrupted;
            break;
        }
        let next_stop = checkpoints.as_ref().map_or(until, |c| c.next().min(until));
        let ticks = pace.min(next_stop - outcome.ticks);
        let start = Instant::now();
        let result = backend.advance(u32::try_from(ticks).unwrap_or(u32::MAX));
        let took = start.elapsed();
        let spikes = match result {
            Ok(epoch) => {
                recorder.take(&epoch)?;
                if let Some(checkpoints) = &mut checkpoints {
                    checkpoints.log(&epoch)?;
                }
                epoch.spikes.len()
            }
            Err(error) => {
                outcome.end = End::Failed(error);
                break;
            }
        };
        outcome.ticks += ticks;
        outcome.ticks_here += ticks;
        outcome.wall += took;
        if let Some(checkpoints) = &mut checkpoints {
            checkpoints.save_if_due(backend)?;
        }
        pace = next_pace(ticks, took, spikes);
        bar.show(outcome.ticks);
    }
    bar.clear();
    if matches!(outcome.end, End::Interrupted | End::Complete)
        && let Some(checkpoints) = checkpoints
    {
        checkpoints.save(backend)?;
    }
    Ok(outcome)
}

/// Ticks of the next epoch: what would take [`EPOCH`] at the last one's speed, or bring [`MOST_SPIKES`] at its rate, growing at most
/// fourfold.
#[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn next_pace(ticks: u64, took: Duration, spikes: usize) -> u64 {
    let in_time = EPOCH.as_secs_f64() / took.as_secs_f64().max(1e-9);
    let wanted = ticks as f64 * in_time.min(MOST_SPIKES as f64 / spikes as f64);
    (wanted as u64).clamp(1, (4 * ticks).min(MOST_TICKS))
}

/// The progress bar: how far, how fast, how long still.
struct Bar {
    bar: ProgressBar,
    begin: u64,
    until: u64,
    tick_ms: f64,
    start: Instant,
    shown: Instant,
}

impl Bar {
    fn new(console: &Console, begin: u64, until: u64, tick_ms: f64) -> Self {
        let target =
            if console.progress() { ProgressDrawTarget::stderr_with_hz(12) } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(Some(until), target);
        let template = if console.colour() {
            "{bar:28.cyan/dim} {percent:>3} %  {wide_msg}"
        } else {
            "{bar:28} {percent:>3} %  {wide_msg}"
        };
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style.progress_chars("━━─"));
        }
        let now = Instant::now();
        Self { bar, begin, until, tick_ms, start: now, shown: now }
    }

    #[allow(clippy::cast_precision_loss)]
    fn show(&mut self, tick: u64) {
        if self.bar.is_hidden() || self.shown.elapsed() < Duration::from_millis(80) {
            return;
        }
        self.shown = Instant::now();
        let elapsed = self.start.elapsed().as_secs_f64();
        let done = (tick - self.begin) as f64;
        let left = elapsed / done * (self.until - tick) as f64;
        let speed = elapsed * 1e3 / (done * self.tick_ms);
        self.bar.set_message(format!(
            "{} of {}  {}  {} left",
            biological(tick as f64 * self.tick_ms, self.until as f64 * self.tick_ms),
            format::milliseconds(self.until as f64 * self.tick_ms),
            format::realtime(speed),
            clock(left),
        ));
        self.bar.set_position(tick);
    }

    fn clear(&self) {
        self.bar.finish_and_clear();
    }
}

/// Time reached, in the unit of the whole.
fn biological(ms: f64, whole: f64) -> String {
    if whole < 1000.0 { format!("{ms:.0} ms") } else { format!("{:.2} s", ms / 1e3) }
}

/// Seconds left, without digits that would flicker.
fn clock(seconds: f64) -> String {
    if seconds < 59.5 { format!("{:.0} s", seconds.max(0.0).ceil()) } else { format::duration(seconds) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn epochs_grow_towards_their_time_and_never_stop() {
        assert_eq!(next_pace(1, Duration::from_micros(1), 0), 4);
        assert_eq!(next_pace(1000, Duration::from_millis(180), 0), 500);
        assert_eq!(next_pace(1, Duration::from_secs(10), 0), 1);
        assert_eq!(next_pace(10_000, Duration::from_millis(1), 1), MOST_TICKS);
        // As many spikes as wanted, twice as many, more than that in a tick.
        assert_eq!(next_pace(100, Duration::from_millis(1), MOST_SPIKES), 100);
        assert_eq!(next_pace(100, Duration::from_millis(1), 2 * MOST_SPIKES), 50);
        assert_eq!(next_pace(1, Duration::from_millis(1), 10 * MOST_SPIKES), 1);
    }
}
