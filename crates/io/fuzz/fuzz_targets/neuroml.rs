#![no_main]

#[path = "../../tests/readers/bodies.rs"]
#[allow(dead_code)]
mod bodies;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| bodies::neuroml(bytes));
