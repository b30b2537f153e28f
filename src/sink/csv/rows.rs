//! The rows of a CSV file of ours, and the lines between them that are not rows.

use std::collections::VecDeque;
use std::io;
use std::ops::Range;

use super::header::Columns;
use super::picture_row::{PictureRow, ours};
use super::row::{Row, RowParser};
use crate::sink::lines::{Line, Lines};

/// The longest row of several lines, bytes: names and messages are much shorter. It bounds what is read twice.
const LONGEST: u64 = 1 << 20;

/// The same where rows keep columns: a text may have several lines.
const LONGEST_WITH_KEPT: u64 = 16 << 20;

/// A row, or something else.
#[derive(Debug, PartialEq)]
pub(super) enum Item {
    /// A row of ours.
    Row(PictureRow),
    /// A blank line. A run that does not go on with the last picture writes one.
    Blank,
    /// Zero bytes, which say nothing.
    Zeros(Range<u64>),
    /// A line that is something else, or one of several, and the number of the first.
    Foreign(Range<u64>, u64),
    /// From here to its end the file has only the beginning of a row.
    Torn(u64),
}

/// Reads rows. A line that is no row hides none: the next line is tried on its own.
pub(super) struct Rows<'a> {
    lines: Lines<'a>,
    /// Lines that were read ahead.
    ahead: VecDeque<Line>,
    columns: Columns,
    /// The number of the line that began a row of several lines, if the file ends before that row does. What follows it may be
    /// its rest.
    open: Option<u64>,
}

impl<'a> Rows<'a> {
    pub(super) fn new(lines: Lines<'a>, columns: Columns) -> Self {
        Self { lines, ahead: VecDeque::new(), columns, open: None }
    }

    /// What comes next.
    pub(super) fn next(&mut self) -> io::Result<Option<Item>> {
        let line = match self.ahead.pop_front() {
            Some(line) => Some(line),
            None => self.lines.next()?,
        };
        let Some(line) = line else { return Ok(None) };
        if line.is_only_zeros() {
            return Ok(Some(Item::Torn(line.zeros)));
        }
        if !line.zeros().is_empty() {
            let zeros = Item::Zeros(line.zeros());
            self.ahead.push_front(Line { zeros: line.start, ..line });
            return Ok(Some(zeros));
        }
        // Without a newline, blanks may be the beginning of a path.
        let is_blank = line.is_ended && !line.is_too_long && line.text.trim_ascii().is_empty();
        let item = match self.open {
            None if is_blank => Item::Blank,
            Some(_) if is_blank => Item::Foreign(line.range(), line.number),
            _ => self.item(&line)?,
        };
        Ok(Some(match (item, self.open) {
            (Item::Foreign(range, _), Some(first)) => Item::Foreign(range, first),
            (Item::Torn(start), Some(first)) => Item::Foreign(start..self.end(), first),
            (item, _) => item,
        }))
    }

    /// Where what has been read ends.
    pub(super) fn end(&self) -> u64 {
        self.lines.end()
    }

    /// What begins in `line`.
    fn item(&mut self, line: &Line) -> io::Result<Item> {
        let mut parser = RowParser::default();
        let mut row = if line.is_too_long { Row::Malformed } else { parser.line(&line.text) };
        let longest = if self.columns.kept.is_empty() { LONGEST } else { LONGEST_WITH_KEPT };
        let (mut end, mut is_ended, mut taken) = (line.end, line.is_ended, 0);
        while row == Row::Open && self.look_ahead(taken)? {
            let next = &self.ahead[taken];
            if !next.zeros().is_empty() || next.is_too_long || next.end - line.start > longest {
                break;
            }
            row = parser.line(&next.text);
            (end, is_ended, taken) = (next.end, next.is_ended, taken + 1);
        }
        // Where the file ends without a newline, the last field may be cut, and where it ends in quotes, it is.
        let is_cut = match &row {
            Row::Open => !self.look_ahead(taken)?,
            Row::Whole(_) => !is_ended,
            Row::Malformed => false,
        };
        if is_cut && line.is_ended {
            self.open = self.open.or(Some(line.number));
        }
        let is_whole = matches!(&row, Row::Whole(fields) if fields.len() >= self.columns.count());
        Ok(match row {
            Row::Whole(fields) if is_ended => match ours(fields, &self.columns, line.start..end) {
                Some(row) => {
                    self.ahead.drain(..taken);
                    self.open = None;
                    Item::Row(row)
                }
                None => Item::Foreign(line.range(), line.number),
            },
            _ if is_cut && !line.is_ended && !is_whole => Item::Torn(line.start),
            _ => Item::Foreign(line.range(), line.number),
        })
    }

