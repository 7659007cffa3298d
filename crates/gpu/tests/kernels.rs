//! The text of kernels, without a device: naga accepts it, SPIR-V's own validator too, and both sides have one layout.

use std::process::Command;
use std::sync::Arc;

use huxley_engine::{Backend, Plan, lower};
use huxley_gpu::{GpuBackend, GpuError, GpuOptions, kernel_texts, strict, wgsl};
use huxley_io::builtin;
use huxley_model::channel::Integrator;
use huxley_model::network::{Network, Precision};
use huxley_shaders::Arithmetic;
use huxley_testkit::networks::{mixed, plastic};
use naga::valid::Capabilities;

/// Small forms of the built-in models, and networks with everything.
fn networks() -> Vec<Network> {
    let model = |name: &str| {
        let settings: &[(&str, &str)] = match name {
            "cobahh" => &[("scale", "0.05")],
            "plastic-column" => &[("cells", "40")],
            "microcircuit" => &[("scale", "0.01")],
            "fly-synthetic" => &[("cells", "300")],
            _ => &[],
        };
        let settings: Vec<_> = settings.iter().map(|&(key, value)| (key.to_owned(), value.to_owned())).collect();
        let model = builtin::find(name).expect("built in");
        model.load(&settings).unwrap_or_else(|errors| panic!("{name}: {errors}")).network
    };
    let mut all: Vec<Network> =
        builtin::list().iter().filter(|model| model.needs.is_none()).map(|own| model(own.name)).collect();
    all.extend([mixed(), plastic()]);
    all
}

fn arithmetics() -> impl Iterator<Item = Arithmetic> {
    [false, true].into_iter().flat_map(|double| [false, true].map(|strict| Arithmetic { double, strict }))
}

#[test]
fn every_kernel_of_every_model_is_valid() {
    for network in networks() {
        for integrator in Integrator::ALL.map(|(_, integrator)| integrator) {
            let mut network = network.clone();
            network.run.integrator = integrator;
            if integrator != Integrator::Staggered {
                network.gap_junctions.iter_mut().for_each(|g| g.coupling_step = None);
            }
            let Ok(plan) = lower(&network) else { continue };
            for arithmetic in arithmetics() {
                for kernel in kernel_texts(&plan, arithmetic) {
                    let what = format!("{} {}", network.name, kernel.name);
                    let read = wgsl::read(&what, &kernel.text, Capabilities::all());
                    let (module, info) = read.unwrap_or_else(|error| panic!("{error}"));
                    if arithmetic.strict {
                        wgsl::refuse_inexact(&module, &info, &kernel.text).unwrap_or_else(|e| panic!("{what}: {e}"));
                    }
                    assert!(kernel.bindings.len() <= 9, "{what}: more buffers than browsers have");
                }
            }
        }
    }
}

fn plans() -> Vec<Plan> {
    networks().iter().map(|network| lower(network).expect("lowers")).collect()
}

#[test]
#[allow(clippy::print_stderr)] // a test that was skipped has to show
fn spirv_of_every_kernel_passes_its_validator() {
    let found = Command::new("spirv-val").arg("--version").output();
    if found.is_err() {
        assert!(std::env::var_os("HUXLEY_REQUIRE_GPU").is_none(), "spirv-val (package spirv-tools) is required");
        eprintln!("SKIPPED: no spirv-val");
        return;
    }
    let folder = std::env::temp_dir().join(format!("huxley-spirv-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let validate = |name: &str, words: &[u32]| {
        let file = folder.join(name);
        std::fs::write(&file, words.iter().flat_map(|w| w.to_le_bytes()).collect::<Vec<u8>>()).expect("written");
        let out = Command::new("spirv-val").args(["--target-env", "vulkan1.1"]).arg(&file).output().expect("runs");
        (out.status.success(), String::from_utf8_lossy(&out.stderr).into_owned())
    };
    for plan in plans() {
        for double in [false, true] {
            for kernel in kernel_texts(&plan, Arithmetic { double, strict: true }) {
                let words = strict::forbid_contraction(&strict::spirv(kernel.name, &kernel.text).expect("valid"));
                let (valid, message) = validate("kernel.spv", &words);
                assert!(valid, "{} {} double {double}: {message}", plan.name, kernel.name);
            }
        }
    }
    // The control: what naga lets pass and drivers do not have.
    let text = "@group(0) @binding(0) var<storage, read_write> o: array<f64>;
        @compute @workgroup_size(1) fn main() { o[0] = exp(o[0]); }";
    let module = naga::front::wgsl::parse_str(text).expect("parses");
    let mut validator = naga::valid::Validator::new(naga::valid::ValidationFlags::all(), Capabilities::all());
    let info = validator.validate(&module).expect("naga lets it pass");
    let words =
        naga::back::spv::write_vec(&module, &info, &naga::back::spv::Options::default(), None).expect("written");
    assert!(!validate("control.spv", &words).0, "spirv-val accepts an exponential of f64");
    std::fs::remove_dir_all(&folder).expect("removed");
}

#[test]
fn parameters_have_one_layout_on_both_sides() {
    let plan = lower(&mixed()).expect("lowers");
    for kernel in kernel_texts(&plan, Arithmetic { double: false, strict: false }) {
        let module = naga::front::wgsl::parse_str(&kernel.text).expect("parses");
        let (_, params) = module.types.iter().find(|(_, t)| t.name.as_deref() == Some("Params")).expect("Params");
        let naga::TypeInner::Struct { members, span } = &params.inner else { panic!("a structure") };
        assert_eq!(*span as usize, huxley_gpu::PARAMETERS.len() * 4);
        for (place, (member, &name)) in members.iter().zip(huxley_gpu::PARAMETERS).enumerate() {
            assert_eq!((member.name.as_deref(), member.offset as usize), (Some(name), 4 * place));
        }
    }
}

#[test]
fn every_pipeline_and_binding_is_valid_without_a_driver() {
    for network in networks() {
        for precision in [Precision::F32, Precision::F64] {
            let mut network = network.clone();
            network.run.precision = precision;
            let plan = Arc::new(lower(&network).expect("lowers"));
            let options = GpuOptions { adapter: Some("noop".to_owned()), ..GpuOptions::default() };
            let mut backend = match GpuBackend::new(Arc::clone(&plan), &options) {
                // The noop adapter has what limits its makers gave it.
                Err(error @ (GpuError::NoDouble { .. } | GpuError::Limit { .. })) => {
                    panic!("{}: {error}", network.name)
                }
                made => made.unwrap_or_else(|error| panic!("{}: {error}", network.name)),
            };
            backend.advance(2).unwrap_or_else(|error| panic!("{}: {error}", network.name));
        }
    }
}
