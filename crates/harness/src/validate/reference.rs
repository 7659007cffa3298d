//! Reference data of other simulators (`tests/reference`, see its README): JSON read by pointers, with panics that name what is
//! missing. Two files are embedded.

use std::sync::OnceLock;

use serde_json::Value;

/// One file of reference data.
#[derive(Clone, Debug)]
pub struct Reference {
    name: String,
    value: Value,
}

impl Reference {
    /// Reads the text of a file.
    ///
    /// # Panics
    /// When it is not JSON.
    #[must_use]
    pub fn parse(name: &str, text: &str) -> Self {
        let value = serde_json::from_str(text).unwrap_or_else(|e| panic!("tests/reference/{name}.json: {e}"));
        Self { name: name.to_owned(), value }
    }

    /// The squid membrane under a current step, in NEURON: five steps of both orders, and converged.
    #[must_use]
    pub fn squid() -> &'static Self {
        static FILE: OnceLock<Reference> = OnceLock::new();
        FILE.get_or_init(|| Self::parse("squid", include_str!("../../../../tests/reference/squid.json")))
    }

    /// Rallpack 3 in NEURON: crossings at both ends, four steps of both orders, and converged.
    #[must_use]
    pub fn rallpack3() -> &'static Self {
        static FILE: OnceLock<Reference> = OnceLock::new();
        FILE.get_or_init(|| Self::parse("rallpack3", include_str!("../../../../tests/reference/rallpack3.json")))
    }

    /// What is at a JSON pointer (`/parameters/dt`).
    ///
    /// # Panics
    /// When nothing is.
    #[must_use]
    pub fn at(&self, pointer: &str) -> Item<'_> {
        let value = self.value.pointer(pointer).unwrap_or_else(|| panic!("{}.json has no {pointer}", self.name));
        Item { value, place: format!("{}.json{pointer}", self.name) }
    }
}

/// A part of a reference file.
#[derive(Clone, Debug)]
pub struct Item<'a> {
    value: &'a Value,
    place: String,
}

impl<'a> Item<'a> {
    /// The entry `key`.
    ///
    /// # Panics
    /// When there is none.
    #[must_use]
    pub fn get(&self, key: &str) -> Item<'a> {
        self.find(key).unwrap_or_else(|| panic!("{} has no `{key}`", self.place))
    }

    /// The entry `key`, or none where it is missing or null.
    #[must_use]
    pub fn find(&self, key: &str) -> Option<Item<'a>> {
        let value = self.value.get(key).filter(|v| !v.is_null())?;
        Some(Item { value, place: format!("{}/{key}", self.place) })
    }

    /// The entries of an object, by key.
    ///
    /// # Panics
    /// When it is not an object.
    #[must_use]
    pub fn entries(&self) -> Vec<(&'a str, Item<'a>)> {
        let map = self.value.as_object().unwrap_or_else(|| panic!("{} is not an object", self.place));
        map.iter().map(|(k, value)| (k.as_str(), Item { value, place: format!("{}/{k}", self.place) })).collect()
    }

    /// The entries of a list.
    ///
    /// # Panics
    /// When it is not a list.
    #[must_use]
    pub fn list(&self) -> Vec<Item<'a>> {
        let list = self.value.as_array().unwrap_or_else(|| panic!("{} is not a list", self.place));
        (0..).zip(list).map(|(i, value): (usize, _)| Item { value, place: format!("{}/{i}", self.place) }).collect()
    }

    /// The number itself.
    ///
    /// # Panics
    /// When it is not a number.
    #[must_use]
    pub fn number(&self) -> f64 {
        self.value.as_f64().unwrap_or_else(|| panic!("{} is not a number", self.place))
    }

    /// The whole number itself.
    ///
    /// # Panics
    /// When it is not a whole number, or negative.
    #[must_use]
    pub fn count(&self) -> usize {
        let count = self.value.as_u64().and_then(|n| usize::try_from(n).ok());
        count.unwrap_or_else(|| panic!("{} is not a count", self.place))
    }

    /// The truth value itself.
    ///
    /// # Panics
    /// When it is neither `true` nor `false`.
    #[must_use]
    pub fn truth(&self) -> bool {
        self.value.as_bool().unwrap_or_else(|| panic!("{} is not a truth value", self.place))
    }

    /// The numbers of a list.
    ///
    /// # Panics
    /// When it is not a list of numbers.
    #[must_use]
    pub fn numbers(&self) -> Vec<f64> {
        self.list().iter().map(Item::number).collect()
    }

    /// The text itself.
    ///
    /// # Panics
    /// When it is not a text.
    #[must_use]
    pub fn text(&self) -> &'a str {
        self.value.as_str().unwrap_or_else(|| panic!("{} is not a text", self.place))
    }
}
