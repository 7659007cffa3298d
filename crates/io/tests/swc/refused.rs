//! What cannot be mended is refused, with line and point.

use huxley_io::swc::{self, MOST_PROBLEMS, SwcErrors};

#[track_caller]
fn refused(bytes: &[u8]) -> SwcErrors {
    swc::parse(bytes, "cell.swc", 1.0).expect_err("refused")
}

/// The messages of a file that is refused.
#[track_caller]
fn messages(text: &str) -> Vec<String> {
    refused(text.as_bytes()).messages().map(|(message, _)| message).collect()
}

/// A file refused for one reason only.
#[track_caller]
fn one(text: &str, message: &str) {
    assert_eq!(messages(text), [format!("cell.swc{message}")]);
}

const ROOT: &str = "# a cell\n1 1 0 0 0 5 -1\n";

#[test]
fn a_tree_that_is_none_is_refused() {
    one(&format!("{ROOT}2 3 9 0 0 1 7\n"), ":3: point 2: the parent 7 is not in the file");
    one(&format!("{ROOT}2 3 9 0 0 1 2\n"), ":3: point 2: the point is its own parent");
    one(&format!("{ROOT}1 3 9 0 0 1 -1\n"), ":3: point 1: line 2 has a point of the same id");
    let cycle = "4 3 9 0 0 1 6\n5 3 9 0 0 1 4\n6 3 9 0 0 1 5\n7 3 9 0 0 1 6\n";
    one(&format!("{ROOT}{cycle}"), ":3: point 4: the point is its own ancestor, in a cycle of 3: 4 -> 6 -> 5 -> 4");
    // Nothing but a cycle: no root.
    one("1 3 0 0 0 1 2\n2 3 0 0 0 1 1\n", ":1: point 1: the point is its own ancestor, in a cycle of 2: 1 -> 2 -> 1");
    let long: String = (1..=100).map(|id| format!("{id} 3 {id} 0 0 1 {}\n", id % 100 + 1)).collect();
    one(&long, ":1: point 1: the point is its own ancestor, in a cycle of 100: 1 -> 2 -> 3 -> 4 -> 5 -> 6 -> ...");
    one("1 3 0 0 0 1 0\n", ":1: point 1: the parent 0 is not in the file");
}

#[test]
fn a_cycle_of_six_and_of_seven_are_shown_as_far_as_there_is_room() {
    let of = |n: usize| -> String { (1..=n).map(|id| format!("{id} 3 {id} 0 0 1 {}\n", id % n + 1)).collect() };
    assert!(messages(&of(6))[0].ends_with("in a cycle of 6: 1 -> 2 -> 3 -> 4 -> 5 -> 6 -> 1"));
    assert!(messages(&of(7))[0].ends_with("in a cycle of 7: 1 -> 2 -> 3 -> 4 -> 5 -> 6 -> ..."));
}

#[test]
fn a_row_that_is_no_point_is_refused() {
    one(&format!("{ROOT}2 3 9 0 0 1\n"), ":3: point 2: the row has 6 columns of 7");
    one(&format!("{ROOT}2\n"), ":3: point 2: the row has 1 column of 7");
    one(&format!("{ROOT}2 3 9 0 0 # 1 1\n"), ":3: point 2: the row has 5 columns of 7");
    one(&format!("{ROOT}2 3 nine 0 0 1 1\n"), ":3: point 2: expected a number as x, found `nine`");
    one(&format!("{ROOT}two 3 9 0 0 1 1\n"), ":3: expected a number as id, found `two`");
    one(&format!("{ROOT}2 dend 9 0 0 1 1\n"), ":3: point 2: expected a number as type, found `dend`");
    one(&format!("{ROOT}2 3 9 0 0 1 soma\n"), ":3: point 2: expected a number as parent, found `soma`");
    one(&format!("{ROOT}2,3,9,0,0,1,1\n"), ":3: the row has 1 column of 7");
    one(&format!("{ROOT}2 3 9,5 0 0 1 1\n"), ":3: point 2: expected a number as x, found `9,5`");
    one(&format!("{ROOT}2.5 3 9 0 0 1 1\n"), ":3: expected a whole number as id, found `2.5`");
    one(&format!("{ROOT}2 3.5 9 0 0 1 1\n"), ":3: point 2: expected a whole number as type, found `3.5`");
    one(&format!("{ROOT}-2 3 9 0 0 1 1\n"), ":3: point -2: the id is negative");
    one(&format!("{ROOT}2 3 9 0 0 -1 1\n"), ":3: point 2: the radius is negative, -1 um");
}

