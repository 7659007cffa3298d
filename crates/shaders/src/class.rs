//! The channels of a class of cells, and its signalling.
//!
//! Kernels of the membrane are joined with this text. They see `Gates`, `Densities` and `Signals` of a node, and functions that
//! load them, advance them and add their currents, whatever the class has.

use std::fmt::Write as _;

use huxley_engine::plan::{Class, ClassChannel, Settings};
use huxley_model::channel::{Gate, Reversal, Sensed};
use huxley_model::expr::{Expr, record};
use huxley_model::signalling::{State, modulation};

use crate::Arithmetic;

/// Where the planes of a class start: in the state, but for densities and kappa, which are constants.
#[derive(Clone, Debug, Default)]
pub struct ClassPlanes {
    /// Of each gate with a state, over the channels; a value a class node.
    pub gates: Vec<u32>,
    /// Of each channel's maximal conductance (constants); a value a class node.
    pub densities: Vec<u32>,
    /// Of its signalling.
    pub signalling: Option<SignallingPlanes>,
}

/// Planes of a class's signalling: a value a cell of the class, unless said otherwise.
#[derive(Clone, Debug)]
pub struct SignallingPlanes {
    /// Messengers, in their order.
    pub messengers: [u32; 5],
    /// Factor of modulated conductances.
    pub factor: u32,
    /// Reversal potential of each channel that follows calcium, by channel.
    pub reversals: Vec<(usize, u32)>,
    /// Calcium current summed over the tick; a value a class node.
    pub current: u32,
    /// Calcium that 1 nA carries in (constants).
    pub kappa: u32,
}

/// A gate's name as an identifier: channel, then gate.
fn gate_names(class: &Class) -> Vec<String> {
    let of = |(c, entry): (usize, &ClassChannel)| -> Vec<String> {
        let states = entry.channel.gates.iter().filter(|g| g.has_state()).enumerate();
        states.map(|(k, gate)| format!("c{c}_{k}_{}", identifier(&gate.name))).collect()
    };
    class.channels.iter().enumerate().flat_map(of).collect()
}

/// Letters, digits and underscores of a name.
fn identifier(name: &str) -> String {
    let kept: String = name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
    kept.trim_matches('_').to_owned()
}

/// What a channel reads of its cell.
#[derive(Clone, Copy)]
struct Reads {
    calcium: bool,
    factor: bool,
    reversal: bool,
}

impl Reads {
    fn of(entry: &ClassChannel, signalling: bool) -> Self {
        let gates = entry.channel.gates.iter().any(Gate::reads_calcium);
        Self {
            calcium: signalling && (gates || matches!(entry.channel.reversal, Reversal::GoldmanCalcium { .. })),
            factor: signalling && entry.modulated,
            reversal: signalling && matches!(entry.channel.reversal, Reversal::NernstCalcium { .. }),
        }
    }

    /// Names of the inputs, and what is passed for them.
    fn inputs(self, channel: usize) -> Vec<(&'static str, String)> {
        let all = [
            (self.calcium, "ca", "signals.ca".to_owned()),
            (self.factor, "factor", "signals.factor".to_owned()),
            (self.reversal, "e", format!("signals.e{channel}")),
        ];
        all.into_iter().filter(|(read, ..)| *read).map(|(_, name, value)| (name, value)).collect()
    }

    /// The recorded channel's maximal conductance, what its gates sense, and its reversal potential.
    fn take(self, entry: &ClassChannel, v: Expr, gbar: Expr, inputs: &[Expr]) -> (Expr, Sensed<Expr>, Expr) {
        let mut inputs = inputs.iter().copied();
        let mut next = |read: bool| if read { inputs.next() } else { None };
        let (ca, factor, reversal) = (next(self.calcium), next(self.factor), next(self.reversal));
        let at = Sensed { ca: ca.unwrap_or_else(|| v.lit_zero()), v };
        (factor.map_or(gbar, |f| gbar * f), at, reversal.unwrap_or_else(|| v.lit_of(entry.reversal)))
    }
}

/// Literals without importing the arithmetic everywhere.
trait Literal: Sized {
    fn lit_of(self, x: f64) -> Self;
    fn lit_zero(self) -> Self {
        self.lit_of(0.0)
    }
}

impl Literal for Expr {
    fn lit_of(self, x: f64) -> Self {
        huxley_model::real::Real::lit(self, x)
    }
}

/// The text of a class.
#[must_use]
pub fn library(class: &Class, settings: &Settings, planes: &ClassPlanes, arithmetic: Arithmetic) -> String {
    let mut text = functions(class, settings, arithmetic);
    text += &structures(class, planes);
    text += &advances(class);
    if let Some(own) = &planes.signalling {
        text += &signalling(class, settings, own, arithmetic);
    }
    text
}

