//! Temperatures and calibration errors, compared with scipy's and with the code of the paper (`tests/golden/calibration.py`).

use super::{Calibration, HeldOut, NoTemperature, TemperatureFit};

const ANSWERS: u32 = 2000;
const CLASSES: u32 = 10;

/// The seed, the temperature under which labels were drawn, the one that scipy finds, and the calibration errors at
/// temperature 1 and at that one.
const GOLDEN: [(u32, f64, f64, f64, f64); 6] = [
    (1, 0.3, 0.325_366, 0.197_681, 0.014_335),
    (2, 0.8, 0.833_794, 0.057_166, 0.023_623),
    (3, 1.0, 0.994_449, 0.022_888, 0.024_147),
    (4, 1.7, 1.705_605, 0.143_049, 0.037_699),
    (5, 4.0, 4.024_457, 0.355_744, 0.022_343),
    (6, 9.0, 8.602_661, 0.480_173, 0.011_961),
];

/// Logits from -8 to 8, and labels drawn from their softmax at `temperature`.
fn answers(seed: u32, temperature: f64) -> Vec<(Vec<f32>, usize)> {
    let fraction = |seed: u32, index: u32| f64::from(random_bits(seed, index) >> 8) / f64::from(1 << 24);
    let answer = |index: u32| {
        let logit = |class| (16.0 * fraction(seed, index * CLASSES + class) - 8.0) as f32;
        let logits: Vec<_> = (0..CLASSES).map(logit).collect();
        let powers: Vec<_> = logits.iter().map(|&logit| (f64::from(logit) / temperature).exp()).collect();
        let drawn = fraction(seed + 1, index) * powers.iter().sum::<f64>();
        let mut below = 0.0;
        let label = powers.iter().position(|power| {
            below += power;
            below > drawn
        });
        (logits, label.unwrap_or(powers.len() - 1))
    };
    (0..ANSWERS).map(answer).collect()
}

/// The `MurmurHash3` finalizer of the index in a Weyl sequence.
fn random_bits(seed: u32, index: u32) -> u32 {
    let bits = seed.wrapping_add(index.wrapping_mul(0x9e37_79b9));
    let bits = (bits ^ bits >> 16).wrapping_mul(0x85eb_ca6b);
    let bits = (bits ^ bits >> 13).wrapping_mul(0xc2b2_ae35);
    bits ^ bits >> 16
}

fn best_class(logits: &[f32]) -> usize {
    (0..logits.len()).max_by(|&a, &b| logits[a].total_cmp(&logits[b])).unwrap()
}

fn fit<'a>(answers: impl IntoIterator<Item = &'a (Vec<f32>, usize)>) -> TemperatureFit {
    let mut fit = TemperatureFit::default();
    answers.into_iter().for_each(|(logits, label)| fit.add(logits, *label));
    fit
}

fn held_out<'a>(answers: impl IntoIterator<Item = &'a (Vec<f32>, usize)>) -> HeldOut {
    let mut held_out = HeldOut::default();
    answers.into_iter().for_each(|(logits, label)| held_out.add(logits, best_class(logits) == *label));
    held_out
}

/// Counted from the softmax itself.
fn calibration(answers: &[(Vec<f32>, usize)], temperature: f64) -> Calibration {
    let mut calibration = Calibration::default();
    for (logits, label) in answers {
        let best = best_class(logits);
        let power = |logit: f32| (f64::from(logit - logits[best]) / temperature).exp();
        let sum: f64 = logits.iter().map(|&logit| power(logit)).sum();
        calibration.add(1.0 / sum, best == *label);
    }
    calibration
}

#[test]
fn temperatures_are_those_of_scipy() {
    for (seed, drawn_at, expected, ..) in GOLDEN {
        let found = fit(&answers(seed, drawn_at)).temperature().unwrap();
        assert!((found / expected - 1.0).abs() < 3e-6, "{seed}: {found}, expected {expected}");
    }
}

