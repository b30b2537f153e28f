//! Folders with files that hold many pictures, such as data sets in parts.

use std::path::{Path, PathBuf};

use super::quote::quoted;
use crate::inputs::{first_collection, has_pictures};

/// The pattern that a shell takes for the files below `folder` that hold many pictures; `None` if there is no such file.
pub(super) fn pattern(folder: &Path) -> Option<String> {
    let (below, ending) = first(folder)?;
    let between = "/*".repeat(below.components().count() - 1);
    Some(format!("{}{between}/*.{ending}", quoted(folder.components().as_path())))
}

/// The pattern of `--glob` without which a search of `folder` finds no picture; `None` if there are pictures, or no such file.
pub(in crate::cli) fn glob(folder: &Path) -> Option<String> {
    let (_, ending) = first(folder).filter(|_| !has_pictures(folder))?;
    Some(format!("*.{ending}"))
}

/// A file in `folder`, named from there, and its ending.
fn first(folder: &Path) -> Option<(PathBuf, String)> {
    let file = first_collection(folder)?;
    let parts: Vec<_> = file.file_name()?.to_str()?.rsplitn(3, '.').collect();
    let ending = match parts[..] {
        // `x.tar.gz`.
        [last, tar, _] if tar.eq_ignore_ascii_case("tar") => format!("{tar}.{last}"),
        [last, ..] => last.to_owned(),
        [] => return None,
    };
    Some((file.strip_prefix(folder).ok()?.to_owned(), ending))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn the_files_in_the_fewest_folders_are_meant() {
        let folder = std::env::temp_dir().join(format!("mnet-shards-{}", std::process::id()));
        let put = |name: &str| {
            let file = folder.join(name);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, "").unwrap();
        };
        put("a/.hidden/0.tar");
        put("a/notes.txt");
        assert_eq!([pattern(&folder), glob(&folder)], [None, None]);
        let shown = folder.display().to_string();
        for (name, expected) in [
            ("a/b/1.tar.gz", "/*/*/*.tar.gz"),
            ("b/1.x.zip", "/*/*.zip"),
            ("c.parquet/", "/*/*.zip"),
            ("d.Tar", "/*.Tar"),
        ] {
            if name.ends_with('/') {
                fs::create_dir(folder.join(name)).unwrap();
            } else {
                put(name);
            }
            assert_eq!(pattern(&folder), Some(format!("{shown}{expected}")), "{name}");
            assert_eq!(
                glob(&folder).unwrap(),
                expected.trim_start_matches(['/', '*']).replacen('.', "*.", 1)
            );
        }
        put("b/1.jpg");
        assert_eq!(glob(&folder), None);
        fs::remove_dir_all(&folder).unwrap();
    }
}
