//! How many of a device a brain needs.

use super::data::Device;
use super::document::{ARITHMETIC, EXCHANGED, Efficiency, HELD, MOVED, Needs, Requirement};
use super::spikes::{Destinations, Exchange, MOST_EXPONENT, Routing, Traffic, latency};
use super::units::{Bytes, BytesPerSecond, FlopPerSecond, Hertz, Seconds};
use super::work::{BrainWork, Sizes};
use huxley_model::network::Precision;

/// How a brain is run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Conditions {
    /// Of arithmetic and state.
    pub precision: Precision,
    /// Wall-clock seconds allowed for a biological second.
    pub slowdown: f64,
    /// Devices a spike goes to.
    pub destinations: Destinations,
    /// How it gets there.
    pub routing: Routing,
}

/// Kernels that follow one another in a tick: delivery, membranes, detection.
pub const KERNELS: f64 = 3.0;
/// A tick of biological time.
pub const TICK: Seconds = Seconds(1e-3);

/// What `work` needs of `device`.
#[must_use]
pub fn needs(device: &Device, sizes: &Sizes, work: &BrainWork, efficiency: &Efficiency, at: &Conditions) -> Needs {
    let arithmetic = arithmetic(device, work, efficiency, at);
    let held = held(device, work);
    let moved = moved(device, work, efficiency, at);
    let traffic = Traffic {
        neurons: sizes.neurons,
        fan_out: sizes.fan_in(),
        rate: Hertz(sizes.rate_hz / at.slowdown),
        tick: TICK * at.slowdown,
        destinations: at.destinations,
        routing: at.routing,
    };
    let computing = [&arithmetic, &held, &moved].into_iter().filter_map(|r| r.devices).fold(0.0, f64::max);
    let mut exchanged = exchanged(device, &traffic);
    let devices = computing.max(exchanged.devices.unwrap_or(0.0));
    let exchange = traffic.over(devices);
    exchanged.value = exchange.total.0;
    let hop = device.hop().unwrap_or_default();
    let late = latency(devices, KERNELS, device.launch(), hop, at.routing);
    // More devices do not help a barrier; a network that is not known is no obstacle, and is said to be missing.
    let late_for_all = devices > 1.0 && late >= traffic.tick;
    let impossible = late_for_all || (devices > 1.0 && device.network().is_some() && exchanged.devices.is_none());
    if late_for_all {
        exchanged = Requirement { devices: None, devices_low: None, devices_high: None, ..exchanged };
    }
    let in_turn = (device.network().is_some() || devices <= 1.0)
        .then(|| in_turn(device, &traffic, at, &arithmetic, &moved, &held))
        .flatten();
    let requirements = vec![arithmetic, held, moved, exchanged];
    let known = || requirements.iter().filter_map(|r| r.devices.map(|devices| (devices, r)));
    let largest = known().max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, r)| r.name.clone());
    let binding = if impossible { Some(EXCHANGED.to_owned()) } else { largest };
    let all = |of: fn(&Requirement) -> Option<f64>| {
        if impossible { None } else { requirements.iter().filter_map(of).reduce(f64::max) }
    };
    let total = all(|r| r.devices);
    let whole = total.map(|d| d.ceil().max(1.0));
    Needs {
        name: device.name.clone(),
        title: device.title.clone(),
        binding,
        devices: total,
        devices_low: all(|r| r.devices_low),
        devices_high: all(|r| r.devices_high),
        devices_in_turn: in_turn,
        exchange,
        messages_per_s: device.messages().map(|m| m.0),
        budget_s: traffic.tick.0,
        latency_s: late.0,
        power_w: whole.and_then(|n| device.tdp().map(|w| w.0 * n)),
        cost_usd: whole.and_then(|n| device.price().map(|p| p.0 * n)),
        unchecked: device
            .figures()
            .iter()
            .filter(|(_, f)| !f.checked)
            .map(|(name, f)| f.note.as_deref().map_or_else(|| (*name).to_owned(), |note| format!("{name} ({note})")))
            .collect(),
        requirements,
    }
}

