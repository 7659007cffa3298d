//! WGSL as it is read before a driver sees it: parsed, validated, and held to the built-in functions that can be relied on.

use naga::valid::{Capabilities, FunctionInfo, ModuleInfo, ValidationFlags, Validator};
use naga::{Expression, Handle, MathFunction, Module, Scalar, TypeInner};

use crate::error::GpuError;

/// Parses and validates a shader, and refuses built-in functions on `f64` that drivers do not have.
///
/// # Errors
/// [`GpuError::Shader`], with the line.
pub fn read(label: &str, wgsl: &str, capabilities: Capabilities) -> Result<(Module, ModuleInfo), GpuError> {
    let refused = |message| GpuError::Shader { label: label.to_owned(), message };
    let module = naga::front::wgsl::parse_str(wgsl).map_err(|e| refused(e.emit_to_string_with_path(wgsl, label)))?;
    let info = Validator::new(ValidationFlags::all(), capabilities)
        .validate(&module)
        .map_err(|e| refused(e.emit_to_string_with_path(wgsl, label)))?;
    refuse_double_transcendentals(&module, &info, wgsl).map_err(refused)?;
    Ok((module, info))
}

/// Refuses a shader in which a built-in function that GLSL.std.450 defines for 16 and 32 bits only takes an `f64`. naga and wgpu
/// accept `exp(x)` of an `f64`, and drivers then return anything at all, without an error.
///
/// # Errors
/// The function and its line.
pub fn refuse_double_transcendentals(module: &Module, info: &ModuleInfo, wgsl: &str) -> Result<(), String> {
    match calls(module, info).find(|call| call.scalar == Scalar::F64 && !exists_for_double(call.function)) {
        Some(call) => {
            Err(format!("{}: built-in {:?} has no f64 form: write it as arithmetic", call.place(wgsl), call.function))
        }
        None => Ok(()),
    }
}

/// Refuses a shader whose results the decoration of its arithmetic cannot make exact: built-in functions of floating-point values
/// whose rounding is left to the driver, `fma` among them.
///
/// # Errors
/// The function and its line.
pub fn refuse_inexact(module: &Module, info: &ModuleInfo, wgsl: &str) -> Result<(), String> {
    match calls(module, info).find(|call| call.scalar.kind == naga::ScalarKind::Float && !is_exact(call.function)) {
        Some(call) => Err(format!(
            "{}: strict arithmetic has no built-in {:?}, whose rounding is the driver's: write it as arithmetic",
            call.place(wgsl),
            call.function
        )),
        None => Ok(()),
    }
}

fn exists_for_double(function: MathFunction) -> bool {
    use MathFunction as F;
    is_exact(function) || matches!(function, F::Fma | F::Mix | F::InverseSqrt | F::Dot | F::Length)
}

fn is_exact(function: MathFunction) -> bool {
    use MathFunction as F;
    let sign_and_order = matches!(function, F::Abs | F::Sign | F::Min | F::Max | F::Clamp | F::Saturate | F::Step);
    let parts = matches!(function, F::Floor | F::Ceil | F::Round | F::Trunc | F::Fract | F::Modf | F::Ldexp);
    // IEEE 754 rounds a square root correctly, as Vulkan's drivers on CPUs do; GPUs are measured, not trusted.
    sign_and_order || parts || matches!(function, F::Sqrt)
}

/// A call of a built-in function.
struct Call<'a> {
    function: MathFunction,
    scalar: Scalar,
    span: naga::Span,
    within: &'a str,
}

impl Call<'_> {
    fn place(&self, wgsl: &str) -> String {
        let line = self.span.location(wgsl).line_number;
        if self.within.is_empty() { format!("line {line}") } else { format!("line {line}, in `{}`", self.within) }
    }
}

/// All calls of built-in functions whose first argument is a number or a vector of numbers.
fn calls<'a>(module: &'a Module, info: &'a ModuleInfo) -> impl Iterator<Item = Call<'a>> {
    let functions = module.functions.iter().map(move |(handle, function)| (function, &info[handle]));
    let entries = module.entry_points.iter().enumerate();
    let entries = entries.map(move |(index, entry)| (&entry.function, info.get_entry_point(index)));
    functions.chain(entries).flat_map(move |(function, facts)| {
        let within = function.name.as_deref().unwrap_or_default();
        function.expressions.iter().filter_map(move |(handle, expression)| {
            let Expression::Math { fun, arg, .. } = *expression else { return None };
            let span = function.expressions.get_span(handle);
            scalar(module, facts, arg).map(|scalar| Call { function: fun, scalar, span, within })
        })
    })
}

fn scalar(module: &Module, facts: &FunctionInfo, expression: Handle<Expression>) -> Option<Scalar> {
    match *facts[expression].ty.inner_with(&module.types) {
        TypeInner::Scalar(scalar) | TypeInner::Vector { scalar, .. } | TypeInner::Matrix { scalar, .. } => Some(scalar),
        _ => None,
    }
}
