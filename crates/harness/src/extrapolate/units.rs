//! Units as types: a number that is a bandwidth cannot be divided by one that is a power.

use serde::{Deserialize, Serialize};

macro_rules! quantities {
    ($($(#[$doc:meta])* $name:ident = $unit:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub f64);

        impl $name {
            /// The unit, as documents and tables have it.
            pub const UNIT: &'static str = $unit;
        }

        impl std::ops::Add for $name {
            type Output = Self;
            fn add(self, other: Self) -> Self {
                Self(self.0 + other.0)
            }
        }

        impl std::ops::Mul<f64> for $name {
            type Output = Self;
            fn mul(self, factor: f64) -> Self {
                Self(self.0 * factor)
            }
        }

        impl std::ops::Div<f64> for $name {
            type Output = Self;
            fn div(self, factor: f64) -> Self {
                Self(self.0 / factor)
            }
        }

        impl std::ops::Div for $name {
            type Output = f64;
            fn div(self, other: Self) -> f64 {
                self.0 / other.0
            }
        }
    )*};
}

quantities! {
    /// Floating-point operations.
    Flop = "FLOP";
    /// Floating-point operations a second.
    FlopPerSecond = "FLOP/s";
    /// Bytes.
    Bytes = "B";
    /// Bytes a second.
    BytesPerSecond = "B/s";
    /// Seconds.
    Seconds = "s";
    /// Events a second.
    Hertz = "Hz";
    /// Watts.
    Watts = "W";
    /// US dollars.
    Dollars = "USD";
}

impl std::ops::Mul<Hertz> for Flop {
    type Output = FlopPerSecond;
    fn mul(self, rate: Hertz) -> FlopPerSecond {
        FlopPerSecond(self.0 * rate.0)
    }
}

impl std::ops::Mul<Hertz> for Bytes {
    type Output = BytesPerSecond;
    fn mul(self, rate: Hertz) -> BytesPerSecond {
        BytesPerSecond(self.0 * rate.0)
    }
}

impl std::ops::Mul<Seconds> for FlopPerSecond {
    type Output = Flop;
    fn mul(self, time: Seconds) -> Flop {
        Flop(self.0 * time.0)
    }
}
