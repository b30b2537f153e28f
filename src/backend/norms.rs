//! Batch norms, folded or not.

/// What becomes of the batch norms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Norms {
    /// Folded into weights and biases at load.
    Folded,
    /// Layers of candle's own, as trained: slower, and the reference for the folded network.
    Separate,
}
