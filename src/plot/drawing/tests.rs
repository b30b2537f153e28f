//! Whole figures: what is drawn of ordinary and of awkward data, and that nothing overlaps.

mod awkward;
mod example;
mod overlap;

use super::draw;
use crate::plot::figure::{Chart, Figure};
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
        assert_eq!(svg(&figure, Theme::Light), svg(&figure, Theme::Light), "{name}");
    }
    let (_, figure) = example::figures().remove(0);
    assert!(draw(&figure, Format::Png, Theme::Dark) == draw(&figure, Format::Png, Theme::Dark));
}

#[test]
#[ignore = "writes the examples into the folder that MNET_PLOT_EXAMPLES names, for people to look at"]
fn the_examples_are_drawn() {
    let folder = std::path::PathBuf::from(std::env::var_os("MNET_PLOT_EXAMPLES").unwrap());
    for (name, figure) in example::figures() {
        for (theme, theme_name) in [(Theme::Light, "light"), (Theme::Dark, "dark")] {
            for (format, ending) in [(Format::Svg, "svg"), (Format::Png, "png")] {
                let path = folder.join(format!("{name}-{theme_name}.{ending}"));
                std::fs::write(path, draw(&figure, format, theme)).unwrap();
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
