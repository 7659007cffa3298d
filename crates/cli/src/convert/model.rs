//! Cells and circuits of other formats to model files, to edit.

use std::fmt::Write as _;
use std::path::Path;

use huxley_io::results::write_atomic;
use huxley_io::swc::{self, SOMA, Swc};

use crate::args::RunArgs;
use crate::failure::Failure;
use crate::run::prepare;
use crate::swc::problems;

/// What was written.
pub struct Written {
    /// What was read, in a word.
    pub format: &'static str,
    /// Cells of the model.
    pub cells: u64,
}

/// Writes the model file `to` for the reconstruction or circuit `from`.
pub fn to_model(from: &Path, to: &Path) -> Result<Written, Failure> {
    let ending = from.extension().map(|ending| ending.to_string_lossy().to_lowercase());
    let (format, cells, text) = match ending.as_deref() {
        Some("swc") => {
            let cell = swc::read(from, 1.0).map_err(|errors| Failure::inputs(problems(&errors).collect()))?;
            ("SWC", 1, of_cell(&cell, from, to))
        }
        Some("json" | "nml" | "xml") => {
            let source = prepare::source(&from.display().to_string())?;
            let loaded = prepare::load(&source, &RunArgs::default())?;
            let cells = loaded.network.populations.iter().map(|own| own.cells.len() as u64).sum();
            let format = if ending.as_deref() == Some("json") { "SONATA" } else { "NeuroML" };
            (format, cells, of_import(&loaded.document, format))
        }
        _ => {
            return Err(Failure::input(format!("`{}` makes no model file", from.display()))
                .hint("a cell (.swc), a SONATA configuration (.json) or NeuroML (.nml, .xml) does"));
        }
    };
    write_atomic(to, text.as_bytes())?;
    Ok(Written { format, cells })
}

fn of_import(document: &str, format: &str) -> String {
    format!(
        "# A network in {format}. Its cells, connections and inputs come from that file; what is said here is added or takes its\n\
         # place: name, title, celsius, [run], [probes.NAME], [stimuli.NAME].\n\n{document}"
    )
}

/// A current density that makes the squid's membrane spike again and again at its own temperature is 6.3 uA/cm2 and more (this
/// program's `cell fi hh`); dendrites with a tenth of the channels need less.
const DRIVE: f64 = 10.0;

fn of_cell(cell: &Swc, from: &Path, to: &Path) -> String {
    let measures = cell.measures();
    // uA/cm2 of um2 is 1e-5 nA.
    let amplitude = (DRIVE * measures.area * 1e-5 * 100.0).round().max(1.0) / 100.0;
    let beside = from.parent().is_some_and(|own| to.parent() == Some(own));
    let name = match (beside, from.canonicalize()) {
        (true, _) | (_, Err(_)) => from.file_name().map_or_else(|| from.to_owned(), Into::into),
        (false, Ok(path)) => path,
    };
    let kinds: Vec<&str> = [(SOMA, "soma"), (2, "axon"), (3, "dendrite"), (4, "apical")]
        .into_iter()
        .filter_map(|(structure, kind)| measures.types.contains_key(&structure).then_some(kind))
        .collect();
    let mut text = String::new();
    let _ = write!(
        text,
        "# One reconstructed cell with the squid's channels, made by `huxley convert`: a place to start from. Membrane, densities and\n\
         # current are not the cell's: put your own.\n\
         #\n\
         #   parts: {}; {} points, {:.0} um2 of membrane\n\n\
         schema = 1\n\
         title = \"A reconstructed cell under a current step\"\n\
         celsius = \"6.3 degC\"\n\n\
         [run]\n\
         duration = \"200 ms\"\n\
         dt = \"0.025 ms\"\n\n\
         [populations.cell]\n\
         v_init = \"-65 mV\"\n\
         shape.swc.file = {}\n\
         compartments = {{ d_lambda = 0.1, frequency = \"100 Hz\" }}\n\n\
         [populations.cell.membrane]\n\
         preset = \"hh\"\n\
         capacitance = \"1 uF/cm2\"\n\
         axial_resistivity = \"100 ohm cm\"\n\n\
         # By kind of section: soma, axon, dendrite, apical; `any` is the rest.\n\
         [populations.cell.membrane.channels]\n\
         na = {{ soma = \"120 mS/cm2\", axon = \"120 mS/cm2\", any = \"12 mS/cm2\" }}\n\
         k = {{ soma = \"36 mS/cm2\", axon = \"36 mS/cm2\", any = \"3.6 mS/cm2\" }}\n\
         leak = \"0.3 mS/cm2\"\n\n\
         [stimuli.step]\n\
         population = \"cell\"\n\
         site = \"soma\"\n\
         kind = \"step\"\n\
         amplitude = \"{amplitude} nA\"   # {DRIVE} uA/cm2 of the whole cell\n\
         start = \"20 ms\"\n\
         stop = \"180 ms\"\n\n\
         [probes.soma]\n\
         population = \"cell\"\n\
         site = \"soma\"\n\
         interval = \"0.1 ms\"\n",
        kinds.join(", "),
        measures.points,
        measures.area,
        toml_text(&name.to_string_lossy()),
    );
    text
}

/// `text` as a string of TOML.
fn toml_text(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if c.is_control() => {
                let _ = write!(out, "\\u{:04X}", c as u32);
            }
            c => out.push(c),
        }
    }
    out + "\""
}
