//! Parquet: a row per picture, with its embedding as a list of floats, or with its error.

mod signature;
#[cfg(test)]
#[cfg(feature = "parquet")]
mod tests;
#[cfg(feature = "parquet")]
mod writer;

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
    holds_answers: signature::holds_answers,
    read_completed: None,
    constructor: CONSTRUCTOR,
};

#[cfg(feature = "parquet")]
const CONSTRUCTOR: Constructor =
    Constructor::BuiltIn(|options| Box::new(writer::Embeddings::new(&options.model)));

#[cfg(not(feature = "parquet"))]
const CONSTRUCTOR: Constructor = Constructor::NeedsFeature("parquet");
