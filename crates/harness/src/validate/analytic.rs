//! Closed solutions of passive membranes and cables (Rall 1977; Koch & Segev 1998).

use std::f64::consts::PI;

/// A uniform passive cable, sealed at both ends, at rest until a constant current enters at its start.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SealedCable {
    /// Length over length constant.
    pub length: f64,
    /// Membrane time constant, ms.
    pub tau: f64,
    /// Depolarisation of a half-infinite cable by the current, mV.
    pub infinite: f64,
}

impl SealedCable {
    /// From geometry and specific properties: length and diameter (um), membrane resistance (ohm cm2), axial resistivity (ohm cm),
    /// capacitance (uF/cm2) and current (nA).
    #[must_use]
    pub fn new(length: f64, diameter: f64, r_m: f64, r_a: f64, c_m: f64, current: f64) -> Self {
        let lambda = 1e4 * (1e-4 * diameter * r_m / (4.0 * r_a)).sqrt(); // um
        let axial = 1e-2 * r_a * 4.0 / (PI * diameter * diameter); // megohm a um, from ohm cm and um
        Self { length: length / lambda, tau: 1e-3 * r_m * c_m, infinite: current * axial * lambda }
    }

    /// Depolarisation at `x` (0 the start, 1 the end) after infinitely long, mV.
    #[must_use]
    pub fn steady(&self, x: f64) -> f64 {
        self.infinite * (self.length * (1.0 - x)).cosh() / self.length.sinh()
    }

    /// Depolarisation at `x` (0 the start, 1 the end), `t` ms after the current's onset, mV: the steady state less every mode.
    #[must_use]
    pub fn at(&self, x: f64, t: f64) -> f64 {
        if t <= 0.0 {
            return 0.0;
        }
        let time = t / self.tau;
        let mut transient = (-time).exp() / self.length;
        for n in 1..200_000 {
            let wave = f64::from(n) * PI / self.length;
            let rate = 1.0 + wave * wave;
            if rate * time > 45.0 {
                break;
            }
            transient += 2.0 / self.length * (f64::from(n) * PI * x).cos() * (-rate * time).exp() / rate;
        }
        self.steady(x) - self.infinite * transient
    }

    /// The cable a binary tree of Rallpack 2's kind is equivalent to: `depth` levels of equal electrotonic length whose diameters
    /// follow Rall's 3/2 law. Arguments as for [`SealedCable::new`], of the first branch.
    #[must_use]
    pub fn of_tree(depth: u32, length: f64, diameter: f64, r_m: f64, r_a: f64, c_m: f64, current: f64) -> Self {
        Self::new(f64::from(depth) * length, diameter, r_m, r_a, c_m, current)
    }
}

/// The open fraction, `t` ms after the start, of receptors that open at `alpha` (1/mM/ms) under a transmitter of `transmitter` mM and
/// close at `beta` (1/ms): each of the `arrivals` (ms, in order) puts the transmitter there for `pulse` ms from then on.
#[must_use]
pub fn kinetic_open(alpha: f64, beta: f64, transmitter: f64, pulse: f64, arrivals: &[f64], t: f64) -> f64 {
    let (opening, mut open, mut now) = (alpha * transmitter, 0.0_f64, 0.0_f64);
    let close = |open: f64, time: f64| open * (-beta * time).exp();
    for (i, &start) in arrivals.iter().enumerate() {
        if start >= t {
            break;
        }
        let end = arrivals.get(i + 1).map_or(start + pulse, |&next| next.min(start + pulse)).min(t);
        open = close(open, start - now);
        let (steady, rate) = (opening / (opening + beta), opening + beta);
        open = steady + (open - steady) * (-rate * (end - start)).exp();
        now = end;
    }
    close(open, t - now)
}

#[cfg(test)]
mod tests {
    use super::*;

    const CABLE: SealedCable = SealedCable { length: 1.3, tau: 20.0, infinite: 10.0 };

    #[test]
    fn the_series_starts_at_rest_and_ends_at_the_steady_state() {
        for x in [0.3, 0.5, 1.0] {
            assert!(CABLE.at(x, 1e-4).abs() < 1e-6, "{}", CABLE.at(x, 1e-4));
            assert!((CABLE.at(x, 1e3) - CABLE.steady(x)).abs() < 1e-9);
        }
    }

    #[test]
    fn the_series_solves_the_cable_equation() {
        let (x, t, h) = (0.37, 3.0, 1e-3);
        let v = |x: f64, t: f64| CABLE.at(x, t);
        let dt = (v(x, t + h) - v(x, t - h)) / (2.0 * h);
        let dxx = (v(x + h, t) - 2.0 * v(x, t) + v(x - h, t)) / (h * CABLE.length).powi(2);
        let residual = CABLE.tau * dt - (dxx - v(x, t));
        assert!(residual.abs() < 1e-3, "{residual}");
        // Current in at the start, none out at the end.
        let slope = |x: f64| (v(x + h, t) - v(x - h, t)) / (2.0 * h * CABLE.length);
        assert!(slope(1.0).abs() < 1e-9, "{}", slope(1.0));
        assert!((slope(2e-3) + CABLE.infinite).abs() < 0.1, "{}", slope(2e-3));
    }

    #[test]
    fn open_fractions_solve_their_equation_and_pulses_join() {
        let (alpha, beta, h) = (1.1, 0.19, 1e-5);
        let open = |t: f64| kinetic_open(alpha, beta, 1.0, 1.0, &[2.0, 3.0, 7.0], t);
        for (t, transmitter) in [(1.0, 0.0), (2.5, 1.0), (3.5, 1.0), (4.5, 0.0), (7.2, 1.0), (9.0, 0.0)] {
            let slope = (open(t + h) - open(t - h)) / (2.0 * h);
            let expected = alpha * transmitter * (1.0 - open(t)) - beta * open(t);
            assert!((slope - expected).abs() < 1e-8, "{t} ms: {slope} and {expected}");
        }
        // Two pulses one after the other are one twice as long.
        assert!((open(4.0) - kinetic_open(alpha, beta, 1.0, 2.0, &[2.0], 4.0)).abs() < 1e-15);
    }

    #[test]
    fn steady_input_resistance_of_rallpack_1() {
        let cable = SealedCable::new(1000.0, 1.0, 40_000.0, 100.0, 1.0, 0.1);
        assert!((cable.length - 1.0).abs() < 1e-12 && (cable.tau - 40.0).abs() < 1e-12);
        assert!((cable.steady(0.0) - 167.18).abs() < 0.01, "{}", cable.steady(0.0));
    }
}
