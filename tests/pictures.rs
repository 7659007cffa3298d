//! Pictures decode, show every spike where it is, and are drawn in seconds.

use std::path::{Path, PathBuf};
use std::time::Instant;

use huxley_io::picture::{
    Picture, PictureError, PictureSize, RasterData, RasterPopulation, Trace, TraceData, raster, traces,
};

/// Pixels of a PNG.
struct Pixels {
    width: usize,
    height: usize,
    rgb: Vec<[u8; 3]>,
}

impl Pixels {
    fn of(picture: &Picture) -> Self {
        let bytes = picture.png().unwrap();
        let mut reader = png::Decoder::new(std::io::Cursor::new(bytes)).read_info().unwrap();
        let mut data = vec![0; reader.output_buffer_size().unwrap()];
        let info = reader.next_frame(&mut data).unwrap();
        let samples = info.color_type.samples();
        let rgb = data[..info.buffer_size()].chunks(samples).map(|p| [p[0], p[1], p[2]]).collect();
        Self { width: info.width as usize, height: info.height as usize, rgb }
    }

    /// Pixels that are neither white nor a pale tint.
    fn dark(&self) -> usize {
        self.rgb.iter().filter(|pixel| is_dark(**pixel)).count()
    }

    /// Mean column and row of the pixels that `self` has and `other` does not.
    fn only_here(&self, other: &Self) -> (f64, f64) {
        let mut sum = (0.0, 0.0, 0.0);
        for (place, (own, others)) in self.rgb.iter().zip(&other.rgb).enumerate() {
            if is_dark(*own) && !is_dark(*others) {
                sum.0 += (place % self.width) as f64;
                sum.1 += (place / self.width) as f64;
                sum.2 += 1.0;
            }
        }
        assert!(sum.2 > 0.0, "the pictures are the same");
        (sum.0 / sum.2, sum.1 / sum.2)
    }
}

fn is_dark(pixel: [u8; 3]) -> bool {
    pixel.iter().map(|&part| u32::from(part)).sum::<u32>() < 500
}

fn population(name: &str, first: u32, count: u32) -> RasterPopulation {
    RasterPopulation { name: name.into(), first, count, labels: None }
}

fn data(spikes: &[(f64, u32)], count: u32) -> RasterData<'_> {
    RasterData {
        title: "squid, seed 1".into(),
        start_ms: 0.0,
        duration_ms: 1000.0,
        populations: vec![population("all", 0, count)],
        spikes,
        footnote: "a footnote".into(),
    }
}

fn draw(data: &RasterData<'_>) -> Pixels {
    Pixels::of(&raster(data, PictureSize::default()))
}

#[test]
fn rasters_have_their_size_and_are_not_blank() {
    for size in [PictureSize::default(), PictureSize { width: 640, height: 480 }] {
        let pixels = Pixels::of(&raster(&data(&[(500.0, 3)], 10), size));
        assert_eq!((pixels.width, pixels.height), (size.width as usize, size.height as usize));
        assert!(pixels.dark() > 300, "{}", pixels.dark());
        assert!(pixels.dark() < pixels.rgb.len() / 4);
    }
}

#[test]
fn a_spike_that_moves_moves_its_pixels() {
    // The rates beneath stay the same: one spike a bin, in bins that do not move.
    for count in [10, 302] {
        let first = draw(&data(&[(200.0, 0), (510.0, 5)], count));
        let later = draw(&data(&[(200.0, 0), (560.0, 5)], count));
        let lower = draw(&data(&[(200.0, 0), (510.0, 7)], count));
        let (x, _) = first.only_here(&later);
        let (x_later, _) = later.only_here(&first);
        // 50 ms of 1000 on some 1400 pixels.
        assert!((50.0..90.0).contains(&(x_later - x)), "{count}: {x} {x_later}");
        let ((x, y), (x_lower, y_lower)) = (first.only_here(&lower), lower.only_here(&first));
        assert!((x - x_lower).abs() < 0.6, "{count}: {x} {x_lower}");
        let row = 572.0 / f64::from(count);
        let rows = (y_lower - y) / row;
        assert!((1.0..3.2).contains(&rows), "{count}: {rows}");
    }
}

#[test]
fn shades_of_many_spikes_are_where_the_spikes_are() {
    // 30,000 spikes, drawn as shades, in the first half of the run alone.
    let spikes: Vec<(f64, u32)> =
        (0..30_000_u32).map(|n| (f64::from(n) / 60.0, n.wrapping_mul(2_654_435_761) % 4000)).collect();
    let early = draw(&data(&spikes, 4000));
    let late: Vec<(f64, u32)> = spikes.iter().map(|&(time, neuron)| (time + 500.0, neuron)).collect();
    let late = draw(&data(&late, 4000));
    let ((x_early, _), (x_late, _)) = (early.only_here(&late), late.only_here(&early));
    assert!((600.0..800.0).contains(&(x_late - x_early)), "{x_early} {x_late}");
}

#[test]
fn an_empty_network_is_said_to_be() {
    let silent = raster(&data(&[], 10), PictureSize::default());
    assert!(silent.svg().unwrap().contains("no spikes in 1 s"));
    assert!(Pixels::of(&silent).dark() > 1000);
    let nobody = RasterData { title: "nothing".into(), ..RasterData::default() };
    assert!(raster(&nobody, PictureSize::default()).svg().unwrap().contains("no neurons"));
    Pixels::of(&raster(&nobody, PictureSize::default()));
    let nothing = traces(&TraceData::default(), PictureSize::default());
    assert!(nothing.svg().unwrap().contains("nothing was recorded"));
}

