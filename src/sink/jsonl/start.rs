//! How a line begins.

/// How a line of ours begins.
pub(super) const START: &[u8] = br#"{"path":"#;
