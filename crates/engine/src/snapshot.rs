//! All state of a run as bytes, in entity order, the same for every backend.

use huxley_model::network::Precision;

use crate::column::Column;
use crate::error::RunError;
use crate::plan::{Plan, Values};

const MAGIC: &[u8; 8] = b"HUXSNAP1";

/// The state of a run between two ticks.
///
/// Arrays are in the plan's order whatever the backend's layout: potentials by node, gates by class, channel, gate and class
/// node, pools by slot, open fractions by synapse, messengers by class and cell.
#[derive(Clone, Debug, PartialEq)]
pub struct Snapshot {
    /// The next tick to run.
    pub tick: u64,
    /// The arithmetic the state is held in.
    pub precision: Precision,
    /// Digest of the plan it belongs to.
    pub plan: u64,
    /// The state itself.
    pub payload: Vec<u8>,
}

impl Snapshot {
    /// The snapshot as bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.payload.len() + 40);
        out.extend_from_slice(MAGIC);
        out.extend_from_slice(&self.tick.to_le_bytes());
        out.extend_from_slice(&u64::from(self.precision == Precision::F64).to_le_bytes());
        out.extend_from_slice(&self.plan.to_le_bytes());
        out.extend_from_slice(&(self.payload.len() as u64).to_le_bytes());
        out.extend_from_slice(&self.payload);
        out
    }

    /// Reads what [`Snapshot::to_bytes`] wrote.
    ///
    /// # Errors
    /// When the bytes are not a whole snapshot.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, RunError> {
        let word = |i: usize| {
            let at = 8 + 8 * i;
            bytes.get(at..at + 8).and_then(|b| b.try_into().ok()).map(u64::from_le_bytes)
        };
        let (Some(tick), Some(double), Some(plan), Some(length)) = (word(0), word(1), word(2), word(3)) else {
            return Err(RunError::Snapshot("it is cut short".to_owned()));
        };
        if &bytes[..8] != MAGIC {
            return Err(RunError::Snapshot("it is not a snapshot of this version".to_owned()));
        }
        let payload = bytes[40..].to_vec();
        if payload.len() as u64 != length {
            return Err(RunError::Snapshot("it is cut short".to_owned()));
        }
        let precision = if double == 1 { Precision::F64 } else { Precision::F32 };
        Ok(Self { tick, precision, plan, payload })
    }
}

impl Snapshot {
    /// That the snapshot belongs to `plan` and holds `precision`.
    ///
    /// # Errors
    /// When it does not.
    pub fn check(&self, plan: &Plan, precision: Precision) -> Result<(), RunError> {
        if self.plan != plan_digest(plan) {
            let reason = "it was made with other cells, connections, time steps or another seed";
            return Err(RunError::Snapshot(reason.to_owned()));
        }
        if self.precision != precision {
            return Err(RunError::Snapshot(format!("it holds {:?}, the backend {precision:?}", self.precision)));
        }
        Ok(())
    }
}

