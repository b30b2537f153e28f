//! What a caller wants to know of each picture.

use super::choice::Classes;
use super::features::Features;

/// What to report for each picture.
#[derive(Clone, Debug, PartialEq)]
pub struct AnswerOptions {
    /// At most this many classes.
    pub top: usize,
    /// Only classes with at least this score. For a group that is asked for, the score of the group counts instead.
    pub min_score: f32,
    /// Of these classes, only those that are selected here, or groups in their place.
    pub classes: Classes,
    /// Whether to report all logits too.
    pub logits: bool,
    /// The embedding to report, if any.
    pub features: Option<Features>,
}

impl Default for AnswerOptions {
    /// The five best classes, however low their scores.
    fn default() -> Self {
        Self { top: 5, min_score: 0.0, classes: Classes::default(), logits: false, features: None }
    }
}
