//! A Python with the field's own readers of SONATA for a test, or a line that says that the test was skipped.

use std::ffi::OsStr;
use std::path::PathBuf;
use std::process::Command;

/// The interpreter that `HUXLEY_PYTHON` names, which has what `tests/reference/requirements.txt` lists. `None`, after a line on
/// stderr, where the variable is not set: a test then returns.
///
/// # Panics
/// When it is not set and `HUXLEY_REQUIRE_PYTHON` is (and not `0`), and when it names what is not there.
#[must_use]
#[allow(clippy::print_stderr)] // A test that was skipped has to show.
pub fn python_or_skip() -> Option<PathBuf> {
    let required = std::env::var_os("HUXLEY_REQUIRE_PYTHON").is_some_and(|value| value != "0");
    match std::env::var_os("HUXLEY_PYTHON").map(PathBuf::from) {
        // Tests run in the folder of their package: a relative name is from the workspace.
        Some(path) if path.is_relative() && path.components().count() > 1 => {
            let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..").join(path);
            assert!(path.exists(), "HUXLEY_PYTHON names `{}`, which is not there", path.display());
            Some(path)
        }
        Some(path) => Some(path),
        None => {
            assert!(!required, "HUXLEY_REQUIRE_PYTHON is set and HUXLEY_PYTHON names no interpreter");
            eprintln!("SKIPPED (no Python): set HUXLEY_PYTHON to one with tests/reference/requirements.txt installed");
            None
        }
    }
}

/// Runs `script` with `arguments` and returns what it printed.
///
/// # Panics
/// When it cannot be started or fails; the message has what it said.
#[must_use]
pub fn run_python<S: AsRef<OsStr>>(python: &PathBuf, script: &str, arguments: &[S]) -> String {
    let output = Command::new(python)
        .args(["-W", "ignore", "-c", script])
        .args(arguments)
        .output()
        .unwrap_or_else(|error| panic!("cannot start `{}`: {error}", python.display()));
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(output.status.success(), "{}{}\nof:\n{script}", text(&output.stdout), text(&output.stderr));
    text(&output.stdout)
}
