//! The best of a picture's scores, and the scores of groups.

use std::collections::BTreeSet;

use super::classes::{Classes, Sets};
use crate::predict::groups::Group;
use crate::predict::top_k::{Scores, top_k};

/// How much of an answer is reported.
#[derive(Clone, Copy, Debug)]
pub(in crate::predict) struct Limits {
    /// At most this many classes.
    pub top: usize,
    /// Only classes with at least this score, and the classes of groups with at least this score.
    pub min_score: f32,
}

/// What is reported for a picture.
#[derive(Debug, PartialEq)]
pub(in crate::predict) struct Picked {
    /// The classes, or groups in their place: indices with scores, best first.
    pub top: Vec<(usize, f32)>,
    /// The scores of the groups that are asked for.
    pub groups: Vec<f32>,
    /// Whether anything is listed, or the score of a group is high enough.
    pub is_selected: bool,
}

impl Classes {
    /// Picks what to report from `scores`, which were computed from `logits`.
    ///
    /// A group is listed if its score is at least the minimum score. Without a minimum, it is listed if one of its
    /// classes is among the best. If a group is listed, its best classes are listed too, even with low scores.
    pub(in crate::predict) fn pick(
        &self,
        scores: &[f32],
        logits: &[f32],
        meaning: Scores,
        limits: Limits,
    ) -> Picked {
        let score = |classes: &BTreeSet<usize>| meaning.of_group(classes.iter().map(|&index| scores[index]));
        let groups: Vec<_> = self.groups.iter().map(|group| score(&group.classes)).collect();
        let Some(coarse) = &self.coarse else {
            return self.sets.pick(scores, logits, groups, limits);
        };
        let level: Vec<_> = coarse.groups().iter().map(|group| score(&group.classes)).collect();
        let largest = |group: &Group| {
            group.classes.iter().map(|&index| logits[index]).fold(f32::NEG_INFINITY, f32::max)
        };
        // Independent scores reach 1, where they no longer rank the groups.
        let ranks = match meaning {
            Scores::Softmax => level.clone(),
            Scores::Sigmoid => coarse.groups().iter().map(largest).collect(),
        };
        self.sets.pick(&level, &ranks, groups, limits)
    }
}

