//! Groups that do not fit.

use super::{Hint, again};
use crate::predict::{GroupFault, GroupFileError, NotOfLevel};

impl Hint for GroupFileError {
    fn hint(&self) -> Option<String> {
        match self {
            Self::Io { path, .. } => again::with_file("--groups", path),
            Self::Fault { path, fault } => {
                let path = path.display();
                Some(match &**fault {
                    GroupFault::Unknown { label, similar, .. } if !similar.is_empty() => {
                        format!("\"{}\" in {path} in place of \"{label}\"", similar[0])
                    }
                    GroupFault::Form(_) | GroupFault::NoGroups | GroupFault::Value { .. } => {
                        format!(
                            "{{\"pets\": [\"@dog\", \"tabby\"]}} in {path}: names, each with a list of classes"
                        )
                    }
                    _ => format!("correct {path}, and the same command"),
                })
            }
        }
    }
}

impl Hint for NotOfLevel {
    fn hint(&self) -> Option<String> {
        again::without("--level")
    }
}
