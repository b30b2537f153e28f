//! Writes maps as JSON Lines: one object for each photo, network and class.

use std::io::{self, Write};
use std::path::Path;

use base64::prelude::{BASE64_STANDARD, Engine};
use serde::Serialize;

use super::subject::Subject;
use super::view::{Explained, View};
use crate::record::{Answer, ItemError};
use crate::sink::{FORMATS, Format};
use crate::terminal_text::escape_in_json;

#[derive(Serialize)]
struct Line<'a> {
    path: &'a str,
    /// The bytes of the path in base64, if they are not UTF-8.
    #[serde(skip_serializing_if = "Option::is_none")]
    path_bytes: Option<String>,
    #[serde(flatten)]
    outcome: Outcome<'a>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Outcome<'a> {
    Map(MapJson<'a>),
    Failure { error: ErrorJson<'a> },
}

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

#[derive(Serialize)]
struct ErrorJson<'a> {
    kind: &'a str,
    message: &'a str,
}

/// The format of these lines, for reports on stderr.
pub(super) fn format() -> &'static Format {
    FORMATS.iter().find(|format| format.name == "jsonl").unwrap_or(&FORMATS[0])
}

/// Writes the lines of one photo.
pub(super) fn write(
    output: &mut dyn Write,
    on_terminal: bool,
    path: &Path,
    outcome: Result<(&[Subject], &Explained), &ItemError>,
) -> io::Result<()> {
    let outcomes = match outcome {
        Ok((subjects, explained)) => {
            let views = explained.views.iter();
            views.map(|view| Outcome::Map(map(&subjects[view.subject], view, &explained.answer))).collect()
        }
        Err(error) => {
            vec![Outcome::Failure { error: ErrorJson { kind: error.kind, message: &error.message } }]
        }
    };
    let shown = path.to_string_lossy();
    let bytes = path.to_str().is_none().then(|| BASE64_STANDARD.encode(path.as_os_str().as_encoded_bytes()));
    for outcome in outcomes {
        let line = Line { path: &shown, path_bytes: bytes.clone(), outcome };
        let mut line = serde_json::to_string(&line)?;
        if on_terminal {
            line = escape_in_json(&line);
        }
        line.push('\n');
        output.write_all(line.as_bytes())?;
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
