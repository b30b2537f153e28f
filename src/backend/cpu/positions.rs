//! The layers after the pooling at every position of a feature map.

use candle_core::{Device, Result, Tensor};

use super::executor::{CpuNetwork, write_planes};
use super::ops::{Pointwise, Size};
use crate::kernels::{CHANNEL_BLOCK, FeatureMap, FeatureMapMut};
use crate::nn::Activation;

impl CpuNetwork {
    /// A head after the pooling for every position of `map` `[N, C, H, W]`, without its activation, and that activation;
    /// `None` if there is no such head.
    pub(in crate::backend) fn head(&self, map: &Tensor) -> Result<Option<(Tensor, Activation)>> {
        let head = self.after_pooling().0;
        head.map(|head| Ok((affine(head, map)?, head.activation()))).transpose()
    }

    /// The classifier at every position of `map` `[N, F, H, W]`: `[N, K, H, W]`.
    pub(in crate::backend) fn classifier(&self, map: &Tensor) -> Result<Tensor> {
        affine(self.after_pooling().1, map)
    }
}

/// Weights and bias of `layer` at every position.
fn affine(layer: &Pointwise, map: &Tensor) -> Result<Tensor> {
    let (n, c, h, w) = map.dims4()?;
    let input = Size { h, w, c };
    let output = layer.output(input);
    let mut planes = Vec::with_capacity(n * output.c * output.positions());
    let mut values = vec![0.0; output.values()];
    for picture in map.flatten_from(1)?.to_vec2::<f32>()? {
        let blocks = from_planes(&picture, input);
        let positions = input.positions();
        layer.affine(FeatureMap::new(&blocks, positions), FeatureMapMut::new(&mut values, positions));
        planes.extend(to_planes(&values, output));
    }
    Tensor::from_vec(planes, (n, output.c, h, w), &Device::Cpu)
}

/// Planes `[C, positions]` to blocks of channels `[C/8, positions, 8]`.
fn from_planes(planes: &[f32], size: Size) -> Vec<f32> {
    let positions = size.positions();
    let mut blocks = vec![0.0; size.values()];
    for (channel, plane) in planes.chunks_exact(positions).enumerate() {
        let block = &mut blocks[channel / CHANNEL_BLOCK * positions * CHANNEL_BLOCK..];
        for (value, lanes) in plane.iter().zip(block.chunks_exact_mut(CHANNEL_BLOCK)) {
            lanes[channel % CHANNEL_BLOCK] = *value;
        }
    }
    blocks
}

/// The reverse.
fn to_planes(blocks: &[f32], size: Size) -> Vec<f32> {
    let mut planes = vec![0.0; size.c * size.positions()];
    write_planes(blocks, size.positions(), &mut planes);
    planes
}
