//! Threads that carry out the pieces of work in which a network is built.

use std::sync::OnceLock;

use huxley_engine::{Piece, Workers};

/// As many threads as a run has; they are started when there is work for more than one.
#[derive(Debug)]
pub struct Threads {
    count: usize,
    pool: OnceLock<rayon::ThreadPool>,
}

impl Threads {
    /// `count` threads; none takes one for each logical CPU.
    #[must_use]
    pub fn new(count: Option<usize>) -> Self {
        Self { count: count.unwrap_or_else(rayon::current_num_threads).max(1), pool: OnceLock::new() }
    }
}

impl Workers for Threads {
    fn count(&self) -> usize {
        self.count
    }

    /// # Panics
    /// When the operating system refuses to start threads.
    fn run(&self, pieces: Vec<Piece<'_>>) {
        if self.count == 1 || pieces.len() <= 1 {
            return pieces.into_iter().for_each(|piece| piece());
        }
        let pool = self.pool.get_or_init(|| {
            let named = rayon::ThreadPoolBuilder::new().num_threads(self.count);
            named.thread_name(|i| format!("huxley-build-{i}")).build().expect("threads can be started")
        });
        pool.scope(|scope| pieces.into_iter().for_each(|piece| scope.spawn(move |_| piece())));
    }
}
