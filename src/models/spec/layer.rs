//! One convolution and what belongs to it.

use std::fmt;

use crate::nn::{Activation, Axis, Padding};

/// Which kind of layer it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// k x k over all channels, or over all of a group.
    Full,
    /// k x k per channel.
    Depthwise,
    /// 1 x 1.
    Pointwise,
    /// A batch norm by itself: a depthwise filter of one tap, which is 1.
    Norm,
}

/// What it does in its block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// The first layer: pixels to channels, stride 2.
    Stem,
    /// The only layer of its block.
    Conv,
    /// k x k per channel, in front of the expansion.
    Start,
    /// To more channels, in front of the depthwise filter or in its place.
    Expand,
    /// k x k per channel.
    Depthwise,
    /// From the means of all channels to fewer values.
    Reduce,
    /// From those to a factor for each channel.
    Excite,
    /// 1 x 1, last in its block.
    Project,
    /// The norm in front of an attention.
    Norm,
    /// To queries.
    Query,
    /// Makes the map smaller for keys.
    KeyDown,
    /// To keys.
    Key,
    /// Makes the map smaller for values.
    ValueDown,
    /// To values.
    Value,
    /// From the answers of all heads.
    Output,
    /// 1 x 1 in front of the pooling, or behind it.
    Head,
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(match self {
            Self::Stem => "stem",
            Self::Conv => "conv",
            Self::Start => "start",
            Self::Expand => "expand",
            Self::Depthwise => "depthwise",
            Self::Reduce => "reduce",
            Self::Excite => "excite",
            Self::Project => "project",
            Self::Norm => "norm",
            Self::Query => "query",
            Self::KeyDown => "key down",
            Self::Key => "key",
            Self::ValueDown => "value down",
            Self::Value => "value",
            Self::Output => "output",
            Self::Head => "head",
        })
    }
}

/// What follows the weights.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Follows {
    /// A batch norm.
    BatchNorm,
    /// A bias.
    Bias,
    /// Nothing.
    Nothing,
}

/// How a map gets smaller behind a convolution of stride 1, in the place of its stride.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AntiAlias {
    /// The mean of 2 x 2 positions; an odd last one is dropped.
    Average,
    /// `[1 2 1] x [1 2 1] / 16` at every second position, zeros around (arXiv:1904.11486).
    Blur,
}

impl AntiAlias {
    /// Taps along one side, and zeros around the map; the stride is 2.
    pub fn window(self) -> (usize, Padding) {
        match self {
            Self::Average => (2, Padding::Valid),
            Self::Blur => (3, Padding::Symmetric),
        }
    }

    /// The filter, `[k, k]`.
    pub fn filter(self) -> Vec<f32> {
        match self {
            Self::Average => vec![0.25; 4],
            Self::Blur => [1.0, 2.0, 1.0, 2.0, 4.0, 2.0, 1.0, 2.0, 1.0].map(|tap| tap / 16.0).to_vec(),
        }
    }
}

/// One convolution, what follows it and its activation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layer {
    /// Its place in the block.
    pub role: Role,
    /// Its kind.
    pub kind: Kind,
    /// Channels in.
    pub in_channels: usize,
    /// Channels out.
    pub out_channels: usize,
    /// Of channels that do not see each other, in a [`Kind::Full`] convolution.
    pub groups: usize,
    /// Taps along one side of the square filter.
    pub kernel_size: usize,
    /// Input positions from one output to the next.
    pub stride: usize,
    /// What makes the map smaller in place of the stride, behind the activation.
    pub antialias: Option<AntiAlias>,
    /// What follows the weights.
    pub follows: Follows,
    /// What follows that.
    pub activation: Activation,
    /// Whether a learnt factor for each channel comes last (layer scale, arXiv:2103.17239).
    pub is_scaled: bool,
}

impl Layer {
    /// A k x k convolution over all channels, with a batch norm.
    pub fn full(
        role: Role,
        [in_channels, out_channels]: [usize; 2],
        kernel_size: usize,
        stride: usize,
        activation: Activation,
    ) -> Self {
        Self {
            role,
            kind: if kernel_size == 1 && stride == 1 { Kind::Pointwise } else { Kind::Full },
            in_channels,
            out_channels,
            groups: 1,
            kernel_size,
            stride,
            antialias: None,
            follows: Follows::BatchNorm,
            activation,
            is_scaled: false,
        }
    }

    /// The first layer, 3 x 3.
    pub fn stem(out_channels: usize, activation: Activation) -> Self {
        Self::full(Role::Stem, [3, out_channels], 3, 2, activation)
    }

    /// A k x k filter per channel, with a batch norm.
    pub fn depthwise(
        role: Role,
        channels: usize,
        kernel_size: usize,
        stride: usize,
        activation: Activation,
    ) -> Self {
        let full = Self::full(role, [channels, channels], kernel_size, stride, activation);
        Self { kind: Kind::Depthwise, ..full }
    }

    /// A 1 x 1 convolution, with a batch norm.
    pub fn pointwise(role: Role, in_channels: usize, out_channels: usize, activation: Activation) -> Self {
        Self::full(role, [in_channels, out_channels], 1, 1, activation)
    }

    /// A batch norm by itself.
    pub fn norm(channels: usize) -> Self {
        Self { kind: Kind::Norm, ..Self::depthwise(Role::Norm, channels, 1, 1, Activation::Linear) }
    }

    /// The same with something else behind its weights.
    #[must_use]
    pub fn followed_by(self, follows: Follows) -> Self {
        Self { follows, ..self }
    }

    /// Shape of the weight, `[out, in / groups, k, k]`.
    pub fn weight_shape(&self) -> [usize; 4] {
        let per_group = match self.kind {
            Kind::Depthwise | Kind::Norm => 1,
            Kind::Full | Kind::Pointwise => self.in_channels / self.groups,
        };
        [self.out_channels, per_group, self.kernel_size, self.kernel_size]
    }

    /// Learnt weights of the convolution: none in a [`Kind::Norm`].
    pub fn weights(&self) -> usize {
        if self.kind == Kind::Norm { 0 } else { self.weight_shape().iter().product() }
    }

    /// The weights, and what follows them.
    pub fn parameters(&self) -> usize {
        let vectors = match self.follows {
            Follows::BatchNorm => 2,
            Follows::Bias => 1,
            Follows::Nothing => 0,
        };
        self.weights() + (vectors + usize::from(self.is_scaled)) * self.out_channels
    }

    /// The stride of the convolution itself.
    pub fn conv_stride(&self) -> usize {
        if self.antialias.is_some() { 1 } else { self.stride }
    }

    /// Sides of the output for an input of `side`: of the convolution's own, and behind what makes it smaller.
    pub fn sides(&self, side: usize) -> (usize, usize) {
        // Both paddings of a network give ceil(side / stride) outputs for its odd filters.
        let own = Axis::new(side, self.kernel_size, self.conv_stride(), Padding::Same).output;
        let after = self.antialias.map_or(own, |antialias| {
            let (taps, padding) = antialias.window();
            Axis::new(own, taps, self.stride, padding).output
        });
        (own, after)
    }
}
