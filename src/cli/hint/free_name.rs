//! Names for files that a proposed command makes: nothing has them yet.

use std::path::{Path, PathBuf};

/// A free name in the current folder, made from the name of `path`.
pub(super) fn free(path: &Path, ending: &str) -> PathBuf {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let stem = if stem.starts_with('-') { format!("./{stem}") } else { stem.into_owned() };
    first_free(|suffix| format!("{stem}{suffix}{ending}").into())
}

/// A free name: `path` with another ending added.
pub(super) fn renamed(path: &Path, ending: &str) -> PathBuf {
    let is_like_a_flag = path.as_os_str().as_encoded_bytes().starts_with(b"-");
    let path = if is_like_a_flag { &Path::new(".").join(path) } else { path };
    first_free(|suffix| {
        let mut name = path.as_os_str().to_owned();
        name.push(format!("{suffix}.{ending}"));
        name.into()
    })
}

/// The first name that is free. `name` makes one from a suffix: an empty one, then `-2`, `-3` and so on.
pub(super) fn first_free(name: impl Fn(&str) -> PathBuf) -> PathBuf {
    let suffixes = (2..100).map(|number| format!("-{number}"));
    let mut names = std::iter::once(String::new()).chain(suffixes).map(|suffix| name(&suffix));
    names.find(|name| is_free(name)).unwrap_or_else(|| name("-new"))
}

/// Whether no file has this name, and no link either: one that leads nowhere would be written through.
pub(super) fn is_free(path: &Path) -> bool {
    path.symlink_metadata().is_err()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_exists_is_not_taken() {
        assert_eq!(free(Path::new("a/Cargo.pdf"), ".toml"), Path::new("Cargo-2.toml"));
        assert_eq!(renamed(Path::new("src/lib"), "rs"), Path::new("src/lib-2.rs"));
    }

    #[cfg(unix)]
    #[test]
    fn a_link_that_leads_nowhere_is_not_taken() {
        let link = std::env::temp_dir().join(format!("mnet-free-{}", std::process::id()));
        std::os::unix::fs::symlink("no/such/file", &link).unwrap();
        assert!(!link.exists());
        let name = |suffix: &str| link.with_file_name(format!("mnet-free-{}{suffix}", std::process::id()));
        assert_eq!(first_free(name), name("-2"));
        std::fs::remove_file(link).unwrap();
    }
}
