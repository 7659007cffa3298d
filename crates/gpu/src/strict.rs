//! Kernels whose arithmetic the driver may not rearrange: naga's SPIR-V with every floating-point operation decorated
//! `NoContraction`.

use huxley_model::random::{Random, Stream};
use huxley_shaders::kernels::{Access, Buffer, Kernel};
use naga::valid::Capabilities;

use crate::device::Device;
use crate::element::Element;
use crate::error::GpuError;
use crate::flight::read_back;
use crate::stage::Stage;
use crate::wgsl;

/// Opcodes of floating-point arithmetic (SPIR-V 1.3, section 3.36.13): `OpFNegate`, `OpFAdd`, `OpFSub`, `OpFMul`, `OpFDiv`, `OpFRem`,
/// `OpFMod`, `OpVectorTimesScalar` to `OpDot`.
const ARITHMETIC: [u32; 14] = [127, 129, 131, 133, 136, 140, 141, 142, 143, 144, 145, 146, 147, 148];
const OP_DECORATE: u32 = 71;
const OP_MEMBER_DECORATE: u32 = 72;
const NO_CONTRACTION: u32 = 42;

/// SPIR-V of a kernel, without decorations. Built-in functions that a driver may round as it likes are refused.
///
/// # Errors
/// When the text is wrong, with the line.
pub fn spirv(label: &str, text: &str) -> Result<Vec<u32>, GpuError> {
    let (module, info) = wgsl::read(label, text, Capabilities::all())?;
    wgsl::refuse_inexact(&module, &info, text)
        .map_err(|message| GpuError::Shader { label: label.to_owned(), message })?;
    let options = naga::back::spv::Options {
        lang_version: (1, 3),
        flags: naga::back::spv::WriterFlags::empty(),
        zero_initialize_workgroup_memory: naga::back::spv::ZeroInitializeWorkgroupMemoryMode::None,
        force_loop_bounding: false,
        ..naga::back::spv::Options::default()
    };
    naga::back::spv::write_vec(&module, &info, &options, None)
        .map_err(|error| GpuError::Shader { label: label.to_owned(), message: error.to_string() })
}

/// The same with `NoContraction` on the result of every floating-point operation.
#[must_use]
pub fn forbid_contraction(words: &[u32]) -> Vec<u32> {
    let (mut results, mut insert, mut at) = (Vec::new(), 5, 5);
    while at < words.len() {
        let (length, opcode) = ((words[at] >> 16) as usize, words[at] & 0xffff);
        if opcode == OP_DECORATE || opcode == OP_MEMBER_DECORATE {
            insert = at + length;
        }
        if ARITHMETIC.contains(&opcode) {
            results.push(words[at + 2]);
        }
        at += length.max(1);
    }
    let mut out = words[..insert].to_vec();
    for result in results {
        out.extend([3 << 16 | OP_DECORATE, result, NO_CONTRACTION]);
    }
    out.extend(&words[insert..]);
    out
}

/// Quotients and roots that [`probe`] compares.
const PROBED: usize = 4096;

/// That the device rounds quotients and square roots as IEEE 754 asks, which Vulkan leaves to drivers: compared with the CPU's on
/// numbers over many orders of magnitude.
///
/// # Errors
/// [`GpuError::NoStrict`] where it does not.
#[allow(clippy::cast_possible_truncation)]
pub(crate) fn probe<E: Element>(device: &Device) -> Result<(), GpuError> {
    let number = if E::DOUBLE { "f64" } else { "f32" };
    let text = format!(
        "@group(0) @binding(0) var<storage, read_write> x: array<{number}>;
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {{
    let i = 2u * id.x;
    let a = x[i];
    let b = x[i + 1u];
    x[i] = a / b;
    x[i + 1u] = sqrt(a);
}}"
    );
    let random = Random::new(1, Stream::Initial);
    let value = |i: u64| {
        let [a, b] = [0, 1].map(|tick| random.uniform(tick, i));
        E::from_f64((0.5 + a) * 2_f64.powi((b * 60.0) as i32 - 30))
    };
    let numbers: Vec<E> = (0..2 * PROBED as u64).map(value).collect();
    let usage = wgpu::BufferUsages::STORAGE | wgpu::BufferUsages::COPY_SRC | wgpu::BufferUsages::COPY_DST;
    let buffer = device.buffer("a probe", (numbers.len() * size_of::<E>()) as u64, usage)?;
    device.queue.write_buffer(&buffer, 0, bytemuck::cast_slice(&numbers));
    let kernel = Kernel { name: "probe", text, bindings: vec![(Buffer::State, Access::Write)] };
    let stage = Stage::new(device, &kernel)?;
    let group = stage.bind(device, |_| &buffer);
    let mut encoder = device.device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
    {
        let mut pass = encoder.begin_compute_pass(&wgpu::ComputePassDescriptor::default());
        stage.dispatch(&mut pass, &group, None, (PROBED as u32 / 64, 1));
    }
    device.guard("a probe", || device.queue.submit([encoder.finish()]))?;
    let bytes = read_back(device, &buffer, 0, numbers.len() * size_of::<E>())?;
    let found: Vec<E> = bytemuck::allocation::pod_collect_to_vec(&bytes);
    let wrong = numbers.chunks_exact(2).zip(found.chunks_exact(2));
    let wrong = wrong.filter(|(x, y)| y[0] != x[0] / x[1] || y[1] != x[0].root()).count();
    if wrong == 0 {
        return Ok(());
    }
    let why = format!("{wrong} of {PROBED} quotients and roots are not rounded as IEEE 754 asks");
    Err(GpuError::NoStrict { adapter: device.report.name.clone(), why })
}
