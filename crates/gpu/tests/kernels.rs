//! The text of kernels, without a device: naga accepts it, SPIR-V's own validator too, and both sides have one layout.

use std::collections::HashSet;
use std::process::Command;
use std::sync::Arc;

use huxley_engine::{Backend, Plan, lower};
use huxley_gpu::{GpuBackend, GpuError, GpuOptions, strict, wgsl};
use huxley_io::builtin;
use huxley_model::channel::Integrator;
use huxley_model::network::{Network, Precision};
use huxley_shaders::Arithmetic;
use huxley_shaders::kernels::Kernel;
use huxley_testkit::networks::{mixed, plastic, signalling_zoo, stimulated};
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
    all.extend([mixed(), plastic(), signalling_zoo(), stimulated()]);
    all
}

/// Every kernel of a plan, with trees on chip, on chip but for their gates, and in the state.
fn kernel_texts(plan: &Plan, arithmetic: Arithmetic) -> Vec<Kernel> {
    let longest = (0..plan.cells.len()).map(|cell| plan.cells.nodes(cell).len()).max().expect("a cell");
    let mut all = huxley_gpu::kernel_texts(plan, arithmetic, 4096);
    for on_chip in [longest, longest - 1] {
        let other = huxley_gpu::kernel_texts(plan, arithmetic, on_chip);
        all.extend(other.into_iter().filter(|kernel| kernel.name == "membrane"));
    }
    all
}

fn arithmetics() -> impl Iterator<Item = Arithmetic> {
    [false, true].into_iter().flat_map(|double| [false, true].map(|strict| Arithmetic { double, strict }))
}

/// Their plans by every integrator that takes them.
fn plans() -> Vec<Plan> {
    let each = |network: Network| {
        Integrator::ALL.into_iter().filter_map(move |(_, integrator)| {
            let mut network = network.clone();
            network.run.integrator = integrator;
            if integrator != Integrator::Staggered {
                network.gap_junctions.iter_mut().for_each(|g| g.coupling_step = None);
            }
            lower(&network).ok()
        })
    };
    networks().into_iter().flat_map(each).collect()
}

#[test]
fn every_kernel_of_every_model_is_valid() {
    for plan in plans() {
        for arithmetic in arithmetics() {
            for kernel in kernel_texts(&plan, arithmetic) {
                let what = format!("{} {}", plan.name, kernel.name);
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

/// A text as the driver gets it: of strict ones what is handed over as it is, of others what wgpu has naga write.
fn spirv(arithmetic: Arithmetic, name: &str, text: &str) -> Vec<u32> {
    if arithmetic.strict {
        return strict::forbid_contraction(&strict::spirv(name, text).expect("valid"));
    }
    let (module, info) = wgsl::read(name, text, Capabilities::all()).expect("valid");
    let options = naga::back::spv::Options { lang_version: (1, 3), ..naga::back::spv::Options::default() };
    naga::back::spv::write_vec(&module, &info, &options, None).expect("written")
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
    let mut seen = HashSet::new();
    let mut count = [0; 4];
    for plan in plans() {
        for (which, arithmetic) in arithmetics().enumerate() {
            for kernel in kernel_texts(&plan, arithmetic) {
                if !seen.insert((which, kernel.text.clone())) {
                    continue;
                }
                let (valid, message) = validate("kernel.spv", &spirv(arithmetic, kernel.name, &kernel.text));
                assert!(valid, "{} {} {arithmetic:?}: {message}", plan.name, kernel.name);
                count[which] += 1;
            }
        }
    }
    assert!(count.iter().all(|&n| n == count[0] && n > 100), "{count:?}");
    // The control: an exponential of f64 in a kernel of ours is refused here, and by SPIR-V's validator where it gets so far.
    let plan = lower(&mixed()).expect("lowers");
    let double = Arithmetic { double: true, strict: false };
    let kernels = kernel_texts(&plan, double);
    let membrane = kernels.iter().find(|kernel| kernel.name == "membrane").expect("a membrane");
    let wrong = membrane.text.replace("let e = exp_parts(x);", "let e = array<Float, 2>(exp(x), exp(x));");
    assert!(wrong != membrane.text);
    let refused = wgsl::read("membrane", &wrong, Capabilities::all()).expect_err("refused").to_string();
    assert!(refused.contains("Exp has no f64 form"), "{refused}");
    let module = naga::front::wgsl::parse_str(&wrong).expect("parses");
    let mut validator = naga::valid::Validator::new(naga::valid::ValidationFlags::all(), Capabilities::all());
    let info = validator.validate(&module).expect("naga lets it pass");
    let options = naga::back::spv::Options { lang_version: (1, 3), ..naga::back::spv::Options::default() };
    let words = naga::back::spv::write_vec(&module, &info, &options, None).expect("written");
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
fn what_both_sides_count_in_is_one_definition() {
    use huxley_shaders::kernels::{LANES, PLACES, THREADS};
    // By reflection: invocations of a workgroup, words of a spike's record, and where the records begin.
    for plan in [mixed(), plastic()].map(|network| lower(&network).expect("lowers")) {
        for double in [false, true] {
            let mut shapes = HashSet::new();
            for kernel in kernel_texts(&plan, Arithmetic { double, strict: false }) {
                let module = naga::front::wgsl::parse_str(&kernel.text).expect("parses");
                let [x, y, z] = module.entry_points[0].workgroup_size.map(|n| n as usize);
                assert_eq!((y, z), (1, 1));
                match kernel.name {
                    "synapses" => assert_eq!(x, PLACES * LANES),
                    "membrane" if kernel.text.contains("fn solve(") => {
                        assert!(x.is_power_of_two());
                        let on_chip = kernel.text.contains("var<workgroup> v_:");
                        shapes.insert((on_chip, kernel.text.contains("const GATES_ON_CHIP: bool = true;")));
                    }
                    _ => assert_eq!(x, THREADS, "{}", kernel.name),
                }
                let spikes = module.types.iter().find(|(_, t)| t.name.as_deref() == Some("Spikes"));
                assert_eq!(spikes.is_some(), kernel.name == "membrane");
                if let Some((_, own)) = spikes {
                    let naga::TypeInner::Struct { members, .. } = &own.inner else { panic!("a structure") };
                    let records = members.iter().find(|m| m.name.as_deref() == Some("records")).expect("records");
                    assert_eq!(u64::from(records.offset), huxley_gpu::SPIKES_HEADER);
                    let words = if double { "const SPIKE_WORDS: u32 = 5u;" } else { "const SPIKE_WORDS: u32 = 4u;" };
                    assert_eq!(kernel.text.matches(words).count(), 1);
                }
                // No number of these is written a second time by hand.
                assert!(!kernel.text.contains("@workgroup_size(6") && !kernel.text.contains("@workgroup_size(1"));
            }
            assert_eq!(shapes, HashSet::from([(true, true), (true, false), (false, false)]));
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
