//! Injected currents and clamps, evaluated a tick at a time.

use huxley_model::channel::Integrator;
use huxley_model::network::CurrentUnit;
use huxley_model::random::{Random, Scalar, Stream};

use crate::column::Column;
use crate::error::RunError;
use crate::plan::{InjectionSource, Plan};
use crate::snapshot::{Reader, Writer};

/// What one injection does in one tick.
#[derive(Clone, Debug, PartialEq)]
pub struct Course {
    /// Its values.
    pub values: CourseValues,
    /// Substeps of this tick that begin with a jump.
    pub jumps: Vec<u32>,
}

/// The values of a course.
#[derive(Clone, Debug, PartialEq)]
pub enum CourseValues {
    /// Nothing.
    Off,
    /// The same current all tick; each node's share is this times its [`Drive::scale`], nA.
    Constant(f64),
    /// A current for each substep; each node's share as above.
    Substeps(Vec<f64>),
    /// For each substep, the course from `from` (at 0) to `to` (at 1), or nothing; nA for each node.
    Noise {
        /// At the start of the tick.
        from: Vec<f64>,
        /// At its end.
        to: Vec<f64>,
        /// Position of each substep between the two; none where the noise is off.
        position: Vec<Option<f64>>,
    },
    /// For each substep the conductance (uS) and the current it drives at `V = 0` (nA).
    Clamp(Vec<(f64, f64)>),
}

/// Evaluates the injections of a plan.
#[derive(Clone, Debug)]
pub struct Drive {
    /// Per injection, per node: what the course's value is multiplied by.
    scale: Vec<Column<f64>>,
    /// Per injection, per node: the noise at the start of the present tick, as a multiple of its standard deviation.
    noise: Vec<Vec<f64>>,
    random: Random,
    /// Substeps (over the run) at which each injection jumps, ascending.
    jumps: Vec<Vec<u64>>,
}

/// First entity number of each injection's nodes in the noise stream.
fn noise_entity(injection: usize, node: usize) -> u64 {
    (injection as u64) << 40 | node as u64
}

impl Drive {
    /// The injections of `plan`, at time 0.
    #[must_use]
    pub fn new(plan: &Plan) -> Self {
        let random = Random::new(plan.settings.seed, Stream::Noise);
        let dt = plan.settings.dt;
        let mut drive = Self { scale: Vec::new(), noise: Vec::new(), random, jumps: Vec::new() };
        for (i, injection) in plan.injections.iter().enumerate() {
            let unit = |node: u32| match &injection.source {
                // nA from uA/cm2 and um2
                InjectionSource::Current { unit: CurrentUnit::MicroamperePerCm2, .. }
                | InjectionSource::Oscillation { unit: CurrentUnit::MicroamperePerCm2, .. } => {
                    1e-5 * plan.nodes.area[node as usize]
                }
                _ => 1.0,
            };
            drive.scale.push(injection.nodes.iter().map(unit).collect());
            let (mut noise, mut times) = (Vec::new(), Vec::new());
            match &injection.source {
                InjectionSource::Current { waveform, .. } => times = waveform.jumps(),
                InjectionSource::Oscillation { wave, .. } => times = wave.jumps(),
                InjectionSource::Noise { mean, start, stop, .. } => {
                    noise = (0..injection.nodes.len()).map(|k| random.normal::<f64>(0, noise_entity(i, k))).collect();
                    if *mean != 0.0 {
                        times = vec![*start, *stop];
                    }
                }
                InjectionSource::Clamp { waveform, start, stop, .. } => {
                    times = waveform.jumps();
                    times.extend([*start, *stop]);
                    times.sort_by(f64::total_cmp);
                }
            }
            drive.noise.push(noise);
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
            drive.jumps.push(times.iter().filter(|t| **t >= 0.0).map(|t| (t / dt).round() as u64).collect());
        }
        drive
    }

    /// What node `k` of injection `i` gets of a course's value.
    #[must_use]
    pub fn scale(&self, i: usize, k: usize) -> f64 {
        self.scale[i][k]
    }

