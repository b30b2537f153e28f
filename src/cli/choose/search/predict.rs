//! How long a network takes, from what was timed so far.
//!
//! Time is taken as `a` per layer and `b` per Mult-Add, both at least 0, fitted to all timed networks. On a processor, `b` is
//! nearly all of it; on a graphics card, whose layers take as long to start as to run, `a` is. Kinds of networks differ: depthwise
//! layers, squeeze-and-excite and attention reach other rates. So the timed network of the same kind that is nearest in size
//! corrects the fit.

use super::terms::{Candidate, Timing};

/// Before anything is timed, networks are taken to reach this share of the peak.
const FIRST_SHARE: f64 = 0.7;

/// A predicted time, and the shortest that it may be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::cli::choose) struct Prediction {
    pub ms: f64,
    pub at_least_ms: f64,
}

/// By what factor a prediction may be too long, from the nearest relation to the farthest: the same kind at most twice as large or
/// small, the same kind of any other size, another kind.
const MARGINS: [f64; 3] = [1.25, 1.5, 2.0];

/// With this ratio of Mult-Adds, two networks of a kind are about as large.
const SIMILAR: f64 = 2.0;

/// Networks that differ less than this in their ratio of layers to Mult-Adds do not tell what each of the two costs. It is the
/// squared sine of the angle between the columns of the fit.
const TELLING: f64 = 0.05;

/// The time of `candidate`; `None` if neither a time nor the peak is known.
pub(super) fn predict(
    candidates: &[Candidate],
    timings: &[Option<Timing>],
    peak: Option<f64>,
    candidate: usize,
) -> Option<Prediction> {
    let timed: Vec<(Candidate, f64)> = candidates
        .iter()
        .zip(timings)
        .filter_map(|(candidate, timing)| Some((*candidate, timing.as_ref()?.median)))
        .collect();
    let wanted = candidates[candidate];
    if timed.is_empty() {
        // It excludes nothing.
        return peak.map(|peak| Prediction { ms: wanted.mult_adds / (FIRST_SHARE * peak), at_least_ms: 0.0 });
    }
    let distance = |other: &Candidate| (other.mult_adds / wanted.mult_adds).ln().abs();
    let nearest = |same_kind: bool| {
        let timed = timed.iter().filter(|(other, _)| !same_kind || other.kind == wanted.kind);
        timed.min_by(|(a, _), (b, _)| distance(a).total_cmp(&distance(b)))
    };
    let relative = nearest(true);
    let margin = match relative {
        Some((relative, _)) if distance(relative) <= SIMILAR.ln() => MARGINS[0],
        Some(_) => MARGINS[1],
        None => MARGINS[2],
    };
    let rates = fit(&timed);
    let of =
        |candidate: &Candidate| rates.per_layer * candidate.layers + rates.per_mult_add * candidate.mult_adds;
    let correction = relative.map_or(1.0, |(relative, ms)| ms / of(relative));
    let ms = of(&wanted) * correction;
    // As long as layers and Mult-Adds cannot be told apart, either may be all that counts.
    let of_layers = relative.or_else(|| nearest(false)).filter(|_| !rates.are_told_apart);
    let of_layers = of_layers.map_or(ms, |(near, ms)| ms * wanted.layers / near.layers);
    Some(Prediction { ms, at_least_ms: ms.min(of_layers) / margin })
}

/// Milliseconds per layer and per Mult-Add.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Rates {
    per_layer: f64,
    per_mult_add: f64,
    /// Whether the networks differ enough to tell the two apart.
    are_told_apart: bool,
}

