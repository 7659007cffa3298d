//! A recorded function as code for a register machine: what the CPU interprets, one operation over a block of lanes at a time.
//!
//! Registers are allocated by liveness, so the rows of a block that is being computed stay in the first-level cache. Inputs are
//! read where they lie, constants are part of the operation, and a whole `exprelr` is one operation.

#[cfg(test)]
mod tests;

use crate::expr::{Node, NodeId, Program};
use crate::real::Real;

/// A register's number.
pub type Register = u16;

/// Where an operation reads.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Operand {
    /// A register.
    Register(Register),
    /// An input, by number.
    Input(u16),
    /// A constant.
    Literal(f64),
}

/// A function of one value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unary {
    /// Change of sign.
    Neg,
    /// Absolute value.
    Abs,
    /// [`Real::exp`].
    Exp,
    /// [`Real::exp_m1`].
    ExpM1,
    /// [`Real::exprelr`].
    Exprelr,
}

/// A function of two values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Binary {
    /// Sum.
    Add,
    /// Difference.
    Sub,
    /// Product.
    Mul,
    /// Quotient.
    Div,
    /// [`Real::min`].
    Min,
    /// [`Real::max`].
    Max,
}

/// One operation, lane by lane; its result may replace one of its operands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Op {
    /// `to = function(a)`
    Unary {
        /// Result.
        to: Register,
        /// What is done.
        function: Unary,
        /// Argument.
        a: Operand,
    },
    /// `to = a function b`
    Binary {
        /// Result.
        to: Register,
        /// What is done.
        function: Binary,
        /// Left.
        a: Operand,
        /// Right.
        b: Operand,
    },
    /// `to = (a - offset) * factor`: how every rate scales its potential. Two roundings in every mode.
    Scale {
        /// Result.
        to: Register,
        /// What is scaled.
        a: Operand,
        /// What is subtracted.
        offset: f64,
        /// What it is multiplied by.
        factor: f64,
    },
    /// `to = a * b + c`, see [`Real::mul_add`].
    MulAdd {
        /// Result.
        to: Register,
        /// Factor.
        a: Operand,
        /// Factor; a literal factor is this one.
        b: Operand,
        /// Addend.
        c: Operand,
    },
    /// `to = then` where `less.0 < less.1`, else `otherwise`.
    Select {
        /// Result.
        to: Register,
        /// What is compared.
        less: (Operand, Operand),
        /// Where the comparison holds.
        then: Operand,
        /// Elsewhere.
        otherwise: Operand,
    },
}

/// Code for one precision.
#[derive(Clone, Debug, PartialEq)]
pub struct Tape {
    ops: Vec<Op>,
    registers: usize,
    inputs: usize,
    outputs: Vec<Operand>,
}

impl Tape {
    /// Code for `program` in the precision of `R` (`f32` or `f64`): the same bits.
    ///
    /// # Panics
    /// When 65,536 registers or inputs are not enough.
    #[must_use]
    pub fn compile<R: Real + Into<f64> + From<f32>>(program: &Program) -> Self {
        let program = program.specialise::<R>();
        let steps = fuse(&program);
        let mut last_use = vec![0; program.nodes().len()];
        for (time, step) in steps.iter().enumerate() {
            step.operation.reads(|id| last_use[id.index()] = time);
        }
        for output in program.outputs() {
            last_use[output.index()] = usize::MAX;
        }
        let mut allocation = Allocation { register: vec![0; program.nodes().len()], free: Vec::new(), count: 0 };
        let mut ops = Vec::with_capacity(steps.len());
        for (time, step) in steps.iter().enumerate() {
            // Operands are read before the result is written, lane by lane: what dies here gives its register away.
            let mut dying: Vec<Register> = Vec::new();
            step.operation.reads(|id| {
                if let Operand::Register(register) = allocation.operand(&program, id)
                    && last_use[id.index()] == time
                    && !dying.contains(&register)
                {
                    dying.push(register);
                }
            });
            allocation.free.append(&mut dying);
            let to = allocation.take();
            ops.push(step.operation.op(to, |id| allocation.operand(&program, id)));
            allocation.register[step.result.index()] = to;
        }
        let outputs = program.outputs().iter().map(|&id| allocation.operand(&program, id)).collect();
        Self { ops, registers: allocation.count, inputs: program.inputs(), outputs }
    }

    /// The operations, in order.
    #[must_use]
    pub fn ops(&self) -> &[Op] {
        &self.ops
    }

    /// Number of registers.
    #[must_use]
    pub fn registers(&self) -> usize {
        self.registers
    }

    /// Number of inputs, used or not.
    #[must_use]
    pub fn inputs(&self) -> usize {
        self.inputs
    }

    /// Where the results are after the last operation.
    #[must_use]
    pub fn outputs(&self) -> &[Operand] {
        &self.outputs
    }
}

/// Registers given out.
struct Allocation {
    /// Of each node.
    register: Vec<Register>,
    /// Last freed is taken first: its row is the most recently touched.
    free: Vec<Register>,
    count: usize,
}

impl Allocation {
    fn operand(&self, program: &Program, id: NodeId) -> Operand {
        match program.nodes()[id.index()] {
            Node::Input(n) => Operand::Input(u16::try_from(n).expect("fewer than 65,536 inputs")),
            Node::Literal(x) => Operand::Literal(x),
            _ => Operand::Register(self.register[id.index()]),
        }
    }

