//! What is known about one checkpoint of the catalogue or of the cache.

use serde::Serialize;

use crate::hub::{Hub, Repository};
use crate::models::{Checkpoint, Family};
use crate::predict::{self, Source};

/// One checkpoint. Fields are only ever added.
#[derive(Debug, Serialize)]
pub(super) struct Entry {
    pub name: String,
    pub family: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub variant: Option<&'static str>,
    pub repository: String,
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
        let graph = &architecture.graph;
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
            name: checkpoint.name(),
            family: family.name,
            variant: Some(checkpoint.variant),
            repository: checkpoint.repository(),
            revision: checkpoint.revision,
            alpha: checkpoint.alpha,
            res: checkpoint.resolution,
            classes: checkpoint.classes,
            top1,
            top5,
            test,
            accuracy_source: Some(checkpoint.accuracy_source),
            parameters: graph.parameters(),
            mult_adds: graph.mult_adds(checkpoint.resolution),
            licence: Some(checkpoint.licence),
            cached: hub.is_some_and(is_cached),
            cached_bytes: cached_bytes(),
            architecture: architecture.name,
        }
    }

    /// A cached repository that the catalogue lacks; `None` if it is not cached or not a network of ours.
    pub(super) fn cached(repository: &Repository, hub: &Hub) -> Option<Self> {
        let checkpoint = predict::cached(repository, hub)?.ok()?;
        let (architecture, res) =
            (checkpoint.config.architecture, checkpoint.config.preprocess.resolution() as usize);
        let graph = &architecture.graph;
        Some(Self {
            name: repository.to_string(),
            family: architecture.family().name,
            variant: None,
            repository: repository.to_string(),
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
            cached: true,
            cached_bytes: hub.cached_repo(repository)?.bytes().ok(),
            architecture: architecture.name,
        })
    }
}

/// `16.9 MB`
pub(super) fn megabytes(bytes: u64) -> String {
    format!("{:.1} MB", bytes as f64 / 1e6)
}
