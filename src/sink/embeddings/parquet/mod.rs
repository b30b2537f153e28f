//! Parquet: a row per picture, with its embedding as a list of floats, or with its error.

mod signature;
#[cfg(test)]
#[cfg(feature = "parquet")]
mod tests;
#[cfg(feature = "parquet")]
mod writer;

use crate::sink::format::{Constructor, Format};
use crate::sink::parquet;

pub(super) const FORMAT: Format = Format {
    help: "For data frames: a column with lists of floats; cannot be read before it is complete",
    carries_logits: false,
    holds_answers: signature::holds_answers,
    constructor: CONSTRUCTOR,
    ..parquet::FORMAT
};

#[cfg(feature = "parquet")]
const CONSTRUCTOR: Constructor = Constructor::BuiltIn(|options| Box::new(writer::sink(options.run.clone())));

#[cfg(not(feature = "parquet"))]
const CONSTRUCTOR: Constructor = Constructor::NeedsFeature("parquet");
