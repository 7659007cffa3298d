//! The block-tape interpreter: runs a [`Tape`] on SIMD lanes.
//!
//! Each operation is done for a whole block of lanes before the next, so its dispatch costs one branch a block, and the rows in
//! between stay in the first-level cache. The loops are compiled for every instruction set, the tape is not: a user's channel
//! runs without a compiler, and with the bits the compiled function would have.

use std::cell::Cell;
use std::ops::{Add, Div, Mul, Neg, Sub};

use huxley_model::real::Real;
use huxley_model::tape::{Binary, Op, Operand, Tape, Unary};

use crate::lanes::{Element, Kernel, Lanes};

/// Planes start at, and are padded to, multiples of this many elements.
pub const CHUNK: usize = 16;

/// Most elements in a block.
const LONGEST_BLOCK: usize = 256;

/// Least elements in a block.
const SHORTEST_BLOCK: usize = 64;

/// Bytes of first-level cache that registers may take: half of the usual 32 KiB, the planes being read and written have the rest.
const SCRATCH_BYTES: usize = 16 * 1024;

const CACHE_LINE: usize = 64;

/// Part of a plane or a register. A result may lie where an operand does, so rows are shared cells.
type Row<'a, E> = &'a [Cell<[E; CHUNK]>];

/// Registers of the interpreter, kept between runs so that none allocates.
#[derive(Clone, Debug, Default)]
pub struct Scratch<E> {
    registers: Vec<E>,
}

/// A tape and the planes it works on.
#[derive(Debug)]
pub struct Run<'a, E> {
    /// What is done.
    pub tape: &'a Tape,
    /// Every plane the tape reads or writes, of a length that is a multiple of [`CHUNK`].
    pub planes: &'a mut [E],
    /// Where in `planes` each input starts, a multiple of [`CHUNK`].
    pub inputs: &'a [usize],
    /// Where in `planes` each output starts, a multiple of [`CHUNK`]. An output may be an input, wholly; else they are apart.
    pub outputs: &'a [usize],
    /// Elements of each plane; the padding to a multiple of [`CHUNK`] is computed too.
    pub length: usize,
    /// Registers.
    pub scratch: &'a mut Scratch<E>,
}

impl<E: Element> Kernel<E> for Run<'_, E> {
    type Output = ();

    #[inline(always)]
    fn run<L: Lanes<Element = E>>(self, token: L::Token) {
        run::<L>(token, self);
    }
}

/// Elements of a block: as many as keep `registers` rows in the first-level cache.
#[must_use]
pub fn block_length<E>(registers: usize) -> usize {
    let fitting = SCRATCH_BYTES / (size_of::<E>() * registers.max(1));
    (fitting / CHUNK * CHUNK).clamp(SHORTEST_BLOCK, LONGEST_BLOCK)
}

/// Runs a tape over planes.
///
/// # Panics
/// When the numbers of inputs and outputs are not the tape's, or a plane lies outside of `planes` or off the multiples of
/// [`CHUNK`].
pub fn run<L: Lanes>(token: L::Token, run: Run<'_, L::Element>) {
    use fearless_simd::Simd;
    // One copy of the loops, whatever it is called from.
    token.vectorize(
        #[inline(always)]
        || interpret::<L>(token, run),
    );
}

#[inline(always)]
fn interpret<L: Lanes>(token: L::Token, run: Run<'_, L::Element>) {
    let Run { tape, planes, inputs, outputs, length, scratch } = run;
    assert_eq!(inputs.len(), tape.inputs(), "inputs of a tape");
    assert_eq!(outputs.len(), tape.outputs().len(), "outputs of a tape");
    assert!(inputs.iter().chain(outputs).all(|offset| offset % CHUNK == 0), "a plane starts at a multiple of {CHUNK}");

    let block = block_length::<L::Element>(tape.registers());
    let line = CACHE_LINE / size_of::<L::Element>();
    scratch.registers.resize(tape.registers() * block + line, L::Element::default());
    let aligned = scratch.registers.as_ptr().align_offset(CACHE_LINE).min(line);
    let registers = cells(&mut scratch.registers[aligned..][..tape.registers() * block]);
    let planes = cells(planes);

    let (block, chunks) = (block / CHUNK, length.div_ceil(CHUNK));
    for start in (0..chunks).step_by(block) {
        let here = Block { registers, planes, inputs, stride: block, start, chunks: block.min(chunks - start) };
        for op in tape.ops() {
            here.perform::<L>(token, op);
        }
        for (&operand, &offset) in tape.outputs().iter().zip(outputs) {
            here.copy::<L>(token, operand, here.plane(offset));
        }
    }
}

