//! Questions to a discretised cell.

use super::discretise::along;
use super::{CellTree, Morphology, NO_PARENT, SectionKind};

impl CellTree {
    /// Number of nodes, those without membrane included.
    #[must_use]
    pub fn len(&self) -> usize {
        self.parent.len()
    }

    /// Whether there are no nodes; never so for a tree made by [`discretise`](fn@super::discretise).
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.parent.is_empty()
    }

    /// Number of nodes with membrane.
    #[must_use]
    pub fn membrane_nodes(&self) -> usize {
        self.compartments.len()
    }

    /// Indices into [`CellTree::compartments`] of a section's compartments, in order along it.
    #[must_use]
    pub fn compartments_of(&self, section: usize) -> std::ops::Range<usize> {
        let section_of = |node: &u32| self.section[*node as usize] as usize;
        let first = self.compartments.partition_point(|node| section_of(node) < section);
        let end = self.compartments.partition_point(|node| section_of(node) <= section);
        first..end
    }

    /// The node with membrane whose compartment holds a position (0 to 1, clamped) of a section; on a border, the later one.
    ///
    /// # Panics
    /// If the morphology has no such section, or is not the one the tree was made from.
    #[must_use]
    pub fn compartment_at(&self, morphology: &Morphology, section: usize, position: f64) -> u32 {
        let range = self.compartments_of(section);
        assert!(
            section < morphology.sections.len() && !range.is_empty(),
            "no section {section} in a cell of {}",
            morphology.sections.len()
        );
        self.compartments[range.start + along(position, range.len())]
    }

    /// The node in the middle of the first soma section, or of the first section where there is no soma.
    ///
    /// # Panics
    /// If the morphology is not the one the tree was made from.
    #[must_use]
    pub fn soma_node(&self, morphology: &Morphology) -> u32 {
        self.compartment_at(morphology, morphology.soma_section(), 0.5)
    }

    /// Nodes with membrane in sections of `kind`, in the order users count compartments.
    #[must_use]
    pub fn nodes_of(&self, morphology: &Morphology, kind: SectionKind) -> Vec<u32> {
        let selected = |node: &u32| kind.selects(morphology.sections[self.section[*node as usize] as usize].kind);
        self.compartments.iter().copied().filter(selected).collect()
    }

    /// Membrane area, um2.
    #[must_use]
    pub fn total_area(&self) -> f64 {
        self.area.iter().sum()
    }

    /// Membrane area in sections of `kind`, um2.
    #[must_use]
    pub fn area_of(&self, morphology: &Morphology, kind: SectionKind) -> f64 {
        self.nodes_of(morphology, kind).iter().map(|node| self.area[*node as usize]).sum()
    }

    /// Steady depolarisation of each node, mV, for a steady current into each, nA, and a uniform leak, S/cm2.
    ///
    /// One elimination towards the root and one back-substitution (Hines 1984).
    ///
    /// # Panics
    /// If there is not one current for each node.
    #[must_use]
    pub fn steady_state(&self, leak: f64, current: &[f64]) -> Vec<f64> {
        assert_eq!(current.len(), self.len(), "one current for each node");
        // Conductance from each node to rest through its own membrane and all below it, uS, from S/cm2, um2.
        let mut ground: Vec<f64> = self.area.iter().map(|area| 1e-2 * leak * area).collect();
        let mut v = current.to_vec();
        // Children before parents. Only sums and products of positive numbers, so nothing cancels for a small leak.
        for node in (1..self.len()).rev() {
            let above = self.parent[node] as usize;
            let share = self.axial[node] / (self.axial[node] + ground[node]);
            ground[above] += share * ground[node];
            v[above] += share * v[node];
        }
        for node in 0..self.len() {
            let (axial, v_above) = match self.parent[node] {
                NO_PARENT => (0.0, 0.0),
                above => (self.axial[node], v[above as usize]),
            };
            v[node] = (v[node] + axial * v_above) / (axial + ground[node]);
        }
        v
    }

    /// Steady input resistance at a node, megaohm, for a uniform leak, S/cm2.
    ///
    /// # Panics
    /// If there is no such node.
    #[must_use]
    pub fn input_resistance(&self, leak: f64, node: u32) -> f64 {
        let mut current = vec![0.0; self.len()];
        current[node as usize] = 1.0;
        self.steady_state(leak, &current)[node as usize]
    }
}
