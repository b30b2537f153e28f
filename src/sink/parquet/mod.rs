//! Parquet: a row per input, with the fields of JSON Lines as nested columns.

#[cfg(feature = "parquet")]
pub(super) mod columns;
#[cfg(feature = "parquet")]
mod kept_columns;
#[cfg(feature = "parquet")]
pub(super) mod levels;
#[cfg(feature = "parquet")]
pub(super) mod row_groups;
pub(super) mod signature;
#[cfg(test)]
#[cfg(feature = "parquet")]
mod tests;
#[cfg(feature = "parquet")]
mod writer;

use super::format::{Constructor, Format};

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
    carries_kept: true,
    chooses_label: false,
    holds_answers: signature::holds_answers,
    read_completed: None,
    constructor: CONSTRUCTOR,
};

#[cfg(feature = "parquet")]
const CONSTRUCTOR: Constructor = Constructor::BuiltIn(|options| Box::new(writer::sink(options.run.clone())));

#[cfg(not(feature = "parquet"))]
const CONSTRUCTOR: Constructor = Constructor::NeedsFeature("parquet");
