//! What a benchmark says: which part of its peaks a machine reached.
//!
//! The membrane's fraction is FLOP a second over the peak of multiply-adds, an exponential weighed as in the requirement; the synapse's is
//! bytes a second over the bandwidth of an array that is updated in place, as synapses are, or else of a copy. Both may be above 1, where
//! a cache is faster than memory, and are never clamped.

use huxley_model::network::Precision;
use serde::{Deserialize, Serialize};

use super::error::ExtrapolateError;
use super::units::{Bytes, BytesPerSecond, FlopPerSecond, Seconds};
use crate::bench::document::{BenchReport, KernelFigure, Peak, SCHEMA};

/// Which figures of a benchmark are used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Backend {
    /// A GPU's where there are any, else the CPU's.
    #[default]
    Auto,
    /// The CPU's.
    Cpu,
    /// A GPU's.
    Gpu,
}

/// A kernel's figure, as it is used.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Figure {
    /// Name of the kernel.
    pub kernel: String,
    /// Units of one tick.
    pub size: u64,
    /// Whether twice the size gave the same.
    pub settled: bool,
    /// s a unit.
    pub seconds_per_unit: Seconds,
    /// Its relative spread.
    pub spread: f64,
    /// Name of the peak it is set against.
    pub peak: String,
    /// Achieved, in the unit of the peak.
    pub achieved: f64,
    /// The peak.
    pub peak_value: f64,
    /// Unit of both.
    pub unit: String,
    /// Achieved over peak.
    pub fraction: f64,
    /// Relative spread of the fraction: those of kernel and peak, as root of the sum of squares.
    pub fraction_spread: f64,
    /// Bytes held by a unit.
    pub held: Bytes,
    /// Bytes moved by a unit.
    pub moved: Bytes,
    /// Whether all it holds fits the last cache.
    pub in_cache: bool,
    /// The peak that the kernel used most.
    pub bound: String,
}

/// What is taken from a benchmark.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Measured {
    /// When it began.
    pub started: String,
    /// Version of the program.
    pub version: String,
    /// Commit of the program.
    pub commit: Option<String>,
    /// `cpu` or `gpu`.
    pub backend: String,
    /// Processor or GPU.
    pub device: String,
    /// Threads of the CPU.
    pub threads: Option<usize>,
    /// `f32` or `f64`.
    pub precision: String,
    /// FLOP of an exponential.
    pub exp_weight: f64,
    /// FLOP of a division.
    pub div_weight: f64,
    /// The membrane.
    pub membrane: Figure,
    /// The plastic synapse.
    pub synapse: Figure,
    /// Memory of the machine, where the benchmark says.
    pub capacity: Option<Bytes>,
}

impl Measured {
    /// Peak of arithmetic.
    #[must_use]
    pub fn flops(&self) -> FlopPerSecond {
        FlopPerSecond(self.membrane.peak_value)
    }

    /// Bandwidth of memory.
    #[must_use]
    pub fn bandwidth(&self) -> BytesPerSecond {
        BytesPerSecond(self.synapse.peak_value)
    }

    /// Reads a benchmark.
    ///
    /// # Errors
    /// Another document, no figures for `precision`, only a software GPU's, or figures that cannot be.
    pub fn of(
        report: &BenchReport,
        precision: Precision,
        compartments: u32,
        backend: Backend,
    ) -> Result<Self, ExtrapolateError> {
        if report.schema != SCHEMA {
            return Err(refused(
                format!("its schema is `{}`, and `{SCHEMA}` is what is read", report.schema),
                "make one with `huxley bench --json`",
            ));
        }
        for (what, weight) in [("exp_weight", report.exp_weight), ("div_weight", report.div_weight)] {
            if !(weight.is_finite() && weight >= 0.0) {
                return Err(refused(format!("its `{what}` is `{weight}`"), AGAIN));
            }
        }
        let precision = match precision {
            Precision::F32 => "f32",
            Precision::F64 => "f64",
        };
        let (kernels, name) = choose(report, precision, backend)?;
        let membrane = kernels
            .iter()
            .copied()
            .filter(|k| k.group == "membrane" && k.unit == "compartment-step")
            .min_by(|a, b| distance(a, compartments).total_cmp(&distance(b, compartments)).then(better(a, b)))
            .ok_or_else(|| missing("a membrane (`compartment-step`)", precision, name))?;
        let synapse = kernels
            .iter()
            .copied()
            .filter(|k| k.name == "synapse-plastic" && k.unit == "synapse-tick")
            .min_by(|a, b| better(a, b))
            .ok_or_else(|| missing("`synapse-plastic` (`synapse-tick`)", precision, name))?;
        let fma = peak(report, membrane, "fma", "FLOP/s", Some(precision))?;
        let memory =
            peak(report, synapse, "update", "B/s", None).or_else(|_| peak(report, synapse, "copy", "B/s", None))?;
        let whole = report.machine.memory_bytes.filter(|&bytes| bytes > 0 && synapse.backend == "cpu");
        let capacity = whole.map(|bytes| Bytes(bytes as f64));
        Ok(Self {
            started: report.started.clone(),
            version: report.version.clone(),
            commit: report.commit.clone(),
            backend: membrane.backend.clone(),
            device: membrane.device.clone(),
            threads: membrane.threads,
            precision: precision.to_owned(),
            exp_weight: report.exp_weight,
            div_weight: report.div_weight,
            membrane: figure(membrane, fma, membrane.flop_per_unit)?,
            synapse: figure(synapse, memory, synapse.bytes_per_unit)?,
            capacity,
        })
    }
}

