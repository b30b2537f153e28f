//! The layout of every feature map: blocks of channels, `[c/B, h, w, B]` (oneDNN's `nChw8c` for `f32`).
//!
//! The channels of a block are adjacent at a position, and the positions of a block follow one another. A depthwise
//! filter then sweeps over one small plane that stays in the L1 cache, and a matrix product reads rows and writes columns
//! in long runs. No channel count maps the positions to the same few cache sets. Channels past the last are finite and
//! are multiplied by zero weights. How many channels a block has is a property of the [`Element`].

use super::element::Element;

/// The number of channels in a block of `f32`.
pub const CHANNEL_BLOCK: usize = f32::BLOCK;

/// How many blocks of `f32` hold `channels`.
pub const fn blocks(channels: usize) -> usize {
    channels.div_ceil(CHANNEL_BLOCK)
}

/// How many blocks of `E` hold `channels`.
pub const fn blocks_of<E: Element>(channels: usize) -> usize {
    channels.div_ceil(E::BLOCK)
}

/// `channels`, rounded up to whole blocks of `E`.
pub const fn padded<E: Element>(channels: usize) -> usize {
    blocks_of::<E>(channels) * E::BLOCK
}
