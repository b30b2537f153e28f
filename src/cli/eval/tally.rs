//! What became of each picture, and the figures that follow. Pure counts: the same for photos and for kept records.

use crate::cli::quantities::counted;
use crate::predict::Labels;
use crate::record::{Level, ModelInfo, Prediction};
use crate::statistics::{Calibration, wilson};

/// How many classes count as the best ones, beside the best.
pub(super) const TOP: usize = 5;

/// What became of a picture.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Outcome {
    /// It has an answer.
    Answered {
        /// The best class.
        predicted: usize,
        /// Its probability.
        confidence: f32,
        /// The place of the right class among the best, from 0, if it is one of them.
        rank: Option<usize>,
    },
    /// The picture has no answer.
    Failed,
    /// The model lacks its class, and it was not asked.
    Skipped,
}

impl Outcome {
    /// Of an answer with these classes, the best first, to a picture whose class is `truth`. Without classes it is a failure.
    pub(super) fn of(top: &[Prediction], truth: Option<usize>) -> Self {
        let Some(best) = top.first() else { return Self::Failed };
        let rank = top.iter().take(TOP).position(|class| Some(class.index) == truth);
        Self::Answered { predicted: best.index, confidence: best.score, rank }
    }

    /// Whether it is answered, and the right class is among the best `top`.
    pub(super) fn is_right(&self, top: usize) -> bool {
        matches!(self, Self::Answered { rank: Some(rank), .. } if *rank < top)
    }

    pub(super) fn is_answered(&self) -> bool {
        matches!(self, Self::Answered { .. })
    }
}

/// A share that was counted, with its 95 % interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Share {
    pub right: usize,
    pub of: usize,
    pub low: f64,
    pub high: f64,
}

impl Share {
    pub(super) fn new(right: usize, of: usize) -> Self {
        let (low, high) = wilson::interval(right, of);
        Self { right, of, low, high }
    }

    /// The share, from 0 to 1; `None` if nothing was counted.
    pub(super) fn value(&self) -> Option<f64> {
        (self.of > 0).then(|| self.right as f64 / self.of as f64)
    }
}

/// How long a run took.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Speed {
    /// Seconds from the first picture to the last.
    pub seconds: f64,
    /// Seconds until then: weights were read and packed.
    pub start_up: f64,
    /// Pictures in that time.
    pub pictures: usize,
}

impl Speed {
    pub(super) fn images_per_second(&self) -> f64 {
        self.pictures as f64 / self.seconds
    }
}

/// One model on all pictures.
#[derive(Clone, Debug)]
pub(super) struct Tally {
    pub model: ModelInfo,
    /// The value of `--alpha`.
    pub alpha: Option<f64>,
    /// The classes, or the groups that replace them.
    pub labels: Labels,
    /// Whether the labels are classes or groups.
    pub level: Level,
    /// What the labels of the data were read as.
    pub truth: &'static str,
    /// The class of each picture.
    pub truths: Vec<Option<usize>>,
    /// What became of each picture.
    pub outcomes: Vec<Outcome>,
    /// Answers to damaged pictures.
    pub damaged: usize,
    /// Whether answers have enough classes to say whether the right one is among the best [`TOP`].
    pub has_top: bool,
    /// `None` if the answers are kept records.
    pub speed: Option<Speed>,
}

impl Tally {
    pub(super) fn answered(&self) -> usize {
        self.outcomes.iter().filter(|outcome| outcome.is_answered()).count()
    }

    pub(super) fn failed(&self) -> usize {
        self.outcomes.iter().filter(|outcome| **outcome == Outcome::Failed).count()
    }

    pub(super) fn skipped(&self) -> usize {
        self.outcomes.iter().filter(|outcome| **outcome == Outcome::Skipped).count()
    }

    /// Pictures whose right class is the best one.
    pub(super) fn top1(&self) -> Share {
        self.share(1)
    }

    /// Pictures whose right class is among the best five; `None` if that says nothing or is not known.
    pub(super) fn top5(&self) -> Option<Share> {
        (self.has_top && self.labels.classes().len() > TOP).then(|| self.share(TOP))
    }

    fn share(&self, top: usize) -> Share {
        let right = self.outcomes.iter().filter(|outcome| outcome.is_right(top)).count();
        Share::new(right, self.answered())
    }

    /// How far confidence and accuracy are apart.
    pub(super) fn calibration(&self) -> Calibration {
        let mut calibration = Calibration::default();
        for outcome in &self.outcomes {
            if let Outcome::Answered { confidence, .. } = outcome {
                calibration.add(f64::from(*confidence), outcome.is_right(1));
            }
        }
        calibration
    }

    /// The model's name with its resolution: `v1 at 128 px`, or `v1 at 128 px, 45 groups`.
    pub(super) fn title(&self) -> String {
        match self.level {
            Level::Class => self.model.to_string(),
            Level::Coarse => format!("{}, {}", self.model, counted(self.labels.classes().len(), "group")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prediction(index: usize) -> Prediction {
        Prediction { index, wnid: None, label: "".into(), score: 0.5 }
    }

    #[test]
    fn the_rank_of_the_right_class_counts() {
        let top: Vec<_> = [7, 3, 5, 1, 2, 9].map(prediction).into();
        let right = |truth, top_k| Outcome::of(&top, truth).is_right(top_k);
        assert!(right(Some(7), 1) && right(Some(2), 5) && !right(Some(3), 1));
        assert!(!right(Some(9), 5), "the sixth is not among the best five");
        assert!(!right(None, 5) && !right(Some(4), 5));
        assert_eq!(Outcome::of(&[], Some(7)), Outcome::Failed);
    }

    #[test]
    fn failures_are_no_answers() {
        let answered = |rank| Outcome::Answered { predicted: 0, confidence: 0.9, rank };
        let outcomes =
            vec![answered(Some(0)), answered(Some(4)), answered(None), Outcome::Failed, Outcome::Skipped];
        let tally = Tally {
            model: ModelInfo {
                name: "m".into(),
                resolution: 32,
                temperature: None,
                precision: None,
                embedding: None,
            },
            alpha: None,
            labels: Labels::imagenet(1000).unwrap(),
            level: Level::Class,
            truth: "indices",
            truths: vec![Some(0); 5],
            outcomes,
            damaged: 0,
            has_top: true,
            speed: None,
        };
        assert_eq!([tally.answered(), tally.failed(), tally.skipped()], [3, 1, 1]);
        assert_eq!([tally.top1().right, tally.top5().unwrap().right], [1, 2]);
        assert_eq!(tally.top1().of, 3);
        let error = tally.calibration().expected_error().unwrap();
        assert!((error - (0.9 - 1.0 / 3.0)).abs() < 1e-6, "{error}");
        let few = Tally { labels: Labels::new(["a".into(), "b".into()].into()), ..tally };
        assert_eq!(few.top5(), None);
    }
}
