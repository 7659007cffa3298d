//! An arithmetic that records itself: a [`Real`] function becomes a [`Program`], a flat list of operations in the order they are
//! needed, each named by its position (static single assignment).
//!
//! The program computes the bits of the function it was recorded from, in every precision: equal operations are shared, unused
//! ones dropped, and only rewrites that are exact in every precision are made (`x * 1`, `- -x`). Literals stay as written and
//! are rounded where they are used, and two literals are never combined: `0.1 + 0.2` differs between `f32` and `f64`. That is
//! [`Program::specialise`]'s, which knows the precision.

mod program;
#[cfg(test)]
mod tests;

use std::cell::RefCell;
use std::collections::HashMap;
use std::ops::{Add, Div, Mul, Neg, Sub};

use crate::counted::Operations;
use crate::real::Real;

pub use program::{Node, NodeId, Program};

/// A value of the function being recorded: a handle, valid inside the [`record`] that made it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Expr {
    id: NodeId,
    recording: u64,
}

/// A comparison of two recorded values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Less {
    left: Expr,
    right: Expr,
}

/// A node up to equality; literals by their bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Key(u8, [u64; 4]);

fn key(node: &Node) -> Key {
    let id = |n: NodeId| u64::from(n.0);
    match *node {
        Node::Input(n) => Key(0, [u64::from(n), 0, 0, 0]),
        Node::Literal(x) => Key(1, [x.to_bits(), 0, 0, 0]),
        Node::Add(a, b) => Key(2, [id(a), id(b), 0, 0]),
        Node::Sub(a, b) => Key(3, [id(a), id(b), 0, 0]),
        Node::Mul(a, b) => Key(4, [id(a), id(b), 0, 0]),
        Node::Div(a, b) => Key(5, [id(a), id(b), 0, 0]),
        Node::Min(a, b) => Key(6, [id(a), id(b), 0, 0]),
        Node::Max(a, b) => Key(7, [id(a), id(b), 0, 0]),
        Node::MulAdd(a, b, c) => Key(8, [id(a), id(b), id(c), 0]),
        Node::Neg(a) => Key(9, [id(a), 0, 0, 0]),
        Node::Abs(a) => Key(10, [id(a), 0, 0, 0]),
        Node::Exp(a) => Key(11, [id(a), 0, 0, 0]),
        Node::ExpM1(a) => Key(12, [id(a), 0, 0, 0]),
        Node::Select { less: (a, b), then, otherwise } => Key(13, [id(a), id(b), id(then), id(otherwise)]),
    }
}

/// A list of nodes in which each is there once.
#[derive(Default)]
struct Arena {
    recording: u64,
    nodes: Vec<Node>,
    known: HashMap<Key, NodeId>,
    operations: Operations,
}

impl Arena {
    fn literal(&self, id: NodeId) -> Option<f64> {
        match self.nodes[id.index()] {
            Node::Literal(x) => Some(x),
            _ => None,
        }
    }

    fn is(&self, id: NodeId, value: f64) -> bool {
        self.literal(id).is_some_and(|x| x.to_bits() == value.to_bits())
    }

    /// The position of `node`, or of what it is bound to equal.
    fn insert(&mut self, node: Node) -> NodeId {
        match node {
            Node::Mul(a, one) | Node::Mul(one, a) | Node::Div(a, one) if self.is(one, 1.0) => return a,
            Node::Sub(a, zero) if self.is(zero, 0.0) => return a,
            Node::MulAdd(a, one, b) | Node::MulAdd(one, a, b) if self.is(one, 1.0) => {
                return self.insert(Node::Add(a, b));
            }
            Node::Neg(a) => match self.nodes[a.index()] {
                Node::Neg(b) => return b,
                Node::Literal(x) => return self.place(Node::Literal(-x)),
                _ => {}
            },
            Node::Abs(a) => match self.nodes[a.index()] {
                Node::Abs(_) => return a,
                Node::Literal(x) => return self.place(Node::Literal(x.abs())),
                _ => {}
            },
            Node::Select { then, otherwise, .. } if then == otherwise => return then,
            _ => {}
        }
        self.place(node)
    }

