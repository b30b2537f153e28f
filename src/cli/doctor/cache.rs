//! The cache: where it is and why, whether it can be used, and what is in it.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use serde::Serialize;

use super::contents::Contents;
use super::disk::{free_bytes, is_writable, nearest};
use super::section::{Problem, Section, or};
use crate::cli::hint::quoted;
use crate::cli::hub_flags::HubFlags;
use crate::cli::quantities::size;
use crate::hub::{Environment, HubError};

/// Under this much room, most checkpoints do not fit.
const LITTLE: u64 = 100_000_000;

#[derive(Debug, Default, Serialize)]
pub(super) struct Cache {
    folder: Option<String>,
    /// The flag or variable that says so; `None` if it is in the home directory of the account, with HOME unset.
    named_by: Option<&'static str>,
    exists: bool,
    /// Whether models can be downloaded into it.
    writable: Option<bool>,
    free_bytes: Option<u64>,
    #[serde(flatten)]
    contents: Contents,
    #[serde(skip)]
    problems: Vec<Problem>,
}

impl Cache {
    pub(super) fn examine(flags: &HubFlags, environment: &Environment) -> Self {
        let of_flag = flags.cache_dir().map(|folder| (folder, Some("--cache-dir")));
        let of_environment =
            environment.cache_dir.as_deref().map(|folder| (folder, environment.cache_variable));
        let (Some((folder, named_by)), Ok(hub)) =
            (of_flag.or(of_environment), flags.hub_in(environment.clone()))
        else {
            let problems = vec![Problem::hub(&HubError::NoCacheDirectory)];
            return Self { problems, ..Self::default() };
        };
        let mut cache = Self { folder: Some(folder.display().to_string()), named_by, ..Self::default() };
        match state(folder) {
            Err(found) => {
                let hint = format!("{}--cache-dir DIR", elsewhere(named_by));
                let message = format!("the cache at {} {found}", folder.display());
                cache.problems.push(Problem::error(message, hint));
                return cache;
            }
            Ok(exists) => cache.exists = exists,
        }
        cache.look_at_disk(folder);
        if cache.exists {
            cache.contents = Contents::read(&hub, folder, &mut cache.problems);
        }
        cache
    }

    fn look_at_disk(&mut self, folder: &Path) {
        let place = nearest(folder);
        (self.writable, self.free_bytes) = (Some(is_writable(place)), free_bytes(place));
        if self.writable == Some(false) {
            let message = format!("{} is not writable: nothing can be downloaded", place.display());
            let hint = format!("ls -ld {}; {}--cache-dir DIR", quoted(place), elsewhere(self.named_by));
            self.problems.push(Problem::warning(message, hint));
        } else if let Some(free) = self.free_bytes.filter(|free| *free < LITTLE) {
            let message = format!("only {} are free for downloads", size(free));
            self.problems
                .push(Problem::warning(message, "mnet models list --cached, then mnet models rm MODEL"));
        }
    }
}

/// Whether the folder exists; what is wrong with it, if it can be none.
fn state(folder: &Path) -> Result<bool, String> {
    match fs::metadata(folder) {
        Ok(found) if found.is_dir() => match fs::read_dir(folder) {
            Ok(_) => Ok(true),
            Err(error) => Err(format!("cannot be read: {error}")),
        },
        Ok(_) => Err("is a file, expected a folder".to_owned()),
        Err(error) if error.kind() == ErrorKind::NotFound => match folder.symlink_metadata() {
            Ok(_) => Err("is a link to a folder that does not exist".to_owned()),
            Err(_) => Ok(false),
        },
        Err(error) => Err(format!("cannot be reached: {error}")),
    }
}

/// How to have another folder, before the flag.
fn elsewhere(named_by: Option<&str>) -> String {
    match named_by {
        Some("--cache-dir") => String::new(),
        Some("HOME") | None => "export HF_HOME=DIR, or ".to_owned(),
        Some(variable) => format!("unset {variable}, or "),
    }
}

impl Section for Cache {
    fn name(&self) -> &'static str {
        "cache"
    }

    fn lines(&self) -> Vec<(&'static str, String)> {
        let Some(folder) = &self.folder else { return vec![("folder", "none".to_owned())] };
        let is_absent = !self.exists && self.writable.is_some();
        let absent = if is_absent { ", not there yet" } else { "" };
        let by = self.named_by.unwrap_or("your account, as HOME is not set");
        let by = format!(" (from {by}{absent})");
        let mut lines = vec![("folder", folder.clone() + &by)];
        if let Some(writable) = self.writable {
            lines.push(("writable", if writable { "yes" } else { "no" }.to_owned()));
        }
        lines.push(("free", or(self.free_bytes.map(size), "not known")));
        if self.exists {
            lines.extend(self.contents.lines());
        }
        lines
    }

    fn problems(&self) -> &[Problem] {
        &self.problems
    }
}
