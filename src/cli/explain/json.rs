//! Writes maps as JSON Lines: one object for each photo, network and class.

use std::io::{self, Write};
use std::path::Path;

use serde::Serialize;

use super::subject::Subject;
use super::view::{Explained, View};
use crate::record::{Answer, ItemError};
use crate::sink::{FORMATS, Format, Kept, write_json_line};

#[derive(Serialize)]
struct MapJson<'a> {
    width: u32,
    height: u32,
    model: &'a str,
    res: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    damaged: Option<&'a str>,
    class: &'a str,
    /// Present if the map is of a single class.
    #[serde(skip_serializing_if = "Option::is_none")]
    index: Option<usize>,
    /// Present if the map is of several classes.
    #[serde(skip_serializing_if = "Option::is_none")]
    indices: Option<&'a [usize]>,
    score: f64,
    logit: f64,
    bias: f64,
    residual: f64,
    method: &'a str,
    region: RegionJson,
    map: Vec<&'a [f32]>,
}

/// A region in pixels of the upright photo.
#[derive(Serialize)]
struct RegionJson {
    left: f64,
    top: f64,
    width: f64,
    height: f64,
}

/// The format of these lines, for reports on stderr.
pub(super) fn format() -> &'static Format {
    FORMATS.iter().find(|format| format.name == "jsonl").unwrap_or(&FORMATS[0])
}

/// Writes the lines of one photo, each with what is `kept` of its columns.
pub(super) fn write(
    output: &mut dyn Write,
    on_terminal: bool,
    path: &Path,
    kept: Kept,
    outcome: Result<(&[Subject], &Explained), &ItemError>,
) -> io::Result<()> {
    match outcome {
        Ok((subjects, explained)) => {
            for view in &explained.views {
                let map = map(&subjects[view.subject], view, &explained.answer);
                write_json_line(output, on_terminal, path, kept, Ok(map))?;
            }
        }
        Err(error) => write_json_line::<MapJson>(output, on_terminal, path, kept, Err(error))?,
    }
    output.flush()
}

fn map<'a>(subject: &'a Subject, view: &'a View, answer: &'a Answer) -> MapJson<'a> {
    let map = &view.map;
    let region = map.region;
    MapJson {
        width: answer.width,
        height: answer.height,
        model: &subject.model,
        res: subject.resolution,
        damaged: answer.damaged.as_deref(),
        class: &view.name,
        index: if let [index] = map.classes[..] { Some(index) } else { None },
        indices: Some(&map.classes[..]).filter(|classes| classes.len() > 1),
        score: map.score,
        logit: map.logit,
        bias: map.bias,
        residual: map.residual,
        method: map.method.name(),
        region: RegionJson { left: region.left, top: region.top, width: region.width, height: region.height },
        map: map.values.chunks_exact(map.width).collect(),
    }
}
