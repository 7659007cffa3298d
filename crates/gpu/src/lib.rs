//! The GPU backend: the plan on any adapter that wgpu finds.
