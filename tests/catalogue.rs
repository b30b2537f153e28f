//! Parameters and Mult-Adds of every architecture against what PyTorch counts in its own library, and timm's default input
//! of each against timm's.

#[path = "support/mod.rs"]
mod support;

use std::collections::BTreeMap;

use mnet::models::{DefaultInput, FAMILIES};
use support::networks::{architecture, names};

/// By `golden/costs.py`.
const GOLDEN: &str = include_str!("golden/costs.tsv");

/// By `golden/inputs.py`.
const INPUTS: &str = include_str!("golden/inputs.tsv");

#[test]
fn parameters_and_mult_adds_are_those_of_the_libraries() {
    let mut rows = GOLDEN.lines().map(|line| line.split('\t').collect::<Vec<_>>());
    assert_eq!(rows.next(), Some(vec!["name", "resolution", "parameters", "mult_adds"]));
    let mut costs: BTreeMap<_, _> = rows.map(|row| (row[0], row)).collect();
    for name in names() {
        let row = costs.remove(name.as_str()).unwrap_or_else(|| panic!("{name} has no row in costs.tsv"));
        let [resolution, parameters, mult_adds] = [1, 2, 3].map(|column| row[column].parse().expect(&name));
        let graph = architecture(&name, None).graph;
        assert_eq!((graph.parameters(), graph.mult_adds(resolution)), (parameters, mult_adds), "{name}");
    }
    assert!(costs.is_empty(), "not in FAMILIES: {:?}", costs.keys());
}

#[test]
fn default_inputs_are_those_of_timm() {
    let mut rows = INPUTS.lines().map(|line| line.split('\t').collect::<Vec<_>>());
    assert_eq!(rows.next(), Some(vec!["name", "resolution", "crop_pct", "interpolation", "mean", "std"]));
    let numbers = |text: &str| text.split(' ').map(|number| number.parse().expect("a number")).collect();
    let rows = rows.map(|row| {
        let [mean, std]: [Vec<f64>; 2] = [numbers(row[4]), numbers(row[5])];
        (row[0], row[1].parse().expect("a side"), row[2].parse().expect("a share"), row[3], mean, std)
    });
    let ours = FAMILIES.iter().flat_map(|family| family.timm).map(|variant| {
        let DefaultInput { resolution, crop_pct, interpolation, mean, std } = variant.input;
        (variant.name, resolution, crop_pct, interpolation, mean.to_vec(), std.to_vec())
    });
    let sorted = |mut rows: Vec<(&'static str, u32, f64, _, _, _)>| {
        rows.sort_by_key(|row| row.0);
        rows
    };
    assert_eq!(sorted(ours.collect()), sorted(rows.collect()));
}

#[test]
#[should_panic(expected = "found logits that are not finite")]
fn logits_that_are_not_finite_equal_nothing() {
    support::networks::relative_error(&[vec![f32::NAN, 1.0]], &[vec![1.0, 1.0]]);
}
