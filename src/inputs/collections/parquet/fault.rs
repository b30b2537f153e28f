//! Errors of a Parquet file, in plain words.

use std::io;

use parquet::errors::ParquetError;
use thiserror::Error;

use super::super::reading::damage;
use crate::record::{ItemError, ItemHint};

/// An error that mnet itself has found.
#[derive(Debug, Error)]
enum Fault {
    #[error("{0}")]
    Text(String),
    #[error(
        "the column {column} is compressed with {codec}, which mnet cannot read; it reads SNAPPY, GZIP and ZSTD"
    )]
    Codec { column: String, codec: String },
}

/// An error with this message.
pub(super) fn fault(text: impl Into<String>) -> ParquetError {
    ParquetError::External(Box::new(Fault::Text(text.into())))
}

/// The error of a column that is compressed by another `codec`.
pub(super) fn other_codec(column: String, codec: String) -> ParquetError {
    ParquetError::External(Box::new(Fault::Codec { column, codec }))
}

/// `error` in plain words, which follow `before`.
pub(super) fn told(before: &str, error: &ParquetError) -> ItemError {
    let own = match error {
        ParquetError::External(error) => error.downcast_ref::<Fault>(),
        _ => None,
    };
    let (text, hint) = match own {
        Some(fault @ Fault::Codec { .. }) => (fault.to_string(), Some(ItemHint::Recompress)),
        Some(fault @ Fault::Text(_)) => (fault.to_string(), None),
        None => of_library(error),
    };
    ItemError { hint, ..damage(format!("{before}{text}")) }
}

/// The library's texts are about structures and bytes that only its source explains.
fn of_library(error: &ParquetError) -> (String, Option<ItemHint>) {
    let text = match error {
        // Only its text tells this error from others.
        ParquetError::General(text) if text.contains("CRC checksum") => "a page has a wrong checksum",
        ParquetError::NYI(_) => return ("it is written in a way that mnet cannot read".to_owned(), None),
        ParquetError::External(error) => match error.downcast_ref::<io::Error>() {
            Some(error) if error.raw_os_error().is_some() => return (ItemError::from(error).message, None),
            _ => "a page cannot be unpacked",
        },
        _ => "its bytes are damaged",
    };
    (text.to_owned(), Some(ItemHint::CopyAgain))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_the_library_are_not_shown() {
        let parts = |error| {
            let ItemError { message, hint, .. } = told("cannot be read: ", &error);
            (message, hint)
        };
        let again = Some(ItemHint::CopyAgain);
        for (error, text, hint) in [
            (fault("has no column"), "has no column", None),
            (
                ParquetError::General("Page CRC checksum mismatch".into()),
                "a page has a wrong checksum",
                again,
            ),
            (ParquetError::General("Required field x is missing".into()), "its bytes are damaged", again),
            (ParquetError::EOF("eof".into()), "its bytes are damaged", again),
            (ParquetError::NYI("Encoding X".into()), "it is written in a way that mnet cannot read", None),
            (io::Error::other("corrupt gzip stream").into(), "a page cannot be unpacked", again),
            (io::Error::from_raw_os_error(2).into(), "no such file", None),
        ] {
            assert_eq!(parts(error), (format!("cannot be read: {text}"), hint));
        }
        let (codec, hint) = parts(other_codec("image".into(), "BROTLI".into()));
        assert!(codec.contains("is compressed with BROTLI") && hint == Some(ItemHint::Recompress), "{codec}");
    }
}