    /// The courses of all injections in `tick`; moves the noise on to the next.
    pub fn begin(&mut self, plan: &Plan, tick: u64) -> Vec<Course> {
        let settings = &plan.settings;
        let first = tick * u64::from(settings.substeps);
        // Explicit steps use the input at their start, implicit ones at their middle.
        let offset = if settings.integrator == Integrator::ForwardEuler { 0.0 } else { 0.5 };
        #[allow(clippy::cast_precision_loss)]
        let time = |s: u32| ((first + u64::from(s)) as f64 + offset) * settings.dt;
        let times: Vec<f64> = (0..settings.substeps).map(time).collect();
        let mut courses = Vec::with_capacity(plan.injections.len());
        for (i, injection) in plan.injections.iter().enumerate() {
            let own = &self.jumps[i];
            let from = own.partition_point(|&j| j < first);
            let to = own.partition_point(|&j| j < first + u64::from(settings.substeps));
            #[allow(clippy::cast_possible_truncation)]
            let jumps = own[from..to].iter().map(|j| (j - first) as u32).collect();
            let values = match &injection.source {
                InjectionSource::Current { waveform, .. } => {
                    let values: Vec<f64> = times.iter().map(|&t| waveform.at(t)).collect();
                    if values.iter().all(|&v| v == 0.0) {
                        CourseValues::Off
                    } else if values.iter().all(|&v| v == values[0]) {
                        CourseValues::Constant(values[0])
                    } else {
                        CourseValues::Substeps(values)
                    }
                }
                InjectionSource::Oscillation { wave, .. } => {
                    let values: Vec<f64> = times.iter().map(|&t| wave.at(t)).collect();
                    if values.iter().all(|&v| v == 0.0) { CourseValues::Off } else { CourseValues::Substeps(values) }
                }
                InjectionSource::Clamp { waveform, conductance, start, stop } => {
                    let active = |t: f64| t >= *start && t < *stop;
                    if times.iter().any(|&t| active(t)) {
                        let value = |&t: &f64| {
                            if active(t) { (*conductance, conductance * waveform.at(t)) } else { (0.0, 0.0) }
                        };
                        CourseValues::Clamp(times.iter().map(value).collect())
                    } else {
                        CourseValues::Off
                    }
                }
                InjectionSource::Noise { mean, sd, tau, start, stop } => {
                    let keep = (-settings.tick / tau).exp();
                    let fresh = (1.0 - keep * keep).sqrt();
                    let current = |x: &f64| mean + sd * x;
                    let from: Vec<f64> = self.noise[i].iter().map(current).collect();
                    #[allow(clippy::cast_possible_truncation)]
                    let next = (tick + 1) as u32;
                    for (k, x) in self.noise[i].iter_mut().enumerate() {
                        *x = keep * *x + fresh * self.random.normal::<f64>(next, noise_entity(i, k));
                    }
                    let to = self.noise[i].iter().map(current).collect();
                    let active = |&t: &f64| t >= *start && t < *stop;
                    let start_of_tick = times[0] - offset * settings.dt;
                    let position =
                        times.iter().map(|t| active(t).then_some((t - start_of_tick) / settings.tick)).collect();
                    if times.iter().any(active) {
                        CourseValues::Noise { from, to, position }
                    } else {
                        CourseValues::Off
                    }
                }
            };
            courses.push(Course { values, jumps });
        }
        courses
    }

    /// Saves the state of the noise.
    pub fn save(&self, out: &mut Writer) {
        self.noise.iter().for_each(|n| out.pods(n));
    }

    /// Restores what [`Drive::save`] saved.
    ///
    /// # Errors
    /// When sizes differ.
    pub fn load(&mut self, from: &mut Reader<'_>) -> Result<(), RunError> {
        for noise in &mut self.noise {
            *noise = from.exactly(noise.len(), "noise currents")?;
        }
        Ok(())
    }
}

impl Course {
    /// Conductance (uS) and current (nA, at `V = 0`) of node `k` in a substep, in the arithmetic of `R`: what the course says is
    /// rounded, then multiplied and added.
    #[must_use]
    pub fn at<R: Scalar>(&self, k: usize, scale: f64, substep: u32) -> (R, R) {
        let zero = R::open_unit([0; 4]).lit(0.0);
        let x = |value: f64| zero.lit(value);
        let current = match &self.values {
            CourseValues::Off => zero,
            CourseValues::Constant(value) => x(*value) * x(scale),
            CourseValues::Substeps(values) => x(values[substep as usize]) * x(scale),
            CourseValues::Noise { from, to, position } => {
                position[substep as usize].map_or(zero, |p| x(from[k]) + (x(to[k]) - x(from[k])) * x(p))
            }
            CourseValues::Clamp(values) => {
                let (g, current) = values[substep as usize];
                return (x(g), x(current));
            }
        };
        (zero, current)
    }

    /// Whether the course changes within the tick.
    #[must_use]
    pub fn varies(&self) -> bool {
        !matches!(self.values, CourseValues::Off | CourseValues::Constant(_))
    }
}
