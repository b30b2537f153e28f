//! Whether a file may be replaced: it has our header, and nothing but our rows.

use super::header::own_columns;
use super::rows::{Item, Rows};
use crate::sink::excerpt::Excerpt;
use crate::sink::lines::Lines;

/// What the end of an excerpt may cut: a row, bytes.
const ROW: u64 = 4096;

pub(super) fn holds_answers(excerpt: &Excerpt) -> bool {
    let mut bytes = excerpt.start;
    let mut lines = Lines::new(&mut bytes);
    let Ok(Some(header)) = lines.next() else { return false };
    let Some(columns) = own_columns(&header.text).filter(|_| header.is_ended) else { return false };
    let mut rows = Rows::new(lines, columns);
    loop {
        match rows.next() {
            Ok(Some(Item::Foreign(range, _))) => {
                let is_at_cut = !excerpt.is_whole && range.end + ROW > excerpt.start.len() as u64;
                if !is_at_cut {
                    return false;
                }
            }
            Ok(Some(_)) => {}
            Ok(None) => return true,
            Err(_) => return false,
        }
    }
}
