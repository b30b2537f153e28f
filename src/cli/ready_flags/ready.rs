//! The newline that says that the run begins.

use std::fs::File;
use std::io::{self, Write};

use anyhow::Result;

use crate::cli::console::Failure;
use crate::cli::exit::is_closed;
use crate::waiting::for_reader;

/// An open descriptor that waits for its newline.
#[derive(Debug)]
pub(in crate::cli) enum Ready {
    /// No flag asks for one.
    Unasked,
    Stderr,
    File(File),
    /// Its reader has gone already.
    Gone,
}

impl Ready {
    /// Writes the newline. It is no error if its reader has gone.
    ///
    /// # Errors
    /// If it cannot be written: the reader would wait for ever.
    pub(in crate::cli) fn announce(&self) -> Result<()> {
        let written = match self {
            Self::Unasked | Self::Gone => return Ok(()),
            Self::Stderr => for_reader(|| io::stderr().write_all(b"\n")),
            Self::File(file) => {
                let mut file = file;
                for_reader(|| file.write_all(b"\n"))
            }
        };
        match written {
            Err(error) if !is_closed(&error) => Err(Failure::error(
                format_args!("--ready-fd: cannot write that the model is loaded: {error}"),
                None,
            )),
            _ => Ok(()),
        }
    }
}
