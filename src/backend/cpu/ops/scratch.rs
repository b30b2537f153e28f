//! Buffers that operations write into between their input and their output. They grow to what was ever needed and are
//! reused, so that a run allocates nothing.

use std::ops::Range;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::kernels::{AlignedVec, Element};

/// The first `length` values of `buffer`, which grows and never shrinks.
pub fn grown<E: Element>(buffer: &mut AlignedVec<E>, length: usize) -> &mut [E] {
    buffer.grow(length);
    &mut buffer[..length]
}

/// The buffers of one thread.
#[derive(Debug, Default)]
pub struct ThreadScratch<E = f32> {
    /// The map that the first layer of an operation makes.
    pub(super) hidden: AlignedVec<E>,
    /// What a depthwise convolution makes of it.
    pub(super) filtered: AlignedVec<E>,
    /// Padded pixels under one output row of a stem.
    pub(super) pixels: AlignedVec<f32>,
    /// Padded rows of a 3 x 3 convolution.
    pub(super) rows: RowBuffer<E>,
    pub(super) squeeze_excite: SqueezeExciteScratch,
}

/// Locks the buffers of one thread.
pub(super) fn lock<T>(scratch: &Mutex<T>) -> MutexGuard<'_, T> {
    // What a thread that panicked left there is overwritten.
    scratch.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The padded rows that a thread holds, see [`kernels::conv2d`](crate::kernels::conv2d).
#[derive(Debug, Default)]
pub(super) struct RowBuffer<E = f32> {
    pub values: AlignedVec<E>,
    /// Which rows these are.
    pub held: Range<usize>,
}

impl<E> RowBuffer<E> {
    /// Forgets the rows, which are those of another map.
    pub(super) fn clear(&mut self) {
        self.held = 0..0;
    }
}

/// Between the layers of a [`SqueezeExcite`](super::SqueezeExcite).
#[derive(Debug, Default)]
pub(super) struct SqueezeExciteScratch {
    pub means: AlignedVec<f32>,
    pub reduced: AlignedVec<f32>,
    pub factors: AlignedVec<f32>,
}

/// Buffers between the layers of an [`Attention`](super::Attention), and for its input and output if maps are not `f32`.
#[derive(Debug, Default)]
pub struct AttentionScratch {
    pub(super) input: AlignedVec<f32>,
    pub(super) output: AlignedVec<f32>,
    /// The attention weights that each thread computes.
    pub(super) scores: Vec<Mutex<AlignedVec<f32>>>,
    pub(super) normed: AlignedVec<f32>,
    pub(super) queries: AlignedVec<f32>,
    pub(super) downsampled: AlignedVec<f32>,
    pub(super) keys: AlignedVec<f32>,
    pub(super) transposed: AlignedVec<f32>,
    pub(super) values: AlignedVec<f32>,
    pub(super) attended: AlignedVec<f32>,
}
