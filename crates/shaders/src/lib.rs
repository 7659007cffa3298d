//! The equations of huxley as WGSL, and the kernels they are put into.
