//! `huxley extrapolate` as tables of at most 120 columns.

use huxley_harness::extrapolate::Extrapolation;
use huxley_harness::extrapolate::document::{ChainRow, Needs, Prediction};
use huxley_io::results::format;

use crate::table::{aligned, capital, wrapped_at};

/// Columns of text.
const WIDTH: usize = 118;

/// The extrapolation as text.
pub fn text(done: &Extrapolation) -> String {
    [heading(done), chain(done), devices(done), brains(done), backtest(done), notes(done)].join("\n")
}

fn heading(done: &Extrapolation) -> String {
    let (brain, s) = (&done.brain, &done.settings);
    let speed = if s.slowdown == 1.0 {
        "in real time".to_owned()
    } else {
        format!("{} s a biological second", figure(s.slowdown))
    };
    let what = format!(
        "{} neurons of {} compartments, {} synapses, {} Hz; {}, {}, {} substeps a ms, {}, {speed}.",
        figure(brain.neurons.value),
        figure(brain.compartments.value),
        figure(brain.synapses.value),
        figure(brain.rate_hz.value),
        s.membrane,
        s.integrator,
        s.substeps,
        s.precision,
    );
    let said = capital(&done.efficiency.said);
    format!(
        "{}{}",
        wrapped_at(&format!("{}: ", brain.title), "  ", &what, WIDTH),
        wrapped_at("", "", &format!("{said}."), WIDTH)
    )
}

fn chain(done: &Extrapolation) -> String {
    let chain = &done.chain;
    let measured = done.measurement.is_some();
    let mut lines = vec![
        ["", "unit", "article", "printed", "1 step", &format!("{} steps", chain.substeps)].map(str::to_owned).to_vec(),
    ];
    let (counted, only): (Vec<&ChainRow>, Vec<&ChainRow>) = chain.rows.iter().partition(|row| row.measured.is_none());
    for row in counted {
        let mut cells = vec![row.step.clone(), row.unit.clone()];
        cells.push(row.article.map_or_else(dash, exact));
        cells.push(row.printed.clone().unwrap_or_else(dash));
        cells.extend([row.one_step, row.substeps].map(|x| x.map_or_else(dash, exact)));
        lines.push(cells);
    }
    let mut text = format!(
        "The article's chain: its figures, what it prints, and the same steps counted for {} compartments, one step or {} a ms\n",
        chain.compartments, chain.substeps
    );
    text += &aligned(&lines, &[2, 3, 4, 5], 2);
    if measured {
        text += "  With measured rates:\n";
        let rows: Vec<Vec<String>> = only
            .iter()
            .map(|row| vec![row.step.clone(), row.unit.clone(), row.measured.map_or_else(dash, figure)])
            .collect();
        text += &aligned(&rows, &[2], 2);
    }
    for slip in &chain.slips {
        text += &wrapped_at(&format!("  {}: ", slip.printed), "      ", &slip.instead, WIDTH);
    }
    text
}

fn devices(done: &Extrapolation) -> String {
    let mut head = vec!["".to_owned(), "in all".to_owned(), String::new()];
    head.extend(done.devices.iter().map(|d| d.name.clone()));
    let mut lines = vec![head];
    for (i, requirement) in done.requirements.iter().enumerate() {
        let mut cells = vec![requirement.name.clone(), figure(requirement.value), requirement.unit.clone()];
        cells.extend(done.devices.iter().map(|d| d.requirements[i].devices.map_or_else(dash, figure)));
        lines.push(cells);
    }
    let mut row = |name: &str, unit: &str, of: &dyn Fn(&Needs) -> String| {
        let mut cells = vec![name.to_owned(), String::new(), unit.to_owned()];
        cells.extend(done.devices.iter().map(of));
        lines.push(cells);
    };
    row("the largest", "", &|d| d.devices.map_or_else(dash, figure));
    if done.measurement.is_some() {
        row("  least, by the spread", "", &|d| d.devices_low.map_or_else(dash, figure));
        row("  most, by the spread", "", &|d| d.devices_high.map_or_else(dash, figure));
    }
    row("one after the other", "", &|d| d.devices_in_turn.map_or_else(dash, figure));
    row("binding", "", &|d| d.binding.as_deref().map_or_else(dash, short));
    row("power", "W", &|d| d.power_w.map_or_else(dash, figure));
    row("cost", "USD", &|d| d.cost_usd.map_or_else(dash, figure));
    row("sent by a device", "B/s", &|d| figure(d.exchange.device.0));
    row("messages of a device", "1/s", &|d| figure(d.exchange.messages.0));
    row("  of what it can send", "%", &|d| {
        d.messages_per_s.map_or_else(dash, |most| figure(100.0 * d.exchange.messages.0 / most))
    });
    row("barrier and kernels", "us", &|d| figure(1e6 * d.latency_s));
    row("  of the tick", "%", &|d| figure(100.0 * d.latency_s / d.budget_s));
    let mut text = "What the brain needs, and how many devices that is\n".to_owned();
    text += &aligned(&lines, &(1..lines[0].len()).filter(|&c| c != 2).collect::<Vec<_>>(), 2);
    for (name, said) in [
        ("the largest", "if arithmetic, memory and exchange overlap perfectly and the tick's latency costs nothing."),
        ("one after the other", "if none of them overlap, and kernels and barrier take their part of each tick."),
    ] {
        text += &wrapped_at(&format!("  {name}: "), "      ", said, WIDTH);
    }
    text
}

