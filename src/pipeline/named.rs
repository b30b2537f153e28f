//! What of an input its record has.

use std::path::PathBuf;

use serde_json::Value;

use crate::inputs::Input;
use crate::record::{Answer, ItemError, Record};

/// The name of an input, and the values that are kept of its columns.
#[derive(Debug)]
pub(super) struct Named {
    path: PathBuf,
    kept: Vec<Value>,
}

impl Named {
    pub(super) fn of(input: &Input) -> Self {
        Self { path: input.path().to_owned(), kept: input.kept().to_vec() }
    }

    pub(super) fn with(self, outcome: Result<Answer, ItemError>) -> Record {
        Record { path: self.path, kept: self.kept, outcome }
    }
}
