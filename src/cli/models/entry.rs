//! What is known about one checkpoint: in the binary, in the catalogue or in the cache.

use serde::Serialize;

use crate::hub::{Hub, Repository};
use crate::models::{Architecture, BUILT_IN, Checkpoint, FAMILIES, Family};
use crate::predict::{self, Source};

/// One checkpoint. Fields are only ever added.
#[derive(Debug, Serialize)]
pub(super) struct Entry {
    pub name: String,
    pub family: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub variant: Option<&'static str>,
    /// None for the weights in the binary.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub repository: Option<String>,
    /// Where weights are from that have no repository.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub origin: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revision: Option<&'static str>,
    pub architecture: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alpha: Option<f64>,
    pub res: usize,
    pub classes: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub top1: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub top5: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub test: Option<Test>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accuracy_source: Option<&'static str>,
    pub parameters: usize,
    pub mult_adds: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub licence: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub licence_source: Option<&'static str>,
    /// Whether they are in the binary.
    pub built_in: bool,
    pub cached: bool,
    /// Bytes in the cache, all revisions of the repository.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cached_bytes: Option<u64>,
}

/// A larger resolution at which its authors tested it.
#[derive(Debug, Serialize)]
pub(super) struct Test {
    pub res: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub top1: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub top5: Option<f64>,
}

impl Entry {
    pub(super) fn new(family: &'static Family, checkpoint: &Checkpoint, hub: Option<&Hub>) -> Self {
        let architecture = checkpoint.architecture(family);
        let source = Source::Catalogue {
            repository: checkpoint.repository(),
            preferred_revision: checkpoint.revision,
        };
        let repositories = predict::repositories(&source).unwrap_or_default();
        let is_cached =
            |hub: &Hub| repositories.iter().any(|r| hub.cached(r, &predict::CHECKPOINT_FILES).is_some());
        let cached_bytes = || hub?.cached_repo(repositories.first()?)?.bytes().ok();
        let [top1, top5] = checkpoint.accuracy.map_or([None; 2], |accuracy| accuracy.map(Some));
        let test = checkpoint.tested.map(|(res, accuracy)| {
            let [top1, top5] = accuracy.map_or([None; 2], |accuracy| accuracy.map(Some));
            Test { res, top1, top5 }
        });
        Self {
            variant: Some(checkpoint.variant),
            repository: Some(checkpoint.repository()),
            revision: checkpoint.revision,
            alpha: checkpoint.alpha,
            top1,
            top5,
            test,
            accuracy_source: Some(checkpoint.accuracy_source),
            licence: Some(checkpoint.licence.name),
            licence_source: Some(checkpoint.licence.source),
            cached: hub.is_some_and(is_cached),
            cached_bytes: cached_bytes(),
            ..Self::of_network(checkpoint.name(), architecture, checkpoint.resolution)
        }
    }

    /// The checkpoint in the binary.
    pub(super) fn built_in() -> Option<Self> {
        let checkpoint = predict::Checkpoint::built_in().ok()?;
        Some(Self {
            variant: Some(BUILT_IN.variant),
            origin: Some(BUILT_IN.origin),
            top1: Some(BUILT_IN.top1),
            accuracy_source: Some(BUILT_IN.accuracy_source),
            licence: Some(BUILT_IN.licence.name),
            licence_source: Some(BUILT_IN.licence.source),
            built_in: true,
            ..Self::of_files(checkpoint)
        })
    }

    /// A cached repository that the catalogue lacks; `None` if it is not cached or not a network of ours.
    pub(super) fn cached(repository: &Repository, hub: &Hub) -> Option<Self> {
        let checkpoint = predict::cached(repository, hub)?.ok()?;
        Some(Self {
            name: repository.to_string(),
            repository: Some(repository.to_string()),
            cached: true,
            cached_bytes: hub.cached_repo(repository)?.bytes().ok(),
            ..Self::of_files(checkpoint)
        })
    }

    /// What the files of a checkpoint say.
    fn of_files(checkpoint: predict::Checkpoint) -> Self {
        let res = checkpoint.config.preprocess.resolution() as usize;
        Self::of_network(checkpoint.name, checkpoint.config.architecture, res)
    }

    /// What a network says.
    fn of_network(name: String, architecture: Architecture, res: usize) -> Self {
        let graph = &architecture.graph;
        Self {
            name,
            family: architecture.family().name,
            variant: None,
            repository: None,
            origin: None,
            revision: None,
            alpha: None,
            res,
            classes: graph.classes,
            top1: None,
            top5: None,
            test: None,
            accuracy_source: None,
            parameters: graph.parameters(),
            mult_adds: graph.mult_adds(res),
            licence: None,
            licence_source: None,
            built_in: false,
            cached: false,
            cached_bytes: None,
            architecture: architecture.name,
        }
    }
}

impl Entry {
    /// Whether `name` is that of its family, its variant or its architecture, letter by letter.
    pub(super) fn is_of(&self, name: &str) -> bool {
        let alias = FAMILIES.iter().find(|row| row.name == self.family).map(|row| row.alias);
        [Some(self.family), alias, self.variant, Some(&self.architecture)].contains(&Some(name))
    }

    /// Whether it is on this disk, for people.
    pub(super) fn place(&self) -> String {
        match self.cached_bytes {
            _ if self.built_in => "built in".to_owned(),
            Some(bytes) if self.cached => megabytes(bytes),
            _ => "no".to_owned(),
        }
    }
}

/// `16.9 MB`
pub(super) fn megabytes(bytes: u64) -> String {
    format!("{:.1} MB", bytes as f64 / 1e6)
}
