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
const FLOORS: [(&str, &[&str]); 27] = [
    (
        "cli",
        &[
            "atomic_file",
            "backend",
            "guard",
            "heat",
            "hub",
            "inputs",
            "kernels",
            "marked_file",
            "measure",
            "models",
            "neighbours",
            "pipeline",
            "pixels",
            "plot",
            "predict",
            "record",
            "sheet",
            "sink",
            "statistics",
            "terminal_text",
            "waiting",
            "weights",
            "words",
        ],
    ),
    ("pipeline", &["guard", "inputs", "pixels", "predict", "record"]),
    ("inputs", &["encoding", "guard", "pixels", "record"]),
    (
        "predict",
        &[
            "backend",
            "encoding",
            "hub",
            "models",
            "pixels",
            "record",
            "regular_file",
            "terminal_text",
            "weights",
            "words",
        ],
    ),
    ("sink", &["encoding", "record", "terminal_text"]),
    ("backend", &["kernels", "models", "nn", "record", "weights"]),
    ("models", &["nn", "terminal_text", "weights"]),
    ("measure", &["kernels"]),
    ("neighbours", &["atomic_file", "kernels", "nn"]),
    ("plot", &["heat", "marked_file"]),
    ("heat", &[]),
    ("sheet", &["atomic_file", "marked_file", "pixels", "terminal_text"]),
    ("hub", &["atomic_file", "regular_file", "terminal_text"]),
    ("weights", &["regular_file", "terminal_text", "words"]),
    ("pixels", &["guard", "kernels", "record"]),
    ("kernels", &["nn"]),
    ("nn", &[]),
    ("guard", &[]),
    ("record", &[]),
    ("statistics", &[]),
    ("encoding", &[]),
    ("atomic_file", &[]),
    ("marked_file", &["atomic_file"]),
    ("regular_file", &[]),
    ("terminal_text", &[]),
    ("waiting", &[]),
    ("words", &[]),
];

/// Files that may hold `unsafe`.
const UNSAFE: [&str; 38] = [
    "src/kernels/activation.rs",
    "src/kernels/bf16/activate.rs",
    "src/kernels/bf16/epilogue.rs",
    "src/kernels/bf16/even_odd.rs",
    "src/kernels/bf16/pairs.rs",
    "src/kernels/bf16/pending.rs",
    "src/kernels/bf16/pool.rs",
    "src/kernels/bf16/product.rs",
    "src/kernels/bf16/products.rs",
    "src/kernels/bf16/stem.rs",
    "src/kernels/bf16/stem_parts.rs",
    "src/kernels/bf16/tile.rs",
    "src/kernels/bf16/vector.rs",
    "src/kernels/conv2d.rs",
    "src/kernels/depthwise/channels.rs",
    "src/kernels/depthwise/mod.rs",
    "src/kernels/depthwise/plane.rs",
    "src/kernels/feature_map.rs",
    "src/kernels/isa/amx.rs",
    "src/kernels/isa/avx2/mod.rs",
    "src/kernels/isa/avx2/resample_row.rs",
    "src/kernels/isa/avx512.rs",
    "src/kernels/isa/avx512_bf16/mod.rs",
    "src/kernels/isa/avx512_bf16/pixel_parts.rs",
    "src/kernels/isa/instruction_set.rs",
    "src/kernels/isa/model.rs",
    "src/kernels/isa/model_bf16.rs",
    "src/kernels/isa/portable.rs",
    "src/kernels/microkernel.rs",
    "src/kernels/microkernel/gemv.rs",
    "src/kernels/peak.rs",
    "src/kernels/pointwise.rs",
    "src/kernels/pool.rs",
    "src/kernels/resample.rs",
    "src/kernels/simd.rs",
    "src/kernels/stem.rs",
    "src/kernels/team.rs",
    "src/kernels/work_queue.rs",
];

/// The most lines that a file may have.
const LONGEST: usize = 370;

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
fn the_table_in_architecture_md_is_the_one_here() {
    let text = include_str!("../ARCHITECTURE.md");
    let rows = text.lines().filter_map(|line| line.strip_prefix("| `")?.split_once("` | "));
    let rows: BTreeMap<_, _> = rows.collect();
    assert_eq!(
        rows.keys().copied().collect::<BTreeSet<_>>(),
        FLOORS.iter().map(|(module, _)| *module).collect()
    );
    for (module, allowed) in FLOORS.iter().filter(|(module, _)| *module != "cli") {
        let imports = rows[module].split(" | ").nth(1).unwrap_or_default();
        let named: BTreeSet<_> = imports.split('`').skip(1).step_by(2).collect();
        assert_eq!(named, allowed.iter().copied().collect(), "{module}");
    }
}

type Imports<'a> = BTreeMap<&'a str, BTreeSet<&'a str>>;

#[test]
fn no_files_import_each_other() {
    let source = Crate::read();
    let imports = source.imports();
    let found = circles(&imports);
    let edges = |circle: &Vec<&str>| -> Vec<String> {
        let inside = |from: &str| imports[from].iter().filter(|to| circle.contains(to)).copied().collect();
        let edges = circle.iter().map(|from| (*from, inside(from)));
        edges.map(|(from, to): (_, Vec<_>)| format!("{from} > {}", to.join(" "))).collect()
    };
    let edges: Vec<_> = found.iter().map(edges).collect();
    assert!(found.is_empty(), "{edges:#?}");
}

#[test]
fn a_circle_is_found_and_a_diamond_is_not() {
    let diamond = [("a", vec!["b", "c"]), ("b", vec!["d"]), ("c", vec!["d"]), ("d", vec![])];
    let imports = |edges: &[(&'static str, Vec<&'static str>)]| -> Imports<'static> {
        edges.iter().map(|(from, to)| (*from, to.iter().copied().collect())).collect()
    };
    assert_eq!(circles(&imports(&diamond)), BTreeSet::new());
    let circle = [("a", vec!["b"]), ("b", vec!["c"]), ("c", vec!["d", "b"]), ("d", vec![])];
    assert_eq!(circles(&imports(&circle)), BTreeSet::from([vec!["b", "c"]]));
}

/// Groups of files each of which imports all others, directly or through others.
fn circles<'a>(imports: &Imports<'a>) -> BTreeSet<Vec<&'a str>> {
    let below: BTreeMap<_, _> = imports.keys().map(|&file| (file, reachable(file, imports))).collect();
    below
        .iter()
        .filter(|(file, below)| below.contains(*file))
        .map(|(file, files)| files.iter().copied().filter(|other| below[other].contains(file)).collect())
        .collect()
}

/// All files that `file` imports, directly or through others.
fn reachable<'a>(file: &str, imports: &Imports<'a>) -> BTreeSet<&'a str> {
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

/// `models` of `src/models/load/mod.rs`.
fn module(file: &str) -> &str {
    let inner = file.strip_prefix("src/").unwrap();
    inner.split('/').next().unwrap().trim_end_matches(".rs")
}