fn cells<E: Element>(elements: &mut [E]) -> Row<'_, E> {
    Cell::from_mut(bytemuck::cast_slice_mut::<E, [E; CHUNK]>(elements)).as_slice_of_cells()
}

/// What an operation reads.
#[derive(Clone, Copy)]
enum Source<'a, E: Element> {
    Row(Row<'a, E>),
    Literal(f64),
}

/// One block of lanes.
struct Block<'a, E> {
    registers: Row<'a, E>,
    planes: Row<'a, E>,
    inputs: &'a [usize],
    /// Chunks from one register to the next.
    stride: usize,
    /// First chunk of each plane.
    start: usize,
    chunks: usize,
}

impl<'a, E: Element> Block<'a, E> {
    #[inline(always)]
    fn register(&self, register: u16) -> Row<'a, E> {
        &self.registers[usize::from(register) * self.stride..][..self.chunks]
    }

    #[inline(always)]
    fn plane(&self, offset: usize) -> Row<'a, E> {
        &self.planes[offset / CHUNK + self.start..][..self.chunks]
    }

    #[inline(always)]
    fn source(&self, operand: Operand) -> Source<'a, E> {
        match operand {
            Operand::Register(register) => Source::Row(self.register(register)),
            Operand::Input(input) => Source::Row(self.plane(self.inputs[usize::from(input)])),
            Operand::Literal(x) => Source::Literal(x),
        }
    }

    #[inline(always)]
    fn perform<L: Lanes<Element = E>>(&self, token: L::Token, op: &Op) {
        match *op {
            Op::Unary { to, function, a } => {
                let to = self.register(to);
                let a = self.source(a);
                match function {
                    Unary::Neg => unary(token, to, a, <L as Neg>::neg),
                    Unary::Abs => unary(token, to, a, <L as Real>::abs),
                    Unary::Exp => unary(token, to, a, <L as Real>::exp),
                    Unary::ExpM1 => unary(token, to, a, <L as Real>::exp_m1),
                    Unary::Exprelr => unary(token, to, a, <L as Real>::exprelr),
                }
            }
            Op::Binary { to, function, a, b } => {
                let to = self.register(to);
                let (a, b) = (self.source(a), self.source(b));
                match function {
                    Binary::Add => binary(token, to, a, b, <L as Add>::add),
                    Binary::Sub => binary(token, to, a, b, <L as Sub>::sub),
                    Binary::Mul => binary(token, to, a, b, <L as Mul>::mul),
                    Binary::Div => binary(token, to, a, b, <L as Div>::div),
                    Binary::Min => binary(token, to, a, b, <L as Real>::min),
                    Binary::Max => binary(token, to, a, b, <L as Real>::max),
                }
            }
            Op::Scale { to, a, offset, factor } => {
                let (offset, factor) = (literal::<L>(token, offset), literal::<L>(token, factor));
                unary::<L>(
                    token,
                    self.register(to),
                    self.source(a),
                    #[inline(always)]
                    |a| (a - offset) * factor,
                );
            }
            Op::MulAdd { to, a, b, c } => {
                mul_add::<L>(token, self.register(to), self.source(a), self.source(b), self.source(c));
            }
            Op::Select { to, less: (a, b), then, otherwise } => {
                let sources = [self.source(a), self.source(b), self.source(then), self.source(otherwise)];
                select::<L>(token, self.register(to), sources);
            }
        }
    }

    #[inline(always)]
    fn copy<L: Lanes<Element = E>>(&self, token: L::Token, from: Operand, to: Row<'a, E>) {
        match self.source(from) {
            Source::Row(from) => from.iter().zip(to).for_each(|(from, to)| to.set(from.get())),
            Source::Literal(x) => fill::<L>(token, to, x),
        }
    }
}

#[inline(always)]
fn literal<L: Lanes>(token: L::Token, x: f64) -> L {
    L::splat(token, L::Element::from_f64(x))
}

#[inline(always)]
fn fill<L: Lanes>(_: L::Token, to: Row<'_, L::Element>, x: f64) {
    to.iter().for_each(|to| to.set([L::Element::from_f64(x); CHUNK]));
}

/// `f` of every `lanes` elements, where `at(n, j)` loads operand `n` from element `j`.
#[inline(always)]
fn chunk<L: Lanes, const N: usize>(
    token: L::Token,
    to: &Cell<[L::Element; CHUNK]>,
    operands: [[L::Element; CHUNK]; N],
    f: impl Fn([L; N]) -> L,
) {
    let mut result = [L::Element::default(); CHUNK];
    for j in (0..CHUNK).step_by(L::LEN) {
        f(operands.each_ref().map(
            #[inline(always)]
            |operand| L::load(token, &operand[j..j + L::LEN]),
        ))
        .store(&mut result[j..j + L::LEN]);
    }
    to.set(result);
}

