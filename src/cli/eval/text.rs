//! Figures for people: a block for one model, a table for several.

use std::io::{self, Write};
use std::path::Path;

use super::pairs::{self, Pair};
use super::per_class;
use super::tally::{Share, Tally};
use crate::predict::TemperatureFile;
use crate::record::{Level, ModelInfo, Precision};
use crate::terminal_text::escape_controls;

/// Writes the figures of one model.
pub(super) fn write_block(output: &mut impl Write, tally: &Tally) -> io::Result<()> {
    writeln!(output, "{}", escape_controls(&tally.title()))?;
    writeln!(output, "  pictures           {}", pictures(tally))?;
    writeln!(output, "  top-1              {}", share(tally.top1()))?;
    if let Some(top5) = tally.top5() {
        writeln!(output, "  top-5              {}", share(top5))?;
    }
    if let Some(error) = tally.calibration().expected_error() {
        writeln!(output, "  calibration error  {}", percent(error))?;
    }
    if let Some(speed) = tally.speed.filter(|speed| speed.pictures > 0) {
        let (rate, seconds, start_up) = (speed.images_per_second(), speed.seconds, speed.start_up);
        writeln!(
            output,
            "  images/s           {rate:.1} ({seconds:.2} s, after {start_up:.2} s of start-up)"
        )?;
    }
    Ok(())
}

/// `24 (2 failed, 3 left out)`
fn pictures(tally: &Tally) -> String {
    let parts = [(tally.failed(), "failed"), (tally.skipped(), "left out"), (tally.damaged, "damaged")];
    let parts = parts.into_iter().filter(|(count, _)| *count > 0);
    let parts: Vec<_> = parts.map(|(count, what)| format!("{count} {what}")).collect();
    let all = tally.outcomes.len();
    if parts.is_empty() { all.to_string() } else { format!("{all} ({})", parts.join(", ")) }
}

/// `70.83 % (95 % interval 50.83 to 85.09 %; 17 of 24)`
fn share(share: Share) -> String {
    let Some(value) = share.value() else { return "-".to_owned() };
    let Share { right, of, low, high } = share;
    format!("{} (95 % interval {:.2} to {}; {right} of {of})", percent(value), 100.0 * low, percent(high))
}

fn percent(share: f64) -> String {
    format!("{:.2} %", 100.0 * share)
}

/// Writes the temperature that --calibrate found, which is in the file at `path`.
pub(super) fn write_temperature(
    output: &mut impl Write,
    file: &TemperatureFile,
    path: &Path,
) -> io::Result<()> {
    let (found_on, others, path) = (file.photos, file.held_out, path.display());
    writeln!(output, "\ntemperature {} (found on {found_on} pictures, written to {path})", file.temperature)?;
    writeln!(
        output,
        "  calibration error  {} before, {} after, of the {} other pictures",
        percent(others.error_before),
        percent(others.error_after),
        others.photos
    )
}

/// Writes the names of the columns of [`write_row`], the first so wide.
pub(super) fn write_header(output: &mut impl Write, width: usize) -> io::Result<()> {
    writeln!(
        output,
        "{:width$} {:>5} {:>4} {:>8} {:>6} {:>7} {:>15} {:>7} {:>15} {:>6} {:>8}",
        "model",
        "alpha",
        "res",
        "pictures",
        "failed",
        "top-1 %",
        "95 % interval",
        "top-5 %",
        "95 % interval",
        "ECE %",
        "images/s"
    )
}

/// Writes the figures of one of several models.
pub(super) fn write_row(output: &mut impl Write, tally: &Tally, width: usize) -> io::Result<()> {
    let dash = || "-".to_owned();
    let top5 = tally.top5();
    writeln!(
        output,
        "{:width$} {:>5} {:>4} {:>8} {:>6} {:>7} {:>15} {:>7} {:>15} {:>6} {:>8}",
        name(tally),
        alpha(tally),
        tally.model.resolution,
        tally.outcomes.len() - tally.skipped(),
        tally.failed(),
        number(tally.top1().value()),
        interval(tally.top1()),
        number(top5.and_then(|share| share.value())),
        top5.map_or_else(dash, interval),
        number(tally.calibration().expected_error()),
        tally.speed.map_or_else(dash, |speed| format!("{:.1}", speed.images_per_second())),
    )
}

