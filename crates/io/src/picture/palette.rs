//! Colours that people with any colour vision tell apart (Okabe & Ito 2008), and those of text.

use super::scene::Ink;

/// Blue, vermilion, green, purple, orange, sky blue, grey: darkened where white paper would swallow
/// them.
const SERIES: [Ink; 7] = [
    Ink::new(0, 114, 178),
    Ink::new(213, 94, 0),
    Ink::new(0, 138, 104),
    Ink::new(176, 84, 134),
    Ink::new(214, 146, 0),
    Ink::new(62, 156, 208),
    Ink::new(104, 104, 104),
];

pub(super) const WHITE: Ink = Ink::new(255, 255, 255);
/// Titles.
pub(super) const BLACK: Ink = Ink::new(24, 24, 27);
/// Labels.
pub(super) const DARK: Ink = Ink::new(63, 63, 70);
/// Footnotes.
pub(super) const GREY: Ink = Ink::new(113, 113, 122);
/// Axes.
pub(super) const AXIS: Ink = Ink::new(161, 161, 170);
/// Grid lines.
pub(super) const GRID: Ink = Ink::new(228, 228, 231);

/// Series that are told apart by colour, which then comes twice at the most.
const TOLD_APART: usize = 2 * SERIES.len();

/// Colour of the `index`th of `count` series. Many are not told apart, only each from the next.
pub(super) fn series(index: usize, count: usize) -> Ink {
    if count > TOLD_APART { SERIES[[0, 6][index % 2]] } else { SERIES[index % SERIES.len()] }
}

/// Dark blue, purple, orange: lightness goes up all the way, for any colour vision.
const SHADES: [Ink; 3] = [Ink::new(13, 42, 120), Ink::new(176, 66, 134), Ink::new(232, 150, 20)];

/// Colour at a place of an ordered family, from 0 to 1.
#[allow(clippy::cast_possible_truncation)]
pub(super) fn shade(place: f64) -> Ink {
    let place = if place.is_finite() { place.clamp(0.0, 1.0) as f32 * 2.0 } else { 0.0 };
    if place < 1.0 { SHADES[0].mix(SHADES[1], place) } else { SHADES[1].mix(SHADES[2], place - 1.0) }
}

/// The same colour, dark enough for text.
pub(super) fn lettering(ink: Ink) -> Ink {
    ink.mix(BLACK, 0.25)
}
