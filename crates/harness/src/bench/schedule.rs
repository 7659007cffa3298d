//! Which kernel runs when, how large, and how long: everything in the time there is.

use std::sync::Arc;
use std::time::{Duration, Instant};

use huxley_engine::estimate::estimate;
use huxley_engine::lower;
use huxley_model::network::Precision;

use super::document::{Fit, KernelFigure, Peak};
use super::figure::{Ceilings, On, Subject, figure, precision_name};
use super::kernels::{KERNELS, Kernel, wanted};
use super::statistics::line;
use super::timing::{Effort, Executor, Tick, time};
use super::track::{Point, Track};
use super::{BenchError, BenchOptions, Progress, peaks};
use crate::machine;

/// A network and what runs it take at most this part of the free memory.
const PART_OF_FREE: u64 = 3;
/// Kernels that are run with more numbers of threads, where a machine has more than two.
const THREADED: [&str; 2] = ["membrane-10", "synapse-plastic"];
/// A kernel takes at most so many times its share of the time, where few kernels are measured.
const MOST_OF_SHARE: f64 = 3.0;
/// What a size is multiplied by while all of a network that streams is in the cache.
const LEAP: usize = 4;

/// A run of everything.
pub(crate) struct Bench<'a> {
    options: &'a BenchOptions,
    executors: Vec<Executor>,
    cpu: String,
    logical_cpus: usize,
    progress: &'a mut dyn FnMut(&Progress),
    begin: Instant,
    done: usize,
    steps: usize,
    /// Measured ceilings.
    pub peaks: Vec<Peak>,
    /// Measured kernels.
    pub figures: Vec<KernelFigure>,
    /// Lines.
    pub fits: Vec<Fit>,
    /// What a reader should know.
    pub notes: Vec<String>,
}

impl<'a> Bench<'a> {
    pub fn new(
        options: &'a BenchOptions,
        executors: Vec<Executor>,
        cpu: String,
        logical_cpus: usize,
        progress: &'a mut dyn FnMut(&Progress),
    ) -> Self {
        Self {
            options,
            executors,
            cpu,
            logical_cpus,
            progress,
            begin: Instant::now(),
            done: 0,
            steps: 0,
            peaks: Vec::new(),
            figures: Vec::new(),
            fits: Vec::new(),
            notes: Vec::new(),
        }
    }

    /// Peaks of each executor, then each kernel in each precision.
    pub fn measure(&mut self, kernels: &[Kernel]) -> Result<(), BenchError> {
        let precisions = self.options.precisions.clone();
        self.steps = self.executors.len() + kernels.len() * precisions.len();
        for executor in self.executors.clone() {
            self.step(&format!("peaks of {}", self.place(&executor)));
            match &executor {
                Executor::Cpu(threads) => {
                    let own = peaks::cpu(self.options, &self.cpu.clone(), *threads, &mut self.notes);
                    self.peaks.extend(own);
                }
                Executor::Gpu(place) => self.peaks.extend(peaks::gpu(self.options, place)?),
            }
            self.done += 1;
        }
        let mut shares: f64 = kernels.iter().map(|kernel| kernel.share).sum::<f64>() * precisions.len() as f64;
        let all: f64 = KERNELS.iter().map(|kernel| kernel.share).sum();
        for kernel in kernels {
            for &precision in &precisions {
                self.step(&format!("{} in {}", kernel.name, precision_name(precision)));
                let left = self.options.budget().saturating_sub(self.begin.elapsed());
                // A kernel that is asked for by name is measured whatever it takes, in its smallest size.
                if left.is_zero() && self.options.only.is_empty() {
                    let (name, precision) = (kernel.name, precision_name(precision));
                    self.notes.push(format!("{name} in {precision} was left out: the time was over."));
                    shares -= kernel.share;
                    self.done += 1;
                    continue;
                }
                let fair = kernel.share / (all * precisions.len() as f64);
                let most = self.options.budget().mul_f64((MOST_OF_SHARE * fair).min(1.0));
                self.kernel(kernel, precision, most.min(left.mul_f64((kernel.share / shares).min(1.0))))?;
                shares -= kernel.share;
                self.done += 1;
            }
        }
        self.step("done");
        Ok(())
    }

    fn step(&mut self, what: &str) {
        let elapsed_s = self.begin.elapsed().as_secs_f64();
        let left_s = if self.done == self.steps { 0.0 } else { self.options.budget().as_secs_f64() - elapsed_s };
        let progress =
            Progress { what: what.to_owned(), done: self.done, steps: self.steps, elapsed_s, left_s: left_s.max(0.0) };
        (self.progress)(&progress);
    }

