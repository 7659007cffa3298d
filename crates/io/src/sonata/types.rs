//! Tables of node and edge types: text, columns separated by blanks, `"` around what has blanks, `NULL` for nothing.

use std::collections::HashMap;
use std::path::Path;

use super::findings::Findings;

/// The largest table of types, bytes.
const LARGEST: u64 = 256 << 20;

/// A table of types.
#[derive(Clone, Debug, Default)]
pub(super) struct Types {
    /// The file, as named; empty where there is none.
    pub(super) file: String,
    columns: Vec<String>,
    rows: Vec<Vec<Option<String>>>,
    by_id: HashMap<i64, Vec<u32>>,
}

impl Types {
    /// Reads the table at `path`, whose ids are in the column `id`.
    pub(super) fn read(path: &Path, id: &str, findings: &Findings) -> Option<Self> {
        let file = path.display().to_string();
        let too_large = std::fs::metadata(path).is_ok_and(|about| about.len() > LARGEST);
        if too_large {
            return findings.error(&file, "", format!("the table of types is larger than {LARGEST} bytes"), "");
        }
        let text = match std::fs::read(path) {
            Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
            Err(cause) => return findings.error(&file, "", format!("cannot read the table of types: {cause}"), ""),
        };
        Self::parse(&text, file, id, findings)
    }

    fn parse(text: &str, file: String, id: &str, findings: &Findings) -> Option<Self> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let lines = (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty());
        let mut lines = lines.map(|(number, line)| (number, fields(line)));
        let Some((_, header)) = lines.next() else {
            return findings.error(&file, "", "the table of types is empty", "its first line names the columns");
        };
        let columns: Vec<String> = header.into_iter().map(|name| name.unwrap_or_default()).collect();
        let Some(id_column) = columns.iter().position(|name| name == id) else {
            let message = format!("the table of types has no column `{id}`");
            return findings.error(&file, id, message, format!("its columns are {}", columns.join(", ")));
        };
        let mut table = Self { file, columns, ..Self::default() };
        let population = table.column("population");
        let mut fine = true;
        for (number, row) in lines {
            if row.len() != table.columns.len() {
                let message = format!("{} values for {} columns", row.len(), table.columns.len());
                let hint = "columns are separated by blanks; put \" around a value that has some";
                findings.error_in_line::<()>(&table.file, number, "", message, hint);
                fine = false;
                continue;
            }
            let typed = row[id_column].clone().unwrap_or_default();
            let Some(own) = whole(&typed) else {
                findings.error_in_line::<()>(&table.file, number, id, format!("`{typed}` is not a whole number"), "");
                fine = false;
                continue;
            };
            let rows = table.by_id.entry(own).or_default();
            let of = |row: &[Option<String>]| population.and_then(|column| row[column].clone());
            if rows.iter().any(|&other| of(&table.rows[other as usize]) == of(&row)) {
                let message = format!("type {own} is there twice");
                findings.error_in_line::<()>(&table.file, number, id, message, "give each type an id of its own");
                fine = false;
            }
            rows.push(u32::try_from(table.rows.len()).ok()?);
            table.rows.push(row);
        }
        fine.then_some(table)
    }

    /// A table without columns that has these types.
    pub(super) fn of(ids: &[i64]) -> Self {
        let mut table = Self::default();
        for &id in ids {
            let next = u32::try_from(table.rows.len()).unwrap_or(u32::MAX);
            table.by_id.entry(id).or_insert_with(|| {
                table.rows.push(Vec::new());
                vec![next]
            });
        }
        table
    }

    /// The place of a column.
    pub(super) fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column == name)
    }

    /// Names of the columns.
    pub(super) fn columns(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().map(String::as_str)
    }

    /// Number of types.
    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    /// The row of a type of a population.
    pub(super) fn row(&self, population: &str, id: i64) -> Option<u32> {
        let rows = self.by_id.get(&id)?;
        let Some(column) = self.column("population") else { return rows.first().copied() };
        let named = |row: &&u32| self.rows[**row as usize][column].as_deref();
        rows.iter()
            .find(|row| named(row) == Some(population))
            .or_else(|| rows.iter().find(|row| named(row).is_none()))
            .copied()
    }

    /// A value.
    pub(super) fn value(&self, row: usize, column: usize) -> Option<&str> {
        self.rows.get(row)?.get(column)?.as_deref()
    }

    /// Id of a row.
    pub(super) fn id(&self, row: u32) -> i64 {
        let found = self.by_id.iter().find(|(_, rows)| rows.contains(&row)).map(|(id, _)| *id);
        found.unwrap_or_default()
    }
}

/// A whole number, also as `100.0`.
fn whole(text: &str) -> Option<i64> {
    #[allow(clippy::cast_possible_truncation)]
    text.parse::<i64>().ok().or_else(|| {
        text.parse::<f64>().ok().filter(|number| number.fract() == 0.0 && number.abs() < 9e15).map(|n| n as i64)
    })
}

/// The values of a line; nothing for `NULL` and its like.
fn fields(line: &str) -> Vec<Option<String>> {
    let mut out = Vec::new();
    let mut characters = line.trim().chars().peekable();
    while characters.peek().is_some() {
        let mut value = String::new();
        let quoted = characters.next_if_eq(&'"').is_some();
        while let Some(c) = characters.next() {
            match c {
                '"' if quoted && characters.next_if_eq(&'"').is_none() => break,
                ' ' | '\t' if !quoted => break,
                c => value.push(c),
            }
        }
        let nothing = !quoted && matches!(value.as_str(), "NULL" | "NONE" | "None" | "NaN" | "nan" | "NA" | "");
        out.push((!nothing).then_some(value));
        while characters.next_if(|c| *c == ' ' || *c == '\t').is_some() {}
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Types, String> {
        let findings = Findings::default();
        let table = Types::parse(text, "types.csv".to_owned(), "node_type_id", &findings);
        table.ok_or_else(|| findings.finish("").unwrap_err().to_string())
    }

    #[test]
    fn blanks_quotes_and_nothing() {
        let table = read("node_type_id  name range\r\n100 \"a \"\"b\"\" c\" [0,1]\n\n101\tNULL \"NULL\"\n").unwrap();
        assert_eq!((table.len(), table.row("any", 101)), (2, Some(1)));
        let values = |row| [1, 2].map(|column| table.value(row, column));
        assert_eq!(values(0), [Some("a \"b\" c"), Some("[0,1]")]);
        assert_eq!(values(1), [None, Some("NULL")]);
    }

    #[test]
    fn types_of_populations_are_told_apart() {
        let table = read("node_type_id population\n1 a\n1 b\n").unwrap();
        assert_eq!((table.row("a", 1), table.row("b", 1), table.row("c", 1)), (Some(0), Some(1), None));
    }

    #[test]
    fn everything_wrong_is_reported() {
        let errors = read("node_type_id name\n1 a\n1 b\n2\nx y\n").unwrap_err();
        for part in [
            "types.csv:3",
            "type 1 is there twice",
            "types.csv:4",
            "1 values for 2 columns",
            "`x` is not a whole number",
        ] {
            assert!(errors.contains(part), "{part} in {errors}");
        }
        assert!(read("").unwrap_err().contains("empty"));
        assert!(read("id name\n").unwrap_err().contains("its columns are id, name"));
    }
}
