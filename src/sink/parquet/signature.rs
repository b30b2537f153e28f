//! How our files are told from those of other programs.

use memchr::memmem;

use crate::sink::excerpt::Excerpt;

/// How a file begins and ends.
const MAGIC: &[u8] = b"PAR1";

/// What the footer says of its writer, before the version.
pub(super) const CREATED_BY: &str = "mnet version ";

pub(super) fn holds_answers(excerpt: &Excerpt) -> bool {
    is_created_by(excerpt, CREATED_BY)
}

/// Whether a file is Parquet and its footer says this of its writer.
pub(in crate::sink) fn is_created_by(excerpt: &Excerpt, created_by: &str) -> bool {
    let names_us = memmem::find(excerpt.end, created_by.as_bytes()).is_some();
    excerpt.start.starts_with(MAGIC) && excerpt.end.ends_with(MAGIC) && names_us
}
