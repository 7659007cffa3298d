//! The second pass over connections: every synapse to its place.

use crate::error::PlanError;
use crate::lower::clocked;
use crate::lower::cuts::{Cut, split};
use crate::lower::groups::{Builder, ClockedShare};
use crate::lower::pairs::Scratch;
use crate::lower::receptors::{SlotIndex, peak_factor};
use crate::lower::synapses::{Build, Survey, Synapses, first_error};
use crate::lower::wiring::Wiring;
use crate::plan::{EventSynapses, Receptor, Slots, Values};
use crate::workers::on_each;

/// A part of [`Values`], to be filled.
pub(super) enum Weights<'a> {
    Single(&'a mut [f32]),
    Double(&'a mut [f64]),
}

impl<'a> Weights<'a> {
    /// All of `values`, which are listed.
    pub fn new(values: &'a mut Values) -> Self {
        match values {
            Values::F32(all) => Weights::Single(all),
            Values::F64(all) => Weights::Double(all),
            Values::Same(..) => unreachable!("values are listed while they are filled"),
        }
    }

    /// Takes the first `count` off.
    pub fn split(&mut self, count: usize) -> Self {
        match self {
            Weights::Single(rest) => Weights::Single(split(rest, count)),
            Weights::Double(rest) => Weights::Double(split(rest, count)),
        }
    }

    #[inline]
    #[allow(clippy::cast_possible_truncation)]
    pub fn set(&mut self, i: usize, x: f64) {
        match self {
            Weights::Single(all) => all[i] = x as f32,
            Weights::Double(all) => all[i] = x,
        }
    }
}

/// The events of a partition.
struct EventShare<'a> {
    cut: Cut,
    /// Number of the first.
    base: usize,
    /// Where the next synapse of each source goes.
    next: &'a mut [u32],
    slot: &'a mut [u32],
    weight: Weights<'a>,
    delay: &'a mut [u16],
}

/// What a worker fills.
enum Share<'a> {
    Events(EventShare<'a>),
    Clocked(ClockedShare<'a>),
}

/// What tells where an event goes and how strong it is.
struct Places<'a> {
    /// By kind.
    first_receptor: &'a [usize],
    /// What turns a weight into a jump of the pools, by receptor.
    factors: Vec<f64>,
    index: &'a SlotIndex,
}

