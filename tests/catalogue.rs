//! Parameters and Mult-Adds of every architecture against what PyTorch counts in its own library.

#[path = "support/mod.rs"]
mod support;

use std::collections::BTreeMap;

use support::networks::{architecture, names};

/// By `golden/costs.py`.
const GOLDEN: &str = include_str!("golden/costs.tsv");

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
#[should_panic(expected = "found logits that are not finite")]
fn logits_that_are_not_finite_equal_nothing() {
    support::networks::relative_error(&[vec![f32::NAN, 1.0]], &[vec![1.0, 1.0]]);
}
