//! Which columns of a table hold paths and labels.

use std::path::Path;

use super::data::Columns;
use super::error::Fault;
use crate::inputs::patterns::has_picture_ending;

/// Headers of a column of paths, without case and separators.
const PATH: [&str; 13] = [
    "path",
    "file",
    "filename",
    "filepath",
    "fname",
    "image",
    "imagepath",
    "imagefile",
    "imagename",
    "img",
    "imgpath",
    "picture",
    "photo",
];

/// Headers of a column of labels.
const LABEL: [&str; 13] = [
    "label",
    "labels",
    "labelname",
    "labelid",
    "class",
    "classname",
    "classid",
    "classindex",
    "wnid",
    "synset",
    "category",
    "target",
    "truth",
];

/// The places of both columns, and whether the first row is a header.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Places {
    pub path: usize,
    pub label: usize,
    pub has_header: bool,
}

/// The columns that `wanted` names, or that the `first` row does. Two columns without a header are path and label: then the
/// first row names a picture, by its ending or because it `exists`.
pub(super) fn places(
    first: &[String],
    wanted: Option<&Columns>,
    exists: impl Fn(&Path) -> bool,
) -> Result<Places, Fault> {
    if let Some(Columns { path, label }) = wanted {
        let find = |name: &String| {
            let place = first.iter().position(|cell| normal(cell) == normal(name));
            place.ok_or_else(|| Fault::NoColumn { name: name.clone(), header: first.to_vec() })
        };
        return Ok(Places { path: find(path)?, label: find(label)?, has_header: true });
    }
    let known = |names: &[&str]| {
        let mut places = (0..first.len()).filter(|place| names.contains(&&*normal(&first[*place])));
        places.next().filter(|_| places.next().is_none())
    };
    match (known(&PATH), known(&LABEL), first) {
        (Some(path), Some(label), _) => Ok(Places { path, label, has_header: true }),
        (_, _, [path, _]) if has_picture_ending(Path::new(path)) || exists(Path::new(path)) => {
            Ok(Places { path: 0, label: 1, has_header: false })
        }
        _ => Err(Fault::Columns { header: first.to_vec() }),
    }
}

/// `ClassId`, `class_id` and `"Class ID"` are one header.
fn normal(header: &str) -> String {
    header.chars().filter(|c| c.is_alphanumeric()).collect::<String>().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(first: &[&str], wanted: Option<[&str; 2]>) -> Result<(usize, usize, bool), String> {
        let first: Vec<_> = first.iter().map(|&cell| cell.to_owned()).collect();
        let wanted = wanted.map(|[path, label]| Columns { path: path.into(), label: label.into() });
        let places = places(&first, wanted.as_ref(), |path| path == Path::new("known"));
        places.map(|it| (it.path, it.label, it.has_header)).map_err(|fault| fault.to_string())
    }

    #[test]
    fn headers_or_two_columns() {
        assert_eq!(of(&["path", "label"], None), Ok((0, 1, true)));
        assert_eq!(of(&["id", "Class Name", "width", "File_Name"], None), Ok((3, 1, true)));
        assert_eq!(of(&["a.jpg", "tabby"], None), Ok((0, 1, false)));
        assert_eq!(of(&["known", "tabby"], None), Ok((0, 1, false)));
        assert_eq!(of(&["id", "breed"], Some(["ID", "breed"])), Ok((0, 1, true)));
    }

    #[test]
    fn what_is_not_said_is_not_guessed() {
        for first in
            [&["id", "breed"][..], &["path", "class", "class_id"], &["a.jpg", "tabby", "3"], &["path"]]
        {
            let fault = of(first, None).unwrap_err();
            assert!(fault.contains("which columns hold path and label"), "{first:?}: {fault}");
        }
        assert_eq!(of(&["a", "b"], Some(["a", "c"])).unwrap_err(), "no column `c`: its columns are a, b");
    }
}