    fn take(&mut self) -> Register {
        self.free.pop().unwrap_or_else(|| {
            self.count += 1;
            Register::try_from(self.count - 1).expect("fewer than 65,536 registers")
        })
    }
}

/// An operation before registers are known.
#[derive(Clone, Copy)]
enum Operation {
    Node(Node),
    Exprelr(NodeId),
    Scale(NodeId, f64, f64),
}

impl Operation {
    fn reads(&self, mut read: impl FnMut(NodeId)) {
        match self {
            Operation::Node(node) => node.operands().for_each(read),
            Operation::Exprelr(a) | Operation::Scale(a, ..) => read(*a),
        }
    }

    fn op(&self, to: Register, at: impl Fn(NodeId) -> Operand) -> Op {
        let unary = |function, a| Op::Unary { to, function, a: at(a) };
        let binary = |function, a, b| Op::Binary { to, function, a: at(a), b: at(b) };
        match *self {
            Operation::Exprelr(a) => unary(Unary::Exprelr, a),
            Operation::Scale(a, offset, factor) => Op::Scale { to, a: at(a), offset, factor },
            Operation::Node(node) => match node {
                Node::Neg(a) => unary(Unary::Neg, a),
                Node::Abs(a) => unary(Unary::Abs, a),
                Node::Exp(a) => unary(Unary::Exp, a),
                Node::ExpM1(a) => unary(Unary::ExpM1, a),
                Node::Add(a, b) => binary(Binary::Add, a, b),
                Node::Sub(a, b) => binary(Binary::Sub, a, b),
                Node::Mul(a, b) => binary(Binary::Mul, a, b),
                Node::Div(a, b) => binary(Binary::Div, a, b),
                Node::Min(a, b) => binary(Binary::Min, a, b),
                Node::Max(a, b) => binary(Binary::Max, a, b),
                Node::MulAdd(a, b, c) => Op::MulAdd { to, a: at(a), b: at(b), c: at(c) },
                Node::Select { less: (a, b), then, otherwise } => {
                    Op::Select { to, less: (at(a), at(b)), then: at(then), otherwise: at(otherwise) }
                }
                Node::Input(_) | Node::Literal(_) => unreachable!("inputs and literals are operands"),
            },
        }
    }
}

/// An operation and the node it computes.
struct Step {
    operation: Operation,
    result: NodeId,
}

/// The operations of `program`, with those that belong together made one.
fn fuse(program: &Program) -> Vec<Step> {
    let nodes = program.nodes();
    let literal = |id: NodeId| match nodes[id.index()] {
        Node::Literal(x) => Some(x),
        _ => None,
    };
    let mut uses = vec![0_u32; nodes.len()];
    nodes.iter().flat_map(Node::operands).for_each(|id| uses[id.index()] += 1);
    program.outputs().iter().for_each(|id| uses[id.index()] += 1);

    // From the last to the first: all users of an operation are seen before it, and one that is left without any, because they
    // took it in, is left out.
    let mut steps = Vec::with_capacity(nodes.len());
    for (index, node) in nodes.iter().enumerate().rev() {
        if matches!(node, Node::Input(_) | Node::Literal(_)) {
            continue;
        }
        let operation = match *node {
            Node::Select { .. } => exprelr(nodes, node).map(Operation::Exprelr),
            Node::Mul(a, b) => scale(nodes, &uses, a, literal(b)).or_else(|| scale(nodes, &uses, b, literal(a))),
            // The interpreter's loops have a literal as the second factor.
            Node::MulAdd(a, b, c) if literal(a).is_some() => Some(Operation::Node(Node::MulAdd(b, a, c))),
            _ => None,
        };
        let operation = operation.unwrap_or(Operation::Node(*node));
        node.operands().for_each(|id| uses[id.index()] -= 1);
        if uses[index] > 0 {
            operation.reads(|id| uses[id.index()] += 1);
            steps.push(Step { operation, result: NodeId(u32::try_from(index).expect("a node's number is a u32")) });
        }
    }
    steps.reverse();
    steps
}

/// `x`, when `node` is what [`Real::exprelr`] records for it.
fn exprelr(nodes: &[Node], node: &Node) -> Option<NodeId> {
    let Node::Select { less: (magnitude, threshold), then, otherwise } = *node else { return None };
    let at = |id: NodeId| nodes[id.index()];
    let Node::Div(x, denominator) = at(otherwise) else { return None };
    let matches = at(magnitude) == Node::Abs(x)
        && at(threshold) == Node::Literal(f64::from(f32::MIN_POSITIVE))
        && at(then) == Node::Literal(1.0)
        && at(denominator) == Node::ExpM1(x);
    matches.then_some(x)
}

/// `(a - offset) * factor`, when the product is all the difference is for.
fn scale(nodes: &[Node], uses: &[u32], difference: NodeId, factor: Option<f64>) -> Option<Operation> {
    let Node::Sub(a, offset) = nodes[difference.index()] else { return None };
    let Node::Literal(offset) = nodes[offset.index()] else { return None };
    (uses[difference.index()] == 1).then_some(Operation::Scale(a, offset, factor?))
}
