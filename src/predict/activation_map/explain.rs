//! From a picture to its answer and its activation maps.

use image::RgbImage;

use super::target::Weighted;
use super::{ActivationMap, Explanation, Method, Target};
use crate::backend::{Contributions, Extras, RunError};
use crate::pixels::Region;
use crate::predict::answer_options::AnswerOptions;
use crate::predict::classifier::{Classifier, ClassifyError, Prepared, Run};
use crate::predict::top_k::{Scores, top_k};

/// What all maps of a picture have in common: the values of every class, without the background.
struct Classes {
    logits: Vec<f32>,
    scores: Vec<f32>,
    meaning: Scores,
    /// The map of each class.
    maps: Vec<Vec<f32>>,
    base: Vec<f32>,
    is_exact: bool,
    width: usize,
    height: usize,
}

impl Classifier {
    /// Explains one upright picture, as [`decode`](crate::pixels::decode()) returns it: gives its answer, and a map for
    /// each target.
    ///
    /// # Errors
    /// If the picture is so long or so high that resizing would make it too large, or if the network fails.
    ///
    /// # Panics
    /// If `picture` has no pixels, or where [`explain`](Self::explain) panics.
    pub fn explain_picture(
        &self,
        picture: &RgbImage,
        targets: &[Target],
        options: &AnswerOptions,
    ) -> Result<Explanation, ClassifyError> {
        self.explain(self.prepare(picture)?, targets, options)
    }

    /// Like [`explain_picture`](Self::explain_picture), but for a picture that is already prepared. Regions are in
    /// pixels of the picture's `width` and `height`.
    ///
    /// # Errors
    /// If the network fails.
    ///
    /// # Panics
    /// If a target has no classes, or has one that the classifier lacks.
    pub fn explain(
        &self,
        picture: Prepared,
        targets: &[Target],
        options: &AnswerOptions,
    ) -> Result<Explanation, ClassifyError> {
        let seen = self.seen(&picture)?;
        let mut batch = [picture];
        let extras = Extras { feature_map: true, ..Extras::default() };
        let Run { logits, output, infer } = self.forward(&mut batch, extras)?;
        let ([picture], logits) = (batch, logits.concat());
        let map = output.feature_map.unwrap_or_else(|| unreachable!("the map was asked for"));
        let contributions = self.network.contributions(&map)?;
        let answer = self.answer(&picture, logits.clone(), None, infer, options)?;
        let classes = self.of_classes(&logits, &contributions).map_err(RunError::from)?;
        let maps = targets.iter().map(|target| classes.map(target, seen)).collect();
        Ok(Explanation { answer, maps })
    }

    fn of_classes(&self, logits: &[f32], found: &Contributions) -> candle_core::Result<Classes> {
        let (_, _, height, width) = found.maps.dims4()?;
        let first = self.labels.outputs() - self.labels.classes().len();
        let logits = logits[first..].to_vec();
        Ok(Classes {
            scores: self.scores_of(&logits),
            meaning: self.scores,
            logits,
            maps: found.maps.get(0)?.flatten_from(1)?.to_vec2()?.split_off(first),
            base: found.base.to_vec1()?.split_off(first),
            is_exact: found.is_exact,
            width,
            height,
        })
    }
}

impl Classes {
    fn map(&self, target: &Target, region: Region) -> ActivationMap {
        let classes = match target {
            Target::Best => top_k(&self.logits, 1),
            Target::Classes(classes) => classes.iter().copied().collect(),
        };
        assert!(!classes.is_empty(), "a target has classes");
        let weighted = Weighted::new(&self.logits, &classes);
        let value = |position: usize| weighted.sum(|class| self.maps[class][position]) as f32;
        let values: Vec<f32> = (0..self.width * self.height).map(value).collect();
        let bias = Weighted::new(&self.base, &classes).logit;
        let map = ActivationMap {
            width: self.width,
            height: self.height,
            values,
            method: if self.is_exact && classes.len() == 1 { Method::Cam } else { Method::GradCam },
            logit: weighted.logit,
            bias,
            residual: 0.0,
            score: self.meaning.of_group(classes.iter().map(|class| self.scores[*class])).into(),
            classes,
            region,
        };
        ActivationMap { residual: map.logit - map.bias - map.mean(), ..map }
    }
}
