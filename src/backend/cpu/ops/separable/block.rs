//! The layers of the operation and their shapes.

use crate::backend::cpu::ops::depthwise::Depthwise;
use crate::backend::cpu::ops::pointwise::Pointwise;
use crate::backend::cpu::ops::size::Size;
use crate::backend::cpu::ops::squeeze_excite::SqueezeExcite;
use crate::backend::cpu::ops::stem::Stem;
use crate::kernels::Element;

/// `expansion`, then `depthwise`, then `squeeze_excite`, then `project`.
#[derive(Debug)]
pub struct Separable<E: Element = f32> {
    /// Makes the hidden feature map. Not a stem if there is a squeeze-and-excite, which needs all positions of a channel.
    pub expansion: Expansion<E>,
    /// Filters the hidden map.
    pub depthwise: Depthwise<E>,
    /// Scales its channels.
    pub squeeze_excite: Option<SqueezeExcite<E>>,
    /// Mixes its channels.
    pub project: Pointwise<E>,
}

/// The source of the depthwise convolution's input.
#[derive(Debug)]
pub enum Expansion<E: Element = f32> {
    /// Nothing: it is the input of the block (arXiv:1704.04861, figure 3).
    None,
    /// The stem of the network; the input of the block is a picture.
    Stem(Stem<E>),
    /// A pointwise convolution to more channels (arXiv:1801.04381, table 1).
    Pointwise(Pointwise<E>),
}

impl<E: Element> Separable<E> {
    /// The shape of the output.
    ///
    /// # Panics
    /// If `input` is empty.
    pub fn output(&self, input: Size) -> Size {
        self.project.output(self.depthwise.output(self.hidden(input)))
    }

    /// The shape of what the depthwise convolution sees.
    pub(super) fn hidden(&self, input: Size) -> Size {
        match &self.expansion {
            Expansion::None => input,
            Expansion::Stem(stem) => stem.output(input),
            Expansion::Pointwise(expand) => expand.output(input),
        }
    }

    /// How many layers it is.
    pub fn layers(&self) -> usize {
        2 + usize::from(self.has_expansion()) + 2 * usize::from(self.squeeze_excite.is_some())
    }

    pub(super) fn has_expansion(&self) -> bool {
        !matches!(self.expansion, Expansion::None)
    }
}
