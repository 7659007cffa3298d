//! Kernels whose arithmetic the driver may not rearrange: naga's SPIR-V with every floating-point operation decorated
//! `NoContraction`.

use naga::valid::{Capabilities, ValidationFlags, Validator};

use crate::error::GpuError;

/// Opcodes of floating-point arithmetic (SPIR-V 1.3, section 3.36.13): `OpFNegate`, `OpFAdd`, `OpFSub`, `OpFMul`, `OpFDiv`, `OpFRem`,
/// `OpFMod`, `OpVectorTimesScalar` to `OpDot`.
const ARITHMETIC: [u32; 14] = [127, 129, 131, 133, 136, 140, 141, 142, 143, 144, 145, 146, 147, 148];
const OP_DECORATE: u32 = 71;
const OP_MEMBER_DECORATE: u32 = 72;
const NO_CONTRACTION: u32 = 42;

/// A module of naga from WGSL, validated.
pub fn parse(label: &str, wgsl: &str) -> Result<(naga::Module, naga::valid::ModuleInfo), GpuError> {
    let shader = |message: String| GpuError::Shader { label: label.to_owned(), message };
    let module = naga::front::wgsl::parse_str(wgsl).map_err(|error| shader(error.emit_to_string(wgsl)))?;
    let info = Validator::new(ValidationFlags::all(), Capabilities::all())
        .validate(&module)
        .map_err(|error| shader(error.emit_to_string(wgsl)))?;
    refuse_double_functions(&module, &info).map_err(shader)?;
    Ok((module, info))
}

/// That no built-in function beyond arithmetic is used on `f64`: naga lets it pass and drivers return garbage.
fn refuse_double_functions(module: &naga::Module, info: &naga::valid::ModuleInfo) -> Result<(), String> {
    use naga::MathFunction as M;
    let fine = |function: naga::MathFunction| {
        matches!(
            function,
            M::Abs
                | M::Min
                | M::Max
                | M::Clamp
                | M::Saturate
                | M::Floor
                | M::Ceil
                | M::Round
                | M::Trunc
                | M::Fract
                | M::Sign
                | M::Sqrt
                | M::InverseSqrt
                | M::Fma
                | M::Mix
                | M::Step
                | M::Dot
                | M::Ldexp
        )
    };
    let double = |resolution: &naga::proc::TypeResolution| {
        let scalar = resolution.inner_with(&module.types).scalar();
        scalar.is_some_and(|s| s.kind == naga::ScalarKind::Float && s.width == 8)
    };
    let check = |function: &naga::Function, about: &naga::valid::FunctionInfo| -> Result<(), String> {
        for (handle, expression) in function.expressions.iter() {
            if let naga::Expression::Math { fun, .. } = expression
                && !fine(*fun)
                && double(&about[handle].ty)
            {
                return Err(format!("the function {fun:?} has no f64"));
            }
        }
        Ok(())
    };
    for (handle, function) in module.functions.iter() {
        check(function, &info[handle])?;
    }
    for (index, entry) in module.entry_points.iter().enumerate() {
        check(&entry.function, info.get_entry_point(index))?;
    }
    Ok(())
}

/// SPIR-V of a kernel, without decorations.
pub fn spirv(label: &str, wgsl: &str) -> Result<Vec<u32>, GpuError> {
    let (module, info) = parse(label, wgsl)?;
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
