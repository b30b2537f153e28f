//! The shape of the source: imports point down only, no files import each other, unsafe code stays in its files, and
//! files stay short.

#![expect(clippy::unwrap_used, reason = "a test fails where a value is missing")]
#![expect(clippy::print_stdout, reason = "the longest file")]

#[path = "floors/graph.rs"]
mod graph;
#[path = "floors/tokens.rs"]
mod tokens;

use std::collections::{BTreeMap, BTreeSet};

use graph::Crate;

/// What each module may import of the others.
const FLOORS: [(&str, &[&str]); 14] = [
    (
        "cli",
        &[
            "backend", "hub", "inputs", "kernels", "measure", "models", "pipeline", "pixels", "predict",
            "record", "sink", "weights",
        ],
    ),
    ("pipeline", &["inputs", "pixels", "predict", "record"]),
    ("inputs", &[]),
    ("predict", &["backend", "hub", "models", "pixels", "record", "weights"]),
    ("sink", &["record"]),
    ("backend", &["kernels", "models", "nn", "weights"]),
    ("models", &["nn", "weights"]),
    ("measure", &["kernels"]),
    ("hub", &[]),
    ("weights", &[]),
    ("pixels", &["kernels"]),
    ("kernels", &["nn"]),
    ("nn", &[]),
    ("record", &[]),
];

/// Files that may hold `unsafe`.
const UNSAFE: [&str; 14] = [
    "src/kernels/activation.rs",
    "src/kernels/conv2d.rs",
    "src/kernels/depthwise.rs",
    "src/kernels/feature_map.rs",
    "src/kernels/isa/avx2/mod.rs",
    "src/kernels/isa/avx2/resample.rs",
    "src/kernels/isa/mod.rs",
    "src/kernels/isa/portable.rs",
    "src/kernels/microkernel.rs",
    "src/kernels/peak.rs",
    "src/kernels/pointwise.rs",
    "src/kernels/stem.rs",
    "src/kernels/team.rs",
    // A memory map.
    "src/weights/file.rs",
];

/// Groups of files that import each other, directly or through others: a line each. There should be none.
const CIRCLES: &str = include_str!("floors/circles.txt");

/// The most lines that a file may have.
const LONGEST: usize = 400;

#[test]
fn imports_point_down_and_every_permission_is_used() {
    let source = Crate::read();
    let mut used: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (file, imports) in source.imports() {
        let from = module(file);
        let into = imports.into_iter().map(module).filter(|into| *into != from);
        used.entry(from).or_default().extend(into);
    }
    for root in ["lib", "main"] {
        used.remove(root);
    }
    let allowed = FLOORS.iter().map(|(module, allowed)| (*module, allowed.iter().copied().collect()));
    let allowed: BTreeMap<&str, BTreeSet<&str>> = allowed.collect();
    assert_eq!(used.keys().collect::<Vec<_>>(), allowed.keys().collect::<Vec<_>>(), "modules");
    for (module, used) in &used {
        assert_eq!(*used, allowed[module], "{module} imports (left) and may import (right)");
    }
}

#[test]
fn no_files_import_each_other() {
    let source = Crate::read();
    let imports = source.imports();
    let below: BTreeMap<_, _> = imports.keys().map(|&file| (file, reachable(file, &imports))).collect();
    let circles: BTreeSet<Vec<_>> = below
        .iter()
        .filter(|(file, below)| below.contains(*file))
        .map(|(file, files)| files.iter().copied().filter(|other| below[other].contains(file)).collect())
        .collect();
    let expected: BTreeSet<Vec<_>> = CIRCLES.lines().map(|line| line.split(' ').collect()).collect();
    let edges = |circle: &Vec<&str>| -> Vec<String> {
        let inside = |from: &str| imports[from].iter().filter(|to| circle.contains(to)).copied().collect();
        let edges = circle.iter().map(|from| (*from, inside(from)));
        edges.map(|(from, to): (_, Vec<_>)| format!("{from} > {}", to.join(" "))).collect()
    };
    let found: Vec<_> = circles.iter().map(edges).collect();
    assert_eq!(circles, expected, "{found:#?}");
}

/// All files that `file` imports, directly or through others.
fn reachable<'a>(file: &str, imports: &BTreeMap<&'a str, BTreeSet<&'a str>>) -> BTreeSet<&'a str> {
    let mut found = BTreeSet::new();
    let mut next: Vec<_> = imports[file].iter().copied().collect();
    while let Some(file) = next.pop() {
        if found.insert(file) {
            next.extend(&imports[file]);
        }
    }
    found
}

#[test]
fn unsafe_stays_in_its_files() {
    let source = Crate::read();
    let is_unsafe = |source: &&graph::Source| source.tokens.iter().any(|token| token == "unsafe");
    let found: BTreeSet<_> = source.sources().filter(is_unsafe).map(|source| source.file.as_str()).collect();
    assert_eq!(found, BTreeSet::from(UNSAFE), "files with unsafe code (left) and those that may have it");
}

#[test]
fn no_file_is_long() {
    let source = Crate::read();
    let longest = source.sources().max_by_key(|source| source.lines).unwrap();
    println!("the longest file is {}: {} lines", longest.file, longest.lines);
    assert!(longest.lines <= LONGEST, "{}: {} lines; look for the second noun", longest.file, longest.lines);
}

/// `models` of `src/models/load.rs`.
fn module(file: &str) -> &str {
    let inner = file.strip_prefix("src/").unwrap();
    inner.split('/').next().unwrap().trim_end_matches(".rs")
}
