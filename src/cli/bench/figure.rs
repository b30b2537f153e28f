//! The trade as a figure: accuracy over the time that was measured, and over Mult-Adds.

use std::collections::BTreeSet;

use super::columns::p50_ms;
use super::front;
use super::measurement::Measurement;
use crate::cli::quantities::counted;
use crate::plot::{Axis, Chart, Figure, Point, Scatter};
use crate::record::milliseconds;

/// Two panels with the rows that have an accuracy; `machine` is where they were measured.
pub(super) fn figure(rows: &[Measurement], machine: &str) -> Figure {
    let latency = Scatter {
        title: machine.to_owned(),
        x: Axis { title: "latency, ms (p50; bars: fastest run to p90)".into(), is_log: true },
        y: accuracy(),
        points: points(rows, p50_ms),
    };
    let cost = Scatter {
        title: "cost as the paper counts it".to_owned(),
        x: Axis { title: "Mult-Adds of a picture, M".into(), is_log: true },
        y: accuracy(),
        points: points(&of_networks(rows), |row| row.subject.mult_adds as f64 / 1e6)
            .into_iter()
            .map(|point| Point { x_range: None, ..point })
            .collect(),
    };
    Figure { panels: [latency, cost].map(Chart::Scatter).into() }
}

fn accuracy() -> Axis {
    Axis { title: "published top-1 on ImageNet-1k, %".into(), is_log: false }
}

/// The rows that have an accuracy. Rows of the same precision, batch and number of threads share a front, as in the table.
fn points(rows: &[Measurement], cost: impl Fn(&Measurement) -> f64) -> Vec<Point> {
    let (labels, fronts) = (front::labels(rows), front::fronts_over(rows, &cost));
    let mut points = Vec::new();
    for (group, members) in front::groups(rows).into_values().enumerate() {
        for index in members {
            let row = &rows[index];
            points.push(Point {
                x: cost(row),
                y: row.top1().unwrap_or(f64::NAN),
                x_range: spread(row),
                y_range: None,
                label: labels[index].clone(),
                series: series(row, rows),
                is_on_front: fronts[index] == Some(true),
                group,
            });
        }
    }
    points
}

/// From the fastest run to the 90th percentile, if there are enough runs for it.
fn spread(row: &Measurement) -> Option<(f64, f64)> {
    let latencies = &row.latencies;
    let p90 = latencies.resolves(90).then(|| milliseconds(latencies.percentile(90)))?;
    Some((milliseconds(latencies.min()), p90))
}

/// The family, with what else distinguishes the rows.
fn series(row: &Measurement, rows: &[Measurement]) -> String {
    let varies = |value: fn(&Measurement) -> usize| rows.iter().any(|other| value(other) != value(row));
    let batch = varies(|row| row.batch).then(|| format!("batch {}", row.batch));
    let threads = varies(|row| row.threads).then(|| counted(row.threads, "thread"));
    let is_varied = rows.iter().any(|other| other.precision != row.precision);
    let precision = is_varied.then(|| row.precision.to_string());
    let parts = [Some(row.subject.family.to_owned()), precision, batch, threads];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// Each network once, whatever batch and threads it ran with.
fn of_networks(rows: &[Measurement]) -> Vec<Measurement> {
    let mut seen = BTreeSet::new();
    let first = |row: &&Measurement| {
        let subject = &row.subject;
        seen.insert((subject.name.clone(), subject.alpha.map(f64::to_bits), subject.resolution))
    };
    let same = |row: &Measurement| Measurement { batch: 1, threads: 1, ..row.clone() };
    rows.iter().filter(first).map(same).collect()
}

#[cfg(test)]
mod tests {
    use super::super::example::{grid, row};
    use super::*;

    fn scatters(rows: &[Measurement]) -> [Scatter; 2] {
        let charts = figure(rows, "a machine").panels.into_iter().map(|chart| match chart {
            Chart::Scatter(scatter) => scatter,
            other => panic!("{other:?}"),
        });
        charts.collect::<Vec<_>>().try_into().unwrap()
    }

    #[test]
    fn points_are_rows_with_an_accuracy() {
        let mut rows = grid().to_vec();
        rows.push(row("v1", 0.6, 128, 0.1, None));
        let [latency, cost] = scatters(&rows);
        let first = &latency.points[0];
        assert_eq!((first.y, &*first.label, &*first.series), (41.5, "V1 0.25-128", "MobileNetV1"));
        assert!((first.x - 0.5).abs() < 1e-9);
        let (low, high) = first.x_range.unwrap();
        assert!((low - 0.4755).abs() < 1e-9 && (high - 0.52).abs() < 1e-9, "{low} {high}");
        assert_eq!(
            latency.points.iter().map(|point| point.is_on_front).collect::<Vec<_>>(),
            [true, false, true, true]
        );
        assert_eq!((latency.points.len(), cost.points.len()), (4, 4));
        assert!(cost.points.iter().all(|point| point.x == 100.0 && point.x_range.is_none()));
        // They cost the same: the most accurate one is the front.
        assert_eq!(
            cost.points.iter().map(|point| point.is_on_front).collect::<Vec<_>>(),
            [false, false, false, true]
        );
    }

    #[test]
    fn other_threads_are_another_series_and_the_same_network() {
        let one = row("v1", 0.25, 128, 2.0, Some(41.5));
        let two = Measurement { threads: 2, ..row("v1", 0.25, 128, 1.0, Some(41.5)) };
        let [latency, cost] = scatters(&[one, two]);
        let series: Vec<_> = latency.points.iter().map(|point| &*point.series).collect();
        assert_eq!(series, ["MobileNetV1, 1 thread", "MobileNetV1, 2 threads"]);
        assert_eq!((cost.points.len(), &*cost.points[0].series), (1, "MobileNetV1"));
    }

    #[test]
    fn each_batch_and_number_of_threads_has_the_front_of_the_table() {
        let mut rows = grid().to_vec();
        // Slower and as accurate: a front of all rows would have no point of them.
        rows.extend(
            [(0.25, 128, 5.0, 41.5), (0.25, 224, 20.0, 49.8), (0.5, 128, 10.0, 56.3), (1.0, 224, 80.0, 70.9)]
                .map(|(alpha, side, ms, top1)| Measurement {
                    batch: 8,
                    ..row("v1", alpha, side, ms, Some(top1))
                }),
        );
        let [latency, cost] = scatters(&rows);
        let fronts: Vec<_> = latency.points.iter().map(|point| (point.group, point.is_on_front)).collect();
        let expected = [0, 1].map(|group| [true, false, true, true].map(|is_on| (group, is_on)));
        assert_eq!(fronts, expected.concat());
        assert_eq!(cost.points.iter().map(|point| point.group).collect::<Vec<_>>(), [0; 4]);
    }
}
