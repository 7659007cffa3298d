//! huxley.
