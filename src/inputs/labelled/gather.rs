//! Rows to pictures, each once.

use std::collections::HashMap;
use std::path::{Component, Path, PathBuf};

use super::data::{Labelled, LabelledPicture, Row};
use super::error::Fault;
use crate::inputs::input::Input;
use crate::inputs::list;

/// The pictures of `rows`. A row that repeats another is counted; one that contradicts another is a fault.
pub(super) fn gather(rows: Vec<Row>, root: Option<&Path>) -> Result<Labelled, Fault> {
    let (mut pictures, mut repeated) = (vec![], 0);
    let (mut labels, mut places) = (vec![], HashMap::new());
    let mut seen: HashMap<PathBuf, (u64, usize)> = HashMap::new();
    for Row { line, path, label } in rows {
        let place = *places.entry(label).or_insert_with_key(|label| {
            labels.push(label.clone());
            labels.len() - 1
        });
        let path = root.map_or_else(|| path.clone(), |root| root.join(&path));
        let key = without_dots(&path);
        match seen.get(&key) {
            Some((_, earlier)) if *earlier == place => repeated += 1,
            Some((earlier, other)) => {
                let (label, other) = (labels[place].clone(), labels[*other].clone());
                return Err(Fault::TwoLabels { line, earlier: *earlier, path, label, other });
            }
            None => {
                seen.insert(key, (line, place));
                pictures.push(LabelledPicture { input: Input::File(path), label: Some(place) });
            }
        }
    }
    if pictures.is_empty() {
        return Err(Fault::Empty);
    }
    Ok(Labelled { pictures, labels, are_folders: false, left_out: vec![], repeated, members: None })
}

/// `./a.jpg`, `photos/./a.jpg` and `photos//a.jpg` in their shortest form.
fn without_dots(path: &Path) -> PathBuf {
    path.components().filter(|part| *part != Component::CurDir).collect()
}

/// The path in these bytes.
pub(super) fn path(bytes: &[u8], line: u64) -> Result<PathBuf, Fault> {
    if bytes.is_empty() {
        return Err(Fault::line(line, "no path"));
    }
    list::path(bytes.to_vec()).map_err(|error| Fault::line(line, error.to_string()))
}

/// The label in these bytes.
pub(super) fn label(bytes: &[u8], line: u64) -> Result<String, Fault> {
    if bytes.is_empty() {
        return Err(Fault::line(line, "no label"));
    }
    let text = str::from_utf8(bytes).map_err(|_| Fault::line(line, "its label is not UTF-8"))?;
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(line: u64, path: &str, label: &str) -> Row {
        Row { line, path: path.into(), label: label.into() }
    }

    #[test]
    fn paths_start_from_the_root() {
        let rows = vec![row(1, "a.jpg", "5"), row(2, "/b.jpg", "3"), row(3, "c.jpg", "5")];
        let found = gather(rows, Some(Path::new("val"))).unwrap();
        let pictures: Vec<_> =
            found.pictures.iter().map(|it| (it.input.path().to_str().unwrap(), it.label.unwrap())).collect();
        assert_eq!(pictures, [("val/a.jpg", 0), ("/b.jpg", 1), ("val/c.jpg", 0)]);
        assert_eq!(found.labels, ["5", "3"]);
    }

    #[test]
    fn a_picture_counts_once_and_has_one_label() {
        let found = gather(vec![row(1, "a.jpg", "5"), row(2, "a.jpg", "5")], None).unwrap();
        assert_eq!((found.pictures.len(), found.repeated), (1, 1));
        let fault = gather(vec![row(1, "a.jpg", "5"), row(4, "a.jpg", "6")], None).unwrap_err().to_string();
        assert_eq!(fault, "line 4: a.jpg has the label `6`, and on line 1 `5`");
        for (one, other) in [("a.jpg", "./a.jpg"), ("./b/a.jpg", "b//./a.jpg")] {
            let found = gather(vec![row(1, one, "5"), row(2, other, "5")], Some(Path::new("."))).unwrap();
            assert_eq!((found.pictures.len(), found.repeated), (1, 1), "{one} {other}");
            assert!(gather(vec![row(1, one, "5"), row(2, other, "6")], None).is_err(), "{one} {other}");
        }
        assert_eq!(gather(vec![], None).unwrap_err().to_string(), "it lists no pictures");
    }
}
