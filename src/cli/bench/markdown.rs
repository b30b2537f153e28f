//! Measurements as a table for a document, with what it takes to measure them again.

use std::io::{self, Write};

use super::columns::COLUMNS;
use super::measurement::Measurement;
use super::setting::Setting;
use super::text;
use crate::terminal_text::escape_controls;

/// Writes the table and its caption.
pub(super) fn write(
    output: &mut impl Write,
    rows: &[Measurement],
    fronts: &[Option<bool>],
    setting: &Setting,
) -> io::Result<()> {
    let titles = COLUMNS.iter().map(|column| column.title);
    line(output, ["model"].into_iter().chain(titles).chain(["front"]))?;
    line(output, ["---"].into_iter().chain(COLUMNS.iter().map(|_| "--:")).chain([":-:"]))?;
    for (row, on_front) in rows.iter().zip(fronts) {
        let values = COLUMNS.iter().map(|column| (column.value)(row));
        let mark = if *on_front == Some(true) { "\\*" } else { "" };
        line(output, [row.subject.name.clone()].into_iter().chain(values).chain([mark.to_owned()]))?;
    }
    let sources = text::sources(rows);
    let front = if sources.is_some() {
        format!(
            " \\*: on the front: no other row{} is as fast (p50) and as accurate, and better in one of the two.",
            text::compared(rows)
        )
    } else {
        String::new()
    };
    let sources = sources.map(|sources| format!(" {sources}")).unwrap_or_default();
    writeln!(output, "\nMilliseconds are those of a whole batch.{sources}{front}")?;
    writeln!(output, "\nMeasured by {} with {}.", code(&escape_controls(&setting.command)), setting.machine)
}

fn line(output: &mut impl Write, cells: impl Iterator<Item = impl AsRef<str>>) -> io::Result<()> {
    for cell in cells {
        write!(output, "| {} ", escape_controls(cell.as_ref()).replace('|', "\\|"))?;
    }
    writeln!(output, "|")
}

/// A command as code, whatever it contains.
fn code(command: &str) -> String {
    let fence = if command.contains('`') { "`` " } else { "`" };
    let end: String = fence.chars().rev().collect();
    format!("{fence}{command}{end}")
}

#[cfg(test)]
mod tests {
    use super::super::example::grid;
    use super::*;

    #[test]
    fn the_table_has_its_front_and_its_command() {
        let mut rows = grid().to_vec();
        rows[0].subject.name = "runs/a|b".into();
        rows[1].subject.name = "e\u{1b}[31mred".into();
        let fronts = [Some(true), Some(false), Some(true), None];
        let setting = Setting { command: "mnet bench --model v1".into(), machine: "mnet 1.2.3, avx2".into() };
        let mut text = Vec::new();
        write(&mut text, &rows, &fronts, &setting).unwrap();
        let text = String::from_utf8(text).unwrap();
        let lines: Vec<_> = text.lines().collect();
        assert!(lines[0].starts_with("| model | alpha | res | batch |") && lines[0].ends_with("| front |"));
        assert_eq!(lines[1].matches('|').count(), lines[0].matches('|').count());
        assert!(
            lines[2].starts_with("| runs/a\\|b | 0.25 | 128 |") && lines[2].ends_with("| \\* |"),
            "{text}"
        );
        assert!(lines[3].starts_with("| e\\u{1b}[31mred |"), "{text}");
        assert!(lines[3].ends_with("|  |") && lines[5].ends_with("|  |"), "{text}");
        assert!(text.contains("\nMeasured by `mnet bench --model v1` with mnet 1.2.3, avx2.\n"), "{text}");
        assert!(text.contains("published"), "{text}");
    }

    #[test]
    fn a_command_stays_one_piece_of_code() {
        assert_eq!(code("mnet bench"), "`mnet bench`");
        assert_eq!(code("mnet bench --model '`x`'"), "`` mnet bench --model '`x`' ``");
    }
}
