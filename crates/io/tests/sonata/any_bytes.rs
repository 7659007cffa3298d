//! Whatever the bytes of a file of a circuit, reading ends with an answer, and takes no more memory than the file can stand for.

use huxley_io::sonata;
use proptest::prelude::*;

use super::{ENDS, Scratch, edges, hdf5, nodes, small};

/// Cases of each property; more by `HUXLEY_CASES`, for a long search.
fn cases() -> u32 {
    std::env::var("HUXLEY_CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(150)
}

/// Files of the small circuit that may be anything.
const FILES: [&str; 9] = [
    "simulation_config.json",
    "circuit_config.json",
    "net/nodes.h5",
    "net/edges.h5",
    "spikes.h5",
    "net/node_types.csv",
    "net/edge_types.csv",
    "parts/cells/cell.json",
    "parts/synapses/ampa.json",
];

/// Reads the circuit with another content of one of its files: either a network that may be lowered or refused, or errors.
fn read(circuit: &Scratch, name: &str, content: &[u8]) {
    let before = std::fs::read(circuit.path(name)).expect("a file");
    circuit.write(name, content);
    match sonata::read(&circuit.path("simulation_config.json"), Some(1)) {
        Ok(found) => {
            let synapses: usize = found
                .network
                .projections
                .iter()
                .map(|projection| match &projection.rule {
                    huxley_model::network::Rule::Table(rows) => rows.len(),
                    _ => 0,
                })
                .sum();
            assert!(synapses <= 30_000);
            let _ = huxley_engine::lower(&found.network);
        }
        Err(errors) => assert!(!errors.0.is_empty() && errors.to_string().len() < 1 << 20),
    }
    let _ = sonata::contents(&circuit.path("simulation_config.json"));
    circuit.write(name, before);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_in_any_file(file in 0..FILES.len(), bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let circuit = small();
        read(&circuit, FILES[file], &bytes);
        // With the beginning that files of this sort have.
        let mut headed = std::fs::read(circuit.path(FILES[file])).expect("a file");
        headed.truncate(64);
        headed.extend(&bytes);
        read(&circuit, FILES[file], &headed);
    }

    #[test]
    fn any_file_cut_short(file in 0..FILES.len(), at in 0.0_f64..1.0) {
        let circuit = small();
        let mut content = std::fs::read(circuit.path(FILES[file])).expect("a file");
        content.truncate((at * content.len() as f64) as usize);
        read(&circuit, FILES[file], &content);
    }

    #[test]
    fn any_bytes_changed(file in 0..FILES.len(), changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6)) {
        let circuit = small();
        let mut content = std::fs::read(circuit.path(FILES[file])).expect("a file");
        for (at, byte) in &changes {
            let at = at.index(content.len());
            content[at] = *byte;
        }
        read(&circuit, FILES[file], &content);
    }

    #[test]
    fn files_of_bmtk_with_bytes_changed(edges in any::<bool>(), changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6)) {
        // Written by h5py: compressed, chunked, older headers.
        let name = if edges { "cortex_cortex_edges.h5" } else { "cortex_nodes.h5" };
        let circuit = Scratch::empty();
        let from = super::root().join("tests/reference/sonata");
        for file in ["simulation_config.json", "circuit_config.json"] {
            circuit.write(file, std::fs::read(from.join(file)).expect("a file"));
        }
        for folder in ["network", "inputs", "components/cells", "components/synapses", "components/morphologies"] {
            for entry in std::fs::read_dir(from.join(folder)).expect("a folder").flatten() {
                let path = entry.path();
                let own = path.file_name().expect("a name").to_string_lossy().into_owned();
                circuit.write(&format!("{folder}/{own}"), std::fs::read(&path).expect("a file"));
            }
        }
        let name = format!("network/{name}");
        let mut content = std::fs::read(circuit.path(&name)).expect("a file");
        for (at, byte) in &changes {
            let at = at.index(content.len());
            content[at] = *byte;
        }
        read(&circuit, &name, &content);
    }
}

#[test]
fn a_dataset_that_claims_more_than_its_file_holds_is_refused() {
    // The size of `edge_type_id`, three, made 2^40 wherever eight bytes say three.
    let circuit = small();
    let good = hdf5(&edges(), &ENDS);
    let three = 3_u64.to_le_bytes();
    let places: Vec<usize> = (0..good.len() - 8).filter(|&at| good[at..at + 8] == three).collect();
    assert!(places.len() > 4, "{} places", places.len());
    for at in places {
        let mut bad = good.clone();
        bad[at..at + 8].copy_from_slice(&(1_u64 << 40).to_le_bytes());
        read(&circuit, "net/edges.h5", &bad);
    }
    let _ = nodes();
}
