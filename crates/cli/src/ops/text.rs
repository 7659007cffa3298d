//! `huxley ops` as tables of at most 120 columns.

use huxley_harness::ledger::{Amount, Convention, Group, Settings, Totals, article, published, rows, total};
use huxley_io::results::format;

use super::document::one_step;
use super::{Ledger, precision};
use crate::table::{aligned, wrapped_at};

/// Columns of text.
const WIDTH: usize = 118;

/// The ledger as text.
pub fn text(ledger: &Ledger) -> String {
    let (s, c) = (&ledger.settings, ledger.convention);
    let mut text = format!(
        "The article's operations, and those of the functions that run: {}, {}, {}.\nFLOP: a multiply-add is 2, an exponential \
         {}, a division {}, a comparison 0. `instr.`: an exponential as what it\nis made of in {}, everything 1. `read` and \
         `written`: bytes.\n",
        s.membrane,
        s.integrator.name(),
        precision(s.precision),
        plain(c.exp),
        plain(c.div),
        precision(s.precision),
    );
    for group in Group::ALL {
        text += "\n";
        text += &heading(group, s);
        text += &table(ledger, group);
        for row in ledger.rows.iter().filter(|row| row.group == group) {
            text += &wrapped_at(&format!("  {}: ", row.part), "      ", row.why, WIDTH);
        }
    }
    text += "\n";
    text += &totals(s, c);
    text += "\n";
    text += &others(s, c);
    text
}

fn heading(group: Group, s: &Settings) -> String {
    match group {
        Group::Compartment => {
            format!("{} (of a neuron of {})\n", group.unit(), format::counted(s.compartments.into(), "compartment"))
        }
        Group::Integration => format!(
            "{}: {}, {}, {} a ms, {} % of the synapses meet a spike\n",
            group.unit(),
            format::counted(s.compartments.into(), "compartment"),
            format::counted(s.synapses.into(), "synapse"),
            format::counted(s.substeps.into(), "substep"),
            plain(100.0 * s.active)
        ),
        Group::Synapse => format!(
            "{}, {} % of them meeting a spike, homeostatic and structural parts every {} ms\n",
            group.unit(),
            plain(100.0 * s.active),
            plain(s.interval)
        ),
    }
}

fn table(ledger: &Ledger, group: Group) -> String {
    let (s, c) = (&ledger.settings, ledger.convention);
    let mut lines: Vec<Vec<String>> = vec![
        ["", "article", "ours", "ratio", "add", "mul", "div", "fma", "exp", "cmp", "instr.", "read", "written"]
            .map(str::to_owned)
            .to_vec(),
    ];
    let own = || ledger.rows.iter().filter(|row| row.group == group);
    for row in own() {
        lines.push(line(row.part, row.article, &row.amount(), &row.expanded(s.precision), row.bytes(), c));
    }
    if own().count() > 1 {
        let article: f64 = own().filter_map(|row| row.article).sum();
        let expanded: Amount = own().map(|row| row.expanded(s.precision)).sum();
        let bytes = own().map(huxley_harness::ledger::Row::bytes).fold((0.0, 0.0), |a, b| (a.0 + b.0, a.1 + b.1));
        lines.push(line("sum", Some(article), &total(&ledger.rows, group), &expanded, bytes, c));
    }
    aligned(&lines, &(1..13).collect::<Vec<_>>(), 2)
}

fn line(
    name: &str,
    article: Option<f64>,
    amount: &Amount,
    expanded: &Amount,
    bytes: (f64, f64),
    convention: Convention,
) -> Vec<String> {
    let flop = amount.flop(convention);
    let dash = || "-".to_owned();
    let mut cells = vec![name.to_owned(), article.map_or_else(dash, number), number(flop)];
    cells.push(article.map_or_else(dash, |article| ratio(flop / article)));
    cells.extend([amount.add, amount.mul, amount.div, amount.fma, amount.exp, amount.cmp].map(short));
    cells.extend([expanded.instructions(), bytes.0, bytes.1].map(short));
    cells
}

