//! Multi-query attention over the positions of a feature map (arXiv:2404.10518, section 4.2).

use super::context::{ExecContext, share_count};
use super::depthwise::Depthwise;
use super::input::Input;
use super::pointwise::Pointwise;
use super::scratch::{AttentionScratch, grown, lock};
use super::size::Size;
use crate::kernels::team::Team;
use crate::kernels::work_queue::{SplitAxis, WorkQueue};
use crate::kernels::{AlignedVec, Element, FeatureMap, FeatureMapMut, attention, convert};

/// A norm, the projections to queries, keys and values, and the projection back.
///
/// It runs in `f32` in every network: its heads are not a whole number of blocks in other types, and its softmax needs
/// the precision.
#[derive(Debug)]
pub struct Attention {
    /// A batch norm, as a depthwise filter of one tap. It cannot be folded into the layers that follow, because they
    /// pad with zeros.
    pub norm: Depthwise,
    /// To the queries of all heads.
    pub query: Pointwise,
    /// To the keys, which all heads share.
    pub key: KvProjection,
    /// To the values, which all heads share.
    pub value: KvProjection,
    /// From all heads to the channels of the input.
    pub output: Pointwise,
}

/// The projection to keys or values.
#[derive(Debug)]
pub struct KvProjection {
    /// Reduces the number of positions first.
    pub downsample: Option<Depthwise>,
    /// To the channels of one head.
    pub project: Pointwise,
}

impl Attention {
    /// A feature map of shape `size` to one with the channels of `output`; `shortcut` is added to it.
    ///
    /// # Panics
    /// If a shape does not match, or if there are fewer scratch buffers than threads.
    pub fn run<E: Element>(
        &self,
        context: ExecContext<E>,
        input: Input<E>,
        size: Size,
        shortcut: Option<FeatureMap<E>>,
        scratch: &mut AttentionScratch,
        output: FeatureMapMut<E>,
    ) {
        let (mut from, mut to) = (std::mem::take(&mut scratch.input), std::mem::take(&mut scratch.output));
        let (shape, positions) = (self.output.output(size), size.positions());
        let read = grown(&mut from, size.values::<f32>());
        convert(input.map(size), None, FeatureMapMut::new(read, positions));
        let written = grown(&mut to, shape.values::<f32>());
        let map = FeatureMapMut::new(written, positions);
        self.attend(context.team, FeatureMap::new(read, positions), size, scratch, map);
        convert(FeatureMap::new(written, positions), shortcut, output);
        (scratch.input, scratch.output) = (from, to);
    }

    fn attend(
        &self,
        team: &Team,
        input: FeatureMap,
        size: Size,
        scratch: &mut AttentionScratch,
        output: FeatureMapMut,
    ) {
        let AttentionScratch {
            normed, queries, downsampled, keys, transposed, values, attended, scores, ..
        } = scratch;
        scores.resize_with(team.size().max(scores.len()), Default::default);
        let (scores, positions) = (&*scores, size.positions());
        let normed = grown(normed, size.values::<f32>());
        self.norm.run(team, input, size, FeatureMapMut::new(normed, positions));
        let normed = FeatureMap::new(normed, positions);
        let heads = self.query.output(size);
        let queries = grown(queries, heads.values::<f32>());
        self.query.run(team, normed, None, FeatureMapMut::new(queries, positions));
        let kv = self.key.run(team, normed, size, downsampled, keys);
        self.value.run(team, normed, size, downsampled, values);

        let transposed = grown(transposed, kv.values::<f32>());
        attention::transpose(FeatureMap::new(&keys[..kv.values::<f32>()], kv.positions()), transposed);
        let (queries, transposed) = (FeatureMap::new(queries, positions), &*transposed);
        let values = FeatureMap::new(&values[..kv.values::<f32>()], kv.positions());
        let attended = grown(attended, heads.values::<f32>());
        let map = FeatureMapMut::new(attended, positions);
        let queue = WorkQueue::guided(map, SplitAxis::Positions, 1, share_count(team));
        team.broadcast(&|thread| {
            let weights = &mut *lock(&scores[thread]);
            let weights = grown(weights, kv.positions());
            while let Some((range, attended)) = queue.next() {
                attention::attend(queries.slice_positions(range), transposed, values, weights, attended);
            }
        });
        self.output.run(team, FeatureMap::new(attended, positions), None, output);
    }
}

impl KvProjection {
    /// Writes to the start of `output` and returns its shape.
    fn run(
        &self,
        team: &Team,
        input: FeatureMap,
        size: Size,
        downsampled: &mut AlignedVec<f32>,
        output: &mut AlignedVec<f32>,
    ) -> Size {
        let (input, size) = match &self.downsample {
            None => (input, size),
            Some(downsample) => {
                let shape = downsample.output(size);
                let values = grown(downsampled, shape.values::<f32>());
                downsample.run(team, input, size, FeatureMapMut::new(values, shape.positions()));
                (FeatureMap::new(values, shape.positions()), shape)
            }
        };
        let shape = self.project.output(size);
        let output = grown(output, shape.values::<f32>());
        self.project.run(team, input, None, FeatureMapMut::new(output, shape.positions()));
        shape
    }
}
