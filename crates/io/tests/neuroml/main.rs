//! NeuroML: rates against their formulas, shapes, networks, and what is refused with file and line.
#![allow(missing_docs)]

mod networks;
mod rates;
mod refused;
mod shapes;

use std::path::Path;

use huxley_io::Imported;
use huxley_io::model::ModelErrors;
use huxley_io::neuroml;

/// Reads files held in memory; the first is the one that is named.
pub fn read(files: &[(&str, &str)]) -> Result<Imported, ModelErrors> {
    let find = |path: &Path| {
        let name = path.display().to_string();
        let found = files.iter().find(|(known, _)| *known == name);
        found.map(|(_, text)| text.as_bytes().to_vec()).ok_or_else(|| "there is no such file".to_owned())
    };
    neuroml::read_with(Path::new(files[0].0), None, &find)
}

/// A network of one file, which must be one.
#[track_caller]
pub fn network(body: &str) -> Imported {
    let text = format!("<neuroml id=\"test\">\n{body}\n</neuroml>");
    read(&[("net.nml", &text)]).unwrap_or_else(|errors| panic!("{errors}"))
}

/// The errors of a file, each on a line.
#[track_caller]
pub fn errors(body: &str) -> String {
    let text = format!("<neuroml id=\"test\">\n{body}\n</neuroml>");
    match read(&[("net.nml", &text)]) {
        Ok(imported) => panic!("nothing is wrong with it: {:?}", imported.warnings),
        Err(errors) => errors.to_string(),
    }
}

/// A point cell with a leak, called `cell`.
pub const POINT: &str = "<ionChannelPassive id=\"leak\" conductance=\"10pS\"/>
<pointCellCondBased id=\"cell\" C=\"10pF\" v0=\"-65mV\" thresh=\"20mV\">
<channelPopulation id=\"leak_p\" ionChannel=\"leak\" number=\"300\" erev=\"-54.3mV\"/>
</pointCellCondBased>";
