//! Work that is done tick after tick, shared out among threads. A thread begins with its own share, so that what it worked on in
//! one tick is still near it in the next; when that is done it takes from the far ends of the others'.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

/// Who does which of some pieces of work with these costs, so that all have about as much to do: at most `threads` lists, each with
/// the costliest first. Those that cost the same stay in order.
#[must_use]
pub fn shared_out(costs: &[usize], threads: usize) -> Vec<Vec<usize>> {
    let mut costliest: Vec<(Reverse<usize>, usize)> = costs.iter().copied().map(Reverse).zip(0..).collect();
    costliest.sort_unstable();
    let mut shares: Vec<Vec<usize>> = vec![Vec::new(); threads.min(costs.len())];
    let mut loads: BinaryHeap<Reverse<(usize, usize)>> = (0..shares.len()).map(|share| Reverse((0, share))).collect();
    for alike in costliest.chunk_by(|a, b| a.0 == b.0) {
        let mut counts = vec![0; shares.len()];
        for (Reverse(cost), _) in alike {
            // To whoever has the least to do.
            let Some(Reverse((load, share))) = loads.pop() else { return shares };
            loads.push(Reverse((load + cost, share)));
            counts[share] += 1;
        }
        let mut pieces = alike.iter().map(|&(_, piece)| piece);
        for (share, count) in shares.iter_mut().zip(counts) {
            share.extend(pieces.by_ref().take(count));
        }
    }
    shares
}

/// Keeps what one thread writes off the cache lines of another.
#[derive(Debug)]
#[repr(align(128))]
pub struct Apart<T>(pub T);

/// Items in shares, one a thread.
struct Shares<I>(Vec<Apart<Mutex<I>>>);

impl<I: DoubleEndedIterator> Shares<I> {
    fn new(shares: Vec<I>) -> Self {
        Self(shares.into_iter().map(|share| Apart(Mutex::new(share))).collect())
    }

    /// Calls `work` with items until none is left: those of a thread's own share, then the far ends of the others'.
    fn each(&self, thread: usize, mut work: impl FnMut(I::Item)) {
        let count = self.0.len();
        if count == 0 {
            return;
        }
        let own = thread % count;
        while let Some(item) = self.take(own, I::next) {
            work(item);
        }
        for other in 1..count {
            while let Some(item) = self.take((own + other) % count, I::next_back) {
                work(item);
            }
        }
    }