/// A requirement of `value`, met at `rate` a device within its relative `spread`.
fn requirement(name: &str, unit: &str, value: f64, rate: Option<f64>, spread: f64) -> Requirement {
    let devices = rate.map(|rate| value / rate);
    Requirement {
        name: name.to_owned(),
        value,
        unit: unit.to_owned(),
        device: rate,
        devices,
        devices_low: devices.map(|d| d / (1.0 + spread)),
        devices_high: devices.map(|d| d / (1.0 - spread)),
    }
}

fn arithmetic(device: &Device, work: &BrainWork, efficiency: &Efficiency, at: &Conditions) -> Requirement {
    let value = work.arithmetic() / at.slowdown;
    let rate = device.flops(at.precision).map(|peak| (peak * efficiency.arithmetic).0);
    requirement(ARITHMETIC, FlopPerSecond::UNIT, value.0, rate, efficiency.arithmetic_spread)
}

fn held(device: &Device, work: &BrainWork) -> Requirement {
    requirement(HELD, Bytes::UNIT, work.held.0, device.capacity().map(|c| c.0), 0.0)
}

fn moved(device: &Device, work: &BrainWork, efficiency: &Efficiency, at: &Conditions) -> Requirement {
    let value = work.moved() / at.slowdown;
    let rate = device.bandwidth().map(|peak| (peak * efficiency.bandwidth).0);
    requirement(MOVED, BytesPerSecond::UNIT, value.0, rate, efficiency.bandwidth_spread)
}

/// Fraction of a second that a device needs for what it sends.
fn load(device: &Device, exchange: &Exchange) -> Option<f64> {
    let bytes = exchange.device / device.network()?;
    let messages = device.messages().map_or(0.0, |most| exchange.messages / most);
    Some(bytes.max(messages))
}

fn exchanged(device: &Device, traffic: &Traffic) -> Requirement {
    let devices = device.network().and_then(|_| traffic.least(|e| load(device, e).unwrap_or(0.0)));
    Requirement {
        name: EXCHANGED.to_owned(),
        value: 0.0,
        unit: BytesPerSecond::UNIT.to_owned(),
        device: device.network().map(|n| n.0),
        devices,
        devices_low: devices,
        devices_high: devices,
    }
}

/// The least number of devices that does one thing after the other within a tick.
fn in_turn(
    device: &Device,
    traffic: &Traffic,
    at: &Conditions,
    arithmetic: &Requirement,
    moved: &Requirement,
    held: &Requirement,
) -> Option<f64> {
    let computing = arithmetic.devices? + moved.devices?;
    let hop = device.hop().unwrap_or_default();
    let share = |devices: f64| {
        let exchange = traffic.over(devices);
        let late = latency(devices, KERNELS, device.launch(), hop, at.routing);
        let sent = device.network().map_or(0.0, |network| exchange.device / network);
        let messages = device.messages().map_or(0.0, |most| exchange.messages / most);
        computing / devices + sent + messages + late / traffic.tick
    };
    let least = held.devices.unwrap_or(0.0);
    let alone = share(1.0);
    if alone <= 1.0 && least <= 1.0 {
        return Some(alone.max(least));
    }
    let at = |exponent: f64| share(10f64.powf(exponent));
    let mut above = least.max(computing).max(1.0).log10();
    if at(above) <= 1.0 {
        return Some(10f64.powf(above));
    }
    let mut below = above;
    while at(below) > 1.0 {
        above = below;
        below += 0.05;
        if below > MOST_EXPONENT {
            return None;
        }
    }
    for _ in 0..60 {
        let middle = f64::midpoint(above, below);
        if at(middle) > 1.0 { above = middle } else { below = middle }
    }
    Some(10f64.powf(below))
}
