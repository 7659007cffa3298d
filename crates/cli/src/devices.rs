//! `huxley devices`.

use std::process::ExitCode;

use huxley_cpu::device_report;
use huxley_io::results::format;
use serde::Serialize;

use crate::console::Console;
use crate::failure::Failure;
use crate::machine::{self, Cache};

#[derive(Serialize)]
struct Devices {
    schema: &'static str,
    cpu: Cpu,
    gpus: [(); 0],
    gpu_note: &'static str,
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

const NO_GPU: &str = "this build has no GPU backend";

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
    if console.json() {
        console.answer_json(&Devices { schema: "huxley.devices/1", cpu, gpus: [], gpu_note: NO_GPU })?;
    } else {
        console.answer(&text(&cpu))?;
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
    lines.push(format!("GPU   none: {NO_GPU}"));
    lines.join("\n")
}

fn others(cpu: &Cpu) -> String {
    let others: Vec<&str> = cpu.instruction_sets.iter().copied().filter(|isa| *isa != cpu.isa).collect();
    if others.is_empty() { "no other".to_owned() } else { others.join(", ") }
}

/// Sizes of caches are powers of two.
fn binary(bytes: u64) -> String {
    if bytes >= 1 << 20 { format!("{} MiB", bytes >> 20) } else { format!("{} KiB", bytes >> 10) }
}
