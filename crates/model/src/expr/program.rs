//! A recorded function.

use std::collections::HashSet;

use super::Arena;
use crate::counted::Operations;
use crate::real::Real;

/// The position of a [`Node`] in its [`Program`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId(pub u32);

impl NodeId {
    pub(super) fn new(index: usize) -> Self {
        Self(u32::try_from(index).expect("a recorded function has fewer than 2^32 operations"))
    }

    /// As an index into [`Program::nodes`].
    #[must_use]
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// One operation on earlier results.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Node {
    /// The input of that number.
    Input(u32),
    /// A constant, rounded to the precision it is used in.
    Literal(f64),
    /// Sum.
    Add(NodeId, NodeId),
    /// Difference.
    Sub(NodeId, NodeId),
    /// Product.
    Mul(NodeId, NodeId),
    /// Quotient.
    Div(NodeId, NodeId),
    /// [`Real::min`].
    Min(NodeId, NodeId),
    /// [`Real::max`].
    Max(NodeId, NodeId),
    /// [`Real::mul_add`]: first times second plus third.
    MulAdd(NodeId, NodeId, NodeId),
    /// Change of sign.
    Neg(NodeId),
    /// Absolute value.
    Abs(NodeId),
    /// [`Real::exp`].
    Exp(NodeId),
    /// [`Real::exp_m1`].
    ExpM1(NodeId),
    /// `then` where `less.0 < less.1`, else `otherwise`.
    Select {
        /// What is compared.
        less: (NodeId, NodeId),
        /// Where the comparison holds.
        then: NodeId,
        /// Elsewhere.
        otherwise: NodeId,
    },
}

impl Node {
    /// The nodes it is computed from.
    pub fn operands(&self) -> impl Iterator<Item = NodeId> + use<> {
        let list = match *self {
            Node::Input(_) | Node::Literal(_) => [None; 4],
            Node::Neg(a) | Node::Abs(a) | Node::Exp(a) | Node::ExpM1(a) => [Some(a), None, None, None],
            Node::Add(a, b)
            | Node::Sub(a, b)
            | Node::Mul(a, b)
            | Node::Div(a, b)
            | Node::Min(a, b)
            | Node::Max(a, b) => [Some(a), Some(b), None, None],
            Node::MulAdd(a, b, c) => [Some(a), Some(b), Some(c), None],
            Node::Select { less: (a, b), then, otherwise } => [Some(a), Some(b), Some(then), Some(otherwise)],
        };
        list.into_iter().flatten()
    }

    /// The same operation on other nodes.
    #[must_use]
    pub fn map(&self, mut to: impl FnMut(NodeId) -> NodeId) -> Node {
        match *self {
            Node::Input(n) => Node::Input(n),
            Node::Literal(x) => Node::Literal(x),
            Node::Add(a, b) => Node::Add(to(a), to(b)),
            Node::Sub(a, b) => Node::Sub(to(a), to(b)),
            Node::Mul(a, b) => Node::Mul(to(a), to(b)),
            Node::Div(a, b) => Node::Div(to(a), to(b)),
            Node::Min(a, b) => Node::Min(to(a), to(b)),
            Node::Max(a, b) => Node::Max(to(a), to(b)),
            Node::MulAdd(a, b, c) => Node::MulAdd(to(a), to(b), to(c)),
            Node::Neg(a) => Node::Neg(to(a)),
            Node::Abs(a) => Node::Abs(to(a)),
            Node::Exp(a) => Node::Exp(to(a)),
            Node::ExpM1(a) => Node::ExpM1(to(a)),
            Node::Select { less: (a, b), then, otherwise } => {
                Node::Select { less: (to(a), to(b)), then: to(then), otherwise: to(otherwise) }
            }
        }
    }

    /// Its value: `one` is any value (literals are made from it), `at` gives operands.
    fn evaluate<R: Real>(&self, one: R, inputs: &[R], at: impl Fn(NodeId) -> R) -> R {
        match *self {
            Node::Input(n) => inputs[n as usize],
            Node::Literal(x) => one.lit(x),
            Node::Add(a, b) => at(a) + at(b),
            Node::Sub(a, b) => at(a) - at(b),
            Node::Mul(a, b) => at(a) * at(b),
            Node::Div(a, b) => at(a) / at(b),
            Node::Min(a, b) => at(a).min(at(b)),
            Node::Max(a, b) => at(a).max(at(b)),
            Node::MulAdd(a, b, c) => at(a).mul_add(at(b), at(c)),
            Node::Neg(a) => -at(a),
            Node::Abs(a) => at(a).abs(),
            Node::Exp(a) => at(a).exp(),
            Node::ExpM1(a) => at(a).exp_m1(),
            Node::Select { less: (a, b), then, otherwise } => R::select(at(a).lt(at(b)), at(then), at(otherwise)),
        }
    }
}

