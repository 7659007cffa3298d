// Potentials and equations of a workgroup's nodes in workgroup memory.
var<workgroup> v_: array<Float, NODES_ON_CHIP>;
var<workgroup> d_: array<Float, NODES_ON_CHIP>;
var<workgroup> i_: array<Float, NODES_ON_CHIP>;

fn begin_group(first: u32) {}
fn get_v(j: u32) -> Float { return v_[j]; }
fn set_v(j: u32, x: Float) { v_[j] = x; }
fn get_d(j: u32) -> Float { return d_[j]; }
fn set_d(j: u32, x: Float) { d_[j] = x; }
fn get_i(j: u32) -> Float { return i_[j]; }
fn set_i(j: u32, x: Float) { i_[j] = x; }
fn join() { workgroupBarrier(); }
