//! Work in pieces that do not depend on each other. This crate starts no thread: whoever calls it brings those that carry the
//! pieces out (`huxley_cpu::Threads` does it with rayon).

/// A piece of work.
pub type Piece<'a> = Box<dyn FnOnce() + Send + 'a>;

/// Carries out pieces of work.
pub trait Workers: Sync {
    /// How many pieces are carried out at once.
    fn count(&self) -> usize;
    /// Carries out all `pieces`, in any order, and returns when the last is done.
    fn run(&self, pieces: Vec<Piece<'_>>);
}

/// One piece after the other, on the caller's thread.
#[derive(Clone, Copy, Debug, Default)]
pub struct Alone;

impl Workers for Alone {
    fn count(&self) -> usize {
        1
    }
    fn run(&self, pieces: Vec<Piece<'_>>) {
        pieces.into_iter().for_each(|piece| piece());
    }
}

/// `work` on each of `pieces`; what it returns, in the order of the pieces.
pub(crate) fn on_each<T: Send, R: Send>(workers: &dyn Workers, pieces: Vec<T>, work: impl Fn(T) -> R + Sync) -> Vec<R> {
    let mut results: Vec<Option<R>> = pieces.iter().map(|_| None).collect();
    let work = &work;
    let to_do = pieces.into_iter().zip(&mut results);
    workers.run(to_do.map(|(piece, result)| Box::new(move || *result = Some(work(piece))) as Piece<'_>).collect());
    results.into_iter().map(|result| result.expect("all pieces are carried out")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The last piece first.
    struct Backwards;

    impl Workers for Backwards {
        fn count(&self) -> usize {
            1
        }
        fn run(&self, pieces: Vec<Piece<'_>>) {
            pieces.into_iter().rev().for_each(|piece| piece());
        }
    }

    #[test]
    fn results_come_in_the_order_of_the_pieces_whichever_is_done_first() {
        for workers in [&Alone as &dyn Workers, &Backwards] {
            assert_eq!(on_each(workers, vec![3, 1, 2], |n| 10 * n), [30, 10, 20]);
        }
    }
}