/// A function as a list of operations.
#[derive(Clone, Debug, PartialEq)]
pub struct Program {
    inputs: usize,
    nodes: Vec<Node>,
    outputs: Vec<NodeId>,
    recorded: Operations,
}

impl Program {
    /// `nodes` without those that no output needs.
    pub(super) fn new(inputs: usize, nodes: Vec<Node>, outputs: Vec<NodeId>, recorded: Operations) -> Self {
        let mut live = vec![false; nodes.len()];
        for output in &outputs {
            live[output.index()] = true;
        }
        for (index, node) in nodes.iter().enumerate().rev() {
            if live[index] {
                node.operands().for_each(|operand| live[operand.index()] = true);
            }
        }
        let mut place = vec![NodeId(0); nodes.len()];
        let mut kept = Vec::new();
        for (index, node) in nodes.iter().enumerate() {
            if live[index] {
                place[index] = NodeId::new(kept.len());
                kept.push(node.map(|id| place[id.index()]));
            }
        }
        let outputs = outputs.iter().map(|id| place[id.index()]).collect();
        Self { inputs, nodes: kept, outputs, recorded }
    }

    /// Number of inputs, used or not.
    #[must_use]
    pub fn inputs(&self) -> usize {
        self.inputs
    }

    /// Operations, each after its operands, each once, all needed.
    #[must_use]
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// The results.
    #[must_use]
    pub fn outputs(&self) -> &[NodeId] {
        &self.outputs
    }

    /// What [`Counted`](crate::counted::Counted) counts for the same function: every operation as written.
    #[must_use]
    pub fn operations(&self) -> Operations {
        self.recorded
    }

    /// What the program performs, equal operations once.
    #[must_use]
    pub fn operations_performed(&self) -> Operations {
        let mut o = Operations::default();
        let mut comparisons = HashSet::new();
        for node in &self.nodes {
            match node {
                Node::Input(_) | Node::Literal(_) | Node::Neg(_) | Node::Abs(_) => {}
                Node::Add(..) | Node::Sub(..) => o.add += 1,
                Node::Mul(..) => o.mul += 1,
                Node::Div(..) => o.div += 1,
                Node::MulAdd(..) => o.fma += 1,
                Node::Exp(_) | Node::ExpM1(_) => o.exp += 1,
                Node::Min(..) | Node::Max(..) => o.cmp += 1,
                Node::Select { less, .. } => o.cmp += 1 + u64::from(comparisons.insert(*less)),
            }
        }
        o
    }

    /// The outputs for `inputs`, in any arithmetic.
    ///
    /// # Panics
    /// When the number of inputs differs.
    #[must_use]
    pub fn evaluate<R: Real>(&self, inputs: &[R]) -> Vec<R> {
        assert_eq!(inputs.len(), self.inputs, "inputs of a program");
        let mut values: Vec<R> = Vec::with_capacity(self.nodes.len());
        for node in &self.nodes {
            values.push(node.evaluate(inputs[0], inputs, |id| values[id.index()]));
        }
        self.outputs.iter().map(|id| values[id.index()]).collect()
    }

    /// The program for one precision: operations on literals alone are performed, in that precision, with two roundings in a
    /// multiply-add. Bits do not change.
    #[must_use]
    pub fn specialise<R: Real + Into<f64> + From<f32>>(&self) -> Program {
        let one = R::from(1.0_f32);
        let round = |x: f64| -> f64 { one.lit(x).into() };
        let mut arena = Arena::default();
        let mut place: Vec<NodeId> = Vec::with_capacity(self.nodes.len());
        for node in &self.nodes {
            let node = match node.map(|id| place[id.index()]) {
                Node::Literal(x) => Node::Literal(round(x)),
                node => {
                    let mut operands = node.operands().peekable();
                    let constant = operands.peek().is_some() && operands.all(|id| arena.literal(id).is_some());
                    let value = |id| one.lit(arena.literal(id).unwrap_or(f64::NAN));
                    if constant { Node::Literal(node.evaluate(one, &[], value).into()) } else { node }
                }
            };
            place.push(arena.insert(node));
        }
        let outputs = self.outputs.iter().map(|id| place[id.index()]).collect();
        Program::new(self.inputs, arena.nodes, outputs, self.recorded)
    }
}
