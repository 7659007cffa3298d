//! Synapses in chunks that fit a binding.

use huxley_engine::plan::{ClockedGroup, Plan, Values};
use huxley_model::plasticity::SynapticVariable;
use huxley_shaders::kernels::SLICE;

use crate::element::Element;
use crate::error::{GpuError, IN_BINDING};
use crate::tables::{Tables, number};

/// Event synapses of some slots.
#[derive(Debug)]
pub struct EventChunk<E> {
    /// First entry of the list of slots, and how many.
    pub first: u32,
    /// How many slots.
    pub count: u32,
    /// Number, over all chunks, of its first synapse.
    pub base: u32,
    /// Source and delay.
    pub synapses: Vec<u32>,
    /// Weights; empty where there is one for all.
    pub weights: Vec<E>,
}

/// Clocked synapses of some target nodes of a group.
#[derive(Debug)]
pub struct ClockedChunk<E> {
    /// First target node.
    pub first_place: u32,
    /// Target nodes.
    pub places: u32,
    /// First synapse.
    pub base: u32,
    /// Source and delay.
    pub synapses: Vec<u32>,
    /// Variables, a plane each.
    pub values: Vec<E>,
    /// Weights that do not move; empty where there is one for all.
    pub weights: Vec<E>,
}

fn too_large(what: &str, need: usize, limit: usize, unit: &'static str, most: usize) -> GpuError {
    GpuError::Limit {
        what: what.to_owned(),
        need: need as u64,
        limit: limit as u64,
        unit,
        remedy: format!("{most} synapses would fit; or use a GPU with larger bindings, or --backend cpu"),
    }
}

/// The event synapses of a plan, slots with the most first; fills the tables that the kernel finds them by.
pub fn events<E: Element>(
    plan: &Plan,
    tables: &mut Tables<E>,
    delay_shift: u32,
    binding: usize,
) -> Result<Vec<EventChunk<E>>, GpuError> {
    let events = &plan.events;
    let slots = plan.slots.node.len();
    let mut count = vec![0_u32; slots + 1];
    events.slot.iter().for_each(|&slot| count[slot as usize + 1] += 1);
    let mut order: Vec<usize> = (0..slots).filter(|&slot| count[slot + 1] > 0).collect();
    order.sort_by_key(|&slot| std::cmp::Reverse(count[slot + 1]));
    let lengths: Vec<u32> = order.iter().map(|&slot| count[slot + 1]).collect();
    for slot in 0..slots {
        count[slot + 1] += count[slot];
    }
    // Synapses by slot; within one by source, as they are visited.
    let mut by_slot = vec![(0_u32, 0_u32); events.slot.len()];
    let mut next = count.clone();
    let partitions = plan.slots.first_of_partition.len() - 1;
    for partition in 0..partitions {
        for source in 0..events.sources {
            for synapse in events.of(partition, source) {
                let place = &mut next[events.slot[synapse] as usize];
                by_slot[*place as usize] = (number(synapse), number(source));
                *place += 1;
            }
        }
    }
    let mut starts = vec![0_u32];
    for slice in lengths.chunks(SLICE) {
        let entries = u64::from(slice[0]) * SLICE as u64 + u64::from(*starts.last().unwrap_or(&0));
        let entries = u32::try_from(entries).map_err(|_| {
            too_large(
                "event synapses",
                usize::try_from(entries).unwrap_or(usize::MAX),
                u32::MAX as usize,
                "places",
                u32::MAX as usize,
            )
        })?;
        starts.push(entries);
    }
    tables.named_index("EVENT_SLOT", order.iter().map(|&slot| number(slot)));
    tables.named_index("EVENT_LENGTH", lengths.iter().copied());
    tables.named_index("EVENT_SLICE", starts.iter().copied());
    let same = match &events.weight {
        Values::Same(weight, _) => Some(*weight),
        _ => None,
    };
    tables.named_constants("EVENT_WEIGHT", [same.unwrap_or(0.0)]);
    let most = binding / size_of::<E>();
    let slices = starts.len() - 1;
    let mut chunks = Vec::new();
    let mut from = 0;
    while from < slices {
        let mut to = from + 1;
        while to < slices && (starts[to + 1] - starts[from]) as usize <= most {
            to += 1;
        }
        let size = (starts[to] - starts[from]) as usize;
        if size > most {
            return Err(too_large("the synapses of 32 nodes", size * size_of::<E>(), binding, IN_BINDING, most));
        }
        let (mut synapses, mut weights) = (vec![0; size], Vec::new());
        weights.resize(if same.is_some() { 0 } else { size }, E::default());
        let listed = from * SLICE..(to * SLICE).min(order.len());
        for i in listed.clone() {
            let own = &mut by_slot[count[order[i]] as usize..count[order[i] + 1] as usize];
            own.sort_by_key(|&(synapse, _)| std::cmp::Reverse(events.delay[synapse as usize]));
            let first = (starts[i / SLICE] - starts[from]) as usize + i % SLICE;
            for (k, &(synapse, source)) in own.iter().enumerate() {
                let at = first + SLICE * k;
                synapses[at] = source | u32::from(events.delay[synapse as usize]) << delay_shift;
                if same.is_none() {
                    weights[at] = E::from_f64(events.weight.get(synapse as usize));
                }
            }
        }
        chunks.push(EventChunk {
            first: number(listed.start),
            count: number(listed.len()),
            base: starts[from],
            synapses,
            weights,
        });
        from = to;
    }
    Ok(chunks)
}

/// The synapses of a group.
pub fn clocked<E: Element>(
    plan: &Plan,
    group: &ClockedGroup,
    delay_shift: u32,
    binding: usize,
) -> Result<Vec<ClockedChunk<E>>, GpuError> {
    let variables = group.variables.len();
    let most = binding / (size_of::<E>() * variables).max(4).max(size_of::<E>());
    let sources = group.sources(plan.no_source());
    let own_weights = fixed_weights(group);
    let mut chunks = Vec::new();
    let mut from = 0;
    while from < group.node.len() {
        let first = group.first[from] as usize;
        let mut to = from + 1;
        while to < group.node.len() && group.first[to + 1] as usize - first <= most {
            to += 1;
        }
        let end = group.first[to] as usize;
        if end - first > most {
            let bytes = (end - first) * size_of::<E>() * variables;
            return Err(too_large("the synapses of one node", bytes, binding, IN_BINDING, most));
        }
        let synapses = (first..end).map(|i| sources[i] | u32::from(group.delay[i]) << delay_shift).collect();
        let mut values = Vec::with_capacity(variables * (end - first));
        for (variable, &initial) in group.variables.iter().zip(&group.initial) {
            if *variable == SynapticVariable::Weight {
                let used = |i: usize| sources[i] != plan.no_source();
                values.extend((first..end).map(|i| E::from_f64(if used(i) { group.weight.get(i) } else { 0.0 })));
            } else {
                values.resize(values.len() + end - first, E::from_f64(initial));
            }
        }
        let weights =
            if own_weights { (first..end).map(|i| E::from_f64(group.weight.get(i))).collect() } else { Vec::new() };
        chunks.push(ClockedChunk {
            first_place: number(from),
            places: number(to - from),
            base: number(first),
            synapses,
            values,
            weights,
        });
        from = to;
    }
    Ok(chunks)
}

/// Whether each synapse of a group has a weight of its own that does not move.
pub fn fixed_weights(group: &ClockedGroup) -> bool {
    !group.variables.contains(&SynapticVariable::Weight) && !matches!(group.weight, Values::Same(..))
}
