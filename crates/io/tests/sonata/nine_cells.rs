//! The nine cells of the SONATA examples (Allen Institute): read from a folder beside the repository, where it is there.

use huxley_io::sonata::{EdgeCount, NodeCount, SpikeCount, contents};

use super::{import, root};

fn folder() -> Option<std::path::PathBuf> {
    let folder = root().join("../shared/data/sonata_9_cells");
    if folder.join("simulation_config.json").is_file() {
        return Some(folder);
    }
    #[allow(clippy::print_stderr)]
    {
        eprintln!("SKIPPED: {} is not there", folder.display());
    }
    None
}

#[test]
fn nodes_edges_types_and_spikes_are_counted_exactly() {
    let Some(folder) = folder() else { return };
    let found = contents(&folder.join("simulation_config.json")).expect("reads");
    let node = |population: &str, types: Vec<(i64, String, usize)>, nodes| NodeCount {
        population: population.to_owned(),
        types,
        nodes,
    };
    let of = |id, word: &str, count| (id, word.to_owned(), count);
    let cells = vec![of(100, "biophysical", 3), of(101, "biophysical", 3), of(102, "biophysical", 3)];
    assert_eq!(
        found.nodes,
        [
            node("cortex", cells, 9),
            node("excvirt", vec![of(100, "virtual", 10)], 10),
            node("inhvirt", vec![of(100, "virtual", 10)], 10)
        ]
    );
    let edge = |source: &str, edges| EdgeCount {
        population: format!("{source}_to_cortex"),
        source: source.to_owned(),
        target: "cortex".to_owned(),
        types: vec![(100, edges)],
        edges,
    };
    assert_eq!(found.edges, [edge("excvirt", 659), edge("inhvirt", 630)]);
    let spikes = |input: &str, population: &str, spikes| SpikeCount {
        input: input.to_owned(),
        population: population.to_owned(),
        spikes,
    };
    assert_eq!(found.spikes, [spikes("exc_spikes", "excvirt", 312), spikes("inh_spikes", "inhvirt", 285)]);
}

#[test]
fn what_it_lacks_is_reported_at_once() {
    let Some(folder) = folder() else { return };
    let errors =
        import(&folder.join("simulation_config.json"), "").expect_err("its components are not there").to_string();
    for part in [
        "Scnn1a_473845048_m.swc",
        "Rorb_325404214_m.swc",
        "Nr5a1_471087815_m.swc",
        "AMPA_ExcToExc.json",
        "GABA_InhToExc.json",
        "`nml:nml/Cell_472363762.cell.nml` of population `cortex`, node type 100 is not supported",
        "node type 102",
        "reports of `\"cai\"` are not supported",
    ] {
        assert!(errors.contains(part), "{part} in\n{errors}");
    }
}
