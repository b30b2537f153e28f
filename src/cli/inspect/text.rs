//! The tables for people.

use std::io::{self, Write};

use super::summary::{Figures, Row, Summary};
use crate::record::milliseconds;

pub(super) fn write(output: &mut impl Write, summary: &Summary) -> io::Result<()> {
    let total = &summary.total;
    let titles = ["Layer", "Type / Stride", "Filter Shape", "Input Size"].map(str::to_owned);
    let rows: Vec<_> = summary.layers.iter().map(|row| (cells(row), &row.figures)).collect();
    let width = |column: usize| {
        let cells = rows.iter().map(|(cells, _)| cells).chain([&titles]);
        cells.map(|cells| cells[column].len()).max().unwrap_or_default()
    };
    let widths = [0, 1, 2, 3].map(width);
    writeln!(output, "{}{}", line(&titles, widths), titles_of(total))?;
    for (cells, figures) in &rows {
        writeln!(output, "{}{}", line(cells, widths), columns(figures, total))?;
    }
    let kinds =
        || summary.kinds.iter().map(|(kind, figures)| (kind.as_str(), figures)).chain([("All", total)]);
    let width = kinds().map(|(kind, _)| kind.len()).max().unwrap_or_default();
    writeln!(output, "\n{:width$}{}", "Type", titles_of(total))?;
    for (kind, figures) in kinds() {
        writeln!(output, "{kind:width$}{}", columns(figures, total))?;
    }
    Ok(())
}

fn cells(row: &Row) -> [String; 4] {
    let [height, width, channels] = row.input;
    let input = format!("{height}x{width}x{channels}");
    [row.name.clone(), row.kind_and_stride.clone(), row.filter.clone(), input]
}

fn line(cells: &[String; 4], widths: [usize; 4]) -> String {
    let cells = cells.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}"));
    cells.collect::<Vec<_>>().join("  ")
}

fn titles_of(total: &Figures) -> String {
    let time = total.time.map(|_| format!("  {:>8}  {:>8}", "ms", "of all")).unwrap_or_default();
    format!(
        "  {:>10}  {:>8}  {:>8}  {:>8}  {:>10}{time}",
        "Mult-Adds", "of all", "weights", "of all", "parameters"
    )
}

fn columns(figures: &Figures, total: &Figures) -> String {
    let time = total.time.map(|whole| match figures.time {
        Some(time) => {
            let share = percent(time.as_secs_f64(), whole.as_secs_f64());
            format!("  {:>8.3}  {share:>8}", milliseconds(time))
        }
        None => format!("  {:>8}  {:>8}", "-", "-"),
    });
    format!(
        "  {:>10}  {:>8}  {:>8}  {:>8}  {:>10}{}",
        format!("{:.2} M", figures.mult_adds as f64 / 1e6),
        percent(figures.mult_adds as f64, total.mult_adds as f64),
        figures.weights,
        percent(figures.weights as f64, total.weights as f64),
        figures.parameters,
        time.unwrap_or_default(),
    )
}

fn percent(part: f64, whole: f64) -> String {
    format!("{:.2} %", 100.0 * part / whole)
}
