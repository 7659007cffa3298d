//! A kind of clocked synapse: one tick of one synapse, recorded from `ClockedStep`, and what its node shares.
//!
//! `rest` and `arrive` take the synapse's variables in the order of its planes and return them, followed by the conductances of
//! its receptors.

use std::fmt::Write as _;

use huxley_engine::plan::{ClockedGroup, Plan, Receptor, Settings};
use huxley_model::expr::{Expr, record};
use huxley_model::plasticity::Planes;
use huxley_model::plasticity::clocked::{Arrivals, Surroundings, Synapse};
use huxley_model::plasticity::slow::ActivityStep;
use huxley_model::plasticity::stdp::trace;
use huxley_model::real::Real;

use crate::Arithmetic;

/// Puts recorded values into a synapse.
fn load(values: &[Expr], planes: &Planes, weight: Expr) -> Synapse<Expr> {
    let zero = weight.lit(0.0);
    let at = |plane: Option<usize>| plane.map_or(zero, |p| values[p]);
    Synapse {
        open: planes.open.map(at),
        release: (at(planes.release), at(planes.release.map(|p| p + 1))),
        calcium: at(planes.calcium),
        camkii: at(planes.camkii),
        trace: at(planes.trace),
        efficacy: at(planes.efficacy),
        weight: planes.weight.map_or(weight, |p| values[p]),
    }
}

/// The variables of a synapse in the order of its planes.
fn store(synapse: &Synapse<Expr>, planes: &Planes, count: usize) -> Vec<Expr> {
    let mut values = vec![synapse.weight; count];
    let mut put = |plane: Option<usize>, x: Expr| {
        if let Some(p) = plane {
            values[p] = x;
        }
    };
    planes.open.iter().zip(&synapse.open).for_each(|(&plane, &s)| put(plane, s));
    put(planes.release, synapse.release.0);
    put(planes.release.map(|p| p + 1), synapse.release.1);
    put(planes.calcium, synapse.calcium);
    put(planes.camkii, synapse.camkii);
    put(planes.trace, synapse.trace);
    put(planes.efficacy, synapse.efficacy);
    put(planes.weight, synapse.weight);
    values
}

/// What all synapses of a node share: the names of the last inputs.
const SHARED: [&str; 4] = ["influx", "rate", "post", "post_trace"];

fn surroundings(x: &[Expr]) -> Surroundings<Expr> {
    Surroundings { influx: x[0], rate: x[1], post: x[2], post_trace: x[3], scale: None }
}

/// Whether the kind's efficacy is noisy.
#[must_use]
pub fn noisy(group: &ClockedGroup) -> bool {
    group.step.graupner_brunel.is_some_and(|step| step.spread != 0.0)
}

/// The functions of a kind of synapse.
#[must_use]
pub fn library(group: &ClockedGroup, receptors: &[Receptor], settings: &Settings, arithmetic: Arithmetic) -> String {
    let planes = Planes::of(&group.variables);
    let count = group.variables.len();
    let own: Vec<String> = group.variable_names(receptors).iter().map(|name| format!("own_{name}")).collect();
    let own: Vec<&str> = own.iter().map(String::as_str).collect();
    let step = &group.step;
    let tail = count + 1;
    let inputs = [&own[..], &["weight"], &SHARED, &["late", "noise"]].concat();
    let rest = record(inputs.len(), |x: &[Expr]| {
        let mut synapse = load(&x[..count], &planes, x[count]);
        let conductance = step.rest(&mut synapse, &surroundings(&x[tail..]), x[tail + 4], |_| x[tail + 5]);
        let mut out = store(&synapse, &planes, count);
        out.extend(&conductance[..group.receptors.len()]);
        out
    });
    let mut text = arithmetic.function("synapse_rest", &inputs, &rest);
    let inputs = [&inputs[..], &["on", "starts", "ends"]].concat();
    let arrive = record(inputs.len(), |x: &[Expr]| {
        let mut synapse = load(&x[..count], &planes, x[count]);
        let mask = |value: Expr| value.lit(0.5).lt(value);
        let arrivals = Arrivals { on: mask(x[tail + 6]), starts: mask(x[tail + 7]), ends: mask(x[tail + 8]) };
        let node = surroundings(&x[tail..]);
        let conductance = step.arrive(&mut synapse, &node, &arrivals, x[tail + 4], |_| x[tail + 5]);
        let mut out = store(&synapse, &planes, count);
        out.extend(conductance[..group.receptors.len()].iter().flatten());
        out
    });
    text.push('\n');
    text += &arithmetic.function("synapse_arrive", &inputs, &arrive);
    text.push('\n');
    let weight = record(count + 1, |x: &[Expr]| vec![step.effective_weight(&load(&x[..count], &planes, x[count]))]);
    text += &arithmetic.function("effective_weight", &[&own[..], &["weight"]].concat(), &weight);
    text.push('\n');
    text += &of_node(group, settings, arithmetic);
    if let (Some(rule), Some(plane)) = (&step.graupner_brunel, planes.calcium) {
        let above = record(count + 2, |x: &[Expr]| {
            let from = rule.jumped(x[plane], x[count], x[count + 1]);
            let above = rule.above(from, rule.decayed(from));
            vec![above.depression + above.potentiation]
        });
        let _ = writeln!(text, "// Fractions of the tick above the thresholds, summed: the variance of the noise.");
        text += &arithmetic.function("time_above", &[&own[..], &["late", "post"]].concat(), &above);
    }
    text
}

