//! The kernels: of which networks each is made, and what its figures are for.

use huxley_engine::Plan;
use huxley_model::network::{Network, Precision};

use super::BenchError;
use super::networks::{self, FAN_IN, PARTS, Synapses};
use super::timing::Tick;

/// What is timed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum What {
    /// Cells of so many compartments, without synapses.
    Cells(usize),
    /// Synapses, net of their cells.
    Synapses(Synapses),
    /// What each of the article's nine parts adds to those before it.
    Parts,
    /// The article's neurons whole.
    Article,
}

/// A kernel, or the nine that are measured together.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Kernel {
    /// Its name; for the nine, what they have in common.
    pub name: &'static str,
    /// What it is made of.
    pub what: What,
    /// Cells or synapses of the smallest network.
    pub first: usize,
    /// Share of the time, in shares of others.
    pub share: f64,
}

const fn kernel(name: &'static str, what: What, first: usize, share: f64) -> Kernel {
    Kernel { name, what, first, share }
}

/// All of them, in order.
pub(crate) const KERNELS: [Kernel; 8] = [
    kernel("membrane-1", What::Cells(1), 4096, 1.0),
    kernel("membrane-10", What::Cells(10), 512, 1.0),
    kernel("membrane-100", What::Cells(100), 64, 1.0),
    kernel("synapse-static", What::Synapses(Synapses::Parts(1)), 1 << 16, 1.0),
    kernel("synapse-plastic", What::Synapses(Synapses::Parts(PARTS.len())), 1 << 16, 2.0),
    kernel("synapse-parts", What::Parts, 1 << 16, 3.0),
    kernel("event", What::Synapses(Synapses::Event), 1 << 18, 1.0),
    kernel("tick-article", What::Article, 16, 2.0),
];

/// A figure of a kernel: a network's tick, less another's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Output {
    /// Name of the figure.
    pub name: String,
    /// The network.
    pub with: usize,
    /// What is taken off.
    pub less: Option<usize>,
}

/// Names of all figures.
#[must_use]
pub fn kernel_names() -> Vec<&'static str> {
    const PART_NAMES: [&str; 9] = [
        "synapse-transmission",
        "synapse-short-term",
        "synapse-nmda",
        "synapse-calcium",
        "synapse-camkii",
        "synapse-weight",
        "synapse-homeostatic",
        "synapse-structural",
        "synapse-neuromodulation",
    ];
    let of = |kernel: &Kernel| if kernel.what == What::Parts { PART_NAMES.to_vec() } else { vec![kernel.name] };
    KERNELS.iter().flat_map(of).collect()
}

