//! Columns of text.

/// `text` broken between words at `width` columns, the first line after `first`, the others after `rest`.
pub fn wrapped_at(first: &str, rest: &str, text: &str, width: usize) -> String {
    let (mut out, mut line, mut empty) = (String::new(), first.to_owned(), true);
    for word in text.split_whitespace() {
        if !empty && line.chars().count() + 1 + word.chars().count() > width {
            out += line.trim_end();
            out.push('\n');
            (line, empty) = (rest.to_owned(), true);
        }
        if !empty {
            line.push(' ');
        }
        line += word;
        empty = false;
    }
    out + line.trim_end() + "\n"
}

/// With its first letter large.
pub fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// Rows with their columns padded to the same width, `indent` blanks before each. Columns in `right` are set flush right.
pub fn aligned(rows: &[Vec<String>], right: &[usize], indent: usize) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| {
        rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let mut text = String::new();
    for row in rows {
        let mut line = " ".repeat(indent);
        for (column, (cell, &width)) in row.iter().zip(&widths).enumerate() {
            let pad = " ".repeat(width - cell.chars().count());
            if right.contains(&column) {
                line += &pad;
                line += cell;
            } else {
                line += cell;
                line += &pad;
            }
            line += "  ";
        }
        text += line.trim_end();
        text.push('\n');
    }
    text
}
