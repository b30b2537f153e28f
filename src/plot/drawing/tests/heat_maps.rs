//! Maps over a picture: where the colours of the map and of the legend are.

use image::{Rgb, RgbImage};

use super::overlap::check;
use super::{draw, figure};
use crate::heat::{Area, Field};
use crate::plot::figure::{Chart, HeatMap, HeatMaps};
use crate::plot::format::Format;
use crate::plot::theme::Theme;

/// Gray pictures of 600 x 400 px, 300 x 200 on the page, in `columns` columns. The map covers the middle of the picture; its
/// second cell has the largest value.
fn maps(values: &[[f32; 2]], columns: usize) -> Chart {
    let map = |values: &[f32; 2]| HeatMap {
        heading: "soft-coated wheaten terrier, or another class whose name is longer than any map is wide"
            .into(),
        score: "0.459".into(),
        detail: "cam · builtin at 224 px".into(),
        note: "logit 7.87 = bias 0.02 + 7.84 mean".into(),
        field: Field::new(2, 1, values),
        area: Area { left: 100.0, top: 0.0, right: 500.0, bottom: 400.0 },
        scale: 0,
    };
    Chart::HeatMaps(HeatMaps {
        title: "a<b>.jpg".into(),
        picture: RgbImage::from_pixel(600, 400, Rgb([128; 3])),
        maps: values.iter().map(map).collect(),
        columns,
        unit: "contribution to the logit".into(),
    })
}

/// The pixels of a PNG file, as its own library decodes them.
fn pixels(png: &[u8]) -> RgbImage {
    let mut reader = png::Decoder::new(std::io::Cursor::new(png)).read_info().unwrap();
    let mut bytes = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut bytes).unwrap();
    RgbImage::from_raw(info.width, info.height, bytes).unwrap()
}

fn lightness(Rgb(levels): Rgb<u8>) -> u32 {
    levels.iter().map(|level| u32::from(*level)).sum()
}

#[test]
fn the_map_lies_on_its_part_of_the_picture() {
    let picture = pixels(&draw(&figure([maps(&[[0.0, 8.0]], 1)]), Format::Png, Theme::Dark));
    // Twice the margins and the lines of text above: the picture begins at (24, 2 x (12 + 26 + 19 + 18 + 2)).
    let (left, top) = (24, 154);
    let row: Vec<u32> = (0..600).map(|x| lightness(*picture.get_pixel(left + x, top + 200))).collect();
    let faded = row[50];
    assert_eq!([row[0], row[99], row[500], row[599]], [faded; 4], "outside");
    assert!(row[120] != faded && row[480] > 2 * row[120], "{} {}", row[120], row[480]);
    let lightest =
        row[100..500].iter().position(|value| value == row[100..500].iter().max().unwrap()).unwrap();
    assert!(lightest >= 290, "the second cell: {lightest}");
    assert_ne!(picture.get_pixel(left + 200, top), picture.get_pixel(left + 200, top - 3), "the upper edge");
}

#[test]
fn the_legend_has_the_values_with_a_line_at_zero() {
    let chart = maps(&[[-2.0, 6.0]], 1);
    let scene = check("legend", &figure([chart.clone()]));
    let picture = pixels(&draw(&figure([chart]), Format::Png, Theme::Light));
    // 62 px above the lower margin, then 10 more; 12 px high.
    let y = 2 * (scene.height as u32 - 12 - 62 + 10) + 12;
    let bar: Vec<Rgb<u8>> = (0..600).map(|x| *picture.get_pixel(24 + x, y)).collect();
    let Rgb([red, _, blue]) = bar[1];
    assert!(blue > red, "against it");
    let Rgb([red, _, blue]) = bar[450];
    assert!(red > blue + 60, "for it");
    assert!(lightness(bar[599]) > 600, "the largest value");
    // From -2 to 6, zero is at a quarter.
    assert_eq!(lightness(bar[150]), 3 * 255, "the line at zero");
    assert!(lightness(bar[140]) < 150 && lightness(bar[160]) < 150, "black on both sides");
}

#[test]
fn maps_stand_in_columns_and_texts_do_not_meet() {
    for (count, columns, width) in [(1, 1, 324.0), (3, 3, 964.0), (5, 4, 1284.0), (4, 2, 644.0)] {
        let scene = check("columns", &figure([maps(&vec![[-1.0, 2.0]; count], columns)]));
        assert_eq!(scene.width, width, "{count} maps in {columns} columns");
    }
    let narrow = match maps(&[[0.0, 0.0]], 1) {
        Chart::HeatMaps(chart) => HeatMaps { picture: RgbImage::new(3, 500), ..chart },
        _ => panic!(),
    };
    check("narrow", &figure([Chart::HeatMaps(narrow)]));
}

#[test]
fn an_svg_has_its_pictures_in_it() {
    let svg =
        String::from_utf8(draw(&figure([maps(&[[1.0, 2.0], [3.0, 4.0]], 2)]), Format::Svg, Theme::Light))
            .unwrap();
    assert_eq!(svg.matches("<image ").count(), 3, "two maps and a legend");
    assert_eq!(svg.matches("href=\"data:image/jpeg;base64,/9j/").count(), 3);
    assert!(svg.contains("width=\"300\" height=\"200\""));
    assert!(svg.contains("a&lt;b&gt;.jpg"));
}
