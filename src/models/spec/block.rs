//! The papers' building blocks.

use super::block_kind::{BlockKind, Part};
use super::conv::{AntiAlias, Conv};

/// A building block; `L` stands for each of its layers.
///
/// `shortcut` says whether the block's input is added to its output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block<L = Conv> {
    /// One convolution.
    Conv(L),
    /// Depthwise, then pointwise (arXiv:1704.04861, figure 3).
    DepthwiseSeparable {
        /// k x k per channel.
        depthwise: L,
        /// Weighs the channels between the two.
        squeeze_excite: Option<SqueezeExcite<L>>,
        /// 1 x 1.
        pointwise: L,
        /// See [`Block`].
        shortcut: bool,
    },
    /// Expand, depthwise, project (arXiv:1801.04381, table 1), with squeeze-and-excite in V3 (arXiv:1905.02244, figure 4).
    InvertedResidual {
        /// 1 x 1, to more channels.
        expand: L,
        /// k x k per channel.
        depthwise: L,
        /// Weighs the hidden channels.
        squeeze_excite: Option<SqueezeExcite<L>>,
        /// 1 x 1, linear.
        project: L,
        /// See [`Block`].
        shortcut: bool,
    },
    /// An inverted residual whose first two layers are one k x k convolution (arXiv:2003.02838, section 3.2).
    EdgeResidual {
        /// k x k, to more channels.
        expand: L,
        /// 1 x 1, linear.
        project: L,
        /// See [`Block`].
        shortcut: bool,
    },
    /// An inverted residual with up to two depthwise filters (arXiv:2404.10518, section 3).
    UniversalInvertedBottleneck {
        /// k x k per channel, before the expansion.
        start: Option<L>,
        /// 1 x 1, to more channels.
        expand: L,
        /// k x k per channel, after the expansion.
        depthwise: Option<L>,
        /// 1 x 1, linear.
        project: L,
        /// See [`Block`].
        shortcut: bool,
    },
    /// Multi-query attention over positions (arXiv:2404.10518, section 4.2).
    Attention(Attention<L>),
}

/// Squeeze-and-excite: the means of all channels become a factor for each (arXiv:1709.01507).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SqueezeExcite<L = Conv> {
    /// 1 x 1, from the means to fewer values.
    pub reduce: L,
    /// 1 x 1, from those to a factor for each channel.
    pub expand: L,
}

/// Multi-query attention: several heads of queries share one head of keys and values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attention<L = Conv> {
    /// The batch norm of the input.
    pub norm: L,
    /// 1 x 1, to the queries of all heads.
    pub query: L,
    /// To keys.
    pub key: KeyValue<L>,
    /// To values.
    pub value: KeyValue<L>,
    /// 1 x 1, from the answers of all heads.
    pub output: L,
    /// Heads of queries.
    pub heads: usize,
    /// See [`Block`].
    pub shortcut: bool,
}

/// Keys or values of an [`Attention`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyValue<L = Conv> {
    /// A depthwise filter with a stride: fewer keys and values than queries.
    pub down: Option<L>,
    /// 1 x 1, to one head.
    pub project: L,
}

impl<L> Block<L> {
    /// Which building block it is.
    pub fn kind(&self) -> BlockKind {
        match self {
            Self::Conv(_) => BlockKind::Conv,
            Self::DepthwiseSeparable { .. } => BlockKind::DepthwiseSeparable,
            Self::InvertedResidual { .. } => BlockKind::InvertedResidual,
            Self::EdgeResidual { .. } => BlockKind::EdgeResidual,
            Self::UniversalInvertedBottleneck { .. } => BlockKind::UniversalInvertedBottleneck,
            Self::Attention(_) => BlockKind::Attention,
        }
    }

    /// Whether it has squeeze-and-excite.
    pub fn has_squeeze_excite(&self) -> bool {
        match self {
            Self::DepthwiseSeparable { squeeze_excite, .. }
            | Self::InvertedResidual { squeeze_excite, .. } => squeeze_excite.is_some(),
            Self::Conv(_)
            | Self::EdgeResidual { .. }
            | Self::UniversalInvertedBottleneck { .. }
            | Self::Attention(_) => false,
        }
    }

