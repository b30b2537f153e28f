//! Classes and groups for people.

use std::io::{self, Write};

use unicode_width::UnicodeWidthStr;

use super::search::Found;
use super::view::View;
use crate::cli::quantities::counted;
use crate::cli::terminal;
use crate::predict::{GroupKind, NamedGroup};
use crate::terminal_text::hang;

/// Spaces between columns.
const GAP: &str = "  ";

/// Names that stand for the classes of a group.
const EXAMPLES: usize = 3;

/// Two tables, in lines of at most `columns`; what a class is a kind of stands below its row.
pub(super) fn write(found: &Found, view: &View, columns: usize, output: &mut impl Write) -> io::Result<()> {
    classes(found, view, columns, output)?;
    if !found.classes.is_empty() && !found.groups.is_empty() {
        writeln!(output)?;
    }
    groups(found, view, columns, output)
}

fn classes(found: &Found, view: &View, columns: usize, output: &mut impl Write) -> io::Result<()> {
    if found.classes.is_empty() {
        return Ok(());
    }
    let rows = found.classes.iter().map(|&index| {
        let label = view.labels.get(index);
        let (wnid, coarse) = (label.wnid.as_deref().unwrap_or_default(), view.coarse_of(index));
        [index.to_string(), wnid.to_owned(), coarse.unwrap_or_default().to_owned(), label.name.to_string()]
    });
    let rows: Vec<_> = rows.collect();
    let kept = [true, any(&rows, 1), any(&rows, 2)];
    let widths = widths(["index", "id", "group"], &rows);
    line(["index", "id", "group", "name"], widths, kept, columns, output)?;
    for (row, &index) in rows.iter().zip(&found.classes) {
        line(row.each_ref().map(String::as_str), widths, kept, columns, output)?;
        if view.tree {
            for path in view.paths(index) {
                let words = path.iter().map(|named| format!("{} ({})", view.groups.word(named), size(named)));
                let text = format!("{GAP}a kind of {}", words.collect::<Vec<_>>().join(" < "));
                writeln!(output, "{}", hang(&text, columns, 2 * GAP.len()))?;
            }
        }
    }
    Ok(())
}

fn groups(found: &Found, view: &View, columns: usize, output: &mut impl Write) -> io::Result<()> {
    if found.groups.is_empty() {
        return Ok(());
    }
    let rows = found.groups.iter().map(|named| {
        let examples = named.group.classes.iter().take(EXAMPLES);
        let names = examples.map(|&index| view.labels.get(index).name.split(", ").next().unwrap_or_default());
        let names = names.collect::<Vec<_>>().join(", ");
        let more = if size(named) > EXAMPLES { ", …" } else { "" };
        let id = named.group.wnid.as_deref().unwrap_or_default();
        [size(named).to_string(), id.to_owned(), view.groups.word(named), format!("{names}{more}")]
    });
    let rows: Vec<_> = rows.collect();
    let kept = [true, any(&rows, 1), true];
    let widths = widths(["classes", "id", "group"], &rows);
    line(["classes", "id", "group", "such as"], widths, kept, columns, output)?;
    for row in &rows {
        line(row.each_ref().map(String::as_str), widths, kept, columns, output)?;
    }
    let count = |kind| found.groups.iter().filter(|named| named.kind == kind).count();
    let (own, coarse) = (count(GroupKind::Own), count(GroupKind::Coarse));
    // One that equals an own group is listed as that.
    let is_whole = coarse == view.coarse.len();
    if found.begins_with_coarse && is_whole && coarse > 1 && own + coarse < found.groups.len() {
        let first = counted(coarse, "group");
        let which = match own {
            0 => format!("The first {first} are"),
            own => format!("After {own} of your own, {first} are"),
        };
        let note = format!("{which} the coarse level, which has each class once.");
        writeln!(output, "\n{}", hang(&note, columns, 0))?;
    }
    Ok(())
}

fn size(named: &NamedGroup) -> usize {
    named.group.classes.len()
}

/// Whether any row has something in this column.
fn any(rows: &[[String; 4]], column: usize) -> bool {
    rows.iter().any(|row| !row[column].is_empty())
}

fn widths(head: [&str; 3], rows: &[[String; 4]]) -> [usize; 3] {
    let widest = |column: usize| rows.iter().map(|row| row[column].width()).max().unwrap_or_default();
    [0, 1, 2].map(|column| widest(column).max(head[column].len()))
}

/// A number on the right, then words on the left, of which the last go on under themselves.
fn line(
    cells: [&str; 4],
    widths: [usize; 3],
    kept: [bool; 3],
    columns: usize,
    output: &mut impl Write,
) -> io::Result<()> {
    let mut start = format!("{:>1$}{GAP}", cells[0], widths[0]);
    for column in 1..3 {
        if kept[column] {
            let space = " ".repeat(widths[column].saturating_sub(cells[column].width()));
            start.extend([cells[column], &space, GAP]);
        }
    }
    let indent = start.width();
    let room = columns.saturating_sub(indent).max(MOST_NARROW);
    let name = terminal::shown(cells[3]);
    // The words after the first line stand below the first one.
    let name = hang(&name, room, 0).replace('\n', &format!("\n{}", " ".repeat(indent)));
    writeln!(output, "{start}{name}")
}

/// A name is not broken into narrower lines.
const MOST_NARROW: usize = 20;
