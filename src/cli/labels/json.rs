//! Classes and groups as JSON Lines. Fields are only ever added.

use std::collections::BTreeSet;
use std::io::{self, Write};

use serde::Serialize;

use super::search::Found;
use super::view::View;
use crate::predict::{GroupKind, NamedGroup};

/// One class.
#[derive(Debug, Serialize)]
struct ClassLine<'a> {
    index: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    wnid: Option<&'a str>,
    label: &'a str,
    /// Its group of the coarse level.
    #[serde(skip_serializing_if = "Option::is_none")]
    coarse: Option<&'a str>,
    /// The ways to the root, each from what it is directly a kind of.
    #[serde(skip_serializing_if = "Option::is_none")]
    paths: Option<Vec<Vec<Above<'a>>>>,
}

/// What a class is a kind of.
#[derive(Debug, Serialize)]
struct Above<'a> {
    wnid: Option<&'a str>,
    group: &'a str,
    /// How many of the model's classes are of it.
    classes: usize,
}

impl<'a> Above<'a> {
    fn of(named: &'a NamedGroup) -> Self {
        let group = &named.group;
        Self { wnid: group.wnid.as_deref(), group: &group.name, classes: group.classes.len() }
    }
}

/// One group.
#[derive(Debug, Serialize)]
struct GroupLine<'a> {
    group: &'a str,
    /// What names it on a command line.
    word: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    wnid: Option<&'a str>,
    names: Vec<&'a str>,
    /// Whether it is one of the coarse level.
    coarse: bool,
    classes: &'a BTreeSet<usize>,
}

pub(super) fn write(found: &Found, view: &View, output: &mut impl Write) -> io::Result<()> {
    for &index in &found.classes {
        let label = view.labels.get(index);
        let paths = view.paths(index).into_iter().map(|path| path.into_iter().map(Above::of).collect());
        let class = ClassLine {
            index,
            wnid: label.wnid.as_deref(),
            label: &label.name,
            coarse: view.coarse_of(index),
            paths: view.tree.then(|| paths.collect()),
        };
        line(&class, output)?;
    }
    for named in &found.groups {
        let group = GroupLine {
            group: &named.group.name,
            word: view.groups.word(named),
            wnid: named.group.wnid.as_deref(),
            names: named.names.iter().map(|name| &**name).collect(),
            coarse: named.kind == GroupKind::Coarse,
            classes: &named.group.classes,
        };
        line(&group, output)?;
    }
    Ok(())
}

fn line(value: &impl Serialize, output: &mut impl Write) -> io::Result<()> {
    serde_json::to_writer(&mut *output, value).map_err(io::Error::from)?;
    writeln!(output)
}
