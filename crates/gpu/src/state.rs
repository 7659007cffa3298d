//! State between the device and a snapshot, in the plan's order.

use huxley_engine::exchange::Exchange;
use huxley_engine::oracle::{driving_slots, present_gates};
use huxley_engine::snapshot::{Reader, Snapshot, Writer, plan_digest};
use huxley_engine::{RunError, SynapseTable, signalling};
use huxley_model::network::Precision;
use huxley_model::plasticity::{Planes, SynapticVariable};
use huxley_model::signalling::Messenger;

use crate::element::Element;
use crate::layout::{BAD_NODE, STATUS};
use crate::machine::Machine;
use crate::tables::number;

impl<E: Element> Machine<E> {
    fn precision() -> Precision {
        if E::DOUBLE { Precision::F64 } else { Precision::F32 }
    }

    /// The row of the ring of the tick `tick`.
    fn row(&self, tick: u64) -> usize {
        usize::try_from(tick % self.layout.ring as u64).unwrap_or(0)
    }

    /// All state, in entity order.
    pub fn snapshot(&self) -> Result<Snapshot, RunError> {
        self.whole()?;
        let plan = &self.plan;
        let state: Vec<E> = self.read(&self.buffers.state, 0, self.buffers.state.size() as usize / size_of::<E>())?;
        let words: Vec<u32> = self.read(&self.buffers.words, 0, self.buffers.words.size() as usize / 4)?;
        let part = |first: u32, count: usize| &state[first as usize..first as usize + count];
        let slots = plan.slots.node.len();
        let mut out = Writer::default();
        out.pods(part(self.layout.v, plan.nodes.parent.len()));
        for (class, planes) in plan.classes.iter().zip(&self.layout.classes) {
            let mut gates = planes.gates.iter();
            for channel in &class.channels {
                for &plane in gates.by_ref().take(channel.channel.states()) {
                    out.pods(&present_gates(&channel.gbar, part(plane, class.nodes())));
                }
            }
        }
        let pools = part(self.layout.pool, 3 * slots);
        let by_slot: Vec<E> = (0..slots).flat_map(|slot| [0, 1, 2].map(|k| pools[k * slots + slot])).collect();
        out.pods(&by_slot);
        for row in self.arrivals(&state, &words) {
            out.pods(&row);
        }
        out.pods(&driving_slots(plan).map(|slot| state[self.layout.drive as usize + slot]).collect::<Vec<E>>());
        for g in 0..plan.clocked.len() {
            for values in self.variables(g)? {
                out.pods(&values);
            }
            if plan.clocked[g].plasticity.structural.is_some() {
                out.u32s(&self.sources(g)?);
            }
        }
        let mut slow = self.slow.clone();
        let cells = plan.cells.len();
        let (activity, traces, spikes) = slow.cells_mut();
        let widen = |from: &[E]| -> Vec<f64> { from.iter().map(|x| x.to_f64()).collect() };
        for (own, &plane) in activity.iter_mut().zip(&self.layout.activity) {
            *own = widen(part(plane, cells));
        }
        for (own, plane) in traces.iter_mut().zip(&self.layout.post_trace) {
            if let Some(plane) = plane {
                *own = widen(part(*plane, cells));
            }
        }
        if self.tick > 0 {
            let counts = self.layout.counts(self.row(self.tick - 1), plan.sources());
            spikes.iter_mut().zip(&words[counts..]).for_each(|(own, &count)| *own = f64::from(count));
        }
        slow.save(&mut out);
        self.exchange(&words).save(&mut out);
        self.drive.save(&mut out);
        signalling::save(plan, &mut out, |cell, messenger| state[self.messenger(cell, messenger) as usize]);
        let plan = plan_digest(plan);
        Ok(Snapshot { tick: self.tick, precision: Self::precision(), plan, payload: out.finish() })
    }

    fn messenger(&self, cell: usize, messenger: Messenger) -> u32 {
        let class = self.plan.cells.class[cell] as usize;
        let own = self.layout.classes[class].signalling.as_ref().map_or(0, |s| s.messengers[messenger.index()]);
        own + self.plan.cells.place.at(cell)
    }

