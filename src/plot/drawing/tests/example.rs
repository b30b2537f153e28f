//! Figures as the commands draw them. The accuracies are those that the authors published for the 16 checkpoints of MobileNetV1
//! (TensorFlow models, `mobilenet_v1.md`); times are about those of `docs/speed.md`, the rest is made up.

use crate::plot::figure::{
    Axis, Bar, Bars, Chart, Confusion, Figure, Point, Reliability, ReliabilityBin, Scatter,
};

/// Alpha, resolution, Mult-Adds in millions, top-1.
const V1: [(&str, u32, f64, f64); 16] = [
    ("1.0", 224, 569.0, 70.9),
    ("1.0", 192, 418.0, 70.0),
    ("1.0", 160, 291.0, 68.0),
    ("1.0", 128, 186.0, 65.2),
    ("0.75", 224, 317.0, 68.4),
    ("0.75", 192, 233.0, 67.2),
    ("0.75", 160, 162.0, 65.3),
    ("0.75", 128, 104.0, 62.1),
    ("0.5", 224, 150.0, 63.3),
    ("0.5", 192, 110.0, 61.7),
    ("0.5", 160, 77.0, 59.1),
    ("0.5", 128, 49.0, 56.3),
    ("0.25", 224, 41.0, 49.8),
    ("0.25", 192, 34.0, 47.7),
    ("0.25", 160, 21.0, 45.5),
    ("0.25", 128, 14.0, 41.5),
];

/// Others: family, name, Mult-Adds in millions, milliseconds, top-1.
const OTHERS: [(&str, &str, f64, f64, f64); 8] = [
    ("V2", "1.4-224", 582.0, 10.1, 75.3),
    ("V2", "1.0-224", 300.8, 6.09, 71.8),
    ("V2", "0.75-160", 107.0, 2.2, 66.4),
    ("V3", "large", 217.0, 5.06, 75.8),
    ("V3", "small", 56.5, 1.45, 67.7),
    ("V4", "conv-small", 183.5, 3.85, 73.8),
    ("V4", "conv-medium", 827.6, 16.02, 79.1),
    ("Lite", "lite0", 385.0, 7.79, 74.8),
];

pub(super) fn figures() -> Vec<(&'static str, Figure)> {
    let of = |panels: Vec<Chart>| Figure { panels };
    vec![
        (
            "grid",
            of(vec![grid("Top-1 over latency", true, false), grid("Top-1 over Mult-Adds", false, false)]),
        ),
        ("families", of(vec![grid("Top-1 over latency", true, true)])),
        ("layers", of(vec![layers()])),
        ("reliability", of(vec![reliability(0.12), reliability(-0.02)])),
        ("confusion", of(vec![confusion(8)])),
        ("confusion-1000", of(vec![confusion(1000)])),
    ]
}

/// The grid of MobileNetV1, with the other families if asked for.
pub(super) fn grid(title: &str, is_over_time: bool, has_others: bool) -> Chart {
    let v1 = V1.iter().map(|&(alpha, resolution, mult_adds, top1)| {
        let ms = 0.03 + mult_adds * 0.0188;
        (String::from("V1"), format!("{alpha}-{resolution}"), mult_adds, ms, top1)
    });
    let others = OTHERS.iter().map(|&(family, name, mult_adds, ms, top1)| {
        (family.to_owned(), name.to_owned(), mult_adds, ms, top1)
    });
    let rows: Vec<_> = v1.chain(others.filter(|_| has_others)).collect();
    let x = |row: &(String, String, f64, f64, f64)| if is_over_time { row.3 } else { row.2 };
    let points = rows.iter().map(|row| {
        let is_beaten = rows.iter().any(|other| x(other) <= x(row) && other.4 > row.4);
        Point {
            x: x(row),
            y: row.4,
            x_range: is_over_time.then_some((row.3 * 0.97, row.3 * 1.12)),
            y_range: None,
            label: row.1.clone(),
            series: row.0.clone(),
            is_on_front: !is_beaten,
            group: 0,
        }
    });
    let x_title =
        if is_over_time { "latency on one thread, ms (p50, with p10 to p90)" } else { "Mult-Adds, millions" };
    Chart::Scatter(Scatter {
        title: title.to_owned(),
        x: Axis { title: x_title.to_owned(), is_log: true },
        y: Axis { title: "top-1 on ImageNet, %".to_owned(), is_log: false },
        points: points.collect(),
    })
}

/// The 28 layers of MobileNetV1 1.0-224.
pub(super) fn layers() -> Chart {
    let bar = |layer: usize| {
        let kind = if layer % 2 == 1 { "depthwise 3x3" } else { "pointwise" };
        let (label, values) = match layer {
            0 => ("stem 3x3, 224 to 112".to_owned(), vec![4.1, 1.9, 0.02]),
            27 => ("classifier 1024 to 1001".to_owned(), vec![1.3, 0.18, 24.25]),
            _ => {
                let share = if layer % 2 == 1 { 0.24 } else { 7.3 };
                (
                    format!("block {} {kind}", layer.div_ceil(2)),
                    vec![share * 0.8 + 1.1, share, layer as f64 / 10.0],
                )
            }
        };
        Bar { label, values }
    };
    Chart::Bars(Bars {
        title: "MobileNetV1 1.0-224, layer by layer".into(),
        unit: "%".into(),
        series: ["time", "Mult-Adds", "parameters"].map(String::from).to_vec(),
        bars: (0..28).map(bar).collect(),
    })
}

/// Confidences that are too high by `excess`.
pub(super) fn reliability(excess: f64) -> Chart {
    let bins = (0..15).map(|bin| {
        let confidence = (f64::from(bin) + 0.55) / 15.0;
        let accuracy = (confidence - excess * confidence).clamp(0.0, 1.0);
        ReliabilityBin { confidence, accuracy, count: if bin < 2 { 0 } else { (bin * bin * 9) as usize } }
    });
    Chart::Reliability(Reliability {
        title: if excess > 0.1 { "Before calibration" } else { "At temperature 1.31" }.into(),
        bins: bins.collect(),
        expected_error: excess.abs() * 0.7,
    })
}

pub(super) fn confusion(classes: usize) -> Chart {
    let names = [
        "tabby",
        "tiger cat",
        "Persian cat",
        "Siamese cat",
        "American Staffordshire terrier",
        "lynx",
        "hot dog",
        "cliff",
    ];
    let label = |class: usize| match names.get(class) {
        Some(name) => (*name).to_owned(),
        None => format!("class {class}"),
    };
    let mut counts = vec![vec![0; classes]; classes];
    for (class, row) in counts.iter_mut().enumerate() {
        row[class] = 50 - class % 19;
        row[class * 7 % classes] += class % 19;
        row[class * 3 % classes] += 2;
    }
    Chart::Confusion(Confusion {
        title: "EfficientNet-Lite0 on 50 photos of each class".into(),
        labels: (0..classes).map(label).collect(),
        counts,
    })
}
