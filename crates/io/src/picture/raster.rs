//! Spikes of all neurons over time, and the rates of populations beneath.

use super::axis::{LABEL, TimeAxis};
use super::dots::{Coverage, SHAPES};
use super::palette::{BLACK, DARK, GREY, WHITE, lettering, series};
use super::rate::draw_rates;
use super::scene::{Anchor, Frame, Mark, Scene, Style};
use super::text::{self, Face};
use super::{Picture, PictureSize, RasterPopulation};
use crate::results::format::{counted, milliseconds, rate};
use crate::results::population::PopulationIndex;

pub(super) const MARGIN: f32 = 40.0;
pub(super) const TITLE: Style = Style::new(32.0, Face::Bold, BLACK);
pub(super) const SUBTITLE: Style = Style::new(21.0, Face::Regular, GREY);
pub(super) const FOOTNOTE: Style = Style::new(16.0, Face::Regular, GREY);
/// Top of what is plotted.
pub(super) const TOP: f32 = 112.0;
/// Room under what is plotted: the time scale and the footnote.
pub(super) const BOTTOM: f32 = 108.0;
const NAME: Style = Style::new(22.0, Face::Bold, BLACK);
const COUNT: Style = Style::new(17.0, Face::Regular, GREY);

/// Neurons up to which each has its label.
const LABELLED: u64 = 40;

/// What a raster shows.
#[derive(Clone, Debug, Default)]
pub struct RasterData<'a> {
    /// Title: model, seed, duration.
    pub title: String,
    /// Where time begins, ms.
    pub start_ms: f64,
    /// Biological time from there, ms.
    pub duration_ms: f64,
    /// Populations, from top to bottom. When there are none, all neurons are one.
    pub populations: Vec<RasterPopulation>,
    /// Spikes, `(time in ms, neuron)`, in any order.
    pub spikes: &'a [(f64, u32)],
    /// A line in small type beneath; may be empty.
    pub footnote: String,
}

/// A spike that is drawn.
#[derive(Clone, Copy)]
pub(super) struct Dot {
    pub time_ms: f64,
    pub population: usize,
    pub index: u32,
}

/// Draws the spikes of all populations and the populations' rates.
#[must_use]
pub fn raster(data: &RasterData<'_>, size: PictureSize) -> Picture {
    let mut scene = Scene::new(size);
    let duration_ms = if data.duration_ms.is_finite() { data.duration_ms.max(0.0) } else { 0.0 };
    let populations = populations(data);
    let neurons: u64 = populations.iter().map(|population| u64::from(population.count)).sum();
    let labelled = neurons <= LABELLED;

    let names = populations.iter().map(|population| text::width(&population.name, NAME.size, NAME.face));
    let counts = populations.iter().map(|population| text::width(&size_of(population), COUNT.size, COUNT.face));
    let name_room = names.chain(counts).fold(60.0, f32::max).min(240.0);
    let label_room = if labelled { label_room(&populations) } else { 0.0 };
    let left = MARGIN + if labelled { label_room } else { name_room } + 16.0;
    let right = scene.width - MARGIN - if labelled { name_room + 16.0 } else { 0.0 };
    let start_ms = if data.start_ms.is_finite() { data.start_ms } else { 0.0 };
    let axis =
        TimeAxis { start_ms, end_ms: start_ms + duration_ms, left: scene.snap(left), width: scene.snap(right - left) };

    let rates_height = 0.16 * scene.height;
    let rates_top = scene.snap(scene.height - BOTTOM - rates_height);
    let rates = Frame { x: axis.left, y: rates_top, width: axis.width, height: rates_height };
    let frame = Frame { x: axis.left, y: scene.snap(TOP), width: axis.width, height: rates_top - 48.0 - TOP };

    let dots = dots(data, &populations, &axis);
    let bands = bands(&scene, frame, &populations);
    let mut notes = Vec::new();
    if !data.footnote.is_empty() {
        notes.push(data.footnote.clone());
    }

    heading(&mut scene, &data.title, &summary(duration_ms, neurons, dots.len()));
    for (index, &band) in bands.iter().enumerate() {
        scene.rectangle(band, WHITE.mix(series(index, bands.len()), 0.07));
    }
    axis.draw(&mut scene, &[frame, rates]);
    let left_out = draw_names(&mut scene, &populations, &bands, labelled);
    if labelled {
        draw_labels(&mut scene, &populations, &bands);
    }
    if left_out > 0 {
        let words = counted(left_out, "population");
        notes.push(format!("no room for the names of {words}"));
    }
    if draw_dots(&mut scene, frame, &bands, &populations, &dots, &axis) {
        notes.push("darker: more spikes".to_owned());
    }
    let missing = data.spikes.len() - dots.len();
    if missing > 0 {
        notes.push(format!("{} outside the time or the populations shown", counted(missing as u64, "spike")));
    }
    if dots.is_empty() {
        let words = if neurons == 0 { "no neurons" } else { "no spikes" };
        let (x, y) = (frame.x + frame.width / 2.0, frame.y + frame.height / 2.0);
        let words = format!("{words} in {}", milliseconds(duration_ms));
        let room = text::width(&words, TITLE.size, TITLE.face) + 60.0;
        let plate = Frame { x: x - room / 2.0, y: y - 36.0, width: room, height: 72.0 };
        scene.rectangle(plate, WHITE);
        scene.text(x, y + 12.0, words, TITLE.inked(GREY), Anchor::Middle);
    }
    draw_rates(&mut scene, rates, &populations, &dots, &axis);
    footnote(&mut scene, &notes);
    Picture { size, scene }
}

