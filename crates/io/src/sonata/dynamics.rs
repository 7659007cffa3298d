//! Membranes of biophysical nodes: the JSON schema of the Allen Cell Types Database, for the mechanisms `hh` and `pas`.
//!
//! `passive` has `ra`, `cm` by section array and `e_pas`; `genome` has values by section array, mechanism and name; `conditions`
//! has reversal potentials by section array. They are put in place as BMTK's `set_params_peri` does (BMTK 1.2,
//! `bionet/default_setters/cell_models.py`): `pas` is everywhere, a mechanism that a row names is inserted with NEURON's defaults,
//! then the row's value set.

use std::borrow::Cow;
use std::path::Path;

use huxley_model::channel::{Channel, Reversal};
use huxley_model::morphology::SectionKind;
use huxley_model::network::{Insertion, Membrane};
use huxley_model::preset;
use serde_json::Value;

use super::config::json;
use super::findings::Findings;

/// Section arrays, as NEURON and the schema call them.
const ARRAYS: [(&str, &str); 4] = [("soma", "somatic"), ("axon", "axonal"), ("dend", "basal"), ("apic", "apical")];
/// Their kinds; dendrites of types that are not agreed upon are `dend` in NEURON too.
const KINDS: [&[SectionKind]; 4] =
    [&[SectionKind::Soma], &[SectionKind::Axon], &[SectionKind::Dendrite, SectionKind::Other], &[SectionKind::Apical]];

/// What a section array has: values of NEURON's names.
#[derive(Clone, Debug)]
struct Array {
    /// uF/cm2.
    cm: f64,
    /// ohm cm.
    ra: f64,
    /// S/cm2, mV.
    pas: (f64, f64),
    hh: Option<Hh>,
    /// mV.
    ena: f64,
    /// mV.
    ek: f64,
}

/// NEURON's `hh` (`hh.mod`), S/cm2 and mV.
#[derive(Clone, Debug)]
struct Hh {
    gnabar: f64,
    gkbar: f64,
    gl: f64,
    el: f64,
}

impl Default for Array {
    /// NEURON's defaults: `hh.mod`, `passive.mod`, `nrnoc/membdef.h`.
    fn default() -> Self {
        Self { cm: 1.0, ra: 35.4, pas: (0.001, -70.0), hh: None, ena: 50.0, ek: -77.0 }
    }
}

impl Default for Hh {
    fn default() -> Self {
        Self { gnabar: 0.12, gkbar: 0.036, gl: 0.0003, el: -54.3 }
    }
}

/// Parameters of a cell.
#[derive(Clone, Debug)]
pub(super) struct Dynamics {
    arrays: [Array; 4],
}

/// Reads the file at `path`; `who` says which nodes it is for.
pub(super) fn read(path: &Path, who: &str, findings: &Findings) -> Option<Dynamics> {
    let value = json(path, &format!("`dynamics_params` of {who}"), findings)?;
    let file = path.display().to_string();
    parse(&value, &file, who, findings)
}

fn parse(value: &Value, file: &str, who: &str, findings: &Findings) -> Option<Dynamics> {
    let mut reader = Reader {
        file,
        who,
        findings,
        arrays: std::array::from_fn(|_| Array::default()),
        fine: true,
        unknown: Vec::new(),
    };
    if !["passive", "genome", "conditions"].iter().any(|key| value.get(key).is_some()) {
        return findings.error(
            file,
            "",
            format!("the parameters of {who} have none of `passive`, `genome` and `conditions`"),
            "write them in the schema of the Allen Cell Types Database",
        );
    }
    reader.passive(one(value.get("passive")));
    for (index, row) in value.get("genome").and_then(Value::as_array).into_iter().flatten().enumerate() {
        reader.row(index, row);
    }
    reader.reversals(one(value.get("conditions")));
    reader.report_unknown();
    let same = reader.arrays.iter().all(|array| (array.ra - reader.arrays[0].ra).abs() < 1e-12);
    if !same {
        let message = "`Ra` differs from section to section, which is not supported";
        reader.error("genome", message, "give all section arrays the same");
    }
    let Reader { arrays, fine, .. } = reader;
    fine.then_some(Dynamics { arrays })
}

/// The only element of a list, or what is no list.
fn one(value: Option<&Value>) -> Option<&Value> {
    match value {
        Some(Value::Array(list)) => list.first(),
        other => other,
    }
}