    /// Spikes of a row: sources, each as often as it spiked, ascending.
    fn spikes(&self, words: &[u32], tick: u64, sources: usize) -> Vec<u32> {
        let counts = self.layout.counts(self.row(tick), self.plan.sources());
        let own = (0..).zip(&words[counts..counts + sources]);
        own.flat_map(|(source, &count)| std::iter::repeat_n(source, count as usize)).collect()
    }

    fn exchange(&self, words: &[u32]) -> Exchange {
        let cells = self.plan.cells.len();
        let mut exchange = Exchange::new(&self.plan);
        let recent = |age: u64| {
            let mut row = self.spikes(words, self.tick - age, self.plan.sources());
            row.dedup();
            row
        };
        // What was fired in the tick just run is delivered in the next, or the one after it.
        let now = self.spikes(words, self.tick, cells);
        let next = self.spikes(words, self.tick + 1, cells);
        exchange.set(now, next, recent, self.tick);
        exchange
    }

    /// What is on its way to event slots, by tick from the next on: sums in the order in which a backend that pushes forms them.
    fn arrivals(&self, state: &[E], words: &[u32]) -> Vec<Vec<E>> {
        let plan = &self.plan;
        let slots = plan.slots.node.len();
        let rows = usize::from(plan.events.longest_delay.max(1));
        let mut all = vec![vec![E::default(); slots]; rows];
        if plan.events.slot.is_empty() {
            return all;
        }
        if self.pending {
            for (ahead, row) in all.iter_mut().enumerate() {
                let since = usize::try_from(self.tick - self.since).unwrap_or(usize::MAX).saturating_add(ahead);
                if since < self.layout.pending_rows {
                    let first = self.layout.pending as usize + since * slots;
                    row.copy_from_slice(&state[first..first + slots]);
                }
            }
        }
        // Spikes delivered in tick t arrive after a delay d in tick t + d - 1.
        let first = self.since.max((self.tick + 1).saturating_sub(rows as u64));
        let events = &plan.events;
        for tick in first..self.tick {
            let sources = self.spikes(words, tick, plan.sources());
            for partition in 0..plan.slots.first_of_partition.len() - 1 {
                for &source in &sources {
                    for synapse in events.of(partition, source as usize) {
                        let arrives = tick + u64::from(events.delay[synapse]) - 1;
                        if arrives >= self.tick {
                            let ahead = usize::try_from(arrives - self.tick).unwrap_or(usize::MAX);
                            let sum = &mut all[ahead][events.slot[synapse] as usize];
                            *sum = *sum + E::from_f64(events.weight.get(synapse));
                        }
                    }
                }
            }
        }
        all
    }

    /// The variables of a group's synapses, each over all chunks.
    fn variables(&self, group: usize) -> Result<Vec<Vec<E>>, RunError> {
        let count = self.plan.clocked[group].variables.len();
        let mut all = vec![Vec::with_capacity(self.plan.clocked[group].len()); count];
        for chunk in &self.buffers.clocked[group] {
            let Some(values) = &chunk.values else { continue };
            let own = chunk.synapse_count as usize;
            let read: Vec<E> = self.read(values, 0, own * count)?;
            all.iter_mut().zip(read.chunks_exact(own.max(1))).for_each(|(all, own)| all.extend_from_slice(own));
        }
        Ok(all)
    }

    /// The source of each slot of a group.
    fn sources(&self, group: usize) -> Result<Vec<u32>, RunError> {
        let mut all = Vec::with_capacity(self.plan.clocked[group].len());
        let mask = (1 << self.layout.delay_shift) - 1;
        for chunk in &self.buffers.clocked[group] {
            let words: Vec<u32> = self.read(&chunk.synapses, 0, chunk.synapse_count as usize)?;
            all.extend(words.into_iter().map(|word| word & mask));
        }
        Ok(all)
    }

