//! Rates of populations over time, and how they are distributed over neurons: a row a population.

use super::axis::{LABEL, TimeAxis, mark_text, marks, round_up, some_marks};
use super::palette::{AXIS, BLACK, GREY, GRID, lettering, series};
use super::raster::{BOTTOM, MARGIN, TITLE, TOP, footnote, heading};
use super::rate::{bin, steps};
use super::scene::{Anchor, Frame, Ink, Mark, Scene, Style};
use super::text::{self, Face};
use super::{Picture, PictureSize, RasterPopulation};
use crate::results::format::{counted, milliseconds, rate};
use crate::results::population::PopulationIndex;

/// What a picture of rates shows.
#[derive(Clone, Debug, Default)]
pub struct RatesData<'a> {
    /// Title: model, seed, duration.
    pub title: String,
    /// Where time begins, ms.
    pub start_ms: f64,
    /// Biological time from there, ms.
    pub duration_ms: f64,
    /// Width of the bins of time, ms; chosen where none is given.
    pub bin_ms: Option<f64>,
    /// Populations, from top to bottom.
    pub populations: Vec<RasterPopulation>,
    /// Spikes, `(time in ms, neuron)`, in any order.
    pub spikes: &'a [(f64, u32)],
}

/// Most rows of a picture.
const ROWS: usize = 8;
/// Bins of a distribution, about.
const CLASSES: f64 = 30.0;
/// Most bins of time: more could not be told apart.
const MOST_BINS: f64 = 4000.0;
/// Room for a row's heading.
const HEADING: f32 = 44.0;
const NAME: Style = Style::new(21.0, Face::Bold, BLACK);
const WORDS: Style = Style::new(18.0, Face::Regular, GREY);

/// Draws the rate of each population over time, and beside it how many of its neurons have which rate.
#[must_use]
pub fn rates(data: &RatesData<'_>, size: PictureSize) -> Picture {
    let mut scene = Scene::new(size);
    let named: Vec<RasterPopulation> = data.populations.iter().filter(|p| p.count > 0).cloned().collect();
    let shown = &named[..named.len().min(ROWS)];
    let left = scene.snap(MARGIN + 90.0);
    let split = scene.snap(0.66 * scene.width);
    let right = scene.width - MARGIN - 10.0;
    let axis = TimeAxis {
        start_ms: data.start_ms,
        end_ms: data.start_ms + data.duration_ms.max(0.0),
        left,
        width: split - left - 40.0,
    };
    let counts = Counts::of(data, shown, &axis);
    let mut notes = Vec::new();
    if shown.len() < named.len() {
        notes.push(format!("{} of {}", shown.len(), counted(named.len() as u64, "population")));
    }
    if counts.beyond > 0 {
        notes.push(format!("the last bars have {} with higher rates too", counted(counts.beyond, "neuron")));
    }
    let bins = format!("bins of {}", milliseconds(counts.bin_ms));
    heading(&mut scene, &data.title, &format!("population rates over time, {bins}, and rates of neurons"));
    if shown.is_empty() {
        let (x, y) = (scene.width / 2.0, scene.height / 2.0);
        scene.text(x, y, "no neurons", TITLE.inked(GREY), Anchor::Middle);
        return Picture { size, scene };
    }
    let height = (scene.height - TOP - BOTTOM) / shown.len() as f32;
    let row = |index: usize, x: f32, width: f32| {
        let y = scene.snap(TOP + index as f32 * height + HEADING);
        Frame { x, y, width, height: height - HEADING - 14.0 }
    };
    let over_time: Vec<Frame> = (0..shown.len()).map(|index| row(index, axis.left, axis.width)).collect();
    let beside: Vec<Frame> = (0..shown.len()).map(|index| row(index, split + 60.0, right - split - 60.0)).collect();
    axis.draw(&mut scene, &over_time);
    draw_rate_axis(&mut scene, &beside, counts.highest);
    for (index, population) in shown.iter().enumerate() {
        let ink = series(index, shown.len()).mix(BLACK, 0.12);
        let name = NAME.inked(lettering(ink));
        let mean = counts.trains[index].iter().sum::<f64>() / f64::from(population.count);
        let words = format!("{}, mean rate {}", counted(population.count.into(), "neuron"), rate(mean));
        let frame = over_time[index];
        let room = axis.width - text::width(&words, WORDS.size, WORDS.face) - 20.0;
        let fitted = text::fit(&population.name, name.size, name.face, room);
        let after = frame.x + text::width(&fitted, name.size, name.face) + 14.0;
        scene.text(frame.x, frame.y - 13.0, fitted, name, Anchor::Start);
        scene.text(after, frame.y - 13.0, words, WORDS, Anchor::Start);
        draw_rate(&mut scene, frame, &counts.curves[index], ink, &axis, counts.bin_ms);
        draw_distribution(&mut scene, beside[index], &counts, index, ink);
    }
    let first = (over_time[0], beside[0]);
    scene.text(first.0.x - 12.0, first.0.y - 13.0, "Hz", WORDS, Anchor::End);
    scene.text(first.1.x - 12.0, first.1.y - 13.0, "neurons", WORDS, Anchor::Middle);
    footnote(&mut scene, &notes);
    Picture { size, scene }
}

