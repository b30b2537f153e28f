//! Why the network is not used.

use std::fmt;

/// Why no connection is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Offline {
    /// This variable of the environment says so.
    Variable(&'static str),
    /// A flag says so.
    Flag,
    /// The command never opens one.
    Command,
}

impl fmt::Display for Offline {
    /// The end of a sentence about what is not in the cache.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Variable(_) | Self::Flag => ", and offline mode is on",
            Self::Command => "",
        })
    }
}