/// Whether `--only` takes the figure called `name`: all where nothing is asked for; a name, or its beginning up to a `-`.
pub(crate) fn wanted(only: &[String], name: &str) -> bool {
    let takes =
        |asked: &String| name.strip_prefix(asked.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'));
    only.is_empty() || only.iter().any(takes)
}

/// The kernels of which any figure is wanted.
pub(crate) fn chosen(only: &[String]) -> Result<Vec<Kernel>, BenchError> {
    let known = kernel_names();
    for name in only {
        if !known.iter().any(|known| wanted(std::slice::from_ref(name), known)) {
            return Err(BenchError::NoKernel { name: name.clone(), known });
        }
    }
    let any = |kernel: &Kernel| kernel.outputs().iter().any(|output| wanted(only, &output.name));
    Ok(KERNELS.into_iter().filter(any).collect())
}

impl Kernel {
    /// `membrane`, `synapse` or `tick`.
    pub fn group(&self) -> &'static str {
        match self.what {
            What::Cells(_) => "membrane",
            What::Synapses(_) | What::Parts => "synapse",
            What::Article => "tick",
        }
    }

    /// What figures are for.
    pub fn unit(&self) -> &'static str {
        match self.what {
            What::Cells(_) => "compartment-step",
            What::Synapses(Synapses::Event) => "arrival",
            What::Synapses(_) | What::Parts => "synapse-tick",
            What::Article => "neuron-ms",
        }
    }

    /// Networks of a size.
    pub fn variants(&self) -> usize {
        match self.what {
            What::Cells(_) | What::Article => 1,
            What::Synapses(_) => 2,
            What::Parts => 1 + PARTS.len(),
        }
    }

    /// What is made of their ticks.
    pub fn outputs(&self) -> Vec<Output> {
        let output = |name: &str, with, less| Output { name: name.to_owned(), with, less };
        match self.what {
            What::Cells(_) | What::Article => vec![output(self.name, 0, None)],
            What::Synapses(_) => vec![output(self.name, 1, Some(0))],
            What::Parts => {
                (1..).zip(PARTS).map(|(k, part)| output(&format!("synapse-{part}"), k, Some(k - 1))).collect()
            }
        }
    }

    /// The figure that has to settle: of the nine, all together.
    pub fn whole(&self) -> Output {
        let less = if self.variants() > 1 { Some(0) } else { None };
        Output { name: self.name.to_owned(), with: self.variants() - 1, less }
    }

    /// A network of `count` cells or synapses.
    pub fn network(&self, variant: usize, count: usize, precision: Precision) -> Network {
        let mut network = match self.what {
            What::Cells(compartments) => networks::cells(compartments, count),
            What::Synapses(synapses) => networks::driven((variant > 0).then_some(synapses), count, 1.0, precision),
            What::Parts => networks::driven((variant > 0).then_some(Synapses::Parts(variant)), count, 1.0, precision),
            What::Article => networks::article(count, precision),
        };
        network.run.precision = precision;
        network
    }

    /// Units of a tick of `plan`, and things that hold memory: compartments, synapses, neurons.
    pub fn units(&self, plan: &Plan, tick: &Tick) -> (f64, f64) {
        match self.what {
            What::Cells(_) => {
                let compartments = plan.compartments() as f64;
                (compartments * f64::from(plan.settings.substeps), compartments)
            }
            What::Synapses(Synapses::Event) => (tick.arrivals, plan.synapses() as f64),
            What::Synapses(_) | What::Parts => (plan.synapses() as f64, plan.synapses() as f64),
            What::Article => (plan.cells.len() as f64 * plan.settings.tick, plan.cells.len() as f64),
        }
    }

    /// Whether a tick meets each byte once, so that it matters where the bytes are.
    pub fn streams(&self) -> bool {
        !matches!(self.what, What::Cells(_))
    }

    /// Ticks after which what is rare has happened once.
    pub fn period(plan: &Plan) -> u32 {
        let longest = plan.clocked.iter().flat_map(|group| group.interval).max();
        longest.unwrap_or(1).max(1)
    }

    /// What a figure says was taken off.
    pub fn taken_off(&self, output: &Output) -> &'static str {
        match (self.what, output.less) {
            (_, None) => "",
            (What::Parts, Some(1..)) => "less the synapse without this part and those after it",
            _ => "less the same cells without synapses",
        }
    }
}

/// `FAN_IN` synapses a cell: the smallest networks have a whole number of cells.
const _: () = assert!(KERNELS[3].first > FAN_IN);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_beginnings_of_names_choose_kernels() {
        let names = |only: &[&str]| {
            let only: Vec<String> = only.iter().map(|&name| name.to_owned()).collect();
            chosen(&only).map(|all| all.iter().map(|kernel| kernel.name).collect::<Vec<_>>())
        };
        assert_eq!(names(&["membrane-1"]).unwrap(), ["membrane-1"], "and not membrane-10");
        assert_eq!(names(&["membrane"]).unwrap(), ["membrane-1", "membrane-10", "membrane-100"]);
        assert_eq!(names(&["synapse-calcium", "event"]).unwrap(), ["synapse-parts", "event"]);
        assert_eq!(names(&[]).unwrap().len(), KERNELS.len());
        assert!(matches!(names(&["membran"]), Err(BenchError::NoKernel { name, .. }) if name == "membran"));
        let figures: Vec<String> = KERNELS.iter().flat_map(Kernel::outputs).map(|output| output.name).collect();
        assert_eq!(kernel_names(), figures);
    }
}
