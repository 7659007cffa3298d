//! Spikes as dots: shapes while they are few, shades of pixels when they are many.

use super::palette::BLACK;
use super::scene::{Bitmap, Frame, Ink};

/// Spikes up to which each is a shape of its own.
pub(super) const SHAPES: usize = 20_000;

/// Coverage by dots of each pixel of an area.
pub(super) struct Coverage {
    columns: usize,
    rows: usize,
    /// Dots on each pixel, in parts of a pixel.
    pixels: Vec<f32>,
}

impl Coverage {
    pub fn new(columns: usize, rows: usize) -> Self {
        Self { columns, rows, pixels: vec![0.0; columns * rows] }
    }

    /// Adds a dot of `width` x `height` pixels about `(x, y)`, each pixel by the part it covers,
    /// in the rows `rows` alone.
    pub fn add(&mut self, x: f32, y: f32, width: f32, height: f32, rows: (usize, usize)) {
        let (x0, x1) = (x - width / 2.0, x + width / 2.0);
        let (y0, y1) = (y - height / 2.0, y + height / 2.0);
        let overlap =
            |place: usize, low: f32, high: f32| (high.min(place as f32 + 1.0) - low.max(place as f32)).max(0.0);
        let first_row = (y0.max(0.0) as usize).max(rows.0);
        let last_row = (y1.max(0.0).ceil() as usize).min(rows.1).min(self.rows);
        let last_column = (x1.max(0.0).ceil() as usize).min(self.columns);
        for row in first_row..last_row {
            let part = overlap(row, y0, y1);
            for column in (x0.max(0.0) as usize)..last_column {
                self.pixels[row * self.columns + column] += part * overlap(column, x0, x1);
            }
        }
    }

    /// Dots on a pixel that give full colour: about the most there are, and at least one.
    fn full(&self) -> f32 {
        let mut covered: Vec<f32> = self.pixels.iter().copied().filter(|&dots| dots > 0.0).collect();
        if covered.is_empty() {
            return 1.0;
        }
        let place = (covered.len() - 1) * 98 / 100;
        let (_, full, _) = covered.select_nth_unstable_by(place, f32::total_cmp);
        full.max(1.0)
    }

    /// The pixels, each row in the colour `ink_of` it. The second value says whether shades stand
    /// for numbers of dots.
    pub fn shade(&self, frame: Frame, ink_of: impl Fn(usize) -> Ink) -> (Bitmap, bool) {
        let full = self.full();
        let shaded = full > 1.5;
        let mut pixels = Vec::with_capacity(self.pixels.len() * 4);
        for (row, dots) in self.pixels.chunks_exact(self.columns.max(1)).enumerate() {
            let ink = ink_of(row);
            for &dots in dots {
                // The square root lifts single dots, which a linear scale would lose.
                let part = (dots / full).min(1.0);
                let opacity = if shaded { part.sqrt() } else { part };
                let ink = ink.mix(BLACK, if shaded { 0.45 * part } else { 0.0 });
                let alpha = (opacity * 255.0).round() as u8;
                pixels.extend([ink.red, ink.green, ink.blue, alpha]);
            }
        }
        let (columns, rows) = (self.columns as u32, self.rows as u32);
        (Bitmap { frame, columns, rows, pixels }, shaded)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn picture_coverage_adds_up_to_the_dots_areas() {
        let mut coverage = Coverage::new(10, 10);
        coverage.add(3.3, 4.6, 1.5, 2.0, (0, 10));
        assert!((coverage.pixels.iter().sum::<f32>() - 3.0).abs() < 1e-5);
        // Half of this one is off the left edge, and all but one row is not its population's.
        let mut coverage = Coverage::new(10, 10);
        coverage.add(0.0, 5.0, 2.0, 2.0, (5, 6));
        assert!((coverage.pixels.iter().sum::<f32>() - 1.0).abs() < 1e-5);
        assert!(coverage.pixels[50] > 0.99 && coverage.pixels[40] == 0.0);
    }
}
