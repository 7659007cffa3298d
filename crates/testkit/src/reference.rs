//! Reference data in `tests/reference` (see its README), read from its files.

use std::ops::Deref;
use std::path::PathBuf;

pub use huxley_harness::validate::reference::Item;

/// The project's root folder.
#[must_use]
pub fn project_root() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

/// One file of reference data.
#[derive(Clone, Debug)]
pub struct Reference(huxley_harness::validate::reference::Reference);

impl Deref for Reference {
    type Target = huxley_harness::validate::reference::Reference;
    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl Reference {
    /// Loads `tests/reference/<name>.json`.
    ///
    /// # Panics
    /// When the file is missing or is not JSON.
    #[must_use]
    pub fn load(name: &str) -> Self {
        Self::find(name).unwrap_or_else(|| panic!("tests/reference/{name}.json is missing"))
    }

    /// The same, or none where there is no such file.
    ///
    /// # Panics
    /// When the file is not JSON.
    #[must_use]
    pub fn find(name: &str) -> Option<Self> {
        let text = std::fs::read_to_string(project_root().join(format!("tests/reference/{name}.json"))).ok()?;
        Some(Self(huxley_harness::validate::reference::Reference::parse(name, &text)))
    }
}

/// A file of the shared data beside the project (`../shared/data/<path>`): data that may not be redistributed.
///
/// Prints that the test is skipped where it is missing.
#[must_use]
#[allow(clippy::print_stdout)]
pub fn shared(path: &str) -> Option<String> {
    let file = project_root().join("../shared/data").join(path);
    let text = std::fs::read_to_string(&file).ok();
    if text.is_none() {
        println!("SKIPPED: {} is missing, so nothing is compared with it", file.display());
    }
    text
}