    fn place(&self, executor: &Executor) -> String {
        match executor {
            Executor::Cpu(1) => "the CPU on 1 thread".to_owned(),
            Executor::Cpu(threads) => format!("the CPU on {threads} threads"),
            Executor::Gpu(place) => place.gpu.name.clone(),
        }
    }

    fn device<'b>(&'b self, executor: &'b Executor) -> &'b str {
        match executor {
            Executor::Cpu(_) => &self.cpu,
            Executor::Gpu(place) => &place.gpu.name,
        }
    }

    fn effort(&self, period: u32, most: Duration) -> Effort {
        Effort { runs: self.options.runs(), least: self.options.least_run(), multiple: period, most }
    }

    /// A kernel on every executor, doubled until each settles or its time is over.
    fn kernel(&mut self, kernel: &Kernel, precision: Precision, time: Duration) -> Result<(), BenchError> {
        let begin = Instant::now();
        let able = |executor: &&Executor| match executor {
            Executor::Gpu(place) => place.double || precision == Precision::F32,
            Executor::Cpu(_) => true,
        };
        let mut tracks: Vec<Track> = self.executors.iter().filter(able).cloned().map(Track::new).collect();
        let (mut count, mut factor, mut building) = (kernel.first, 2, Duration::ZERO);
        loop {
            // The slowest ones end first where the next size would take too long.
            let expected = |tracks: &[Track]| {
                let open = tracks.iter().filter(|track| !track.ended).map(|track| track.last).sum::<Duration>();
                begin.elapsed() + (open + building) * u32::try_from(factor).unwrap_or(u32::MAX)
            };
            while expected(&tracks) > time {
                let open = tracks.iter_mut().filter(|track| !track.ended && !track.points.is_empty());
                let Some(slowest) = open.max_by_key(|track| track.last) else { break };
                slowest.ended = true;
            }
            if tracks.iter().all(|track| track.ended) || !self.fits(kernel, count, precision) {
                break;
            }
            building = self.size(kernel, count, precision, time, &mut tracks)?;
            let cached = |track: &Track| track.points.last().is_some_and(|point| point.in_cache);
            factor = if kernel.streams() && tracks.iter().all(cached) { LEAP } else { 2 };
            count *= factor;
        }
        for track in &tracks {
            self.figures_of(kernel, precision, track);
            self.line_of(kernel, precision, track);
        }
        self.threads_of(kernel, precision, &tracks)
    }

    /// Whether a network of that size leaves enough memory free.
    fn fits(&mut self, kernel: &Kernel, count: usize, precision: Precision) -> bool {
        let need = estimate(&kernel.network(kernel.variants() - 1, count, precision)).peak_bytes();
        let fits = machine::available_memory().is_none_or(|free| need <= free / PART_OF_FREE);
        if !fits && count == kernel.first {
            self.notes.push(format!("{} was left out: too little memory is free.", kernel.name));
        }
        fits
    }

    /// One size on each executor that has not ended; how long the networks took to build.
    fn size(
        &mut self,
        kernel: &Kernel,
        count: usize,
        precision: Precision,
        time_left: Duration,
        tracks: &mut [Track],
    ) -> Result<Duration, BenchError> {
        let open: Vec<usize> = (0..tracks.len()).filter(|&i| !tracks[i].ended).collect();
        let mut points = vec![Point { count, ..Point::default() }; open.len()];
        let mut took = vec![Duration::ZERO; open.len()];
        let mut building = Duration::ZERO;
        let mut failed = vec![None; open.len()];
        let runs = u32::try_from(open.len() * kernel.variants()).unwrap_or(1).max(1);
        for variant in 0..kernel.variants() {
            let start = Instant::now();
            let network = kernel.network(variant, count, precision);
            let plan = lower(&network).map_err(|source| BenchError::Plan { kernel: kernel.name.to_owned(), source })?;
            let plan = Arc::new(plan);
            building += start.elapsed();
            let effort = self.effort(Kernel::period(&plan), time_left / runs);
            for (k, &i) in open.iter().enumerate() {
                if failed[k].is_some() {
                    continue;
                }
                let start = Instant::now();
                match time(kernel.name, &tracks[i].executor, &plan, effort) {
                    Ok(tick) => {
                        points[k].units.push(kernel.units(&plan, &tick));
                        points[k].in_cache = machine::last_cache().is_some_and(|cache| tick.held <= cache as f64);
                        points[k].ticks.push(tick);
                    }
                    Err(error @ BenchError::Gpu { .. }) => failed[k] = Some(error.to_string()),
                    Err(error) => return Err(error),
                }
                took[k] += start.elapsed();
            }
        }
        for (((&i, point), took), failed) in open.iter().zip(points).zip(took).zip(failed) {
            if let Some(why) = failed {
                tracks[i].ended = true;
                let place = self.place(&tracks[i].executor);
                let said = format!("{} on {place} ended before {count}: {why}.", kernel.name);
                self.notes.push(said);
            } else {
                tracks[i].take(point, &kernel.whole(), kernel.streams(), took);
            }
        }
        Ok(building)
    }