fn brains(done: &Extrapolation) -> String {
    let mut lines = vec![
        ["", "neurons", "synapses", "arithmetic", "held", "moved", "spikes", "binding", "by the literature"]
            .map(str::to_owned)
            .to_vec(),
    ];
    for brain in &done.brains {
        let mut cells = vec![brain.name.clone(), figure(brain.neurons), figure(brain.synapses)];
        cells.extend(brain.requirements.iter().map(|r| r.devices.map_or_else(dash, figure)));
        cells.push(brain.binding.as_deref().map_or_else(dash, short));
        cells.push(brain.devices.map_or_else(dash, |d| range(d, brain.devices_low, brain.devices_high)));
        lines.push(cells);
    }
    let title = done.devices.first().map_or("", |d| d.title.as_str());
    format!(
        "Devices by brain, {title}; last the largest, over the literature's range of neurons and synapses\n{}",
        aligned(&lines, &[1, 2, 3, 4, 5, 6], 2)
    )
}

fn backtest(done: &Extrapolation) -> String {
    let mut lines =
        vec![["", "devices", "reported", "overlapped", "in turn", "ratio", "largest term"].map(str::to_owned).to_vec()];
    for p in &done.backtest {
        let name = format!("{}{}", p.name, if p.unchecked.is_empty() { "" } else { " *" });
        lines.push(vec![
            name,
            exact(p.devices),
            range(p.reported, p.reported_low, p.reported_high),
            figure(p.overlapped),
            range(p.predicted, Some(p.predicted_low), Some(p.predicted_high)),
            figure(p.ratio),
            short(&p.binding),
        ]);
    }
    let mut text = "Back-test: wall-clock seconds a biological second of published runs, by the same model at the datasheets' peaks\n".to_owned();
    text += &aligned(&lines, &[1, 2, 3, 4, 5], 2);
    text += "  ratio: reported over predicted in turn; above 1 the run was slower. * some inputs were not checked:\n";
    for p in &done.backtest {
        text += &wrapped_at(&format!("  {}: ", p.name), "      ", &miss(p), WIDTH);
    }
    text
}

/// How a prediction misses and why.
fn miss(p: &Prediction) -> String {
    let size = match p.ratio {
        r if r >= 1.25 => format!("{} times slower than predicted; {}", figure(r), p.why),
        r if r <= 0.8 => format!(
            "{} times faster than predicted; the model's cost is too dear, or its inputs are wrong",
            figure(1.0 / r)
        ),
        _ => format!("within a quarter, at peaks that no program reaches, so by luck in part; not in it: {}", p.why),
    };
    let fits = match p.memory_fraction {
        Some(f) if f > 1.0 => {
            format!("; its synapses as counted need {} times the memory taken for its devices", figure(f))
        }
        _ => String::new(),
    };
    let open =
        if p.unchecked.is_empty() { String::new() } else { format!(" (not checked: {})", p.unchecked.join(", ")) };
    format!("{size}{fits}{open}. {}.", p.source)
}

fn notes(done: &Extrapolation) -> String {
    let mut text = "Notes\n".to_owned();
    for note in &done.notes {
        text += &wrapped_at("  ", "    ", &format!("{note}."), WIDTH);
    }
    for (what, figure) in [
        ("neurons", &done.brain.neurons),
        ("synapses", &done.brain.synapses),
        ("compartments", &done.brain.compartments),
        ("rate", &done.brain.rate_hz),
    ] {
        let note = figure.note.as_deref().map_or_else(String::new, |n| format!(" ({n})"));
        let open = if figure.checked { "" } else { ", not checked" };
        text += &wrapped_at(&format!("  {what}: "), "    ", &format!("{}{note}{open}", figure.source), WIDTH);
    }
    for device in &done.devices {
        if !device.unchecked.is_empty() {
            let list = device.unchecked.join(", ");
            text += &wrapped_at(&format!("  {}, not checked: ", device.name), "    ", &list, WIDTH);
        }
    }
    text + "  --json has the source of every figure.\n"
}

fn dash() -> String {
    "-".to_owned()
}

/// The last word of a requirement's name.
fn short(name: &str) -> String {
    match name.split_once(' ') {
        Some(("memory", word)) => word.to_owned(),
        Some((word, _)) => word.to_owned(),
        None => name.to_owned(),
    }
}

fn range(value: f64, low: Option<f64>, high: Option<f64>) -> String {
    match (low, high) {
        (Some(low), Some(high)) if low < high => {
            let edges = format!("{}..{}", figure(low), figure(high));
            if low < value && value < high { format!("{} ({edges})", figure(value)) } else { edges }
        }
        _ => figure(value),
    }
}

/// A whole number with its digits where it has not too many.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn exact(x: f64) -> String {
    if (1000.0..1e8).contains(&x) { format::count(x.round() as u64) } else { figure(x) }
}

/// Three digits, with a power of ten where it is long; a whole number below 1000 as it is.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
pub fn figure(x: f64) -> String {
    if x == 0.0 || !x.is_finite() {
        return format!("{x}");
    }
    let size = x.abs();
    if !(1e-3..1e5).contains(&size) {
        let text = format!("{x:.2e}");
        // 1.00e11 is 1e11.
        return text.replace(".00e", "e").replace("0e", "e");
    }
    if size >= 1000.0 || x.fract() == 0.0 {
        return format::count(x.round() as u64);
    }
    format::significant(x, 3)
}
