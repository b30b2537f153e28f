//! Multi-query attention over the positions of a feature map (arXiv:2404.10518, section 4.2).

use super::{Depthwise, ExecContext, Pointwise, Size, grown, lock, shares};
use crate::kernels::feature_map::{Along, Shares};
use crate::kernels::{FeatureMap, FeatureMapMut, attention};

/// A norm, queries, keys and values, and what mixes the heads' answers.
#[derive(Debug)]
pub struct Attention {
    /// A batch norm, as a filter of one tap: it cannot be folded into what follows, where borders are zeros.
    pub norm: Depthwise,
    /// To all heads.
    pub query: Pointwise,
    /// To one head.
    pub key: Source,
    /// To one head.
    pub value: Source,
    /// From all heads to the channels of the input.
    pub output: Pointwise,
}

/// What makes keys or values.
#[derive(Debug)]
pub struct Source {
    /// Makes the map smaller first.
    pub down: Option<Depthwise>,
    /// To one head.
    pub project: Pointwise,
}

/// What lies between the layers of an [`Attention`].
#[derive(Debug, Default)]
pub struct AttentionScratch {
    normed: Vec<f32>,
    queries: Vec<f32>,
    down: Vec<f32>,
    keys: Vec<f32>,
    transposed: Vec<f32>,
    values: Vec<f32>,
    answers: Vec<f32>,
}

impl Attention {
    /// A feature map of shape `size` to one with the channels of `output`, `shortcut` added to it.
    ///
    /// # Panics
    /// If a shape does not match, or there are fewer strips than threads.
    pub fn run(
        &self,
        crew: ExecContext,
        input: &[f32],
        size: Size,
        shortcut: Option<FeatureMap>,
        between: &mut AttentionScratch,
        output: FeatureMapMut,
    ) {
        let team = crew.team;
        let AttentionScratch { normed, queries, down, keys, transposed, values, answers } = between;
        let positions = size.positions();
        let normed = grown(normed, size.values());
        let input = FeatureMap::new(&input[..size.values()], positions);
        self.norm.run(team, input, size, FeatureMapMut::new(normed, positions));
        let heads = self.query.output(size);
        let queries = grown(queries, heads.values());
        self.query.run(
            team,
            FeatureMap::new(normed, positions),
            None,
            FeatureMapMut::new(queries, positions),
        );
        let seen = self.key.run(crew, normed, size, down, keys);
        self.value.run(crew, normed, size, down, values);

        let keys = FeatureMap::new(&keys[..seen.values()], seen.positions());
        let transposed = grown(transposed, seen.values());
        attention::transpose(keys, transposed);
        let (queries, transposed) = (FeatureMap::new(queries, positions), &*transposed);
        let values = FeatureMap::new(&values[..seen.values()], seen.positions());
        let answers = grown(answers, heads.values());
        let shares =
            Shares::tapering(FeatureMapMut::new(answers, positions), Along::Positions, 1, shares(team));
        team.run(&|thread| {
            let strip = &mut *lock(&crew.strips[thread]);
            let weights = grown(&mut strip.hidden, seen.positions());
            while let Some((range, answers)) = shares.claim() {
                attention::attend(queries.at(range), transposed, values, weights, answers);
            }
        });
        self.output.run(team, FeatureMap::new(answers, positions), shortcut, output);
    }
}

impl Source {
    /// Writes over the start of `output` and returns its shape.
    fn run(
        &self,
        crew: ExecContext,
        input: &[f32],
        size: Size,
        small: &mut Vec<f32>,
        output: &mut Vec<f32>,
    ) -> Size {
        let (input, size) = match &self.down {
            None => (FeatureMap::new(input, size.positions()), size),
            Some(down) => {
                let shape = down.output(size);
                let small = grown(small, shape.values());
                let input = FeatureMap::new(input, size.positions());
                down.run(crew.team, input, size, FeatureMapMut::new(small, shape.positions()));
                (FeatureMap::new(small, shape.positions()), shape)
            }
        };
        let shape = self.project.output(size);
        let output = grown(output, shape.values());
        self.project.run(crew.team, input, None, FeatureMapMut::new(output, shape.positions()));
        shape
    }
}
