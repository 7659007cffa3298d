//! `explicitInput` and `inputList`: which input goes where.

use std::collections::HashMap;

use huxley_model::network::{CellSelection, Site, Stimulus, Target};

use super::channel::REMARKS;
use super::element::Element;
use super::input::{self, INPUTS};
use super::network::{Builder, Members};
use super::sections::Names;
use super::units::Unit;

/// An input into a population: the component, where on the cell, and the weight's bits.
type Key = (String, String, usize, u64);

/// Inputs as they are found; those that differ in their cells alone become one.
#[derive(Default)]
pub(super) struct Drives {
    known: HashMap<Key, usize>,
    list: Vec<(Key, Vec<usize>)>,
}

impl Drives {
    /// `explicitInput`.
    pub fn explicit(&mut self, builder: &Builder<'_>, at: &Element) {
        builder.library.report.known(at, &["target", "input", "destination", "sourcePort", "targetPort"]);
        let component = builder.library.referred(at, "input", &INPUTS, "input");
        self.add(builder, at, component, None);
    }

    /// `inputList`.
    pub fn list(&mut self, builder: &Builder<'_>, at: &Element) {
        let report = &builder.library.report;
        report.known(at, &["component", "population"]);
        let component = builder.library.referred(at, "component", &INPUTS, "input");
        let Some(population) = builder.group(at, "population").map(|(name, _)| name.to_owned()) else { return };
        for child in &at.children {
            match child.tag.as_str() {
                "input" | "inputW" => {
                    report.known(child, &["target", "destination", "segmentId", "fractionAlong", "weight"]);
                    self.add(builder, child, component, Some(&population));
                }
                tag if REMARKS.contains(&tag) => {}
                tag => {
                    report.unsupported::<()>(
                        child,
                        format!("<{tag}> in an input list is"),
                        "read are input and inputW",
                    );
                }
            }
        }
    }

    fn add(&mut self, builder: &Builder<'_>, at: &Element, component: Option<&Element>, population: Option<&str>) {
        let report = &builder.library.report;
        let Some((name, cell)) = builder.cell(at, "target") else { return };
        if let Some(population) = population.filter(|population| *population != name) {
            let message = format!("the target is a cell of `{name}`, in a list for `{population}`");
            report.error::<()>(at, message, "name a cell of the list's population");
            return;
        }
        let weight = if at.get("weight").is_some() { report.quantity(at, "weight", Unit::Number) } else { Some(1.0) };
        let compartment = match &builder.groups[name].members {
            Members::Cells(_, model) => builder.compartment(at, model, "segmentId", "fractionAlong"),
            Members::Unread => None,
            _ => report.error(at, format!("`{name}` fires on its own: nothing can drive it"), "name cells"),
        };
        let (Some(component), Some(weight), Some(compartment)) = (component, weight, compartment) else { return };
        let key: Key = (component.id().to_owned(), name.to_owned(), compartment, weight.to_bits());
        match self.known.get(&key) {
            Some(&index) => self.list[index].1.push(cell),
            None => {
                self.known.insert(key.clone(), self.list.len());
                self.list.push((key, vec![cell]));
            }
        }
    }

    /// Makes the stimuli.
    pub fn finish(self, builder: &mut Builder<'_>) {
        let mut names = Names::default();
        for stimulus in &builder.network.stimuli {
            names.unique(stimulus.name.clone());
        }
        let mut told: HashMap<(String, u64), Option<Vec<_>>> = HashMap::new();
        for ((component, population, compartment, bits), cells) in self.list {
            let weight = f64::from_bits(bits);
            let kinds = told.entry((component.clone(), bits)).or_insert_with(|| {
                let at = builder.library.component(&component)?;
                input::read(builder.library, &mut builder.synapses, at, weight)
            });
            for kind in kinds.iter().flatten() {
                let site = Site::Compartment(compartment);
                let target =
                    Target { population: population.clone(), cells: CellSelection::Indices(cells.clone()), site };
                let name = names.unique(component.clone());
                builder.network.stimuli.push(Stimulus { name, target, kind: kind.clone() });
            }
        }
    }
}