const AGAIN: &str = "make the benchmark again with `huxley bench --json`";

fn refused(message: impl Into<String>, hint: &str) -> ExtrapolateError {
    ExtrapolateError::Measurement { message: message.into(), hint: hint.to_owned() }
}

fn missing(what: &str, precision: &str, device: &str) -> ExtrapolateError {
    refused(
        format!("it has no figure of {what} in {precision} on {device}"),
        "give the other precision, or make the benchmark again without leaving kernels out",
    )
}

/// The kernels of one backend and device, with the most threads, and the device's name.
fn choose<'a>(
    report: &'a BenchReport,
    precision: &str,
    backend: Backend,
) -> Result<(Vec<&'a KernelFigure>, &'a str), ExtrapolateError> {
    let software = |device: &str| report.machine.gpus.iter().any(|gpu| gpu.software && gpu.name == device);
    let of = |backend: &str| {
        let own: Vec<&KernelFigure> = report
            .kernels
            .iter()
            .filter(|k| k.backend == backend && k.precision == precision && !(backend == "gpu" && software(&k.device)))
            .collect();
        let first = own.iter().max_by_key(|k| k.threads)?;
        let (device, threads) = (first.device.as_str(), first.threads);
        Some((own.into_iter().filter(|k| k.device == device && k.threads == threads).collect::<Vec<_>>(), device))
    };
    let found = match backend {
        Backend::Cpu => of("cpu"),
        Backend::Gpu => of("gpu"),
        Backend::Auto => of("gpu").or_else(|| of("cpu")),
    };
    found.ok_or_else(|| {
        let only_software = report.kernels.iter().any(|k| k.backend == "gpu" && software(&k.device));
        if only_software && backend != Backend::Cpu {
            refused(
                "its GPU is a program that runs on the CPU, and its speed says nothing of GPUs",
                "measure on a machine with a GPU, or take the CPU's figures with `--measured cpu`",
            )
        } else {
            let which = match backend {
                Backend::Cpu => "the CPU",
                Backend::Gpu => "a GPU",
                Backend::Auto => "any device",
            };
            refused(
                format!("it has no kernels in {precision} on {which}"),
                "give the other precision, or make the benchmark again",
            )
        }
    })
}

/// How far a membrane's compartments (the number in its name) are from those asked for, as a ratio.
fn distance(kernel: &KernelFigure, compartments: u32) -> f64 {
    let own = kernel.name.strip_prefix("membrane-").and_then(|n| n.parse::<f64>().ok());
    own.filter(|n| *n > 0.0).map_or(f64::INFINITY, |n| (n / f64::from(compartments)).ln().abs())
}

/// In memory before in a cache, settled before not settled, larger before smaller.
fn better(a: &KernelFigure, b: &KernelFigure) -> std::cmp::Ordering {
    a.in_cache.cmp(&b.in_cache).then(b.settled.cmp(&a.settled)).then(b.size.cmp(&a.size))
}

fn peak<'a>(
    report: &'a BenchReport,
    kernel: &KernelFigure,
    name: &str,
    unit: &str,
    precision: Option<&str>,
) -> Result<&'a Peak, ExtrapolateError> {
    let of_kernel = |p: &&Peak| {
        p.name == name
            && p.backend == kernel.backend
            && p.device == kernel.device
            && p.threads == kernel.threads
            && p.precision.as_deref() == precision
    };
    let found =
        report.peaks.iter().find(of_kernel).ok_or_else(|| {
            refused(format!("it has no peak `{name}` for `{}` on {}", kernel.name, kernel.device), AGAIN)
        })?;
    if found.unit != unit {
        return Err(refused(format!("its peak `{name}` is in `{}`, and should be in {unit}", found.unit), AGAIN));
    }
    Ok(found)
}

fn figure(kernel: &KernelFigure, peak: &Peak, per_unit: f64) -> Result<Figure, ExtrapolateError> {
    let numbers = [("ns_per_unit", kernel.ns_per_unit), ("work of a unit", per_unit), ("peak", peak.value)];
    for (what, number) in numbers {
        if !(number.is_finite() && number > 0.0) {
            return Err(refused(format!("`{what}` of `{}` is `{number}`", kernel.name), AGAIN));
        }
    }
    for (what, number) in [("spread", kernel.spread), ("spread of its peak", peak.spread)] {
        if !(0.0..1.0).contains(&number) {
            return Err(refused(format!("the {what} of `{}` is `{number}`", kernel.name), AGAIN));
        }
    }
    let seconds = Seconds(kernel.ns_per_unit * 1e-9);
    let achieved = per_unit / seconds.0;
    let finite = |bytes: f64| Bytes(if bytes.is_finite() && bytes > 0.0 { bytes } else { 0.0 });
    Ok(Figure {
        kernel: kernel.name.clone(),
        size: kernel.size,
        settled: kernel.settled,
        seconds_per_unit: seconds,
        spread: kernel.spread,
        peak: peak.name.clone(),
        achieved,
        peak_value: peak.value,
        unit: peak.unit.clone(),
        fraction: achieved / peak.value,
        fraction_spread: kernel.spread.hypot(peak.spread).min(MOST_SPREAD),
        held: finite(kernel.held_bytes_per_unit),
        moved: finite(kernel.bytes_per_unit),
        in_cache: kernel.in_cache,
        bound: kernel.bound.clone(),
    })
}

/// So that a range stays one: half of a fraction is no measurement, but is said as it is.
const MOST_SPREAD: f64 = 0.99;
