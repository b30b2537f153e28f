//! Element-wise functions that follow a convolution.

use std::f64::consts::{FRAC_1_SQRT_2, TAU};

/// The function applied to every output of a convolution.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Activation {
    /// The identity: the linear bottleneck of an inverted residual.
    Linear,
    /// `max(x, 0)`.
    Relu,
    /// `min(max(x, 0), 6)` (MobileNetV1 and V2).
    Relu6,
    /// `min(max(x + 3, 0), 6) / 6` (arXiv:1905.02244, section 5.2).
    HardSigmoid,
    /// `x · min(max(x + 3, 0), 6) / 6` (the same).
    HardSwish,
    /// `x · (1 + erf(x / √2)) / 2` (arXiv:1606.08415).
    Gelu,
}

impl Activation {
    /// The interval that sums are clamped to while they are in registers; unbounded for what is not a clamp.
    pub const fn bounds(self) -> (f32, f32) {
        match self {
            Self::Relu => (0.0, f32::INFINITY),
            Self::Relu6 => (0.0, 6.0),
            Self::Linear | Self::HardSigmoid | Self::HardSwish | Self::Gelu => {
                (f32::NEG_INFINITY, f32::INFINITY)
            }
        }
    }

    /// Whether [`bounds`](Self::bounds) says everything.
    pub const fn is_clamp(self) -> bool {
        !matches!(self, Self::HardSigmoid | Self::HardSwish | Self::Gelu)
    }

    /// The function of one value. NaN stays NaN.
    pub fn of(self, x: f32) -> f32 {
        match self {
            Self::Linear => x,
            // Not `max`, which drops NaN.
            Self::Relu => x.clamp(0.0, f32::INFINITY),
            Self::Relu6 => x.clamp(0.0, 6.0),
            Self::HardSigmoid => (x / 6.0 + 0.5).clamp(0.0, 1.0),
            Self::HardSwish => x * Self::HardSigmoid.of(x),
            Self::Gelu => (0.5 * f64::from(x) * (1.0 + erf(f64::from(x) * FRAC_1_SQRT_2))) as f32,
        }
    }

    /// The derivative at `x`. At a kink, it is that of the constant side if there is one, otherwise that of the left
    /// side.
    pub fn derivative(self, x: f32) -> f32 {
        let within = |low: f32, high: f32, slope: f32| if x > low && x < high { slope } else { 0.0 };
        match self {
            Self::Linear => 1.0,
            Self::Relu => within(0.0, f32::INFINITY, 1.0),
            Self::Relu6 => within(0.0, 6.0, 1.0),
            Self::HardSigmoid => within(-3.0, 3.0, 1.0 / 6.0),
            Self::HardSwish if x > 3.0 => 1.0,
            Self::HardSwish => within(-3.0, f32::INFINITY, x / 3.0 + 0.5),
            Self::Gelu => {
                let x = f64::from(x);
                let density = (-0.5 * x * x).exp() / TAU.sqrt();
                (0.5 * (1.0 + erf(x * FRAC_1_SQRT_2)) + x * density) as f32
            }
        }
    }
}

/// The error function, to 1.2e-7 of 1 (Numerical Recipes, 2nd edition, section 6.2: `erfcc`).
///
/// Own code, because it vectorises: with `libm::erfc`, exact to the last bit, a network with GELU after every layer
/// (`mobilenetv4_hybrid_large`) takes more than half as long again.
fn erf(x: f64) -> f64 {
    const TERMS: [f64; 10] = [
        0.170_872_77,
        -0.822_152_23,
        1.488_515_87,
        -1.135_203_98,
        0.278_868_07,
        -0.186_288_06,
        0.096_784_18,
        0.374_091_96,
        1.000_023_68,
        -1.265_512_23,
    ];
    let t = 1.0 / (1.0 + 0.5 * x.abs());
    let series = TERMS.iter().fold(0.0, |sum, term| sum * t + term);
    let complement = t * (series - x * x).exp();
    if x < 0.0 { complement - 1.0 } else { 1.0 - complement }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gelu_is_x_times_the_normal_distribution() {
        // scipy.special.ndtr times x.
        for (x, expected) in [(-3.0, -0.004_049_694), (-0.5, -0.154_268_77), (0.0, 0.0), (1.0, 0.841_344_7)] {
            let found = Activation::Gelu.of(x);
            assert!((found - expected).abs() < 3e-7, "{x}: {found}");
        }
    }

    #[test]
    fn nan_stays_nan() {
        use Activation::{Gelu, HardSigmoid, HardSwish, Linear, Relu, Relu6};
        for activation in [Linear, Relu, Relu6, HardSigmoid, HardSwish, Gelu] {
            assert!(activation.of(f32::NAN).is_nan(), "{activation:?}");
        }
    }

    #[test]
    fn infinities_are_clamped_only_where_there_is_a_bound() {
        let of = |activation: Activation| [f32::NEG_INFINITY, f32::INFINITY].map(|x| activation.of(x));
        assert_eq!(of(Activation::Relu), [0.0, f32::INFINITY]);
        assert_eq!(of(Activation::Relu6), [0.0, 6.0]);
        assert_eq!(of(Activation::HardSigmoid), [0.0, 1.0]);
    }

    #[test]
    fn derivatives_are_those_of_the_function() {
        use Activation::{Gelu, HardSigmoid, HardSwish, Linear, Relu, Relu6};
        // No multiple of the step falls on a kink.
        let step = 1.0 / 64.0;
        for activation in [Linear, Relu, Relu6, HardSigmoid, HardSwish, Gelu] {
            for index in -600..600 {
                let x = (index as f32 + 0.5) / 50.0;
                if [-3.0_f32, 0.0, 3.0, 6.0].iter().any(|kink| (x - kink).abs() <= step) {
                    continue;
                }
                let slope = (activation.of(x + step) - activation.of(x - step)) / (2.0 * step);
                let found = activation.derivative(x);
                assert!((slope - found).abs() < 2e-4, "{activation:?} at {x}: {found}, not {slope}");
            }
        }
        assert_eq!([0.0, 6.0].map(|x| Relu6.derivative(x)), [0.0; 2]);
        assert_eq!([-3.0, 3.0].map(|x| HardSwish.derivative(x)), [0.0, 1.5]);
    }

    #[test]
    fn values_are_those_of_the_definitions() {
        let of = |activation: Activation| [-4.0, -1.5, 0.0, 1.5, 7.0].map(|x| activation.of(x));
        assert_eq!(of(Activation::Linear), [-4.0, -1.5, 0.0, 1.5, 7.0]);
        assert_eq!(of(Activation::Relu), [0.0, 0.0, 0.0, 1.5, 7.0]);
        assert_eq!(of(Activation::Relu6), [0.0, 0.0, 0.0, 1.5, 6.0]);
        assert_eq!(of(Activation::HardSigmoid), [0.0, 0.25, 0.5, 0.75, 1.0]);
        assert_eq!(of(Activation::HardSwish), [0.0, -0.375, 0.0, 1.125, 7.0]);
    }
}
