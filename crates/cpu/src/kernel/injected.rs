//! What is injected into the nodes of a block, and what flows through their gap junctions.

use huxley_engine::drive::{Course, CourseValues};
use huxley_engine::plan::Plan;

use crate::block::{Block, plane};
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

/// A node whose constants may change within a tick.
#[derive(Clone, Copy, Debug)]
struct Varying<E> {
    /// Element within a plane.
    element: u32,
    /// Entry of `gaps.node`, or [`NO_GAP`].
    gap: u32,
    /// First of its shares, and one past the last.
    shares: (u32, u32),
    /// Ungated and gap conductance, and the current of all that is constant in the tick.
    base: (E, E),
    /// The current of leaks alone.
    leak: E,
}

/// Injections and gap junctions of a block.
#[derive(Clone, Debug, Default)]
pub struct Injected<E> {
    /// Injections that reach the block, each once.
    injections: Vec<u32>,
    shares: Vec<Share>,
    varying: Vec<Varying<E>>,
    /// Constant currents were added to those of leaks in the last tick.
    driven: bool,
}

impl<E: Element> Injected<E> {
    /// Finds what reaches each block; `place` has the block and element of every node.
    #[allow(clippy::cast_possible_truncation)]
    pub fn connect(blocks: &mut [Block<E>], place: &[(u32, u32)], plan: &Plan) {
        for (injection, own) in (0u32..).zip(&plan.injections) {
            for (node, &at) in (0u32..).zip(&own.nodes) {
                let (block, element) = place[at as usize];
                blocks[block as usize].injected.shares.push(Share { element, injection, node });
            }
        }
        let mut gaps: Vec<(u32, u32, u32)> = Vec::with_capacity(plan.gaps.node.len());
        for (gap, &at) in (0u32..).zip(&plan.gaps.node) {
            let (block, element) = place[at as usize];
            gaps.push((block, element, gap));
        }
        gaps.sort_unstable();
        let mut gaps = gaps.into_iter().peekable();
        for (index, block) in (0u32..).zip(blocks) {
            let [conductance, current] = [plane::LEAK, plane::CURRENT].map(|plane| block.plane(plane).to_vec());
            let own = &mut block.injected;
            own.driven = true;
            own.shares.sort_unstable();
            own.shares.shrink_to_fit();
            own.injections = own.shares.iter().map(|share| share.injection).collect();
            own.injections.sort_unstable();
            own.injections.dedup();
            let mut varying = |element: u32, gap, shares| {
                let leak = current[element as usize];
                own.varying.push(Varying { element, gap, shares, base: (conductance[element as usize], leak), leak });
            };
            let mut first = 0;
            for shares in own.shares.chunk_by(|a, b| a.element == b.element) {
                let (element, next) = (shares[0].element, first + shares.len() as u32);
                while let Some((_, before, gap)) = gaps.next_if(|gap| (gap.0, gap.1) < (index, element)) {
                    varying(before, gap, (0, 0));
                }
                let gap = gaps.next_if(|gap| (gap.0, gap.1) == (index, element)).map_or(NO_GAP, |gap| gap.2);
                varying(element, gap, (first, next));
                first = next;
            }
            while let Some((_, element, gap)) = gaps.next_if(|gap| gap.0 == index) {
                varying(element, gap, (0, 0));
            }
            own.varying.shrink_to_fit();
        }
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

    /// After state was set from outside: the next tick begins with all constants set anew.
    pub fn forget(&mut self) {
        self.driven = true;
    }

    /// Bytes held.
    pub fn bytes(&self) -> usize {
        4 * self.injections.len()
            + self.shares.len() * size_of::<Share>()
            + self.varying.len() * size_of::<Varying<E>>()
    }
}

/// Sets the constants of nodes whose surroundings vary: gap junctions, then currents and clamps.
pub fn set_varying<E: Element>(block: &mut Block<E>, context: &Context<'_, E>, substep: u32) {
    let stride = block.stride();
    let Injected { shares, varying, .. } = &block.injected;
    for node in varying {
        let (mut g, mut i) = node.base;
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
        block.planes[plane::LEAK * stride + node.element as usize] = g;
        block.planes[plane::CURRENT * stride + node.element as usize] = i;
    }
}

/// Sets the currents that are constant in a tick that begins.
pub fn set_constant<E: Element>(block: &mut Block<E>, context: &Context<'_, E>) {
    let constant = |injection: u32| match context.courses[injection as usize].values {
        CourseValues::Constant(value) => Some(E::from_f64(value)),
        _ => None,
    };
    let driven = block.injected.injections.iter().any(|&injection| constant(injection).is_some());
    if !driven && !block.injected.driven {
        return;
    }
    let stride = block.stride();
    let Injected { shares, varying, driven: before, .. } = &mut block.injected;
    *before = driven;
    let current = &mut block.planes[plane::CURRENT * stride..(plane::CURRENT + 1) * stride];
    for node in varying {
        let mut sum = node.leak;
        for share in &shares[node.shares.0 as usize..node.shares.1 as usize] {
            if let Some(value) = constant(share.injection) {
                let scale = E::from_f64(context.drive.scale(share.injection as usize, share.node as usize));
                sum = sum + value * scale;
            }
        }
        node.base.1 = sum;
        current[node.element as usize] = sum;
    }
}
