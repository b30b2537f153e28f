//! Which file imports which: every path that begins with `crate`, `super`, `self`, a child module or an imported name,
//! followed through re-exports to the file that defines what it names.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use super::tokens::tokens;

/// A path's segments, from the root of the crate.
type Segments = Vec<String>;

/// One source file.
#[derive(Default)]
pub(crate) struct Source {
    /// `src/models/mod.rs`
    pub(crate) file: String,
    pub(crate) lines: usize,
    pub(crate) tokens: Vec<String>,
    /// What each imported name stands for.
    aliases: BTreeMap<String, Segments>,
    /// Every path that it names.
    paths: Vec<Segments>,
}

/// All source files but those of tests, by module.
pub(crate) struct Crate(BTreeMap<Segments, Source>);

impl Crate {
    pub(crate) fn read() -> Self {
        std::env::set_current_dir(env!("CARGO_MANIFEST_DIR")).unwrap();
        let mut sources = BTreeMap::new();
        for path in files(Path::new("src")) {
            let text = fs::read_to_string(&path).unwrap();
            let (file, lines) = (path.display().to_string(), text.lines().count());
            sources.insert(module(&path), Source { file, lines, tokens: tokens(&text), ..Source::default() });
        }
        let modules: BTreeSet<_> = sources.keys().cloned().collect();
        for (module, source) in &mut sources {
            source.read_paths(module, &modules);
        }
        assert!(sources.len() > 30, "found only {} source files", sources.len());
        Self(sources)
    }

    pub(crate) fn sources(&self) -> impl Iterator<Item = &Source> {
        self.0.values()
    }

    /// For each file those that it imports.
    pub(crate) fn imports(&self) -> BTreeMap<&str, BTreeSet<&str>> {
        let imports = self.0.iter().map(|(module, source)| {
            let targets = source.paths.iter().filter_map(|path| self.definition(path, 0));
            let targets =
                targets.filter(|target| *target != module).map(|target| self.0[target].file.as_str());
            (source.file.as_str(), targets.collect())
        });
        imports.collect()
    }

    /// The module whose file defines what `path` names.
    fn definition(&self, path: &[String], depth: usize) -> Option<&Segments> {
        let deepest = (0..=path.len()).rev().find_map(|length| self.0.get_key_value(&path[..length]));
        let (module, source) = deepest?;
        let rest = &path[module.len()..];
        match rest.first().and_then(|name| source.aliases.get(name)) {
            Some(target) if depth < 8 && !target.starts_with(path) => {
                self.definition(&[target, &rest[1..]].concat(), depth + 1)
            }
            _ => Some(module),
        }
    }
}

impl Source {
    fn read_paths(&mut self, module: &Segments, modules: &BTreeSet<Segments>) {
        let tokens = std::mem::take(&mut self.tokens);
        // Imports first: other paths begin with their names.
        // The `use<'a>` of a type is no import.
        let is_import = |pair: &[String]| pair[0] == "use" && pair[1] != "<";
        for (index, _) in tokens.windows(2).enumerate().filter(|(_, pair)| is_import(pair)) {
            let mut tree = Vec::new();
            use_tree(&mut tokens[index + 1..].iter().map(String::as_str).peekable(), &[], &mut tree);
            for (path, name) in tree {
                if let Some(path) = self.absolute(&path, module, modules) {
                    self.paths.push(path.clone());
                    self.aliases.insert(name, path);
                }
            }
        }
        let mut index = 0;
        while index < tokens.len() {
            let path = path_at(&tokens[index..]);
            let is_start = index == 0 || !["::", ".", "use", "mod"].contains(&tokens[index - 1].as_str());
            // `pub(in crate::backend)` says who may see it.
            let is_visibility = tokens[..index].ends_with(&["(".into(), "in".into()]);
            if is_start && !is_visibility && path.len() > 1 {
                let path = self.absolute(&path, module, modules);
                self.paths.extend(path);
            }
            index += (2 * path.len()).max(2) - 1;
        }
        self.tokens = tokens;
    }

    /// `path`, which stands in `module`, from the root; `None` for what is not of this crate.
    fn absolute(&self, path: &[String], module: &Segments, modules: &BTreeSet<Segments>) -> Option<Segments> {
        let child = [module.as_slice(), &path[..1]].concat();
        let mut base = match path[0].as_str() {
            "crate" => Vec::new(),
            "self" | "super" => module.clone(),
            _ if modules.contains(&child) => return Some([module, path].concat()),
            name => return Some([self.aliases.get(name)?, &path[1..]].concat()),
        };
        let mut rest = path;
        while let Some(word) = rest.first().filter(|word| ["crate", "self", "super"].contains(&word.as_str()))
        {
            if word == "super" {
                base.pop()?;
            }
            rest = &rest[1..];
        }
        base.extend_from_slice(rest);
        Some(base)
    }
}

/// `a::b::c` at the beginning of `tokens`; empty if no word stands there.
fn path_at(tokens: &[String]) -> Segments {
    let is_word = |token: &String| token.starts_with(|c: char| c.is_alphabetic() || c == '_');
    let mut path = Vec::new();
    for pair in tokens.chunks(2) {
        if !is_word(&pair[0]) {
            break;
        }
        path.push(pair[0].clone());
        if pair.get(1).is_none_or(|mark| mark != "::") {
            break;
        }
    }
    path
}

/// The paths of a `use`, each with the name it gets.
fn use_tree<'a>(
    tokens: &mut std::iter::Peekable<impl Iterator<Item = &'a str>>,
    prefix: &[String],
    found: &mut Vec<(Segments, String)>,
) {
    let mut path = prefix.to_vec();
    let mut name = None;
    while let Some(token) = tokens.next_if(|token| ![",", "}", ";"].contains(token)) {
        match token {
            "::" => {}
            "{" => {
                while tokens.next_if_eq(&"}").is_none() {
                    let is_name = tokens.peek().is_some_and(|token| *token != ";");
                    assert!(is_name, "`use {}::{{` has no end", path.join("::"));
                    use_tree(tokens, &path, found);
                    tokens.next_if_eq(&",");
                }
                return;
            }
            "as" => name = tokens.next().map(str::to_owned),
            "self" if !path.is_empty() => {}
            word => path.push(word.to_owned()),
        }
    }
    let last = path.last().cloned().unwrap_or_default();
    found.push((path, name.unwrap_or(last)));
}

/// `src/models/spec/mod.rs` is `["models", "spec"]`.
fn module(path: &Path) -> Segments {
    let path = path.strip_prefix("src").unwrap().with_extension("");
    let words = path.iter().map(|word| word.to_str().unwrap().to_owned());
    words.filter(|word| !["mod", "lib"].contains(&word.as_str())).collect()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let paths = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let files = paths.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] });
    files.filter(|path| !path.ends_with("tests.rs")).collect()
}
