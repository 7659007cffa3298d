//! Rates written as text by a user: parsed, checked, evaluated over any [`Real`].
//!
//! ```text
//! 0.128 * exp(-(v + 46) / 18)                        plain numbers: mV, ms
//! 0.1 /ms * exprelr(-(v + 55 mV) / 10 mV)            with units: every dimension is checked
//! if(v < -40, 0.5, 0.1 + tanh((v + 40) / 10))
//! 3^((celsius - 6.3) / 10)
//! ```
//!
//! Names are `v` (mV), `ca` (the cell's calcium, uM) and `celsius` (degC). Operators, tightest first: a unit after a
//! number, `^`, unary `-`, `*` and `/`, `+` and `-`. `x^n` takes a whole `n`, or a positive constant `x`. Functions:
//! `exp`, `exprelr` (`x / (e^x - 1)`), `tanh`, `cosh`, `sigmoid` (`1 / (1 + e^-x)`), `abs`, `min`, `max`, `if(a < b,
//! then, else)`; of constants also `ln` and `sqrt`.
//!
//! Operations on constants are done once, in double precision. Both branches of `if` are evaluated. Write a rate with a
//! removable singularity with `exprelr`: `0.1 * (v + 40) / (1 - exp(-(v + 40) / 10))` is 0/0 at -40 mV, which
//! [`Expression::first_non_finite`] finds.

mod dimension;
mod divisors;
mod error;
mod parse;
#[cfg(test)]
mod tests;
mod token;

pub use dimension::Dimension;
pub use error::ExpressionError;

use crate::channel::power;
use crate::real::Real;

/// What an expression may refer to.
#[derive(Clone, Copy, Debug)]
pub struct Variables<R> {
    /// Membrane potential, mV.
    pub v: R,
    /// Calcium inside the cell, uM.
    pub ca: R,
    /// Temperature, degC.
    pub celsius: R,
}

/// A parsed expression.
#[derive(Clone, Debug, PartialEq)]
pub struct Expression {
    text: String,
    root: Node,
    dimension: Option<Dimension>,
}

/// A node of the syntax tree.
#[derive(Clone, Debug, PartialEq)]
enum Node {
    Number(f64),
    V,
    Calcium,
    Celsius,
    Neg(Box<Node>),
    Add(Box<Node>, Box<Node>),
    Sub(Box<Node>, Box<Node>),
    Mul(Box<Node>, Box<Node>),
    Div(Box<Node>, Box<Node>),
    Power(Box<Node>, u32),
    Call(Function, Box<Node>),
    Min(Box<Node>, Box<Node>),
    Max(Box<Node>, Box<Node>),
    /// `if(0 < 1, 2, 3)`
    If(Box<[Node; 4]>),
}

/// A function of one argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Function {
    Exp,
    Exprelr,
    Tanh,
    Cosh,
    Sigmoid,
    Abs,
}

impl Function {
    fn at<R: Real>(self, x: R) -> R {
        match self {
            Function::Exp => x.exp(),
            Function::Exprelr => x.exprelr(),
            // (e^2x - 1) / (e^2x + 1); the exponential saturates, so the quotient does not overflow.
            Function::Tanh => {
                let t = (x + x).exp_m1();
                t / (t + x.lit(2.0))
            }
            Function::Cosh => (x.exp() + (-x).exp()) * x.lit(0.5),
            Function::Sigmoid => x.lit(1.0) / (x.lit(1.0) + (-x).exp()),
            Function::Abs => x.abs(),
        }
    }
}

impl Node {
    fn evaluate<R: Real>(&self, variables: &Variables<R>) -> R {
        let at = |node: &Node| node.evaluate(variables);
        match self {
            Node::Number(x) => variables.v.lit(*x),
            Node::V => variables.v,
            Node::Calcium => variables.ca,
            Node::Celsius => variables.celsius,
            Node::Neg(a) => -at(a),
            Node::Add(a, b) => at(a) + at(b),
            Node::Sub(a, b) => at(a) - at(b),
            Node::Mul(a, b) => at(a) * at(b),
            Node::Div(a, b) => at(a) / at(b),
            Node::Power(a, n) => power(at(a), *n),
            Node::Call(function, a) => function.at(at(a)),
            Node::Min(a, b) => at(a).min(at(b)),
            Node::Max(a, b) => at(a).max(at(b)),
            Node::If(parts) => {
                let [a, b, then, otherwise] = &**parts;
                R::select(at(a).lt(at(b)), at(then), at(otherwise))
            }
        }
    }

    /// Whether calcium is anywhere in it.
    fn reads_calcium(&self) -> bool {
        match self {
            Node::Calcium => true,
            Node::Number(_) | Node::V | Node::Celsius => false,
            Node::Neg(a) | Node::Power(a, _) | Node::Call(_, a) => a.reads_calcium(),
            Node::Add(a, b)
            | Node::Sub(a, b)
            | Node::Mul(a, b)
            | Node::Div(a, b)
            | Node::Min(a, b)
            | Node::Max(a, b) => a.reads_calcium() || b.reads_calcium(),
            Node::If(parts) => parts.iter().any(Node::reads_calcium),
        }
    }
}

impl Expression {
    /// The expression written as `text`.
    ///
    /// # Errors
    /// When it cannot be read, when units are written and do not agree, or when an operation on constants is not finite; the
    /// error has the column.
    pub fn parse(text: &str) -> Result<Self, ExpressionError> {
        let (root, dimension) = parse::parse(text)?;
        Ok(Self { text: text.to_owned(), root, dimension })
    }

    /// The text it was parsed from.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Its dimension, where units were written; `None` for an expression in plain numbers.
    #[must_use]
    pub fn dimension(&self) -> Option<Dimension> {
        self.dimension
    }

    /// Its value.
    pub fn evaluate<R: Real>(&self, variables: &Variables<R>) -> R {
        self.root.evaluate(variables)
    }

    /// Whether the value depends on calcium.
    #[must_use]
    pub fn reads_calcium(&self) -> bool {
        self.root.reads_calcium()
    }

    /// The first potential from -150 to 100 mV in steps of 0.25 mV where the value is not finite, at calcium of 0 to
    /// 100 uM where the expression reads it.
    #[must_use]
    pub fn first_non_finite(&self, celsius: f64) -> Option<Variables<f64>> {
        let calcium: &[f64] = if self.reads_calcium() { &[0.0, 1e-4, 0.05, 1.0, 100.0] } else { &[0.0] };
        calcium
            .iter()
            .flat_map(|&ca| (-600..=400).map(move |quarter| Variables { v: f64::from(quarter) * 0.25, ca, celsius }))
            .find(|variables| !self.evaluate(variables).is_finite())
    }
}
