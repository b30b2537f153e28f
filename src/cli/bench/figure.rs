//! The trade as a figure: accuracy over the time that was measured, and over Mult-Adds.

use std::collections::BTreeSet;

use super::columns::p50_ms;
use super::front;
use super::measurement::Measurement;
use crate::plot::{Axis, Chart, Figure, Point, Scatter};
use crate::record::milliseconds;
use crate::statistics::pareto::{self, Trade};

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

/// The front is that of the points that are drawn, so that its line passes below no point.
fn points(rows: &[Measurement], cost: impl Fn(&Measurement) -> f64) -> Vec<Point> {
    let labels = front::labels(rows);
    let known = rows.iter().zip(labels).filter_map(|(row, label)| Some((row, label, row.top1()?)));
    let mut points: Vec<_> = known
        .map(|(row, label, top1)| Point {
            x: cost(row),
            y: top1,
            x_range: spread(row),
            y_range: None,
            label,
            series: series(row, rows),
            is_on_front: false,
        })
        .collect();
    let trades: Vec<_> = points.iter().map(|point| Trade { cost: point.x, value: point.y }).collect();
    for (point, is_on_front) in points.iter_mut().zip(pareto::front(&trades)) {
        point.is_on_front = is_on_front;
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
    let mut series = row.subject.family.to_owned();
    if varies(|row| row.batch) {
        series += &format!(", batch {}", row.batch);
    }
    if varies(|row| row.threads) {
        series += &format!(", {} {}", row.threads, if row.threads == 1 { "thread" } else { "threads" });
    }
    series
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
}
