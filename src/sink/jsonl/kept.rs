//! Records read back from JSON Lines, to be counted.

use std::io::BufRead;

use super::read::{Outcome, read};
use crate::record::{Prediction, RunInfo};
use crate::sink::lines::Lines;
use crate::sink::resume_error::ResumeError;

/// A record that an earlier run has written.
#[derive(Clone, Debug, PartialEq)]
pub struct KeptRecord {
    /// The bytes of its path.
    pub path: Vec<u8>,
    /// The run and the best classes, or why there is no answer.
    pub outcome: Result<(RunInfo, Vec<Prediction>), String>,
    /// Whether the answer is to a damaged picture.
    pub damaged: bool,
}

/// Passes every record of a file of JSON Lines to `each`, in their order.
///
/// # Errors
/// If the file cannot be read, or has a line that is no record.
pub fn read_kept(file: &mut dyn BufRead, each: &mut dyn FnMut(KeptRecord)) -> Result<(), ResumeError> {
    let mut lines = Lines::new(file);
    while let Some(line) = lines.next()? {
        let whole = read(&line)
            .map_err(|fault| ResumeError::NotAnAnswer { line: line.number, reason: fault.into_reason() })?;
        let Some(whole) = whole else { continue };
        let outcome = match whole.outcome {
            Outcome::Answer(run, top) => Ok((run, top)),
            Outcome::Failure(failure) => Err(failure.message),
        };
        each(KeptRecord { path: whole.path, outcome, damaged: whole.damaged });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(text: &str) -> Result<Vec<KeptRecord>, String> {
        let mut found = vec![];
        read_kept(&mut text.as_bytes(), &mut |record| found.push(record))
            .map_err(|error| error.to_string())?;
        Ok(found)
    }

    #[test]
    fn answers_and_failures_come_back() {
        let answer = r#"{"path":"a","width":1,"height":1,"model":"m","res":32,"top":[{"index":7,"label":"cock","score":0.5}],"ms":{}}"#;
        let failure = r#"{"path":"b","error":{"kind":"io","message":"no such file"}}"#;
        let found = kept(&format!("{answer}\n\n{failure}\n")).unwrap();
        let (RunInfo { model, .. }, top) = found[0].outcome.as_ref().unwrap();
        assert_eq!((&*model.name, model.resolution, top[0].index, &*top[0].label), ("m", 32, 7, "cock"));
        assert!(found.iter().all(|record| !record.damaged));
        let damaged = answer.replace("\"top\"", "\"damaged\":\"it ends early\",\"top\"");
        assert!(kept(&damaged).unwrap()[0].damaged);
        assert_eq!((&found[1].path[..], &found[1].outcome), (&b"b"[..], &Err("no such file".into())));
    }

    #[test]
    fn a_line_of_another_kind_is_named() {
        let failure = r#"{"path":"b","error":{"kind":"io","message":"no such file"}}"#;
        for torn in [r#"{"path":"a","wid"#, "dear diary", "{}"] {
            let fault = kept(&format!("{failure}\n{torn}\n")).unwrap_err();
            assert!(fault.starts_with("line 2 was not written by mnet"), "{fault}");
        }
    }
}
