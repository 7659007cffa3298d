//! What a picture is made of.

use super::PictureSize;
use super::text::Face;

/// A colour with its opacity, sRGB.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Ink {
    pub red: u8,
    pub green: u8,
    pub blue: u8,
    /// 0 to 1.
    pub opacity: f32,
}

impl Ink {
    pub const fn new(red: u8, green: u8, blue: u8) -> Self {
        Self { red, green, blue, opacity: 1.0 }
    }

    /// `part` of the way to `other`.
    pub fn mix(self, other: Self, part: f32) -> Self {
        let mix = |own: u8, other: u8| (f32::from(own) + (f32::from(other) - f32::from(own)) * part).round() as u8;
        Self {
            red: mix(self.red, other.red),
            green: mix(self.green, other.green),
            blue: mix(self.blue, other.blue),
            opacity: self.opacity,
        }
    }

    pub fn faded(self, opacity: f32) -> Self {
        Self { opacity, ..self }
    }
}

/// A rectangle: left, top, width, height.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Frame {
    pub x: f32,
    pub y: f32,
    pub width: f32,
    pub height: f32,
}

impl Frame {
    pub fn right(&self) -> f32 {
        self.x + self.width
    }

    pub fn bottom(&self) -> f32 {
        self.y + self.height
    }
}

/// Where a text is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

/// A line of text, `y` at its baseline.
#[derive(Clone, Debug)]
pub(super) struct Text {
    pub x: f32,
    pub y: f32,
    pub text: String,
    pub size: f32,
    pub face: Face,
    pub ink: Ink,
    pub anchor: Anchor,
}

/// Pixels of their own: `columns` x `rows`, RGBA with straight opacity.
#[derive(Clone, Debug)]
pub(super) struct Bitmap {
    pub frame: Frame,
    pub columns: u32,
    pub rows: u32,
    pub pixels: Vec<u8>,
}

/// One thing drawn, in layout units.
#[derive(Clone, Debug)]
pub(super) enum Mark {
    /// Rectangles of one colour, their union filled.
    Rectangles { frames: Vec<Frame>, ink: Ink },
    /// A line through points.
    Line { points: Vec<(f32, f32)>, ink: Ink, width: f32 },
    /// A filled polygon.
    Area { points: Vec<(f32, f32)>, ink: Ink },
    /// A line of text.
    Text(Text),
    /// Pixels.
    Bitmap(Bitmap),
}

/// Marks, in the order they are drawn.
#[derive(Clone, Debug)]
pub(super) struct Scene {
    /// Width in layout units.
    pub width: f32,
    /// Height in layout units.
    pub height: f32,
    /// Pixels a layout unit.
    pub scale: f32,
    pub marks: Vec<Mark>,
}

impl Scene {
    pub fn new(size: PictureSize) -> Self {
        let scale = size.scale();
        let (width, height) = (size.width as f32 / scale, size.height as f32 / scale);
        Self { width, height, scale, marks: Vec::new() }
    }

    /// The pixel edge nearest to a position.
    pub fn snap(&self, position: f32) -> f32 {
        (position * self.scale).round() / self.scale
    }

    pub fn rectangle(&mut self, frame: Frame, ink: Ink) {
        self.marks.push(Mark::Rectangles { frames: vec![frame], ink });
    }

    pub fn line(&mut self, points: Vec<(f32, f32)>, ink: Ink, width: f32) {
        self.marks.push(Mark::Line { points, ink, width });
    }

    /// A horizontal line, sharp on pixels.
    pub fn rule(&mut self, x0: f32, x1: f32, y: f32, ink: Ink) {
        let (thick, y) = (self.hairline(), self.snap(y));
        self.rectangle(Frame { x: x0, y, width: x1 - x0, height: thick }, ink);
    }

    /// A vertical line, sharp on pixels.
    pub fn upright(&mut self, x: f32, y0: f32, y1: f32, ink: Ink) {
        let (thick, x) = (self.hairline(), self.snap(x));
        self.rectangle(Frame { x, y: y0, width: thick, height: y1 - y0 }, ink);
    }

    /// Width of the thinnest line: a whole number of pixels.
    fn hairline(&self) -> f32 {
        self.scale.round().max(1.0) / self.scale
    }

    pub fn text(&mut self, x: f32, y: f32, text: impl Into<String>, style: Style, anchor: Anchor) {
        let Style { size, face, ink } = style;
        let text = text.into();
        self.marks.push(Mark::Text(Text { x, y, text, size, face, ink, anchor }));
    }
}

/// How a text looks.
#[derive(Clone, Copy, Debug)]
pub(super) struct Style {
    pub size: f32,
    pub face: Face,
    pub ink: Ink,
}

impl Style {
    pub const fn new(size: f32, face: Face, ink: Ink) -> Self {
        Self { size, face, ink }
    }

    pub fn inked(self, ink: Ink) -> Self {
        Self { ink, ..self }
    }

    /// From the middle of a line of capitals to its baseline.
    pub fn drop(self) -> f32 {
        self.size * 0.357
    }
}
