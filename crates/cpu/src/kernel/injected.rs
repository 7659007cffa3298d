//! What is injected into the nodes of a block, and what flows through their gap junctions.

use huxley_engine::drive::{Course, CourseValues};
use huxley_engine::oracle::gap_conductance;
use huxley_engine::plan::{InjectionSource, Plan};

use crate::block::{Block, constant, plane};
use crate::kernel::Context;
use crate::lanes::Element;

/// Marks a node without gap junctions.
const NO_GAP: u32 = u32::MAX;

/// A node's share of an injection. They are kept in order of elements, and those of an element in order of injections.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Share {
    /// Element within a plane.
    element: u32,
    /// Injection of the plan.
    injection: u32,
    /// Index of the node in it.
    node: u32,
}

/// A node with gap junctions.
#[derive(Clone, Copy, Debug)]
struct Gap {
    /// Element within a plane.
    element: u32,
    /// Entry of `gaps.node`.
    gap: u32,
}

/// A node whose conductance or current changes within a tick: what of them does not.
#[derive(Clone, Copy, Debug)]
struct Base<E> {
    /// Element within a plane.
    element: u32,
    /// Entry of `gaps.node`, or [`NO_GAP`].
    gap: u32,
    /// First of its shares, and one past the last.
    shares: (u32, u32),
    /// Ungated and gap conductance.
    conductance: E,
    /// Current of leaks and of all injections that are constant in the tick.
    current: E,
}

/// Injections and gap junctions of a block.
#[derive(Clone, Debug, Default)]
pub struct Injected<E> {
    /// Injections that reach the block, each once.
    injections: Vec<u32>,
    /// What each of them injected all through the last tick; 0 where it was off or varied.
    constants: Vec<E>,
    shares: Vec<Share>,
    /// In order of elements.
    gaps: Vec<Gap>,
    /// All nodes with shares or gap junctions, in ticks in which any of their surroundings varies; else none.
    bases: Vec<Base<E>>,
}

impl<E: Element> Injected<E> {
    /// Finds what reaches each block; `place` has the block and element of every node.
    pub fn connect(blocks: &mut [Block<E>], place: &[(u32, u32)], plan: &Plan) {
        // Room for as many as there will be: lists that grow leave holes.
        let mut shares = vec![0; blocks.len()];
        for node in plan.injections.iter().flat_map(|injection| injection.nodes.iter()) {
            shares[place[node as usize].0 as usize] += 1;
        }
        blocks.iter_mut().zip(shares).for_each(|(block, count)| block.injected.shares.reserve_exact(count));
        for (injection, own) in (0u32..).zip(&plan.injections) {
            for (node, at) in (0u32..).zip(own.nodes.iter()) {
                let (block, element) = place[at as usize];
                blocks[block as usize].injected.shares.push(Share { element, injection, node });
            }
        }
        for (gap, &at) in (0u32..).zip(&plan.gaps.node) {
            let (block, element) = place[at as usize];
            blocks[block as usize].injected.gaps.push(Gap { element, gap });
        }
        for block in blocks {
            let own = &mut block.injected;
            own.shares.sort_unstable();
            own.gaps.sort_unstable_by_key(|gap| gap.element);
            own.gaps.shrink_to_fit();
            own.injections = own.shares.iter().map(|share| share.injection).collect();
            own.injections.sort_unstable();
            own.injections.dedup();
            own.injections.shrink_to_fit();
            own.constants = vec![E::default(); own.injections.len()];
        }
    }

    /// Calls `take` for every node with shares or gap junctions, in order of elements: its element, its entry of `gaps.node` or
    /// [`NO_GAP`], its first share and one past its last.
    #[allow(clippy::cast_possible_truncation)]
    fn nodes(shares: &[Share], gaps: &[Gap], mut take: impl FnMut(u32, u32, (u32, u32))) {
        let mut gaps = gaps.iter().peekable();
        let mut first = 0;
        for shares in shares.chunk_by(|a, b| a.element == b.element) {
            let (element, next) = (shares[0].element, first + shares.len() as u32);
            while let Some(before) = gaps.next_if(|gap| gap.element < element) {
                take(before.element, before.gap, (0, 0));
            }
            let gap = gaps.next_if(|gap| gap.element == element).map_or(NO_GAP, |gap| gap.gap);
            take(element, gap, (first, next));
            first = next;
        }
        gaps.for_each(|gap| take(gap.element, gap.gap, (0, 0)));
    }

    /// Whether any injection changes within the tick of `courses`.
    pub fn varies(&self, courses: &[Course]) -> bool {
        self.injections.iter().any(|&i| courses[i as usize].varies())
    }

