//! `huxley ops --model`: a tick of a network.

use huxley_engine::lower;
use huxley_harness::ledger::{Convention, PlanLedger, RunWork, Work, generator_spikes, of_plan};
use huxley_io::results::format;
use serde::Serialize;

use super::document::{Ops, ops};
use super::text::number;
use crate::args::RunArgs;
use crate::console::Console;
use crate::failure::Failure;
use crate::run::prepare;
use crate::table::aligned;

#[derive(Serialize)]
struct NetworkOps {
    schema: &'static str,
    model: String,
    neurons: u64,
    compartments: u64,
    synapses: u64,
    tick_ms: f64,
    substeps: u32,
    rate_hz: f64,
    membrane: WorkEntry,
    synapse: WorkEntry,
}

#[derive(Serialize)]
struct WorkEntry {
    flop: f64,
    ops: Ops,
    bytes: f64,
}

/// Rate at which sources are taken to spike, Hz.
const RATE: f64 = 10.0;

/// Counts a tick of `model`.
pub fn network(model: &str, convention: Convention, console: &Console) -> Result<(), Failure> {
    let source = prepare::source(model)?;
    let plan = lower(&prepare::load(&source, &RunArgs::default())?.network)?;
    let ledger: PlanLedger = of_plan(&plan);
    let ticks = 1000.0;
    let mut spikes = vec![RATE * 1e-3 * plan.settings.tick * ticks; plan.cells.len()];
    spikes.extend(generator_spikes(&plan, 1000));
    let work: RunWork = ledger.run(ticks, spikes.iter().copied());
    let entry = |work: &Work| WorkEntry {
        flop: work.operations.flop(convention) / ticks,
        ops: ops(&work.operations),
        bytes: work.bytes / ticks,
    };
    let report = NetworkOps {
        schema: "huxley.ops-model/1",
        model: plan.name.clone(),
        neurons: plan.cells.len() as u64,
        compartments: plan.compartments() as u64,
        synapses: plan.synapses() as u64,
        tick_ms: plan.settings.tick,
        substeps: plan.settings.substeps,
        rate_hz: RATE,
        membrane: entry(&work.membrane),
        synapse: entry(&work.synapse),
    };
    if console.json() {
        return console.answer_json(&report);
    }
    let line = |name: &str, work: &Work, each: f64| {
        let o = work.operations;
        let mut cells = vec![name.to_owned(), number(o.flop(convention) / ticks)];
        cells.extend([o.add, o.mul, o.div, o.fma, o.exp, o.cmp, work.bytes].map(|x| number(x / ticks)));
        cells.push(if each > 0.0 { number(o.flop(convention) / ticks / each) } else { "-".to_owned() });
        cells
    };
    let s = &plan.settings;
    let steps = report.compartments as f64 * f64::from(s.substeps);
    let header = ["", "FLOP", "add", "mul", "div", "fma", "exp", "cmp", "bytes", "FLOP each"];
    let lines = [
        header.map(str::to_owned).to_vec(),
        line("compartments", &work.membrane, steps),
        line("synapses", &work.synapse, report.synapses as f64),
    ];
    let text = format!(
        "{}: {}, {}, {}; {} of {} ms in a tick of {} ms, every neuron at {} Hz\n{}  each: a compartment in a substep, a synapse \
         in a tick; bytes: every array met once a tick\n",
        plan.name,
        format::counted(report.neurons, "neuron"),
        format::counted(report.compartments, "compartment"),
        format::counted(report.synapses, "synapse"),
        format::counted(s.substeps.into(), "substep"),
        s.dt,
        s.tick,
        RATE,
        aligned(&lines, &(1..10).collect::<Vec<_>>(), 2)
    );
    console.answer(&text)
}
