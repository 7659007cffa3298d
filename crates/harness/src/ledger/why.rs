//! Why the article's figures and what runs differ, a sentence or two each.

pub const MEMBRANE: &str = "The leak and the change of V: an addition and two multiply-adds. What the other currents add to the equation is in the rows \
    below.";
pub const GATES: &str = "The article has 30 a gate. Two rates of an exponential each and a step that cannot leave [0, 1] are about that, with an \
    exponential as 10; but where one rate's exponential is a power of another's, it is computed once (three of the squid's six are \
    left), and the divisions of a gate are merged into one.";
pub const CONDUCTANCES: &str =
    "g m^3 h and g n^4 are seven multiplications; the leak has a constant conductance and needs none.";
pub const CURRENTS: &str = "An implicit step needs each conductance twice, in the current and in the diagonal; the article's three currents \
    are explicit, and our leak is in the row of the membrane.";
pub const AXIAL: &str = "Left out by the article, whose compartments are not joined; joined ones are eliminated and substituted once a step.";
pub const INTEGRATION: &str = "The article adds up active synapses once a millisecond; we add up all synapses of a node once a millisecond, \
    and bring the sums of two receptors to V in every substep. B(V) belongs to the node: its exponential is paid here, not in each synapse.";
pub const TRANSMISSION: &str = "One multiply-add moves the open fraction exactly over the millisecond, one product forms the conductance, \
    one addition brings it to its node.";
pub const SHORT_TERM: &str = "Between spikes F and D relax by one multiply-add each; only where a spike meets the synapse is the release \
    formed, and the exponential that an exact step of a scaled pulse needs.";
pub const NMDA: &str = "The article counts B(V), with its exponential, in every synapse; it is the same for all synapses of a node, and \
    stands in synaptic integration. What is left is a second open fraction.";
pub const CALCIUM: &str =
    "Two multiply-adds, and the mean over the millisecond of the open fraction that calcium enters by.";
pub const CAMKII: &str = "ca^4 is two products; the rest is a step that is exact for calcium held at its mean over the millisecond, with one \
    exponential and one division.";
pub const WEIGHT: &str = "The same figure, with the mean of CaMKII over the millisecond; bounds on the weight are comparisons, which count as none.";
pub const HOMEOSTATIC: &str = "A factor that is the same for all synapses of a cell, applied once in an interval; the article does it for \
    every synapse in every millisecond.";
pub const STRUCTURAL: &str = "The probabilities are the cell's, formed once in an interval; a slot draws a random number (integer operations, \
    not counted here) and compares. The article does it all for every synapse in every millisecond.";
pub const NEUROMODULATION: &str = "Dopamine is a region's, and so is the learning rate that follows from it; the article counts both in every \
    synapse.";
pub const SIGNALLING: &str = "Calcium, cAMP, PKA, calcineurin and PP1: five equations, each stepped exactly over the millisecond by an \
    exponential; a calcium current, where a cell has one, comes on top.";
