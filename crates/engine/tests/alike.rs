//! Cells that are alike take the room of one in a plan, and the estimate knows when they do.

use huxley_engine::estimate::{PlanBytes, estimate, plan_bytes};
use huxley_engine::lower;
use huxley_model::morphology::{Attachment, Morphology, Section, SectionKind};
use huxley_model::network::{Network, Population};
use huxley_model::preset;
use huxley_testkit::networks::{ball_and_stick, network, population};

fn points(cells: usize) -> Population {
    let squid = preset::find("hh").expect("the preset `hh`").channels;
    population("points", vec![Morphology::point(1000.0)], &vec![0; cells], squid)
}

/// Cells of which no two compartments are alike.
fn trees(cells: usize) -> Population {
    let mut shape = ball_and_stick();
    for section in 0..60 {
        let parent = Some(Attachment { section, position: 1.0 });
        let name = format!("thinner{section}");
        #[allow(clippy::cast_precision_loss)]
        let diameter = 2.0 - 0.01 * section as f64;
        shape
            .sections
            .push(Section::cylinder(name, SectionKind::Dendrite, parent, 20.0, diameter).with_compartments(1));
    }
    let squid = preset::find("hh").expect("the preset `hh`").channels;
    population("trees", vec![shape], &vec![0; cells], squid)
}

/// What the plan holds, and its estimate.
fn held(network: &Network) -> (PlanBytes, u64) {
    (plan_bytes(&lower(network).expect("lowers")), estimate(network).plan_bytes)
}

#[test]
fn points_that_are_alike_take_the_room_of_one() {
    let [one, many] = [1, 5000].map(|cells| held(&network("points", vec![points(cells)])).0.membrane);
    assert!(one > 0 && many <= one + 64, "{many} bytes beside {one}");
}

#[test]
fn estimates_hold_for_points_beside_trees() {
    // Few trees, beside which points are kept as one, and many, beside which they are not.
    for cells in [2, 400] {
        for populations in [vec![trees(cells), points(5000)], vec![points(5000), trees(cells)]] {
            let (held, reckoned) = held(&network("both", populations));
            let bytes = (held.membrane + held.synapses) as u64;
            assert!(bytes <= reckoned, "{cells} trees: {bytes} bytes, reckoned {reckoned}");
            assert!(reckoned < 2 * bytes, "{cells} trees: {bytes} bytes, reckoned {reckoned}");
        }
    }
}