/// What is drawn.
struct Counts {
    bin_ms: f64,
    /// Rate of each population in each bin, Hz.
    curves: Vec<Vec<f64>>,
    /// Rate of each neuron, Hz, by population.
    trains: Vec<Vec<f64>>,
    /// Width of a class of rates, Hz: whole spikes, so that no class is empty for want of rates that can be in it.
    class: f64,
    /// End of the last class, Hz.
    highest: f64,
    /// Neurons with higher rates, which are in the last class.
    beyond: u64,
}

impl Counts {
    fn of(data: &RatesData<'_>, populations: &[RasterPopulation], axis: &TimeAxis) -> Self {
        let index = PopulationIndex::new(populations);
        let found = |&(time, neuron): &(f64, u32)| {
            axis.contains(time).then(|| index.find(populations, neuron)).flatten().map(|(p, node)| (time, p, node))
        };
        let spikes = data.spikes.iter().filter_map(found);
        let bin_ms = match data.bin_ms.filter(|bin| *bin > 0.0) {
            Some(wanted) => wanted.max(axis.span() / MOST_BINS),
            None => bin(axis.span(), spikes.clone().count()),
        };
        let bins = (axis.span() / bin_ms - 1e-9).ceil().max(1.0) as usize;
        let mut curves = vec![vec![0.0; bins]; populations.len()];
        let mut trains: Vec<Vec<f64>> = populations.iter().map(|p| vec![0.0; p.count as usize]).collect();
        for (time, population, node) in spikes {
            let place = ((time - axis.start_ms) / bin_ms) as usize;
            curves[population][place.min(bins - 1)] += 1.0;
            trains[population][node as usize] += 1.0;
        }
        for (curve, population) in curves.iter_mut().zip(populations) {
            for (place, value) in curve.iter_mut().enumerate() {
                // The last bin may be cut short by the end.
                let width = bin_ms.min(axis.span() - place as f64 * bin_ms).max(0.25 * bin_ms);
                *value *= 1e3 / (width * f64::from(population.count));
            }
        }
        let quantum = 1e3 / axis.span();
        let most = trains.iter().flatten().copied().fold(0.0, f64::max);
        let (most, beyond) = without_outliers(&trains, most);
        let spikes_a_class = (most / CLASSES).ceil().max(1.0);
        trains.iter_mut().flatten().for_each(|spikes| *spikes *= quantum);
        let class = spikes_a_class * quantum;
        let highest = class * ((most + 1.0) / spikes_a_class).ceil().max(1.0);
        Self { bin_ms, curves, trains, class, highest, beyond }
    }
}

/// The count of spikes that few neurons exceed, and how many do: a few would press all others into a corner.
fn without_outliers(trains: &[Vec<f64>], most: f64) -> (f64, u64) {
    let mut all: Vec<f64> = trains.iter().flatten().copied().collect();
    all.sort_unstable_by(f64::total_cmp);
    let usual = all.get(all.len() * 199 / 200).copied().unwrap_or(most);
    if all.len() < 200 || most <= 1.5 * usual || usual == 0.0 {
        return (most, 0);
    }
    (usual, (all.len() - all.partition_point(|&spikes| spikes <= usual)) as u64)
}

