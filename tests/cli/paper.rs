//! The tables of the MobileNetV1 paper (arXiv:1704.04861), as `mnet inspect` counts them.
//!
//! Expected values are typed from the paper. A printed figure is met if the count rounds to it. The few that it does not round
//! to are named here and in docs/paper.md.

use serde_json::Value;

use super::Mnet;

/// What `mnet inspect` says.
fn inspect(arguments: &str) -> Value {
    let words = ["inspect", "--offline", "--json"].into_iter().chain(arguments.split_whitespace());
    Mnet::new().run(words).succeeded().json().remove(0)
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value} is not a number"))
}

/// A figure as a number with `digits` after its point, in millions.
fn millions(value: &Value, digits: usize) -> String {
    format!("{:.digits$}", number(value) / 1e6)
}

/// Type and stride, filter, input. Row 26 is printed with "s2": its output, the input of row 27, has the same side, so that its
/// stride is 1.
#[rustfmt::skip]
const TABLE_1: [(&str, &str, &str); 30] = [
    ("Conv / s2",     "3x3x3x32",      "224x224x3"),
    ("Conv dw / s1",  "3x3x32 dw",     "112x112x32"),
    ("Conv / s1",     "1x1x32x64",     "112x112x32"),
    ("Conv dw / s2",  "3x3x64 dw",     "112x112x64"),
    ("Conv / s1",     "1x1x64x128",    "56x56x64"),
    ("Conv dw / s1",  "3x3x128 dw",    "56x56x128"),
    ("Conv / s1",     "1x1x128x128",   "56x56x128"),
    ("Conv dw / s2",  "3x3x128 dw",    "56x56x128"),
    ("Conv / s1",     "1x1x128x256",   "28x28x128"),
    ("Conv dw / s1",  "3x3x256 dw",    "28x28x256"),
    ("Conv / s1",     "1x1x256x256",   "28x28x256"),
    ("Conv dw / s2",  "3x3x256 dw",    "28x28x256"),
    ("Conv / s1",     "1x1x256x512",   "14x14x256"),
    ("Conv dw / s1",  "3x3x512 dw",    "14x14x512"),
    ("Conv / s1",     "1x1x512x512",   "14x14x512"),
    ("Conv dw / s1",  "3x3x512 dw",    "14x14x512"),
    ("Conv / s1",     "1x1x512x512",   "14x14x512"),
    ("Conv dw / s1",  "3x3x512 dw",    "14x14x512"),
    ("Conv / s1",     "1x1x512x512",   "14x14x512"),
    ("Conv dw / s1",  "3x3x512 dw",    "14x14x512"),
    ("Conv / s1",     "1x1x512x512",   "14x14x512"),
    ("Conv dw / s1",  "3x3x512 dw",    "14x14x512"),
    ("Conv / s1",     "1x1x512x512",   "14x14x512"),
    ("Conv dw / s2",  "3x3x512 dw",    "14x14x512"),
    ("Conv / s1",     "1x1x512x1024",  "7x7x512"),
    ("Conv dw / s1",  "3x3x1024 dw",   "7x7x1024"),
    ("Conv / s1",     "1x1x1024x1024", "7x7x1024"),
    ("Avg Pool / s1", "Pool 7x7",      "7x7x1024"),
    ("FC / s1",       "1024x1000",     "1x1x1024"),
    ("Softmax / s1",  "Classifier",    "1x1x1000"),
];

#[test]
fn table_1_row_for_row() {
    let text = Mnet::new().run(["inspect", "mobilenetv1_100"]).succeeded().stdout;
    let mut lines = text.lines();
    let titles = lines.next().unwrap();
    let columns = ["Type / Stride", "Filter Shape", "Input Size", "Mult-Adds"];
    let starts = columns.map(|title| titles.find(title).unwrap());
    for (row, expected) in TABLE_1.into_iter().enumerate() {
        let line = lines.next().unwrap();
        let cell =
            |column: usize| line[starts[column]..starts[column + 1]].split("   ").next().unwrap().trim();
        assert_eq!((cell(0), cell(1), cell(2)), expected, "row {}", row + 1);
    }
    assert_eq!(lines.next(), Some(""), "{text}");
}

/// Type, and its shares of Mult-Adds and of parameters as printed. The Mult-Adds of "Conv 3x3" are printed as 1.19 %: 1.91 % is
/// the count, with which the column adds up to 100 %.
const TABLE_2: [(&str, &str, &str); 4] = [
    ("Conv 1x1", "94.86", "74.59"),
    ("Conv DW 3x3", "3.06", "1.06"),
    ("Conv 3x3", "1.91", "0.02"),
    ("Fully Connected", "0.18", "24.33"),
];

#[test]
fn table_2_by_kind() {
    let network = inspect("mobilenetv1_100");
    let share =
        |kind: &Value, what: &str| format!("{:.2}", 100.0 * number(&kind[what]) / number(&network[what]));
    let kinds = network["kinds"].as_array().unwrap();
    let found: Vec<_> = kinds
        .iter()
        .map(|kind| (kind["type"].as_str().unwrap(), share(kind, "mult_adds"), share(kind, "weights")))
        .collect();
    let expected = TABLE_2.map(|(kind, mult_adds, weights)| (kind, mult_adds.to_owned(), weights.to_owned()));
    assert_eq!(found, expected);
    let text = Mnet::new().run(["inspect", "mobilenetv1_100"]).succeeded().stdout;
    for (kind, mult_adds, weights) in TABLE_2 {
        let row = text.lines().find(|line| line.starts_with(&format!("{kind}  "))).unwrap();
        assert!(
            row.contains(&format!(" {mult_adds} % ")) && row.contains(&format!(" {weights} % ")),
            "{row}"
        );
    }
}

