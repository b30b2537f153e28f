//! The kernels of one instruction set for one element type.

use std::fmt;

use crate::kernels::conv2d::Conv2dKernel;
use crate::kernels::depthwise::DepthwiseKernel;
use crate::kernels::element::Element;
use crate::kernels::pointwise::PointwiseKernel;
use crate::kernels::pool::PoolKernel;
use crate::kernels::stem::StemKernel;

/// The kernels of one instruction set for one element type.
pub struct Kernels<E: Element> {
    /// The name of the instruction set, `{architecture}-{features}`, as `MNET_ISA` takes it.
    pub name: &'static str,
    /// 1 x 1 convolutions and the classifier.
    pub pointwise: PointwiseKernel<E>,
    /// Depthwise convolutions.
    pub depthwise: DepthwiseKernel<E>,
    /// The first convolution, on a planar picture.
    pub stem: StemKernel<E>,
    /// 3 x 3 convolutions over all channels.
    pub conv2d: Conv2dKernel<E>,
    /// Means and scaling of channels.
    pub pool: PoolKernel<E>,
}

impl<E: Element> fmt::Debug for Kernels<E> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{} ({})", self.name, E::NAME)
    }
}