#[inline(always)]
fn unary<L: Lanes>(token: L::Token, to: Row<'_, L::Element>, a: Source<'_, L::Element>, f: impl Fn(L) -> L) {
    let a = match a {
        Source::Row(a) => a,
        // Does not happen: a specialised program has no operation on constants alone.
        Source::Literal(x) => {
            fill::<L>(token, to, x);
            to
        }
    };
    for (to, a) in to.iter().zip(a) {
        chunk::<L, 1>(
            token,
            to,
            [a.get()],
            #[inline(always)]
            |[a]| f(a),
        );
    }
}

#[inline(always)]
fn binary<L: Lanes>(
    token: L::Token,
    to: Row<'_, L::Element>,
    a: Source<'_, L::Element>,
    b: Source<'_, L::Element>,
    f: impl Fn(L, L) -> L,
) {
    match (a, b) {
        (Source::Row(a), Source::Row(b)) => {
            for ((to, a), b) in to.iter().zip(a).zip(b) {
                chunk::<L, 2>(
                    token,
                    to,
                    [a.get(), b.get()],
                    #[inline(always)]
                    |[a, b]| f(a, b),
                );
            }
        }
        (a, Source::Literal(b)) => {
            let b = literal::<L>(token, b);
            unary::<L>(
                token,
                to,
                a,
                #[inline(always)]
                |a| f(a, b),
            );
        }
        (Source::Literal(a), b) => {
            let a = literal::<L>(token, a);
            unary::<L>(
                token,
                to,
                b,
                #[inline(always)]
                |b| f(a, b),
            );
        }
    }
}

#[inline(always)]
fn mul_add<L: Lanes>(
    token: L::Token,
    to: Row<'_, L::Element>,
    a: Source<'_, L::Element>,
    b: Source<'_, L::Element>,
    c: Source<'_, L::Element>,
) {
    match (a, b, c) {
        (Source::Row(a), Source::Row(b), Source::Row(c)) => {
            for (((to, a), b), c) in to.iter().zip(a).zip(b).zip(c) {
                let operands = [a.get(), b.get(), c.get()];
                chunk::<L, 3>(
                    token,
                    to,
                    operands,
                    #[inline(always)]
                    |[a, b, c]| a.mul_add(b, c),
                );
            }
        }
        (a, b, Source::Literal(c)) => {
            let c = literal::<L>(token, c);
            binary::<L>(
                token,
                to,
                a,
                b,
                #[inline(always)]
                |a, b| a.mul_add(b, c),
            );
        }
        (a, Source::Literal(b), c) => {
            let b = literal::<L>(token, b);
            binary::<L>(
                token,
                to,
                a,
                c,
                #[inline(always)]
                |a, c| a.mul_add(b, c),
            );
        }
        (Source::Literal(a), b, c) => {
            let a = literal::<L>(token, a);
            binary::<L>(
                token,
                to,
                b,
                c,
                #[inline(always)]
                |b, c| a.mul_add(b, c),
            );
        }
    }
}

#[inline(always)]
fn select<L: Lanes>(token: L::Token, to: Row<'_, L::Element>, sources: [Source<'_, L::Element>; 4]) {
    // Any of the four may be a literal: a literal is a row of one chunk that does not advance.
    let [a, b, then, otherwise] = sources;
    let literals = [constant(a), constant(b), constant(then), constant(otherwise)];
    let a = repeated(a, &literals[0]);
    let b = repeated(b, &literals[1]);
    let then = repeated(then, &literals[2]);
    let otherwise = repeated(otherwise, &literals[3]);
    for (n, to) in to.iter().enumerate() {
        let operands =
            [a.0[n & a.1].get(), b.0[n & b.1].get(), then.0[n & then.1].get(), otherwise.0[n & otherwise.1].get()];
        chunk(
            token,
            to,
            operands,
            #[inline(always)]
            |[a, b, then, otherwise]: [L; 4]| L::select(a.lt(b), then, otherwise),
        );
    }
}

#[inline(always)]
fn constant<E: Element>(source: Source<'_, E>) -> Cell<[E; CHUNK]> {
    let x = if let Source::Literal(x) = source { x } else { 0.0 };
    Cell::new([E::from_f64(x); CHUNK])
}

/// The row, or the constant, and what to mask a chunk's number with.
#[inline(always)]
fn repeated<'a, E: Element>(source: Source<'a, E>, constant: &'a Cell<[E; CHUNK]>) -> (Row<'a, E>, usize) {
    match source {
        Source::Row(row) => (row, usize::MAX),
        Source::Literal(_) => (std::slice::from_ref(constant), 0),
    }
}
