//! Measurements as a table for people: row by row, then the front.

use std::collections::BTreeSet;
use std::io::{self, Write};

use super::columns::{millions, of_peak, p50_ms, percent};
use super::front;
use super::measurement::Measurement;
use super::profile::{LayerStats, Profile};
use crate::cli::quantities::counted;
use crate::cli::table::{Table, shortened};
use crate::record::milliseconds;
use crate::terminal_text::{escape_controls, wrap_between_words};
use crate::words::and_list;

/// The width of a table that goes to a file or to another program.
pub(super) const USUAL_WIDTH: usize = 120;

/// What a row of the front has beside its label, in characters.
const FRONT_FIGURES: usize = 27;
const SHORTEST_LABEL: usize = 8;

pub(super) fn write(
    output: &mut impl Write,
    table: &Table<Measurement>,
    row: &Measurement,
) -> io::Result<()> {
    table.row(&escape_controls(&row.subject.name), row, output)?;
    match &row.profile {
        Some(profile) => write_profile(output, profile, row.peak),
        None => Ok(()),
    }
}

/// The rows that no other one beats, fastest first, under a table of several rows with published accuracies.
pub(super) fn write_fronts(output: &mut impl Write, rows: &[Measurement], room: usize) -> io::Result<()> {
    let Some(sources) = sources(rows).filter(|_| rows.len() > 1) else { return Ok(()) };
    write_paragraph(output, &sources, room)?;
    let label_room = room.saturating_sub(FRONT_FIGURES).max(SHORTEST_LABEL);
    let labels = front::labels(rows).into_iter().map(|label| shortened(&escape_controls(&label), label_room));
    let (fronts, labels) = (front::fronts(rows), labels.collect::<Vec<_>>());
    let groups = front::groups(rows);
    for (&(batch, threads, precision), members) in groups.iter().filter(|(_, members)| members.len() > 1) {
        let of = if is_one_group(rows) {
            String::new()
        } else {
            let precision = if is_one_precision(rows) { String::new() } else { format!(" in {precision}") };
            format!(" at batch {batch} on {}{precision}", counted(threads, "thread"))
        };
        let front =
            format!("The front{of}: no other row is as fast and as accurate, and better in one of the two.");
        write_paragraph(output, &front, room)?;
        let mut on_front: Vec<_> = members.iter().filter(|&&index| fronts[index] == Some(true)).collect();
        on_front.sort_by(|a, b| rows[**a].latencies.percentile(50).cmp(&rows[**b].latencies.percentile(50)));
        let width = on_front.iter().map(|&&index| labels[index].chars().count()).max().unwrap_or_default();
        for &&index in &on_front {
            let (label, top1) = (&labels[index], rows[index].top1().unwrap_or_default());
            writeln!(output, "  * {label:width$}  {:>9.3} ms  {top1:5.1} %", p50_ms(&rows[index]))?;
        }
    }
    Ok(())
}

/// A blank line, and `text` in lines of at most `room` characters.
pub(super) fn write_paragraph(output: &mut impl Write, text: &str, room: usize) -> io::Result<()> {
    writeln!(output)?;
    wrap_between_words(text, room).iter().try_for_each(|line| writeln!(output, "{line}"))
}

/// Where the accuracies are from; `None` if no row has one.
pub(super) fn sources(rows: &[Measurement]) -> Option<String> {
    let published = rows.iter().filter_map(|row| row.subject.published.as_ref());
    let sources: BTreeSet<_> = published.map(|published| published.source).collect();
    let is_one = sources.len() == 1;
    (!sources.is_empty()).then(|| {
        let by = if is_one { "source" } else { "sources" };
        format!(
            "top-1 is not measured here: it was published for the same network at this resolution ({by}: {}).",
            and_list(sources)
        )
    })
}

/// Which rows are compared with each other, if these are not all.
pub(super) fn compared(rows: &[Measurement]) -> &'static str {
    if is_one_group(rows) { "" } else { " of the same batch, threads and precision" }
}

fn is_one_group(rows: &[Measurement]) -> bool {
    let same = |row: &Measurement| (row.batch, row.threads) == (rows[0].batch, rows[0].threads);
    is_one_precision(rows) && rows.iter().all(same)
}

fn is_one_precision(rows: &[Measurement]) -> bool {
    rows.iter().all(|row| row.precision == rows[0].precision)
}

/// Every layer, then every kind of layer.
fn write_profile(output: &mut impl Write, profile: &Profile, peak: Option<f64>) -> io::Result<()> {
    let total = profile.total();
    for (title, parts) in [("layer", &profile.layers), ("kind", &profile.kinds())] {
        writeln!(
            output,
            "\n  {title:26} {:>13} {:>9} {:>7} {:>7} {:>9} {:>7} {:>8} {:>7}",
            "output", "Mult-Adds", "of all", "weights", "ms", "of all", "GFLOP/s", "of peak"
        )?;
        for part in parts {
            let shape = format!("{}x{}x{}", part.shape.h, part.shape.w, part.shape.c);
            write_part(output, part, if title == "layer" { &shape } else { "" }, &total, peak)?;
        }
    }
    write_part(output, &total, "", &total, peak)?;
    writeln!(output)
}