#[test]
fn confidences_between_the_nodes_are_those_of_the_softmax() {
    for (logits, _) in answers(7, 1.0).iter().take(50) {
        let mut held_out = HeldOut::default();
        held_out.add(logits, true);
        for temperature in [0.0625, 0.07, 0.33, 0.99, 1.7, 9.3, 15.99, 16.0] {
            // Of one answer, the error is its confidence's distance from 1.
            let found = held_out.calibration(temperature).expected_error().unwrap();
            let expected = calibration(&[(logits.clone(), best_class(logits))], temperature);
            assert!((found - expected.expected_error().unwrap()).abs() < 1e-6, "{temperature}: {found}");
        }
    }
}

#[test]
fn calibration_errors_are_those_of_the_paper() {
    for (seed, drawn_at, temperature, before, after) in GOLDEN {
        let answers = answers(seed, drawn_at);
        let held_out = held_out(&answers);
        for (at, expected) in [(1.0, before), (temperature, after)] {
            // The temperature is rounded, and so is the expected error.
            for (name, calibration) in
                [("counted", calibration(&answers, at)), ("held out", held_out.calibration(at))]
            {
                let found = calibration.expected_error().unwrap();
                assert!((found - expected).abs() < 2e-6, "{seed} {name}: {found}, expected {expected}");
            }
        }
    }
}

/// The purpose of it all.
#[test]
fn the_error_falls_on_answers_that_took_no_part() {
    for (seed, drawn_at, ..) in GOLDEN.into_iter().filter(|(_, drawn_at, ..)| *drawn_at != 1.0) {
        let answers = answers(seed, drawn_at);
        let (fitting, others) = answers.split_at(answers.len() / 2);
        let (temperature, held_out) = (fit(fitting).temperature().unwrap(), held_out(others));
        let error = |temperature| held_out.calibration(temperature).expected_error().unwrap();
        let [before, after] = [1.0, temperature].map(error);
        assert!(after < before, "{seed}: {before} before, {after} after");
    }
}

#[test]
fn any_temperature_of_the_range_is_found() {
    // Of two classes `d` apart, one answer in three wrong: the odds of 2 to 1 are those at d / ln 2.
    for temperature in [0.063, 0.25, 0.9, 1.0, 3.1, 15.9] {
        let logits = [(temperature * std::f64::consts::LN_2) as f32, 0.0];
        let mut fit = TemperatureFit::default();
        for label in [0, 1, 0] {
            fit.add(&logits, label);
        }
        let found = fit.temperature().unwrap();
        assert!((found / temperature - 1.0).abs() < 1e-6, "{found}, expected {temperature}");
    }
}

#[test]
fn no_temperature_is_the_best_if_all_is_right_or_scores_say_nothing() {
    let found = |answers: &[(&[f32], usize)]| {
        let mut fit = TemperatureFit::default();
        for (logits, label) in answers {
            fit.add(logits, *label);
        }
        fit.temperature()
    };
    assert_eq!(found(&[]), Err(NoTemperature::NoAnswers));
    assert_eq!(found(&[(&[1.0, 0.0], 0), (&[0.0, 0.5], 1)]), Err(NoTemperature::Zero(2)));
    // So far apart that the slope is zero as a number.
    assert_eq!(found(&[(&[900.0, 0.0, -80.0], 0)]), Err(NoTemperature::Zero(1)));
    assert_eq!(found(&[(&[1.0, 0.0], 1)]), Err(NoTemperature::Infinite(1)));
    assert_eq!(found(&[(&[1.0, 0.0], 1), (&[1.0, 0.0], 0)]), Err(NoTemperature::Infinite(2)));
    assert_eq!(found(&[(&[2.0, 2.0], 0), (&[2.0, 2.0], 1)]), Err(NoTemperature::Infinite(2)));
    assert_eq!(found(&[(&[7.0], 0)]), Err(NoTemperature::Infinite(1)));
}
