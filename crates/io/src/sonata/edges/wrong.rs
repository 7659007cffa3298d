//! What is wrong with edges, counted.

use crate::sonata::findings::{Findings, Tally};

/// What is wrong with edges, by sort.
#[derive(Default)]
pub(super) struct Wrong {
    pub(super) source: Tally,
    pub(super) target: Tally,
    pub(super) onto_virtual: Tally,
    pub(super) section: Tally,
    pub(super) position: Tally,
    pub(super) no_position: Tally,
    pub(super) weight: Tally,
    pub(super) delay: Tally,
    pub(super) synapses: Tally,
    pub(super) nowhere: Tally,
    pub(super) ends: Tally,
    pub(super) drawn: Tally,
}

impl Wrong {
    /// Notes what was wrong; whether anything was.
    pub(super) fn report(&self, findings: &Findings, file: &str, path: &str) -> bool {
        let sorts: [(&Tally, &str, &str, &str); 10] = [
            (
                &self.source,
                "source_node_id",
                "edges come from nodes that there are not",
                "is this the right file of nodes?",
            ),
            (
                &self.target,
                "target_node_id",
                "edges end on nodes that there are not",
                "is this the right file of nodes?",
            ),
            (
                &self.onto_virtual,
                "target_node_id",
                "edges end on virtual nodes",
                "virtual nodes only send spikes: remove the edges",
            ),
            (
                &self.section,
                "afferent_section_id",
                "edges are on sections that there are not",
                "ids count sections by type (soma, axon, basal, apical), and the axon's stub comes last",
            ),
            (
                &self.position,
                "afferent_section_pos",
                "positions are not from 0 to 1",
                "0 is a section's start, 1 its end",
            ),
            (
                &self.no_position,
                "afferent_section_pos",
                "edges have a section but no position in it",
                "add afferent_section_pos",
            ),
            (
                &self.weight,
                "syn_weight",
                "edges have no weight of 0 or above",
                "add syn_weight, in uS, to the edges or their types",
            ),
            (&self.delay, "delay", "edges have no delay", "add `delay`, in ms, to the edges or their types"),
            (
                &self.synapses,
                "nsyns",
                "numbers of synapses are not from 0 to 10000",
                "one edge may stand for several synapses",
            ),
            (
                &self.nowhere,
                "target_sections",
                "edges have no place on their cells",
                "add afferent_section_id and afferent_section_pos, or target_sections and distance_range",
            ),
        ];
        let mut any = false;
        for (tally, key, what, hint) in sorts {
            if tally.count() > 0 {
                any = true;
                let message = format!("{} {what} (the first: {})", tally.count(), tally.first());
                findings.error::<()>(file, format!("{path}/{key}"), message, hint);
            }
        }
        if self.ends.count() > 0 {
            findings.warn(format!(
                "{path}: {} synapses are at the very start or end of a section and act in the compartment there; NEURON puts them on a node \
                 without membrane",
                self.ends.count()
            ));
        }
        if self.drawn.count() > 0 {
            findings.warn(format!(
                "{path}: {} edges have no places of their own: they are drawn among `target_sections` within `distance_range` with the \
                 run's seed, and differ from those of other tools",
                self.drawn.count()
            ));
        }
        any
    }
}
