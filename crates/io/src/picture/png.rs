//! A scene as pixels.

use tiny_skia::{
    Color, FillRule, FilterQuality, IntSize, LineCap, LineJoin, Paint, Path, PathBuilder, Pixmap, PixmapPaint,
    PremultipliedColorU8, Rect, Stroke, Transform,
};

use super::scene::{Anchor, Bitmap, Frame, Ink, Mark, Scene, Text};
use super::{PictureError, PictureSize, text};

/// The scene as a PNG file.
pub(super) fn render(scene: &Scene, size: PictureSize) -> Result<Vec<u8>, PictureError> {
    let PictureSize { width, height } = size;
    let mut pixels = Pixmap::new(width, height).ok_or(PictureError::Size { width, height })?;
    pixels.fill(Color::WHITE);
    let transform = Transform::from_scale(scene.scale, scene.scale);
    for mark in &scene.marks {
        draw(&mut pixels, mark, transform)?;
    }
    encode(&pixels)
}

/// A bitmap as a PNG file.
pub(super) fn encode_bitmap(bitmap: &Bitmap) -> Result<Vec<u8>, PictureError> {
    encode(&pixmap(bitmap)?)
}

fn encode(pixels: &Pixmap) -> Result<Vec<u8>, PictureError> {
    pixels.encode_png().map_err(|error| PictureError::Png { problem: error.to_string() })
}

fn draw(pixels: &mut Pixmap, mark: &Mark, transform: Transform) -> Result<(), PictureError> {
    match mark {
        Mark::Rectangles { frames, ink } => {
            fill(pixels, rectangles(frames), *ink, transform);
        }
        Mark::Area { points, ink } => fill(pixels, polygon(points, true), *ink, transform),
        Mark::Line { points, ink, width } => {
            let stroke =
                Stroke { width: *width, line_join: LineJoin::Round, line_cap: LineCap::Round, ..Stroke::default() };
            if let Some(path) = polygon(points, false) {
                pixels.stroke_path(&path, &paint(*ink), &stroke, transform, None);
            }
        }
        Mark::Text(line) => fill(pixels, lettering(line), line.ink, transform),
        Mark::Bitmap(bitmap) => {
            let source = pixmap(bitmap)?;
            let Frame { x, y, width, height } = bitmap.frame;
            let place =
                transform.pre_translate(x, y).pre_scale(width / bitmap.columns as f32, height / bitmap.rows as f32);
            let how = PixmapPaint { quality: FilterQuality::Nearest, ..PixmapPaint::default() };
            pixels.draw_pixmap(0, 0, source.as_ref(), &how, place, None);
        }
    }
    Ok(())
}

fn fill(pixels: &mut Pixmap, path: Option<Path>, ink: Ink, transform: Transform) {
    if let Some(path) = path {
        pixels.fill_path(&path, &paint(ink), FillRule::Winding, transform, None);
    }
}

fn paint(ink: Ink) -> Paint<'static> {
    let mut paint = Paint { anti_alias: true, ..Paint::default() };
    paint.set_color_rgba8(ink.red, ink.green, ink.blue, (ink.opacity * 255.0).round() as u8);
    paint
}

fn rectangles(frames: &[Frame]) -> Option<Path> {
    let mut path = PathBuilder::new();
    for frame in frames {
        if let Some(rect) = Rect::from_xywh(frame.x, frame.y, frame.width, frame.height) {
            path.push_rect(rect);
        }
    }
    path.finish()
}

fn polygon(points: &[(f32, f32)], closed: bool) -> Option<Path> {
    let mut path = PathBuilder::new();
    let (&(x, y), rest) = points.split_first()?;
    path.move_to(x, y);
    for &(x, y) in rest {
        path.line_to(x, y);
    }
    if closed {
        path.close();
    }
    path.finish()
}

fn lettering(line: &Text) -> Option<Path> {
    let width = text::width(&line.text, line.size, line.face);
    let x = match line.anchor {
        Anchor::Start => line.x,
        Anchor::Middle => line.x - width / 2.0,
        Anchor::End => line.x - width,
    };
    text::outlines(&line.text, x, line.y, line.size, line.face)
}

fn pixmap(bitmap: &Bitmap) -> Result<Pixmap, PictureError> {
    let (width, height) = (bitmap.columns, bitmap.rows);
    let premultiplied = bitmap.pixels.chunks_exact(4).flat_map(|pixel| {
        let color = tiny_skia::ColorU8::from_rgba(pixel[0], pixel[1], pixel[2], pixel[3]);
        let color: PremultipliedColorU8 = color.premultiply();
        [color.red(), color.green(), color.blue(), color.alpha()]
    });
    IntSize::from_wh(width, height)
        .and_then(|size| Pixmap::from_vec(premultiplied.collect(), size))
        .ok_or(PictureError::Size { width, height })
}