impl Sets {
    /// Picks the best by `ranks`, and gives their `scores`; `groups` are the scores of the groups that are asked for.
    fn pick(&self, scores: &[f32], ranks: &[f32], groups: Vec<f32>, limits: Limits) -> Picked {
        let Limits { top, min_score } = limits;
        let best = top_k(ranks, top);
        let passes = |(group, score): &(&BTreeSet<usize>, &f32)| {
            if min_score > 0.0 {
                **score >= min_score
            } else {
                best.iter().any(|index| group.contains(index))
            }
        };
        let passing: Vec<_> =
            self.groups.iter().zip(&groups).filter(passes).map(|(group, _)| group).collect();
        let is_asked = |(place, index): &(usize, usize)| {
            let is_meant = match &self.only {
                Some(only) => only.contains(index),
                None => self.groups.is_empty(),
            };
            is_meant && *place < top && scores[*index] >= min_score
        };
        let is_of_group = |(_, index): &(usize, usize)| passing.iter().any(|group| group.contains(index));
        let has_passing = !passing.is_empty();
        let order = if passing.is_empty() { best.clone() } else { top_k(ranks, usize::MAX) };
        let top: Vec<_> = order
            .into_iter()
            .enumerate()
            .filter(|placed| is_asked(placed) || is_of_group(placed))
            .map(|(_, index)| (index, scores[index]))
            .filter(|(index, _)| !self.not.contains(index))
            .take(top)
            .collect();
        let is_selected = has_passing || !top.is_empty();
        Picked { top, groups, is_selected }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::predict::choice::{AskedGroup, CoarseLevel, NotOfLevel};
    use crate::predict::labels::{Label, Labels};
    use crate::record::GroupName;

    /// Classes 1, 3 and 5 sum to 0.5625, but the two best classes are others.
    const SCORES: [f32; 6] = [0.25, 0.1875, 0.1875, 0.1875, 0.0, 0.1875];

    fn asked(name: &str, classes: &[usize]) -> AskedGroup {
        let name = GroupName { name: name.into(), wnid: None, without: None, is_by_id: false };
        AskedGroup { name, classes: classes.iter().copied().collect(), is_own: false }
    }

    fn picked(classes: &Classes, top: usize, min_score: f32) -> (Vec<usize>, Vec<f32>) {
        let picked = classes.pick(&SCORES, &SCORES, Scores::Softmax, Limits { top, min_score });
        assert!(picked.top.iter().all(|(index, score)| classes.coarse.is_some() || SCORES[*index] == *score));
        (picked.top.into_iter().map(|(index, _)| index).collect(), picked.groups)
    }

    fn groups(groups: &[&[usize]], only: &[usize], not: &[usize]) -> Classes {
        let only = (!only.is_empty()).then(|| only.iter().copied().collect());
        let groups = groups.iter().map(|classes| asked("odd", classes)).collect();
        Classes::new(only, not.iter().copied().collect()).with_groups(groups)
    }

    #[test]
    fn the_least_score_is_that_of_the_group() {
        let odd = groups(&[&[1, 3, 5]], &[], &[]);
        assert_eq!(picked(&odd, 2, 0.5), (vec![1, 3], vec![0.5625]));
        assert_eq!(picked(&odd, 9, 0.5625), (vec![1, 3, 5], vec![0.5625]));
        assert_eq!(picked(&odd, 9, 0.5626), (vec![], vec![0.5625]));
    }

    #[test]
    fn without_a_least_score_one_of_the_best_classes_lets_a_group_pass() {
        let end = groups(&[&[3, 5]], &[], &[]);
        assert_eq!(picked(&end, 3, 0.0), (vec![], vec![0.375]));
        assert_eq!(picked(&end, 4, 0.0), (vec![3, 5], vec![0.375]));
    }

    #[test]
    fn plain_names_beside_a_group_keep_their_own_score() {
        let with = |least| picked(&groups(&[&[1, 3, 5]], &[0, 2, 4], &[]), 4, least).0;
        assert_eq!(with(0.5), [1, 3, 5]);
        assert_eq!(with(0.25), [0, 1, 3, 5]);
        // Both classes are among the best four, and the group passes.
        assert_eq!(with(0.0), [0, 1, 2, 3]);
        // The group does not pass, but the class that is named does.
        let pair = groups(&[&[4, 5]], &[0], &[]);
        assert_eq!(picked(&pair, 4, 0.25), (vec![0], vec![0.1875]));
    }

    #[test]
    fn groups_that_overlap_count_each_for_itself_and_list_a_class_once() {
        let both = groups(&[&[1, 3, 5], &[1, 2]], &[], &[]);
        assert_eq!(picked(&both, 9, 0.5), (vec![1, 3, 5], vec![0.5625, 0.375]));
        assert_eq!(picked(&both, 9, 0.3), (vec![1, 2, 3, 5], vec![0.5625, 0.375]));
    }

    #[test]
    fn what_is_left_out_is_not_listed() {
        assert_eq!(picked(&groups(&[], &[], &[0]), 2, 0.0).0, [1]);
        assert_eq!(picked(&groups(&[&[1, 5]], &[], &[3]), 9, 0.3), (vec![1, 5], vec![0.375]));
    }

    #[test]
    fn groups_take_the_places_of_classes() {
        let labels = Labels::new(["a", "b", "c", "d", "e", "f"].map(Label::from).into());
        let group = |name: &str, classes: &[usize]| Group {
            name: name.into(),
            wnid: None,
            classes: classes.iter().copied().collect(),
        };
        let all = vec![group("end", &[4, 5]), group("even", &[0, 2]), group("odd", &[1, 3])];
        let level = Arc::new(CoarseLevel::new(all, &labels).unwrap());
        let at = |classes: Classes| classes.at_level(level.clone());
        let picked = |classes, top, least| picked(&at(classes).unwrap(), top, least);
        assert_eq!(picked(Classes::default(), 2, 0.0).0, [1, 2]);
        assert_eq!(picked(Classes::default(), 9, 0.375).0, [1, 2]);
        assert_eq!(picked(groups(&[&[1, 3, 4, 5]], &[], &[]), 9, 0.5), (vec![2, 0], vec![0.5625]));
        assert_eq!(picked(groups(&[], &[], &[0, 2]), 9, 0.0).0, [2, 0]);
        assert_eq!(at(groups(&[], &[], &[0])).unwrap_err(), NotOfLevel::Part { group: "even".into() });
    }

    #[test]
    fn a_group_that_passes_selects_a_picture_without_classes() {
        let limits = |min_score| Limits { top: 0, min_score };
        let odd = groups(&[&[1, 3, 5]], &[], &[]);
        let selected = |least| odd.pick(&SCORES, &SCORES, Scores::Softmax, limits(least)).is_selected;
        assert!(selected(0.5) && !selected(0.6) && !selected(0.0));
    }

    #[test]
    fn groups_of_independent_scores_rank_by_their_largest_logit() {
        let labels = Labels::new(["a", "b", "c"].map(Label::from).into());
        let group = |name: &str, classes: &[usize]| Group {
            name: name.into(),
            wnid: None,
            classes: classes.iter().copied().collect(),
        };
        let level = CoarseLevel::new(vec![group("one", &[0, 1]), group("two", &[2])], &labels).unwrap();
        let classes = Classes::default().at_level(Arc::new(level)).unwrap();
        let limits = Limits { top: 2, min_score: 0.0 };
        let picked = classes.pick(&[1.0, 0.0, 1.0], &[40.0, -9.0, 50.0], Scores::Sigmoid, limits);
        assert_eq!(picked.top, [(1, 1.0), (0, 1.0)]);
    }
}
