//! Words in a chart, where they cover neither each other nor points.

use crate::picture::scene::{Anchor, Frame, Scene, Style};
use crate::picture::text;

/// Places that are taken.
pub(super) struct Labels {
    frame: Frame,
    taken: Vec<Frame>,
}

impl Labels {
    pub fn new(frame: Frame) -> Self {
        Self { frame, taken: Vec::new() }
    }

    /// Keeps words off points.
    pub fn avoid(&mut self, points: &[(f32, f32)]) {
        self.taken.extend(points.iter().map(|&(x, y)| Frame { x: x - 7.0, y: y - 7.0, width: 14.0, height: 14.0 }));
    }

    /// Words beside a point: on the side that is free.
    pub fn at(&mut self, scene: &mut Scene, (x, y): (f32, f32), words: &str, style: Style) {
        let width = text::width(words, style.size, style.face);
        let (high, gap) = (style.size, 14.0);
        let middle = y - high / 2.0;
        let mut places = Vec::new();
        for far in [0.0, 20.0, 42.0] {
            places.extend([
                (x + gap, middle - far),
                (x + gap, middle + far),
                (x - gap - width, middle - far),
                (x - gap - width, middle + far),
                (x - width / 2.0, y - gap - high - far),
                (x - width / 2.0, y + gap + far),
            ]);
        }
        self.put(scene, words, style, width, &places);
    }

    /// Words along a horizontal line, above it.
    pub fn along(&mut self, scene: &mut Scene, y: f32, words: &str, style: Style) {
        let width = text::width(words, style.size, style.face);
        let right = self.frame.right() - width - 8.0;
        let above = y - style.size - 6.0;
        let below = y + 6.0;
        self.put(scene, words, style, width, &[(right, above), (self.frame.x + 8.0, above), (right, below)]);
    }

    /// Words beside a vertical line, at its top.
    pub fn beside(&mut self, scene: &mut Scene, x: f32, words: &str, style: Style) {
        let width = text::width(words, style.size, style.face);
        let rows = (0..6).map(|row| self.frame.y + 8.0 + row as f32 * (style.size + 6.0));
        let places: Vec<_> = rows.flat_map(|y| [(x + 8.0, y), (x - 8.0 - width, y)]).collect();
        self.put(scene, words, style, width, &places);
    }

    /// At the first place that is free and in the frame, or else the first that is in the frame, or else the first.
    fn put(&mut self, scene: &mut Scene, words: &str, style: Style, width: f32, places: &[(f32, f32)]) {
        if words.is_empty() {
            return;
        }
        let area = |&(x, y): &(f32, f32)| Frame { x, y, width, height: style.size };
        let inside = |own: &Frame| {
            own.x >= self.frame.x
                && own.right() <= self.frame.right() + 4.0
                && own.y >= self.frame.y
                && own.bottom() <= self.frame.bottom()
        };
        let free = |own: &Frame| !self.taken.iter().any(|other| meet(own, other));
        let all = || places.iter().map(area);
        let chosen = all().find(|own| inside(own) && free(own)).or_else(|| all().find(inside)).or_else(|| all().next());
        let Some(own) = chosen else { return };
        scene.text(own.x, own.y + style.size / 2.0 + style.drop(), words, style, Anchor::Start);
        self.taken.push(own);
    }
}

fn meet(a: &Frame, b: &Frame) -> bool {
    a.x < b.right() && b.x < a.right() && a.y < b.bottom() && b.y < a.bottom()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::picture::PictureSize;
    use crate::picture::palette::DARK;
    use crate::picture::scene::Mark;
    use crate::picture::text::Face;

    #[test]
    fn a_charts_words_do_not_cover_each_other() {
        let frame = Frame { x: 0.0, y: 0.0, width: 1000.0, height: 500.0 };
        let (mut scene, mut labels) = (Scene::new(PictureSize::default()), Labels::new(frame));
        let style = Style::new(19.0, Face::Regular, DARK);
        for k in 0..6 {
            labels.at(&mut scene, (500.0 + k as f32, 250.0), "some words", style);
        }
        let places: Vec<Frame> = scene
            .marks
            .iter()
            .map(|mark| match mark {
                Mark::Text(own) => Frame { x: own.x, y: own.y, width: 90.0, height: 19.0 },
                _ => unreachable!("only words were drawn"),
            })
            .collect();
        for (i, a) in places.iter().enumerate() {
            assert!(places[..i].iter().all(|b| !meet(a, b)), "{places:?}");
        }
    }
}
