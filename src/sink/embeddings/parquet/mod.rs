//! Parquet: a row per picture, with its embedding as a list of floats, or with its error.

#[cfg(test)]
#[cfg(feature = "parquet")]
mod tests;
#[cfg(feature = "parquet")]
mod writer;

use memchr::memmem;

use crate::sink::excerpt::Excerpt;
use crate::sink::format::{Constructor, Format};

pub(super) const FORMAT: Format = Format {
    name: "parquet",
    title: "Parquet",
    help: "For data frames: a column with lists of floats; cannot be read before it is complete",
    endings: &["parquet"],
    is_binary: true,
    is_readable_unfinished: false,
    carries_failures: true,
    carries_damage: true,
    carries_logits: false,
    chooses_label: false,
    holds_answers,
    read_completed: None,
    constructor: CONSTRUCTOR,
};

#[cfg(feature = "parquet")]
const CONSTRUCTOR: Constructor =
    Constructor::BuiltIn(|options| Box::new(writer::Embeddings::new(&options.model)));

#[cfg(not(feature = "parquet"))]
const CONSTRUCTOR: Constructor = Constructor::NeedsFeature("parquet");

/// How a file begins and ends.
const MAGIC: &[u8] = b"PAR1";

/// What the footer says of its writer, before the version. Files of answers have another.
const CREATED_BY: &str = "mnet embed version ";

fn holds_answers(excerpt: &Excerpt) -> bool {
    let names_us = memmem::find(excerpt.end, CREATED_BY.as_bytes()).is_some();
    excerpt.start.starts_with(MAGIC) && excerpt.end.ends_with(MAGIC) && names_us
}
