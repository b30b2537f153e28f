//! One convolution and what belongs to it.

use crate::nn::{Activation, Axis, Padding};

/// Which kind of layer it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConvKind {
    /// k x k over all channels, or over all of a group.
    Dense,
    /// k x k per channel.
    Depthwise,
    /// 1 x 1 with stride 1.
    Pointwise,
    /// A batch norm on its own, which runs as a depthwise filter with one tap of 1.
    Norm,
}

/// What follows a convolution's weights, before the activation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Epilogue {
    /// A batch norm.
    BatchNorm,
    /// A bias.
    Bias,
    /// The weights are all.
    None,
}

/// Anti-aliased downsampling after a stride-1 convolution; it replaces the stride.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AntiAlias {
    /// The mean of 2 x 2 positions; an odd last one is dropped.
    Average,
    /// `[1 2 1] x [1 2 1] / 16` at every second position, zeros around (arXiv:1904.11486).
    Blur,
}

impl AntiAlias {
    /// Taps along one side, and the padding of the map; the stride is 2.
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

/// One convolution, its batch norm or bias, and its activation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conv {
    /// Its kind.
    pub kind: ConvKind,
    /// Channels in.
    pub in_channels: usize,
    /// Channels out.
    pub out_channels: usize,
    /// Groups of a grouped convolution ([`ConvKind::Dense`]); 1 = dense.
    pub groups: usize,
    /// Taps along one side of the square filter.
    pub kernel_size: usize,
    /// Input positions from one output to the next.
    pub stride: usize,
    /// Downsampling after the activation instead of the stride.
    pub antialias: Option<AntiAlias>,
    /// What follows the weights.
    pub epilogue: Epilogue,
    /// What follows that.
    pub activation: Activation,
    /// Whether a learnt factor for each channel comes last (layer scale, arXiv:2103.17239).
    pub has_layer_scale: bool,
}

impl Conv {
    /// A k x k convolution over all channels, with a batch norm.
    pub fn dense(
        [in_channels, out_channels]: [usize; 2],
        kernel_size: usize,
        stride: usize,
        activation: Activation,
    ) -> Self {
        Self {
            kind: if kernel_size == 1 && stride == 1 { ConvKind::Pointwise } else { ConvKind::Dense },
            in_channels,
            out_channels,
            groups: 1,
            kernel_size,
            stride,
            antialias: None,
            epilogue: Epilogue::BatchNorm,
            activation,
            has_layer_scale: false,
        }
    }

    /// The first layer: 3 channels of pixels, stride 2.
    pub fn stem(out_channels: usize, kernel_size: usize, activation: Activation) -> Self {
        Self::dense([3, out_channels], kernel_size, 2, activation)
    }

    /// A k x k filter per channel, with a batch norm.
    pub fn depthwise(channels: usize, kernel_size: usize, stride: usize, activation: Activation) -> Self {
        let dense = Self::dense([channels, channels], kernel_size, stride, activation);
        Self { kind: ConvKind::Depthwise, ..dense }
    }

    /// A 1 x 1 convolution, with a batch norm.
    pub fn pointwise(channels: [usize; 2], activation: Activation) -> Self {
        Self::dense(channels, 1, 1, activation)
    }

    /// A batch norm on its own.
    pub fn norm(channels: usize) -> Self {
        Self { kind: ConvKind::Norm, ..Self::depthwise(channels, 1, 1, Activation::Linear) }
    }

    /// The same with another epilogue.
    #[must_use]
    pub fn with_epilogue(self, epilogue: Epilogue) -> Self {
        Self { epilogue, ..self }
    }

    /// Shape of the weight, `[out, in / groups, k, k]`.
    pub fn weight_shape(&self) -> [usize; 4] {
        let per_group = match self.kind {
            ConvKind::Depthwise | ConvKind::Norm => 1,
            ConvKind::Dense | ConvKind::Pointwise => self.in_channels / self.groups,
        };
        [self.out_channels, per_group, self.kernel_size, self.kernel_size]
    }

    /// Learnt weights of the convolution: none in a [`ConvKind::Norm`].
    pub fn weights(&self) -> usize {
        if self.kind == ConvKind::Norm { 0 } else { self.weight_shape().iter().product() }
    }

    /// Weights, epilogue and layer scale.
    pub fn parameters(&self) -> usize {
        let vectors = match self.epilogue {
            Epilogue::BatchNorm => 2,
            Epilogue::Bias => 1,
            Epilogue::None => 0,
        };
        self.weights() + (vectors + usize::from(self.has_layer_scale)) * self.out_channels
    }

    /// The stride of the convolution itself.
    pub fn conv_stride(&self) -> usize {
        if self.antialias.is_some() { 1 } else { self.stride }
    }

    /// For an input of `side`: the output side of the convolution, then after anti-aliased downsampling.
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
