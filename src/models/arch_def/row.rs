//! One row of a table.

use crate::nn::Activation;

/// A block, and how often it repeats.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// The kind of block.
    pub kind: RowKind,
    /// Stride of the first of these blocks; the others have 1.
    pub stride: usize,
    /// Channels out, before the width multiplier.
    pub channels: usize,
    /// How often the block repeats.
    pub repeats: usize,
    /// What squeeze-and-excite leaves of the block's channels, as a share; `None` without it.
    pub squeeze_excite: Option<f64>,
    /// The activation, if it is not the network's.
    pub activation: Option<Activation>,
    /// Whether the block may have a shortcut; it has one where shapes allow.
    pub shortcut: bool,
}

/// The kind of block of a [`Row`] and the numbers that only this kind has.
#[derive(Clone, Copy, Debug)]
pub enum RowKind {
    /// One k x k convolution.
    Conv(usize),
    /// A depthwise separable convolution of k x k taps.
    DepthwiseSeparable {
        /// Taps along one side.
        kernel_size: usize,
        /// Whether the network's activation follows the pointwise convolution too, as in V1.
        is_activated: bool,
    },
    /// An inverted residual.
    InvertedResidual {
        /// Taps along one side.
        kernel_size: usize,
        /// Hidden channels over channels in.
        expansion: f64,
    },
    /// An edge residual.
    EdgeResidual {
        /// Taps along one side.
        kernel_size: usize,
        /// Hidden channels over channels in.
        expansion: f64,
        /// Hidden channels of a group of the first convolution; `None` for one group.
        group_size: Option<usize>,
    },
    /// A universal inverted bottleneck.
    UniversalInvertedBottleneck {
        /// Taps of the depthwise filters before and after the expansion; 0 for no filter.
        kernel_sizes: [usize; 2],
        /// Hidden channels over channels in.
        expansion: f64,
    },
    /// Multi-query attention; the filters that downsample keys and values are 3 x 3.
    Attention {
        /// Heads of queries.
        heads: usize,
        /// Channels of a head.
        head_channels: usize,
        /// Stride of keys and values.
        key_value_stride: usize,
    },
}

/// One `k` x `k` convolution.
pub const fn conv(k: usize, s: usize, c: usize) -> Row {
    Row::new(RowKind::Conv(k), s, c)
}

/// A depthwise separable convolution, its pointwise half linear.
pub const fn ds(k: usize, s: usize, c: usize) -> Row {
    Row::new(RowKind::DepthwiseSeparable { kernel_size: k, is_activated: false }, s, c)
}

/// An inverted residual.
pub const fn ir(k: usize, s: usize, e: f64, c: usize) -> Row {
    Row::new(RowKind::InvertedResidual { kernel_size: k, expansion: e }, s, c)
}

/// An edge residual.
pub const fn er(k: usize, s: usize, e: f64, c: usize) -> Row {
    Row::new(RowKind::EdgeResidual { kernel_size: k, expansion: e, group_size: None }, s, c)
}

/// A universal inverted bottleneck.
pub const fn uib(start: usize, middle: usize, s: usize, e: f64, c: usize) -> Row {
    Row::new(RowKind::UniversalInvertedBottleneck { kernel_sizes: [start, middle], expansion: e }, s, c)
}

/// Multi-query attention.
pub const fn mqa(heads: usize, d: usize, key_value_stride: usize, c: usize) -> Row {
    Row::new(RowKind::Attention { heads, head_channels: d, key_value_stride }, 1, c)
}

impl Row {
    const fn new(kind: RowKind, stride: usize, channels: usize) -> Self {
        Self { kind, stride, channels, repeats: 1, squeeze_excite: None, activation: None, shortcut: true }
    }

    /// The block `repeats` times.
    #[must_use]
    pub const fn times(self, repeats: usize) -> Self {
        Self { repeats, ..self }
    }

    /// With squeeze-and-excite, which leaves `share` of the block's channels.
    ///
    /// # Panics
    /// As [`activated`](Self::activated).
    #[must_use]
    pub const fn se(self, share: f64) -> Self {
        match self.kind {
            RowKind::DepthwiseSeparable { .. } | RowKind::InvertedResidual { .. } => {
                Self { squeeze_excite: Some(share), ..self }
            }
            _ => panic!("only depthwise separable blocks and inverted residuals have squeeze-and-excite"),
        }
    }

    /// With `relu` instead of the network's activation.
    #[must_use]
    pub const fn relu(self) -> Self {
        Self { activation: Some(Activation::Relu), ..self }
    }

    /// Without a shortcut.
    #[must_use]
    pub const fn no_shortcut(self) -> Self {
        Self { shortcut: false, ..self }
    }

    /// With the network's activation after the pointwise half of a depthwise separable convolution.
    ///
    /// # Panics
    /// For another kind of block; in a `const` table that is a compile error.
    #[must_use]
    pub const fn activated(self) -> Self {
        match self.kind {
            RowKind::DepthwiseSeparable { kernel_size, .. } => {
                Self { kind: RowKind::DepthwiseSeparable { kernel_size, is_activated: true }, ..self }
            }
            _ => panic!("only a depthwise separable convolution has a linear pointwise half to activate"),
        }
    }

    /// With a first convolution of `size` hidden channels a group, in an edge residual.
    ///
    /// # Panics
    /// As [`activated`](Self::activated).
    #[must_use]
    pub const fn group_size(self, size: usize) -> Self {
        match self.kind {
            RowKind::EdgeResidual { kernel_size, expansion, .. } => {
                let kind = RowKind::EdgeResidual { kernel_size, expansion, group_size: Some(size) };
                Self { kind, ..self }
            }
            _ => panic!("only an edge residual has groups"),
        }
    }
}
