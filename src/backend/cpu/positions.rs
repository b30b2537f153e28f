//! Applies the layers after the pooling at every position of a feature map.

use candle_core::{Device, Result, Tensor};

use super::executor::CpuNetwork;
use super::ops::{Pointwise, Size};
use crate::kernels::{Element, padded};
use crate::nn::Activation;

impl<E: Element> CpuNetwork<E> {
    /// Applies the head that follows the pooling at every position of `map` `[N, C, H, W]`.
    /// Returns its output before the activation, and the activation; `None` if the network has no such head.
    pub(in crate::backend) fn head(&self, map: &Tensor) -> Result<Option<(Tensor, Activation)>> {
        let head = self.after_pooling().0;
        head.map(|head| Ok((affine(head, map)?, head.activation()))).transpose()
    }

    /// Applies the classifier at every position of `map` `[N, F, H, W]`, which gives `[N, K, H, W]`.
    pub(in crate::backend) fn classifier(&self, map: &Tensor) -> Result<Tensor> {
        affine(self.after_pooling().1, map)
    }
}

/// Applies the weights and the bias of `layer` at every position.
fn affine<E: Element>(layer: &Pointwise<E>, map: &Tensor) -> Result<Tensor> {
    let (n, c, h, w) = map.dims4()?;
    let channels = layer.output(Size { h, w, c }).c;
    let mut input = vec![0.0; padded::<E>(c)];
    let mut output = vec![0.0; padded::<E>(channels)];
    let mut planes = Vec::with_capacity(n * channels * h * w);
    for picture in map.flatten_from(1)?.to_vec2::<f32>()? {
        let mut outputs = vec![0.0; channels * h * w];
        for position in 0..h * w {
            for (value, plane) in input.iter_mut().zip(picture.chunks_exact(h * w)) {
                *value = plane[position];
            }
            layer.affine(&input, &mut output);
            for (value, plane) in output.iter().zip(outputs.chunks_exact_mut(h * w)) {
                plane[position] = *value;
            }
        }
        planes.extend(outputs);
    }
    Tensor::from_vec(planes, (n, channels, h, w), &Device::Cpu)
}
