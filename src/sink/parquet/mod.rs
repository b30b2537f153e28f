//! Parquet: a row per input, with the fields of JSON Lines as nested columns.

#[cfg(feature = "parquet")]
mod levels;
#[cfg(test)]
#[cfg(feature = "parquet")]
mod tests;
#[cfg(feature = "parquet")]
mod writer;

use memchr::memmem;

use super::format::{Constructor, Format};

/// How a file begins and ends.
const MAGIC: &[u8] = b"PAR1";

/// What the footer says of its writer, before the version.
const CREATED_BY: &str = "mnet version ";

pub(super) const FORMAT: Format = Format {
    name: "parquet",
    title: "Parquet",
    help: "For data frames: the fields of JSON Lines as nested columns; cannot be read before it is complete",
    endings: &["parquet"],
    is_binary: true,
    is_readable_unfinished: false,
    carries_failures: true,
    carries_damage: true,
    carries_logits: true,
    holds_answers: |excerpt| {
        let names_us = memmem::find(excerpt.end, CREATED_BY.as_bytes()).is_some();
        excerpt.start.starts_with(MAGIC) && excerpt.end.ends_with(MAGIC) && names_us
    },
    read_completed: None,
    constructor: CONSTRUCTOR,
};

#[cfg(feature = "parquet")]
const CONSTRUCTOR: Constructor =
    Constructor::BuiltIn(|options| Box::new(writer::Parquet::new(options.model.clone())));

#[cfg(not(feature = "parquet"))]
const CONSTRUCTOR: Constructor = Constructor::NeedsFeature("parquet");