    fn place(&mut self, node: Node) -> NodeId {
        // Sums and products are commutative to the bit; what is written first keeps its order.
        let swapped = match node {
            Node::Add(a, b) => Node::Add(b, a),
            Node::Mul(a, b) => Node::Mul(b, a),
            Node::MulAdd(a, b, c) => Node::MulAdd(b, a, c),
            other => other,
        };
        if let Some(&id) = self.known.get(&key(&node)).or_else(|| self.known.get(&key(&swapped))) {
            return id;
        }
        let id = NodeId::new(self.nodes.len());
        self.nodes.push(node);
        self.known.insert(key(&node), id);
        id
    }
}

thread_local! {
    static ARENA: RefCell<Arena> = RefCell::new(Arena::default());
    static RECORDINGS: std::cell::Cell<u64> = const { std::cell::Cell::new(0) };
}

/// Records `function` of `inputs` values.
///
/// # Panics
/// When `inputs` is 0 (a value is needed to make a literal from), or when `function` returns a value of another recording.
#[must_use]
pub fn record(inputs: usize, function: impl FnOnce(&[Expr]) -> Vec<Expr>) -> Program {
    assert!(inputs > 0, "a recorded function has at least one input");
    let recording = RECORDINGS.with(|r| {
        r.set(r.get() + 1);
        r.get()
    });
    let outer = ARENA.with(|arena| arena.replace(Arena { recording, ..Arena::default() }));
    #[allow(clippy::cast_possible_truncation)]
    let arguments: Vec<Expr> = (0..inputs).map(|n| push(recording, Node::Input(n as u32))).collect();
    let outputs = function(&arguments);
    let arena = ARENA.with(|arena| arena.replace(outer));
    assert!(outputs.iter().all(|o| o.recording == recording), "a value of another recording was returned");
    Program::new(inputs, arena.nodes, outputs.iter().map(|o| o.id).collect(), arena.operations)
}

fn push(recording: u64, node: Node) -> Expr {
    tallied(recording, node, |_| {})
}

/// Records `node` and what [`Counted`](crate::counted::Counted) would count for it.
fn tallied(recording: u64, node: Node, count: impl FnOnce(&mut Operations)) -> Expr {
    ARENA.with_borrow_mut(|arena| {
        assert_eq!(arena.recording, recording, "a recorded value was used outside its recording");
        count(&mut arena.operations);
        Expr { id: arena.insert(node), recording }
    })
}

macro_rules! impl_operator {
    ($trait:ident, $method:ident, $field:ident) => {
        impl $trait for Expr {
            type Output = Expr;
            fn $method(self, other: Expr) -> Expr {
                assert_eq!(self.recording, other.recording, "values of two recordings meet");
                tallied(self.recording, Node::$trait(self.id, other.id), |o| o.$field += 1)
            }
        }
    };
}
impl_operator!(Add, add, add);
impl_operator!(Sub, sub, add);
impl_operator!(Mul, mul, mul);
impl_operator!(Div, div, div);

impl Neg for Expr {
    type Output = Expr;
    fn neg(self) -> Expr {
        push(self.recording, Node::Neg(self.id))
    }
}

impl Real for Expr {
    type Mask = Less;

    fn lit(self, x: f64) -> Self {
        push(self.recording, Node::Literal(x))
    }
    fn mul_add(self, factor: Self, addend: Self) -> Self {
        tallied(self.recording, Node::MulAdd(self.id, factor.id, addend.id), |o| o.fma += 1)
    }
    fn lt(self, other: Self) -> Less {
        ARENA.with_borrow_mut(|arena| arena.operations.cmp += 1);
        Less { left: self, right: other }
    }
    fn select(mask: Less, then: Self, otherwise: Self) -> Self {
        let less = (mask.left.id, mask.right.id);
        let node = Node::Select { less, then: then.id, otherwise: otherwise.id };
        tallied(then.recording, node, |o| o.cmp += 1)
    }
    fn max(self, other: Self) -> Self {
        tallied(self.recording, Node::Max(self.id, other.id), |o| o.cmp += 1)
    }
    fn min(self, other: Self) -> Self {
        tallied(self.recording, Node::Min(self.id, other.id), |o| o.cmp += 1)
    }
    fn abs(self) -> Self {
        push(self.recording, Node::Abs(self.id))
    }
    fn exp(self) -> Self {
        tallied(self.recording, Node::Exp(self.id), |o| o.exp += 1)
    }
    fn exp_m1(self) -> Self {
        tallied(self.recording, Node::ExpM1(self.id), |o| o.exp += 1)
    }
}
