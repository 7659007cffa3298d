//! The kernels: which parts each is joined from, and which buffers it is bound to.

use std::fmt::Write as _;

use huxley_model::synapse::PARTIAL_SUMS;

use crate::{Arithmetic, equations, exponential, random};

/// A buffer of a kernel. Its binding is its place in [`Kernel::bindings`]: drivers that are handed SPIR-V as it is need numbers
/// without gaps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Buffer {
    /// What differs between dispatches.
    Params,
    /// Everything that moves, but synapses.
    State,
    /// Numbers that do not move.
    Constants,
    /// Tables of integers.
    Index,
    /// The ring of spikes and the status.
    Words,
    /// Courses of injections and rates of learning, for the ticks of a submission.
    Course,
    /// Where in it each injection's are.
    Headers,
    /// Spikes found.
    Spikes,
    /// What probes read.
    Samples,
    /// Variables of clocked synapses.
    Values,
    /// Source and delay of synapses.
    Synapses,
    /// Weights that do not move.
    Weights,
}

/// How a kernel uses a buffer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Uniform, with a dynamic offset.
    Uniform,
    /// Storage, read.
    Read,
    /// Storage, read and written.
    Write,
}

/// A kernel as text.
#[derive(Clone, Debug)]
pub struct Kernel {
    /// The phase it is of.
    pub name: &'static str,
    /// All of its WGSL; the entry point is `main`.
    pub text: String,
    /// Its buffers.
    pub bindings: Vec<(Buffer, Access)>,
}

/// Invocations of a workgroup, of kernels that have an entity an invocation.
pub const THREADS: usize = 64;
/// Target nodes of a workgroup of clocked synapses.
pub const PLACES: usize = 4;
/// Invocations of a target node: the partial sums of the canonical order.
pub const LANES: usize = PARTIAL_SUMS;
/// Slots side by side in a slice of event synapses.
pub const SLICE: usize = 32;

const PARAMS: &str = include_str!("../../../shaders/lib/params.wgsl");
const RING: &str = include_str!("../../../shaders/lib/ring.wgsl");
const SPIKED: &str = include_str!("../../../shaders/lib/spiked.wgsl");
const RANDOM: &str = include_str!("../../../shaders/lib/random.wgsl");
const STRUCTURAL: &str = include_str!("../../../shaders/lib/structural.wgsl");
const SCALED: [&str; 2] =
    [include_str!("../../../shaders/lib/scaled_single.wgsl"), include_str!("../../../shaders/lib/scaled_double.wgsl")];
const MEMBRANE: &str = include_str!("../../../shaders/lib/membrane.wgsl");
const FRACTION: [&str; 2] =
    [include_str!("../../../shaders/lib/single.wgsl"), include_str!("../../../shaders/lib/double.wgsl")];
const CHIP: [&str; 2] =
    [include_str!("../../../shaders/lib/off_chip.wgsl"), include_str!("../../../shaders/lib/on_chip.wgsl")];

fn declaration(number: usize, buffer: Buffer, access: Access, atomic: bool) -> String {
    let (name, of) = match buffer {
        Buffer::Params => return String::new(),
        Buffer::State => ("state", "array<Float>"),
        Buffer::Constants => ("constants", "array<Float>"),
        Buffer::Index => ("index", "array<u32>"),
        Buffer::Words if atomic => ("words", "array<atomic<u32>>"),
        Buffer::Words => ("words", "array<u32>"),
        Buffer::Course => ("course", "array<Float>"),
        Buffer::Headers => ("headers", "array<u32>"),
        Buffer::Spikes => ("spikes", "Spikes"),
        Buffer::Samples => ("samples", "array<Float>"),
        Buffer::Values => ("values", "array<Float>"),
        Buffer::Synapses => ("synapses", "array<u32>"),
        Buffer::Weights => ("weights", "array<Float>"),
    };
    let access = if access == Access::Write { "read_write" } else { "read" };
    let text = format!("@group(0) @binding({number}) var<storage, {access}> {name}: {of};\n");
    if buffer == Buffer::Spikes {
        return format!(
            "struct Spikes {{\n    count: atomic<u32>,\n    unused: array<u32, 3>,\n    records: array<u32>,\n}}\n{text}"
        );
    }
    text
}

/// Joins a kernel: type, constants, buffers, parts.
fn join(
    name: &'static str,
    arithmetic: Arithmetic,
    constants: &str,
    bindings: &[(Buffer, Access)],
    atomic: bool,
    parts: &[&str],
) -> Kernel {
    let mut text = String::from(arithmetic.header());
    for (name, value) in [("THREADS", THREADS), ("PLACES", PLACES), ("LANES", LANES), ("SLICE", SLICE)] {
        let _ = writeln!(text, "const {name}: u32 = {value}u;");
    }
    let _ = writeln!(text, "\n{constants}\n{PARAMS}");
    let mut all = vec![(Buffer::Params, Access::Uniform)];
    all.extend_from_slice(bindings);
    for (number, &(buffer, access)) in all.iter().enumerate() {
        text += &declaration(number, buffer, access, atomic);
    }
    for part in parts {
        text.push('\n');
        text += part;
    }
    Kernel { name, text, bindings: all }
}

use Access::{Read, Write};
use Buffer::{Constants, Course, Headers, Index, Samples, Spikes, State, Synapses, Values, Weights, Words};

