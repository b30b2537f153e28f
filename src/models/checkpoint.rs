//! A published checkpoint: a row of a family's table.

use super::library::Library;
use super::licence::Licence;

/// One set of trained weights on the hub.
#[derive(Clone, Copy, Debug)]
pub struct Checkpoint {
    /// Owner of the repository.
    owner: &'static str,
    repository: &'static str,
    /// The branch, pull request or commit that holds safetensors, where `main` does not.
    pub revision: Option<&'static str>,
    /// What `--model` takes for its kind: `v1`, `lite0`.
    pub variant: &'static str,
    /// Width multiplier, in families that have one.
    pub alpha: Option<f64>,
    /// Side of the square it was trained at, px.
    pub resolution: usize,
    /// Published top-1 and top-5 accuracy on ImageNet-1k at that resolution, percent; none for heads of other classes.
    pub accuracy: Option<[f64; 2]>,
    /// A larger resolution that its authors tested it at, px, and the accuracy there.
    pub tested: Option<(usize, Option<[f64; 2]>)>,
    /// The fraction of the resized side that the crop kept in that test.
    pub tested_crop_pct: f64,
    /// Outputs of its classifier.
    pub classes: usize,
    /// The library whose layout its files have.
    pub library: Library,
    /// Its licence.
    pub licence: Licence,
    /// Where its accuracy was published.
    pub accuracy_source: &'static str,
    /// Whether `owner/name` is its only name, because another owner published the same weights first.
    is_copy: bool,
}

impl Checkpoint {
    /// Google's, in the layout of transformers: 1001 classes.
    pub(super) const fn google(
        repository: &'static str,
        variant: &'static str,
        alpha: f64,
        resolution: usize,
        accuracy: [f64; 2],
    ) -> Self {
        Self {
            owner: "google",
            repository,
            revision: None,
            variant,
            alpha: Some(alpha),
            resolution,
            accuracy: Some(accuracy),
            tested: None,
            tested_crop_pct: 1.0,
            classes: 1001,
            library: Library::Transformers,
            licence: Licence::TF_SLIM,
            accuracy_source: "TF-Slim tables of tensorflow/models",
            is_copy: false,
        }
    }

    /// timm's: 1000 classes.
    pub(super) const fn timm(
        repository: &'static str,
        variant: &'static str,
        resolution: usize,
        accuracy: Option<[f64; 2]>,
    ) -> Self {
        Self {
            owner: "timm",
            repository,
            revision: None,
            variant,
            alpha: None,
            resolution,
            accuracy,
            tested: None,
            tested_crop_pct: 1.0,
            classes: 1000,
            library: Library::Timm,
            licence: Licence::TIMM,
            accuracy_source: "timm, results-imagenet.csv, October 2025",
            is_copy: false,
        }
    }

    /// The same weights in another owner's repository.
    pub(super) const fn copy_of(mut self, owner: &'static str, revision: Option<&'static str>) -> Self {
        self.owner = owner;
        self.is_copy = true;
        self.revision = revision;
        self
    }

    pub(super) const fn tested(mut self, resolution: usize, accuracy: [f64; 2]) -> Self {
        self.tested = Some((resolution, Some(accuracy)));
        self
    }

    pub(super) const fn tested_crop(mut self, crop_pct: f64) -> Self {
        self.tested_crop_pct = crop_pct;
        self
    }

    pub(super) const fn tested_at(mut self, resolution: usize) -> Self {
        self.tested = Some((resolution, None));
        self
    }

    pub(super) const fn classes(mut self, classes: usize) -> Self {
        self.classes = classes;
        self
    }

    pub(super) const fn at(mut self, revision: &'static str) -> Self {
        self.revision = Some(revision);
        self
    }

    pub(super) const fn alpha(mut self, alpha: f64) -> Self {
        self.alpha = Some(alpha);
        self
    }

    /// Whether the same weights have another name, of the owner that published them first.
    pub fn is_copy(&self) -> bool {
        self.is_copy
    }

    /// `owner/name` on the hub.
    pub fn repository(&self) -> String {
        format!("{}/{}", self.owner, self.repository)
    }

    /// The name `--model` takes: `mobilenet-v2-0.75-160`, or the last part of a timm repository.
    pub fn name(&self) -> String {
        match self.library {
            _ if self.is_copy => self.repository(),
            Library::Transformers | Library::Torchvision => self.repository.replace('_', "-"),
            Library::Timm => self.repository.to_owned(),
        }
    }

    /// Its architecture in timm: the repository's name up to the tag.
    pub(super) fn timm_architecture(&self) -> &'static str {
        self.repository.split('.').next().unwrap_or(self.repository)
    }
}
