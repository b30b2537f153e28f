//! Writes the pictures most similar to a photo, as text or as JSON Lines.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::sheet::{Section, Shown};
use crate::cli::console::path_for_stdout;
use crate::neighbours::Neighbour;
use crate::sink::path_in_base64;

#[derive(Serialize)]
struct Line<'a> {
    query: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    query_bytes: Option<String>,
    rank: usize,
    path: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    path_bytes: Option<String>,
    similarity: f64,
}

/// Writes a line for each picture found. In text it begins with the query if there are several.
pub(super) fn write(
    output: &mut impl Write,
    queries: &[PathBuf],
    paths: &[PathBuf],
    found: &[Vec<Neighbour>],
    is_json: bool,
) -> io::Result<()> {
    for (query, neighbours) in queries.iter().zip(found) {
        for (index, neighbour) in neighbours.iter().enumerate() {
            let (path, similarity) = (&paths[neighbour.row], neighbour.similarity);
            if is_json {
                write_json(output, query, index + 1, path, similarity)?;
            } else {
                if queries.len() > 1 {
                    output.write_all(&path_for_stdout(query))?;
                    output.write_all(b"\t")?;
                }
                output.write_all(&path_for_stdout(path))?;
                writeln!(output, "\t{similarity:.4}")?;
            }
        }
    }
    Ok(())
}

/// A section for each query, with the pictures found for it.
pub(super) fn sections<'a>(
    queries: &'a [PathBuf],
    paths: &'a [PathBuf],
    found: &'a [Vec<Neighbour>],
) -> impl Iterator<Item = Section<'a>> {
    queries.iter().zip(found).map(|(query, neighbours)| {
        let answer = |one: &Neighbour| {
            let caption = format!("{:.4}", one.similarity);
            Shown { row: Some(one.row), path: &paths[one.row], caption }
        };
        let itself = Shown { row: None, path: query, caption: "The photo itself".to_owned() };
        Section {
            heading: query.display().to_string(),
            note: String::new(),
            pictures: std::iter::once(itself).chain(neighbours.iter().map(answer)).collect(),
        }
    })
}

fn write_json(
    output: &mut impl Write,
    query: &Path,
    rank: usize,
    path: &Path,
    similarity: f64,
) -> io::Result<()> {
    let line = Line {
        query: &query.to_string_lossy(),
        query_bytes: path_in_base64(query),
        rank,
        path: &path.to_string_lossy(),
        path_bytes: path_in_base64(path),
        similarity,
    };
    serde_json::to_writer(&mut *output, &line)?;
    output.write_all(b"\n")
}