/// Sums by compartment, neuron, synapse and brain.
fn totals(s: &Settings, c: Convention) -> String {
    let mut sizes = vec![(s.compartments, s.synapses)];
    for size in article::COMPARTMENTS.into_iter().zip(article::SYNAPSES) {
        if !sizes.contains(&size) {
            sizes.push(size);
        }
    }
    let at = |(compartments, synapses): (u32, u32)| {
        let own = Settings { compartments, synapses, ..s.clone() };
        (one_step(&own), Totals::of(&rows(&own), &own))
    };
    let line = |name: String, article: String, once: f64, full: f64, to: f64| {
        vec![name, article, number(once), ratio(once / to), number(full), ratio(full / to)]
    };
    let mut lines = vec![
        ["", "article", "1 step", "ratio", &format!("{} substeps", s.substeps), "ratio"].map(str::to_owned).to_vec(),
    ];
    let (once, full) = at(sizes[0]);
    lines.push(line(
        "one compartment".to_owned(),
        number(article::COMPARTMENT),
        once.compartment.flop(c),
        full.compartment.flop(c),
        article::COMPARTMENT,
    ));
    for &(compartments, synapses) in &sizes {
        let (once, full) = at((compartments, synapses));
        let figure = article::neuron(compartments, synapses);
        lines.push(line(
            format!(
                "one neuron of {}, {}",
                format::counted(compartments.into(), "compartment"),
                format::counted(synapses.into(), "synapse")
            ),
            number(figure),
            once.neuron.flop(c),
            full.neuron.flop(c),
            figure,
        ));
    }
    lines.push(line(
        "one synapse".to_owned(),
        number(article::SYNAPSE),
        once.synapse.flop(c),
        full.synapse.flop(c),
        article::SYNAPSE,
    ));
    let brain = |totals: &Totals| {
        1e3 * (article::BRAIN_NEURONS * totals.neuron.flop(c) + article::BRAIN_SYNAPSES * totals.synapse.flop(c))
    };
    let article_brain = 1e3 * (article::BRAIN_NEURONS * article::NEURON + article::BRAIN_SYNAPSES * article::SYNAPSE);
    for size in article::COMPARTMENTS.into_iter().zip(article::SYNAPSES) {
        let (once, full) = at(size);
        lines.push(line(
            format!("1e11 such neurons of {} compartments, 6e14 synapses, FLOP/s", size.0),
            number(article_brain),
            brain(&once),
            brain(&full),
            article_brain,
        ));
    }
    let mut text = "FLOP in a millisecond\n".to_owned();
    text += &aligned(&lines, &[1, 2, 3, 4, 5], 2);
    for (name, note) in [
        (
            "1 step",
            "as the article has it, and only arithmetic: no Hodgkin-Huxley membrane is right with steps of 1 ms.",
        ),
        ("neuron", "without its synapses' own state; of its range from 2,360 to 23,100 the article uses 20,000."),
    ] {
        text += &wrapped_at(&format!("  {name}: "), "      ", note, WIDTH);
    }
    text
}

/// Published counts.
fn others(s: &Settings, c: Convention) -> String {
    let mut lines = vec![["", "published", "ours", "ratio", "", "ours is"].map(str::to_owned).to_vec()];
    for p in published() {
        let ours = p.ours.figure(s, c);
        let cells = [p.what.to_owned(), number(p.figure), number(ours), ratio(ours / p.figure), p.unit.to_owned()];
        lines.push([&cells[..], &[p.ours.name().to_owned()]].concat());
    }
    let mut text = "Other published counts\n".to_owned();
    text += &aligned(&lines, &[1, 2, 3], 2);
    for (i, p) in published().iter().enumerate() {
        let said = published()[..i].iter().any(|q| q.source == p.source);
        if !said {
            let notes: Vec<String> = published()
                .iter()
                .filter(|q| q.source == p.source && !q.note.is_empty())
                .map(|q| format!("{}: {}", q.what, q.note))
                .collect();
            text += &wrapped_at(&format!("  {}. ", p.source), "      ", &notes.join("; "), WIDTH);
        }
    }
    text
}

/// A figure: as it is where it is whole and short, else three digits, with a power of ten where it is long.
pub fn number(x: f64) -> String {
    if x == 0.0 {
        return "0".to_owned();
    }
    if x.abs() >= 1e6 {
        return format!("{x:.2e}");
    }
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    if x.fract() == 0.0 || x >= 1000.0 {
        return format::count(x.round() as u64);
    }
    if x >= 100.0 {
        format!("{x:.0}")
    } else if x >= 0.1 {
        format!("{x:.1}")
    } else if x >= 0.001 {
        format!("{x:.3}")
    } else {
        format!("{x:.0e}")
    }
}

/// A figure of a table with many columns.
fn short(x: f64) -> String {
    if x.abs() >= 1e5 { format!("{x:.2e}") } else { number(x) }
}

fn ratio(x: f64) -> String {
    if x >= 100.0 {
        format!("{x:.0}")
    } else if x >= 10.0 {
        format!("{x:.1}")
    } else if x >= 0.01 {
        format!("{x:.2}")
    } else {
        format!("{x:.0e}")
    }
}

/// A weight or percentage.
fn plain(x: f64) -> String {
    format!("{}", (x * 1e4).round() / 1e4)
}
