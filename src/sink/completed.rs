//! Which inputs an output file has completed, and how much of the file is valid.

use std::collections::{HashMap, VecDeque};
use std::ops::Range;
use std::path::Path;

use super::earlier::{Content, Earlier};

/// The inputs that an output file has completed.
#[derive(Debug, Default)]
pub struct CompletedInputs {
    /// By path, which is bytes.
    paths: HashMap<Box<[u8]>, Completion>,
    /// How many inputs are completed.
    count: usize,
    /// What the file has of inputs that are not completed.
    earlier: Earlier,
    /// Where the torn end of the file begins, bytes: a killed run leaves one.
    end: u64,
    /// What lies before `end` and is not a whole record: two writers, a disk that lost power, an editor. Ascending.
    foreign: Vec<Range<u64>>,
    /// As [`last_answers`](Self::last_answers), the oldest first.
    last: VecDeque<LastAnswer>,
    /// As [`lacks`](Self::lacks).
    pub(super) lacks: &'static [&'static str],
}

/// How many of the last answers are kept.
const LAST: usize = 8;

/// A path, and the index and score of each class.
type LastAnswer = (Vec<u8>, Vec<(usize, f32)>);

/// What a file has of one path.
#[derive(Debug, Default)]
struct Completion {
    /// How often it was completed.
    times: usize,
    /// How many rows the last answer has, where that is more than one record.
    rows: u32,
    /// The number of completions that lie in the file before the part of an input that is not completed.
    before_part: usize,
}

impl CompletedInputs {
    /// Adds an input that has an answer of so many rows, or a failure that will not pass. It is the outcome of an earlier
    /// attempt that failed, if there was one.
    pub(super) fn add(&mut self, path: &[u8], rows: u32) {
        self.earlier.take(path);
        let completion = self.paths.entry(path.into()).or_default();
        completion.times += 1;
        completion.rows = rows;
        self.count += 1;
    }

    /// Adds what the file has of an input that is not completed.
    pub(super) fn add_part(&mut self, path: &[u8], part: Content) {
        let completion = self.paths.entry(path.into()).or_default();
        completion.before_part = completion.times;
        self.earlier.add(path, part);
    }

    /// Keeps an answer to be checked, with the index and score of each class.
    pub(super) fn keep(&mut self, path: &[u8], classes: &[(usize, f32)]) {
        if self.last.len() == LAST {
            self.last.pop_front();
        }
        self.last.push_back((path.to_vec(), classes.to_vec()));
    }

    /// Takes what the file has of an answer that is not complete, if the row of this rank comes next.
    pub(super) fn take_part(&mut self, path: &[u8], rank: u32) -> Option<Vec<(usize, f32)>> {
        self.earlier.take_classes(path, rank)
    }

    /// Adds a further row to the last answer to `path`, and says whether it is the next one.
    pub(super) fn add_row(&mut self, path: &[u8], rank: u32) -> bool {
        let completion =
            self.paths.get_mut(path).filter(|completion| completion.rows.checked_add(1) == Some(rank));
        completion.map(|completion| completion.rows = rank).is_some()
    }

    /// Adds bytes that are not a whole record. They lie after all that were added before.
    pub(super) fn reject(&mut self, range: Range<u64>) {
        match self.foreign.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ if range.is_empty() => {}
            _ => self.foreign.push(range),
        }
    }

    /// Adds bytes that turned out not to be whole records. They may lie anywhere.
    pub(super) fn reject_earlier(&mut self, ranges: impl Iterator<Item = Range<u64>>) {
        let mut all: Vec<_> = std::mem::take(&mut self.foreign);
        all.extend(ranges);
        all.sort_by_key(|range| range.start);
        for range in all {
            self.reject(range);
        }
    }

    /// What follows `end` is torn.
    pub(super) fn end_at(&mut self, end: u64) {
        self.end = end;
    }

    /// Whether this input is completed. An input that was given twice, or another with the same path, has to be completed too: each call
    /// uses up one completion, or what the file has of an input that is not completed, in the order in which they lie there.
    pub fn take(&mut self, path: &Path) -> bool {
        let path = path.as_os_str().as_encoded_bytes();
        let completion = self.paths.get_mut(path);
        if completion.as_ref().is_none_or(|completion| completion.before_part == 0) && self.earlier.take(path)
        {
            return false;
        }
        let completion = completion.filter(|completion| completion.times > 0);
        let used = completion.map(|completion| {
            completion.times -= 1;
            completion.before_part = completion.before_part.saturating_sub(1);
        });
        used.is_some()
    }

    /// How many inputs are completed.
    pub fn count(&self) -> usize {
        self.count
    }

    /// What the file has of inputs that are not completed.
    pub fn earlier(&self) -> &Earlier {
        &self.earlier
    }

    /// The last columns, if an earlier version began the file without them.
    pub fn lacks(&self) -> &'static [&'static str] {
        self.lacks
    }

    /// Some of the last answers in a file that does not name their model, the last one first: the path, and the index and
    /// score of each class.
    pub fn last_answers(&self) -> impl Iterator<Item = (&[u8], &[(usize, f32)])> {
        self.last.iter().rev().map(|(path, classes)| (&**path, &**classes))
    }

    /// Where the torn end of the file begins, bytes. A run that appends cuts it off first.
    pub fn end(&self) -> u64 {
        self.end
    }

    /// Ranges of bytes before [`end`](Self::end) that are not whole records of mnet, ascending.
    pub fn foreign(&self) -> &[Range<u64>] {
        &self.foreign
    }

    /// What is left of the file without its torn end and what is foreign, ascending.
    pub fn kept(&self) -> impl Iterator<Item = Range<u64>> {
        let starts = std::iter::once(0).chain(self.foreign.iter().map(|range| range.end));
        let ends = self.foreign.iter().map(|range| range.start).chain([self.end]);
        starts.zip(ends).map(|(start, end)| start..end).filter(|range| !range.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Which of three inputs of one path are completed in a file with these records, of which some failed.
    fn taken(are_answers: [bool; 3]) -> [bool; 3] {
        let mut completed = CompletedInputs::default();
        for is_answer in are_answers {
            if is_answer {
                completed.add(b"a", 1);
            } else {
                completed.add_part(b"a", Content::Failure("gone".to_owned()));
            }
        }
        [(); 3].map(|()| completed.take(Path::new("a")))
    }

    #[test]
    fn the_one_that_failed_last_is_asked_again() {
        assert_eq!(taken([true, true, true]), [true; 3]);
        assert_eq!(taken([true, true, false]), [true, true, false]);
        assert_eq!(taken([true, false, false]), [true, false, false]);
        assert_eq!(taken([false, false, false]), [false; 3]);
        // The answer may be that of the second attempt.
        assert_eq!(taken([false, true, true]), [true, true, false]);
    }
}
