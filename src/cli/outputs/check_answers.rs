//! A file of an earlier version does not say which model gave its answers: one of them is asked again.

use std::path::Path;

use crate::record::Prediction;
use crate::sink::{CompletedInputs, ResumeError, SCORE_TOLERANCE};

/// Asks the last picture of `completed` that still exists again, by `answer`, which gives all its classes. Says whether there was
/// one.
///
/// # Errors
/// If the answer in the file is another.
pub(in crate::cli) fn check(
    completed: &CompletedInputs,
    answer: &dyn Fn(&Path) -> Option<Vec<Prediction>>,
) -> Result<bool, ResumeError> {
    let asked = completed.last_answers().find_map(|(path, theirs)| {
        let path = Path::new(str::from_utf8(path).ok()?);
        Some((path, theirs, path.is_file().then(|| answer(path))??))
    });
    let Some((path, theirs, ours)) = asked else { return Ok(false) };
    let is_same = |&&(index, score): &&(usize, f32)| {
        ours.iter().any(|class| class.index == index && (class.score - score).abs() <= SCORE_TOLERANCE)
    };
    match theirs.iter().find(|class| !is_same(class)) {
        Some(class) => Err(ResumeError::other_answer(path, *class, &ours)),
        None => Ok(true),
    }
}
