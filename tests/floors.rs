//! Imports point down only, and unsafe code stays where it belongs.

#![expect(clippy::unwrap_used, reason = "a test ends where its ground gives way")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// What each module may import of the others.
const FLOORS: [(&str, &[&str]); 17] = [
    (
        "cli",
        &[
            "atomic_file",
            "backend",
            "hub",
            "inputs",
            "kernels",
            "measure",
            "models",
            "pipeline",
            "pixels",
            "predict",
            "record",
            "sink",
            "weights",
            "words",
        ],
    ),
    ("pipeline", &["inputs", "pixels", "predict", "record"]),
    ("inputs", &["record"]),
    ("predict", &["backend", "hub", "models", "nn", "pixels", "record", "terminal_text", "weights", "words"]),
    ("sink", &["record", "terminal_text"]),
    ("backend", &["kernels", "models", "nn", "weights"]),
    ("models", &["nn", "weights"]),
    ("measure", &["kernels"]),
    ("hub", &["atomic_file", "terminal_text"]),
    ("weights", &["terminal_text"]),
    ("pixels", &["kernels"]),
    ("kernels", &["nn"]),
    ("nn", &[]),
    ("record", &[]),
    ("atomic_file", &[]),
    ("terminal_text", &[]),
    ("words", &[]),
];

/// Files that may hold `unsafe`.
const UNSAFE: [&str; 18] = [
    "src/kernels/activation.rs",
    "src/kernels/conv2d.rs",
    "src/kernels/depthwise/mod.rs",
    "src/kernels/depthwise/plane.rs",
    "src/kernels/feature_map.rs",
    "src/kernels/isa/avx2/mod.rs",
    "src/kernels/isa/avx2/resample_row.rs",
    "src/kernels/isa/instruction_set.rs",
    "src/kernels/isa/portable.rs",
    "src/kernels/microkernel.rs",
    "src/kernels/peak.rs",
    "src/kernels/pointwise.rs",
    "src/kernels/resample.rs",
    "src/kernels/simd.rs",
    "src/kernels/stem.rs",
    "src/kernels/team.rs",
    "src/kernels/work_queue.rs",
    // A memory map.
    "src/weights/file.rs",
];

#[test]
fn imports_point_down() {
    let mut edges = 0;
    for (path, text) in sources() {
        let module = module(&path);
        let Some((_, allowed)) = FLOORS.iter().find(|(name, _)| *name == module) else {
            assert!(["lib", "main"].contains(&module.as_str()), "{module} has no floor");
            continue;
        };
        for import in imports(&text).into_iter().filter(|import| *import != module) {
            edges += 1;
            assert!(allowed.contains(&import.as_str()), "{}: {module} imports {import}", path.display());
        }
    }
    assert!(edges > 20, "found only {edges} imports: is the search broken?");
}

#[test]
fn unsafe_stays_in_its_files() {
    let mut found = BTreeSet::new();
    for (path, text) in sources() {
        let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
        if code.into_iter().any(|line| line.contains("unsafe {") || line.contains("unsafe fn")) {
            found.insert(path.display().to_string());
        }
    }
    let allowed: BTreeSet<_> = UNSAFE.iter().map(|file| (*file).to_owned()).collect();
    assert_eq!(found, allowed);
}

/// Modules named after `crate::` in paths, single or in braces.
fn imports(text: &str) -> BTreeSet<String> {
    let word = |text: &str| text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    let floors: BTreeSet<_> = FLOORS.iter().map(|(name, _)| *name).collect();
    text.split("crate::")
        .skip(1)
        .flat_map(|rest| match rest.strip_prefix('{') {
            Some(group) => {
                group.split('}').next().unwrap_or("").split(',').map(|part| word(part.trim())).collect()
            }
            None => vec![word(rest)],
        })
        .filter(|name| floors.contains(name.as_str()))
        .collect()
}

fn module(path: &Path) -> String {
    let inner = path.strip_prefix("src").unwrap();
    let first = inner.components().next().unwrap().as_os_str().to_str().unwrap();
    first.trim_end_matches(".rs").to_owned()
}

fn sources() -> Vec<(PathBuf, String)> {
    std::env::set_current_dir(env!("CARGO_MANIFEST_DIR")).unwrap();
    let mut files = Vec::new();
    let mut folders = vec![PathBuf::from("src")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                files.push((path.clone(), fs::read_to_string(&path).unwrap()));
            }
        }
    }
    assert!(files.len() > 30, "found only {} source files", files.len());
    files
}