/// Title and the line beneath it.
pub(super) fn heading(scene: &mut Scene, title: &str, subtitle: &str) {
    let room = scene.width - 2.0 * MARGIN;
    let title = text::fit(title, TITLE.size, TITLE.face, room);
    let subtitle = text::fit(subtitle, SUBTITLE.size, SUBTITLE.face, room);
    scene.text(MARGIN, 52.0, title, TITLE, Anchor::Start);
    scene.text(MARGIN, 86.0, subtitle, SUBTITLE, Anchor::Start);
}

/// The line in small type at the foot.
pub(super) fn footnote(scene: &mut Scene, notes: &[String]) {
    let room = scene.width - 2.0 * MARGIN;
    let notes = text::fit(&notes.join(" \u{b7} "), FOOTNOTE.size, FOOTNOTE.face, room);
    scene.text(MARGIN, scene.height - 16.0, notes, FOOTNOTE, Anchor::Start);
}

fn summary(duration_ms: f64, neurons: u64, spikes: usize) -> String {
    let counts = format!(
        "{} \u{b7} {} in {}",
        counted(neurons, "neuron"),
        counted(spikes as u64, "spike"),
        milliseconds(duration_ms)
    );
    if neurons == 0 || duration_ms <= 0.0 {
        return counts;
    }
    let mean = spikes as f64 / neurons as f64 / (duration_ms / 1e3);
    format!("{counts} \u{b7} mean rate {}", rate(mean))
}

fn size_of(population: &RasterPopulation) -> String {
    counted(population.count.into(), "neuron")
}

/// The populations, or one of all neurons that spiked.
fn populations(data: &RasterData<'_>) -> Vec<RasterPopulation> {
    let named = || data.populations.iter().filter(|population| population.count > 0).cloned();
    let mut populations: Vec<_> = named().collect();
    if data.populations.is_empty() {
        let count = data.spikes.iter().map(|&(_, neuron)| neuron.saturating_add(1)).max();
        let name = "all".to_owned();
        populations.extend(count.map(|count| RasterPopulation { name, first: 0, count, labels: None }));
    }
    populations
}

fn dots(data: &RasterData<'_>, populations: &[RasterPopulation], axis: &TimeAxis) -> Vec<Dot> {
    let index = PopulationIndex::new(populations);
    let dot = |&(time_ms, neuron): &(f64, u32)| {
        let (population, index) = index.find(populations, neuron)?;
        axis.contains(time_ms).then_some(Dot { time_ms, population, index })
    };
    data.spikes.iter().filter_map(dot).collect()
}

/// The band of each population: higher for more neurons, but none too low to see.
fn bands(scene: &Scene, frame: Frame, populations: &[RasterPopulation]) -> Vec<Frame> {
    let number = populations.len() as f32;
    let neurons: f32 = populations.iter().map(|population| population.count as f32).sum();
    let gap = (0.1 * frame.height / number).min(5.0);
    let least = (0.5 * frame.height / number).min(24.0);
    let shared = (frame.height - (number - 1.0) * gap - number * least).max(0.0);
    let mut y = frame.y;
    let mut band = |population: &RasterPopulation| {
        let height = least + shared * population.count as f32 / neurons;
        let (top, bottom) = (scene.snap(y), scene.snap(y + height));
        y += height + gap;
        Frame { y: top, height: bottom - top, ..frame }
    };
    populations.iter().map(&mut band).collect()
}

/// Names of populations, the larger first where there is no room for all. Returns how many were left out.
fn draw_names(scene: &mut Scene, populations: &[RasterPopulation], bands: &[Frame], on_the_right: bool) -> u64 {
    let mut order: Vec<usize> = (0..bands.len()).collect();
    order.sort_by(|&a, &b| bands[b].height.total_cmp(&bands[a].height));
    let mut taken: Vec<(f32, f32)> = Vec::new();
    let mut left_out = 0;
    for index in order {
        let band = bands[index];
        let middle = band.y + band.height / 2.0;
        let with_count = band.height >= 56.0;
        let size = band.height.clamp(16.0, NAME.size);
        let half = if with_count { 26.0 } else { 0.5 * size };
        if taken.iter().any(|&(low, high)| middle - half < high && middle + half > low) {
            left_out += 1;
            continue;
        }
        taken.push((middle - half, middle + half));
        let (x, anchor) = match on_the_right {
            true => (band.right() + 16.0, Anchor::Start),
            false => (band.x - 16.0, Anchor::End),
        };
        let style = Style { size, ..NAME.inked(lettering(series(index, bands.len()))) };
        let name = text::fit(&populations[index].name, size, style.face, 240.0);
        let lift = if with_count { 12.0 } else { 0.0 };
        scene.text(x, middle + style.drop() - lift, name, style, anchor);
        if with_count {
            scene.text(x, middle + COUNT.drop() + 14.0, size_of(&populations[index]), COUNT, anchor);
        }
    }
    left_out
}