/// Each channel's own functions.
#[must_use]
pub fn functions(class: &Class, settings: &Settings, arithmetic: Arithmetic) -> String {
    let signalling = class.signalling.is_some();
    let names = gate_names(class);
    let mut next = 0;
    let mut text = String::new();
    for (c, entry) in class.channels.iter().enumerate() {
        let states = entry.channel.states();
        let gates: Vec<&str> = names[next..next + states].iter().map(String::as_str).collect();
        next += states;
        let reads = Reads::of(entry, signalling);
        let more: Vec<&str> = reads.inputs(c).iter().map(|(name, _)| *name).collect();
        let title = identifier(&entry.channel.name);
        let _ = writeln!(text, "// {}: what it adds to the equation of a node (d, i).", entry.channel.name);
        let inputs = [&["d", "i", "gbar", "v"], &gates[..], &more[..]].concat();
        let program = record(inputs.len(), |x: &[Expr]| {
            let (gbar, at, e) = reads.take(entry, x[3], x[2], &x[4 + states..]);
            let (d, i) = entry.channel.add_to((x[0], x[1]), gbar, &x[4..4 + states], at, e, settings.celsius);
            vec![d, i]
        });
        text += &arithmetic.function(&format!("add_{c}_{title}"), &inputs, &program);
        if states > 0 {
            let _ = writeln!(text, "\n// {}: its gates a substep later.", entry.channel.name);
            let inputs = [&["v"], &gates[..], &more[..]].concat();
            let program = record(inputs.len(), |x: &[Expr]| {
                let (_, at, _) = reads.take(entry, x[0], x[0], &x[1 + states..]);
                let with_state = entry.channel.gates.iter().filter(|g| g.has_state());
                let advanced = with_state.zip(&x[1..]).map(|(gate, &state)| {
                    let factor = gate.rate_factor(settings.celsius);
                    gate.advance(settings.integrator, state, at, settings.dt, settings.celsius, factor)
                });
                advanced.collect()
            });
            text += &arithmetic.function(&format!("advance_{c}_{title}"), &inputs, &program);
        }
        if entry.carries_calcium {
            let _ = writeln!(text, "\n// {}: its calcium current added to a sum.", entry.channel.name);
            let inputs = [&["sum", "gbar", "v"], &gates[..], &more[..]].concat();
            let program = record(inputs.len(), |x: &[Expr]| {
                let (gbar, at, e) = reads.take(entry, x[2], x[1], &x[3 + states..]);
                vec![x[0] + entry.channel.current(gbar, &x[3..3 + states], at, e, settings.celsius)]
            });
            text += &arithmetic.function(&format!("calcium_{c}_{title}"), &inputs, &program);
        }
        text.push('\n');
    }
    text
}

/// A structure of `members`, loaded from the planes `at` of `array`.
fn structure(name: &str, members: &[String], array: &str, at: &[u32], index: &str) -> String {
    let load = name.to_lowercase();
    if members.is_empty() {
        return format!(
            "struct {name} {{ none: u32 }}\nfn load_{load}({index}: u32) -> {name} {{ return {name}({index}); }}\n\n"
        );
    }
    let fields: Vec<String> = members.iter().map(|m| format!("{m}: Float")).collect();
    let values: Vec<String> = at.iter().map(|plane| format!("{array}[{plane}u + {index}]")).collect();
    format!(
        "struct {name} {{ {} }}\nfn load_{load}({index}: u32) -> {name} {{\n    return {name}({});\n}}\n\n",
        fields.join(", "),
        values.join(", ")
    )
}

fn structures(class: &Class, planes: &ClassPlanes) -> String {
    let gates = gate_names(class);
    let densities: Vec<String> = (0..class.channels.len()).map(|c| format!("c{c}")).collect();
    let mut text = structure("Gates", &gates, "state", &planes.gates, "n");
    text += "fn store_gates(n: u32, gates: Gates) {\n";
    for (name, plane) in gates.iter().zip(&planes.gates) {
        let _ = writeln!(text, "    state[{plane}u + n] = gates.{name};");
    }
    text += "}\n\n";
    text += &structure("Densities", &densities, "constants", &planes.densities, "n");
    let (mut members, mut at) = (Vec::new(), Vec::new());
    if let Some(own) = &planes.signalling {
        members.extend(["ca".to_owned(), "factor".to_owned()]);
        at.extend([own.messengers[0], own.factor]);
        for (channel, plane) in &own.reversals {
            members.push(format!("e{channel}"));
            at.push(*plane);
        }
    }
    text + &structure("Signals", &members, "state", &at, "place")
}

