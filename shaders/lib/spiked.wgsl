// Reading the ring of spikes.

fn spiked(row: u32, source: u32) -> bool {
    return ((words[BITS + row * ROW_WORDS + (source >> 5u)] >> (source & 31u)) & 1u) != 0u;
}

fn spike_count(row: u32, source: u32) -> u32 {
    return words[COUNTS + row * SOURCES + source];
}
