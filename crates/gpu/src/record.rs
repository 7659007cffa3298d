//! A tick as a list of dispatches: the phases of the engine, in order.

use huxley_engine::plan::Plan;
use huxley_shaders::kernels::{PLACES, Shape, THREADS};

use crate::courses::Courses;
use crate::element::Element;
use crate::flight::Sample;
use crate::machine::Machine;
use crate::probes::Known;
use crate::stage::{PARAMS, grid};
use crate::tables::number;

/// What a submission is recorded from.
#[derive(Debug)]
pub struct Recording<E> {
    /// In order.
    pub dispatches: Vec<Dispatch>,
    /// Courses and rates of learning.
    pub courses: Courses<E>,
    /// Samples taken.
    pub samples: Vec<Sample>,
    /// Numbers sampled so far.
    pub next_sample: u32,
}

/// A dispatch.
#[derive(Clone, Copy, Debug)]
pub struct Dispatch {
    /// What is dispatched.
    pub job: usize,
    /// With which parameters.
    pub params: Params,
    /// Workgroups.
    pub groups: (u32, u32),
}

macro_rules! parameters {
    ($($name:ident),* $(,)?) => {
        /// The structure of the same name in `shaders/lib/params.wgsl`.
        #[repr(C)]
        #[derive(Clone, Copy, Debug, Default, bytemuck::Pod, bytemuck::Zeroable)]
        #[allow(missing_docs)]
        pub struct Params {
            $(pub $name: u32,)*
        }

        /// Names of the members of a dispatch's parameters, in order.
        pub const PARAMETERS: &[&str] = &[$(stringify!($name)),*];
    };
}

parameters!(
    tick,
    row,
    from_substep,
    to_substep,
    first,
    count,
    groups_x,
    since,
    pending,
    course,
    jumps,
    out,
    ends,
    base,
    base_place,
    stride,
);

const _: () = assert!(size_of::<Params>() as u64 == PARAMS);

impl<E: Element> Machine<E> {
    /// The dispatches of a tick.
    pub(crate) fn record(&mut self, plan: &Plan, tick: u64, out: &mut Recording<E>) {
        let settings = &plan.settings;
        self.slow.begin_schedule(plan, tick);
        let courses = self.drive.begin(plan, tick);
        let (headers, jumps) = out.courses.tick(&courses);
        let rates = out.courses.numbers((0..plan.clocked.len()).flat_map(|group| self.slow.rates(group).to_vec()));
        let ring = self.layout.ring as u64;
        #[allow(clippy::cast_possible_truncation)]
        let base = Params {
            tick: tick as u32,
            row: (tick % ring) as u32,
            since: self.since as u32,
            course: headers,
            jumps: u32::from(jumps),
            to_substep: settings.substeps,
            ..Params::default()
        };
        let most = self.workgroups;
        let (threads, places) = (number(THREADS), number(PLACES));
        let mut push = |job: usize, width: u32, params: Params| {
            let groups = grid(params.count.div_ceil(width), most);
            out.dispatches.push(Dispatch { job, params: Params { groups_x: groups.0, ..params }, groups });
        };
        push(self.phases.begin, threads, Params { count: number(plan.sources()), ..base });
        if let Some(job) = self.phases.slow {
            push(job, threads, Params { count: number(plan.cells.len()), ..base });
        }
        let pending = self.pending && tick - self.since < self.layout.pending_rows as u64;
        for (&job, chunk) in self.phases.events.iter().zip(&self.buffers.events) {
            let own = Params { first: chunk.first, count: chunk.count, base: chunk.base, ..base };
            push(job, threads, Params { pending: u32::from(pending), ..own });
        }
        for (g, (jobs, chunks)) in self.phases.clocked.iter().zip(&self.buffers.clocked).enumerate() {
            let interval = plan.clocked[g].interval;
            let ends = |k: usize| interval[k] > 0 && tick > 0 && tick.is_multiple_of(u64::from(interval[k]));
            for (&job, chunk) in jobs.iter().zip(chunks) {
                let params = Params {
                    count: chunk.count,
                    base: chunk.base,
                    base_place: chunk.first,
                    stride: chunk.synapse_count,
                    out: rates,
                    ends: u32::from(ends(0)) | u32::from(ends(1)) << 1,
                    ..base
                };
                push(job, places, params);
            }
        }
        let first_step = tick * u64::from(settings.substeps);
        let mut from = 0;
        while from < settings.substeps {
            let step = first_step + u64::from(from);
            let mut to = settings.substeps;
            if let Some(job) = self.phases.gaps {
                if from.is_multiple_of(settings.coupling) {
                    push(job, threads, Params { count: number(plan.gaps.node.len()), ..base });
                }
                to = to.min((from / settings.coupling + 1) * settings.coupling);
            }
            for (o, (observer, taps)) in self.observers.iter().enumerate() {
                let next = (step / observer.interval + 1) * observer.interval - step;
                to = u32::try_from(u64::from(from) + next).map_or(to, |next| to.min(next));
                if !observer.due(step) {
                    continue;
                }
                let (list, place) = (self.tap_lists[o], out.next_sample);
                if !taps.state.is_empty() {
                    let own = Params { first: list, count: number(taps.state.len()), out: place, ..base };
                    push(self.phases.probe, threads, own);
                }
                // Runs of synapses that lie in one chunk.
                let mut at = 0;
                while at < taps.synapses.len() {
                    let (group, _, synapse) = taps.synapses[at];
                    let chunks = &self.buffers.clocked[group as usize];
                    let chunk = chunks.partition_point(|c| c.base <= synapse) - 1;
                    let end = chunks[chunk].base + chunks[chunk].synapse_count;
                    let run = taps.synapses[at..]
                        .iter()
                        .take_while(|(g, _, s)| *g == group && *s >= chunks[chunk].base && *s < end);
                    let count = run.count();
                    let own = Params {
                        first: list + number(taps.state.len() + at),
                        count: number(count),
                        out: place + number(taps.state.len() + at),
                        ..base
                    };
                    push(self.phases.probe_synapses[group as usize][chunk], threads, own);
                    at += count;
                }
                let dopamine = |cell: u32| self.slow.dopamine(plan, cell);
                let known = Known::at(plan, taps, &self.drive, &courses, from, dopamine);
                out.samples.push(Sample { observer: o, place: place as usize, substep: from, known });
                out.next_sample += number(taps.len());
            }
            for (&job, share) in self.phases.membrane.iter().zip(&self.layout.shares) {
                let width = if share.shape == Shape::Point { threads } else { 1 };
                push(job, width, Params { count: share.count, from_substep: from, to_substep: to, ..base });
            }
            from = to;
        }
    }
}
