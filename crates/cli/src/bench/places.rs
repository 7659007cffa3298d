//! Pictures of a benchmark: one for each device and precision.

use huxley_harness::bench::{BenchReport, Fit, KernelFigure, Peak};
use huxley_io::picture::ChartData;
use huxley_io::results::format;

/// A device, its threads, and a precision.
#[derive(Clone, Debug, PartialEq)]
pub struct On {
    backend: String,
    device: String,
    threads: Option<usize>,
    precision: String,
}

impl On {
    /// Where a figure was measured.
    pub fn of(figure: &KernelFigure) -> Self {
        Self {
            backend: figure.backend.clone(),
            device: figure.device.clone(),
            threads: figure.threads,
            precision: figure.precision.clone(),
        }
    }

    /// Whether a ceiling is one of the place.
    pub fn has(&self, peak: &Peak) -> bool {
        let precision = peak.precision.as_ref().is_none_or(|own| *own == self.precision);
        precision && (&peak.backend, &peak.device, peak.threads) == (&self.backend, &self.device, self.threads)
    }

    /// Whether a line through sizes was measured there.
    pub fn has_line(&self, fit: &Fit) -> bool {
        let own = (&fit.backend, &fit.device, fit.threads, &fit.precision);
        fit.against == "size" && own == (&self.backend, &self.device, self.threads, &self.precision)
    }

    /// As a heading says it.
    pub fn said(&self) -> String {
        let threads = self.threads.map_or(String::new(), |n| format!(", {}", format::counted(n as u64, "thread")));
        format!("{}{threads}, {}", self.device, self.precision)
    }
}

/// The pictures that `draw` makes and the names of their files: one for each device and precision, with as many threads as were
/// measured. The first, of a GPU where one was measured that is not software, is called `stem`.
pub fn pictures(
    report: &BenchReport,
    stem: &str,
    draw: impl Fn(&BenchReport, &On) -> Option<ChartData>,
) -> Vec<(String, ChartData)> {
    let mut places: Vec<On> = Vec::new();
    for figure in &report.kernels {
        let own = On::of(figure);
        let same =
            |on: &&mut On| (&on.backend, &on.device, &on.precision) == (&own.backend, &own.device, &own.precision);
        match places.iter_mut().find(same) {
            Some(on) => on.threads = on.threads.max(own.threads),
            None => places.push(own),
        }
    }
    let software = |on: &On| report.machine.gpus.iter().any(|gpu| gpu.name == on.device && gpu.software);
    places.sort_by_key(|on| (on.precision.clone(), on.backend != "gpu" || software(on), on.backend != "cpu"));
    let mut names: Vec<String> = Vec::new();
    let mut pictures = Vec::new();
    for on in &places {
        let Some(data) = draw(report, on) else { continue };
        let mut name =
            if names.is_empty() { stem.to_owned() } else { format!("{stem}-{}-{}", on.backend, on.precision) };
        if names.contains(&name) {
            name += &format!("-{}", names.len());
        }
        names.push(name.clone());
        pictures.push((name, data));
    }
    pictures
}