/// Mult-Adds and weights, in millions, of the layers of block 6.
fn block_6(arguments: &str) -> (String, String) {
    let network = inspect(arguments);
    let layers = network["layers"].as_array().unwrap();
    let layers = layers.iter().filter(|layer| layer["name"].as_str().unwrap().starts_with("block 6 "));
    let sum = |what: &str| layers.clone().map(|layer| number(&layer[what])).sum::<f64>() / 1e6;
    (format!("{:.1}", sum("mult_adds")), format!("{:.2}", sum("weights")))
}

#[test]
fn table_3_one_layer_smaller_and_smaller() {
    for (arguments, mult_adds, parameters) in [
        // Printed: 462.
        ("v1-dense", "462.4", "2.36"),
        ("v1", "52.3", "0.27"),
        ("v1 --alpha 0.75 --res 224", "29.6", "0.15"),
        // rho 0.714 is 160 of 224 px.
        ("v1 --alpha 0.75 --res 160", "15.1", "0.15"),
    ] {
        assert_eq!(block_6(arguments), (mult_adds.to_owned(), parameters.to_owned()), "{arguments}");
    }
}

/// Tables 4 to 7 and 9: arguments, then Mult-Adds and parameters in millions as printed.
#[rustfmt::skip]
const PRINTED: [(&str, &str, &str); 12] = [
    ("v1",                        "569", "4.2"),
    ("v1 --alpha 0.75 --res 224", "325", "2.6"),
    ("v1 --alpha 0.5",            "149", "1.3"),
    ("v1 --alpha 0.25",            "41", "0.5"),
    ("v1-shallow",                "307", "2.9"),
    ("v1 --res 192",              "418", "4.2"),
    ("v1 --res 128",              "186", "4.2"),
    ("v1 --alpha 0.75 --res 192", "239", "2.6"),
    // Printed: 4866, which leaves out the classifier's 1.0 M.
    ("v1-dense",                 "4867", "29.3"),
    // Printed: 290. It is 290.7, cut off.
    ("v1 --res 160",              "291", "4.2"),
    // Table 9. Printed: 76. It is 76.5, cut off.
    ("v1 --alpha 0.5 --res 160",   "77", "1.3"),
    // Table 14, for another classifier.
    ("v1 --alpha 0.75 --res 160", "166", "2.6"),
];

#[test]
fn tables_4_to_7() {
    for (arguments, mult_adds, parameters) in PRINTED {
        let network = inspect(arguments);
        let found = (millions(&network["mult_adds"], 0), millions(&network["parameters"], 1));
        assert_eq!(found, (mult_adds.to_owned(), parameters.to_owned()), "{arguments}");
    }
    // 1.32 M in table 9: without batch norms, as all parameters of the paper.
    assert_eq!(millions(&inspect("v1 --alpha 0.5 --res 160")["weights"], 2), "1.32");
    // Without the classifier the full convolutions have what table 4 prints.
    let dense = inspect("v1-dense");
    let kinds = dense["kinds"].as_array().unwrap().iter();
    let convolutions = kinds.filter(|kind| kind["type"] != "Fully Connected");
    let mult_adds: f64 = convolutions.map(|kind| number(&kind["mult_adds"])).sum();
    assert_eq!(format!("{:.0}", mult_adds / 1e6), "4866");
}

/// Mult-Adds and weights by the formulas of section 3, over the rows of table 1.
fn formula(alpha: f64, resolution: f64, classes: f64) -> (f64, f64) {
    let (mut mult_adds, mut weights) = (0.0, 0.0);
    let numbers = |text: &str| -> Vec<f64> {
        text.split(|c: char| !c.is_ascii_digit()).filter_map(|word| word.parse().ok()).collect()
    };
    for (kind, filter, input) in TABLE_1 {
        let side = numbers(input)[0] * resolution / 224.0;
        let stride = numbers(kind)[0];
        let positions = (side / stride).powi(2);
        let filters = match numbers(filter)[..] {
            // The pictures' channels are not multiplied.
            [k, _, 3.0, to] => k * k * 3.0 * to * alpha,
            [k, _, from, to] => k * k * from * alpha * to * alpha,
            [k, _, channels] => k * k * channels * alpha,
            [from, 1000.0] => {
                mult_adds += from * alpha * classes;
                weights += from * alpha * classes;
                continue;
            }
            _ => continue,
        };
        mult_adds += filters * positions;
        weights += filters;
    }
    (mult_adds, weights)
}

/// Figures 4 and 5.
#[test]
fn all_16_pairs_of_alpha_and_resolution() {
    for alpha in [1.0, 0.75, 0.5, 0.25] {
        for resolution in [224, 192, 160, 128] {
            let network = inspect(&format!("v1 --alpha {alpha:?} --res {resolution}"));
            let found = (number(&network["mult_adds"]), number(&network["weights"]));
            let expected = formula(alpha, f64::from(resolution), number(&network["classes"]));
            assert_eq!(found, expected, "{alpha:?}-{resolution}");
        }
    }
}
