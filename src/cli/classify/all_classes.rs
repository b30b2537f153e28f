//! The scores of all classes for one picture, to check the answer of an earlier run.

use std::convert::Infallible;
use std::path::Path;
use std::sync::atomic::AtomicBool;

use crate::cli::decode_flags::DecodeFlags;
use crate::inputs::Input;
use crate::pipeline::{Pipeline, Plan};
use crate::predict::{AnswerOptions, Classifier};
use crate::record::Prediction;

/// All classes with their scores for one picture, best first; `None` if the picture cannot be read.
pub(super) fn all_classes(
    flags: &DecodeFlags,
    classifier: &Classifier,
    path: &Path,
) -> Option<Vec<Prediction>> {
    let wanted = AnswerOptions { top: usize::MAX, ..AnswerOptions::default() };
    let pipeline = Pipeline::new(classifier, flags.options(), flags.is_draft(), wanted);
    let (mut answer, plan) = (None, Plan { workers: 1, batch: 1 });
    let input = std::iter::once(Input::File(path.to_owned()));
    let asked = pipeline.run(input, plan, &AtomicBool::new(false), |record| {
        answer = record.outcome.ok();
        Ok::<_, Infallible>(())
    });
    asked.ok().and(answer).map(|answer| answer.top)
}
