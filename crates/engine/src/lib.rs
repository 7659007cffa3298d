//! huxley-engine.
