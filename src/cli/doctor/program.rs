//! Which mnet this is.

use serde::Serialize;

use super::section::Section;
use crate::cli::version;

/// The facts of `mnet --version`.
#[derive(Debug, Serialize)]
pub(super) struct Program {
    version: &'static str,
    commit: Option<&'static str>,
    commit_date: Option<&'static str>,
    features: Vec<&'static str>,
    target: &'static str,
    debug_build: bool,
}

impl Program {
    pub(super) fn examine() -> Self {
        Self {
            version: version::NUMBER,
            commit: version::COMMIT,
            commit_date: version::COMMIT_DATE,
            features: version::features(),
            target: version::TARGET,
            debug_build: cfg!(debug_assertions),
        }
    }
}

impl Section for Program {
    fn name(&self) -> &'static str {
        "program"
    }

    fn lines(&self) -> Vec<(&'static str, String)> {
        let build = if self.debug_build { ", with debug assertions" } else { "" };
        vec![
            ("version", format!("mnet {}{build}", version::short())),
            ("features", version::features_or_none()),
            ("target", self.target.to_owned()),
        ]
    }
}