    /// The block with each layer replaced by what `f` makes of it, in the order in which they run.
    ///
    /// # Errors
    /// The first error of `f`.
    pub fn try_map<'a, M, E>(
        &'a self,
        mut f: impl FnMut(Part, &'a L) -> Result<M, E>,
    ) -> Result<Block<M>, E> {
        Ok(match self {
            Self::Conv(conv) => Block::Conv(f(Part::Conv, conv)?),
            Self::DepthwiseSeparable { depthwise, squeeze_excite, pointwise, shortcut } => {
                Block::DepthwiseSeparable {
                    depthwise: f(Part::Depthwise, depthwise)?,
                    squeeze_excite: SqueezeExcite::try_map(squeeze_excite.as_ref(), &mut f)?,
                    pointwise: f(Part::Pointwise, pointwise)?,
                    shortcut: *shortcut,
                }
            }
            Self::InvertedResidual { expand, depthwise, squeeze_excite, project, shortcut } => {
                Block::InvertedResidual {
                    expand: f(Part::Expand, expand)?,
                    depthwise: f(Part::Depthwise, depthwise)?,
                    squeeze_excite: SqueezeExcite::try_map(squeeze_excite.as_ref(), &mut f)?,
                    project: f(Part::Project, project)?,
                    shortcut: *shortcut,
                }
            }
            Self::EdgeResidual { expand, project, shortcut } => Block::EdgeResidual {
                expand: f(Part::Expand, expand)?,
                project: f(Part::Project, project)?,
                shortcut: *shortcut,
            },
            Self::UniversalInvertedBottleneck { start, expand, depthwise, project, shortcut } => {
                Block::UniversalInvertedBottleneck {
                    start: start.as_ref().map(|start| f(Part::Start, start)).transpose()?,
                    expand: f(Part::Expand, expand)?,
                    depthwise: depthwise
                        .as_ref()
                        .map(|depthwise| f(Part::Depthwise, depthwise))
                        .transpose()?,
                    project: f(Part::Project, project)?,
                    shortcut: *shortcut,
                }
            }
            Self::Attention(attention) => Block::Attention(attention.try_map(&mut f)?),
        })
    }
}

impl<L> SqueezeExcite<L> {
    fn try_map<'a, M, E>(
        this: Option<&'a Self>,
        f: &mut impl FnMut(Part, &'a L) -> Result<M, E>,
    ) -> Result<Option<SqueezeExcite<M>>, E> {
        let Some(Self { reduce, expand }) = this else { return Ok(None) };
        Ok(Some(SqueezeExcite { reduce: f(Part::Reduce, reduce)?, expand: f(Part::Excite, expand)? }))
    }
}

impl<L> Attention<L> {
    fn try_map<'a, M, E>(
        &'a self,
        f: &mut impl FnMut(Part, &'a L) -> Result<M, E>,
    ) -> Result<Attention<M>, E> {
        Ok(Attention {
            norm: f(Part::Norm, &self.norm)?,
            query: f(Part::Query, &self.query)?,
            key: self.key.try_map([Part::KeyDown, Part::Key], f)?,
            value: self.value.try_map([Part::ValueDown, Part::Value], f)?,
            output: f(Part::Output, &self.output)?,
            heads: self.heads,
            shortcut: self.shortcut,
        })
    }
}

impl<L> KeyValue<L> {
    fn try_map<'a, M, E>(
        &'a self,
        [down, project]: [Part; 2],
        f: &mut impl FnMut(Part, &'a L) -> Result<M, E>,
    ) -> Result<KeyValue<M>, E> {
        Ok(KeyValue {
            down: self.down.as_ref().map(|layer| f(down, layer)).transpose()?,
            project: f(project, &self.project)?,
        })
    }
}

impl Block<Conv> {
    /// The same with anti-aliased downsampling instead of strides in its convolutions; an attention stays as it is.
    #[must_use]
    pub fn antialiased(mut self, antialias: AntiAlias) -> Self {
        let replace = |conv: &mut Conv| {
            if conv.stride > 1 {
                conv.antialias = Some(antialias);
            }
        };
        match &mut self {
            Self::Conv(conv)
            | Self::DepthwiseSeparable { depthwise: conv, .. }
            | Self::InvertedResidual { depthwise: conv, .. }
            | Self::EdgeResidual { expand: conv, .. } => replace(conv),
            Self::UniversalInvertedBottleneck { start, depthwise, .. } => {
                start.iter_mut().chain(depthwise).for_each(replace);
            }
            Self::Attention(_) => {}
        }
        self
    }
}
