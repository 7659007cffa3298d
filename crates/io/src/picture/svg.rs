//! A scene as an SVG document.

use std::fmt::Write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::scene::{Anchor, Ink, Mark, Scene, Text};
use super::text::Face;
use super::{PictureError, PictureSize, png};

/// The scene as an SVG document.
pub(super) fn render(scene: &Scene, size: PictureSize) -> Result<String, PictureError> {
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{}\" height=\"{}\" \
         viewBox=\"0 0 {} {}\" font-family=\"Noto Sans, Helvetica, Arial, sans-serif\">\n\
         <rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n",
        size.width,
        size.height,
        number(scene.width),
        number(scene.height),
    );
    for mark in &scene.marks {
        draw(&mut out, mark)?;
    }
    out.push_str("</svg>\n");
    Ok(out)
}

fn draw(out: &mut String, mark: &Mark) -> Result<(), PictureError> {
    match mark {
        Mark::Rectangles { frames, ink } => {
            out.push_str("<path d=\"");
            for frame in frames {
                let (x, y) = (number(frame.x), number(frame.y));
                let (width, height) = (number(frame.width), number(frame.height));
                push(out, format_args!("M{x} {y}h{width}v{height}h-{width}z"));
            }
            push(out, format_args!("\" {}/>\n", fill(*ink)));
        }
        Mark::Area { points, ink } => {
            let points = path(points);
            push(out, format_args!("<path d=\"{points}z\" {}/>\n", fill(*ink)));
        }
        Mark::Line { points, ink, width } => {
            let (points, color, opacity) = (path(points), color(*ink), ink.opacity);
            push(
                out,
                format_args!(
                    "<path d=\"{points}\" fill=\"none\" stroke=\"{color}\" \
                     stroke-opacity=\"{opacity}\" stroke-width=\"{width}\" \
                     stroke-linejoin=\"round\" stroke-linecap=\"round\"/>\n"
                ),
            );
        }
        Mark::Text(text) => lettering(out, text),
        Mark::Bitmap(bitmap) => {
            let frame = bitmap.frame;
            let pixels = STANDARD.encode(png::encode_bitmap(bitmap)?);
            push(
                out,
                format_args!(
                    "<image x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" \
                     preserveAspectRatio=\"none\" href=\"data:image/png;base64,{pixels}\"/>\n",
                    number(frame.x),
                    number(frame.y),
                    number(frame.width),
                    number(frame.height),
                ),
            );
        }
    }
    Ok(())
}

fn lettering(out: &mut String, text: &Text) {
    let anchor = match text.anchor {
        Anchor::Start => "start",
        Anchor::Middle => "middle",
        Anchor::End => "end",
    };
    let weight = match text.face {
        Face::Regular => "",
        Face::Bold => " font-weight=\"bold\"",
    };
    push(
        out,
        format_args!(
            "<text x=\"{}\" y=\"{}\" font-size=\"{}\" text-anchor=\"{anchor}\"{weight} {}>{}</text>\n",
            number(text.x),
            number(text.y),
            number(text.size),
            fill(text.ink),
            escape(&text.text),
        ),
    );
}

fn push(out: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing to a string does not fail.
    let _ = out.write_fmt(text);
}

fn path(points: &[(f32, f32)]) -> String {
    let mut out = String::with_capacity(points.len() * 12);
    for (place, &(x, y)) in points.iter().enumerate() {
        let letter = if place == 0 { 'M' } else { 'L' };
        push(&mut out, format_args!("{letter}{} {}", number(x), number(y)));
    }
    out
}

/// Hundredths of a unit are enough for a position.
fn number(value: f32) -> f32 {
    (value * 100.0).round() / 100.0
}

fn color(ink: Ink) -> String {
    format!("#{:02x}{:02x}{:02x}", ink.red, ink.green, ink.blue)
}

fn fill(ink: Ink) -> String {
    if ink.opacity < 1.0 {
        format!("fill=\"{}\" fill-opacity=\"{}\"", color(ink), ink.opacity)
    } else {
        format!("fill=\"{}\"", color(ink))
    }
}

/// `text` for an XML document, which may hold no control characters.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => out.push(' '),
            c => out.push(c),
        }
    }
    out
}
