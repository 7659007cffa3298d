//! From a measurement, or a datasheet, to a brain: four requirements, the devices that each needs, the article's own chain, and a back-test
//! on runs that were made.
//!
//! [`extrapolate`] does it all and returns a document. Figures of brains, devices and runs are tables with sources ([`data`]); what a unit
//! takes is the ledger's ([`work`]); units are types ([`units`]).

mod backtest;
mod chain;
pub mod data;
pub mod document;
mod error;
mod measured;
mod needs;
mod notes;
pub mod spikes;
mod tables;
pub mod units;
pub mod work;

pub use backtest::{backtest, predict};
pub use chain::{ARTICLE_H100, GPT4, WEEK};
pub use data::{Brain, Device, Sourced};
pub use document::Extrapolation;
pub use error::ExtrapolateError;
pub use measured::{Backend, Figure, Measured};
pub use spikes::{Destinations, Routing};
pub use tables::Tables;

use huxley_model::network::Precision;

use crate::bench::document::BenchReport;
use crate::ledger::{Convention, Settings};
use document::{BrainNeeds, Efficiency, Needs, SCHEMA, SettingsEntry};
use error::within;
use needs::{Conditions, TICK, needs};
use work::{BrainWork, Sizes, UnitWork};

/// Name of the device that a benchmark was made on.
pub const THIS_MACHINE: &str = "this-machine";
/// Devices that are shown where none is asked for.
pub const DEVICES: [&str; 5] = ["h100-sxm", "h200-sxm", "mi300x", "rtx-4090", "a100-sxm"];

/// What is extrapolated, to what.
#[derive(Clone, Debug)]
pub struct Options {
    /// Brains, devices and runs.
    pub tables: Tables,
    /// The brain.
    pub brain: Brain,
    /// Names of devices; the first is the one that requirements are shown for.
    pub devices: Vec<String>,
    /// Wall-clock seconds allowed for a biological second.
    pub slowdown: f64,
    /// Steps of the membrane in a millisecond.
    pub substeps: u32,
    /// Of arithmetic and state.
    pub precision: Precision,
    /// Devices a spike goes to.
    pub destinations: Destinations,
    /// How it gets there.
    pub routing: Routing,
    /// Fraction of its peaks that a device reaches; none for all of them, or for what was measured.
    pub efficiency: Option<f64>,
    /// Which figures of a measurement are used.
    pub backend: Backend,
    /// Weights of operations; a measurement brings its own.
    pub convention: Convention,
}

impl Options {
    /// `brain` in real time, on the usual devices.
    ///
    /// # Errors
    /// No such brain.
    pub fn new(tables: Tables, brain: &str) -> Result<Self, ExtrapolateError> {
        Ok(Self {
            brain: tables.brain(brain)?.clone(),
            tables,
            devices: Vec::new(),
            slowdown: 1.0,
            substeps: Settings::default().substeps,
            precision: Precision::F32,
            destinations: Destinations::default(),
            routing: Routing::default(),
            efficiency: None,
            backend: Backend::default(),
            convention: Convention::default(),
        })
    }
}

