//! Pieces of the page: sections, tables, pictures, documents.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use huxley_io::picture::{Picture, PictureError};
use maud::{DOCTYPE, Markup, PreEscaped, html};

/// A section: what it answers, from which command.
pub struct Section {
    /// Its anchor.
    pub id: &'static str,
    /// Its heading.
    pub title: &'static str,
    /// The command that gives the same document.
    pub command: String,
    /// What is shown.
    pub body: Markup,
    /// The document, as JSON.
    pub json: String,
}

/// A figure at the top of the page.
pub struct Answer {
    /// What is asked.
    pub question: String,
    /// The figure, with its unit.
    pub figure: String,
    /// What it rests on.
    pub ground: String,
    /// Anchor of the section that it comes from.
    pub section: &'static str,
}

/// Cells of a row. A cell that starts with a digit or a sign is set flush right with its column.
pub struct Table {
    /// What it shows.
    pub caption: String,
    /// Heads of columns.
    pub head: Vec<String>,
    /// Columns of numbers.
    pub numbers: Vec<usize>,
    /// Rows.
    pub rows: Vec<Vec<String>>,
}

impl Table {
    /// The table as HTML, in a box that scrolls where the page is too narrow.
    pub fn html(&self) -> Markup {
        let class = |column: usize| self.numbers.contains(&column).then_some("number");
        html! {
            div.wide tabindex="0" {
                table {
                    @if !self.caption.is_empty() { caption { (self.caption) } }
                    thead { tr { @for (column, cell) in self.head.iter().enumerate() { th scope="col" class=[class(column)] { (cell) } } } }
                    tbody {
                        @for row in &self.rows {
                            tr { @for (column, cell) in row.iter().enumerate() { td class=[class(column)] { (cell) } } }
                        }
                    }
                }
            }
        }
    }
}

/// A picture within the page, as SVG.
pub fn figure(picture: &Picture, caption: &str) -> Result<Markup, PictureError> {
    let data = STANDARD.encode(picture.svg()?);
    Ok(html! {
        figure {
            img src={ "data:image/svg+xml;base64," (data) } alt=(caption);
            figcaption { (caption) }
        }
    })
}

/// The whole page.
pub fn page(title: &str, lead: &Markup, answers: &[Answer], sections: &[Section]) -> String {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) }
                style { (PreEscaped(include_str!("style.css"))) }
            }
            body {
                header {
                    h1 { (title) }
                    (lead)
                    nav aria-label="Sections" { ul { @for own in sections { li { a href={ "#" (own.id) } { (own.title) } } } } }
                }
                main {
                    dl.answers {
                        @for own in answers {
                            div {
                                dt { (own.question) }
                                dd.figure { (own.figure) }
                                dd.source { (own.ground) " " a href={ "#" (own.section) } { "how" } }
                            }
                        }
                    }
                    @for own in sections {
                        section id=(own.id) {
                            h2 { (own.title) }
                            (own.body)
                            p.source { "From " code { (own.command) } }
                            details {
                                summary { "The document, as JSON" }
                                // Shown as text; what reads pages finds it by its identifier.
                                pre id={ "json-" (own.id) } { (own.json) }
                            }
                        }
                    }
                }
            }
        }
    }
    .into_string()
}