fn write_part(
    output: &mut impl Write,
    part: &LayerStats,
    shape: &str,
    total: &LayerStats,
    peak: Option<f64>,
) -> io::Result<()> {
    writeln!(
        output,
        "  {:26} {shape:>13} {:>9} {:>7} {:>7} {:>9.3} {:>7} {:>8.1} {:>7}",
        part.name,
        millions(part.mult_adds),
        percent(part.mult_adds as f64, total.mult_adds as f64),
        percent(part.parameters as f64, total.parameters as f64),
        milliseconds(part.time),
        percent(part.time.as_secs_f64(), total.time.as_secs_f64()),
        part.rate() / 1e9,
        of_peak(part.rate(), peak),
    )
}

#[cfg(test)]
mod tests {
    use super::super::columns::COLUMNS;
    use super::super::columns::PRECISION;
    use super::super::example::{grid, row};
    use super::*;

    fn fronts(rows: &[Measurement]) -> String {
        let mut text = Vec::new();
        write_fronts(&mut text, rows, USUAL_WIDTH).unwrap();
        String::from_utf8(text).unwrap()
    }

    #[test]
    fn a_table_fits_its_width() {
        let rows = [
            row("v1", 0.25, 128, 123.456, Some(41.5)),
            Measurement { batch: 64, ..row("v1", 0.5, 128, 9.0, None) },
        ];
        for room in [80, 100, 120] {
            let table = Table::new(COLUMNS, &[PRECISION], 2, room);
            let mut text = Vec::new();
            table.header("model", &mut text).unwrap();
            for row in &rows {
                write(&mut text, &table, row).unwrap();
            }
            let text = String::from_utf8(text).unwrap();
            assert!(text.lines().all(|line| line.chars().count() <= room + 3), "{text}");
            assert_eq!(text.contains("of peak"), room == 120, "{text}");
            for needed in ["p50", "res", "top-1", "123.456", "41.5 %"] {
                assert!(text.contains(needed), "{needed}: {text}");
            }
        }
    }

    #[test]
    fn the_front_is_listed_from_fast_to_accurate() {
        let text = fronts(&grid());
        let marked: Vec<_> = text.lines().filter_map(|line| line.strip_prefix("  * ")).collect();
        let expected = [
            "V1 0.25-128      0.500 ms   41.5 %",
            "V1 0.5-128       1.000 ms   56.3 %",
            "V1 1.0-224       8.000 ms   70.9 %",
        ];
        assert_eq!(marked, expected);
        assert!(
            text.contains("published for the same network") && text.contains("(source: a paper)"),
            "{text}"
        );
    }

    #[test]
    fn a_narrow_front_fits_and_keeps_its_figures() {
        let rows = grid().map(|mut row| {
            row.subject.label = format!("mobilenetv4_conv_small_{}", row.subject.label);
            row
        });
        let mut text = Vec::new();
        write_fronts(&mut text, &rows, 40).unwrap();
        let text = String::from_utf8(text).unwrap();
        assert!(text.lines().all(|line| line.chars().count() <= 40), "{text}");
        assert_eq!(text.matches(" ms  ").count(), 3, "{text}");
    }

    #[test]
    fn a_name_cannot_command_the_terminal() {
        let rows = grid().map(|mut row| {
            row.subject.name = "e\u{1b}[31mred".into();
            row.subject.label = format!("{} {}", row.subject.name, row.subject.resolution);
            row
        });
        let table = Table::new(COLUMNS, &[], 20, 120);
        let mut text = fronts(&rows).into_bytes();
        write(&mut text, &table, &rows[0]).unwrap();
        let text = String::from_utf8(text).unwrap();
        assert!(!text.contains('\u{1b}') && text.contains("e\\u{1b}[31mred"), "{text}");
    }

    #[test]
    fn each_batch_has_its_front() {
        let mut rows = grid().to_vec();
        rows.extend(grid().map(|row| Measurement { batch: 8, threads: 2, ..row }));
        let text = fronts(&rows);
        for heading in ["The front at batch 1 on 1 thread:", "The front at batch 8 on 2 threads:"] {
            assert!(text.contains(heading), "{text}");
        }
    }

    #[test]
    fn without_something_to_compare_there_is_no_front() {
        assert_eq!(fronts(&[row("v1", 0.25, 128, 1.0, Some(41.5))]), "");
        assert_eq!(fronts(&[row("v1", 0.6, 128, 1.0, None), row("v1", 0.6, 160, 2.0, None)]), "");
        assert!(
            !fronts(&[row("v1", 0.25, 128, 1.0, Some(41.5)), row("v1", 0.6, 128, 1.0, None)]).contains('*')
        );
    }
}