/// Extrapolates, from `bench` where there is one and from datasheets where there is none.
///
/// # Errors
/// Numbers that cannot be, names that are not there, a measurement that cannot be used.
pub fn extrapolate(options: &Options, bench: Option<&BenchReport>) -> Result<Extrapolation, ExtrapolateError> {
    let sizes = sizes(&options.brain)?;
    within("a slowdown", options.slowdown, 1e-9, 1e12, "a number above 0: 1 is real time, 10 ten times slower")?;
    within("substeps a millisecond", options.substeps.into(), 1.0, 1e5, "1 to 100000")?;
    for weight in [options.convention.exp, options.convention.div] {
        within("the weight of an operation", weight, 0.0, 1e6, "a number that is not negative")?;
    }
    if let Some(fraction) = options.efficiency {
        within("an efficiency", fraction, f64::MIN_POSITIVE, 1.0, "a fraction of the peaks, above 0 and at most 1")?;
        if bench.is_some() {
            return Err(ExtrapolateError::Measurement {
                message: "an efficiency was given beside it".to_owned(),
                hint: "give one of the two".to_owned(),
            });
        }
    }
    let measured =
        bench.map(|b| Measured::of(b, options.precision, sizes.compartments, options.backend)).transpose()?;
    let convention =
        measured.as_ref().map_or(options.convention, |m| Convention { exp: m.exp_weight, div: m.div_weight });
    let efficiency = efficiency(options, measured.as_ref());
    let at = Conditions {
        precision: options.precision,
        slowdown: options.slowdown,
        destinations: options.destinations,
        routing: options.routing,
    };
    let unit = |sizes: &Sizes| unit(sizes, options, convention, measured.as_ref());
    let chosen = devices(options, measured.as_ref())?;
    let own = unit(&sizes);
    let work = BrainWork::of(&sizes, &own);
    let on = |device: &Device, sizes: &Sizes, work: &BrainWork| {
        needs(device, sizes, work, &on_device(&efficiency, device, measured.as_ref()), &at)
    };
    let needed: Vec<Needs> = chosen.iter().map(|device| on(device, &sizes, &work)).collect();
    let first = &needed[0];
    let mut brains = Vec::new();
    for brain in &options.tables.brains {
        let on_first = |brain: &Brain| -> Result<(Sizes, Needs), ExtrapolateError> {
            let sizes = self::sizes(brain)?;
            Ok((sizes, on(&chosen[0], &sizes, &BrainWork::of(&sizes, &unit(&sizes)))))
        };
        let at = |of: fn(&Sourced) -> Option<f64>| {
            let edge = |figure: &Sourced| Sourced { value: of(figure).unwrap_or(figure.value), ..figure.clone() };
            on_first(&Brain { neurons: edge(&brain.neurons), synapses: edge(&brain.synapses), ..brain.clone() })
        };
        let (sizes, need) = on_first(brain)?;
        brains.push(BrainNeeds {
            name: brain.name.clone(),
            neurons: sizes.neurons,
            synapses: sizes.synapses,
            requirements: need.requirements,
            binding: need.binding,
            devices: need.devices,
            devices_low: at(|figure| figure.low)?.1.devices,
            devices_high: at(|figure| figure.high)?.1.devices,
        });
    }
    let counting = chain::Counting {
        compartments: sizes.compartments.max(1),
        substeps: options.substeps,
        precision: options.precision,
        convention,
        measured: measured.as_ref(),
    };
    let notes = notes::notes(options, measured.as_ref(), &own, &needed);
    Ok(Extrapolation {
        schema: SCHEMA.to_owned(),
        brain: options.brain.clone(),
        settings: entry(options, convention, &own),
        requirements: first.requirements.clone(),
        binding: first.binding.clone(),
        chain: chain::chain(&counting, &options.tables.devices),
        backtest: backtest(&options.tables, options.efficiency.unwrap_or(1.0))?,
        devices: needed,
        specifications: chosen,
        brains,
        efficiency,
        measurement: measured,
        notes,
    })
}

/// A brain's sizes, checked.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn sizes(brain: &Brain) -> Result<Sizes, ExtrapolateError> {
    let most = 1e30;
    let neurons = within("a number of neurons", brain.neurons.value, 1.0, most, "1 to 1e30")?;
    let synapses = within("a number of synapses", brain.synapses.value, 0.0, most, "0 to 1e30")?;
    let compartments = within("compartments of a neuron", brain.compartments.value, 1.0, 1e6, "1 to 1e6")?;
    let rate_hz = within("a rate", brain.rate_hz.value, 0.0, 1e3, "0 to 1000 Hz: a spike a tick of 1 ms at most")?;
    within("synapses of a neuron", synapses / neurons, 0.0, f64::from(u32::MAX), "at most 4e9")?;
    Ok(Sizes { neurons, synapses, compartments: compartments.round() as u32, rate_hz })
}

/// What one unit of a brain takes; bytes held, and bytes a synapse moves, are the measured program's, where it says.
fn unit(sizes: &Sizes, options: &Options, convention: Convention, measured: Option<&Measured>) -> UnitWork {
    let settings = work::settings(sizes, options.substeps, sizes.rate_hz * TICK.0, options.precision);
    let mut unit = UnitWork::counted(&settings, convention);
    if let Some(measured) = measured {
        for (own, measured) in [
            (&mut unit.compartment_held, measured.membrane.held),
            (&mut unit.synapse_held, measured.synapse.held),
            (&mut unit.synapse_moved, measured.synapse.moved),
        ] {
            if measured.0 > 0.0 {
                *own = measured;
            }
        }
    }
    unit
}

