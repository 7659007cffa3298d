//! How long a run should take on the CPU and on a GPU, to choose between them before anything is laid out.
//!
//! Figures of the CPU are rounded from `benches/results`. Those of GPUs are assumptions, low for their kind, and none is a
//! measurement: a GPU is to be taken where it is faster by a margin that such figures leave.

use huxley_engine::Plan;
use huxley_model::network::Precision;

/// Nanoseconds of a node and substep on one thread, `f32` on 8 lanes; other numbers of lanes in proportion.
const CPU_NODE_NS: f64 = 7.0;
/// Lanes of that figure.
const CPU_LANES: f64 = 8.0;
/// Nanoseconds of a clocked synapse and tick, likewise.
const CPU_CLOCKED_NS: f64 = 4.0;
/// Nanoseconds of an arrival at an event synapse.
const CPU_ARRIVAL_NS: f64 = 5.0;
/// Spikes a source and second, taken for the arrivals.
const RATE_HZ: f64 = 10.0;

/// Seconds of a dispatch, however small.
const DISPATCH_S: f64 = 10e-6;
/// Seconds that a substep takes, however few the cells: the operations of one node, each waiting for the one before.
const SUBSTEP_S: f64 = 1e-6;
/// Seconds that each node of the largest cell adds to that: the solve goes from node to node.
const SERIAL_NODE_S: f64 = 50e-9;
/// Operations of a node and substep, an exponential as 10.
const NODE_FLOP: f64 = 200.0;
/// Bytes that an event synapse is read and its source looked up by in a tick.
const EVENT_BYTES: f64 = 5.0;
/// Bytes of a clocked synapse that are read and written in a tick, in `f32`.
const CLOCKED_BYTES: f64 = 60.0;
/// What `f64` costs beside `f32` in operations on most GPUs.
const DOUBLE_FACTOR: f64 = 32.0;
/// Seconds to open a GPU and compile its kernels.
const SETUP_S: f64 = 1.0;

/// What is run, by what costs time.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Size {
    /// Tick, ms.
    pub tick_ms: f64,
    /// Substeps in a tick.
    pub substeps: f64,
    /// Nodes.
    pub nodes: f64,
    /// Nodes of the largest cell.
    pub largest: f64,
    /// Event synapses.
    pub events: f64,
    /// Clocked synapses.
    pub clocked: f64,
    /// Dispatches of a tick.
    pub dispatches: f64,
    /// `f64`.
    pub double: bool,
}

impl Size {
    /// Of a plan.
    #[allow(clippy::cast_precision_loss)]
    pub fn of(plan: &Plan) -> Self {
        let s = &plan.settings;
        let substeps = f64::from(s.substeps);
        let exchanges = if plan.gaps.node.is_empty() { 0.0 } else { substeps / f64::from(s.coupling) };
        let samples: f64 = plan.probes.iter().map(|probe| substeps / f64::from(probe.interval)).sum();
        // The membrane is dispatched anew for each class at each exchange and at the samples of the quickest probe.
        let quickest = plan.probes.iter().map(|probe| substeps / f64::from(probe.interval)).fold(1.0, f64::max);
        let pieces = exchanges.max(quickest).min(substeps) * plan.classes.len() as f64;
        let clocked = plan.clocked.iter().map(|group| group.len()).sum::<usize>();
        let groups = plan.clocked.len() + usize::from(!plan.events.slot.is_empty());
        let first = &plan.cells.first_node;
        let largest = first.iter().zip(first.iter().skip(1)).map(|(from, to)| to - from).max().unwrap_or(1);
        Self {
            tick_ms: s.tick,
            substeps,
            nodes: plan.nodes.parent.len() as f64,
            largest: f64::from(largest),
            events: plan.events.slot.len() as f64,
            clocked: clocked as f64,
            dispatches: 2.0 + groups as f64 + exchanges + samples + pieces,
            double: s.precision == Precision::F64,
        }
    }

    fn width(&self) -> f64 {
        if self.double { 2.0 } else { 1.0 }
    }
}

/// The CPU.
#[derive(Clone, Copy, Debug)]
pub struct Cpu {
    /// Threads; they are taken to be of full use, which favours the CPU.
    pub threads: usize,
    /// Lanes of the run's precision.
    pub lanes: usize,
}

/// Kinds of GPUs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gpu {
    /// With memory of its own.
    Discrete,
    /// Any other.
    Integrated,
}

impl Gpu {
    /// `f32` operations a second in the kernels of the membrane.
    fn flops(self) -> f64 {
        match self {
            Gpu::Discrete => 1e12,
            Gpu::Integrated => 1e11,
        }
    }

