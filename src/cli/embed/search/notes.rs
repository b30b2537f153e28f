//! Notes about the pictures of a search.

use super::pictures::Pictures;
use crate::cli::console::Console;
use crate::cli::quantities::counted;

/// Notes which pictures a search cannot find.
pub(super) fn pictures(pictures: &Pictures, console: &Console) {
    if pictures.paths.is_empty() {
        console.note("no pictures found");
    }
    if pictures.repeated > 0 {
        let paths = counted(pictures.repeated, "path");
        let verb = if pictures.repeated == 1 { "leads" } else { "lead" };
        console.note(format_args!("{paths} {verb} to files that were named before: each file counts once"));
    }
    if let Some(first) = pictures.later_of_name.iter().min() {
        let count = counted(pictures.later_of_name.len(), "picture");
        let verb = if count.starts_with("1 ") { "has" } else { "have" };
        let name = pictures.paths[*first].display();
        console.note(format_args!(
            "{count} {verb} the name of an earlier one, such as {name}: such a name means the first of them"
        ));
    }
    let zero = pictures.vectors.without_direction();
    if zero > 0 {
        console.note(format_args!("{} with an embedding of zeros: like no other", counted(zero, "picture")));
    }
}

/// Notes that `missing` of the `found` pictures are no longer at their saved paths, and the consequence, `then`.
pub(super) fn missing(missing: usize, found: usize, then: &str, console: &Console) {
    if missing > 0 {
        let found = counted(found, "file");
        let verb = if found.starts_with("1 ") { "is" } else { "are" };
        console.note(format_args!(
            "{missing} of {found} {verb} not at the saved paths, which count from this directory: {then}"
        ));
    }
}
