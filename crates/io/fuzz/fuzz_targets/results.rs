#![no_main]

#[path = "../../tests/readers/bodies.rs"]
#[allow(dead_code)]
mod bodies;

// Panics of the library of Parquet on damaged pages are caught and become errors: they are none here. Others still end the run.
libfuzzer_sys::fuzz_target!(init: std::panic::set_hook(Box::new(|_| ())), |bytes: &[u8]| bodies::results_file(bytes));
