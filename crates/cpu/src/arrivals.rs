//! The spikes that meet clocked synapses in a tick: a bit for each synapse, set by the sources that spiked. Synapses far outnumber
//! spikes, so nothing is read of those that no spike meets.

use std::collections::BTreeMap;
use std::ops::Range;

use huxley_engine::exchange::Exchange;
use huxley_engine::plan::{ClockedGroup, Plan};
use huxley_engine::slow::Fate;

/// Bits of the synapses of a range.
#[derive(Clone, Debug)]
pub struct Marks {
    /// Synapses of the group.
    synapses: Range<usize>,
    /// Transmitter is in the cleft.
    on: Bits,
    /// First and last tick of a pulse; empty where pulses are one tick.
    starts: Bits,
    ends: Bits,
    /// Late arrivals; empty where none count.
    late: Bits,
    /// No bit is set.
    silent: bool,
}

/// The spikes that meet some lanes, one bit each.
#[derive(Clone, Copy, Debug, Default)]
pub struct Met {
    /// Transmitter is in the cleft.
    pub on: u64,
    /// A spike arrives.
    pub starts: u64,
    /// The pulse's last tick.
    pub ends: u64,
    /// A spike arrived as long ago as the group's calcium is late.
    pub late: u64,
}

#[derive(Clone, Debug, Default)]
struct Bits(Vec<u64>);

impl Bits {
    fn new(bits: usize) -> Self {
        // Lanes are read across two words.
        Self(vec![0; bits / 64 + 2])
    }

    fn set(&mut self, bit: usize) {
        self.0[bit / 64] |= 1 << (bit % 64);
    }

    fn clear(&mut self, bit: usize) {
        self.0[bit / 64] &= !(1 << (bit % 64));
    }

    fn get(&self, bit: usize) -> bool {
        self.0[bit / 64] >> (bit % 64) & 1 == 1
    }

    /// `count` (at most 64) bits from `at` on.
    #[inline(always)]
    fn some(&self, at: usize, count: usize) -> u64 {
        let (word, shift) = (at / 64, at % 64);
        let bits = self.0[word] >> shift | (self.0[word + 1] << 1) << (63 - shift);
        bits & (u64::MAX >> (64 - count))
    }
}

impl Marks {
    /// No spikes.
    pub fn new(group: &ClockedGroup, synapses: Range<usize>) -> Self {
        let bits = |wanted: bool| if wanted { Bits::new(synapses.len()) } else { Bits::default() };
        let long = group.pulse > 1;
        let late = group.step.graupner_brunel.is_some();
        Self { on: bits(true), starts: bits(long), ends: bits(long), late: bits(late), silent: true, synapses }
    }

    /// Sets the bits of `tick`.
    pub fn collect(&mut self, group: &ClockedGroup, exchange: &Exchange, structure: Option<&Structure>, tick: u64) {
        if !self.silent {
            for bits in [&mut self.on, &mut self.starts, &mut self.ends, &mut self.late] {
                bits.0.fill(0);
            }
        }
        self.silent = true;
        if exchange.silent() {
            return;
        }
        let range = self.synapses.clone();
        let silent = &mut self.silent;
        let mut mark = |bits: &mut Bits, late: u16| {
            exchange.for_each_arrival(group, tick, late, &range, |source, delay, synapses| {
                *silent &= synapses.is_empty();
                match structure {
                    None => synapses.iter().for_each(|&s| bits.set(s as usize - range.start)),
                    Some(structure) => {
                        for s in structure.reached(source, delay, synapses, &range) {
                            *silent = false;
                            bits.set(s as usize - range.start);
                        }
                    }
                }
            });
        };
        for late in 0..group.pulse {
            mark(&mut self.on, late);
        }
        if group.pulse > 1 {
            mark(&mut self.starts, 0);
            mark(&mut self.ends, group.pulse - 1);
        }
        if group.step.graupner_brunel.is_some() {
            mark(&mut self.late, group.late);
        }
    }

