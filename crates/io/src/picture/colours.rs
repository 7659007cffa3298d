//! Colours for values: dark blue for low, orange for high, each step as far from the next as any other, for any colour vision.

use super::scene::Ink;

/// The lower three quarters of `plasma` (N. J. Smith and S. van der Walt 2015, CC0): what is above would be too pale on white.
const STOPS: [Ink; 7] = [
    Ink::new(13, 8, 135),
    Ink::new(75, 3, 161),
    Ink::new(125, 3, 168),
    Ink::new(168, 34, 150),
    Ink::new(203, 70, 121),
    Ink::new(229, 107, 93),
    Ink::new(248, 148, 65),
];

/// The colour of a value that lies `part` of the way, 0 to 1, from the lowest to the highest.
pub(super) fn shade(part: f64) -> Ink {
    let last = STOPS.len() - 1;
    let place = part.clamp(0.0, 1.0) * last as f64;
    let below = (place.floor() as usize).min(last - 1);
    STOPS[below].mix(STOPS[below + 1], (place - below as f64) as f32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shades_go_from_the_first_stop_to_the_last() {
        assert_eq!((shade(-1.0), shade(0.0), shade(1.0)), (STOPS[0], STOPS[0], STOPS[6]));
        assert_eq!(shade(0.25), STOPS[1].mix(STOPS[2], 0.5));
        assert_eq!(shade(f64::NAN).opacity, 1.0);
    }
}
