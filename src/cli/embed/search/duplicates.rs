//! Groups of near-duplicates, as text or as JSON Lines.

use std::cmp::Reverse;
use std::fs;
use std::io::{self, Write};
use std::path::Path;

use serde::Serialize;

use super::pictures::Pictures;
use super::sheet::{Section, Shown};
use crate::cli::console::path_for_stdout;
use crate::cli::quantities::size;
use crate::inputs::file_and_name;
use crate::neighbours::Group;
use crate::pixels::{self, DecodeOptions};
use crate::sink::path_in_base64;

/// A group of similar pictures, the best first.
pub(super) struct Alike<'a> {
    pub(super) pictures: Vec<Picture<'a>>,
    /// The similarity of the least similar pair.
    pub(super) least: f64,
}

/// A picture of a group.
pub(super) struct Picture<'a> {
    row: usize,
    pub(super) path: &'a Path,
    /// `None` if there is no longer a picture at the path.
    file: Option<PictureFile>,
}

/// The properties that rank the pictures of a group.
#[derive(Clone, Copy, Debug)]
struct PictureFile {
    /// Width and height as stored, px.
    size: (u32, u32),
    bytes: u64,
}

impl<'a> Alike<'a> {
    /// The pictures of `group`, sorted by pixels, then by bytes (most first), then in the order of the inputs. Pictures that are no
    /// files come last: members of a tar, which would be searched for each of them, and files that are missing.
    pub(super) fn new(group: &Group, all: &'a Pictures, options: &DecodeOptions) -> Self {
        let picture = |row: &usize| {
            let path = all.paths[*row].as_path();
            Picture::new(*row, path, options, !all.is_streamed(path))
        };
        let mut pictures: Vec<_> = group.rows.iter().map(picture).collect();
        pictures.sort_by_key(|picture| {
            Reverse(picture.file.map(|PictureFile { size: (width, height), bytes }| {
                (u64::from(width) * u64::from(height), bytes)
            }))
        });
        Self { pictures, least: group.least }
    }

    /// How many pictures of the group are no longer at their paths.
    pub(super) fn missing(&self) -> usize {
        let is_missing = |picture: &&Picture| picture.file.is_none() && file_and_name(picture.path).is_none();
        self.pictures.iter().filter(is_missing).count()
    }
}

impl<'a> Picture<'a> {
    fn new(row: usize, path: &'a Path, options: &DecodeOptions, is_file: bool) -> Self {
        let read = || {
            let file = fs::read(path).ok()?;
            let needs = pixels::needs(&file, options, None).ok()?;
            Some(PictureFile { size: (needs.width, needs.height), bytes: file.len() as u64 })
        };
        Self { row, path, file: if is_file { read() } else { None } }
    }
}

#[derive(Serialize)]
struct Line<'a> {
    similarity: f64,
    paths: Vec<String>,
    /// The bytes of each path in base64, if one of them is not UTF-8.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    path_bytes: &'a [Option<String>],
}

/// Writes a JSON object for each group; in text, one path per line and an empty line between groups.
pub(super) fn write(output: &mut impl Write, groups: &[Alike], is_json: bool) -> io::Result<()> {
    for (index, group) in groups.iter().enumerate() {
        if is_json {
            let bytes: Vec<_> = group.pictures.iter().map(|picture| path_in_base64(picture.path)).collect();
            let path_bytes = if bytes.iter().any(Option::is_some) { &bytes[..] } else { &[] };
            let paths =
                group.pictures.iter().map(|picture| picture.path.to_string_lossy().into_owned()).collect();
            serde_json::to_writer(&mut *output, &Line { similarity: group.least, paths, path_bytes })?;
            output.write_all(b"\n")?;
            continue;
        }
        if index > 0 {
            output.write_all(b"\n")?;
        }
        for picture in &group.pictures {
            output.write_all(&path_for_stdout(picture.path))?;
            output.write_all(b"\n")?;
        }
    }
    Ok(())
}

/// A section for each group, with the sizes of its pictures.
pub(super) fn sections<'a>(groups: &'a [Alike]) -> impl Iterator<Item = Section<'a>> {
    groups.iter().enumerate().map(|(index, group)| {
        let caption = |picture: &Picture<'a>| {
            let caption = picture.file.map(|PictureFile { size: (width, height), bytes }| {
                format!("{width} x {height} px, {}", size(bytes))
            });
            Shown { row: Some(picture.row), path: picture.path, caption: caption.unwrap_or_default() }
        };
        Section {
            heading: format!("Group {}", index + 1),
            note: format!("{} pictures, at least {:.4} alike", group.pictures.len(), group.least),
            pictures: group.pictures.iter().map(caption).collect(),
        }
    })
}
