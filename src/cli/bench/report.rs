//! The rows as they come, and what only all of them can say.

use std::io::{self, Write};

use super::columns::COLUMNS;
use super::format::Format;
use super::measurement::Measurement;
use super::setting::Setting;
use super::{csv, front, json, markdown, text};
use crate::cli::table::Table;

/// Writes text row by row. The other formats mark the front, and are written when all rows are known.
pub(super) struct Report {
    format: Format,
    table: Table<Measurement>,
    rows: Vec<Measurement>,
    /// Characters in a line of text.
    room: usize,
}

impl Report {
    /// For rows with names of at most `name_width` characters; `constant` as for [`Table::new`].
    pub(super) fn new(format: Format, constant: &[&str], name_width: usize, room: usize) -> Self {
        Self { format, table: Table::new(COLUMNS, constant, name_width, room), rows: Vec::new(), room }
    }

    /// Whether nothing is written before the last row.
    pub(super) fn waits_for_all(&self) -> bool {
        self.format != Format::Text
    }

    pub(super) fn add(&mut self, row: Measurement, output: &mut impl Write) -> io::Result<()> {
        if self.format == Format::Text {
            // Before the first row, and not before an error.
            if self.rows.is_empty() {
                self.table.header("model", output)?;
            }
            text::write(output, &self.table, &row)?;
            output.flush()?;
        }
        self.rows.push(row);
        Ok(())
    }

    /// Writes what could not be written during the run, and returns the rows.
    pub(super) fn finish(self, output: &mut impl Write, setting: &Setting) -> io::Result<Vec<Measurement>> {
        let rows = self.rows;
        let fronts = front::fronts(&rows);
        match self.format {
            _ if rows.is_empty() => {}
            Format::Text => text::write_fronts(output, &rows, self.room)?,
            Format::Json => {
                rows.iter()
                    .zip(&fronts)
                    .try_for_each(|(row, on_front)| json::write(output, row, *on_front))?;
            }
            Format::Csv => csv::write(output, &rows, &fronts)?,
            Format::Markdown => markdown::write(output, &rows, &fronts, setting)?,
        }
        output.flush()?;
        Ok(rows)
    }
}

#[cfg(test)]
mod tests {
    use super::super::example::grid;
    use super::*;

    /// What is written after two rows, and at the end.
    fn written(format: Format) -> [String; 2] {
        let setting = Setting { command: String::new(), machine: String::new() };
        let mut report = Report::new(format, &[], 5, 120);
        let mut output = Vec::new();
        for row in grid().into_iter().take(2) {
            report.add(row, &mut output).unwrap();
        }
        let before = output.len();
        assert_eq!(report.finish(&mut output, &setting).unwrap().len(), 2);
        let end = output.split_off(before);
        [output, end].map(|part| String::from_utf8(part).unwrap())
    }

    #[test]
    fn text_comes_row_by_row_and_the_rest_with_the_front() {
        let [rows, front] = written(Format::Text);
        assert_eq!(rows.lines().count(), 3, "{rows}");
        assert!(front.contains("The front"), "{front}");
        for (format, mark) in
            [(Format::Json, "\"on_front\":true"), (Format::Csv, ",true\n"), (Format::Markdown, "\\* |\n")]
        {
            let [before, all] = written(format);
            assert_eq!(before, "", "{format:?}");
            assert!(all.contains(mark), "{all}");
        }
    }

    #[test]
    fn no_rows_are_no_table() {
        for format in [Format::Text, Format::Json, Format::Csv, Format::Markdown] {
            let setting = Setting { command: String::new(), machine: String::new() };
            let mut output = Vec::new();
            Report::new(format, &[], 5, 120).finish(&mut output, &setting).unwrap();
            assert_eq!(output, b"");
        }
    }
}