/// Clears a row of the ring and lets generators spike.
#[must_use]
pub fn begin(arithmetic: Arithmetic, constants: &str) -> Kernel {
    let parts = [RING, RANDOM, include_str!("../../../shaders/kernel/begin.wgsl")];
    join("begin", arithmetic, constants, &[(Index, Read), (Words, Write)], true, &parts)
}

/// Averages of activity, traces of postsynaptic spikes. `functions` is [`crate::clocked::slow_library`] and `advance_slow`.
#[must_use]
pub fn slow(arithmetic: Arithmetic, constants: &str, functions: &str) -> Kernel {
    let parts = [RING, SPIKED, functions, include_str!("../../../shaders/kernel/slow.wgsl")];
    join("slow", arithmetic, constants, &[(State, Write), (Words, Read)], false, &parts)
}

/// Spikes reach event synapses.
#[must_use]
pub fn events(arithmetic: Arithmetic, constants: &str, same_weight: bool) -> Kernel {
    let mut bindings = vec![(State, Write), (Constants, Read), (Index, Read), (Words, Read), (Synapses, Read)];
    let weight = if same_weight {
        "fn weight_of(at: u32) -> Float { return constants[EVENT_WEIGHT]; }\n"
    } else {
        bindings.push((Weights, Read));
        "fn weight_of(at: u32) -> Float { return weights[at]; }\n"
    };
    let parts = [RING, SPIKED, weight, include_str!("../../../shaders/kernel/events.wgsl")];
    join("events", arithmetic, constants, &bindings, false, &parts)
}

/// A tick of clocked synapses of one kind. `functions` are the kind's and `advance_synapse`.
#[must_use]
pub fn clocked(
    arithmetic: Arithmetic,
    constants: &str,
    functions: &str,
    structural: bool,
    own_weights: bool,
) -> Kernel {
    let mut bindings = vec![
        (State, Write),
        (Constants, Read),
        (Index, Read),
        (Words, Read),
        (Course, Read),
        (Values, Write),
        (Synapses, if structural { Write } else { Read }),
    ];
    if own_weights {
        bindings.push((Weights, Read));
    }
    let exponential = exponential::library(arithmetic);
    let mut parts = vec![RING, SPIKED, RANDOM, exponential.as_str()];
    if structural {
        parts.extend([SCALED[usize::from(arithmetic.double)], STRUCTURAL]);
    }
    let normal = random::normal(arithmetic);
    parts.extend([normal.as_str(), functions, include_str!("../../../shaders/kernel/clocked.wgsl")]);
    join("synapses", arithmetic, constants, &bindings, false, &parts)
}

/// Potentials cross gap junctions.
#[must_use]
pub fn gaps(arithmetic: Arithmetic, constants: &str) -> Kernel {
    let (exponential, equations) = (exponential::library(arithmetic), equations::library(arithmetic));
    let parts = [exponential.as_str(), &equations, include_str!("../../../shaders/kernel/gaps.wgsl")];
    join("gaps", arithmetic, constants, &[(State, Write), (Constants, Read), (Index, Read)], false, &parts)
}

/// Copies what probes read; `of_synapses` reads variables of synapses instead of the state.
#[must_use]
pub fn probe(arithmetic: Arithmetic, constants: &str, of_synapses: bool) -> Kernel {
    let text = include_str!("../../../shaders/kernel/probe.wgsl");
    let (buffer, text) =
        if of_synapses { (Values, text.replace("= state[", "= values[")) } else { (State, text.to_owned()) };
    join("probe", arithmetic, constants, &[(buffer, Read), (Index, Read), (Samples, Write)], false, &[&text])
}

/// How the membrane kernel of a class works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// One node a cell.
    Point,
    /// Trees in workgroup memory.
    OnChip,
    /// Trees in the state.
    OffChip,
}

/// The membrane of a class of cells through some substeps. `functions` is [`crate::class::library`].
#[must_use]
pub fn membrane(arithmetic: Arithmetic, constants: &str, functions: &str, shape: Shape, substeps: u32) -> Kernel {
    let bindings = [
        (State, Write),
        (Constants, Read),
        (Index, Read),
        (Words, Write),
        (Course, Read),
        (Headers, Read),
        (Spikes, Write),
    ];
    let (exponential, equations) = (exponential::library(arithmetic), equations::library(arithmetic));
    let fraction = FRACTION[usize::from(arithmetic.double)];
    let stamp = equations::stamp(substeps, arithmetic);
    let logarithm = random::logarithm(arithmetic);
    let mut parts =
        vec![RING, fraction, exponential.as_str(), &logarithm, equations.as_str(), &stamp, functions, MEMBRANE];
    match shape {
        Shape::Point => parts.push(include_str!("../../../shaders/kernel/point.wgsl")),
        Shape::OnChip => parts.extend([CHIP[1], include_str!("../../../shaders/kernel/tree.wgsl")]),
        Shape::OffChip => parts.extend([CHIP[0], include_str!("../../../shaders/kernel/tree.wgsl")]),
    }
    let mut constants = constants.to_owned();
    let _ = writeln!(constants, "const ON_CHIP: bool = {};", shape == Shape::OnChip);
    join("membrane", arithmetic, &constants, &bindings, true, &parts)
}
