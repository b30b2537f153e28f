//! The input of an operation.

use super::size::Size;
use crate::kernels::{Element, FeatureMap};

/// The picture, or the output of an earlier operation.
#[derive(Clone, Copy, Debug)]
pub enum Input<'a, E> {
    /// The picture, `[C, H, W]`, for a stem.
    Picture(&'a [f32]),
    /// A feature map, possibly followed by values that are not part of it.
    Map(&'a [E]),
}

impl<'a, E: Element> Input<'a, E> {
    /// Returns the picture.
    ///
    /// # Panics
    /// If the input is a feature map.
    pub fn picture(self) -> &'a [f32] {
        match self {
            Self::Picture(picture) => picture,
            Self::Map(_) => unreachable!("only the first operation has a stem"),
        }
    }

    /// Returns the feature map of shape `size`.
    ///
    /// # Panics
    /// If the input is the picture, or a smaller map.
    pub fn map(self, size: Size) -> FeatureMap<'a, E> {
        match self {
            Self::Map(values) => FeatureMap::new(&values[..size.values::<E>()], size.positions()),
            Self::Picture(_) => unreachable!("the first operation has a stem"),
        }
    }
}