/// What the node or cell computes for its synapses.
fn of_node(group: &ClockedGroup, settings: &Settings, arithmetic: Arithmetic) -> String {
    let mut text = String::new();
    let share = 1.0 / f64::from(settings.substeps);
    let influx = group.step.calcium;
    let influx =
        record(1, |x: &[Expr]| vec![influx.map_or(x[0].lit(0.0), |(step, _)| step.influx(x[0] * x[0].lit(share)))]);
    text += &arithmetic.function("influx_of", &["drive"], &influx);
    if let Some(rule) = group.plasticity.homeostatic {
        let elapsed = f64::from(group.interval[0]) * settings.tick;
        let factor = record(1, |x: &[Expr]| vec![rule.factor(x[0], elapsed)]);
        text.push('\n');
        text += &arithmetic.function("homeostatic_factor", &["activity"], &factor);
        let scale = record(2, |x: &[Expr]| vec![rule.scale(x[0], x[1])]);
        text.push('\n');
        text += &arithmetic.function("homeostatic_scale", &["w", "factor"], &scale);
    }
    if let Some(rule) = group.plasticity.structural {
        let elapsed = f64::from(group.interval[1]) * settings.tick;
        let probabilities = record(1, |x: &[Expr]| {
            let (forms, vanishes) = rule.probabilities(x[0], elapsed);
            vec![forms, vanishes]
        });
        text.push('\n');
        text += &arithmetic.function("structural_probabilities", &["activity"], &probabilities);
    }
    text.push('\n');
    text
}

/// The functions of slow state: `advance_activity_K` for each average, `advance_trace_G` for each group with STDP.
#[must_use]
pub fn slow_library(plan: &Plan, arithmetic: Arithmetic) -> String {
    let tick = plan.settings.tick;
    let mut text = String::new();
    for (k, &tau) in plan.activity.iter().enumerate() {
        let step = ActivityStep::new(tau, tick);
        let advance = record(2, |x: &[Expr]| vec![step.advance(x[0], x[1])]);
        text += &arithmetic.function(&format!("advance_activity_{k}"), &["activity", "spikes"], &advance);
        text.push('\n');
    }
    for (g, group) in plan.clocked.iter().enumerate() {
        let Some(rule) = group.plasticity.stdp else { continue };
        let keep = (-tick / rule.tau_minus).exp();
        let later = record(2, |x: &[Expr]| vec![trace(x[0], x[1], keep)]);
        text += &arithmetic.function(&format!("advance_trace_{g}"), &["own", "spikes"], &later);
        text.push('\n');
    }
    text
}