#[test]
fn svg_says_what_the_picture_says() {
    let labels = Some(vec!["AVAL <&>".to_owned(), "AVAR".to_owned()]);
    let named = RasterPopulation { name: "command".into(), first: 0, count: 2, labels };
    let spikes = [(100.0, 0), (2000.0, 1), (f64::NAN, 1), (5.0, 99)];
    let data = RasterData { populations: vec![named], ..data(&spikes, 2) };
    let svg = raster(&data, PictureSize::default()).svg().unwrap();
    for words in ["squid, seed 1", "command", "AVAL &lt;&amp;&gt;", "time (ms)", "a footnote", "2 neurons"] {
        assert!(svg.contains(words), "no `{words}`");
    }
    assert!(svg.contains("3 spikes outside the time or the populations shown"));
    assert!(svg.starts_with("<svg ") && svg.ends_with("</svg>\n"));
}

#[test]
fn a_million_spikes_of_a_fly_are_drawn_in_seconds() {
    let neurons = 140_000_u32;
    let spikes: Vec<(f64, u32)> = (0..1_000_000_u32)
        .map(|n| (f64::from(n.wrapping_mul(2_246_822_519) % 10_000) / 10.0, n.wrapping_mul(2_654_435_761) % neurons))
        .collect();
    let parts = [("left", 0, 100_000), ("right", 100_000, 39_990), ("few", 139_990, 10)];
    let populations = parts.map(|(name, first, count)| population(name, first, count)).to_vec();
    let start = Instant::now();
    let picture = raster(&RasterData { populations, ..data(&spikes, 0) }, PictureSize::default());
    let png = picture.png().unwrap();
    let seconds = start.elapsed().as_secs_f64();
    assert!(seconds < 10.0, "{seconds} s");
    assert!(png.len() > 10_000);
    assert!(picture.svg().unwrap().contains("data:image/png;base64,"));
}

fn trace(label: &str, quantity: &str, unit: &str, peak_at: usize) -> Trace {
    let mut values = vec![-65.0; 50_000];
    values[peak_at] = 40.0;
    Trace {
        label: label.into(),
        quantity: quantity.into(),
        unit: unit.into(),
        start_ms: 0.0,
        interval_ms: 0.02,
        values,
    }
}

#[test]
fn a_trace_shows_a_spike_of_one_sample() {
    let draw = |peak_at| {
        let traces_of = vec![trace("soma", "membrane potential", "mV", peak_at)];
        Pixels::of(&traces(&TraceData { title: "squid".into(), traces: traces_of }, PictureSize::default()))
    };
    let (early, late) = (draw(10_001), draw(40_003));
    let ((x_early, y), (x_late, _)) = (early.only_here(&late), late.only_here(&early));
    assert!((700.0..1000.0).contains(&(x_late - x_early)), "{x_early} {x_late}");
    // From the resting level nearly to the top.
    assert!((300.0..700.0).contains(&y), "{y}");
}

#[test]
fn traces_that_are_not_drawn_are_counted() {
    let mut all: Vec<Trace> =
        (0..40).map(|n| trace(&format!("cell {n}"), "membrane potential", "mV", 10 * n)).collect();
    all.push(trace("synapse", "conductance", "nS", 7));
    let svg = traces(&TraceData { title: "net".into(), traces: all }, PictureSize::default()).svg().unwrap();
    assert!(svg.contains("12 of 41 traces; the other 29 are not drawn"), "{svg:.600}");
    assert!(svg.contains("membrane potential (mV)") && svg.contains("conductance (nS)"));
    assert!(svg.contains("synapse"), "a large group leaves room for a small one");
    assert_eq!(svg.matches(">cell ").count(), 11);
}

#[test]
fn odd_values_are_drawn_without_fail() {
    let odd = |values: Vec<f32>| Trace { values, interval_ms: 0.1, ..Trace::default() };
    let traces_of = vec![
        odd(vec![]),
        odd(vec![f32::NAN, f32::INFINITY]),
        odd(vec![0.0; 5]),
        odd(vec![1e30]),
        odd(vec![f32::MIN, f32::MAX]),
    ];
    for trace in traces_of {
        Pixels::of(&traces(&TraceData { title: "odd".into(), traces: vec![trace] }, PictureSize::default()));
    }
    for duration_ms in [0.0, 1e-3, f64::NAN, f64::INFINITY, -1.0, 1e12] {
        draw(&RasterData { duration_ms, ..data(&[(0.0, 0)], 5) });
    }
    let many = (0..3000).map(|n| population("p", n, 1)).collect();
    draw(&RasterData { populations: many, ..data(&[(1.0, 2999)], 0) });
    draw(&RasterData { populations: vec![], ..data(&[(1.0, 17)], 0) });
}

#[test]
fn pictures_are_saved_by_extension_or_refused() {
    let folder: PathBuf = std::env::temp_dir().join(format!("huxley-pictures-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let picture = raster(&data(&[(1.0, 1)], 3), PictureSize { width: 400, height: 300 });
    picture.save(&folder.join("raster.PNG")).unwrap();
    picture.save(&folder.join("raster.svg")).unwrap();
    assert!(std::fs::read(folder.join("raster.PNG")).unwrap().starts_with(b"\x89PNG"));
    assert!(std::fs::read(folder.join("raster.svg")).unwrap().starts_with(b"<svg"));
    let error = picture.save(&folder.join("raster.jpg")).unwrap_err();
    assert!(error.to_string().contains("must end in `.png` or `.svg`"), "{error}");
    let error = picture.save(Path::new("/proc/raster.png")).unwrap_err();
    assert!(error.to_string().contains("cannot write `/proc/raster.png`"), "{error}");
    std::fs::remove_dir_all(&folder).unwrap();
    let tiny = raster(&data(&[], 3), PictureSize { width: 4, height: 0 });
    assert!(matches!(tiny.png(), Err(PictureError::Size { width: 4, height: 0 })));
}
