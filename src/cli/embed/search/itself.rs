//! Recognizes a photo among the pictures, so that it is not listed as similar to itself.

use std::path::{Component, Path, PathBuf};

use crate::cli::outputs::same_file::{are_same, will_be_same};
use crate::inputs::file_and_name;

/// Which rows hold the photo itself.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Itself<'a> {
    /// Every row whose path leads to this file.
    File(&'a Path),
    /// The photo is a member of a file. If several members have its path, it is the first of them, and the others are different pictures.
    Member(Option<usize>),
}

impl<'a> Itself<'a> {
    pub(super) fn of(photo: &'a Path, paths: &[PathBuf]) -> Self {
        let Some((file, name)) = file_and_name(photo) else { return Self::File(photo) };
        let is_member = |path: &PathBuf| {
            path == photo
                || path.file_name() == photo.file_name()
                    && file_and_name(path).is_some_and(|(other_file, other_name)| {
                        normal(other_name).eq(normal(name)) && are_same(other_file, file)
                    })
        };
        Self::Member(paths.iter().position(is_member))
    }

    /// Whether the photo is the picture in this row, which has this path.
    pub(super) fn is(&self, row: usize, path: &Path) -> bool {
        match self {
            Self::File(photo) => path == *photo || will_be_same(path, photo),
            Self::Member(own) => *own == Some(row),
        }
    }
}

/// The components of a member's name, without `.`.
fn normal(name: &Path) -> impl Iterator<Item = Component<'_>> {
    name.components().filter(|part| *part != Component::CurDir)
}

#[cfg(test)]
mod tests {
    use std::{env, fs, process};

    use super::*;

    #[test]
    fn the_path_of_several_members_means_the_first() {
        let folder = env::temp_dir().join(format!("mnet-itself-{}", process::id()));
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("x.parquet"), b"").unwrap();
        let paths = ["a.jpg", "d/b.jpg", "a.jpg", "d/b.jpg"].map(|name| folder.join("x.parquet").join(name));
        let rows = |photo: &Path| {
            let itself = Itself::of(photo, &paths);
            (0..paths.len()).filter(|row| itself.is(*row, &paths[*row])).collect::<Vec<_>>()
        };
        assert_eq!(rows(&paths[2]), [0]);
        // Another spelling of the file and the name changes nothing.
        assert_eq!(rows(&folder.join("./x.parquet/d/./b.jpg")), [1]);
        assert_eq!(rows(&folder.join("x.parquet/b.jpg")), [0; 0]);
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn a_file_is_itself_by_all_its_names() {
        let paths = ["Cargo.toml", "src/lib.rs", "./src/../Cargo.toml"].map(PathBuf::from);
        let itself = Itself::of(Path::new("./Cargo.toml"), &paths);
        let rows: Vec<_> = (0..paths.len()).filter(|row| itself.is(*row, &paths[*row])).collect();
        assert_eq!(rows, [0, 2]);
    }
}