/// The name of a model in a row, safe for a terminal. It has the temperature and the precision, which have no columns of their own.
pub(super) fn row_name(model: &ModelInfo) -> String {
    let temperature = model.temperature.map(|temperature| format!(", temperature {temperature}"));
    let precision = model.precision.filter(|precision| *precision != Precision::default());
    let precision = precision.map(|precision| format!(", {precision}"));
    let [temperature, precision] = [temperature, precision].map(Option::unwrap_or_default);
    format!("{}{temperature}{precision}", escape_controls(&model.name))
}

fn name(tally: &Tally) -> String {
    row_name(&tally.model)
}

fn alpha(tally: &Tally) -> String {
    tally.alpha.map_or_else(|| "-".to_owned(), |alpha| format!("{alpha:?}"))
}

/// A share in per cent.
fn number(share: Option<f64>) -> String {
    share.map_or_else(|| "-".to_owned(), |share| format!("{:.2}", 100.0 * share))
}

fn interval(share: Share) -> String {
    if share.of == 0 {
        "-".to_owned()
    } else {
        format!("{:.2} to {:.2}", 100.0 * share.low, 100.0 * share.high)
    }
}

/// Writes how each model differs from the best one.
pub(super) fn write_pairs(output: &mut impl Write, rows: &[Tally], width: usize) -> io::Result<()> {
    let Some(best) = pairs::best(rows).filter(|_| rows.len() > 1) else { return Ok(()) };
    writeln!(
        output,
        "\nagainst {}, on the pictures that both answered:",
        escape_controls(&rows[best].title())
    )?;
    writeln!(
        output,
        "{:width$} {:>5} {:>4} {:>8} {:>12} {:>15} {:>15} {:>9}",
        "model", "alpha", "res", "pictures", "top-1 points", "only best right", "only this right", "p"
    )?;
    for (_, row) in rows.iter().enumerate().filter(|(index, _)| *index != best) {
        let pair = Pair::new(&rows[best], row);
        writeln!(
            output,
            "{:width$} {:>5} {:>4} {:>8} {:>12} {:>15} {:>15} {:>9}",
            name(row),
            alpha(row),
            row.model.resolution,
            pair.pictures,
            pair.difference().map_or_else(|| "-".to_owned(), |share| format!("{:+.2}", 100.0 * share)),
            pair.only_first,
            pair.only_second,
            p_value(pair.p()),
        )?;
    }
    Ok(())
}

fn p_value(p: f64) -> String {
    if p < 0.0001 { "< 0.0001".to_owned() } else { format!("{p:.4}") }
}

/// Writes the figures of each class that has pictures.
pub(super) fn write_classes(output: &mut impl Write, tally: &Tally) -> io::Result<()> {
    let noun = if tally.level == Level::Coarse { "group" } else { "class" };
    writeln!(
        output,
        "\n{}, {} for each {noun}:",
        escape_controls(&tally.title()),
        if tally.top5().is_some() { "top-1 and top-5" } else { "top-1" }
    )?;
    writeln!(
        output,
        "{:>5} {:30} {:>8} {:>6} {:>7} {:>15} {:>7}  mistaken for",
        "index", noun, "answered", "failed", "top-1 %", "95 % interval", "top-5 %"
    )?;
    for row in per_class::rows(tally) {
        let mistaken = row.mistaken_for.map(|(class, count)| format!("{} ({count})", short(tally, class)));
        let line = format!(
            "{:>5} {:30} {:>8} {:>6} {:>7} {:>15} {:>7}  {}",
            row.class,
            short(tally, row.class),
            row.top1.of,
            row.failed,
            number(row.top1.value()),
            interval(row.top1),
            number(row.top5.and_then(|share| share.value())),
            mistaken.unwrap_or_default()
        );
        writeln!(output, "{}", line.trim_end())?;
    }
    Ok(())
}

/// The first name of a class, in its column.
fn short(tally: &Tally, class: usize) -> String {
    let name = &tally.labels.get(class).name;
    let first = name.split(", ").next().unwrap_or(name);
    escape_controls(first).chars().take(30).collect()
}
