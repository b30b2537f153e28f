//! Inputs that are read only once: pipes, and other open files.

use std::path::{Path, PathBuf};

use super::free_name::{first_free, renamed};
use super::quote::quoted;
use super::with_input::is_stdin;
use crate::cli::outputs::descriptor::Descriptor;

/// The command that `with` makes of a file, after one that writes the bytes of the stream at `path` to it. `holds` is the ending of files
/// with such content.
pub(super) fn with_copy(path: &Path, holds: Option<&str>, with: impl Fn(&Path) -> String) -> String {
    let new = holds.map(|ending| renamed(Path::new("pictures"), ending));
    match new {
        Some(new) if is_stdin(path) => format!("cat > {} && {}", quoted(&new), with(&new)),
        Some(new) if is_descriptor(path) => in_place(path, &with(&new)),
        _ => {
            let copy = copy_of(path, holds);
            format!("cat {} > {} && {}", quoted(path), quoted(&copy), with(&copy))
        }
    }
}

/// A command with a file, for a descriptor at `path`, which no later command can open.
pub(super) fn in_place(path: &Path, command: &str) -> String {
    format!("a file in place of {}, as in {command}", quoted(path))
}

/// Whether `path` is a name of an open file, such as `/dev/fd/63`.
pub(super) fn is_descriptor(path: &Path) -> bool {
    Descriptor::of(path).is_some()
}

/// Whether `path` is that of a pipe or a device.
pub(super) fn is_stream(path: &Path) -> bool {
    path.metadata().is_ok_and(|it| !it.is_file() && !it.is_dir())
}

/// A free name in the current folder, made from the name of `path`. `ending` is added if there is one.
fn copy_of(path: &Path, ending: Option<&str>) -> PathBuf {
    let name = path.file_name().unwrap_or_default().display();
    let ending = ending.map(|ending| format!(".{ending}")).unwrap_or_default();
    first_free(|suffix| format!("copy{suffix}-of-{name}{ending}").into())
}
