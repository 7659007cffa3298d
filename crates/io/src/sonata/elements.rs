//! Attributes of nodes and edges: those of the HDF5 file's groups over those of the type's row.

mod attribute;

use std::rc::Rc;

use super::findings::Findings;
use super::h5::{Column, H5};
use super::types::Types;
pub(super) use attribute::{Attribute, Datum};

/// A population of nodes or of edges, with where the attributes of each are.
#[derive(Clone, Debug)]
pub(super) struct Elements {
    /// Name of the population.
    pub(super) name: String,
    /// The HDF5 file, as named.
    pub(super) file: String,
    /// The table of types.
    pub(super) types: Rc<Types>,
    /// Row of the type of each.
    pub(super) row: Vec<u32>,
    /// Group of each; empty where there is one group.
    group: Vec<u32>,
    /// Place in the group of each; empty where it is the place in the population.
    place: Vec<u32>,
    groups: Vec<Attributes>,
}

/// The attributes of a group, by name.
#[derive(Clone, Debug, Default)]
struct Attributes {
    columns: Vec<(String, Column)>,
    /// Of `dynamics_params`.
    dynamics: Vec<(String, Column)>,
}

/// Names of the datasets that say where attributes are: `node` or `edge`.
pub(super) struct Words {
    pub(super) types: &'static str,
    pub(super) group: &'static str,
    pub(super) index: &'static str,
}

/// Of nodes.
pub(super) const NODES: Words = Words { types: "node_type_id", group: "node_group_id", index: "node_group_index" };
/// Of edges.
pub(super) const EDGES: Words = Words { types: "edge_type_id", group: "edge_group_id", index: "edge_group_index" };

impl Elements {
    /// Reads the population at `path` of `file`, the columns `wanted` (all where there are none) of its groups.
    pub(super) fn read(
        file: &H5,
        path: &str,
        words: &Words,
        types: &Rc<Types>,
        wanted: &[&str],
        findings: &Findings,
    ) -> Option<Self> {
        let name = path.rsplit('/').next().unwrap_or(path).to_owned();
        let read = |dataset: &str| {
            let key = format!("{path}/{dataset}");
            file.integers(&key).map_err(|cause| file.error::<()>(findings, &key, cause, "")).ok()
        };
        let ids = read(words.types)?;
        let row = rows(&ids, &name, types, words.types, findings);
        let names: Vec<String> = file.groups(path)?.into_iter().filter(|group| group.parse::<u32>().is_ok()).collect();
        let count = ids.len();
        let (group, place) = if file.has(path, words.group) {
            (Some(read(words.group)?), Some(read(words.index)?))
        } else {
            (None, None)
        };
        for (what, list) in [(words.group, &group), (words.index, &place)] {
            if let Some(list) = list.as_ref().filter(|list| list.len() != count) {
                let message = format!("{} values for {count} of {}", list.len(), words.types);
                return file.error(findings, &format!("{path}/{what}"), message, "the file is damaged");
            }
        }
        let mut elements = Self {
            name,
            file: file.name.clone(),
            types: Rc::clone(types),
            row: row?,
            group: Vec::new(),
            place: Vec::new(),
            groups: Vec::with_capacity(names.len()),
        };
        let mut fine = true;
        for group in &names {
            match attributes(file, &format!("{path}/{group}"), wanted, findings) {
                Some(attributes) => elements.groups.push(attributes),
                None => fine = false,
            }
        }
        if !fine {
            return None;
        }
        elements.groups_of(file, path, words, &names, group.as_deref(), place.as_deref(), findings)?;
        Some(elements)
    }

    /// Sets where the attributes of each are.
    #[allow(clippy::too_many_arguments)]
    fn groups_of(
        &mut self,
        file: &H5,
        path: &str,
        words: &Words,
        names: &[String],
        group: Option<&[i64]>,
        place: Option<&[i64]>,
        findings: &Findings,
    ) -> Option<()> {
        let numbers: Vec<i64> = names.iter().filter_map(|name| name.parse().ok()).collect();
        let place: Vec<u32> = match place {
            Some(place) => {
                let small: Result<Vec<u32>, _> = place.iter().map(|&index| u32::try_from(index)).collect();
                match small {
                    Ok(small) => small,
                    Err(_) => {
                        let key = format!("{path}/{}", words.index);
                        return file.error(
                            findings,
                            &key,
                            "a place in a group is negative or too large",
                            "the file is damaged",
                        );
                    }
                }
            }
            None => (0..u32::try_from(self.row.len()).ok()?).collect(),
        };
        let mut groups = Vec::with_capacity(self.row.len());
        for (element, &index) in place.iter().enumerate() {
            let number = group.map_or(numbers.first().copied().unwrap_or(0), |group| group[element]);
            let found = numbers.iter().position(|own| *own == number);
            // A group without attributes need not be there.
            let found = found.unwrap_or(names.len());
            let length = self.groups.get(found).and_then(Attributes::len);
            if length.is_some_and(|length| index as usize >= length) {
                let key = format!("{path}/{}", words.index);
                let message = format!("place {index} of group {number}, which has {} values", length.unwrap_or(0));
                return file.error(findings, &key, message, "the file is damaged");
            }
            groups.push(u32::try_from(found).ok()?);
        }
        if groups.contains(&u32::try_from(names.len()).ok()?) {
            self.groups.push(Attributes::default());
        }
        if groups.iter().any(|group| *group != 0) {
            self.group = groups;
        }
        if (0..).zip(&place).any(|(element, &index): (u32, _)| element != index) {
            self.place = place;
        }
        Some(())
    }