/// A number, also as text.
fn number(value: Option<&Value>) -> Option<f64> {
    let number = match value? {
        Value::String(text) => text.trim().parse().ok(),
        other => other.as_f64(),
    };
    number.filter(|number: &f64| number.is_finite())
}

struct Reader<'a> {
    file: &'a str,
    who: &'a str,
    findings: &'a Findings,
    arrays: [Array; 4],
    fine: bool,
    /// Mechanisms that are not supported, with where they are.
    unknown: Vec<(String, Vec<String>)>,
}

impl Reader<'_> {
    fn error(&mut self, key: &str, message: impl Into<String>, hint: &str) {
        self.findings.error::<()>(self.file, key, message, hint);
        self.fine = false;
    }

    /// The arrays a section is of; all four for `all`.
    fn section(&mut self, key: &str, value: Option<&Value>) -> Vec<usize> {
        let name = value.and_then(Value::as_str).unwrap_or("");
        if name == "all" {
            return (0..4).collect();
        }
        match ARRAYS.iter().position(|(own, list)| *own == name || *list == name) {
            Some(index) => vec![index],
            None => {
                let message = format!("`{name}` is not a section array");
                self.error(key, message, "write soma, axon, dend, apic or all");
                Vec::new()
            }
        }
    }

    /// Sets a number of some arrays, or reports that it is none.
    fn set(&mut self, key: &str, arrays: &[usize], value: Option<&Value>, positive: bool, put: fn(&mut Array, f64)) {
        match number(value).filter(|number| !positive || *number > 0.0) {
            Some(number) => arrays.iter().for_each(|&index| put(&mut self.arrays[index], number)),
            None => {
                let typed = value.map_or_else(|| "nothing".to_owned(), ToString::to_string);
                let what = if positive { "a number above 0" } else { "a number" };
                self.error(key, format!("expected {what}, found `{typed}`"), "");
            }
        }
    }

    fn passive(&mut self, passive: Option<&Value>) {
        let Some(passive) = passive else { return };
        let all = [0, 1, 2, 3];
        if let Some(ra) = passive.get("ra") {
            self.set("passive.ra", &all, Some(ra), true, |array, ra| array.ra = ra);
        }
        if let Some(e) = passive.get("e_pas") {
            self.set("passive.e_pas", &all, Some(e), false, |array, e| array.pas.1 = e);
        }
        match passive.get("cm") {
            None => {}
            Some(Value::Array(list)) => {
                for row in list {
                    let arrays = self.section("passive.cm", row.get("section"));
                    self.set("passive.cm", &arrays, row.get("cm"), true, |array, cm| array.cm = cm);
                }
            }
            Some(cm) => self.set("passive.cm", &all, Some(cm), true, |array, cm| array.cm = cm),
        }
    }

    fn row(&mut self, index: usize, row: &Value) {
        let key = format!("genome[{index}]");
        let name = row.get("name").and_then(Value::as_str).unwrap_or("");
        let mechanism = row.get("mechanism").and_then(Value::as_str).unwrap_or("");
        let section = row.get("section");
        let arrays = self.section(&key, section);
        match mechanism {
            "" | "pas" => {}
            "hh" => arrays.iter().for_each(|&index| {
                self.arrays[index].hh.get_or_insert_default();
            }),
            other => return self.foreign(other, name, section),
        }
        let value = row.get("value");
        let has_hh = arrays.iter().all(|&index| self.arrays[index].hh.is_some());
        if name.ends_with("_hh") && !has_hh {
            let message = format!("`{name}` is set where `hh` is not inserted");
            return self.error(&key, message, "give the row \"mechanism\": \"hh\"");
        }
        let put: fn(&mut Array, f64) = match name {
            "gnabar_hh" => |array, value| array.hh.iter_mut().for_each(|hh| hh.gnabar = value),
            "gkbar_hh" => |array, value| array.hh.iter_mut().for_each(|hh| hh.gkbar = value),
            "gl_hh" => |array, value| array.hh.iter_mut().for_each(|hh| hh.gl = value),
            "el_hh" => |array, value| array.hh.iter_mut().for_each(|hh| hh.el = value),
            "g_pas" => |array, value| array.pas.0 = value,
            "e_pas" => |array, value| array.pas.1 = value,
            "ena" => |array, value| array.ena = value,
            "ek" => |array, value| array.ek = value,
            "cm" => |array, value| array.cm = value,
            "Ra" => |array, value| array.ra = value,
            _ => {
                let mechanism = name.rsplit_once('_').map_or(name, |(_, mechanism)| mechanism);
                let mechanism = if mechanism.is_empty() { "(none)" } else { mechanism };
                return self.foreign(mechanism, name, section);
            }
        };
        let density = name.starts_with('g');
        if density && number(value).is_some_and(|value| value < 0.0) {
            return self.error(&key, format!("`{name}` is negative"), "a conductance is 0 or above");
        }
        self.set(&key, &arrays, value, matches!(name, "cm" | "Ra"), put);
    }

    /// A mechanism that is not supported.
    fn foreign(&mut self, mechanism: &str, name: &str, section: Option<&Value>) {
        let place = format!("{} in {}", name, section.and_then(Value::as_str).unwrap_or("no section"));
        match self.unknown.iter_mut().find(|(own, _)| own == mechanism) {
            Some((_, places)) => places.push(place),
            None => self.unknown.push((mechanism.to_owned(), vec![place])),
        }
    }

    fn report_unknown(&mut self) {
        for (mechanism, places) in std::mem::take(&mut self.unknown) {
            let (who, places) = (self.who, places.join(", "));
            let message = format!("mechanism `{mechanism}` of {who} is not supported: {places}");
            self.error(
                "genome",
                message,
                "`hh` and `pas` are; remove the rows, or describe the cell in a model file with channels of its own",
            );
        }
    }

    fn reversals(&mut self, conditions: Option<&Value>) {
        let rows = conditions.and_then(|conditions| conditions.get("erev")).and_then(Value::as_array);
        for row in rows.into_iter().flatten() {
            let arrays = self.section("conditions.erev", row.get("section"));
            if row.get("ena").is_some() {
                self.set("conditions.erev", &arrays, row.get("ena"), false, |array, ena| array.ena = ena);
            }
            if row.get("ek").is_some() {
                self.set("conditions.erev", &arrays, row.get("ek"), false, |array, ek| array.ek = ek);
            }
        }
    }
}

