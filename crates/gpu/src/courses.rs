//! What is injected in the ticks of a submission, for the kernels.

use huxley_engine::drive::{Course, CourseValues};

use crate::element::Element;
use crate::tables::{Names, number};

/// Words of a header: kind, three places, first jump, number of jumps.
const HEADER: usize = 6;

/// Gives kernels the names of kinds.
pub fn name(names: &mut Names) {
    names.number("COURSE_WORDS", number(HEADER));
    names.number("COURSE_CONSTANT", 1);
    names.number("COURSE_SUBSTEPS", 2);
    names.number("COURSE_NOISE", 3);
    names.number("COURSE_CLAMP", 4);
}

/// The courses of some ticks.
#[derive(Debug, Default)]
pub struct Courses<E> {
    /// A header for each injection and tick, and lists of jumps.
    pub headers: Vec<u32>,
    /// Values.
    pub values: Vec<E>,
}

impl<E: Element> Courses<E> {
    fn push(&mut self, values: impl IntoIterator<Item = f64>) -> u32 {
        let first = number(self.values.len());
        self.values.extend(values.into_iter().map(E::from_f64));
        first
    }

    /// Adds numbers that are not a course's; where they start.
    pub fn numbers(&mut self, values: impl IntoIterator<Item = f64>) -> u32 {
        self.push(values)
    }

    /// Adds a tick; where its headers start, and whether anything jumps in it.
    pub fn tick(&mut self, courses: &[Course]) -> (u32, bool) {
        let first = self.headers.len();
        self.headers.resize(first + HEADER * courses.len(), 0);
        let mut jumps = false;
        for (i, course) in courses.iter().enumerate() {
            let (kind, places) = match &course.values {
                CourseValues::Off => (0, [0; 3]),
                CourseValues::Constant(value) => (1, [self.push([*value]), 0, 0]),
                CourseValues::Substeps(values) => (2, [self.push(values.iter().copied()), 0, 0]),
                CourseValues::Noise { from, to, position } => {
                    let from = self.push(from.iter().copied());
                    let to = self.push(to.iter().copied());
                    (3, [from, to, self.push(position.iter().map(|p| p.unwrap_or(-1.0)))])
                }
                CourseValues::Clamp(values) => (4, [self.push(values.iter().flat_map(|&(g, i)| [g, i])), 0, 0]),
            };
            let listed = number(self.headers.len());
            self.headers.extend(&course.jumps);
            jumps |= !course.jumps.is_empty();
            let header = [kind, places[0], places[1], places[2], listed, number(course.jumps.len())];
            self.headers[first + HEADER * i..first + HEADER * (i + 1)].copy_from_slice(&header);
        }
        (number(first), jumps)
    }
}