    /// Bytes a second.
    fn bandwidth(self) -> f64 {
        match self {
            Gpu::Discrete => 100e9,
            Gpu::Integrated => 20e9,
        }
    }
}

/// Seconds for one biological second.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Prediction {
    /// On the CPU.
    pub cpu_s: f64,
    /// On the GPU.
    pub gpu_s: f64,
}

impl Prediction {
    /// Whether the GPU is done first, its set-up included, after so many biological seconds.
    pub fn gpu_pays(&self, seconds: f64) -> bool {
        self.gpu_s * seconds + SETUP_S < self.cpu_s * seconds
    }
}

/// What a run of this size should take.
#[allow(clippy::cast_precision_loss)]
pub fn predict(size: &Size, cpu: Cpu, gpu: Gpu) -> Prediction {
    let ticks = 1e3 / size.tick_ms;
    let steps = size.nodes * size.substeps;
    let lanes = CPU_LANES / cpu.lanes.max(1) as f64;
    let arrivals = size.events * RATE_HZ * size.tick_ms * 1e-3;
    let cpu_ns = lanes * (steps * CPU_NODE_NS + size.clocked * CPU_CLOCKED_NS) + arrivals * CPU_ARRIVAL_NS;
    let cpu_s = ticks * cpu_ns * 1e-9 / cpu.threads.max(1) as f64;

    let flops = gpu.flops() / if size.double { DOUBLE_FACTOR } else { 1.0 };
    let waiting = size.substeps * (SUBSTEP_S + size.largest * SERIAL_NODE_S);
    let membrane = (steps * NODE_FLOP / flops).max(waiting);
    let bytes = size.events * EVENT_BYTES + size.clocked * CLOCKED_BYTES * size.width();
    let gpu_s = ticks * (size.dispatches * DISPATCH_S + membrane + bytes / gpu.bandwidth());
    Prediction { cpu_s, gpu_s }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn points(cells: f64, synapses: f64) -> Size {
        Size {
            tick_ms: 1.0,
            substeps: 40.0,
            nodes: cells,
            largest: 1.0,
            events: synapses,
            clocked: 0.0,
            dispatches: 4.0,
            double: false,
        }
    }

    #[test]
    fn a_tiny_network_is_for_the_cpu() {
        let cpu = Cpu { threads: 1, lanes: 8 };
        for gpu in [Gpu::Discrete, Gpu::Integrated] {
            let one = predict(&points(1.0, 0.0), cpu, gpu);
            assert!(one.cpu_s < one.gpu_s && !one.gpu_pays(1e9), "{one:?}");
            assert!(!predict(&points(100.0, 1e4), cpu, gpu).gpu_pays(1e9));
        }
    }

    #[test]
    fn the_139_000_cells_of_a_fly_are_for_a_gpu_that_has_its_own_memory() {
        let fly = points(139_000.0, 50e6);
        for threads in [1, 2, 8] {
            let on = predict(&fly, Cpu { threads, lanes: 8 }, Gpu::Discrete);
            assert!(on.gpu_s < on.cpu_s && on.gpu_pays(10.0), "{threads}: {on:?}");
        }
        let double = Size { double: true, ..fly };
        let many = Cpu { threads: 64, lanes: 8 };
        assert!(!predict(&double, many, Gpu::Integrated).gpu_pays(10.0));
    }

    #[test]
    fn a_short_run_does_not_repay_the_set_up() {
        let on = predict(&points(139_000.0, 50e6), Cpu { threads: 2, lanes: 8 }, Gpu::Discrete);
        assert!(!on.gpu_pays(0.01) && on.gpu_pays(10.0), "{on:?}");
    }

    #[test]
    fn gap_junctions_and_quick_probes_make_dispatches() {
        let size = |name: &str, probed: bool| {
            let model = huxley_io::builtin::find(name).expect("a built-in model").load(&[]).expect("loads");
            let mut network = model.network;
            if !probed {
                network.probes.clear();
            }
            Size::of(&huxley_engine::lower(&network).expect("lowers"))
        };
        let (probed, squid) = (size("squid", true), size("squid", false));
        assert!(squid.nodes == 1.0 && squid.dispatches < 10.0 && probed.dispatches > 20.0, "{squid:?} {probed:?}");
        let worm = size("celegans", false);
        assert!(worm.largest > 10.0 && worm.dispatches > squid.dispatches, "{worm:?}");
        let cpu = Cpu { threads: 2, lanes: 8 };
        assert!(!predict(&worm, cpu, Gpu::Discrete).gpu_pays(1e9));
    }
}
