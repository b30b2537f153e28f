//! Element-wise functions that follow a convolution.

/// The function applied to every output of a convolution.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Activation {
    /// The identity: the linear bottleneck of an inverted residual.
    Linear,
    /// `max(x, 0)`.
    Relu,
    /// `min(max(x, 0), 6)` (MobileNetV1 and V2).
    Relu6,
}

impl Activation {
    /// The interval that outputs are clamped to: every activation here is a clamp.
    pub const fn bounds(self) -> (f32, f32) {
        match self {
            Self::Linear => (f32::NEG_INFINITY, f32::INFINITY),
            Self::Relu => (0.0, f32::INFINITY),
            Self::Relu6 => (0.0, 6.0),
        }
    }

    /// Applies the function to each value in place.
    pub fn apply(self, values: &mut [f32]) {
        if self == Self::Linear {
            return;
        }
        let (low, high) = self.bounds();
        for value in values {
            *value = value.max(low).min(high);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clamps() {
        let apply = |activation: Activation| {
            let mut values = [-1.0, 0.5, 7.0];
            activation.apply(&mut values);
            values
        };
        assert_eq!(apply(Activation::Linear), [-1.0, 0.5, 7.0]);
        assert_eq!(apply(Activation::Relu), [0.0, 0.5, 7.0]);
        assert_eq!(apply(Activation::Relu6), [0.0, 0.5, 6.0]);
    }
}
