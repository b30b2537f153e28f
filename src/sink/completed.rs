//! What a file of answers answers already, and up to where it is whole.

use std::collections::HashMap;
use std::io::{self, BufRead};
use std::path::Path;

use base64::prelude::{BASE64_STANDARD, Engine};
use serde::Deserialize;
use thiserror::Error;

use super::csv::HEADER;
use crate::record::ModelInfo;

/// The inputs that a file answers.
#[derive(Debug, Default)]
pub struct Answered {
    /// Bytes of the path to how often.
    paths: HashMap<Box<[u8]>, usize>,
    /// Bytes of the file that are whole; what follows was torn when a run was killed.
    pub length: u64,
    /// How many inputs.
    pub count: usize,
}

/// A file that cannot be gone on with.
#[derive(Debug, Error)]
pub enum ResumeError {
    /// It cannot be read.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// It is text for people, or is to become that.
    #[error("only JSON Lines and CSV can be gone on with; add --json, or --format csv")]
    Format,
    /// A line of it is something else.
    #[error("line {line} is no answer of mnet ({reason})")]
    NotAnAnswer {
        /// Counted from 1.
        line: u64,
        /// What is wrong with it.
        reason: String,
    },
    /// Its answers are not those of the model that runs.
    #[error("it was answered by {theirs}, not by {ours}")]
    OtherModel {
        /// Name and resolution in the file.
        theirs: String,
        /// Name and resolution that would go on.
        ours: String,
    },
}

#[derive(Deserialize)]
struct Line {
    path: String,
    path_bytes: Option<String>,
    model: Option<String>,
    res: Option<usize>,
}

impl Answered {
    /// What JSON Lines answer, all of them by `model` if one is named.
    ///
    /// # Errors
    /// If a whole line is no answer, or one of another model.
    pub fn jsonl(mut file: impl BufRead, model: Option<&ModelInfo>) -> Result<Self, ResumeError> {
        let mut answered = Self::default();
        let mut bytes = Vec::new();
        for number in 1.. {
            bytes.clear();
            file.read_until(b'\n', &mut bytes)?;
            let not = |reason: String| ResumeError::NotAnAnswer { line: number, reason };
            if bytes.pop_if(|last| *last == b'\n').is_none() {
                if agrees(&bytes, br#"{"path":"#) {
                    break;
                }
                return Err(not("it does not begin as one".to_owned()));
            }
            let line: Line = serde_json::from_slice(&bytes).map_err(|error| not(error.to_string()))?;
            if let (Some(name), Some(res), Some(model)) = (&line.model, line.res, model)
                && (name, res) != (&model.name, model.resolution)
            {
                let described = |name: &str, res| format!("{name} at {res} px");
                let (theirs, ours) = (described(name, res), described(&model.name, model.resolution));
                return Err(ResumeError::OtherModel { theirs, ours });
            }
            let path = match line.path_bytes {
                Some(encoded) => BASE64_STANDARD.decode(encoded).map_err(|error| not(error.to_string()))?,
                None => line.path.into_bytes(),
            };
            answered.add(&path, bytes.len() as u64 + 1);
        }
        Ok(answered)
    }

    /// What CSV answers. The rows of its last picture may not be all: they are to be made again.
    ///
    /// # Errors
    /// If it does not begin as [`Csv`](super::Csv) does.
    pub fn csv(mut file: impl BufRead) -> Result<Self, ResumeError> {
        let mut answered = Self::default();
        let mut header = Vec::new();
        file.read_until(b'\n', &mut header)?;
        let expected = HEADER.join(",");
        let is_whole = header.pop_if(|last| *last == b'\n').is_some();
        if is_whole && header != expected.as_bytes() || !agrees(&header, expected.as_bytes()) {
            let reason = format!("the header is {expected}");
            return Err(ResumeError::NotAnAnswer { line: 1, reason });
        }
        if !is_whole {
            // Torn itself.
            return Ok(answered);
        }
        answered.length = header.len() as u64 + 1;
        let mut rows = csv::ReaderBuilder::new().flexible(true).has_headers(false).from_reader(file);
        // The picture whose rows are being read: its path, where they begin, the rank of the last.
        let mut last: Option<(Box<[u8]>, u64, u32)> = None;
        let mut row = csv::ByteRecord::new();
        while rows.read_byte_record(&mut row).map_err(io::Error::from)? {
            let (start, line) =
                row.position().map_or((0, 0), |position| (position.byte(), position.line() + 1));
            if row.len() != HEADER.len() {
                // Torn, even in its path, which then is no other picture's.
                if rows.read_byte_record(&mut row).map_err(io::Error::from)? {
                    let reason = format!("it has not {} fields", HEADER.len());
                    return Err(ResumeError::NotAnAnswer { line, reason });
                }
                break;
            }
            let path = row.get(0).unwrap_or_default();
            let rank = row.get(1).and_then(|rank| std::str::from_utf8(rank).ok()?.parse().ok()).unwrap_or(0);
            match &mut last {
                Some((same, _, before)) if **same == *path && *before > 0 && rank == *before + 1 => {
                    *before = rank;
                }
                _ => {
                    if let Some((path, from, _)) = last.replace((path.into(), start, rank)) {
                        answered.add(&path, start - from);
                    }
                }
            }
        }
        Ok(answered)
    }

