//! One piece of a tick's arithmetic, evaluated in every arithmetic that counts.

use huxley_model::counted::{Counted, CountedDouble, CountedSingle, Operations, count};
use huxley_model::expr::{Expr, record};
use huxley_model::network::Precision;
use huxley_model::real::Real;

/// A piece of arithmetic as the oracle and the kernels run it, on what belongs to one unit (a compartment, a synapse, a cell).
pub trait Part {
    /// Number of values it is given.
    fn inputs(&self) -> usize;

    /// The functions of the model it consists of.
    fn run<R: Real>(&self, x: &[R]) -> Vec<R>;
}

/// One execution of a part, counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// As written: each operation, an exponential as one.
    pub operations: Operations,
    /// With equal operations done once and unused ones not at all, as a compiler does.
    pub performed: Operations,
    /// As written, an exponential as what it is made of in single precision.
    pub single: Operations,
    /// The same in double precision.
    pub double: Operations,
}

impl Count {
    /// Counts a part. Operations do not depend on values: there is no `if` on one.
    #[must_use]
    pub fn of(part: &impl Part) -> Self {
        let value = |i: usize| 0.25 + 0.01 * i as f64;
        let inputs = part.inputs();
        let of = |run: &dyn Fn()| count(run).0;
        #[allow(clippy::cast_possible_truncation)]
        Self {
            operations: of(&|| drop(part.run(&(0..inputs).map(|i| Counted(value(i))).collect::<Vec<_>>()))),
            performed: record(inputs, |x: &[Expr]| part.run(x)).operations_performed(),
            single: of(&|| drop(part.run(&(0..inputs).map(|i| CountedSingle(value(i) as f32)).collect::<Vec<_>>()))),
            double: of(&|| drop(part.run(&(0..inputs).map(|i| CountedDouble(value(i))).collect::<Vec<_>>()))),
        }
    }

    /// With an exponential as what it is made of in `precision`.
    #[must_use]
    pub fn expanded(&self, precision: Precision) -> Operations {
        match precision {
            Precision::F32 => self.single,
            Precision::F64 => self.double,
        }
    }

    /// What this counts beyond `less`, which is part of it.
    #[must_use]
    pub fn beyond(&self, less: &Self) -> Self {
        Self {
            operations: self.operations - less.operations,
            performed: self.performed - less.performed,
            single: self.single - less.single,
            double: self.double - less.double,
        }
    }
}

impl std::ops::Add for Count {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self {
            operations: self.operations + other.operations,
            performed: self.performed + other.performed,
            single: self.single + other.single,
            double: self.double + other.double,
        }
    }
}
