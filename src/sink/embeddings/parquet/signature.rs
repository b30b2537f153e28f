//! How our files are told from those of other programs, and from answers.

use memchr::memmem;

use crate::sink::excerpt::Excerpt;

/// How a file begins and ends.
const MAGIC: &[u8] = b"PAR1";

/// What the footer says of its writer, before the version. Files of answers have another.
pub(super) const CREATED_BY: &str = "mnet embed version ";

pub(super) fn holds_answers(excerpt: &Excerpt) -> bool {
    let names_us = memmem::find(excerpt.end, CREATED_BY.as_bytes()).is_some();
    excerpt.start.starts_with(MAGIC) && excerpt.end.ends_with(MAGIC) && names_us
}
