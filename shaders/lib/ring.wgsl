// The ring of spikes: for each tick a bit a source, and how often it spiked.

// The row of the tick `age` ticks ago.
fn row_before(age: u32) -> u32 {
    return select(params.row - age, params.row + RING - age, age > params.row);
}

// The row of the tick `ahead` ticks from now.
fn row_after(ahead: u32) -> u32 {
    let row = params.row + ahead;
    return select(row, row - RING, row >= RING);
}
