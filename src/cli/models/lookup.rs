//! What a MODEL on the command line stands for.

use anyhow::Result;

use crate::cli::console::Failure;
use crate::cli::hint::OrFail;
use crate::hub::{CachedRepo, Hub, Repository};
use crate::predict::{self, Request, Source};

/// Where the weights of `model` are, as `mnet classify --model` finds them.
pub(super) fn source(model: &str) -> Result<Source> {
    let request = Request { model: Some(model.to_owned()), ..Request::default() };
    predict::select(&request).or_fail()
}

/// The repository of `model` at the revisions that will do, best first; none if it needs no download.
pub(super) fn repositories(model: &str) -> Result<Vec<Repository>> {
    predict::repositories(&source(model)?).or_fail()
}

/// What the cache holds of `model`.
pub(super) fn cached(model: &str, hub: &Hub) -> Result<CachedRepo> {
    if matches!(source(model)?, Source::BuiltIn) {
        let hint = Some(format!("mnet models show {model}"));
        return Err(Failure::error(format_args!("{model} is in the program itself, not in the cache"), hint));
    }
    let repositories = repositories(model)?;
    let found = repositories.first().and_then(|repository| hub.cached_repo(repository));
    found.ok_or_else(|| {
        let hint = "mnet models list --cached".to_owned();
        Failure::error(format_args!("{model} is not in the cache"), Some(hint))
    })
}