fn label_of(population: &RasterPopulation, index: u32) -> String {
    population.label(index).map_or_else(|| index.to_string(), str::to_owned)
}

fn label_room(populations: &[RasterPopulation]) -> f32 {
    let labels =
        populations.iter().flat_map(|population| (0..population.count).map(|index| label_of(population, index)));
    labels.map(|label| text::width(&label, LABEL.size, LABEL.face)).fold(20.0, f32::max).min(240.0)
}

fn draw_labels(scene: &mut Scene, populations: &[RasterPopulation], bands: &[Frame]) {
    for (population, band) in populations.iter().zip(bands) {
        let row = band.height / population.count as f32;
        let style = Style { size: row.clamp(9.0, LABEL.size), ..LABEL.inked(DARK) };
        for index in 0..population.count {
            let y = band.y + (index as f32 + 0.5) * row + style.drop();
            let label = text::fit(&label_of(population, index), style.size, style.face, 240.0);
            scene.text(band.x - 12.0, y, label, style, Anchor::End);
        }
    }
}

/// Draws the spikes. Returns whether shades stand for numbers of spikes.
fn draw_dots(
    scene: &mut Scene,
    frame: Frame,
    bands: &[Frame],
    populations: &[RasterPopulation],
    dots: &[Dot],
    axis: &TimeAxis,
) -> bool {
    if dots.is_empty() {
        return false;
    }
    let rows: Vec<f32> =
        bands.iter().zip(populations).map(|(band, population)| band.height / population.count as f32).collect();
    let sizes: Vec<(f32, f32)> = rows.iter().map(|&row| dot_size(row, frame, dots.len(), populations)).collect();
    let middle =
        |dot: &Dot| (axis.x(dot.time_ms), bands[dot.population].y + (dot.index as f32 + 0.5) * rows[dot.population]);
    if dots.len() <= SHAPES {
        let mut shapes = vec![Vec::new(); bands.len()];
        for dot in dots {
            let ((x, y), (width, height)) = (middle(dot), sizes[dot.population]);
            shapes[dot.population].push(Frame { x: x - width / 2.0, y: y - height / 2.0, width, height });
        }
        for (index, frames) in shapes.into_iter().enumerate().filter(|(_, frames)| !frames.is_empty()) {
            scene.marks.push(Mark::Rectangles { frames, ink: ink(index, bands.len()) });
        }
        return false;
    }
    let scale = scene.scale;
    let pixels = |length: f32| (length * scale).round() as usize;
    let mut coverage = Coverage::new(pixels(frame.width), pixels(frame.height));
    let edge = |y: f32| pixels(y - frame.y);
    let limits: Vec<(usize, usize)> = bands.iter().map(|band| (edge(band.y), edge(band.bottom()))).collect();
    for dot in dots {
        let ((x, y), (width, height)) = (middle(dot), sizes[dot.population]);
        let (x, y) = ((x - frame.x) * scale, (y - frame.y) * scale);
        coverage.add(x, y, (width * scale).max(1.0), (height * scale).max(1.0), limits[dot.population]);
    }
    let ink_of = |row: usize| ink(limits.partition_point(|&(_, end)| end <= row).min(bands.len() - 1), bands.len());
    let (bitmap, shaded) = coverage.shade(frame, ink_of);
    scene.marks.push(Mark::Bitmap(bitmap));
    shaded
}

/// Colour of the spikes of a population.
fn ink(population: usize, populations: usize) -> super::scene::Ink {
    series(population, populations).mix(BLACK, 0.12)
}

/// Width and height of a spike in a row `row` high: a tick where rows are high, else a dot whose
/// size leaves white between spikes as long as it can.
fn dot_size(row: f32, frame: Frame, spikes: usize, populations: &[RasterPopulation]) -> (f32, f32) {
    let spikes = spikes as f32;
    if row >= 7.0 {
        let neurons: f32 = populations.iter().map(|population| population.count as f32).sum();
        let apart = frame.width * neurons / spikes;
        return ((0.35 * apart).clamp(1.2, 2.6), (0.72 * row).min(30.0));
    }
    let side = (0.22 * frame.width * frame.height / spikes).sqrt().clamp(1.0, 3.2);
    (side, side.max(0.8 * row))
}