#[test]
fn a_number_that_is_none_is_refused() {
    for (column, name) in [(2, "x"), (3, "y"), (4, "z"), (5, "radius")] {
        for text in ["nan", "NaN", "inf", "-inf", "Infinity"] {
            let mut row = ["2", "3", "9", "0", "0", "1", "1"];
            row[column] = text;
            let row = row.join(" ");
            one(&format!("{ROOT}{row}\n"), &format!(":3: point 2: expected a finite number as {name}, found `{text}`"));
        }
        for text in ["1e999", "-1e400", "2e9"] {
            let mut row = ["2", "3", "9", "0", "0", "1", "1"];
            row[column] = text;
            let row = row.join(" ");
            one(&format!("{ROOT}{row}\n"), &format!(":3: point 2: `{text}` is too large as {name}"));
        }
    }
    one(&format!("{ROOT}2 99999999999 9 0 0 1 1\n"), ":3: point 2: `99999999999` is too large as type");
    one(&format!("{ROOT}99999999999999999999 3 9 0 0 1 1\n"), ":3: `99999999999999999999` is too large as id");
    one(&format!("{ROOT}2 3 9 0 0 1 1e30\n"), ":3: point 2: `1e30` is too large as parent");
    one(&format!("{ROOT}2 3 9 0 0 1 nan\n"), ":3: point 2: expected a finite number as parent, found `nan`");
}

#[test]
fn a_file_that_is_no_text_of_points_is_refused() {
    for empty in ["", "\n\n", "# only\n# comments\n", "\u{feff}"] {
        one(empty, ": the file has no points");
    }
    assert_eq!(refused(b"1 1 0 0 0 5 -1\n\x00\x01").messages().next().unwrap().0, "cell.swc: the file is not text");
    assert_eq!(refused(b"\x1f\x8b\x08\x00\x00").messages().next().unwrap().0, "cell.swc: the file is not text");
    let utf16: Vec<u8> = "\u{feff}1 1 0 0 0 5 -1\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let errors = refused(&utf16);
    assert_eq!(
        errors.messages().next(),
        Some(("cell.swc: the file is UTF-16 text".to_owned(), Some("save it as UTF-8")))
    );
    let missing = swc::read(std::path::Path::new("/nonexistent/cell.swc"), 1.0).unwrap_err();
    assert!(missing.to_string().starts_with("/nonexistent/cell.swc: cannot read the file: "), "{missing}");
    one("1 1 0 0 0 0 -1\n", ":1: point 1: no point of the tree that begins here has a radius above 0");
}

#[test]
fn all_that_is_wrong_is_told_at_once_and_nothing_that_follows_from_it() {
    let text =
        "1 1 0 0 0 5 -1\n2 3 x 0 0 1 1\n3 3 9 0 0 1 2\n4 3 9 0 0 -2 3\n5 3 9 0 0 1 44\n6 3 9 0 0 1 4\n5 3 9 0 0 1 1\n";
    let expected = [
        "cell.swc:2: point 2: expected a number as x, found `x`",
        "cell.swc:4: point 4: the radius is negative, -2 um",
        "cell.swc:5: point 5: the parent 44 is not in the file",
        "cell.swc:7: point 5: line 5 has a point of the same id",
    ];
    assert_eq!(messages(text), expected);
    // Where an id cannot be read, no parent is said to be missing.
    one("1 1 0 0 0 5 -1\ntwo 3 9 0 0 1 1\n3 3 9 0 0 1 2\n", ":2: expected a number as id, found `two`");
}

#[test]
fn the_first_problems_are_told_and_the_others_counted() {
    let text: String = (1..=50).map(|id| format!("{id} 3 0 0 0 nan -1\n")).collect();
    let errors = refused(text.as_bytes());
    assert_eq!((errors.problems.len(), errors.more), (MOST_PROBLEMS, 30));
    let all = errors.to_string();
    assert!(all.starts_with("cell.swc:1: point 1: ") && all.ends_with("\ncell.swc: and 30 more problems"), "{all}");
}

#[test]
fn what_is_shown_of_a_file_is_short_and_printable() {
    let text = format!("{ROOT}2 3 z\u{1b} 0 0 1 1\n");
    assert_eq!(messages(&text), ["cell.swc: the file is not text"]);
    let text = format!("{ROOT}2 3 {} 0 0 1 1\n", "\u{202e}é".repeat(500));
    let message = &messages(&text)[0];
    assert!(message.len() < 500 && message.contains("\\u{202e}é") && message.ends_with("...`"), "{message}");
    let mut bytes = ROOT.as_bytes().to_vec();
    bytes.extend(b"2 3 \xff\xfe 0 0 1 1\n");
    assert!(refused(&bytes).to_string().contains("expected a number as x"));
}
