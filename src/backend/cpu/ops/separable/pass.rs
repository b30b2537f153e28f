//! One pass of a [`Separable`] over an input.

use std::ops::Range;

use super::block::{Expansion, Separable};
use crate::backend::cpu::layer_timers::LayerTimers;
use crate::backend::cpu::ops::input::Input;
use crate::backend::cpu::ops::size::Size;
use crate::kernels::Element;
use crate::nn::Conv2dGeometry;

/// One pass over an input, and the shapes in it.
pub(super) struct Pass<'a, E: Element> {
    pub op: &'a Separable<E>,
    /// A feature map, or a picture for a stem.
    pub input: Input<'a, E>,
    pub size: Size,
    pub hidden: Size,
    /// Of the depthwise convolution.
    pub geometry: Conv2dGeometry,
    pub timers: LayerTimers<'a>,
}

/// Bytes of hidden map per step, most of the L1 cache.
const STEP_BYTES: usize = 24 << 10;

impl<E: Element> Pass<'_, E> {
    /// Cuts `blocks` of the hidden map into steps: the blocks that are made and filtered together, at `positions`
    /// positions, while they are in the L1 cache.
    pub(super) fn channel_steps(
        &self,
        positions: usize,
        blocks: Range<usize>,
    ) -> impl Iterator<Item = Range<usize>> {
        let all = blocks.len();
        let width = if let Expansion::Pointwise(expand) = &self.op.expansion {
            let unit = expand.panel_blocks();
            (STEP_BYTES / (positions * E::BLOCK * size_of::<E>() * unit)).max(1) * unit
        } else {
            all
        };
        let count = (all / width.max(1)).max(1);
        (0..count).map(move |step| {
            let end = if step + 1 == count { all } else { (step + 1) * width };
            blocks.start + step * width..blocks.start + end
        })
    }

    pub(super) fn time_expansion(&self, work: impl FnOnce()) {
        self.timers.time(0, work);
    }

    pub(super) fn time_depthwise(&self, work: impl FnOnce()) {
        self.timers.time(usize::from(self.op.has_expansion()), work);
    }

    /// Both layers are timed together, as the second of them.
    pub(super) fn time_squeeze_excite(&self, work: impl FnOnce()) {
        self.timers.time(self.op.layers() - 2, work);
    }

    pub(super) fn time_project(&self, work: impl FnOnce()) {
        self.timers.time(self.op.layers() - 1, work);
    }
}