    /// The figures of the largest size.
    fn figures_of(&mut self, kernel: &Kernel, precision: Precision, track: &Track) {
        let Some(point) = track.points.last() else { return };
        let device = self.device(&track.executor).to_owned();
        let (backend, threads) = (track.executor.backend(), track.executor.threads());
        let on = On { backend, device: &device, threads, precision };
        let ceilings = Ceilings::of(&self.peaks, &on);
        for output in kernel.outputs().iter().filter(|output| wanted(&self.options.only, &output.name)) {
            let (tick, units, holders) = point.of(output);
            let subject = Subject {
                name: &output.name,
                group: kernel.group(),
                unit: kernel.unit(),
                tick: &tick,
                units,
                holders,
                settled: track.settled,
                in_cache: point.in_cache,
            };
            if tick.short {
                let place = self.place(&track.executor);
                let said = format!(
                    "{} on {place} in {} was timed for less than a homeostatic interval, which would have taken too long.",
                    kernel.name,
                    precision_name(precision)
                );
                if !self.notes.contains(&said) {
                    self.notes.push(said);
                }
            }
            let mut own = figure(&subject, &on, &ceilings, self.options.convention);
            let clock = if track.executor.has_clock() { "device" } else { "wall" };
            own.timing = [clock, kernel.taken_off(output)].join(" ").trim_end().to_owned();
            self.figures.push(own);
        }
    }

    fn fit(&self, kernel: &Kernel, precision: Precision, executor: &Executor) -> Fit {
        Fit {
            name: kernel.name.to_owned(),
            backend: executor.backend().to_owned(),
            device: self.device(executor).to_owned(),
            precision: precision_name(precision).to_owned(),
            ..Fit::default()
        }
    }

    fn push(&mut self, fit: Fit, points: Vec<(f64, f64)>) {
        if let Some(line) = line(&points) {
            let (intercept_s, slope_s, residual) = (line.intercept, line.slope, line.residual);
            self.fits.push(Fit { intercept_s, slope_s, residual, points, ..fit });
        }
    }

    /// The line through its sizes.
    fn line_of(&mut self, kernel: &Kernel, precision: Precision, track: &Track) {
        let output = kernel.whole();
        let point = |point: &Point| {
            let (tick, units, _) = point.of(&output);
            (units, tick.seconds.median)
        };
        let points = track.points.iter().map(point).collect();
        let fit = self.fit(kernel, precision, &track.executor);
        self.push(Fit { threads: track.executor.threads(), against: "size".to_owned(), ..fit }, points);
    }

    /// The line through numbers of threads, at the largest size that all were run at.
    fn threads_of(&mut self, kernel: &Kernel, precision: Precision, tracks: &[Track]) -> Result<(), BenchError> {
        let cpu: Vec<&Track> = tracks.iter().filter(|track| track.executor.threads().is_some()).collect();
        let Some(count) = cpu.iter().filter_map(|track| track.points.last()).map(|point| point.count).min() else {
            return Ok(());
        };
        let output = kernel.whole();
        let mut points: Vec<(f64, f64)> = Vec::new();
        for track in &cpu {
            let own = track.points.iter().find(|point| point.count == count);
            if let (Some(point), Some(threads)) = (own, track.executor.threads()) {
                points.push((1.0 / threads as f64, point.of(&output).0.seconds.median));
            }
        }
        let first = self.options.precisions.first() == Some(&precision);
        if first && self.options.threads.is_empty() && THREADED.contains(&kernel.name) {
            let between: Vec<usize> =
                (1..16).map(|power| 1 << power).take_while(|&threads| threads < self.logical_cpus).collect();
            if !between.is_empty() {
                let executors = between.iter().map(|&threads| Track::new(Executor::Cpu(threads)));
                let mut more: Vec<Track> = executors.collect();
                self.size(kernel, count, precision, self.options.budget(), &mut more)?;
                for (track, threads) in more.iter().zip(between) {
                    let tick: Option<Tick> = track.points.last().map(|point| point.of(&output).0);
                    points.extend(tick.map(|tick| (1.0 / threads as f64, tick.seconds.median)));
                }
            }
        }
        points.sort_by(|a, b| b.0.total_cmp(&a.0));
        let Some(track) = cpu.first() else { return Ok(()) };
        let fit = self.fit(kernel, precision, &track.executor);
        self.push(Fit { against: "threads".to_owned(), ..fit }, points);
        Ok(())
    }
}
