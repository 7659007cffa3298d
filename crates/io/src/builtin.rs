//! Built-in models.
/// The built-in table called `name`.
pub fn table(name: &str) -> Option<&'static str> { let _ = name; None }
