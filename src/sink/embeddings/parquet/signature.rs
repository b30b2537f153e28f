//! How our files are told from those of other programs, and from answers.

use crate::sink::excerpt::Excerpt;
use crate::sink::parquet::signature::is_created_by;

/// What the footer says of its writer, before the version. Files of answers have another.
pub(super) const CREATED_BY: &str = "mnet embed version ";

pub(super) fn holds_answers(excerpt: &Excerpt) -> bool {
    is_created_by(excerpt, CREATED_BY)
}
