//! huxley-io.
