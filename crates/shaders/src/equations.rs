//! Equations that no parameter of a model enters: the membrane's, the tree's, the pools'.

use huxley_model::expr::{Expr, Program, record};
use huxley_model::real::Real;
use huxley_model::{membrane, synapse};

use crate::Arithmetic;

/// A function with the names of its inputs.
struct Equation {
    name: &'static str,
    inputs: &'static [&'static str],
    program: Program,
}

fn equation(
    name: &'static str,
    inputs: &'static [&'static str],
    function: impl FnOnce(&[Expr]) -> Vec<Expr>,
) -> Equation {
    Equation { name, inputs, program: record(inputs.len(), function) }
}

fn pair(values: (Expr, Expr)) -> Vec<Expr> {
    vec![values.0, values.1]
}

fn equations() -> Vec<Equation> {
    vec![
        equation("begin_equation", &["diagonal", "leak", "current", "v"], |x| {
            pair(membrane::begin_equation(x[0], x[1], x[2], x[3]))
        }),
        equation("add_conductance", &["d", "i", "g", "e", "v"], |x| {
            pair(membrane::add_conductance((x[0], x[1]), x[2], x[3], x[4]))
        }),
        equation("root_change", &["d", "i"], |x| vec![membrane::root_change((x[0], x[1]))]),
        equation(
            "eliminate",
            &["axial", "d", "i", "d_parent", "i_parent", "v", "v_parent", "scale", "parent_scale"],
            |x| {
                let done = membrane::eliminate(x[0], (x[1], x[2]), (x[3], x[4]), x[5], x[6], x[7], x[8]);
                vec![done.factor, done.offset, done.parent.0, done.parent.1]
            },
        ),
        equation("substitute", &["factor", "offset", "parent_change"], |x| {
            vec![membrane::substitute(x[0], x[1], x[2])]
        }),
        equation("add_change", &["v", "change", "factor"], |x| vec![membrane::add_change(x[0], x[1], x[2])]),
        equation("add_explicit_change", &["v", "current", "step"], |x| {
            vec![membrane::add_explicit_change(x[0], x[1], x[2])]
        }),
        equation("add_axial_current", &["axial", "v", "v_parent", "current", "parent_current"], |x| {
            pair(membrane::add_axial_current(x[0], x[1], x[2], x[3], x[4]))
        }),
        equation("add_gap_current", &["sum", "g", "v_partner"], |x| vec![membrane::add_gap_current(x[0], x[1], x[2])]),
        equation("pooled_conductance", &["p0", "p1", "p2", "c0", "c1", "c2"], |x| {
            vec![synapse::pooled_conductance([x[0], x[1], x[2]], [x[3], x[4], x[5]])]
        }),
        equation("crossing", &["before", "after", "threshold"], |x| vec![membrane::crossing(x[0], x[1], x[2])]),
        equation("unblocked", &["v", "share", "slope"], |x| vec![synapse::unblocked(x[0], x[1], x[2])]),
        equation("faded", &["pool", "keep"], |x| vec![synapse::faded(x[0], x[1])]),
        equation("add_drive", &["sum", "unblocked", "v", "reversal"], |x| {
            vec![synapse::add_drive(x[0], x[1], x[2], x[3])]
        }),
    ]
}

/// All of them as text.
#[must_use]
pub fn library(arithmetic: Arithmetic) -> String {
    let text = |e: &Equation| arithmetic.function(e.name, e.inputs, &e.program);
    equations().iter().map(text).collect::<Vec<_>>().join("\n")
}

/// `is_late`: whether a spike belongs to the second half of a tick of `substeps`.
#[must_use]
pub fn stamp(substeps: u32, arithmetic: Arithmetic) -> String {
    let late = record(2, |x| {
        let early = membrane::is_early(x[0], x[1], substeps);
        vec![Expr::select(early, x[0].lit(0.0), x[0].lit(1.0))]
    });
    let text = arithmetic.function("lateness", &["substep", "fraction"], &late);
    text + "\nfn is_late(substep: Float, fraction: Float) -> bool {\n    return lateness(substep, fraction) > 0.5;\n}\n"
}
