// What differs between dispatches; one entry of a buffer with dynamic offsets.
struct Params {
    // The tick, and its row in the ring of spikes.
    tick: u32,
    row: u32,
    // Substeps of the tick to run.
    from_substep: u32,
    to_substep: u32,
    // First entry of the kernel's list, how many there are, and workgroups in x.
    first: u32,
    count: u32,
    groups_x: u32,
    // First tick whose spikes the ring knows, and whether sums of earlier ones are still to arrive.
    since: u32,
    pending: u32,
    // Headers of the tick's courses, and whether any of them jumps.
    course: u32,
    jumps: u32,
    // Where samples go, or the tick's rates of learning are.
    out: u32,
    // Whether the intervals of homeostatic and structural plasticity end.
    ends: u32,
    // First synapse and first place of a chunk.
    base: u32,
    base_place: u32,
    // Synapses of the chunk.
    stride: u32,
}

@group(0) @binding(0) var<uniform> params: Params;

// The invocation's number over a dispatch of two dimensions.
fn invocation(group: vec3<u32>, lane: u32, width: u32) -> u32 {
    return (group.y * params.groups_x + group.x) * width + lane;
}
