//! What a device can do at most, measured: chains of multiply-adds, exponentials and divisions, and passes over memory.

mod trial;

use huxley_model::network::Precision;
use huxley_shaders::{Arithmetic, exponential};

use crate::device::Device;
use crate::error::GpuError;
use trial::Trial;

/// A measured ceiling.
#[derive(Clone, Debug, PartialEq)]
pub struct Ceiling {
    /// `fma`, `exp`, `div`, `read`, `write`, `copy`, `update`.
    pub name: &'static str,
    /// Of the numbers; none of a bandwidth.
    pub precision: Option<Precision>,
    /// Operations (a multiply-add is two) or bytes (read and written ones both count) a second, in each run.
    pub samples: Vec<f64>,
}

impl Ceiling {
    /// The middle run, or the mean of the two middle ones.
    #[must_use]
    pub fn median(&self) -> f64 {
        median(&self.samples)
    }
}

fn median(samples: &[f64]) -> f64 {
    let mut sorted = samples.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    match sorted.len() {
        0 => 0.0,
        n if n % 2 == 1 => sorted[middle],
        _ => f64::midpoint(sorted[middle - 1], sorted[middle]),
    }
}

/// Measured ceilings of a device.
#[derive(Clone, Debug, PartialEq)]
pub struct Peaks {
    /// Of arithmetic and of memory.
    pub ceilings: Vec<Ceiling>,
    /// Seconds from a submission of one small kernel to its end; the median.
    pub submission: f64,
    /// Seconds of each further small kernel in a submission; the median.
    pub dispatch: f64,
    /// Whether the device's own clock was read, rather than the host's.
    pub by_device_clock: bool,
}

/// What a kernel that moves memory does with element `i`.
const PASSES: [(&str, u64, &str); 4] = [
    // The sum is never that number but the compiler cannot know.
    ("read", 1, "let x = a[i]; if (x.x + x.y * 3u + x.z * 5u + x.w * 7u == 2863311530u) { b[0] = x; }"),
    ("write", 1, "b[i] = vec4<u32>(i);"),
    ("copy", 2, "b[i] = a[i];"),
    ("update", 2, "b[i] = b[i] * 3u + vec4<u32>(1u);"),
];

fn pass(body: &str) -> String {
    format!(
        "@group(0) @binding(0) var<storage, read> a: array<vec4<u32>>;
@group(0) @binding(1) var<storage, read_write> b: array<vec4<u32>>;
@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32, @builtin(num_workgroups) all: vec3<u32>) {{
    let i = (group.y * all.x + group.x) * 256u + lane;
    if (i < min(arrayLength(&a), arrayLength(&b))) {{ {body} }}
}}"
    )
}

/// Chains of an invocation: as many as hide their latency.
const CHAINS: u32 = 8;

/// An operation on arithmetic: its name, operations of a link of a chain, links of a chain, and the link.
///
/// Chains stay between 0 and 1 whatever is in the buffer. An addition comes with each exponential and division, so that nothing
/// cancels between two links.
const LINKS: [(&str, f64, u32, &str); 3] =
    [("fma", 2.0, 256, "fma(V, x, y)"), ("exp", 1.0, 32, "exp_of(y - V)"), ("div", 1.0, 64, "y / (V + x)")];

fn chains(arithmetic: Arithmetic, length: u32, link: &str) -> String {
    let own = |f: &dyn Fn(u32) -> String| (0..CHAINS).map(f).collect::<String>();
    let literal = |x: f64| arithmetic.literal(x);
    format!(
        "{}{}
@group(0) @binding(0) var<storage, read> a: array<Float>;
@group(0) @binding(1) var<storage, read_write> b: array<Float>;
@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {{
    let i = id.x;
    let x = a[i & 255u] + {};
    let y = a[(i + 1u) & 255u] + {};
{}    for (var k = 0u; k < {length}u; k++) {{
{}    }}
    b[i] = {};
}}",
        arithmetic.header(),
        exponential::library(arithmetic),
        literal(0.75),
        literal(0.25),
        own(&|c| format!("    var v{c} = x * {};\n", literal(0.1 * f64::from(c)))),
        own(&|c| format!("        v{c} = {};\n", link.replace('V', &format!("v{c}")))),
        (0..CHAINS).map(|c| format!("v{c}")).collect::<Vec<_>>().join(" + "),
    )
}

/// Bytes of each buffer that is passed over: on a GPU beyond any cache.
const BYTES: u64 = 1 << 30;
/// The same on a software adapter.
const BYTES_IN_SOFTWARE: u64 = 1 << 27;

impl Peaks {
    /// Measures a device that was opened for `f64` if `double`: a second or two. Each ceiling is measured `runs` times.
    ///
    /// # Errors
    /// When it has no memory, or is lost.
    #[allow(clippy::cast_precision_loss)]
    pub fn measure(device: &Device, double: bool, runs: usize) -> Result<Self, GpuError> {
        let limits = device.device.limits();
        let most = limits.max_storage_buffer_binding_size.min(limits.max_buffer_size);
        let bytes = most.min(if device.report.software { BYTES_IN_SOFTWARE } else { BYTES }) / 4096 * 4096;
        let groups = u32::try_from(bytes / 16 / 256).unwrap_or(u32::MAX);
        let x = groups.min(limits.max_compute_workgroups_per_dimension);
        let rates = |trial: &Trial, done: f64| -> Result<Vec<f64>, GpuError> {
            Ok(trial.seconds(device, runs)?.into_iter().map(|s| done / s).collect())
        };
        let mut ceilings = Vec::new();
        let work = if device.report.software { 64 } else { 16_384 };
        for precision in [Precision::F32, Precision::F64] {
            if precision == Precision::F64 && !double {
                continue;
            }
            let arithmetic = Arithmetic { double: precision == Precision::F64, strict: false };
            let size = if arithmetic.double { 8 } else { 4 };
            for (name, each, length, link) in LINKS {
                let text = chains(arithmetic, length, link);
                let trial = Trial::new(device, &text, [256 * size, u64::from(work) * 256 * size], (work, 1))?;
                let done = each * f64::from(work) * 256.0 * f64::from(CHAINS) * f64::from(length);
                ceilings.push(Ceiling { name, precision: Some(precision), samples: rates(&trial, done)? });
            }
        }
        for (name, times, body) in PASSES {
            let trial = Trial::new(device, &pass(body), [bytes, bytes], (x, groups.div_ceil(x)))?;
            let samples = rates(&trial, (times * bytes) as f64)?;
            ceilings.push(Ceiling { name, precision: None, samples });
        }
        let small = Trial::new(device, &pass(PASSES[2].2), [4096, 4096], (1, 1))?;
        Ok(Self {
            ceilings,
            submission: median(&small.submissions(device, runs)?),
            dispatch: median(&small.seconds(device, runs)?),
            by_device_clock: device.stamps(),
        })
    }

    /// The median of a ceiling, where it was measured.
    #[must_use]
    pub fn of(&self, name: &str, precision: Option<Precision>) -> Option<f64> {
        self.ceilings.iter().find(|c| c.name == name && c.precision == precision).map(Ceiling::median)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_of_runs_is_the_median() {
        assert_eq!(median(&[3.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(&[4.0, 1.0, 2.0, 3.0]), 2.5);
    }
}
