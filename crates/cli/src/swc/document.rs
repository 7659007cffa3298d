//! `huxley swc info --json`.

use std::collections::BTreeMap;

use huxley_model::morphology::Discretisation;
use serde::Serialize;

use super::args::Settings;
use super::info::Info;

#[derive(Serialize)]
pub struct Document {
    schema: &'static str,
    settings: SettingsEntry,
    cells: Vec<CellEntry>,
}

#[derive(Serialize)]
struct SettingsEntry {
    unit_um: f64,
    rule: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    per_section: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_length_um: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    d_lambda: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    frequency_hz: Option<f64>,
    membrane_resistance_ohm_cm2: f64,
    axial_resistivity_ohm_cm: f64,
    capacitance_uf_cm2: f64,
}

#[derive(Serialize)]
struct CellEntry {
    file: String,
    measures: MeasuresEntry,
    cell: PassiveEntry,
    warnings: Vec<WarningEntry>,
    picture: Option<String>,
}

/// Of the points as they stand.
#[derive(Serialize)]
struct MeasuresEntry {
    points: usize,
    roots: usize,
    soma_points: usize,
    types: BTreeMap<i32, TypeEntry>,
    bifurcations: usize,
    multifurcations: usize,
    tips: usize,
    length_um: f64,
    area_um2: f64,
    neurite_length_um: f64,
    neurite_area_um2: f64,
    longest_path_um: f64,
    farthest_um: f64,
    smallest_radius_um: f64,
    largest_radius_um: f64,
    low_um: [f64; 3],
    high_um: [f64; 3],
    without_length: usize,
}

#[derive(Serialize)]
struct TypeEntry {
    points: usize,
    length_um: f64,
    area_um2: f64,
}

/// Of the cell that is simulated.
#[derive(Serialize)]
struct PassiveEntry {
    sections: usize,
    compartments: usize,
    junctions: usize,
    length_um: f64,
    area_um2: f64,
    kinds: BTreeMap<&'static str, KindEntry>,
    input_resistance_megohm: f64,
    time_constant_ms: f64,
    capacitance_pf: f64,
    farthest_um: f64,
    farthest_length_constants: f64,
    electrotonic_length: f64,
    least_steady_potential: f64,
}

#[derive(Serialize)]
struct KindEntry {
    points: usize,
    sections: usize,
    compartments: usize,
    length_um: f64,
    area_um2: f64,
}

#[derive(Serialize)]
struct WarningEntry {
    what: &'static str,
    count: usize,
    id: Option<i64>,
    line: Option<usize>,
    text: String,
}

/// The document.
pub fn document(cells: &[Info], settings: &Settings) -> Document {
    Document {
        schema: "huxley.swc/1",
        settings: settings_entry(settings),
        cells: cells.iter().map(|info| entry(info, settings)).collect(),
    }
}

fn settings_entry(settings: &Settings) -> SettingsEntry {
    let mut entry = SettingsEntry {
        unit_um: settings.unit,
        rule: "",
        per_section: None,
        max_length_um: None,
        d_lambda: None,
        frequency_hz: None,
        membrane_resistance_ohm_cm2: settings.membrane_resistance,
        axial_resistivity_ohm_cm: settings.axial_resistivity,
        capacitance_uf_cm2: settings.capacitance,
    };
    match settings.rule {
        Discretisation::PerSection(each) => (entry.rule, entry.per_section) = ("per_section", Some(each)),
        Discretisation::MaxLength(length) => (entry.rule, entry.max_length_um) = ("max_length", Some(length)),
        Discretisation::DLambda { fraction, frequency } => {
            (entry.rule, entry.d_lambda, entry.frequency_hz) = ("d_lambda", Some(fraction), Some(frequency));
        }
    }
    entry
}

fn entry(info: &Info, settings: &Settings) -> CellEntry {
    let mended = info.mended.iter().map(|mending| WarningEntry {
        what: mending.what.name(),
        count: mending.count,
        id: Some(mending.id),
        line: Some(mending.line),
        text: mending.to_string(),
    });
    let without = info.built.without_length;
    let left_out = (without > 0).then(|| WarningEntry {
        what: "sections",
        count: without,
        id: None,
        line: None,
        text: "sections without length are left out".to_owned(),
    });
    CellEntry {
        file: info.file.clone(),
        measures: measures(info),
        cell: passive(info, settings),
        warnings: mended.chain(left_out).collect(),
        picture: info.picture.as_ref().map(|path| path.display().to_string()),
    }
}

fn measures(info: &Info) -> MeasuresEntry {
    let of = &info.measures;
    let type_entry = |(structure, own): (&i32, &huxley_io::swc::TypeMeasures)| {
        (*structure, TypeEntry { points: own.points, length_um: own.length, area_um2: own.area })
    };
    MeasuresEntry {
        points: of.points,
        roots: of.roots,
        soma_points: of.soma_points,
        types: of.types.iter().map(type_entry).collect(),
        bifurcations: of.bifurcations,
        multifurcations: of.multifurcations,
        tips: of.tips,
        length_um: of.length,
        area_um2: of.area,
        neurite_length_um: of.neurite_length,
        neurite_area_um2: of.neurite_area,
        longest_path_um: of.longest_path,
        farthest_um: of.farthest,
        smallest_radius_um: of.smallest_radius,
        largest_radius_um: of.largest_radius,
        low_um: of.low,
        high_um: of.high,
        without_length: of.without_length,
    }
}

fn passive(info: &Info, settings: &Settings) -> PassiveEntry {
    let kinds = info.kinds.iter().map(|kind| {
        let entry = KindEntry {
            points: kind.points,
            sections: kind.sections,
            compartments: kind.compartments,
            length_um: kind.length,
            area_um2: kind.area,
        };
        (kind.kind.name(), entry)
    });
    PassiveEntry {
        sections: info.built.morphology.sections.len(),
        compartments: info.compartments,
        junctions: info.junctions,
        length_um: info.length,
        area_um2: info.area,
        kinds: kinds.collect(),
        input_resistance_megohm: info.input_resistance,
        // ohm cm2 times uF/cm2 is us.
        time_constant_ms: settings.membrane_resistance * settings.capacitance * 1e-3,
        // uF/cm2 times um2 is 0.01 pF.
        capacitance_pf: settings.capacitance * info.area * 1e-2,
        farthest_um: info.farthest.length,
        farthest_length_constants: info.farthest.electrotonic,
        electrotonic_length: info.electrotonic,
        least_steady_potential: info.attenuation,
    }
}
