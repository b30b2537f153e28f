//! The papers' building blocks.

use candle_core::{D, Result, Tensor};

use super::layer::{Loader, Step};
use crate::models::LoadError;
use crate::models::spec::{self, BlockKind, Role};

/// A block, ready to run.
#[derive(Debug)]
pub(super) struct Block {
    steps: Vec<(Role, Step)>,
    /// Heads of an attention.
    heads: Option<usize>,
    shortcut: bool,
}

impl Block {
    pub(super) fn new(block: &spec::Block, loader: &mut Loader) -> std::result::Result<Self, LoadError> {
        let load = |layer: &spec::Layer| Ok((layer.role, loader.load(layer)?));
        let steps = block.layers.iter().map(load).collect::<std::result::Result<_, LoadError>>()?;
        let heads = if let BlockKind::Attention { heads } = block.kind { Some(heads) } else { None };
        Ok(Self { steps, heads, shortcut: block.shortcut })
    }

    pub(super) fn forward(&self, input: &Tensor) -> Result<Tensor> {
        let output = match self.heads {
            None => self.layers(input)?,
            Some(heads) => self.attention(input, heads)?,
        };
        if self.shortcut { input + output } else { Ok(output) }
    }

    fn layers(&self, input: &Tensor) -> Result<Tensor> {
        let mut output = input.clone();
        let mut squeezed = None;
        for (role, step) in &self.steps {
            match (role, &squeezed) {
                (Role::Reduce, _) => squeezed = Some(step.forward(&output.mean_keepdim((2, 3))?)?),
                (Role::Excite, Some(squeezed)) => output = output.broadcast_mul(&step.forward(squeezed)?)?,
                _ => output = step.forward(&output)?,
            }
        }
        Ok(output)
    }

    /// Multi-query attention: all heads of queries meet one head of keys and values.
    fn attention(&self, input: &Tensor, heads: usize) -> Result<Tensor> {
        let run = |wanted: Role, map: &Tensor| match self.steps.iter().find(|(role, _)| *role == wanted) {
            Some((_, step)) => step.forward(map),
            None => Ok(map.clone()),
        };
        let normed = run(Role::Norm, input)?;
        let queries = positions(&run(Role::Query, &normed)?, heads)?;
        let keys = positions(&run(Role::Key, &run(Role::KeyDown, &normed)?)?, 1)?;
        let values = positions(&run(Role::Value, &run(Role::ValueDown, &normed)?)?, 1)?;
        let (n, _, h, w) = input.dims4()?;
        // [N, heads, positions, d] to [N, heads · d, H, W]
        let answers = attend(&queries, &keys, &values)?.transpose(2, 3)?.contiguous()?;
        run(Role::Output, &answers.reshape((n, (), h, w))?)
    }
}

/// `[N, heads · d, H, W]` to `[N, heads, H · W, d]`.
fn positions(map: &Tensor, heads: usize) -> Result<Tensor> {
    let (n, channels, h, w) = map.dims4()?;
    map.reshape((n, heads, channels / heads, h * w))?.transpose(2, 3)?.contiguous()
}

/// `softmax(q · kᵀ / √d) · v` of every head.
fn attend(queries: &Tensor, keys: &Tensor, values: &Tensor) -> Result<Tensor> {
    let scale = 1.0 / (queries.dim(D::Minus1)? as f64).sqrt();
    let scores = (queries * scale)?.broadcast_matmul(&keys.transpose(2, 3)?.contiguous()?)?;
    candle_nn::ops::softmax_last_dim(&scores)?.broadcast_matmul(values)
}
