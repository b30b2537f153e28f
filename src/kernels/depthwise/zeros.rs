//! What taps on padding read: zeros.

use crate::kernels::element::Element;

/// The columns that seven pairs of outputs see through a filter of five taps.
pub(super) const ZERO_COLUMNS: usize = 7 * 2 + 4;

/// The size of the largest block, in bytes.
const BLOCK_BYTES: usize = 64;

/// Zeros in every element type.
static ZEROS: [u64; ZERO_COLUMNS * BLOCK_BYTES / 8] = [0; _];

/// A row of [`ZERO_COLUMNS`] positions.
pub(in crate::kernels) const fn zeros<E: Element>() -> *const E {
    const { assert!(E::BLOCK * size_of::<E>() <= BLOCK_BYTES && align_of::<E>() <= 8, "a row of zeros") };
    ZEROS.as_ptr().cast()
}