    /// What meets `count` synapses from `synapse` on.
    #[inline(always)]
    pub fn met(&self, synapse: usize, count: usize) -> Met {
        if self.silent {
            return Met::default();
        }
        let at = synapse - self.synapses.start;
        let on = self.on.some(at, count);
        let mut met = Met { on, starts: on, ends: on, late: 0 };
        if !self.starts.0.is_empty() {
            met.starts = self.starts.some(at, count);
            met.ends = self.ends.some(at, count);
        }
        if !self.late.0.is_empty() {
            met.late = self.late.some(at, count);
        }
        met
    }

    /// Whether pulses are one tick: then they start, are on and end at once.
    #[inline(always)]
    pub fn brief(&self) -> bool {
        self.starts.0.is_empty()
    }

    /// Bytes held.
    pub fn bytes(&self) -> usize {
        8 * (self.on.0.len() + self.starts.0.len() + self.ends.0.len() + self.late.0.len())
    }
}

/// Which slots hold a synapse, and from whom those are that formed in the run.
#[derive(Clone, Debug)]
pub struct Structure {
    used: Bits,
    /// The plan's synapse is still there.
    original: Bits,
    /// Formed synapses by (source, delay), ascending.
    formed: BTreeMap<(u32, u16), Vec<u32>>,
    /// Source of each formed synapse.
    source: BTreeMap<u32, u32>,
}

impl Structure {
    /// The plan's synapses, whose sources are `sources`.
    pub fn new(sources: &[u32], plan: &Plan) -> Self {
        let mut used = Bits::new(sources.len());
        for (i, _) in sources.iter().enumerate().filter(|(_, s)| **s != plan.no_source()) {
            used.set(i);
        }
        Self { original: used.clone(), used, formed: BTreeMap::new(), source: BTreeMap::new() }
    }

    /// Whether slot `i` holds a synapse.
    pub fn used(&self, i: usize) -> bool {
        self.used.get(i)
    }

    /// Of the plan's `synapses` of a source and delay those that are still there, and those that have formed in `range`.
    fn reached<'a>(
        &'a self,
        source: u32,
        delay: u16,
        synapses: &'a [u32],
        range: &'a Range<usize>,
    ) -> impl Iterator<Item = u32> + 'a {
        let formed = self.formed.get(&(source, delay)).map_or(&[][..], Vec::as_slice);
        let original = synapses.iter().filter(|&&s| self.original.get(s as usize));
        original.chain(formed.iter().filter(|&&s| range.contains(&(s as usize)))).copied()
    }

    /// A synapse forms or vanishes.
    pub fn change(&mut self, group: &ClockedGroup, synapse: u32, fate: Fate) {
        let delay = group.delay[synapse as usize];
        match fate {
            Fate::Stays => {}
            Fate::Forms(source) => {
                self.used.set(synapse as usize);
                self.source.insert(synapse, source);
                self.formed.entry((source, delay)).or_default().push(synapse);
            }
            Fate::Vanishes => {
                self.used.clear(synapse as usize);
                self.original.clear(synapse as usize);
                let own = self.source.remove(&synapse).and_then(|source| self.formed.get_mut(&(source, delay)));
                if let Some(own) = own {
                    own.retain(|&s| s != synapse);
                }
            }
        }
    }

    /// Makes the sources of the plan's synapses those of the present ones.
    pub fn correct(&self, sources: &mut [u32], none: u32) {
        for (i, source) in sources.iter_mut().enumerate() {
            if !self.original.get(i) {
                #[allow(clippy::cast_possible_truncation)]
                let formed = self.source.get(&(i as u32));
                *source = formed.copied().unwrap_or(none);
            }
        }
    }

    /// From the plan's synapses to `sources`.
    #[allow(clippy::cast_possible_truncation)]
    pub fn become_like(&mut self, group: &ClockedGroup, sources: &[u32], none: u32) {
        let planned = group.sources(none);
        for (i, (&is, &was)) in sources.iter().zip(&planned).enumerate().filter(|(_, (is, was))| is != was) {
            if was != none {
                self.change(group, i as u32, Fate::Vanishes);
            }
            if is != none {
                self.change(group, i as u32, Fate::Forms(is));
            }
        }
    }

    /// Bytes held, about.
    pub fn bytes(&self) -> usize {
        8 * (self.used.0.len() + self.original.0.len()) + 16 * self.source.len() + 48 * self.formed.len()
    }
}
