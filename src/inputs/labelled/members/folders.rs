//! A folder for each class, within a tar or zip.

use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use super::choose::Texts;
use crate::inputs::input::Input;

/// The name of the folder of each of the `members` of `files`: the first below the folders that all of them lie in. `None` if they
/// lie in fewer than two, or if a name is not UTF-8.
pub(super) fn labels(members: &[Input], files: &[PathBuf]) -> Option<Texts> {
    let folders = |input: &Input| -> Vec<PathBuf> {
        let path = input.path();
        let within = files.iter().find_map(|file| path.strip_prefix(file).ok()).unwrap_or(path);
        let parts = within.parent().unwrap_or(Path::new("")).components();
        parts
            .filter(|part| matches!(part, Component::Normal(_)))
            .map(|part| part.as_os_str().into())
            .collect()
    };
    let pictures = || members.iter().filter(|member| matches!(member, Input::Member(_)));
    let mut common = folders(pictures().next()?);
    for member in pictures() {
        let alike = common.iter().zip(folders(member)).take_while(|(one, other)| *one == other).count();
        common.truncate(alike);
    }
    let label = |input: &Input| {
        let name = folders(input).get(common.len()).cloned();
        name.map(|name| name.to_str().map(Arc::from)).map_or(Some(None), |name| name.map(Some))
    };
    let is_member = |input: &Input| matches!(input, Input::Member(_));
    let labels: Option<Texts> =
        members.iter().map(|input| if is_member(input) { label(input) } else { Some(None) }).collect();
    labels.filter(|labels| labels.iter().any(Option::is_some))
}