/// Digest of the plan but for its name, probes and the courses of its stimuli: sizes, structure, membrane, synapses, time steps, seed.
/// A product and a fold for each word: there may be billions of them.
#[must_use]
#[allow(clippy::cast_possible_truncation)]
pub fn plan_digest(plan: &Plan) -> u64 {
    let mut digest = 0xcbf2_9ce4_8422_2325_u64;
    let mut eat = |x: u64| {
        // An odd number near 2^64 over the golden ratio (Knuth 1998, The Art of Computer Programming 3, 6.4).
        digest = (digest ^ x).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        digest ^= digest >> 32;
    };
    let s = &plan.settings;
    let times = [s.dt.to_bits(), u64::from(s.substeps), s.seed, u64::from(s.coupling), s.integrator as u64];
    times.into_iter().for_each(&mut eat);
    let nodes = &plan.nodes;
    nodes.parent.iter().for_each(|p| eat(u64::from(p)));
    let membrane = [&nodes.capacitance, &nodes.axial, &nodes.leak, &nodes.leak_current, &plan.cells.threshold];
    membrane.into_iter().flat_map(Column::iter).for_each(|c| eat(c.to_bits()));
    for class in &plan.classes {
        eat(class.channels.len() as u64);
        for entry in &class.channels {
            entry.channel.name.bytes().for_each(|b| eat(u64::from(b)));
            entry.gbar.iter().for_each(|g| eat(g.to_bits()));
        }
    }
    for (index, class) in crate::signalling::signalling_classes(plan) {
        eat(index as u64);
        format!("{:?}", class.signalling).bytes().for_each(|b| eat(u64::from(b)));
        for entry in &class.channels {
            eat(u64::from(entry.modulated) << 1 | u64::from(entry.carries_calcium));
            format!("{:?}", entry.channel.reversal).bytes().for_each(|b| eat(u64::from(b)));
        }
    }
    for receptor in &plan.receptors {
        format!("{:?}", receptor.dynamics).bytes().for_each(|b| eat(u64::from(b)));
        eat(receptor.reversal.to_bits());
        receptor.block.iter().flat_map(|block| [block.share, block.slope]).for_each(|x| eat(x.to_bits()));
    }
    plan.slots.node.iter().chain(&plan.slots.receptor).for_each(|&x| eat(u64::from(x)));
    // In single precision, so that runs of either precision have the same digest.
    let mut synapses = |places: &[u32], weights: &Values, delays: &[u16]| {
        for (i, (&place, &delay)) in places.iter().zip(delays).enumerate() {
            eat(u64::from(place) << 16 | u64::from(delay));
            eat(u64::from((weights.get(i) as f32).to_bits()));
        }
    };
    synapses(&plan.events.slot, &plan.events.weight, &plan.events.delay);
    for group in &plan.clocked {
        synapses(&group.sources(plan.no_source()), &group.weight, &group.delay);
    }
    let mut text = |text: String| text.bytes().for_each(|b| eat(u64::from(b)));
    for group in &plan.clocked {
        text(format!("{:?} {:?} {:?} {:?}", group.plasticity, group.interval, group.candidates, group.pulse));
    }
    text(format!("{:?} {:?} {:?}", plan.regions, plan.rewards, plan.activity));
    plan.region.iter().for_each(|r| eat(u64::from(r)));
    eat(plan.generators.len() as u64);
    for injection in &plan.injections {
        injection.nodes.iter().for_each(|n| eat(u64::from(n)));
    }
    digest
}

/// Appends values to a snapshot's payload.
#[derive(Debug, Default)]
pub struct Writer {
    bytes: Vec<u8>,
}

impl Writer {
    /// The payload.
    #[must_use]
    pub fn finish(self) -> Vec<u8> {
        self.bytes
    }

    /// A length and that many values.
    pub fn u32s(&mut self, values: &[u32]) {
        self.pods(values);
    }

    /// A length and that many values.
    pub fn u64s(&mut self, values: &[u64]) {
        self.pods(values);
    }

    /// A length and that many values of any plain type.
    pub fn pods<T: bytemuck::Pod>(&mut self, values: &[T]) {
        self.bytes.extend_from_slice(&(values.len() as u64).to_le_bytes());
        self.bytes.extend_from_slice(bytemuck::cast_slice(values));
    }
}

/// Takes values from a snapshot's payload, in the order they were written.
#[derive(Debug)]
pub struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    /// Reads from the start of `payload`.
    #[must_use]
    pub fn new(payload: &'a [u8]) -> Self {
        Self { rest: payload }
    }

    /// A length and that many values.
    ///
    /// # Errors
    /// When there are not that many.
    pub fn u32s(&mut self) -> Result<Vec<u32>, RunError> {
        self.pods()
    }

    /// A length and that many values.
    ///
    /// # Errors
    /// When there are not that many.
    pub fn u64s(&mut self) -> Result<Vec<u64>, RunError> {
        self.pods()
    }

    /// A length and that many values of any plain type.
    ///
    /// # Errors
    /// When there are not that many.
    pub fn pods<T: bytemuck::Pod>(&mut self) -> Result<Vec<T>, RunError> {
        let short = || RunError::Snapshot("it is cut short".to_owned());
        let (head, rest) = self.rest.split_at_checked(8).ok_or_else(short)?;
        let length = u64::from_le_bytes(head.try_into().map_err(|_| short())?);
        let bytes = usize::try_from(length)
            .ok()
            .and_then(|n| n.checked_mul(size_of::<T>()))
            .filter(|&n| n <= rest.len())
            .ok_or_else(short)?;
        let (values, rest) = rest.split_at(bytes);
        self.rest = rest;
        Ok(bytemuck::allocation::pod_collect_to_vec(values))
    }

    /// Exactly `count` values.
    ///
    /// # Errors
    /// When there are more or fewer.
    pub fn exactly<T: bytemuck::Pod>(&mut self, count: usize, what: &str) -> Result<Vec<T>, RunError> {
        let values = self.pods()?;
        if values.len() == count {
            Ok(values)
        } else {
            Err(RunError::Snapshot(format!("it has {} {what} where the network has {count}", values.len())))
        }
    }
}