    /// Goes on from a snapshot.
    pub fn restore(&mut self, snapshot: &Snapshot) -> Result<(), RunError> {
        snapshot.check(&self.plan, Self::precision())?;
        let plan = std::sync::Arc::clone(&self.plan);
        let slots = plan.slots.node.len();
        let mut from = Reader::new(&snapshot.payload);
        let mut state: Vec<E> =
            self.read(&self.buffers.state, 0, self.buffers.state.size() as usize / size_of::<E>())?;
        let mut words = vec![0_u32; self.buffers.words.size() as usize / 4];
        words[STATUS] = 0;
        words[BAD_NODE] = u32::MAX;
        let mut put = |first: u32, values: &[E]| {
            state[first as usize..first as usize + values.len()].copy_from_slice(values);
        };
        put(self.layout.v, &from.exactly::<E>(plan.nodes.parent.len(), "nodes")?);
        for (class, planes) in plan.classes.iter().zip(&self.layout.classes) {
            for &plane in &planes.gates {
                put(plane, &from.exactly::<E>(class.nodes(), "gates")?);
            }
        }
        let pools: Vec<E> = from.exactly(3 * slots, "pools")?;
        for k in 0..3 {
            let own: Vec<E> = pools.iter().skip(k).step_by(3).copied().collect();
            put(self.layout.pool + number(k * slots), &own);
        }
        for ahead in 0..usize::from(plan.events.longest_delay.max(1)) {
            let row: Vec<E> = from.exactly(slots, "arrivals")?;
            if ahead < self.layout.pending_rows {
                put(self.layout.pending + number(ahead * slots), &row);
            }
        }
        let drives: Vec<E> = from.exactly(driving_slots(&plan).count(), "places calcium enters by")?;
        for (slot, drive) in driving_slots(&plan).zip(drives) {
            put(self.layout.drive + number(slot), &[drive]);
        }
        let mut synapses = Vec::new();
        for group in &plan.clocked {
            let of = |_: &SynapticVariable| from.exactly::<E>(group.len(), "synapses");
            let values = group.variables.iter().map(of).collect::<Result<Vec<_>, _>>()?;
            let structural = group.plasticity.structural.is_some();
            let sources = if structural { Some(from.exactly::<u32>(group.len(), "slots of synapses")?) } else { None };
            synapses.push((values, sources));
        }
        let mut slow = self.slow.clone();
        slow.load(&mut from)?;
        let mut exchange = Exchange::new(&plan);
        exchange.load(&mut from)?;
        let mut drive = self.drive.clone();
        drive.load(&mut from)?;
        let mut messengers = Vec::new();
        signalling::load(&plan, &mut from, |cell, messenger, x: E| messengers.push((cell, messenger, x)))?;

        // Everything fits: only now does anything change.
        for (cell, messenger, x) in messengers {
            put(self.messenger(cell, messenger), &[x]);
        }
        let (activity, traces, spikes) = slow.cells_mut();
        let narrow = |from: &[f64]| -> Vec<E> { from.iter().map(|&x| E::from_f64(x)).collect() };
        for (own, &plane) in activity.iter().zip(&self.layout.activity) {
            put(plane, &narrow(own));
        }
        for (own, plane) in traces.iter().zip(&self.layout.post_trace) {
            if let Some(plane) = plane {
                put(*plane, &narrow(own));
            }
        }
        let sources = plan.sources();
        let mut add = |row: usize, source: u32, count: u32| {
            words[self.layout.bits(row) + source as usize / 32] |= 1 << (source % 32);
            words[self.layout.counts(row, sources) + source as usize] += count;
        };
        for age in 1..=(self.layout.ring as u64 - 3).min(snapshot.tick) {
            for &source in exchange.delivered_before(snapshot.tick, age) {
                add(self.row(snapshot.tick - age), source, 1);
            }
        }
        for (ahead, stamped) in (0..).zip(exchange.stamped()) {
            for &source in stamped {
                add(self.row(snapshot.tick + ahead), source, 1);
            }
        }
        if snapshot.tick > 0 {
            let row = self.row(snapshot.tick - 1);
            for (cell, &count) in (0..).zip(spikes.iter()) {
                #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
                let count = count as u32;
                words[self.layout.counts(row, sources) + cell as usize] = count;
                if count > 0 {
                    words[self.layout.bits(row) + cell as usize / 32] |= 1 << (cell % 32);
                }
            }
        }
        for (class, planes) in plan.classes.iter().zip(&self.layout.classes) {
            let (Some(own), Some(signalling)) = (&planes.signalling, &class.signalling) else { continue };
            self.publish(&mut state, class, own, &signalling.constants);
        }
        let queue = &self.device.queue;
        queue.write_buffer(&self.buffers.state, 0, bytemuck::cast_slice(&state));
        queue.write_buffer(&self.buffers.words, 0, bytemuck::cast_slice(&words));
        for ((values, sources), (group, chunks)) in synapses.iter().zip(plan.clocked.iter().zip(&self.buffers.clocked))
        {
            for chunk in chunks {
                let own = chunk.base as usize..(chunk.base + chunk.synapse_count) as usize;
                let planes: Vec<E> = values.iter().flat_map(|plane| plane[own.clone()].iter().copied()).collect();
                if let Some(buffer) = &chunk.values {
                    queue.write_buffer(buffer, 0, bytemuck::cast_slice(&planes));
                }
                if let Some(sources) = sources {
                    let delays = group.delay[own.clone()].iter().map(|&d| u32::from(d) << self.layout.delay_shift);
                    let words: Vec<u32> = sources[own].iter().zip(delays).map(|(s, d)| s | d).collect();
                    queue.write_buffer(&chunk.synapses, 0, bytemuck::cast_slice(&words));
                }
            }
        }
        self.device.check()?;
        self.slow = slow;
        self.drive = drive;
        self.tick = snapshot.tick;
        self.since = snapshot.tick;
        self.pending = true;
        self.broken = None;
        Ok(())
    }

