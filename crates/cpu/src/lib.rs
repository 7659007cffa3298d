//! huxley-cpu.