/// `get_gates` and `set_gates` of node `j` of a workgroup, class node `n`: in workgroup memory, or in the state.
#[must_use]
pub fn gates_of_trees(class: &Class, on_chip: bool) -> String {
    let names = gate_names(class);
    if !on_chip || names.is_empty() {
        return "const GATES_ON_CHIP: bool = false;\n\
                fn get_gates(j: u32, n: u32) -> Gates { return load_gates(n); }\n\
                fn set_gates(j: u32, n: u32, gates: Gates) { store_gates(n, gates); }\n"
            .to_owned();
    }
    let at = |k: usize| format!("gates_[{k}u * NODES_ON_CHIP + j]");
    let values: Vec<String> = (0..names.len()).map(at).collect();
    let mut text = format!(
        "const GATES_ON_CHIP: bool = true;\nvar<workgroup> gates_: array<Float, {}u * NODES_ON_CHIP>;\n\
         fn get_gates(j: u32, n: u32) -> Gates {{\n    return Gates({});\n}}\n\
         fn set_gates(j: u32, n: u32, gates: Gates) {{\n",
        names.len(),
        values.join(", ")
    );
    for (value, name) in values.iter().zip(&names) {
        let _ = writeln!(text, "    {value} = gates.{name};");
    }
    text + "}\n"
}

/// The functions kernels call: all channels of the class, one after the other.
fn advances(class: &Class) -> String {
    let signalling = class.signalling.is_some();
    let names = gate_names(class);
    let (mut add, mut advance, mut calcium) = (String::new(), String::new(), String::new());
    let mut next = 0;
    for (c, entry) in class.channels.iter().enumerate() {
        let states = entry.channel.states();
        let title = identifier(&entry.channel.name);
        let gates: Vec<String> = names[next..next + states].iter().map(|n| format!("gates.{n}")).collect();
        let more: Vec<String> = Reads::of(entry, signalling).inputs(c).into_iter().map(|(_, value)| value).collect();
        let tail: String = gates.iter().chain(&more).map(|value| format!(", {value}")).collect();
        let _ = writeln!(add, "    e = add_{c}_{title}(e[0], e[1], densities.c{c}, v{tail});");
        if states > 0 {
            let _ = writeln!(advance, "    let a{c} = advance_{c}_{title}(v{tail});");
            for (k, name) in names[next..next + states].iter().enumerate() {
                let value = if states == 1 { format!("a{c}") } else { format!("a{c}[{k}]") };
                let _ = writeln!(advance, "    next.{name} = {value};");
            }
        }
        if entry.carries_calcium {
            let _ = writeln!(calcium, "    sum = calcium_{c}_{title}(sum, densities.c{c}, v{tail});");
        }
        next += states;
    }
    format!(
        "fn add_channels(d: Float, i: Float, v: Float, gates: Gates, densities: Densities, signals: Signals) -> array<Float, 2> {{\n    \
         var e = array<Float, 2>(d, i);\n{add}    return e;\n}}\n\n\
         fn advance_gates(v: Float, gates: Gates, signals: Signals) -> Gates {{\n    var next = gates;\n{advance}    return next;\n}}\n\n\
         fn calcium_current(before: Float, v: Float, gates: Gates, densities: Densities, signals: Signals) -> Float {{\n    \
         var sum = before;\n{calcium}    return sum;\n}}\n\n"
    )
}

/// One step of a cell's signalling, once a tick.
fn signalling(class: &Class, settings: &Settings, planes: &SignallingPlanes, arithmetic: Arithmetic) -> String {
    let Some(own) = &class.signalling else { return String::new() };
    let messengers = ["ca", "camp", "pka", "calcineurin", "pp1"];
    let inputs = [&messengers[..], &["kappa", "current"]].concat();
    let step = record(7, |x: &[Expr]| {
        let state = State { values: [x[0], x[1], x[2], x[3], x[4]] };
        state.advance(&own.constants, x[5], x[6], settings.tick).values.to_vec()
    });
    let factor = record(2, |x: &[Expr]| vec![modulation(&own.constants, x[0], x[1])]);
    let mut text = arithmetic.function("signalling_step", &inputs, &step);
    text.push('\n');
    text += &arithmetic.function("modulation", &["pka", "pp1"], &factor);
    text += "\n// What channels read of a cell, from its messengers.\nfn publish(place: u32) {\n";
    let at = |k: usize| format!("state[{}u + place]", planes.messengers[k]);
    let _ = writeln!(text, "    state[{}u + place] = modulation({}, {});", planes.factor, at(2), at(4));
    for (channel, plane) in &planes.reversals {
        if let Reversal::NernstCalcium { outside } = class.channels[*channel].channel.reversal {
            let (thermal, most) = huxley_model::calcium::nernst_constants(outside, settings.celsius);
            let _ = writeln!(
                text,
                "    state[{plane}u + place] = {} * ln_of({} / max({}, {}));",
                arithmetic.literal(thermal),
                arithmetic.literal(most),
                at(0),
                arithmetic.literal(huxley_model::calcium::LEAST_CALCIUM)
            );
        }
    }
    text += "}\n\nfn advance_signalling(place: u32, current: Float) {\n";
    let values: Vec<String> = (0..5).map(at).collect();
    let _ = writeln!(
        text,
        "    let s = signalling_step({}, constants[{}u + place], current);",
        values.join(", "),
        planes.kappa
    );
    for (k, plane) in planes.messengers.iter().enumerate() {
        let _ = writeln!(text, "    state[{plane}u + place] = s[{k}];");
    }
    text + "    publish(place);\n}\n"
}