    pub(super) fn len(&self) -> usize {
        self.row.len()
    }

    /// Where the values of an attribute are.
    pub(super) fn attribute<'a>(&'a self, name: &str) -> Attribute<'a> {
        let columns = self.groups.iter().map(|group| named(&group.columns, name)).collect();
        let column = self.types.column(name);
        let of_type = |row| column.and_then(|column| self.types.value(row, column));
        Attribute { elements: self, columns, typed: (0..self.types.len()).map(of_type).collect() }
    }

    /// Where the values of a parameter of `dynamics_params` in HDF5 are.
    pub(super) fn dynamics<'a>(&'a self, name: &str) -> Attribute<'a> {
        let columns = self.groups.iter().map(|group| named(&group.dynamics, name)).collect();
        Attribute { elements: self, columns, typed: vec![None; self.types.len()] }
    }

    /// Names of the parameters of `dynamics_params` in HDF5.
    pub(super) fn dynamics_names(&self) -> Vec<&str> {
        let names = self.groups.iter().flat_map(|group| &group.dynamics).map(|(name, _)| name.as_str());
        let mut names: Vec<&str> = names.collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    /// Names of the attributes in HDF5, but for `dynamics_params`.
    pub(super) fn own_names(&self) -> Vec<&str> {
        let names = self.groups.iter().flat_map(|group| &group.columns).map(|(name, _)| name.as_str());
        let mut names: Vec<&str> = names.collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    /// Whether the type's table or a group has such an attribute.
    pub(super) fn has(&self, name: &str) -> bool {
        self.types.column(name).is_some() || self.groups.iter().any(|group| named(&group.columns, name).is_some())
    }

    /// Names of all attributes.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        let own = self.groups.iter().flat_map(|group| &group.columns).map(|(name, _)| name.as_str());
        self.types.columns().chain(own)
    }
}

fn named<'a>(columns: &'a [(String, Column)], name: &str) -> Option<&'a Column> {
    columns.iter().find(|(own, _)| own == name).map(|(_, column)| column)
}

impl Attributes {
    /// How many values each attribute has, where there are any.
    fn len(&self) -> Option<usize> {
        self.columns.iter().chain(&self.dynamics).map(|(_, column)| column.len()).min()
    }
}

/// The row of each type, all unknown ones reported.
fn rows(ids: &[i64], population: &str, types: &Types, key: &str, findings: &Findings) -> Option<Vec<u32>> {
    let mut known: Option<(i64, u32)> = None;
    let mut unknown: Vec<i64> = Vec::new();
    let mut rows = Vec::with_capacity(ids.len());
    for &id in ids {
        match known {
            Some((last, row)) if last == id => rows.push(row),
            _ => match types.row(population, id) {
                Some(row) => {
                    known = Some((id, row));
                    rows.push(row);
                }
                None => {
                    if unknown.len() < 20 && !unknown.contains(&id) {
                        unknown.push(id);
                    }
                }
            },
        }
    }
    if unknown.is_empty() {
        return Some(rows);
    }
    let list = unknown.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    findings.error(
        &types.file,
        key,
        format!("population `{population}` has types that the table does not have: {list}"),
        "add a row for each type",
    )
}

/// The attributes of a group.
fn attributes(file: &H5, path: &str, wanted: &[&str], findings: &Findings) -> Option<Attributes> {
    let mut attributes = Attributes::default();
    let mut fine = true;
    let mut read = |folder: &str, name: &str, library: bool, into: &mut Vec<(String, Column)>| {
        let key = format!("{folder}/{name}");
        match file
            .column(&key)
            .and_then(|column| if library { named_by(file, folder, name, column) } else { Ok(column) })
        {
            Ok(column) => into.push((name.to_owned(), column)),
            // What nobody asks for may have any form: positions with three coordinates, say.
            Err(cause) if wanted.contains(&name) => {
                file.error::<()>(findings, &key, cause, "");
                fine = false;
            }
            Err(_) => {}
        }
    };
    for name in file.datasets(path) {
        if wanted.is_empty() || wanted.contains(&name.as_str()) {
            read(path, &name, true, &mut attributes.columns);
        }
    }
    let dynamics = format!("{path}/dynamics_params");
    for name in file.datasets(&dynamics) {
        read(&dynamics, &name, false, &mut attributes.dynamics);
    }
    fine.then_some(attributes)
}

/// The texts that the numbers of a column stand for, where the group's `@library` has them.
fn named_by(file: &H5, folder: &str, name: &str, column: Column) -> Result<Column, String> {
    let Column::Integers(numbers) = &column else { return Ok(column) };
    let library = format!("{folder}/@library");
    if !file.has(&library, name) {
        return Ok(column);
    }
    let Column::Texts { codes, names } = file.column(&format!("{library}/{name}"))? else {
        return Err(format!("{library}/{name} holds no texts"));
    };
    let text = |number: &i64| {
        let code = usize::try_from(*number).ok().and_then(|number| codes.get(number));
        code.copied().ok_or_else(|| format!("{number} is beyond the {} texts of {library}/{name}", codes.len()))
    };
    Ok(Column::Texts { codes: numbers.iter().map(text).collect::<Result<_, _>>()?, names })
}
