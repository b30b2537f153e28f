//! Whole figures: what is drawn of ordinary and of awkward data, and that nothing overlaps.

mod awkward;
mod example;
mod heat_maps;
mod overlap;

use super::draw;
use crate::plot::figure::{Axis, Chart, Figure, Point, Scatter};
use crate::plot::format::Format;
use crate::plot::theme::Theme;

fn figure(panels: impl IntoIterator<Item = Chart>) -> Figure {
    Figure { panels: panels.into_iter().collect() }
}

fn svg(figure: &Figure, theme: Theme) -> String {
    String::from_utf8(draw(figure, Format::Svg, theme)).unwrap()
}

#[test]
fn the_same_figure_gives_the_same_bytes() {
    for (name, figure) in example::figures() {
        for format in [Format::Svg, Format::Png] {
            for theme in [Theme::Light, Theme::Dark] {
                assert!(draw(&figure, format, theme) == draw(&figure, format, theme), "{name}");
            }
        }
    }
}

#[test]
fn text_is_never_small() {
    for (name, figure) in example::figures() {
        let svg = svg(&figure, Theme::Light);
        let sizes = svg.split("font-size=\"").skip(1).map(|rest| rest.split('"').next().unwrap());
        let sizes: Vec<f64> = sizes.map(|size| size.parse().unwrap()).collect();
        assert!(!sizes.is_empty() && sizes.iter().all(|size| *size >= 11.0), "{name}: {sizes:?}");
    }
}

/// Points of six networks in `groups` groups, each a series with a front.
fn groups(groups: usize) -> Chart {
    let Chart::Scatter(one) = example::grid("Top-1 over latency", true, false) else { panic!() };
    let points = (0..groups).flat_map(|group| {
        let factor = 1.0 + group as f64;
        one.points.iter().take(6).map(move |point| Point {
            x: point.x * factor,
            x_range: point.x_range.map(|(low, high)| (low * factor, high * factor)),
            series: format!("MobileNetV1, batch {}, 2 threads", group + 1),
            group,
            ..point.clone()
        })
    });
    let y = Axis { title: "published top-1 on ImageNet-1k, %".into(), is_log: false };
    let points = points.collect();
    Chart::Scatter(Scatter { y, points, ..one })
}

#[test]
fn a_long_legend_leaves_the_axis_its_unit() {
    let height = |svg: &str| -> f64 {
        let size = svg.split(" height=\"").nth(1).unwrap();
        size.split('"').next().unwrap().parse().unwrap()
    };
    let one = svg(&figure([groups(1), groups(1)]), Theme::Light);
    for count in [4, 8, 12, 24] {
        let many = svg(&figure([groups(count), groups(1)]), Theme::Light);
        assert_eq!(many.matches("published top-1 on ImageNet-1k, %</text>").count(), 2, "{count}");
        assert!(height(&many) > height(&one), "{count}");
    }
}

#[test]
fn each_group_has_a_front() {
    let dashed = |count: usize| {
        let svg = svg(&figure([groups(count)]), Theme::Light);
        (svg.matches("stroke-dasharray").count(), svg.contains(">Pareto fronts<"))
    };
    // One more stands in the legend.
    assert_eq!([1, 2, 3].map(dashed), [(2, false), (3, true), (4, true)]);
}

#[test]
fn a_png_has_two_pixels_for_one_and_says_what_made_it() {
    let (_, figure) = example::figures().remove(0);
    let png = draw(&figure, Format::Png, Theme::Dark);
    let decoder = png::Decoder::new(std::io::Cursor::new(&png));
    let reader = decoder.read_info().unwrap();
    let svg = svg(&figure, Theme::Dark);
    let size = format!("width=\"{}\" height=\"{}\"", reader.info().width / 2, reader.info().height / 2);
    assert!(svg.contains(&size), "{size}");
    assert_eq!(reader.info().color_type, png::ColorType::Rgb);
    assert!(png[..512].windows(12).any(|window| window == b"plot by mnet"));
    assert!(svg[..512].contains("plot by mnet"));
}
