//! The layout of every feature map: blocks of eight channels, `[c/8, h, w, 8]` (oneDNN's `nChw8c`).
//!
//! The eight channels of a position are adjacent, and the positions of a block follow one another. A depthwise filter
//! then sweeps over one small plane that stays in the L1 cache, and a matrix product reads rows and writes columns in
//! long runs. No channel count maps the positions to the same few cache sets. Channels past the last are finite and
//! meet zero weights.

/// Channels of a block.
pub const CHANNEL_BLOCK: usize = 8;

/// Blocks that hold `channels`.
pub const fn blocks(channels: usize) -> usize {
    channels.div_ceil(CHANNEL_BLOCK)
}
