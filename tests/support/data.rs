//! Data that is too large for the repository, for tests that are ignored without it.
//!
//! Reference checkpoints and pixels are made by `tests/golden` (`just references`); `MNET_REFERENCE` names their folder,
//! `target/reference` if unset. Real checkpoints and photos lie in `MNET_SHARED`, `../shared` if unset.
//! Where `MNET_REQUIRE_REFERENCES=1`, what is missing is a failure.

use std::path::PathBuf;

use libtest_mimic::{Completion, Trial};

/// A file or folder among the references.
pub(crate) fn reference(path: &str) -> PathBuf {
    folder("MNET_REFERENCE", "target/reference").join(path)
}

/// A file or folder of the shared data.
pub(crate) fn shared(path: &str) -> PathBuf {
    folder("MNET_SHARED", "../shared").join(path)
}

fn folder(variable: &str, default: &str) -> PathBuf {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    std::env::var_os(variable).map_or_else(|| root.join(default), PathBuf::from)
}

/// A test that needs the files `needed`: ignored where one of them is missing.
pub(crate) fn trial(
    name: impl Into<String>,
    needed: impl IntoIterator<Item = PathBuf>,
    run: impl FnOnce() + Send + 'static,
) -> Trial {
    let missing = needed.into_iter().find(|path| !path.exists());
    Trial::ignorable_test(name, move || {
        let Some(missing) = missing else {
            run();
            return Ok(Completion::Completed);
        };
        let reason = format!("{} is missing", missing.display());
        if std::env::var_os("MNET_REQUIRE_REFERENCES").is_some_and(|value| value == "1") {
            return Err(reason.into());
        }
        Ok(Completion::ignored_with(reason))
    })
}
