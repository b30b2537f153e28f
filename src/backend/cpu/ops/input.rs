//! What an operation reads.

use super::size::Size;
use crate::kernels::{Element, FeatureMap};

/// The picture, or what an operation before made of it.
#[derive(Clone, Copy, Debug)]
pub enum Input<'a, E> {
    /// `[C, H, W]`, for a stem.
    Picture(&'a [f32]),
    /// A feature map, and perhaps values that are not part of it.
    Map(&'a [E]),
}

impl<'a, E: Element> Input<'a, E> {
    /// The picture.
    ///
    /// # Panics
    /// If it is a map.
    pub fn picture(self) -> &'a [f32] {
        match self {
            Self::Picture(picture) => picture,
            Self::Map(_) => unreachable!("only the first operation has a stem"),
        }
    }

    /// The feature map of shape `size`.
    ///
    /// # Panics
    /// If it is a picture, or a smaller map.
    pub fn map(self, size: Size) -> FeatureMap<'a, E> {
        match self {
            Self::Map(values) => FeatureMap::new(&values[..size.values::<E>()], size.positions()),
            Self::Picture(_) => unreachable!("the first operation has a stem"),
        }
    }
}
