// Potentials and equations of a workgroup's nodes in the state: for cells that workgroup memory does not hold.
var<private> group_first: u32;

fn begin_group(first: u32) { group_first = first; }
fn get_v(j: u32) -> Float { return state[V + index[CLASS_NODE + group_first + j]]; }
fn set_v(j: u32, x: Float) { state[V + index[CLASS_NODE + group_first + j]] = x; }
fn get_d(j: u32) -> Float { return state[EQUATION + 2u * (group_first + j)]; }
fn set_d(j: u32, x: Float) { state[EQUATION + 2u * (group_first + j)] = x; }
fn get_i(j: u32) -> Float { return state[EQUATION + 2u * (group_first + j) + 1u]; }
fn set_i(j: u32, x: Float) { state[EQUATION + 2u * (group_first + j) + 1u] = x; }
fn join() {
    storageBarrier();
    workgroupBarrier();
}
