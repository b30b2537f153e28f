//! Pictures whose shape makes them too large.

/// A picture that would become too large, such as one of 10 000 x 10 px whose shorter side is resized to 224.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("resized for the network it would be {width} x {height} px; a side may have at most {limit}")]
pub struct Oversize {
    /// Width of the resized picture, px.
    pub width: u64,
    /// Height of the resized picture, px.
    pub height: u64,
    /// The longest side allowed, px.
    pub limit: u32,
}

impl Oversize {
    /// One word for scripts.
    pub fn kind(&self) -> &'static str {
        "too-large"
    }
}
