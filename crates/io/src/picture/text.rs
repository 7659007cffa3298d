//! The font: how wide a text is, and its outlines.

use std::sync::LazyLock;

use ab_glyph::{Font, FontRef, OutlineCurve, Point, ScaleFont};
use tiny_skia::{Path, PathBuilder};

/// A weight of the font, Noto Sans.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Face {
    Regular,
    Bold,
}

static REGULAR: LazyLock<Option<FontRef<'static>>> =
    LazyLock::new(|| FontRef::try_from_slice(notosans::REGULAR_TTF).ok());
static BOLD: LazyLock<Option<FontRef<'static>>> = LazyLock::new(|| FontRef::try_from_slice(notosans::BOLD_TTF).ok());

impl Face {
    /// The font, which a test proves to be readable.
    fn font(self) -> Option<&'static FontRef<'static>> {
        match self {
            Self::Regular => REGULAR.as_ref(),
            Self::Bold => BOLD.as_ref(),
        }
    }
}

/// Units of the font that are `size` high from one line's descent to its ascent, for an em of
/// `size`.
fn height(font: &FontRef<'_>, size: f32) -> f32 {
    let em = font.units_per_em().unwrap_or(1000.0);
    size * font.height_unscaled() / em
}

/// Width of a text.
pub(super) fn width(text: &str, size: f32, face: Face) -> f32 {
    let Some(font) = face.font() else { return 0.0 };
    let font = font.as_scaled(height(font, size));
    text.chars().map(|c| font.h_advance(font.glyph_id(c))).sum()
}

/// `text`, or as much of it as is at most `room` wide, with an ellipsis.
pub(super) fn fit(text: &str, size: f32, face: Face, room: f32) -> String {
    if width(text, size, face) <= room {
        return text.to_owned();
    }
    let mut kept: String = text.to_owned();
    while kept.pop().is_some() {
        let shortened = format!("{}\u{2026}", kept.trim_end());
        if width(&shortened, size, face) <= room {
            return shortened;
        }
    }
    String::new()
}

/// Outlines of a text that starts at `(x, y)`, `y` at its baseline.
pub(super) fn outlines(text: &str, x: f32, y: f32, size: f32, face: Face) -> Option<Path> {
    let font = face.font()?;
    let scale = size / font.units_per_em().unwrap_or(1000.0);
    let scaled = font.as_scaled(height(font, size));
    let mut path = PathBuilder::new();
    let mut pen = x;
    for c in text.chars() {
        let glyph = font.glyph_id(c);
        if let Some(outline) = font.outline(glyph) {
            let place = |point: Point| (pen + point.x * scale, y - point.y * scale);
            append(&mut path, &outline.curves, place);
        }
        pen += scaled.h_advance(glyph);
    }
    path.finish()
}

/// Appends the contours of a glyph. A curve that does not begin where the last ended begins one.
fn append(path: &mut PathBuilder, curves: &[OutlineCurve], place: impl Fn(Point) -> (f32, f32)) {
    let mut end: Option<Point> = None;
    for curve in curves {
        let (OutlineCurve::Line(start, _) | OutlineCurve::Quad(start, ..) | OutlineCurve::Cubic(start, ..)) = *curve;
        if end != Some(start) {
            if end.is_some() {
                path.close();
            }
            let (x, y) = place(start);
            path.move_to(x, y);
        }
        let last = match *curve {
            OutlineCurve::Line(_, to) => {
                let (x, y) = place(to);
                path.line_to(x, y);
                to
            }
            OutlineCurve::Quad(_, by, to) => {
                let ((x1, y1), (x, y)) = (place(by), place(to));
                path.quad_to(x1, y1, x, y);
                to
            }
            OutlineCurve::Cubic(_, by, and, to) => {
                let ((x1, y1), (x2, y2), (x, y)) = (place(by), place(and), place(to));
                path.cubic_to(x1, y1, x2, y2, x, y);
                to
            }
        };
        end = Some(last);
    }
    if end.is_some() {
        path.close();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn picture_font_has_every_sign_that_is_used() {
        for face in [Face::Regular, Face::Bold] {
            let font = face.font().expect("the font is readable");
            for c in "azAZ09 .,:;()/%+-_\u{2026}\u{00b7}\u{2212}\u{00b5}\u{00b2}\u{00b0}\u{00d7}".chars() {
                assert_ne!(font.glyph_id(c).0, 0, "no glyph for {c:?}");
            }
        }
    }

    #[test]
    fn picture_text_that_does_not_fit_ends_in_an_ellipsis() {
        let room = width("excitatory", 20.0, Face::Regular);
        assert_eq!(fit("excitatory", 20.0, Face::Regular, room), "excitatory");
        let short = fit("excitatory", 20.0, Face::Regular, 0.7 * room);
        assert!(short.ends_with('\u{2026}') && short.starts_with("exc"), "{short}");
        assert!(width(&short, 20.0, Face::Regular) <= 0.7 * room);
        assert_eq!(fit("excitatory", 20.0, Face::Regular, 1.0), "");
    }
}
