//! Spikes between devices: bytes, messages, and the barrier at the end of each tick.
//!
//! A spike goes once to each device that has a synapse of its neuron. Random places are the worst case: a neuron of 6,000 synapses then
//! reaches nearly 6,000 devices. With two levels, devices stand in a square: a spike goes to one device of each column that needs it, and
//! from there along the column, so that a device has `2 (sqrt(D) - 1)` partners in place of `D - 1`, as the Digital Twin Brain does.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::units::{Bytes, BytesPerSecond, Hertz, Seconds};

/// Bytes of a spike: the neuron's number on its device, and what tells the tick and the fraction of it.
pub const SPIKE: Bytes = Bytes(8.0);

/// Devices that a spike goes to.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Destinations {
    /// Those of randomly placed synapses.
    #[default]
    Random,
    /// All.
    All,
    /// So many, where there are as many.
    Number(f64),
}

impl FromStr for Destinations {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        match text {
            "random" => Ok(Self::Random),
            "all" => Ok(Self::All),
            number => match number.parse::<f64>() {
                Ok(n) if n.is_finite() && n >= 0.0 => Ok(Self::Number(n)),
                _ => Err(()),
            },
        }
    }
}

impl std::fmt::Display for Destinations {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Random => f.write_str("random"),
            Self::All => f.write_str("all"),
            Self::Number(n) => write!(f, "{n}"),
        }
    }
}

/// How a spike gets there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Routing {
    /// A message from each device to each.
    Direct,
    /// By columns of a square.
    #[default]
    TwoLevel,
}

/// Spikes of a brain and the way they take.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Traffic {
    /// Neurons.
    pub neurons: f64,
    /// Synapses of a neuron.
    pub fan_out: f64,
    /// Spikes of a neuron and wall-clock second.
    pub rate: Hertz,
    /// Wall-clock time of a tick.
    pub tick: Seconds,
    /// Where to.
    pub destinations: Destinations,
    /// How.
    pub routing: Routing,
}

/// What a number of devices exchanges.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Exchange {
    /// Other devices that a spike goes to, on average.
    pub destinations: f64,
    /// Sent by all devices.
    pub total: BytesPerSecond,
    /// Sent by one device.
    pub device: BytesPerSecond,
    /// Messages of one device a second.
    pub messages: Hertz,
    /// Messages of one device a tick.
    pub messages_a_tick: f64,
}

/// Expected number of `places` that at least one of `n` random picks hits.
fn hit(places: f64, n: f64) -> f64 {
    if places <= 1.0 { places.min(n) } else { -places * (n * (-1.0 / places).ln_1p()).exp_m1() }
}

impl Traffic {
    /// What `devices` exchange.
    #[must_use]
    pub fn over(&self, devices: f64) -> Exchange {
        if !(devices > 1.0) {
            return Exchange::default();
        }
        let others = devices - 1.0;
        let destinations = match self.destinations {
            Destinations::Random => hit(devices, self.fan_out) * others / devices,
            Destinations::All => others,
            Destinations::Number(n) => n.min(others),
        };
        let spikes = Hertz(self.neurons * self.rate.0 / devices);
        let (sends, messages) = match self.routing {
            Routing::Direct => (destinations, meetings(others, spikes.0 * self.tick.0 * destinations)),
            Routing::TwoLevel => {
                let side = devices.sqrt();
                // Columns other than one's own that a spike needs, then the devices in them beyond the first.
                let columns = hit(side, destinations) * (side - 1.0) / side;
                let first = meetings(side - 1.0, spikes.0 * self.tick.0 * columns);
                let second = meetings(side - 1.0, spikes.0 * self.tick.0 * destinations);
                (columns + destinations, first + second)
            }
        };
        let device = SPIKE * sends * spikes;
        Exchange {
            destinations,
            total: device * devices,
            device,
            messages: Hertz(messages / self.tick.0),
            messages_a_tick: messages,
        }
    }

    /// The least number of devices from which on `load`, a fraction of what a device can send, stays below 1: it rises while spikes have
    /// further to go and falls when devices have fewer neurons. Below 1 device where it never reaches 1.
    pub fn least(&self, load: impl Fn(&Exchange) -> f64) -> Option<f64> {
        let at = |exponent: f64| load(&self.over(10f64.powf(exponent)));
        // A twentieth of a power of ten is finer than any bend.
        let steps = 20 * MOST_EXPONENT as u32;
        let grid = |i: u32| f64::from(i) / 20.0;
        let Some(last) = (0..=steps).rev().find(|&i| at(grid(i)) > 1.0) else {
            let most = (0..=steps).map(|i| at(grid(i))).fold(0.0, f64::max);
            return Some(most);
        };
        if last == steps {
            return None;
        }
        let (mut above, mut below) = (grid(last), grid(last + 1));
        for _ in 0..60 {
            let middle = f64::midpoint(above, below);
            if at(middle) > 1.0 { above = middle } else { below = middle }
        }
        Some(10f64.powf(below))
    }
}

/// Devices beyond which nobody asks: 1e18.
pub const MOST_EXPONENT: f64 = 18.0;

/// Partners that at least one of `spikes` random spikes goes to.
fn meetings(partners: f64, spikes: f64) -> f64 {
    if partners <= 0.0 { 0.0 } else { -partners * (-spikes / partners).exp_m1() }
}

/// Time of a tick that is neither arithmetic nor memory nor bytes: kernels that wait for one another, and a barrier as a tree of messages.
#[must_use]
pub fn latency(devices: f64, kernels: f64, launch: Seconds, hop: Seconds, routing: Routing) -> Seconds {
    if !(devices > 1.0) {
        return launch * kernels;
    }
    let levels = match routing {
        Routing::Direct => 1.0,
        Routing::TwoLevel => 2.0,
    };
    launch * kernels + hop * (devices.log2().ceil() + levels)
}