/// Marks of a scale from 0 up, and lines across; returns the height of the frame's top.
fn draw_scale(scene: &mut Scene, frame: Frame, highest: f64, whole: bool) -> f64 {
    let most = (frame.height / 32.0).clamp(1.0, 4.0);
    let step = round_up(highest / f64::from(most.floor()));
    let step = if whole { step.max(1.0) } else { step };
    let top = if highest > 0.0 { (highest / step - 1e-9).ceil() * step } else { 1.0 };
    let size = (0.3 * frame.height).clamp(13.0, 19.0);
    let style = Style { size, ..LABEL };
    for mark in marks(0.0, if highest > 0.0 { top } else { 0.0 }, step) {
        let y = frame.bottom() - (mark / top) as f32 * frame.height;
        scene.rule(frame.x, frame.right(), y, if mark > 0.0 { GRID } else { AXIS });
        scene.text(frame.x - 12.0, y + style.drop(), mark_text(mark, step), style, Anchor::End);
    }
    top
}

fn draw_rate(scene: &mut Scene, frame: Frame, curve: &[f64], ink: Ink, axis: &TimeAxis, bin_ms: f64) {
    let highest = curve.iter().copied().fold(0.0, f64::max);
    let top = draw_scale(scene, frame, highest, false);
    if highest == 0.0 {
        let middle = (frame.x + frame.width / 2.0, frame.y + frame.height / 2.0 + WORDS.drop());
        scene.text(middle.0, middle.1, "no spikes", WORDS, Anchor::Middle);
        return;
    }
    let y = |value: f64| frame.bottom() - (value / top) as f32 * frame.height;
    let end = axis.left + axis.width;
    let points = steps(curve, end, |place| axis.x(axis.start_ms + place as f64 * bin_ms), y);
    let mut area = points.clone();
    area.extend([(end, frame.bottom()), (frame.x, frame.bottom())]);
    scene.marks.push(Mark::Area { points: area, ink: ink.faded(0.15) });
    scene.line(points, ink, 2.0);
}

fn draw_distribution(scene: &mut Scene, frame: Frame, counts: &Counts, population: usize, ink: Ink) {
    let classes = (counts.highest / counts.class).round().max(1.0) as usize;
    let mut neurons = vec![0.0_f64; classes];
    for rate in &counts.trains[population] {
        // A rate is the middle of where its class could be cut.
        let class = (rate / counts.class + 0.5 * 1e-6) as usize;
        neurons[class.min(classes - 1)] += 1.0;
    }
    let top = draw_scale(scene, frame, neurons.iter().copied().fold(0.0, f64::max), true);
    let x = |class: usize| frame.x + frame.width * class as f32 / classes as f32;
    let bar = |(class, &count): (usize, &f64)| {
        let height = (count / top) as f32 * frame.height;
        Frame { x: x(class), y: frame.bottom() - height, width: (x(class + 1) - x(class)) * 0.94, height }
    };
    let frames = neurons.iter().enumerate().filter(|(_, count)| **count > 0.0).map(bar).collect();
    scene.marks.push(Mark::Rectangles { frames, ink: ink.faded(0.75) });
}

/// The scale of rates under the last distribution, and lines through all.
fn draw_rate_axis(scene: &mut Scene, frames: &[Frame], highest: f64) {
    let Some(last) = frames.last() else { return };
    let (values, step) = some_marks(0.0, highest, 9);
    for value in values {
        let x = last.x + (value / highest) as f32 * last.width;
        for frame in frames {
            scene.upright(x, frame.y, frame.bottom(), GRID);
        }
        scene.upright(x, last.bottom(), last.bottom() + 7.0, AXIS);
        scene.text(x, last.bottom() + 30.0, mark_text(value, step), LABEL, Anchor::Middle);
    }
    let middle = last.x + last.width / 2.0;
    scene.text(middle, last.bottom() + 60.0, "rate of a neuron (Hz)", LABEL, Anchor::Middle);
}
