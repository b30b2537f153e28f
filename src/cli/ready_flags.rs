//! `--ready-fd`: tells the program that started mnet that the model is loaded.
//!
//! The descriptor is opened by its name in `/dev/fd`: to take it by its number alone would be unsafe. The one that was inherited
//! stays open until the process ends.

#[cfg(unix)]
mod descriptor;
mod ready;

use std::path::PathBuf;

use anyhow::Result;

use super::console::Failure;
use super::outputs::destination::Destination;
use super::values::BadValue;

pub(super) use self::ready::Ready;

/// Where a newline says that the run begins.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Running")]
pub(super) struct ReadyFlags {
    /// Write a newline to this descriptor when ready
    ///
    /// Once the model is loaded, and before the first picture is read, so that a calling program or a supervisor knows when to begin. If
    /// mnet cannot start, it exits without a newline. For pipes and files on Unix; 2 is stderr.
    #[arg(long, value_name = "N", value_parser = number, conflicts_with = "dry_run", hide_short_help = true)]
    ready_fd: Option<u32>,
}

/// The number of a descriptor that may be written to. 2, stderr, is suggested, because it is always open.
fn number(word: &str) -> Result<u32, BadValue> {
    let number = word.parse().ok().filter(|number| (2..=i32::MAX as u32).contains(number));
    number.ok_or_else(|| {
        BadValue::new("the number of an open descriptor from 2; 0 is stdin, and 1 is for answers", 2)
    })
}

impl ReadyFlags {
    /// Opens the descriptor of a run that `read`s these files, each with what it is, and writes `to` its output.
    ///
    /// # Errors
    /// If it is not open, cannot be written to, or leads to a file of the run.
    pub(super) fn open(&self, to: &Destination, read: &[(&'static str, PathBuf)]) -> Result<Ready> {
        let opened = match self.ready_fd {
            None => return Ok(Ready::Unasked),
            Some(2) => return Ok(Ready::Stderr),
            #[cfg(unix)]
            Some(number) => descriptor::open(number, to, read),
            #[cfg(not(unix))]
            Some(_) => {
                let _ = (to, read);
                Err("this system has no /dev/fd".to_owned())
            }
        };
        opened.map_err(|reason| {
            let number = self.ready_fd.unwrap_or_default();
            Failure::error(format_args!("--ready-fd {number}: {reason}"), Some(hint(number)))
        })
    }
}

/// How a shell opens the descriptor, and another one that is always open.
fn hint(number: u32) -> String {
    format!("the same command with {number}>ready at its end, or with --ready-fd 2")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stdin_and_stdout_are_not_for_this() {
        assert_eq!([number("2"), number("3"), number("63")], [Ok(2), Ok(3), Ok(63)]);
        for word in ["0", "1", "-1", "", "x", "3.0", "99999999999", "2147483648"] {
            let refused = number(word).unwrap_err();
            assert_eq!(refused.instead, "2", "{word}");
            assert!(refused.to_string().contains("1 is for answers"), "{refused}");
        }
    }
}