    /// Whether any injection jumps, at `substep` or, without one, anywhere in the tick.
    pub fn jumps(&self, courses: &[Course], substep: Option<u32>) -> bool {
        self.injections.iter().map(|&i| &courses[i as usize].jumps).any(|jumps| match substep {
            Some(substep) => jumps.contains(&substep),
            None => !jumps.is_empty(),
        })
    }

    /// The elements in which an injection jumps at `substep`.
    pub fn jumping<'a>(&'a self, courses: &'a [Course], substep: u32) -> impl Iterator<Item = usize> + 'a {
        let jumps = move |share: &&Share| courses[share.injection as usize].jumps.contains(&substep);
        self.shares.iter().filter(jumps).map(|share| share.element as usize)
    }

    /// Whether all that reaches it are currents: conductances do not change.
    pub fn only_currents(&self, plan: &Plan) -> bool {
        let clamps = |&i: &u32| matches!(plan.injections[i as usize].source, InjectionSource::Clamp { .. });
        self.gaps.is_empty() && !self.injections.iter().any(clamps)
    }

    /// Bytes held.
    pub fn bytes(&self) -> usize {
        self.injections.len() * (4 + size_of::<E>())
            + self.shares.len() * size_of::<Share>()
            + self.gaps.len() * size_of::<Gap>()
            + self.bases.capacity() * size_of::<Base<E>>()
    }
}

/// Sets conductances and currents that vary within a tick: of gap junctions, then of currents and clamps.
pub fn set_varying<E: Element>(block: &mut Block<E>, context: &Context<'_, E>, substep: u32) {
    let (stride, alike) = (block.stride(), block.form.alike);
    let leak = block.form.constant(constant::LEAK).start;
    let Injected { shares, bases, .. } = &block.injected;
    for node in bases {
        let (mut g, mut i) = (node.conductance, node.current);
        if node.gap != NO_GAP {
            i = i + context.gap_current[node.gap as usize];
        }
        for share in &shares[node.shares.0 as usize..node.shares.1 as usize] {
            let course = &context.courses[share.injection as usize];
            if course.varies() {
                let scale = context.drive.scale(share.injection as usize, share.node as usize);
                let (more_g, more_i): (E, E) = course.at(share.node as usize, scale, substep);
                g = g + more_g;
                i = i + more_i;
            }
        }
        if !alike {
            block.planes[leak + node.element as usize] = g;
        }
        block.planes[plane::CURRENT * stride + node.element as usize] = i;
    }
}

/// Sets conductances and currents that are constant in a tick that begins, where they are not what they were in the last.
pub fn set_constant<E: Element>(block: &mut Block<E>, context: &Context<'_, E>) {
    let (stride, form) = (block.stride(), block.form);
    let varies = !block.injected.gaps.is_empty() || block.injected.varies(context.courses);
    let Injected { injections, constants, shares, gaps, bases } = &mut block.injected;
    let constant = |injection: u32| match context.courses[injection as usize].values {
        CourseValues::Constant(value) => E::from_f64(value),
        _ => E::default(),
    };
    let now = injections.iter().map(|&injection| constant(injection));
    if varies != bases.is_empty() && now.clone().eq(constants.iter().copied()) {
        return;
    }
    constants.iter_mut().zip(now).for_each(|(before, now)| *before = now);
    if varies {
        bases.clear();
    } else {
        *bases = Vec::new();
    }
    let plan = context.plan;
    let (current, conductance) = block.planes.split_at_mut(form.constant(constant::LEAK).start);
    let current = &mut current[plane::CURRENT * stride..];
    Injected::<E>::nodes(shares, gaps, |element, gap, own| {
        let own_shares = &shares[own.0 as usize..own.1 as usize];
        let node = match own_shares.first() {
            Some(share) => plan.injections[share.injection as usize].nodes.at(share.node as usize),
            None => plan.gaps.node[gap as usize],
        } as usize;
        let junctions = if gap == NO_GAP { 0.0 } else { gap_conductance(plan, gap as usize) };
        let g = E::from_f64(plan.nodes.leak[node] + junctions);
        let mut i = E::from_f64(plan.nodes.leak_current[node]);
        for share in own_shares {
            let value = constant(share.injection);
            if value != E::default() {
                i = i + value * E::from_f64(context.drive.scale(share.injection as usize, share.node as usize));
            }
        }
        if varies {
            bases.push(Base { element, gap, shares: own, conductance: g, current: i });
        } else {
            current[element as usize] = i;
            if !form.alike {
                conductance[element as usize] = g;
            }
        }
    });
}
