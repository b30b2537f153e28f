//! JSON Lines: one object per input, whatever became of it.

use std::io::{self, Write};
use std::path::Path;
use std::time::Duration;

use base64::prelude::{BASE64_STANDARD, Engine};
use serde::Serialize;

use super::Sink;
use crate::record::{ModelInfo, Prediction, Record};

/// Writes one JSON object a line. Fields are only ever added.
#[derive(Debug)]
pub struct JsonLines {
    model: ModelInfo,
}

impl JsonLines {
    /// Lines that name `model` as what answered.
    pub fn new(model: ModelInfo) -> Self {
        Self { model }
    }
}

#[derive(Serialize)]
struct Line<'a> {
    path: &'a str,
    /// The name's bytes in base64, where it is not UTF-8.
    #[serde(skip_serializing_if = "Option::is_none")]
    path_bytes: Option<String>,
    #[serde(flatten)]
    outcome: Outcome<'a>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Outcome<'a> {
    Answer {
        width: u32,
        height: u32,
        model: &'a str,
        res: usize,
        top: Vec<Class<'a>>,
        #[serde(skip_serializing_if = "Option::is_none")]
        logits: Option<&'a [f32]>,
        ms: Milliseconds,
    },
    Failure {
        error: Error<'a>,
    },
}

#[derive(Serialize)]
struct Class<'a> {
    index: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    wnid: Option<&'a str>,
    label: &'a str,
    score: f32,
}

#[derive(Serialize)]
struct Milliseconds {
    decode: f64,
    preprocess: f64,
    infer: f64,
}

#[derive(Serialize)]
struct Error<'a> {
    kind: &'a str,
    message: &'a str,
}

impl Sink for JsonLines {
    fn write(&mut self, output: &mut dyn Write, record: &Record) -> io::Result<()> {
        let path = record.path.to_string_lossy();
        let outcome = match &record.outcome {
            Ok(answer) => Outcome::Answer {
                width: answer.width,
                height: answer.height,
                model: &self.model.name,
                res: self.model.resolution,
                top: answer.top.iter().map(class).collect(),
                logits: answer.logits.as_deref(),
                ms: Milliseconds {
                    decode: milliseconds(answer.timing.decode),
                    preprocess: milliseconds(answer.timing.preprocess),
                    infer: milliseconds(answer.timing.infer),
                },
            },
            Err(error) => Outcome::Failure { error: Error { kind: error.kind, message: &error.message } },
        };
        let mut line =
            serde_json::to_vec(&Line { path: &path, path_bytes: path_bytes(&record.path), outcome })?;
        line.push(b'\n');
        output.write_all(&line)?;
        output.flush()
    }
}

fn class(prediction: &Prediction) -> Class<'_> {
    Class {
        index: prediction.index,
        wnid: prediction.wnid.as_deref(),
        label: &prediction.label,
        score: prediction.score,
    }
}

/// Milliseconds to the microsecond.
pub(super) fn milliseconds(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 1e6).round() / 1e3
}

fn path_bytes(path: &Path) -> Option<String> {
    let is_unicode = path.to_str().is_some();
    (!is_unicode).then(|| BASE64_STANDARD.encode(path.as_os_str().as_encoded_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{Answer, ItemError, Timing};

    fn line(record: &Record) -> String {
        let model = ModelInfo { name: "owner/name".into(), resolution: 160 };
        let mut output = Vec::new();
        JsonLines::new(model).write(&mut output, record).unwrap();
        String::from_utf8(output).unwrap()
    }

    #[test]
    fn an_answer_is_one_line() {
        let top = vec![Prediction {
            index: 207,
            wnid: Some("n02099601".into()),
            label: "golden retriever".into(),
            score: 0.5,
        }];
        let timing = Timing {
            decode: Duration::from_micros(6100),
            preprocess: Duration::from_micros(1200),
            infer: Duration::from_nanos(2_000_400),
        };
        let answer = Answer { width: 40, height: 30, top, logits: None, timing };
        assert_eq!(
            line(&Record { path: "a.jpg".into(), outcome: Ok(answer) }),
            "{\"path\":\"a.jpg\",\"width\":40,\"height\":30,\"model\":\"owner/name\",\"res\":160,\
             \"top\":[{\"index\":207,\"wnid\":\"n02099601\",\"label\":\"golden retriever\",\"score\":0.5}],\
             \"ms\":{\"decode\":6.1,\"preprocess\":1.2,\"infer\":2.0}}\n"
        );
    }

    #[test]
    fn a_failure_is_one_line_even_with_a_newline_in_its_name() {
        let error = ItemError { kind: "decode", message: "JPEG ends early at byte 20480".into(), hint: None };
        assert_eq!(
            line(&Record { path: "two\nlines.jpg".into(), outcome: Err(error) }),
            "{\"path\":\"two\\nlines.jpg\",\
             \"error\":{\"kind\":\"decode\",\"message\":\"JPEG ends early at byte 20480\"}}\n"
        );
    }

    #[cfg(unix)]
    #[test]
    fn a_name_that_is_not_utf8_keeps_its_bytes() {
        use std::ffi::OsStr;
        use std::os::unix::ffi::OsStrExt;
        let path = Path::new(OsStr::from_bytes(b"caf\xe9.jpg")).to_owned();
        let error = ItemError { kind: "io", message: "gone".into(), hint: None };
        let line = line(&Record { path, outcome: Err(error) });
        assert!(line.contains("\"path\":\"caf\u{fffd}.jpg\",\"path_bytes\":\"Y2Fm6S5qcGc=\""), "{line}");
    }
}
