//! Networks from files of other formats: what a model file names as `import`.
//!
//! The format is told by the end of the file's name. Whatever is wrong with a file, and with all files it names, is reported at
//! once, as for model files.

use std::path::Path;

use huxley_model::network::Network;

use crate::model::{ModelError, ModelErrors};

/// A network that was described in another format.
#[derive(Clone, Debug)]
pub struct Imported {
    /// What the file describes, its run included.
    pub network: Network,
    /// What a user may want to know, one sentence each.
    pub warnings: Vec<String>,
}

/// Reads the network that the file at `path` describes: `.nml` and `.xml` are NeuroML, all others SONATA. `seed` is what a run was
/// told to use, for what the file leaves to chance; none is the format's own, or 1.
///
/// # Errors
/// When the file cannot be read, is not of its format, or has what huxley does not support; every error found is in it.
pub fn import(path: &Path, seed: Option<u64>) -> Result<Imported, ModelErrors> {
    let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase()).unwrap_or_default();
    match ending.as_str() {
        "json" => crate::sonata::read(path, seed),
        "nml" | "xml" => crate::neuroml::read(path, seed),
        _ => Err(refused(
            path,
            "a network is imported from SONATA (.json) or NeuroML (.nml, .xml)",
            "name a circuit_config.json, a simulation_config.json, or a file of NeuroML",
        )),
    }
}

fn refused(path: &Path, message: &str, hint: &str) -> ModelErrors {
    ModelErrors(vec![ModelError {
        file: path.display().to_string(),
        line: None,
        column: None,
        key: String::new(),
        message: message.to_owned(),
        hint: Some(hint.to_owned()),
    }])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_formats_are_refused_by_name() {
        let error = import(Path::new("somewhere/cell.hoc"), None).unwrap_err().to_string();
        assert!(error.contains("somewhere/cell.hoc") && error.contains("hint:"), "{error}");
    }
}