    /// An item of a share; nobody else waits while it is worked on.
    fn take(&self, share: usize, how: impl Fn(&mut I) -> Option<I::Item>) -> Option<I::Item> {
        how(&mut self.0[share].0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// How much is to be done before something else.
struct Left(AtomicUsize);

impl Left {
    /// Looks a thread takes before it lets others have its core.
    const LOOKS: u32 = 1000;

    /// Waits for what others are at.
    fn wait(&self) {
        let mut looks = 0;
        while self.0.load(Ordering::Acquire) > 0 {
            looks += 1;
            if looks < Self::LOOKS {
                std::hint::spin_loop();
            } else {
                std::thread::yield_now();
            }
        }
    }
}

/// One thing less is left when it goes, in a panic too.
struct Done<'a>(&'a Left);

impl Drop for Done<'_> {
    fn drop(&mut self) {
        self.0.0.fetch_sub(1, Ordering::Release);
    }
}

/// Does `work` on all items of `shares`, one share a thread of the pool this is called in, each thread with memory of its own; at most
/// as many threads take part as there are shares, and no more than `most`.
pub fn on_each<I, M>(most: usize, shares: Vec<I>, memory: &[Mutex<M>], work: impl Fn(&mut M, I::Item) + Sync)
where
    I: DoubleEndedIterator + Send,
    M: Send,
{
    in_turn(most, Vec::<Range<u32>>::new(), |_| {}, shares, memory, work);
}

/// As [`on_each`], when `before` has been done on all items of `first`, which are in shares of the same threads.
pub fn in_turn<P, I, M>(
    most: usize,
    first: Vec<P>,
    before: impl Fn(P::Item) + Sync,
    shares: Vec<I>,
    memory: &[Mutex<M>],
    work: impl Fn(&mut M, I::Item) + Sync,
) where
    P: DoubleEndedIterator + ExactSizeIterator + Send,
    I: DoubleEndedIterator + Send,
    M: Send,
{
    let count = shares.len().max(first.len()).min(most);
    if count < 2 {
        first.into_iter().flatten().for_each(before);
        let mut memory = memory[0].lock().unwrap_or_else(PoisonError::into_inner);
        return shares.into_iter().flatten().for_each(|item| work(&mut memory, item));
    }
    let left = Left(AtomicUsize::new(first.iter().map(ExactSizeIterator::len).sum()));
    let (first, shares) = (Shares::new(first), Shares::new(shares));
    let take_part = || {
        let thread = rayon::current_thread_index().unwrap_or(0);
        let mut memory = memory[thread].lock().unwrap_or_else(PoisonError::into_inner);
        first.each(thread, |item| {
            let _done = Done(&left);
            before(item);
        });
        left.wait();
        shares.each(thread, |item| work(&mut memory, item));
    };
    rayon::scope(|scope| {
        (1..count).for_each(|_| scope.spawn(|_| take_part()));
        take_part();
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_have_about_as_much_to_do_and_equals_stay_side_by_side() {
        // Six large pieces and two small ones, as 100 trees are cut.
        assert_eq!(shared_out(&[9, 9, 9, 9, 9, 9, 4, 4], 2), [vec![0, 1, 2, 6], vec![3, 4, 5, 7]]);
        assert_eq!(shared_out(&[1, 8, 2, 3], 2), [vec![1], vec![3, 2, 0]]);
        assert_eq!(shared_out(&[5; 4], 8), [[0], [1], [2], [3]]);
        assert_eq!(shared_out(&[5; 4], 1), [[0, 1, 2, 3]]);
        assert!(shared_out(&[], 3).is_empty());
    }

    #[test]
    fn every_item_is_done_once_by_whoever_is_free() {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(3).build().expect("threads");
        for sizes in [vec![0, 0, 9], vec![200, 1, 50], vec![7], vec![]] {
            let mut items = vec![0_u32; sizes.iter().sum()];
            let (mut rest, mut shares) = (items.as_mut_slice(), Vec::new());
            for size in sizes {
                let own;
                (own, rest) = rest.split_at_mut(size);
                shares.push(own.iter_mut());
            }
            let done: Vec<Mutex<usize>> = (0..3).map(|_| Mutex::new(0)).collect();
            pool.install(|| {
                on_each(3, shares, &done, |count, item| {
                    *item += 1;
                    *count += 1;
                });
            });
            assert!(items.iter().all(|&n| n == 1), "{items:?}");
            let counts = done.into_iter().map(|count| count.into_inner().expect("nothing panicked"));
            assert_eq!(counts.sum::<usize>(), items.len());
        }
    }

    #[test]
    fn nothing_begins_before_all_that_comes_first_is_done() {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(3).build().expect("threads");
        let memory: Vec<Mutex<()>> = (0..3).map(|_| Mutex::default()).collect();
        for first in [vec![0..5, 5..6, 6..40], vec![0..2, 2..2], vec![]] {
            let all: usize = first.iter().map(ExactSizeIterator::len).sum();
            let (done, worked) = (AtomicUsize::new(0), AtomicUsize::new(0));
            let before = |item: usize| {
                std::thread::sleep(std::time::Duration::from_micros(50 * (item as u64 % 3)));
                done.fetch_add(1, Ordering::Relaxed);
            };
            pool.install(|| {
                in_turn(3, first, before, vec![0..9, 9..10, 10..30], &memory, |(), _| {
                    assert_eq!(done.load(Ordering::Relaxed), all);
                    worked.fetch_add(1, Ordering::Relaxed);
                });
            });
            assert_eq!(worked.into_inner(), 30);
        }
    }

    #[test]
    #[should_panic(expected = "the third")]
    fn a_panic_before_the_work_ends_it() {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(2).build().expect("threads");
        let memory: Vec<Mutex<()>> = (0..2).map(|_| Mutex::default()).collect();
        let before = |item: u32| assert!(item != 3, "the third");
        pool.install(|| in_turn(2, vec![0..2, 2..9], before, vec![0..9, 9..10], &memory, |(), _| {}));
    }
}
