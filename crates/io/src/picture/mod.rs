//! Pictures: spikes of all neurons of a run, traces of some, charts, a cell's shape.
//!
//! A picture is a list of marks (`scene`) that is drawn twice: as pixels (`png`) and as SVG
//! (`svg`). The font is part of the program, so no system package and no font is needed.

mod axis;
mod cell;
mod chart;
mod colours;
mod decimate;
mod dots;
mod histogram;
mod layout;
mod palette;
mod png;
mod raster;
mod rate;
mod rates;
mod scene;
mod svg;
mod text;
mod traces;
mod values;

use std::path::{Path, PathBuf};

pub use crate::results::PopulationSpan as RasterPopulation;
use crate::results::{ResultsError, write_atomic};
pub use cell::{CellData, cell};
pub use chart::{ChartAxis, ChartData, Draw, Level, Mark, Scale, Series, Upright, chart};
pub use histogram::{Distribution, HistogramData, PANELS as HISTOGRAM_PANELS, histogram};
pub use layout::{LaidOut, laid_out};
pub use raster::{RasterData, raster};
pub use rates::{RatesData, rates};
use scene::Scene;
pub use traces::{Trace, TraceData, traces};
pub use values::{CellValue, CellValues, cell_values};

/// Size of a picture, pixels. Text and lines grow with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PictureSize {
    /// Width.
    pub width: u32,
    /// Height.
    pub height: u32,
}

impl Default for PictureSize {
    fn default() -> Self {
        Self { width: 1600, height: 1000 }
    }
}

/// Side lengths a picture can have, pixels.
const SIDES: std::ops::RangeInclusive<u32> = 200..=16_000;

impl PictureSize {
    /// Pixels for each unit of the layout, which is drawn for 1600 by 1000.
    fn scale(self) -> f32 {
        let default = Self::default();
        let side = |own: u32, default: u32| own.clamp(*SIDES.start(), *SIDES.end()) as f32 / default as f32;
        side(self.width, default.width).min(side(self.height, default.height))
    }
}

/// A picture that can be saved.
#[derive(Clone, Debug)]
pub struct Picture {
    size: PictureSize,
    scene: Scene,
}

/// Why a picture could not be saved.
#[derive(Debug, thiserror::Error)]
pub enum PictureError {
    /// Neither `.png` nor `.svg`.
    #[error("`{}` is not a picture's name; it must end in `.png` or `.svg`", path.display())]
    Extension {
        /// The name.
        path: PathBuf,
    },
    /// Too small or too large.
    #[error("a picture of {width} x {height} pixels cannot be drawn; each side may have {} to {}", SIDES.start(), SIDES.end())]
    Size {
        /// Width.
        width: u32,
        /// Height.
        height: u32,
    },
    /// The pixels could not be made a PNG.
    #[error("cannot make a PNG: {problem}")]
    Png {
        /// What went wrong.
        problem: String,
    },
    /// The file could not be written.
    #[error(transparent)]
    Write(#[from] ResultsError),
}

impl Picture {
    /// Writes the picture as PNG or SVG, by the extension of `path`, whole or not at all.
    ///
    /// # Errors
    /// When the extension is another, or the file cannot be written.
    pub fn save(&self, path: &Path) -> Result<(), PictureError> {
        let extension = path.extension().map(|extension| extension.to_ascii_lowercase());
        let bytes = match extension.as_ref().and_then(|extension| extension.to_str()) {
            Some("png") => self.png()?,
            Some("svg") => self.svg()?.into_bytes(),
            _ => return Err(PictureError::Extension { path: path.to_owned() }),
        };
        Ok(write_atomic(path, &bytes)?)
    }

    /// The picture as a PNG file.
    ///
    /// # Errors
    /// When the size is not one that can be drawn.
    pub fn png(&self) -> Result<Vec<u8>, PictureError> {
        self.check()?;
        png::render(&self.scene, self.size)
    }

    /// The picture as an SVG document.
    ///
    /// # Errors
    /// When the size is not one that can be drawn.
    pub fn svg(&self) -> Result<String, PictureError> {
        self.check()?;
        svg::render(&self.scene, self.size)
    }

    fn check(&self) -> Result<(), PictureError> {
        let PictureSize { width, height } = self.size;
        match SIDES.contains(&width) && SIDES.contains(&height) {
            true => Ok(()),
            false => Err(PictureError::Size { width, height }),
        }
    }
}
