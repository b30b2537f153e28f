//! Explanations of small networks with random weights.

use candle_core::Device;
use image::{Rgb, RgbImage};

use super::*;
use crate::models::{Architecture, TransformersConfig, random};
use crate::pixels::Size;
use crate::predict::{AnswerOptions, Checkpoint, Classifier, Labels, Prepared, Scores};

/// How much of a logit rounding may leave unexplained.
const ROUNDING: f64 = 1e-5;

/// A MobileNetV2 of 8-channel layers with `classes` outputs, whose input is `crop`.
fn checkpoint(classes: usize, crop: Size) -> Checkpoint {
    let config = TransformersConfig {
        model_type: "mobilenet_v2".into(),
        depth_multiplier: 0.1,
        ..TransformersConfig::default()
    };
    let architecture = Architecture::transformers(&config, classes).unwrap();
    let weights = random::weights(&architecture);
    let config = br#"{"model_type": "mobilenet_v2", "depth_multiplier": 0.1}"#;
    let mut checkpoint = Checkpoint::from_memory("tiny", Some(config), None, weights).unwrap();
    checkpoint.config.preprocess.crop = Some(crop);
    checkpoint
}

fn load(checkpoint: Checkpoint) -> Classifier {
    Classifier::new(checkpoint, Device::Cpu).unwrap()
}

fn picture() -> RgbImage {
    RgbImage::from_fn(90, 70, |x, y| Rgb([(x * 3) as u8, (y * 2) as u8, (x * y) as u8]))
}

/// Options that also ask for all logits.
fn options() -> AnswerOptions {
    AnswerOptions { logits: true, ..AnswerOptions::default() }
}

fn classes(classes: &[usize]) -> Target {
    Target::Classes(classes.iter().copied().collect())
}

#[test]
fn a_map_averages_to_the_logit_that_the_answer_has() {
    let classifier = load(checkpoint(7, Size { width: 96, height: 64 }));
    let explanation =
        classifier.explain_picture(&picture(), &[Target::Best, classes(&[2])], &options()).unwrap();
    let answer = classifier.classify_picture(&picture(), &options()).unwrap();
    assert_eq!((&explanation.answer.top, &explanation.answer.logits), (&answer.top, &answer.logits));
    let [best, second] = &explanation.maps[..] else { panic!("two maps") };
    let logits = answer.logits.unwrap();
    assert_eq!((&best.classes[..], &second.classes[..]), (&[answer.top[0].index][..], &[2][..]));
    for map in [best, second] {
        assert_eq!((map.width, map.height, map.values.len()), (3, 2, 6));
        assert_eq!((map.method, map.method.name()), (Method::Cam, "cam"));
        assert_eq!(map.logit, f64::from(logits[map.classes[0]]));
        assert!(map.residual.abs() < ROUNDING * map.logit.abs().max(1.0), "{}", map.residual);
        assert!((map.bias + map.mean() + map.residual - map.logit).abs() < 1e-12);
    }
    assert_eq!(best.score, f64::from(answer.top[0].score));
}

/// Output 0 is TensorFlow's background: class 0 is output 1.
#[test]
fn a_background_is_not_a_class() {
    let mut with_background = checkpoint(1001, Size::square(64));
    with_background.config.labels = Labels::imagenet(1001).unwrap();
    let classifier = load(with_background);
    let explanation = classifier.explain_picture(&picture(), &[classes(&[0, 999])], &options()).unwrap();
    let one = classifier.explain_picture(&picture(), &[classes(&[999])], &options()).unwrap();
    let logits = explanation.answer.logits.unwrap();
    let (first, last) = (f64::from(logits[1]), f64::from(logits[1000]));
    assert!((explanation.maps[0].logit - (first.exp() + last.exp()).ln()).abs() < 1e-6);
    assert!((one.maps[0].logit - last).abs() < 1e-6 && one.maps[0].residual.abs() < 1e-6);
}

#[test]
fn a_group_weighs_its_classes_by_their_probabilities() {
    let classifier = load(checkpoint(7, Size::square(64)));
    let targets = [classes(&[1]), classes(&[4]), classes(&[1, 4])];
    let explanation = classifier.explain_picture(&picture(), &targets, &options()).unwrap();
    let [one, other, group] = &explanation.maps[..] else { panic!("three maps") };
    let share = 1.0 / (1.0 + (other.logit - one.logit).exp());
    for (index, value) in group.values.iter().enumerate() {
        let expected = share * f64::from(one.values[index]) + (1.0 - share) * f64::from(other.values[index]);
        assert!((f64::from(*value) - expected).abs() < 1e-6);
    }
    assert_eq!((group.method.name(), &group.classes[..]), ("grad-cam", &[1, 4][..]));
    assert!((group.score - one.score - other.score).abs() < 1e-7);
    // The residual is how far the shares are from those of a map of zeros.
    assert!(group.residual < 1e-6, "{}", group.residual);
    assert!((group.bias - (one.bias.exp() + other.bias.exp()).ln()).abs() < 1e-6);
}

#[test]
fn a_temperature_changes_scores_and_no_map() {
    let explain = |classifier: &Classifier| {
        classifier.explain_picture(&picture(), &[classes(&[1, 4])], &options()).unwrap().maps.remove(0)
    };
    let classifier = load(checkpoint(7, Size::square(64)));
    let usual = explain(&classifier);
    let cooler = explain(&classifier.with_temperature(3.0));
    assert_ne!(usual.score, cooler.score);
    assert_eq!(ActivationMap { score: usual.score, ..cooler }, usual);
}

#[test]
fn a_multi_label_group_has_the_highest_score_of_its_classes() {
    let mut multi_label = checkpoint(7, Size::square(64));
    multi_label.config.scores = Scores::Sigmoid;
    let classifier = load(multi_label);
    let targets = [classes(&[1]), classes(&[4]), classes(&[1, 4])];
    let maps = classifier.explain_picture(&picture(), &targets, &options()).unwrap().maps;
    assert_eq!(maps[2].score, maps[0].score.max(maps[1].score));
    assert!(maps[0].residual.abs() < ROUNDING * maps[0].logit.abs().max(1.0));
}

/// The pipeline does this for a JPEG that is decoded at half its size.
#[test]
fn regions_are_in_pixels_of_the_whole_picture() {
    let classifier = load(checkpoint(7, Size::square(64)));
    let prepared = classifier.prepare(&picture()).unwrap();
    let mut whole = prepared.clone();
    (whole.width, whole.height) = (180, 140);
    let region = |prepared| classifier.explain(prepared, &[Target::Best], &options()).unwrap().maps[0].region;
    let (small, large) = (region(prepared), region(whole));
    assert_eq!((2.0 * small.left, 2.0 * small.width), (large.left, large.width));
    assert_eq!((2.0 * small.top, 2.0 * small.height), (large.top, large.height));
}

#[test]
fn logits_that_are_not_finite_have_no_map() {
    let classifier = load(checkpoint(7, Size::square(64)));
    let mut broken = classifier.preprocess().clone();
    broken.std = [0.0; 3];
    let prepared = Prepared::new(&broken, &picture()).unwrap();
    let error = classifier.explain(prepared, &[Target::Best], &options()).unwrap_err();
    assert_eq!(error.to_string(), "the network's output is not finite");
}
