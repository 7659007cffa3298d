//! `huxley devices`.

use std::process::ExitCode;

use huxley_cpu::device_report;
use huxley_io::results::format;
use serde::Serialize;

use crate::console::Console;
use crate::failure::Failure;
use crate::gpu::{self, Adapter, Listed, NoAdapter};
use crate::machine::{self, Cache};
use crate::table::wrapped_at;

/// Columns of text.
const WIDTH: usize = 100;
/// What stands before a line that goes on.
const INDENT: &str = "      ";

#[derive(Serialize)]
struct Devices {
    schema: &'static str,
    cpu: Cpu,
    gpus: Vec<Adapter>,
    uses: Uses,
    #[serde(skip_serializing_if = "Option::is_none")]
    gpu_note: Option<String>,
}

/// What a run would use.
#[derive(Serialize)]
struct Uses {
    /// Number of the GPU of `--backend gpu`.
    gpu: Option<usize>,
    /// Whether that one computes on the CPU.
    gpu_is_software: bool,
    /// Number of the GPU that `--backend auto` takes where it should be done first; `null` where auto is always the CPU.
    auto: Option<usize>,
}

#[derive(Serialize)]
struct Cpu {
    name: Option<String>,
    logical_cpus: usize,
    isa: &'static str,
    instruction_sets: Vec<&'static str>,
    f32_lanes: usize,
    f64_lanes: usize,
    caches: Vec<Cache>,
    memory_bytes: Option<u64>,
    available_memory_bytes: Option<u64>,
}

/// Shows what runs can be run on.
pub fn devices(console: &Console) -> Result<ExitCode, Failure> {
    let report = device_report();
    let cpu = Cpu {
        name: machine::cpu_name(),
        logical_cpus: report.logical_cpus,
        isa: report.isa,
        instruction_sets: report.instruction_sets,
        f32_lanes: report.f32_lanes,
        f64_lanes: report.f64_lanes,
        caches: machine::caches(),
        memory_bytes: machine::total_memory(),
        available_memory_bytes: machine::available_memory(),
    };
    let found = gpu::list();
    if console.json() {
        let gpu_note = found.as_ref().err().map(|none| none.reason.clone());
        let listed = found.ok();
        let auto = listed.as_ref().and_then(Listed::real);
        let gpu = listed.as_ref().map(|listed| listed.usual);
        let uses = Uses { gpu, gpu_is_software: gpu.is_some() && auto.is_none(), auto };
        let gpus = listed.map(|listed| listed.adapters).unwrap_or_default();
        console.answer_json(&Devices { schema: "huxley.devices/1", cpu, gpus, uses, gpu_note })?;
    } else {
        console.answer(&(text(&cpu) + &gpus(&found)))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn text(cpu: &Cpu) -> String {
    let mut lines = vec![
        format!("CPU   {}", cpu.name.as_deref().unwrap_or("of unknown name")),
        format!("      {} available", format::counted(cpu.logical_cpus as u64, "logical core")),
        format!(
            "      {} instructions: {} f32 or {} f64 at a time (it also has {})",
            cpu.isa,
            cpu.f32_lanes,
            cpu.f64_lanes,
            others(cpu)
        ),
    ];
    if !cpu.caches.is_empty() {
        let caches: Vec<String> = cpu.caches.iter().map(|c| format!("{} {}", c.name, binary(c.bytes))).collect();
        lines.push(format!("      caches {}", caches.join(", ")));
    }
    if let (Some(total), Some(available)) = (cpu.memory_bytes, cpu.available_memory_bytes) {
        lines.push(format!("      memory {}, {} of it free for a run", format::bytes(total), format::bytes(available)));
    }
    lines.join("\n") + "\n"
}

fn gpus(found: &Result<Listed, NoAdapter>) -> String {
    match found {
        Ok(listed) => {
            let used = match listed.real() {
                Some(number) => format!(
                    "--backend gpu uses GPU {}; --backend auto uses GPU {number} where that should be done before the CPU",
                    listed.usual
                ),
                None => format!(
                    "--backend gpu uses GPU {}, which is software; --backend auto uses the CPU: there is no other GPU",
                    listed.usual
                ),
            };
            listed.adapters.iter().map(described).collect::<String>() + &wrapped_at("runs  ", INDENT, &used, WIDTH)
        }
        Err(none) => {
            let text = wrapped_at("GPU   ", INDENT, &format!("none: {}", none.reason), WIDTH);
            text + &wrapped_at(INDENT, INDENT, &none.hint, WIDTH)
        }
    }
}

/// An adapter in a few lines.
fn described(gpu: &Adapter) -> String {
    let mut text = format!("GPU {} {}\n", gpu.number, gpu.name);
    let mut line = |words: &str| text += &wrapped_at(INDENT, INDENT, words, WIDTH);
    line(&format!("{}, {}, driver {} {}", gpu.kind, gpu.backend, gpu.driver, gpu.driver_info));
    if let Some(bytes) = gpu.memory_bytes {
        let whose = if gpu.software { " (the machine's)" } else { "" };
        line(&format!("memory {}{whose}", format::bytes(bytes)));
    }
    line(&format!(
        "largest buffer {}, largest binding {}, workgroup memory {}",
        binary(gpu.max_buffer_bytes),
        binary(gpu.max_binding_bytes),
        binary(u64::from(gpu.workgroup_memory_bytes))
    ));
    let subgroups = match gpu.subgroups {
        Some([least, most]) if least == most => format!("subgroups of {least}"),
        Some([least, most]) => format!("subgroups of {least} to {most}"),
        None => "no subgroups".to_owned(),
    };
    let has = |there: bool, what: &str| if there { what.to_owned() } else { format!("no {what}") };
    let features = [
        has(gpu.f64, "f64"),
        has(gpu.f16, "f16"),
        subgroups,
        has(gpu.timestamps, "timestamps"),
        has(gpu.strict, "--strict"),
    ];
    line(&features.join(", "));
    if gpu.software {
        line("computes on the CPU, slower than --backend cpu: --backend auto never takes it");
    }
    text
}

fn others(cpu: &Cpu) -> String {
    let others: Vec<&str> = cpu.instruction_sets.iter().copied().filter(|isa| *isa != cpu.isa).collect();
    if others.is_empty() { "no other".to_owned() } else { others.join(", ") }
}

/// Sizes of caches and limits are powers of two, or nearly.
fn binary(bytes: u64) -> String {
    match bytes {
        _ if bytes >= 1 << 42 => format!("{} TiB", bytes >> 40),
        _ if bytes >= 10 << 30 || (bytes >= 1 << 30 && bytes.is_multiple_of(1 << 30)) => format!("{} GiB", bytes >> 30),
        _ if bytes >= 1 << 20 => format!("{} MiB", bytes >> 20),
        _ => format!("{} KiB", bytes >> 10),
    }
}