/// Which part of the peaks is reached, and why.
fn efficiency(options: &Options, measured: Option<&Measured>) -> Efficiency {
    if let Some(m) = measured {
        let whose = m.threads.map_or_else(String::new, |n| format!(", {n} thread{}", if n == 1 { "" } else { "s" }));
        return Efficiency {
            arithmetic: m.membrane.fraction,
            arithmetic_spread: m.membrane.fraction_spread,
            bandwidth: m.synapse.fraction,
            bandwidth_spread: m.synapse.fraction_spread,
            from: "measured".to_owned(),
            said: format!(
                "measured on {}{whose}: `{}` reached {:.1} % of the peak of multiply-adds, `{}` {:.1} % of the bandwidth of memory (`{}`); \
                 other devices are taken to reach the same of their datasheets' peaks",
                m.device,
                m.membrane.kernel,
                100.0 * m.membrane.fraction,
                m.synapse.kernel,
                100.0 * m.synapse.fraction,
                m.synapse.peak,
            ),
        };
    }
    let (fraction, from) = options.efficiency.map_or((1.0, "datasheet"), |f| (f, "given"));
    let said = match options.efficiency {
        None => "nothing was measured: devices are taken at 100 % of their datasheets' peaks, which no program reaches; numbers of devices \
                 are lower bounds"
            .to_owned(),
        Some(f) => format!("nothing was measured: devices are taken at {} % of their datasheets' peaks, as given", 100.0 * f),
    };
    Efficiency {
        arithmetic: fraction,
        arithmetic_spread: 0.0,
        bandwidth: fraction,
        bandwidth_spread: 0.0,
        from: from.to_owned(),
        said,
    }
}

/// The same for one device: on the machine that was measured, the peak's own spread cancels.
fn on_device(efficiency: &Efficiency, device: &Device, measured: Option<&Measured>) -> Efficiency {
    match measured {
        Some(m) if device.name == THIS_MACHINE => Efficiency {
            arithmetic_spread: m.membrane.spread,
            bandwidth_spread: m.synapse.spread,
            ..efficiency.clone()
        },
        _ => efficiency.clone(),
    }
}

/// The devices asked for, or the usual ones.
fn devices(options: &Options, measured: Option<&Measured>) -> Result<Vec<Device>, ExtrapolateError> {
    let mut names: Vec<&str> = options.devices.iter().map(String::as_str).collect();
    if names.is_empty() {
        names.extend(DEVICES);
        names.extend(measured.map(|_| THIS_MACHINE));
    }
    let of = |name: &str| match (name, measured) {
        (THIS_MACHINE, Some(measured)) => Ok(this_machine(measured)),
        (THIS_MACHINE, None) => Err(ExtrapolateError::Measurement {
            message: format!("there is none, and `{THIS_MACHINE}` is known from one alone"),
            hint: "give one with `--from bench.json`, which `huxley bench --json` makes".to_owned(),
        }),
        (name, _) => options.tables.device(name).cloned(),
    };
    names.into_iter().map(of).collect()
}

/// The machine that was measured, as a device.
fn this_machine(measured: &Measured) -> Device {
    let figure = |value: f64| {
        Some(Sourced {
            value,
            source: "measured".to_owned(),
            checked: true,
            date: Some(measured.started.clone()),
            ..Sourced::default()
        })
    };
    let flops = figure(measured.flops().0);
    let (flops_f32, flops_f64) = if measured.precision == "f32" { (flops, None) } else { (None, flops) };
    Device {
        name: THIS_MACHINE.to_owned(),
        title: format!("this machine: {}", measured.device),
        kind: measured.backend.clone(),
        flops_f32,
        flops_f64,
        bandwidth: figure(measured.bandwidth().0),
        capacity: measured.capacity.and_then(|c| figure(c.0)),
        tdp: None,
        price: None,
        network: None,
        messages: None,
        hop: None,
        launch: None,
        line: None,
    }
}

fn entry(options: &Options, convention: Convention, unit: &UnitWork) -> SettingsEntry {
    let ledger = Settings::default();
    SettingsEntry {
        membrane: ledger.membrane,
        integrator: ledger.integrator.name().to_owned(),
        substeps: options.substeps,
        tick_ms: 1e3 * TICK.0,
        precision: match options.precision {
            Precision::F32 => "f32",
            Precision::F64 => "f64",
        }
        .to_owned(),
        slowdown: options.slowdown,
        destinations: options.destinations.to_string(),
        routing: options.routing,
        exp_weight: convention.exp,
        div_weight: convention.div,
        neuron_flop: unit.neuron.0,
        synapse_flop: unit.synapse.0,
        compartment_moved_bytes: unit.compartment_moved.0,
        synapse_moved_bytes: unit.synapse_moved.0,
        compartment_held_bytes: unit.compartment_held.0,
        synapse_held_bytes: unit.synapse_held.0,
    }
}