    /// Whether an input is answered; each answer counts once.
    pub fn take(&mut self, path: &Path) -> bool {
        let count = self.paths.get_mut(path.as_os_str().as_encoded_bytes());
        count.filter(|count| **count > 0).map(|count| *count -= 1).is_some()
    }

    fn add(&mut self, path: &[u8], length: u64) {
        *self.paths.entry(path.into()).or_default() += 1;
        self.length += length;
        self.count += 1;
    }
}

/// Whether one begins with the other: what was torn off may have been the rest.
fn agrees(torn: &[u8], whole: &[u8]) -> bool {
    torn.iter().zip(whole).all(|(found, expected)| found == expected)
}

#[cfg(test)]
mod tests {
    use super::super::{Csv, JsonLines, Sink};
    use super::*;
    use crate::record::{Answer, ItemError, Prediction, Record, Timing};

    fn model() -> ModelInfo {
        ModelInfo { name: "owner/name".into(), resolution: 160 }
    }

    /// Three pictures; the middle one has a comma, a quote and a newline in its name.
    fn records() -> Vec<Record> {
        let class = |index| Prediction { index, wnid: None, label: "a, \"b\"\nc".into(), score: 0.25 };
        let top = vec![class(3), class(1)];
        let answer = Answer { width: 4, height: 3, top, logits: None, timing: Timing::default() };
        let error = ItemError { kind: "decode", message: "cut, \"short\"".into(), hint: None };
        vec![
            Record { path: "a.jpg".into(), outcome: Ok(answer.clone()) },
            Record { path: "b,\"\n.jpg".into(), outcome: Err(error) },
            Record { path: "a.jpg".into(), outcome: Ok(answer) },
        ]
    }

    fn written(mut sink: impl Sink, records: &[Record]) -> Vec<u8> {
        let mut bytes = Vec::new();
        for record in records {
            sink.write(&mut bytes, record).unwrap();
        }
        bytes
    }

    /// Cuts the file anywhere, goes on with it, and compares with the file of one run.
    fn cut_anywhere(sink: impl Fn(bool) -> Box<dyn Sink>, answered: impl Fn(&[u8]) -> Answered) {
        let mut whole = Vec::new();
        let mut first = sink(true);
        for record in records() {
            first.write(&mut whole, &record).unwrap();
        }
        for length in 0..=whole.len() {
            let mut answered = answered(&whole[..length]);
            let mut file = whole[..answered.length as usize].to_vec();
            let mut sink = sink(file.is_empty());
            for record in records() {
                if !answered.take(&record.path) {
                    sink.write(&mut file, &record).unwrap();
                }
            }
            assert!(file.len() == whole.len(), "cut at {length}: {}", String::from_utf8_lossy(&file));
        }
    }

    #[test]
    fn json_lines_cut_anywhere() {
        cut_anywhere(
            |_| Box::new(JsonLines::new(model())),
            |bytes| Answered::jsonl(bytes, Some(&model())).unwrap(),
        );
    }

    #[test]
    fn csv_cut_anywhere() {
        cut_anywhere(
            |is_new| Box::new(if is_new { Csv::default() } else { Csv::resumed() }),
            |bytes| Answered::csv(bytes).unwrap(),
        );
    }

    #[test]
    fn files_of_others_are_left_alone() {
        let error = |result: Result<Answered, ResumeError>| result.unwrap_err().to_string();
        assert!(
            error(Answered::jsonl(&b"{\"path\":\"a\"}\nhello\n"[..], Some(&model())))
                .starts_with("line 2 is no answer")
        );
        assert!(
            error(Answered::csv(&b"name,age\na,1\n"[..]))
                .contains("line 1 is no answer of mnet (the header is path,rank")
        );
        // Without a newline they are not our own torn ones.
        assert!(Answered::jsonl(&b"{\"important\": 1}"[..], Some(&model())).is_err());
        assert!(Answered::csv(&b"name,age"[..]).is_err());
        let other = ModelInfo { name: "other".into(), resolution: 224 };
        let lines = written(JsonLines::new(other), &records());
        assert_eq!(
            error(Answered::jsonl(&lines[..], Some(&model()))),
            "it was answered by other at 224 px, not by owner/name at 160 px"
        );
    }
}