    /// What channels read of their cells, from the messengers.
    fn publish(
        &self,
        state: &mut [E],
        class: &huxley_engine::plan::Class,
        planes: &huxley_shaders::class::SignallingPlanes,
        constants: &huxley_model::signalling::Signalling,
    ) {
        let celsius = self.plan.settings.celsius;
        for place in 0..class.cells.len() {
            let at = |plane: u32| plane as usize + place;
            let messenger = |m: Messenger| state[at(planes.messengers[m.index()])];
            let (ca, pka, pp1) = (messenger(Messenger::Calcium), messenger(Messenger::Pka), messenger(Messenger::Pp1));
            state[at(planes.factor)] = huxley_model::signalling::modulation(constants, pka, pp1);
            for &(channel, plane) in &planes.reversals {
                state[at(plane)] = signalling::reversal(&class.channels[channel], ca, celsius);
            }
        }
    }

    /// Sources and weights of a clocked group.
    pub fn synapses(&self, group: usize) -> Result<SynapseTable, RunError> {
        self.whole()?;
        let own = &self.plan.clocked[group];
        let structural = own.plasticity.structural.is_some();
        let source = if structural { self.sources(group)? } else { own.sources(self.plan.no_source()) };
        let planes = Planes::of(&own.variables);
        if planes.weight.is_none() && planes.efficacy.is_none() {
            return Ok(SynapseTable { source, weight: (0..own.len()).map(|i| own.weight.get(i)).collect() });
        }
        let variables = self.variables(group)?;
        let weight = |i: usize| {
            let w = planes.weight.map_or_else(|| E::from_f64(own.weight.get(i)), |plane| variables[plane][i]);
            match (&own.step.graupner_brunel, planes.efficacy) {
                (Some(step), Some(plane)) => step.weight(w, variables[plane][i]).to_f64(),
                _ => w.to_f64(),
            }
        };
        Ok(SynapseTable { weight: (0..own.len()).map(weight).collect(), source })
    }
}
