//! Kernels whose arithmetic the driver may not rearrange: naga's SPIR-V with every floating-point operation decorated
//! `NoContraction`.

use naga::valid::Capabilities;

use crate::error::GpuError;
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
