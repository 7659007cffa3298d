//! The block-tape interpreter.
