//! What is in the cache: repositories, what downloads left, and whether files are as they were downloaded.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde::Serialize;

use super::section::Problem;
use crate::cli::quantities::{counted, size};
use crate::hub::{CachedFile, CachedRepo, Hub, HubError, Integrity};

/// Larger files are not read: `mnet models verify` does that.
const LARGEST_READ: u64 = 1 << 20;

/// Bytes that are read of all files together.
const MOST_READ: u64 = 64 << 20;

/// Of each kind of problem so many are listed: one bad disk damages many files.
const MOST_LISTED: usize = 5;

#[derive(Debug, Default, Serialize)]
pub(super) struct Contents {
    /// Model repositories, those of other programs too.
    repositories: usize,
    bytes: u64,
    /// Downloads that did not end, or go on now.
    unfinished: Vec<Unfinished>,
    locks: usize,
    /// Locks that a running download holds.
    locks_held: usize,
    /// Data sets, and what other programs keep here.
    other_entries: usize,
    /// Files that were compared with the hash they are named by.
    files_checked: usize,
    /// Files too large to read here.
    files_not_checked: usize,
    damaged: Vec<String>,
}

#[derive(Debug, Serialize)]
struct Unfinished {
    repository: String,
    file: String,
    bytes: u64,
}

/// Files that stand beside the repositories.
const OWN: [&str; 3] = [".locks", "version.txt", "CACHEDIR.TAG"];

impl Contents {
    /// Reads the cache of `hub`, which lies in `folder`.
    pub(super) fn read(hub: &Hub, folder: &Path, problems: &mut Vec<Problem>) -> Self {
        let mut contents = Self::default();
        let mut left = MOST_READ;
        let mut found = Vec::new();
        for repository in hub.repositories() {
            let Some(cached) = hub.cached_repo(&repository) else { continue };
            contents.repositories += 1;
            if let Err(error) = contents.add(&repository.to_string(), &cached, &mut left) {
                found.push(Problem::hub(&error));
            }
        }
        let entries = fs::read_dir(folder).into_iter().flatten().flatten();
        let foreign = entries.filter(|entry| !OWN.iter().any(|own| entry.file_name() == *own));
        contents.other_entries = foreign.count().saturating_sub(contents.repositories);
        found.extend(contents.damaged.iter().map(|model| {
            let hint = format!("mnet models rm {model} && mnet models pull {model}");
            Problem::error(format!("{model} is damaged or incomplete: see mnet models verify {model}"), hint)
        }));
        let more = found.len().saturating_sub(MOST_LISTED);
        found.truncate(MOST_LISTED);
        problems.extend(found);
        if more > 0 {
            problems.push(Problem::error(
                format!("{} more like these", counted(more, "problem")),
                "mnet models verify",
            ));
        }
        contents
    }

    /// Adds the files of one repository.
    fn add(&mut self, model: &str, cached: &CachedRepo, left: &mut u64) -> Result<(), HubError> {
        let locks = cached.locks()?;
        (self.locks, self.locks_held) = (self.locks + locks.files, self.locks_held + locks.held);
        let files = cached.files()?;
        let contents: BTreeMap<_, _> = files.iter().map(|file| (&file.path, file)).collect();
        let mut is_damaged = false;
        for file in contents.into_values() {
            let bytes = file.length.unwrap_or(0);
            self.bytes += bytes;
            if file.name.ends_with(".incomplete") {
                let (repository, file) = (model.to_owned(), file.name.clone());
                self.unfinished.push(Unfinished { repository, file, bytes });
            } else {
                is_damaged |= !self.is_intact(cached, file, left)?;
            }
        }
        if is_damaged {
            self.damaged.push(model.to_owned());
        }
        Ok(())
    }

    /// Whether a file is there, and is what it was, as far as that is cheap to tell.
    fn is_intact(
        &mut self,
        cached: &CachedRepo,
        file: &CachedFile,
        left: &mut u64,
    ) -> Result<bool, HubError> {
        let bytes = file.length.unwrap_or(0);
        if bytes > LARGEST_READ.min(*left) && file.path.is_file() {
            self.files_not_checked += 1;
            return Ok(true);
        }
        *left = left.saturating_sub(bytes);
        self.files_checked += 1;
        Ok(matches!(cached.verify(file)?, Integrity::Intact | Integrity::NoHash))
    }

    pub(super) fn lines(&self) -> Vec<(&'static str, String)> {
        let models = match self.repositories {
            0 => "none".to_owned(),
            repositories => format!("{}, {}", counted(repositories, "repository"), size(self.bytes)),
        };
        let mut lines = vec![("models", models)];
        if self.other_entries > 0 {
            let others = counted(self.other_entries, "other entry");
            lines.push(("beside them", format!("{others}, which mnet leaves alone")));
        }
        if self.repositories == 0 {
            return lines;
        }
        let bytes = self.unfinished.iter().map(|file| file.bytes).sum();
        let unfinished = match &*self.unfinished {
            [] => "none".to_owned(),
            [one] => format!("{}, {}; pulling it again resumes there", one.repository, size(bytes)),
            files => {
                format!("{}, {}; pulling again resumes there", counted(files.len(), "file"), size(bytes))
            }
        };
        lines.push(("unfinished", unfinished));
        if self.locks_held > 0 {
            lines.push(("downloading", format!("now: {} held", counted(self.locks_held, "lock"))));
        }
        let large = match self.files_not_checked {
            0 => String::new(),
            large => format!("; {} not read (mnet models verify)", counted(large, "large file")),
        };
        let small = counted(self.files_checked, "small file");
        let verdict = if self.damaged.is_empty() { "intact" } else { "checked" };
        lines.push(("health", format!("{small} {verdict}{large}")));
        lines
    }
}
