//! huxley-testkit.
