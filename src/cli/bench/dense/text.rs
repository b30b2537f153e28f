//! A comparison for people.

use std::io::{self, Write};

use super::comparison::{Comparison, Cost, Pair};
use super::reasons::reasons;
use crate::cli::bench::columns::millions;
use crate::cli::bench::text::write_paragraph;
use crate::cli::table::{Column, Table};
use crate::terminal_text::wrap_between_words;

const COLUMNS: &[Column<Pair>] = &[
    Column {
        title: "output",
        width: 10,
        rank: 2,
        value: |pair| {
            pair.shape.map(|shape| format!("{}x{}x{}", shape.h, shape.w, shape.c)).unwrap_or_default()
        },
    },
    Column { title: "full Mult-Adds", width: 14, rank: 0, value: |pair| millions(pair.dense.mult_adds) },
    Column { title: "separable", width: 9, rank: 1, value: |pair| millions(pair.separable.mult_adds) },
    Column { title: "Mult-Adds x", width: 11, rank: 8, value: |pair| times(pair.mult_adds_ratio()) },
    Column { title: "full ms", width: 8, rank: 6, value: |pair| format!("{:.3}", pair.dense.ms()) },
    Column { title: "separable ms", width: 12, rank: 7, value: |pair| format!("{:.3}", pair.separable.ms()) },
    Column { title: "time x", width: 6, rank: 9, value: |pair| times(pair.time_ratio()) },
    Column { title: "full GFLOP/s", width: 12, rank: 3, value: |pair| gflops(pair.dense) },
    Column { title: "depthwise", width: 9, rank: 5, value: |pair| gflops(pair.depthwise) },
    Column { title: "pointwise", width: 9, rank: 4, value: |pair| gflops(pair.pointwise) },
];

/// The longest name: `classifier`.
const NAME: usize = 10;

/// Writes the blocks, the whole and the reasons, in lines of at most `room` characters.
pub(super) fn write(output: &mut impl Write, comparison: &Comparison, room: usize) -> io::Result<()> {
    let label = &comparison.separable.subject.label;
    let title =
        format!("{label}: full convolutions beside depthwise separable ones, one picture on one thread");
    wrap_between_words(&title, room).iter().try_for_each(|line| writeln!(output, "{line}"))?;
    writeln!(output)?;
    let table = Table::new(COLUMNS, &[], NAME, room);
    table.header("layer", output)?;
    for pair in comparison.pairs() {
        table.row(&pair.name, &pair, output)?;
    }
    table.row("whole", &comparison.whole(), output)?;
    for sentence in reasons(comparison) {
        write_paragraph(output, &sentence, room)?;
    }
    Ok(())
}

fn times(ratio: f64) -> String {
    if ratio.is_finite() { format!("{ratio:.2}") } else { "-".to_owned() }
}

fn gflops(cost: Cost) -> String {
    cost.gflops().map_or_else(|| "-".to_owned(), |rate| format!("{rate:.1}"))
}

#[cfg(test)]
mod tests {
    use super::super::comparison::tests::example;
    use super::*;

    fn shown(room: usize) -> String {
        let mut text = Vec::new();
        write(&mut text, &example(), room).unwrap();
        String::from_utf8(text).unwrap()
    }

    #[test]
    fn ratios_stand_beside_each_other() {
        let text = shown(120);
        let line = |name: &str| -> Vec<_> {
            let line = text.lines().find(|line| line.starts_with(name)).unwrap();
            line.split_whitespace().skip(if name.starts_with("block") { 3 } else { 1 }).collect()
        };
        assert_eq!(
            line("block 0"),
            ["78.00", "M", "8.00", "M", "9.75", "1.560", "0.920", "1.70", "100.0", "2.6", "100.0"]
        );
        assert_eq!(
            line("whole"),
            ["80.00", "M", "10.00", "M", "8.00", "4.000", "1.000", "4.00", "40.0", "2.6", "100.0"]
        );
        assert!(text.lines().take(7).all(|line| line.chars().count() <= 120), "{text}");
    }

    #[test]
    fn a_narrow_table_keeps_the_ratios() {
        let text = shown(51);
        assert!(text.lines().all(|line| line.chars().count() <= 51), "{text}");
        let header = text.lines().find(|line| line.starts_with("layer")).unwrap();
        assert_eq!(
            header.split_whitespace().collect::<Vec<_>>(),
            ["layer", "Mult-Adds", "x", "full", "ms", "separable", "ms", "time", "x"]
        );
    }
}
