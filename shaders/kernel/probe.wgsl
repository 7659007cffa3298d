// Copies what probes read to the samples of the submission.

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let i = invocation(group, lane, THREADS);
    if (i >= params.count) {
        return;
    }
    samples[params.out + i] = state[index[params.first + i]];
}
