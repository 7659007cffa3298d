//! The back-test: what the same model says of runs that were made, beside what they reported. Nothing is fitted; peaks are those of the
//! datasheets, so a prediction is a lower bound unless the model of a network's cost is too dear.

use super::Tables;
use super::data::{CostModel, Device, Run};
use super::document::{Prediction, Terms};
use super::error::ExtrapolateError;
use super::spikes::{Destinations, Routing, SPIKE, Traffic, latency};
use super::units::{Bytes, BytesPerSecond, FlopPerSecond, Hertz, Seconds};
use huxley_model::network::Precision;

/// All published runs, at `efficiency` of the peaks.
///
/// # Errors
/// A table that names what is not there.
pub fn backtest(tables: &Tables, efficiency: f64) -> Result<Vec<Prediction>, ExtrapolateError> {
    tables.runs.iter().map(|run| predict(run, tables, efficiency)).collect()
}

/// One run.
///
/// # Errors
/// A run that names what is not there.
pub fn predict(run: &Run, tables: &Tables, efficiency: f64) -> Result<Prediction, ExtrapolateError> {
    let device = tables.device(&run.device)?;
    let model = tables.model(&run.model)?;
    let wrong = |message: String| ExtrapolateError::Entry { table: "the table of published runs".to_owned(), message };
    let precision = match run.precision.as_str() {
        "f32" => Precision::F32,
        "f64" => Precision::F64,
        other => return Err(wrong(format!("`{}` has precision `{other}`", run.name))),
    };
    let destinations: Destinations = run
        .destinations
        .parse()
        .map_err(|()| wrong(format!("`{}` has destinations `{}`", run.name, run.destinations)))?;
    let (Some(flops), Some(bandwidth)) = (device.flops(precision), device.bandwidth()) else {
        return Err(wrong(format!("`{}` runs on `{}`, of which no peaks are known", run.name, device.name)));
    };
    let machine = Machine { device, flops: flops * efficiency, bandwidth: bandwidth * efficiency, precision };
    let at = |rate: f64| terms(run, model, &machine, destinations, Hertz(rate));
    let rate = &run.rate_hz;
    let terms = at(rate.value);
    let predicted = terms.sum();
    let (binding, overlapped) =
        terms.named().into_iter().max_by(|a, b| a.1.total_cmp(&b.1)).map_or(("", 0.0), |(name, s)| (name, s));
    let inputs =
        [("neurons", &run.neurons), ("synapses", &run.synapses), ("rate_hz", rate), ("slowdown", &run.slowdown)];
    let used = |name: &str| match name {
        "flops_f32" => precision == Precision::F32,
        "flops_f64" => precision == Precision::F64,
        "network" | "messages" | "hop" => run.devices > 1.0,
        "tdp" | "price" => false,
        _ => true,
    };
    let unchecked = inputs
        .into_iter()
        .chain(device.figures().into_iter().filter(|(name, _)| used(name)))
        .filter(|(_, figure)| !figure.checked)
        .map(|(name, _)| name.to_owned());
    Ok(Prediction {
        name: run.name.clone(),
        device: device.name.clone(),
        devices: run.devices,
        neurons: run.neurons.value,
        synapses: run.synapses.value,
        model: model.title.clone(),
        reported: run.slowdown.value,
        reported_low: run.slowdown.low,
        reported_high: run.slowdown.high,
        overlapped,
        predicted,
        predicted_low: at(rate.low.unwrap_or(rate.value)).sum(),
        predicted_high: at(rate.high.unwrap_or(rate.value)).sum(),
        ratio: run.slowdown.value / predicted,
        terms,
        binding: binding.to_owned(),
        memory_fraction: device
            .capacity()
            .map(|c| Bytes(model.synapse_bytes.value * run.synapses.value) / (c * run.devices)),
        why: run.why.clone(),
        source: run.slowdown.source.clone(),
        unchecked: unchecked.collect(),
    })
}

/// One device of a run.
struct Machine<'a> {
    device: &'a Device,
    flops: FlopPerSecond,
    bandwidth: BytesPerSecond,
    precision: Precision,
}

/// Wall-clock seconds of a biological second.
fn terms(run: &Run, model: &CostModel, machine: &Machine, destinations: Destinations, rate: Hertz) -> Terms {
    let (neurons, synapses, devices) = (run.neurons.value, run.synapses.value, run.devices);
    let steps = Hertz(1e3 / run.step_ms);
    let exchanges = Hertz(1e3 / run.exchange_ms);
    let events = synapses * rate.0;
    let routing = Routing::TwoLevel;
    let traffic =
        Traffic { neurons, fan_out: synapses / neurons, rate, tick: Seconds(1.0 / exchanges.0), destinations, routing };
    let exchange = traffic.over(devices);
    let line = machine.device.line.as_ref().map_or(0.0, |f| f.value);
    // A spike that reaches a device is read there and its synapses are looked up.
    let arriving = neurons * rate.0 * (exchange.destinations + 1.0) * (SPIKE.0 + line);
    let flop = neurons * model.neuron_flop.value * steps.0 + events * model.event_flop.value;
    let value = crate::ledger::value(machine.precision);
    let bytes = neurons * model.neuron_values.value * value * steps.0
        + events * (model.event_bytes.value + model.event_lines.value * line)
        + arriving;
    let hop = machine.device.hop().unwrap_or_default();
    let kernels = latency(1.0, f64::from(run.kernels), machine.device.launch(), hop, routing);
    let barrier = latency(devices, 0.0, Seconds(0.0), hop, routing);
    let sent = machine.device.network().map_or(0.0, |network| exchange.device / network);
    let messages = machine.device.messages().map_or(0.0, |most| exchange.messages / most);
    Terms {
        arithmetic_s: FlopPerSecond(flop) / (machine.flops * devices),
        memory_s: BytesPerSecond(bytes) / (machine.bandwidth * devices),
        exchange_s: sent + messages,
        latency_s: kernels.0 * steps.0 + barrier.0 * exchanges.0,
    }
}
