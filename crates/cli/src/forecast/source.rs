//! Requirements from the JSON of `huxley extrapolate`.

use std::io::Read;
use std::path::Path;

use huxley_forecast::hardware::Requirement;
use huxley_forecast::trends::{Precision, Quantity};
use serde_json::Value;

use crate::failure::Failure;

/// What a brain requires.
#[derive(Debug, PartialEq)]
pub struct Brain {
    /// Its requirements.
    pub requirements: Vec<Requirement>,
    /// Precision of its arithmetic.
    pub precision: Option<Precision>,
    /// The device whose numbers are given.
    pub device: Option<String>,
    /// Its price, USD, where that is known.
    pub price: Option<f64>,
    /// Requirements that are left out, with why.
    pub left_out: Vec<String>,
}

/// Reads a file, or stdin.
pub fn read(path: &Path) -> Result<Brain, Failure> {
    let shown = path.display();
    let mut text = String::new();
    let result = if path == Path::new("-") {
        std::io::stdin().lock().read_to_string(&mut text).map(|_| ())
    } else {
        std::fs::read_to_string(path).map(|read| text = read)
    };
    result.map_err(|error| Failure::input(format!("cannot read `--from {shown}`")).cause(error))?;
    let document: Value = serde_json::from_str(&text)
        .map_err(|error| Failure::input(format!("`--from {shown}` is not JSON")).cause(error))?;
    brain(&document).map_err(|why| {
        Failure::input(format!("`--from {shown}` {why}")).hint("make it with: huxley extrapolate --json > brain.json")
    })
}

/// The requirements of a document; keys that are not known are passed over.
pub fn brain(document: &Value) -> Result<Brain, String> {
    let schema = document["schema"].as_str().unwrap_or("none");
    if !schema.starts_with("huxley.extrapolate/") {
        return Err(format!("has the schema `{schema}`, and not `huxley.extrapolate/1`"));
    }
    let name = document["brain"]["name"].as_str().or_else(|| document["brain"].as_str()).unwrap_or("a brain");
    let Some(entries) = document["requirements"].as_array() else {
        return Err("has no requirements".to_owned());
    };
    let first = &document["devices"][0];
    let device = first["title"].as_str().or_else(|| first["name"].as_str()).map(str::to_owned);
    let (mut requirements, mut left_out) = (Vec::new(), Vec::new());
    for entry in entries {
        let own = |quantity: &&Quantity| entry["name"] == quantity.requirement();
        let (Some(quantity), Some(value)) = (Quantity::REQUIRED.iter().find(own), entry["value"].as_f64()) else {
            continue;
        };
        let unit = entry["unit"].as_str().unwrap_or("nothing");
        if unit != quantity.unit() {
            return Err(format!("has {} in `{unit}`, and not in {}", quantity.requirement(), quantity.unit()));
        }
        let devices = entry["devices"].as_f64().or_else(|| Some(value / entry["device"].as_f64()?));
        if let (None, Some(device)) = (devices, &device) {
            left_out.push(format!("{}: how much of it {device} has is not known", quantity.requirement()));
            continue;
        }
        requirements.push(Requirement {
            quantity: *quantity,
            value,
            devices,
            source: format!("huxley extrapolate, {name}"),
        });
    }
    if requirements.is_empty() {
        return Err("has no requirement that is known here".to_owned());
    }
    let precision = match document["settings"]["precision"].as_str() {
        Some("f64") => Some(Precision::F64),
        Some("f32") => Some(Precision::F32),
        _ => None,
    };
    let named = |own: &&Value| first["name"].is_string() && own["name"] == first["name"];
    let specification = document["specifications"].as_array().and_then(|all| all.iter().find(named));
    let price = specification.and_then(|own| own["price"]["value"].as_f64());
    Ok(Brain { requirements, precision, device, price, left_out })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn requirements_are_read_by_name() {
        let document = json!({
            "schema": "huxley.extrapolate/1", "brain": {"name": "human"}, "settings": {"precision": "f32"},
            "devices": [{"name": "h100"}],
            "specifications": [{"name": "a100", "price": {"value": 1.0}}, {"name": "h100", "price": {"value": 25e3}}],
            "requirements": [
                {"name": "arithmetic", "value": 1e19, "unit": "FLOP/s", "devices": 3.5},
                {"name": "memory held", "value": 1e15, "unit": "B", "devices": null, "device": 5e10, "more": 1},
                {"name": "spikes exchanged", "value": 1e12, "unit": "B/s", "devices": null},
                {"name": "something else", "value": 1.0, "unit": "m"},
            ],
        });
        let brain = brain(&document).unwrap();
        assert_eq!(brain.precision, Some(Precision::F32));
        assert_eq!(brain.device.as_deref(), Some("h100"));
        assert_eq!(brain.price, Some(25e3));
        let own: Vec<_> = brain.requirements.iter().map(|own| (own.quantity, own.value, own.devices)).collect();
        assert_eq!(own, [(Quantity::Arithmetic, 1e19, Some(3.5)), (Quantity::Memory, 1e15, Some(2e4))]);
        assert_eq!(brain.left_out, ["spikes exchanged: how much of it h100 has is not known"]);
    }

    #[test]
    fn other_documents_are_refused() {
        for document in [
            json!({"schema": "huxley.ops/1"}),
            json!([]),
            json!({"schema": "huxley.extrapolate/1"}),
            json!({"schema": "huxley.extrapolate/1", "requirements": []}),
            json!({"schema": "huxley.extrapolate/1", "requirements": [{"name": "arithmetic", "value": 1.0, "unit": "B"}]}),
        ] {
            assert!(brain(&document).is_err(), "{document}");
        }
    }
}