    /// Whether there are more than `count` lines ahead.
    fn look_ahead(&mut self, count: usize) -> io::Result<bool> {
        if self.ahead.len() <= count {
            self.ahead.extend(self.lines.next()?);
        }
        Ok(count < self.ahead.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{Level, Precision};
    use crate::sink::csv::header::AskedColumns;
    use crate::sink::csv::header::{HEADER, WITHOUT_PRECISION, WITHOUT_TEMPERATURE};
    use crate::sink::csv::picture_row::RowContent;

    /// In a file with the columns of an earlier version.
    fn items(text: &str) -> Vec<Item> {
        items_of(text, 8)
    }

    fn items_of(text: &str, columns: usize) -> Vec<Item> {
        rows_of(text, Columns { known: columns, asked: None, kept: vec![] })
    }

    fn rows_of(text: &str, columns: Columns) -> Vec<Item> {
        let mut bytes = text.as_bytes();
        let mut rows = Rows::new(Lines::new(&mut bytes), columns);
        std::iter::from_fn(|| rows.next().unwrap()).collect()
    }

    fn row(path: &str, range: Range<u64>, content: RowContent) -> Item {
        let label = String::new();
        Item::Row(PictureRow {
            path: path.into(),
            range,
            model: None,
            level: Level::Class,
            own_groups: None,
            label,
            content,
        })
    }

    #[test]
    fn rows_name_their_model_and_the_bytes_of_their_path() {
        let read = |text: &str| {
            let items = items_of(text, WITHOUT_TEMPERATURE);
            let [Item::Row(PictureRow { path, model, content, .. })] = &items[..] else { return None };
            let model = model.as_ref().map(|model| (model.name.as_str(), model.resolution));
            Some((path.clone(), model.map(|(name, res)| format!("{name} {res}")), format!("{content:?}")))
        };
        let found = |path: &[u8], model: Option<&str>, content: RowContent| {
            Some((path.to_vec(), model.map(str::to_owned), format!("{content:?}")))
        };
        let class = RowContent::Class(2, 7, 0.5);
        assert_eq!(read("a,2,7,n1,x,0.5,,,m,160,\n"), found(b"a", Some("m 160"), class));
        let (class, no_class) = (RowContent::Class(2, 7, 0.5), RowContent::NoClass);
        // As a data frame writes it.
        assert_eq!(read("a,2.0,7.0,,x,0.5,,,m,160.0,\n"), found(b"a", Some("m 160"), class));
        assert_eq!(read("\u{fffd},,,,,,,,m,160,6Q==\n"), found(b"\xe9", Some("m 160"), no_class));
        let failure = |message: &str| RowContent::Failure(message.into());
        assert_eq!(read("a,,,,,,gone,,,,\n"), found(b"a", None, failure("gone")));
        assert_eq!(read("a,,,,,,,,,,\n"), found(b"a", None, failure("")));
        for other in [
            "a,2,7,n1,x,0.5,,,,,\n",
            "a,2,7,n1,x,0.5,,,m,,\n",
            "a,2,7,n1,x,0.5,,,,160,\n",
            "a,2,7,n1,x,0.5,,,m,large,\n",
            "a,2,7,n1,x,0.5,,,m,160,6Q\n",
            "a,,,,,,gone,,m,160,\n",
            "a,2,7,n1,x,0.5,,\n",
        ] {
            assert_eq!(read(other), None, "{other}");
        }
    }

    #[test]
    fn a_temperature_is_a_number_or_nothing() {
        let temperature = |field: &str| {
            let items = items_of(&format!("a,2,7,n1,x,0.5,,,m,160,,{field}\n"), WITHOUT_PRECISION);
            let [Item::Row(PictureRow { model: Some(model), .. })] = &items[..] else { return None };
            Some(model.temperature)
        };
        assert_eq!(temperature(""), Some(None));
        assert_eq!(temperature("1.25"), Some(Some(1.25)));
        assert_eq!([temperature("warm"), temperature("1.25,")], [None, None]);
    }

    #[test]
    fn a_precision_is_a_known_one_or_nothing() {
        let precision = |field: &str| {
            let items = items_of(&format!("a,2,7,n1,x,0.5,,,m,160,,,{field}\n"), HEADER.len());
            let [Item::Row(PictureRow { model: Some(model), .. })] = &items[..] else { return None };
            Some(model.precision)
        };
        assert_eq!([precision(""), precision("bf16")], [Some(None), Some(Some(Precision::Bf16))]);
        assert_eq!([precision("f16"), precision("bf16,")], [None, None]);
    }

    #[test]
    fn what_was_asked_is_in_every_answer_and_in_no_failure() {
        let level = |row: &str| {
            let asked = AskedColumns { titles: vec!["@dog".to_owned()], has_own_groups: false };
            let columns = Columns { known: WITHOUT_TEMPERATURE, asked: Some(asked), kept: vec![] };
            let [Item::Row(PictureRow { level, .. })] = &rows_of(row, columns)[..] else { return None };
            Some(*level)
        };
        assert_eq!(level("a,2,7,n1,x,0.5,,,m,160,,,0.75\n"), Some(Level::Class));
        assert_eq!(level("a,2,7,n1,x,0.5,,,m,160,,coarse,1\n"), Some(Level::Coarse));
        assert_eq!(level("a,,,,,,,,m,160,,,0\n"), Some(Level::Class));
        assert_eq!(level("a,,,,,,gone,,,,,,\n"), Some(Level::Class));
        for other in [
            "a,2,7,n1,x,0.5,,,m,160,,,\n",
            "a,2,7,n1,x,0.5,,,m,160,,,2\n",
            "a,2,7,n1,x,0.5,,,m,160,,fine,0.5\n",
            "a,2,7,n1,x,0.5,,,m,160,,0.5\n",
            "a,,,,,,gone,,,,,,0.5\n",
        ] {
            assert_eq!(level(other), None, "{other}");
        }
    }

    #[test]
    fn rows_are_told_from_what_only_looks_like_them() {
        let class = |label: &str, range| {
            let Item::Row(row) = row("a", range, RowContent::Class(2, 7, 0.5)) else { unreachable!("a row") };
            [Item::Row(PictureRow { label: label.to_owned(), ..row })]
        };
        assert_eq!(items("a,2,7,n1,\"x, y\",0.5,,\n"), class("x, y", 0..22));
        // As a data frame writes it.
        assert_eq!(items("a,2.0,7.0,,x,5e-1,,\r\n"), class("x", 0..21));
        assert_eq!(items("a,,,,,,,\n"), [row("a", 0..9, RowContent::NoClass)]);
        assert_eq!(items("a,,,,,,gone,\n"), [row("a", 0..13, RowContent::Failure("gone".into()))]);
        for other in [
            "a,b\n",
            "a,2,7,n1,x,0.5,\n",
            "a,0,7,n1,x,0.5,,\n",
            "a,2,x,n1,x,0.5,,\n",
            "a,2,7,n1,x,,,\n",
            "a,2,7,n1,x,50%,,\n",
            "a,2,7,n1,x,NaN,,\n",
            "a,2,7,n1,x,1.5,,\n",
            "a,2,7,n1,x,0.5,gone,\n",
            "a,,7,,,,,\n",
            ",,,,,,,\n",
            "a,2,7,n1,x\0,0.5,,\n",
            // Whole, but it may be the beginning of a longer one.
            "a,2,7,n1,x,0.5,,",
        ] {
            assert_eq!(items(other), [Item::Foreign(0..other.len() as u64, 1)], "{other}");
        }
    }

    #[test]
    fn a_stray_quote_hides_no_row() {
        let rows = "a,,,,,,,\n\"two\nlines\",,,,,,,\n";
        for torn in ["\"torn/pa\n", "9.jpg,1,2,n1,\"Saluki, gaz\n", "x\"y\n"] {
            let start = torn.len() as u64;
            assert_eq!(
                items(&(torn.to_owned() + rows)),
                [
                    Item::Foreign(0..start, 1),
                    row("a", start..start + 9, RowContent::NoClass),
                    row("two\nlines", start + 9..start + 28, RowContent::NoClass),
                ]
            );
        }
    }

    #[test]
    fn an_end_that_is_cut_is_torn() {
        for torn in ["a,1,2", "\"a", "a,1,2,n1,\"x, ", "a,1,2,n1,x,0.5,", "\0\0"] {
            assert_eq!(items(torn), [Item::Torn(0)], "{torn}");
        }
        // In a name of several lines.
        let foreign = |range| Item::Foreign(range, 1);
        assert_eq!(items("\"\n\n\",,,,,,,"), [foreign(0..2), foreign(2..3), foreign(3..11)]);
        assert_eq!(items("\"a\n\nb\nc"), [foreign(0..3), foreign(3..4), foreign(4..6), foreign(6..7)]);
        assert_eq!(
            items("\0\0a,,,,,,,\n\n"),
            [Item::Zeros(0..2), row("a", 2..11, RowContent::NoClass), Item::Blank]
        );
    }
}
