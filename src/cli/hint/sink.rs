//! Files that a run cannot append to.

use super::{Hint, again};
use crate::sink::ResumeError;

impl Hint for ResumeError {
    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Io(_) | Self::NotResumable { .. } => return None,
            Self::NotAnAnswer { .. } | Self::NotEmbeddings { .. } => {
                "another name for --resume, or move that file away first".into()
            }
            Self::OtherModel { .. }
            | Self::OtherAnswer { .. }
            | Self::OtherQuestion { .. }
            | Self::OtherGroups
            | Self::OtherColumns { .. } => again::with_another_output()
                .unwrap_or_else(|| "another name for --resume, or --model and --res as before".into()),
        })
    }
}
