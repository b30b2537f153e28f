//! A whole network.

use std::convert::Infallible;

use super::block::Block;
use super::block_kind::LayerPath;
use super::conv::Conv;
use crate::nn::Activation;

/// Stem, stages of blocks, head, pooling, classifier; `L` stands for each layer before the classifier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Graph<L = Conv> {
    /// The first layer.
    pub stem: L,
    /// Blocks, stage by stage.
    pub stages: Vec<Vec<Block<L>>>,
    /// The last layer before the classifier; most of V1 have none.
    pub head: Option<Head<L>>,
    /// Inputs of the classifier.
    pub features: usize,
    /// Outputs of the classifier.
    pub classes: usize,
    /// Whether the classifier has a bias.
    pub has_bias: bool,
}

/// The last layer before the classifier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head<L = Conv> {
    /// 1 x 1.
    pub layer: L,
    /// Whether it follows the pooling, as in V3 (arXiv:1905.02244, section 5.1), or comes before it.
    pub after_pool: bool,
}

impl<L> Graph<L> {
    /// The graph with each layer replaced by what `f` makes of it, in the order in which they run.
    ///
    /// # Errors
    /// The first error of `f`.
    pub fn try_map<'a, M, E>(
        &'a self,
        mut f: impl FnMut(LayerPath, &'a L) -> Result<M, E>,
    ) -> Result<Graph<M>, E> {
        let stem = f(LayerPath::Stem, &self.stem)?;
        let mut ordinals = 0..;
        let mut stages = Vec::with_capacity(self.stages.len());
        for (stage, blocks) in self.stages.iter().enumerate() {
            let blocks = blocks.iter().zip(ordinals.by_ref()).enumerate().map(|(index, (block, ordinal))| {
                let (kind, has_squeeze_excite) = (block.kind(), block.has_squeeze_excite());
                block.try_map(|part, layer| {
                    f(LayerPath::Block { stage, index, ordinal, kind, has_squeeze_excite, part }, layer)
                })
            });
            stages.push(blocks.collect::<Result<_, E>>()?);
        }
        let head = self.head.as_ref().map(|Head { layer, after_pool }| {
            let (path, after_pool) = (LayerPath::Head { after_pool: *after_pool }, *after_pool);
            Ok(Head { layer: f(path, layer)?, after_pool })
        });
        let (head, features, classes) = (head.transpose()?, self.features, self.classes);
        Ok(Graph { stem, stages, head, features, classes, has_bias: self.has_bias })
    }

    /// As [`try_map`](Self::try_map), for an `f` that cannot fail.
    pub fn map<'a, M>(&'a self, mut f: impl FnMut(LayerPath, &'a L) -> M) -> Graph<M> {
        let Ok(graph) = self.try_map(|path, layer| Ok::<_, Infallible>(f(path, layer)));
        graph
    }

    /// Every layer before the classifier with its place, in the order in which they run.
    pub fn layers(&self) -> impl Iterator<Item = (LayerPath, &L)> {
        let mut layers = Vec::new();
        self.map(|path, layer| layers.push((path, layer)));
        layers.into_iter()
    }

    /// Every block, first to last.
    pub fn blocks(&self) -> impl Iterator<Item = &Block<L>> {
        self.stages.iter().flatten()
    }
}

impl Graph {
    /// The same with another activation in place of its own, which is that of its stem. Where a table names an activation for a
    /// block or a squeeze-and-excite, it is another one, and stays.
    #[must_use]
    pub fn with_activation(&self, activation: Activation) -> Self {
        let own = self.stem.activation;
        self.map(|_, conv| match conv.activation {
            found if found == own => Conv { activation, ..conv.clone() },
            _ => conv.clone(),
        })
    }

    /// Channels of the network's input: 3, or 1 for gray pictures.
    pub fn in_channels(&self) -> usize {
        self.stem.in_channels
    }

    /// Learnt parameters, batch norms included, as the papers and libraries count them.
    pub fn parameters(&self) -> usize {
        let layers: usize = self.layers().map(|(_, conv)| conv.parameters()).sum();
        layers + self.classifier_parameters()
    }

    /// Learnt parameters of the classifier.
    pub fn classifier_parameters(&self) -> usize {
        (self.features + usize::from(self.has_bias)) * self.classes
    }
}
