//! A GPU for a test, or a line that says that the test was skipped.

use huxley_gpu::{Device, GpuError, GpuOptions};

/// Opens the first adapter, `f64` in its shaders if `double`. `None`, after a line on stderr, where there is none: a test then
/// returns.
///
/// # Panics
/// When there is none and `HUXLEY_REQUIRE_GPU` is set (and not `0`), and on any error of an adapter that is there.
#[must_use]
pub fn gpu_or_skip(double: bool) -> Option<Device> {
    open_or_skip(&GpuOptions::default(), double)
}

/// [`gpu_or_skip`] with options.
///
/// # Panics
/// As [`gpu_or_skip`].
#[must_use]
pub fn open_or_skip(options: &GpuOptions, double: bool) -> Option<Device> {
    or_skip(Device::open(options, double))
}

/// Unwraps what needed an adapter, or says that the test was skipped.
///
/// # Panics
/// As [`gpu_or_skip`].
#[allow(clippy::print_stderr)] // A test that was skipped has to show.
pub fn or_skip<T>(result: Result<T, GpuError>) -> Option<T> {
    let required = std::env::var_os("HUXLEY_REQUIRE_GPU").is_some_and(|value| value != "0");
    match result {
        Ok(value) => Some(value),
        Err(
            error @ (GpuError::NoAdapter { .. }
            | GpuError::NoSuchAdapter { .. }
            | GpuError::NoDouble { .. }
            | GpuError::NoStrict { .. }),
        ) if !required => {
            eprintln!("SKIPPED (no GPU adapter): {error}");
            None
        }
        Err(error) => panic!("HUXLEY_REQUIRE_GPU is set or the adapter fails: {error}"),
    }
}
