//! The tables for people.

use std::io::{self, Write};

use super::summary::{Figures, Row, Summary};
use crate::cli::table::{Column, Table};
use crate::record::milliseconds;

/// What a row of either table costs, and what all cost.
struct Part {
    figures: Figures,
    total: Figures,
}

/// A narrow terminal leaves out shares first.
const COLUMNS: &[Column<Part>] = &[
    Column { title: "Mult-Adds", width: 11, rank: 6, value: |part| millions(part.figures.mult_adds) },
    Column { title: "of all", width: 9, rank: 2, value: |part| share(part, |one| one.mult_adds as f64) },
    Column { title: "weights", width: 9, rank: 1, value: |part| part.figures.weights.to_string() },
    Column { title: "of all", width: 9, rank: 0, value: |part| share(part, |one| one.weights as f64) },
    Column { title: "parameters", width: 11, rank: 4, value: |part| part.figures.parameters.to_string() },
];

/// With the time of every layer.
const TIMED_COLUMNS: &[Column<Part>] = &[
    Column { title: "ms", width: 9, rank: 5, value: ms },
    Column { title: "of all", width: 9, rank: 3, value: share_of_time },
];

/// Characters of Mult-Adds, and of milliseconds.
const FIGURES: [usize; 2] = [12, 10];

/// The layers, then their kinds, in lines of at most `room` characters.
pub(super) fn write(output: &mut impl Write, summary: &Summary, room: usize) -> io::Result<()> {
    let titles = ["Layer", "Type / Stride", "Filter Shape", "Input Size"].map(str::to_owned);
    let cells: Vec<_> = summary.layers.iter().map(cells).collect();
    let width = |column: usize| {
        let cells = cells.iter().chain([&titles]);
        cells.map(|cells| cells[column].len()).max().unwrap_or_default()
    };
    let [mult_adds, ms] = FIGURES;
    let figures = mult_adds + if summary.total.time.is_some() { ms } else { 0 };
    let columns = words_that_fit([0, 1, 2, 3].map(width), room.saturating_sub(figures));
    let name = |cells: &[String; 4]| {
        let cells = columns.iter().map(|&(column, width)| format!("{:width$}", cells[column]));
        cells.collect::<Vec<_>>().join("  ")
    };
    let names = cells.iter().map(name);
    let rows = names.zip(summary.layers.iter().map(|row| row.figures)).collect();
    write_table(output, &name(&titles), rows, &summary.total, room)?;
    writeln!(output)?;
    let kinds = summary.kinds.iter().map(|(kind, figures)| (kind.clone(), *figures));
    let rows = kinds.chain([("All".to_owned(), summary.total)]).collect();
    write_table(output, "Type", rows, &summary.total, room)
}

fn write_table(
    output: &mut impl Write,
    title: &str,
    rows: Vec<(String, Figures)>,
    total: &Figures,
    room: usize,
) -> io::Result<()> {
    let width = rows.iter().map(|(name, _)| name.len()).max().unwrap_or_default().max(title.len());
    let times = TIMED_COLUMNS.iter().filter(|_| total.time.is_some());
    let table = Table::new(COLUMNS.iter().chain(times), &[], width, room);
    table.header(title, output)?;
    rows.into_iter()
        .try_for_each(|(name, figures)| table.row(&name, &Part { figures, total: *total }, output))
}

/// Which of a layer's words fit into `room` characters, with their widths: the name always, its filter before its kind and its input.
fn words_that_fit(widths: [usize; 4], room: usize) -> Vec<(usize, usize)> {
    let mut columns: Vec<_> = widths.into_iter().enumerate().collect();
    for left_out in [3, 1, 2] {
        let width: usize = columns.iter().map(|(_, width)| width + 2).sum();
        if width <= room + 2 {
            break;
        }
        columns.retain(|(column, _)| *column != left_out);
    }
    columns
}

fn cells(row: &Row) -> [String; 4] {
    let [height, width, channels] = row.input;
    let input = format!("{height}x{width}x{channels}");
    [row.name.clone(), row.kind_and_stride.clone(), row.filter.clone(), input]
}

fn millions(count: usize) -> String {
    format!("{:.2} M", count as f64 / 1e6)
}

fn ms(part: &Part) -> String {
    part.figures.time.map_or_else(|| "-".to_owned(), |time| format!("{:.3}", milliseconds(time)))
}

fn share_of_time(part: &Part) -> String {
    let seconds = |figures: &Figures| figures.time.unwrap_or_default().as_secs_f64();
    if part.figures.time.is_some() { share(part, seconds) } else { "-".to_owned() }
}

fn share(part: &Part, of: impl Fn(&Figures) -> f64) -> String {
    format!("{:.2} %", 100.0 * of(&part.figures) / of(&part.total))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn summary(is_timed: bool) -> Summary {
        let time = is_timed.then(|| Duration::from_micros(1234));
        let figures = Figures { mult_adds: 51_380_224, weights: 262_144, parameters: 263_168, time };
        let layer = |name: &str, figures| Row {
            name: name.into(),
            kind_and_stride: "Conv / s1, Avg Pool / s2".into(),
            filter: "1x1x512x512".into(),
            input: [112, 112, 512],
            figures,
        };
        // Softmax is not timed.
        let layers = vec![layer("block 10 pointwise", figures), layer("softmax", Figures::default())];
        Summary { layers, kinds: vec![("Fully Connected".into(), figures)], total: figures }
    }

    fn shown(is_timed: bool, room: usize) -> String {
        let mut text = Vec::new();
        write(&mut text, &summary(is_timed), room).unwrap();
        String::from_utf8(text).unwrap()
    }

    #[test]
    fn tables_fit_their_room() {
        for (room, titles) in [
            (
                200,
                "Layer Type / Stride Filter Shape Input Size Mult-Adds of all weights of all parameters ms of all",
            ),
            (80, "Layer Type / Stride Filter Shape Mult-Adds ms"),
            (60, "Layer Filter Shape Mult-Adds ms"),
            (40, "Layer Mult-Adds ms"),
        ] {
            let text = shown(true, room);
            assert!(text.lines().all(|line| line.chars().count() <= room), "{room}: {text}");
            let found: Vec<_> = text.lines().next().unwrap().split_whitespace().collect();
            assert_eq!(found.join(" "), titles, "{text}");
            assert!(text.contains("51.38 M") && text.contains("1.234"), "{text}");
        }
        assert!(shown(false, 80).lines().all(|line| line.chars().count() <= 80));
        assert!(!shown(false, 200).contains(" ms"), "nothing was timed");
    }

    #[test]
    fn what_is_not_timed_has_a_dash() {
        let text = shown(true, 200);
        let last = text.lines().find(|line| line.starts_with("softmax")).unwrap();
        assert!(last.ends_with("         -         -"), "{text}");
    }
}
