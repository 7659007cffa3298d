//! Edges as tables, and tables as edges.

use huxley_io::sonata::{NewEdges, edges_to_table, table_to_edges};
use huxley_io::tables::{Compression, Kind};

use super::{ENDS, Scratch, Values, edges, hdf5, small};

const NEW: NewEdges<'_> = NewEdges { source: "given", target: "cells", edge_type: 7 };

#[test]
fn every_attribute_of_edges_becomes_a_column() {
    let circuit = small();
    let mut own = edges();
    own.push(("edges/in/1/dynamics_params/tau", super::nums(&[2.5])));
    own.push(("edges/in/0/note", Values::Texts(vec!["a, b", "NULL"])));
    circuit.write("net/edges.h5", hdf5(&own, &ENDS));
    let to = circuit.path("edges.csv");
    let done = edges_to_table(&circuit.path("net/edges.h5"), &to, None, Compression::None).expect("converts");
    assert_eq!(done.rows, 3);
    let expected = "source_node_id,target_node_id,edge_type_id,afferent_section_id,afferent_section_pos,note,nsyns,syn_weight,dynamics_params/tau\n\
                    0,0,7,0,0.5,,,0.01,\n1,1,7,2,0.9,\"a, b\",,0.02,\n1,2,8,,,,3,,2.5\n";
    assert_eq!(std::fs::read_to_string(&to).expect("a table"), expected);
    assert_eq!(done.columns[3], ("afferent_section_id".to_owned(), Kind::Integer));
    let errors =
        edges_to_table(&circuit.path("net/edges.h5"), &to, Some("out"), Compression::None).expect_err("no such");
    assert!(errors.to_string().contains("no population `out`"), "{errors}");
}

#[test]
fn a_table_becomes_edges_that_are_a_circuit_s() {
    let circuit = small();
    let table = "source,target,syn_weight,afferent_section_id,afferent_section_pos\n1,1,0.25,3,0.5\n0,2,0.5,0,0.5\n0,1,0.125,1,0.25\n";
    circuit.write("edges.csv", table);
    let done = table_to_edges(&circuit.path("edges.csv"), &circuit.path("net/edges.h5"), &NEW).expect("converts");
    assert_eq!(done.rows, 3);
    let network = super::loaded(&circuit.path("simulation_config.json"), "").network;
    let huxley_model::network::Rule::Table(rows) = &network.projections[0].rule else { panic!("a table") };
    let rows: Vec<_> = rows.iter().map(|row| (row.source, row.target, row.weight)).collect();
    assert_eq!(rows, [(0, 1, Some(0.125)), (1, 1, Some(0.25)), (0, 2, Some(0.5))]);
    // And back, by Parquet.
    edges_to_table(&circuit.path("net/edges.h5"), &circuit.path("back.parquet"), None, Compression::Zstd)
        .expect("back");
    table_to_edges(&circuit.path("back.parquet"), &circuit.path("again.h5"), &NEW).expect("again");
    let text = |name: &str| {
        let to = circuit.path("text.csv");
        edges_to_table(&circuit.path(name), &to, None, Compression::None).expect("converts");
        std::fs::read_to_string(&to).expect("a table")
    };
    assert_eq!(text("again.h5"), text("net/edges.h5"));
    assert_eq!(text("again.h5").lines().count(), 4);
}

#[test]
fn tables_without_ids_are_refused() {
    let scratch = Scratch::empty();
    for (table, part) in [
        ("from,to\n1,2\n", "there is no column `source_node_id`"),
        ("source,target\n1,-2\n", "not all whole numbers from 0"),
        ("source,target\n1,a\n", "not all whole numbers from 0"),
        ("source,target\n1,\n", "not all whole numbers from 0"),
        ("source,target\n1,900000000000\n", "not all whole numbers from 0"),
    ] {
        scratch.write("edges.csv", table);
        let error =
            table_to_edges(&scratch.path("edges.csv"), &scratch.path("edges.h5"), &NEW).expect_err(table).to_string();
        assert!(error.contains(part), "{error}");
        assert!(!scratch.path("edges.h5").exists());
    }
}
