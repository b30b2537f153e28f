//! Operations of our own kernels: feature maps are slices `[H, W, C]`, work is shared out to rayon's threads.
//!
//! Nothing is allocated here while a network runs, but for the stem's patches: callers bring the outputs.

mod conv;
mod depthwise;
mod pointwise;

pub use conv::Conv;
pub use depthwise::Depthwise;
pub use pointwise::Pointwise;

pub use crate::kernels::pool::mean;

/// The shape of a feature map.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// Rows.
    pub h: usize,
    /// Columns.
    pub w: usize,
    /// Channels.
    pub c: usize,
}

impl Size {
    /// Values of a feature map.
    pub fn values(self) -> usize {
        self.h * self.w * self.c
    }
}

/// A convolution, ready to run.
#[derive(Debug)]
pub enum Convolution {
    /// k x k over all channels.
    Full(Conv),
    /// k x k per channel.
    Depthwise(Depthwise),
    /// 1 x 1 with stride 1.
    Pointwise(Pointwise),
}

impl Convolution {
    /// The shape of the output for an input of shape `input`.
    ///
    /// # Panics
    /// If `input` is empty.
    pub fn output(&self, input: Size) -> Size {
        match self {
            Self::Full(op) => op.output(input),
            Self::Depthwise(op) => op.output(input),
            Self::Pointwise(op) => op.output(input),
        }
    }

    /// Runs on `input` of shape `size`; `shortcut`, of the output's shape, is added to the result of a
    /// [`Pointwise`](Self::Pointwise).
    ///
    /// # Panics
    /// If a length does not match, or another kind of layer gets a shortcut.
    pub fn run(&self, input: &[f32], size: Size, shortcut: Option<&[f32]>, output: &mut [f32]) {
        match self {
            Self::Pointwise(op) => op.run(input, shortcut, output),
            _ if shortcut.is_some() => panic!("only a 1 x 1 convolution adds a shortcut"),
            Self::Full(op) => op.run(input, size, output),
            Self::Depthwise(op) => op.run(input, size, output),
        }
    }
}
