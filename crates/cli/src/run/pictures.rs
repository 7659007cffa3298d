//! `raster.png` and `traces.png`.

use std::path::Path;

use huxley_engine::Plan;
use huxley_io::picture::{Picture, PictureError, PictureSize, RasterData, Trace, TraceData, raster, traces};
use huxley_io::results::format;

use crate::failure::Failure;
use crate::run::Subject;
use crate::run::recorder::Recorder;
use crate::run::variable::named;

/// Draws what there is to draw into `folder` and returns the names of the pictures.
pub fn draw(
    folder: &Path,
    subject: &Subject,
    plan: &Plan,
    recorder: &Recorder,
    ticks: u64,
) -> Result<Vec<String>, Failure> {
    #[allow(clippy::cast_precision_loss)]
    let duration_ms = ticks as f64 * plan.settings.tick;
    let title = format!("{}: {}, seed {}", plan.name, format::milliseconds(duration_ms), plan.settings.seed);
    let (has_spikes, has_traces) =
        (!recorder.spikes().is_empty(), recorder.probes.iter().any(|probe| probe.traces.iter().any(|t| !t.is_empty())));
    let save = |name: &str, picture: Picture| -> Result<String, PictureError> {
        picture.save(&folder.join(name))?;
        Ok(name.to_owned())
    };
    // Two pictures take as long as one where there are two cores.
    let drawn = std::thread::scope(|scope| {
        let raster = has_spikes
            .then(|| scope.spawn(|| save("raster.png", spikes_picture(&title, subject, plan, recorder, duration_ms))));
        let traces = has_traces.then(|| save("traces.png", traces_picture(&title, recorder)));
        let raster = raster.map(|thread| thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        raster.into_iter().chain(traces).collect::<Result<Vec<_>, _>>()
    });
    drawn.map_err(|error| match error {
        PictureError::Write(error) => error.into(),
        error => Failure::failed("cannot draw a picture of the run").cause(error),
    })
}

fn spikes_picture(title: &str, subject: &Subject, plan: &Plan, recorder: &Recorder, duration_ms: f64) -> Picture {
    let spikes: Vec<(f64, u32)> =
        recorder.spikes().iter().map(|spike| (spike.time(plan.settings.dt), spike.cell)).collect();
    let populations = recorder.populations().to_vec();
    let data = RasterData {
        title: title.to_owned(),
        start_ms: 0.0,
        duration_ms,
        populations,
        spikes: &spikes,
        footnote: subject.notes.first().cloned().unwrap_or_default(),
    };
    raster(&data, PictureSize::default())
}

fn traces_picture(title: &str, recorder: &Recorder) -> Picture {
    let mut all = Vec::new();
    for probe in &recorder.probes {
        let (quantity, unit) = named(&probe.variable);
        for (label, values) in probe.kept_labels.iter().zip(&probe.traces) {
            all.push(Trace {
                label: label.clone(),
                quantity: quantity.clone(),
                unit: unit.to_owned(),
                start_ms: 0.0,
                interval_ms: probe.trace_interval(),
                values: values.clone(),
            });
        }
    }
    traces(&TraceData { title: title.to_owned(), traces: all }, PictureSize::default())
}