/// The channels of a network: those of one name are alike.
#[derive(Debug, Default)]
pub(super) struct Channels(Vec<Channel>);

impl Channels {
    /// The channel `name` with a reversal potential; one that differs from the first of its name gets a number after it.
    fn named(&mut self, name: &'static str, like: &Channel, reversal: f64) -> Channel {
        let mut channel = Channel { name: Cow::Borrowed(name), reversal: Reversal::Fixed(reversal), ..like.clone() };
        let mut number = 1;
        loop {
            match self.0.iter().find(|known| known.name == channel.name) {
                Some(known) if *known == channel => return channel,
                Some(_) => {
                    number += 1;
                    channel.name = Cow::Owned(format!("{name}_{number}"));
                }
                None => {
                    self.0.push(channel.clone());
                    return channel;
                }
            }
        }
    }
}

impl Dynamics {
    /// The membrane, with channels `na`, `k` and `leak` of `hh`, and `pas`.
    pub(super) fn membrane(&self, channels: &mut Channels) -> Membrane {
        let mut insertions: Vec<Insertion> = Vec::new();
        let mut insert = |name: &'static str, like: &Channel, kinds: &[SectionKind], density: f64, reversal: f64| {
            let channel = channels.named(name, like, reversal);
            let own = kinds.iter().map(|&kind| (kind, density));
            match insertions.iter_mut().find(|insertion| insertion.channel == channel) {
                Some(insertion) => insertion.density.extend(own),
                None => insertions.push(Insertion { channel, density: own.collect() }),
            }
        };
        let [na, k] = &preset::HH;
        let leak = preset::leak(0.0);
        for (array, kinds) in self.arrays.iter().zip(KINDS) {
            if let Some(hh) = &array.hh {
                insert("na", na, kinds, hh.gnabar, array.ena);
                insert("k", k, kinds, hh.gkbar, array.ek);
                insert("leak", &leak, kinds, hh.gl, hh.el);
            }
        }
        for (array, kinds) in self.arrays.iter().zip(KINDS) {
            insert("pas", &leak, kinds, array.pas.0, array.pas.1);
        }
        // The pair with a compiled kernel is sodium, then potassium.
        insertions.sort_by_key(|insertion| insertion.channel.is_leak());
        let of = |(array, kinds): (&Array, &'static [SectionKind])| {
            kinds.iter().map(|&kind| (kind, array.cm)).collect::<Vec<_>>()
        };
        Membrane {
            capacitance: 1.0,
            capacitances: self.arrays.iter().zip(KINDS).flat_map(of).collect(),
            axial_resistivity: self.arrays[0].ra,
            insertions,
        }
    }
}
