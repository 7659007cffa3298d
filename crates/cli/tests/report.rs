//! `huxley report`: a page that is whole in itself, whose figures are those of its documents.
#![allow(missing_docs)]

mod measured;
mod support;

use measured::bench;
use serde_json::Value;
use support::Folder;

const SECTIONS: [&str; 6] = ["ledger", "speed", "accuracy", "brain", "dates", "turing"];

/// The documents of a page, by section.
fn document(page: &str, section: &str) -> Value {
    let start = format!("<pre id=\"json-{section}\">");
    let text = page.split(&start).nth(1).unwrap_or_else(|| panic!("no document of {section}"));
    let text = text.split("</pre>").next().unwrap();
    let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&");
    serde_json::from_str(&text).unwrap()
}

fn folder() -> Folder {
    let folder = Folder::new();
    folder.write("bench.json", &serde_json::to_string(&bench()).unwrap());
    let accuracy = folder.json(&["accuracy", "--model", "squid", "--dt", "1ms,0.1ms,0.05ms"]);
    folder.write("accuracy.json", &accuracy.to_string());
    folder
}

#[test]
fn a_page_needs_nothing_else_and_holds_its_documents() {
    let folder = folder();
    let args = ["report", "--bench", "bench.json", "--accuracy", "accuracy.json", "--out", "pages/brain.html"];
    let said = folder.run(&args).succeeded();
    assert_eq!(said.out.trim(), "pages/brain.html");
    let page = folder.file("pages/brain.html");
    assert!(page.starts_with("<!DOCTYPE html>") && page.trim_end().ends_with("</html>"));
    for reference in page.split("src=\"").skip(1) {
        assert!(reference.starts_with("data:image/svg+xml;base64,"), "{}", &reference[..40]);
    }
    for reference in page.split("href=\"").skip(1) {
        assert!(reference.starts_with('#'), "{}", &reference[..40]);
    }
    assert!(!page.contains("<script") && !page.contains("<link") && !page.contains("@import"));
    // Words of the page, without its pictures and documents.
    let without = |text: &str, start: &str, end: &str| -> String {
        text.split(start).map(|part| part.split_once(end).map_or(part, |pair| pair.1)).collect()
    };
    let words = without(&without(&page, "base64,", "\""), "<pre", "</pre>");
    assert!(words.contains("What it takes") && !words.contains("NaN") && !words.contains("inf "));
    for section in SECTIONS {
        assert!(page.contains(&format!("<section id=\"{section}\">")), "{section}");
        assert!(page.contains(&format!("href=\"#{section}\"")), "{section}");
        let schema = document(&page, section)["schema"].as_str().unwrap().to_owned();
        assert!(schema.starts_with("huxley."), "{schema}");
    }
    // Figures at the top are those of the documents.
    let answer = |figure: &str| page.contains(&format!("<dd class=\"figure\">{figure}</dd>"));
    assert!(answer("2.00 ns") && answer("10.0 ns"), "as the benchmark has them");
    assert!(answer("diverges"), "one step of a millisecond");
    let year = document(&page, "dates")["binding"]["when"]["words"].as_str().unwrap().to_owned();
    assert!(answer(&year), "{year}");
    assert_eq!(document(&page, "speed")["kernels"][0]["ns_per_unit"], 2.0);
    assert!(!document(&page, "brain")["measurement"].is_null());
}

#[test]
fn the_forecast_of_a_page_is_that_of_its_brain() {
    let folder = folder();
    let page = |out: &str, brain: &str| {
        let args = ["report", "--bench", "bench.json", "--accuracy", "accuracy.json", "--brain", brain, "--out", out];
        let said = folder.json(&args);
        assert_eq!(said["schema"], "huxley.report/1");
        assert_eq!(said["page"], out);
        assert_eq!(said["sections"].as_array().unwrap().len(), SECTIONS.len());
        folder.file(out)
    };
    let (human, mouse) = (page("human.html", "human"), page("mouse.html", "mouse"));
    let arithmetic = |page: &str, section| {
        let document = document(page, section);
        let own = document["requirements"].as_array().unwrap().iter().find(|r| r["name"] == "arithmetic").unwrap();
        own["value"].as_f64().unwrap()
    };
    for page in [&human, &mouse] {
        assert_eq!(arithmetic(page, "brain"), arithmetic(page, "dates"));
    }
    assert!(arithmetic(&human, "brain") > 100.0 * arithmetic(&mouse, "brain"));
}

#[test]
fn what_is_no_document_is_refused_before_anything_is_measured() {
    let folder = Folder::new();
    folder.write("wrong.json", "{}");
    folder
        .run(&["report", "--bench", "wrong.json"])
        .refused(&["`wrong.json` is no document of `huxley bench`", "hint: "]);
    folder.run(&["report", "--accuracy", "none.json"]).refused(&["cannot read `none.json`"]);
    folder.run(&["report", "--brain", "whale"]).refused(&["whale", "hint: "]);
    assert_eq!(folder.names("."), ["wrong.json"]);
}
