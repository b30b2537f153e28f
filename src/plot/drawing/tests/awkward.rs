//! Data that no run should have, and some do.

use super::overlap::check;
use super::{example, figure, svg};
use crate::plot::drawing::draw;
use crate::plot::figure::{Axis, Bar, Bars, Chart, Confusion, Point, Reliability, ReliabilityBin, Scatter};
use crate::plot::format::Format;
use crate::plot::theme::Theme;

fn scatter(points: Vec<Point>, is_log: bool) -> Chart {
    let axis = |title: &str| Axis { title: title.into(), is_log };
    Chart::Scatter(Scatter { title: String::new(), x: axis("x, ms"), y: axis("y, %"), points })
}

fn point(x: f64, y: f64) -> Point {
    Point { x, y, label: format!("point {x} {y}"), ..Point::default() }
}

/// The chart as SVG, drawn as PNG too.
fn drawn(chart: Chart) -> String {
    let figure = figure([chart]);
    check("awkward", &figure);
    assert!(draw(&figure, Format::Png, Theme::Light).len() > 500);
    let svg = svg(&figure, Theme::Light);
    assert!(!svg.contains("NaN") && !svg.contains("inf"), "{svg}");
    svg
}

#[test]
fn nothing_to_draw_is_said() {
    assert!(drawn(scatter(vec![], true)).contains("No points."));
    let bars = Bars { title: String::new(), unit: String::new(), series: vec![], bars: vec![] };
    assert!(drawn(Chart::Bars(bars)).contains("No rows."));
    let reliability = Reliability { title: String::new(), bins: vec![], expected_error: f64::NAN };
    assert!(drawn(Chart::Reliability(reliability)).contains("No answers."));
    let confusion = Confusion { title: String::new(), labels: vec![], counts: vec![] };
    assert!(drawn(Chart::Confusion(confusion)).contains("No classes."));
    assert!(svg(&figure([]), Theme::Dark).ends_with("</svg>\n"));
}

#[test]
fn points_without_a_place_are_counted() {
    let points = || vec![point(1.0, 2.0), point(f64::NAN, 2.0), point(3.0, f64::INFINITY), point(0.0, 5.0)];
    assert!(drawn(scatter(points(), true)).contains("Left out: 3 points without a finite value"));
    assert!(drawn(scatter(points(), false)).contains("Left out: 2 points without a finite value"));
    assert_eq!(drawn(scatter(points(), true)).matches("<circle").count(), 1);
}

#[test]
fn one_point_and_equal_points_are_drawn() {
    for is_log in [false, true] {
        assert!(drawn(scatter(vec![point(5.0, 70.0)], is_log)).contains(">point 5 70<"));
        let column = (1..20).map(|y| point(5.0, f64::from(y))).collect();
        assert_eq!(drawn(scatter(column, is_log)).matches("<circle").count(), 19);
        let same = drawn(scatter(vec![point(5.0, 70.0); 4], is_log));
        assert_eq!(same.matches(">point 5 70<").count(), 4);
    }
}

#[test]
fn sixty_points_are_drawn_and_every_label_that_is_not_is_counted() {
    let at = |index: f64| (1.0 + index * 7.3 % 31.0, 40.0 + index * 11.9 % 37.0);
    let points = (0..60).map(|index| at(f64::from(index))).map(|(x, y)| point(x, y));
    let svg = drawn(scatter(points.collect(), false));
    let labels = svg.matches(">point ").count();
    assert_eq!(svg.matches("<circle").count(), 60);
    let left_out = if labels == 60 { String::new() } else { format!("Left out: {} label", 60 - labels) };
    assert!(svg.contains(&left_out), "{labels} labels");
}

#[test]
fn error_bars_without_an_end_stop_at_the_axis() {
    for range in [(0.0, 9.0), (f64::NEG_INFINITY, f64::INFINITY), (f64::NAN, 9.0), (9.0, 1.0), (4.0, 4.0)] {
        let with_range = Point { x_range: Some(range), y_range: Some(range), ..point(4.0, 4.0) };
        for is_log in [false, true] {
            drawn(scatter(vec![with_range.clone(), point(8.0, 8.0)], is_log));
        }
    }
}

#[test]
fn text_from_elsewhere_stays_text() {
    let named = |label: &str| Point { label: label.into(), series: label.into(), ..point(1.0, 1.0) };
    let names = ["<b>&\"'", "größer, 猫", "a\nb\u{1b}[31m", &"long ".repeat(60)];
    let mut points: Vec<_> = names.map(named).into();
    points.iter_mut().zip(1..).for_each(|(point, index)| point.x = f64::from(index));
    let svg = drawn(scatter(points, false));
    assert!(svg.contains("&lt;b&gt;&amp;") && svg.contains("größer, 猫") && svg.contains(">a b [31m<"));
    assert!(svg.contains('…') && svg.chars().all(|c| c == '\n' || !c.is_control()));
}

#[test]
fn bars_show_what_has_no_length() {
    let bar = |values: &[f64]| Bar { label: "layer".into(), values: values.to_vec() };
    let rows = [vec![12.34, 0.0], vec![f64::NAN, -1.0], vec![3.0]];
    let bars = rows.iter().map(|values| bar(values)).collect();
    let series = ["time", "Mult-Adds"].map(String::from).to_vec();
    let chart = Bars { title: "t".into(), unit: "%".into(), series, bars };
    let svg = drawn(Chart::Bars(chart));
    assert!(svg.contains(">12.3<") && svg.contains(">0.0<") && svg.contains(">3.0<"));
    assert_eq!(svg.matches(">–<").count(), 3);
}

#[test]
fn many_rows_are_cut_to_the_largest() {
    let bars =
        (0..500).map(|row| Bar { label: format!("row {row}"), values: vec![f64::from(row)] }).collect();
    let chart = Bars { title: String::new(), unit: "ms".into(), series: vec!["time".into()], bars };
    let svg = drawn(Chart::Bars(chart));
    assert!(svg.contains("The 200 rows with the largest values, of 500.") && !svg.contains(">row 299<"));
}

#[test]
fn a_diagram_of_one_bin_is_drawn() {
    let bins = vec![ReliabilityBin { confidence: 0.9, accuracy: 1.0, count: 1 }];
    let chart = Reliability { title: "one".into(), bins, expected_error: 0.1 };
    assert!(drawn(Chart::Reliability(chart)).contains("Expected calibration error 10.0 %, of 1 answer."));
}

#[test]
fn a_matrix_may_have_any_size() {
    for classes in [1, 2, 24, 25, 100] {
        let svg = drawn(example::confusion(classes));
        assert_eq!(svg.contains("all others"), classes > 24, "{classes}");
    }
}