/// Puts all synapses in their places. Returns how many delays were rounded, too.
pub(super) fn place(
    build: &Build<'_>,
    wirings: &[Wiring<'_>],
    survey: Survey,
    receptors: Vec<Receptor>,
    first_receptor: &[usize],
    slots: Slots,
    index: &SlotIndex,
) -> Result<(Synapses, usize), PlanError> {
    let Survey { reached, events: mut first, clocked: counts, .. } = survey;
    drop(reached);
    // Counts become offsets; the one more that each partition has is the end of its synapses.
    let mut count = 0;
    for own in &mut first {
        count += std::mem::replace(own, count);
    }
    let count = count as usize;
    let mut events = EventSynapses {
        sources: build.sources,
        first,
        slot: vec![0; count],
        weight: Values::zeros(build.settings.precision, count),
        delay: vec![0; count],
        shortest_delay: u16::MAX,
        longest_delay: 0,
    };
    let mut builder = Builder::new(build, counts, &receptors, first_receptor, index)?;
    let factors = receptors.iter().map(|receptor| peak_factor(&receptor.dynamics)).collect();
    let places = Places { first_receptor, factors, index };
    let mut shares: Vec<Share<'_>> = event_shares(&mut events, build).into_iter().map(Share::Events).collect();
    shares.extend(builder.shares(build).into_iter().map(Share::Clocked));
    let placed = first_error(on_each(build.workers, shares, |share| match share {
        Share::Events(share) => place_events(build, wirings, &places, share),
        Share::Clocked(share) => place_clocked(build, wirings, share),
    }))?;
    let rounded = placed.iter().map(|own| own.rounded).sum();
    for own in &placed {
        events.shortest_delay = events.shortest_delay.min(own.shortest_event);
        events.longest_delay = events.longest_delay.max(own.longest_event);
    }
    for (source, feed) in (build.first_feed..).zip(build.feeds) {
        let set = clocked::set_of(build.sets, feed.synapse, None);
        let node = feed.place.node;
        if build.sets[set].clocked {
            builder.place(set, source, node, feed.weight, 1);
            continue;
        }
        let next = &mut events.first[build.partitions.of(feed.place.cell) * (build.sources + 1) + source as usize];
        let at = *next as usize;
        *next += 1;
        let receptor = first_receptor[build.sets[set].kind];
        events.slot[at] = index.at(receptor, node);
        events.weight.set(at, feed.weight * places.factors[receptor]);
        events.delay[at] = 1;
        events.longest_delay = events.longest_delay.max(1);
    }
    // Each offset has gone on to that of the next source.
    let mut base = 0;
    for own in events.first.chunks_mut(build.sources + 1) {
        let end = own[build.sources];
        own.copy_within(..build.sources, 1);
        debug_assert_eq!(own[build.sources], end, "as many synapses are placed as were counted");
        own[0] = std::mem::replace(&mut base, end);
    }
    if events.slot.is_empty() {
        events.first = Vec::new();
    }
    let (clocked, activity) = builder.finish(build)?;
    Ok((Synapses { receptors, slots, events, clocked, activity }, rounded))
}

fn event_shares<'a>(events: &'a mut EventSynapses, build: &Build<'_>) -> Vec<EventShare<'a>> {
    let mut slot = events.slot.as_mut_slice();
    let mut weight = Weights::new(&mut events.weight);
    let mut delay = events.delay.as_mut_slice();
    let mut base = 0;
    let offsets = events.first.chunks_mut(build.sources + 1);
    build
        .partitions
        .all(build.table)
        .zip(offsets)
        .map(|(cut, next)| {
            let end = next[build.sources] as usize;
            let first = std::mem::replace(&mut base, end);
            let count = end - first;
            EventShare {
                cut,
                base: first,
                next,
                slot: split(&mut slot, count),
                weight: weight.split(count),
                delay: split(&mut delay, count),
            }
        })
        .collect()
}

/// What a worker has placed.
struct Placed {
    rounded: usize,
    shortest_event: u16,
    longest_event: u16,
}

impl Placed {
    const NOTHING: Self = Self { rounded: 0, shortest_event: u16::MAX, longest_event: 0 };
}

fn place_events(
    build: &Build<'_>,
    wirings: &[Wiring<'_>],
    places: &Places<'_>,
    mut share: EventShare<'_>,
) -> Result<Placed, (usize, PlanError)> {
    let mut scratch = Scratch::default();
    let mut placed = Placed::NOTHING;
    let cells = build.table.cells.len();
    for wiring in wirings.iter().filter(|wiring| !wiring.clocked) {
        let mut resolvers = build.resolvers(wiring);
        let receptors: Vec<usize> =
            wiring.ends.iter().map(|ends| places.first_receptor[build.sets[ends.set].kind]).collect();
        let result = wiring.pairs.for_each(&wiring.part(&share.cut), false, &mut scratch, |s, t, k, row| {
            let of = wiring.projection_of(s);
            let (resolver, receptor) = (&mut resolvers[of], receptors[of]);
            let strength = resolver.strength(s, t, k, row)?;
            let node = resolver.node(t, k, row)?;
            let source = resolver.source(s) as usize;
            let next = &mut share.next[source];
            let at = *next as usize - share.base;
            *next += 1;
            share.slot[at] = places.index.at(receptor, node);
            share.weight.set(at, strength.weight * places.factors[receptor]);
            share.delay[at] = strength.delay;
            placed.rounded += usize::from(strength.rounded);
            if source < cells {
                placed.shortest_event = placed.shortest_event.min(strength.delay);
            }
            placed.longest_event = placed.longest_event.max(strength.delay);
            Ok(())
        });
        result.map_err(|error| (wiring.ends[0].index, error))?;
    }
    Ok(placed)
}

fn place_clocked(
    build: &Build<'_>,
    wirings: &[Wiring<'_>],
    mut share: ClockedShare<'_>,
) -> Result<Placed, (usize, PlanError)> {
    let mut scratch = Scratch::default();
    let mut placed = Placed::NOTHING;
    for wiring in wirings.iter().filter(|wiring| wiring.clocked) {
        let mut resolvers = build.resolvers(wiring);
        let result = wiring.pairs.for_each(&wiring.part(&share.cut), false, &mut scratch, |s, t, k, row| {
            let of = wiring.projection_of(s);
            let resolver = &mut resolvers[of];
            let strength = resolver.strength(s, t, k, row)?;
            let node = resolver.node(t, k, row)?;
            share.place(wiring.ends[of].set, resolver.source(s), node, &strength);
            placed.rounded += usize::from(strength.rounded);
            Ok(())
        });
        result.map_err(|error| (wiring.ends[0].index, error))?;
    }
    Ok(placed)
}