/// The least squares of relative errors.
fn fit(timed: &[(Candidate, f64)]) -> Rates {
    let rows = || timed.iter().map(|(candidate, ms)| (candidate.layers / ms, candidate.mult_adds / ms));
    let sum = |f: fn((f64, f64)) -> f64| rows().map(f).sum::<f64>();
    let (layers, mult_adds) = (sum(|(l, _)| l), sum(|(_, m)| m));
    let (ll, lm, mm) = (sum(|(l, _)| l * l), sum(|(l, m)| l * m), sum(|(_, m)| m * m));
    let determinant = ll * mm - lm * lm;
    let are_told_apart = determinant > TELLING * ll * mm;
    let (per_layer, per_mult_add) = (mm * layers - lm * mult_adds, ll * mult_adds - lm * layers);
    let (per_layer, per_mult_add) = if !are_told_apart || per_layer < 0.0 {
        (0.0, mult_adds / mm)
    } else if per_mult_add < 0.0 {
        (layers / ll, 0.0)
    } else {
        (per_layer / determinant, per_mult_add / determinant)
    };
    Rates { per_layer, per_mult_add, are_told_apart }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::choose::search::Effort;

    fn candidate(mult_adds: f64, layers: f64, kind: usize) -> Candidate {
        Candidate { top1: 70.0, mult_adds, layers, kind }
    }

    fn timed(ms: f64) -> Timing {
        Timing { min: ms, median: ms, interval: (ms, ms), runs: 10, effort: Effort::Look }
    }

    #[test]
    fn rates_are_recovered() {
        let near = |found: Rates, (per_layer, per_mult_add): (f64, f64)| {
            (found.per_layer - per_layer).abs() < 1e-9 && (found.per_mult_add - per_mult_add).abs() < 1e-9
        };
        let times = |a: f64, b: f64| {
            let networks = [(100.0, 30.0), (400.0, 50.0), (900.0, 80.0)];
            networks.map(|(m, l)| (candidate(m, l, 0), a * l + b * m)).to_vec()
        };
        for (a, b) in [(0.0, 0.01), (0.02, 0.01), (0.03, 0.0)] {
            assert!(near(fit(&times(a, b)), (a, b)), "{a} {b}: {:?}", fit(&times(a, b)));
        }
        assert!(near(fit(&[(candidate(100.0, 30.0, 0), 2.0)]), (0.0, 0.02)));
        // Time that falls with the number of layers, or with Mult-Adds, is noise.
        let few_layers = [(candidate(100.0, 10.0, 0), 1.1), (candidate(100.0, 20.0, 0), 0.9)];
        assert_eq!(fit(&few_layers).per_layer, 0.0);
        let few_mult_adds = [(candidate(100.0, 10.0, 0), 1.1), (candidate(200.0, 10.0, 0), 0.9)];
        assert_eq!(fit(&few_mult_adds).per_mult_add, 0.0);
    }

    #[test]
    fn the_nearest_of_a_kind_corrects_the_fit() {
        let candidates: Vec<_> = [(100.0, 0), (200.0, 1), (300.0, 1), (2000.0, 1), (150.0, 2)]
            .map(|(mult_adds, kind)| candidate(mult_adds, 10.0, kind))
            .to_vec();
        let timings = [Some(timed(1.0)), Some(timed(2.0)), None, None, None];
        let found = |index| predict(&candidates, &timings, None, index).unwrap();
        let near = |index: usize, ms: f64, margin: f64| {
            let found = found(index);
            assert!((found.ms - ms).abs() < 1e-9, "{index}: {found:?}");
            assert!((found.at_least_ms - ms / margin).abs() < 1e-9, "{index}: {found:?}");
        };
        near(2, 3.0, MARGINS[0]);
        near(3, 20.0, MARGINS[1]);
        near(4, 1.5, MARGINS[2]);
        assert_eq!(predict(&candidates, &[None; 5], None, 2), None);
        let by_peak = predict(&candidates, &[None; 5], Some(100.0), 2).unwrap();
        assert_eq!((by_peak.ms, by_peak.at_least_ms), (3.0 / FIRST_SHARE, 0.0));
        // A slow kind: all its networks are.
        let timings = [Some(timed(1.0)), Some(timed(6.0)), None, None, None];
        let found = predict(&candidates, &timings, None, 2).unwrap();
        assert!((found.ms - 9.0).abs() < 1e-9, "{found:?}");
    }

    #[test]
    fn one_network_does_not_tell_layers_from_mult_adds() {
        let candidates = [candidate(100.0, 50.0, 0), candidate(400.0, 25.0, 1), candidate(400.0, 100.0, 0)];
        let found =
            |timings: &[Option<Timing>; 3], index| predict(&candidates, timings, None, index).unwrap();
        let one = [Some(timed(1.0)), None, None];
        assert_eq!(found(&one, 1), Prediction { ms: 4.0, at_least_ms: 0.5 / MARGINS[2] });
        // It is Mult-Adds.
        let two = [Some(timed(1.0)), Some(timed(4.0)), None];
        let told = found(&two, 2);
        assert!(
            (told.ms - 4.0).abs() < 1e-9 && (told.at_least_ms - 4.0 / MARGINS[1]).abs() < 1e-9,
            "{told:?}"
        );
    }
}
