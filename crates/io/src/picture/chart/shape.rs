//! What is drawn at places: pieces of lines within a frame, dashes, symbols.

use std::f32::consts::TAU;

use crate::picture::scene::{Frame, Ink, Scene};

/// Length of a dash and of the gap after it.
const DASH: (f32, f32) = (14.0, 9.0);

/// The pieces of a line that lie within a frame.
pub(super) fn clipped(points: &[(f32, f32)], frame: Frame) -> Vec<Vec<(f32, f32)>> {
    let mut pieces: Vec<Vec<(f32, f32)>> = Vec::new();
    for pair in points.windows(2) {
        let Some((start, end)) = within(pair[0], pair[1], frame) else { continue };
        match pieces.last_mut() {
            Some(piece) if piece.last() == Some(&start) => piece.push(end),
            _ => pieces.push(vec![start, end]),
        }
    }
    pieces
}

/// The part of a segment within a frame (Liang & Barsky 1984).
fn within(a: (f32, f32), b: (f32, f32), frame: Frame) -> Option<((f32, f32), (f32, f32))> {
    let (dx, dy) = (b.0 - a.0, b.1 - a.1);
    let (mut enter, mut leave) = (0.0_f32, 1.0_f32);
    for (step, room) in
        [(-dx, a.0 - frame.x), (dx, frame.right() - a.0), (-dy, a.1 - frame.y), (dy, frame.bottom() - a.1)]
    {
        if step == 0.0 {
            if room < 0.0 {
                return None;
            }
        } else if step < 0.0 {
            enter = enter.max(room / step);
        } else {
            leave = leave.min(room / step);
        }
    }
    let at = |part: f32| (a.0 + part * dx, a.1 + part * dy);
    let start = if enter > 0.0 { at(enter) } else { a };
    let end = if leave < 1.0 { at(leave) } else { b };
    (enter <= leave).then_some((start, end))
}

/// Draws a line in dashes.
pub(super) fn dashes(scene: &mut Scene, points: &[(f32, f32)], ink: Ink, width: f32) {
    let (mut drawn, mut left) = (true, DASH.0);
    let mut dash: Vec<(f32, f32)> = points.first().copied().into_iter().collect();
    for pair in points.windows(2) {
        let ((x, y), (x1, y1)) = (pair[0], pair[1]);
        let length = (x1 - x).hypot(y1 - y);
        let mut done = 0.0;
        while length - done > left {
            done += left;
            let at = (x + (x1 - x) * done / length, y + (y1 - y) * done / length);
            if drawn {
                dash.push(at);
                scene.line(std::mem::take(&mut dash), ink, width);
            } else {
                dash = vec![at];
            }
            (drawn, left) = (!drawn, if drawn { DASH.1 } else { DASH.0 });
        }
        left -= length - done;
        if drawn {
            dash.push((x1, y1));
        }
    }
    if drawn && dash.len() > 1 {
        scene.line(dash, ink, width);
    }
}

/// The symbol of a series: circle, square, diamond, triangle, and so on.
pub(super) fn symbol(index: usize, (x, y): (f32, f32), radius: f32) -> Vec<(f32, f32)> {
    let (corners, turn, size) =
        [(24, 0.0, 1.0), (4, 0.125, 1.2), (4, 0.0, 1.3), (3, -0.25, 1.35), (3, 0.25, 1.35)][index % 5];
    let corner = |k: usize| {
        let angle = TAU * (k as f32 / corners as f32 + turn);
        (x + radius * size * angle.cos(), y + radius * size * angle.sin())
    };
    (0..corners).map(corner).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::picture::PictureSize;
    use crate::picture::scene::Mark;

    const FRAME: Frame = Frame { x: 0.0, y: 0.0, width: 10.0, height: 10.0 };

    #[test]
    fn a_charts_lines_end_at_its_frame() {
        let zigzag = [(-5.0, 5.0), (5.0, 5.0), (5.0, 15.0), (8.0, 15.0), (8.0, 5.0)];
        assert_eq!(clipped(&zigzag, FRAME), [vec![(0.0, 5.0), (5.0, 5.0), (5.0, 10.0)], vec![(8.0, 10.0), (8.0, 5.0)]]);
        assert!(clipped(&[(-5.0, -1.0), (15.0, -1.0)], FRAME).is_empty());
    }

    #[test]
    fn dashes_cover_a_line_and_no_more() {
        let mut scene = Scene::new(PictureSize::default());
        dashes(&mut scene, &[(0.0, 0.0), (50.0, 0.0), (100.0, 0.0)], Ink::new(0, 0, 0), 1.0);
        let length = |mark: &Mark| match mark {
            Mark::Line { points, .. } => points.last().unwrap().0 - points[0].0,
            _ => 0.0,
        };
        let drawn: f32 = scene.marks.iter().map(length).sum();
        // 0-14, 23-37, 46-60, 69-83, 92-100.
        assert!((drawn - 64.0).abs() < 1e-3, "{drawn}");
    }
}