/// What the kernel calls for each synapse: loads it, advances it by what it meets, stores it and adds its conductances.
#[must_use]
pub fn kernel_text(group: &ClockedGroup, fixed: FixedWeight, arithmetic: Arithmetic) -> String {
    let planes = Planes::of(&group.variables);
    let count = group.variables.len();
    let plasticity = &group.plasticity;
    let mut text = String::from(
        "fn advance_synapse(i: u32, node: Node, sums: ptr<function, array<Float, CONDUCTANCES>>) {\n    \
         let at = i - params.base;\n    let word = synapses[at];\n    let met = met_by(word);\n",
    );
    let names: Vec<String> = (0..count).map(|k| format!("own{k}")).collect();
    for (k, name) in names.iter().enumerate() {
        let _ = writeln!(text, "    let {name} = values[at + {k}u * params.stride];");
    }
    let weight = match (planes.weight, fixed) {
        (Some(k), _) => names[k].clone(),
        (None, FixedWeight::Same) => "constants[GROUP_WEIGHT]".to_owned(),
        (None, FixedWeight::Own) => "weights[at]".to_owned(),
    };
    let _ = writeln!(text, "    let weight = {weight};\n    let late = select(Float(0.0), Float(1.0), met.late);");
    let own: String = names.iter().map(|name| format!("{name}, ")).collect();
    text += "    var noise = Float(0.0);\n";
    if noisy(group) {
        let _ = writeln!(
            text,
            "    let above = time_above({own}late, node.post);\n    if (above > Float(0.0)) {{\n        \
             noise = normal(params.tick, vec2<u32>(i, GROUP << 8u), EFFICACY) * sqrt(above);\n    }}"
        );
    }
    let shared = "weight, node.influx, node.rate, node.post, node.post_trace, late, noise";
    let results = count + 3 * group.receptors.len();
    let short = count + group.receptors.len();
    let _ = writeln!(text, "    if (met.on || met.starts || met.ends) {{");
    let _ = writeln!(
        text,
        "        let after = synapse_arrive({own}{shared}, bit(met.on), bit(met.starts), bit(met.ends));"
    );
    let at = |k: usize, of: usize| if of == 1 { "after".to_owned() } else { format!("after[{k}]") };
    for k in 0..count {
        let _ = writeln!(text, "        values[at + {k}u * params.stride] = {};", at(k, results));
    }
    for k in 0..3 * group.receptors.len() {
        let _ = writeln!(text, "        (*sums)[{k}] = (*sums)[{k}] + {};", at(count + k, results));
    }
    let _ = writeln!(text, "    }} else {{\n        let after = synapse_rest({own}{shared});");
    for k in 0..count {
        let _ = writeln!(text, "        values[at + {k}u * params.stride] = {};", at(k, short));
    }
    for r in 0..group.receptors.len() {
        let _ = writeln!(text, "        (*sums)[{0}] = (*sums)[{0}] + {1};", 3 * r, at(count + r, short));
    }
    text += "    }\n";
    if let (Some(_), Some(w)) = (plasticity.homeostatic, planes.weight) {
        let value = format!("values[at + {w}u * params.stride]");
        let _ = writeln!(
            text,
            "    if ((params.ends & 1u) != 0u) {{\n        {value} = homeostatic_scale({value}, node.scale);\n    }}"
        );
    }
    if plasticity.structural.is_some() {
        text += &restructured(group, &planes, arithmetic);
    }
    text += "}\n\n// Written out: an array that a loop indexes may be kept in memory.\nfn keep_partial(lane: u32, sums: array<Float, CONDUCTANCES>) {\n";
    for k in 0..3 * group.receptors.len() {
        let _ = writeln!(text, "    partial[{k}u * PLACES * LANES + lane] = sums[{k}];");
    }
    text += "}\n\nfn bit(x: bool) -> Float { return select(Float(0.0), Float(1.0), x); }\n\n";
    text += "fn about_activity(node: ptr<function, Node>) {\n";
    if plasticity.homeostatic.is_some() {
        text += "    if ((params.ends & 1u) != 0u) {\n        \
                 (*node).scale = homeostatic_factor(state[HOMEOSTATIC_ACTIVITY + (*node).cell]);\n    }\n";
    }
    if plasticity.structural.is_some() {
        text += "    if ((params.ends & 2u) != 0u) {\n        \
                 let p = structural_probabilities(state[STRUCTURAL_ACTIVITY + (*node).cell]);\n        \
                 (*node).forms = p[0];\n        (*node).vanishes = p[1];\n    }\n";
    }
    text + "}\n"
}

/// Where a weight that does not move is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FixedWeight {
    /// The same for all.
    Same,
    /// Each synapse has its own.
    Own,
}

/// A slot's synapse forms or vanishes.
fn restructured(group: &ClockedGroup, planes: &Planes, arithmetic: Arithmetic) -> String {
    let reset = |weight: f64| -> String {
        let value = |k: usize| if planes.weight == Some(k) { weight } else { group.initial[k] };
        let line = |k: usize| {
            format!("                values[at + {k}u * params.stride] = {};\n", arithmetic.literal(value(k)))
        };
        (0..group.variables.len()).map(line).collect()
    };
    let w_init = group.plasticity.structural.map_or(0.0, |rule| rule.w_init);
    format!(
        "    if ((params.ends & 2u) != 0u) {{\n        \
         let bits = random_bits(params.tick, vec2<u32>(i, GROUP << 8u), STRUCTURAL);\n        \
         if ((word & SOURCE_MASK) != SOURCES) {{\n            if (below(bits, node.vanishes)) {{\n                \
         synapses[at] = (word & ~SOURCE_MASK) | SOURCES;\n{}            }}\n        \
         }} else if (below(bits, node.forms)) {{\n            {{\n                \
         synapses[at] = (word & ~SOURCE_MASK) | new_source(i, node.cell);\n{}            }}\n        }}\n    }}\n",
        reset(0.0),
        reset(w_init)
    )
}
