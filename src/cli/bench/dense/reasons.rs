//! Where the difference between Mult-Adds and time goes, from the measured figures.

use super::comparison::{Comparison, Cost, Pair};
use crate::cli::quantities::size;
use crate::words::and_list;

/// Kinds of layers of the separable network, and what a sentence calls them.
const KINDS: [(&str, &str); 5] = [
    ("depthwise", "depthwise layers"),
    ("pointwise", "pointwise layers"),
    ("full conv", "the stem"),
    ("pool", "the pooling"),
    ("classifier", "the classifier"),
];

/// A smaller share of the lost time is not named.
const WORTH_NAMING: f64 = 0.02;

/// Bytes of a weight.
const BYTES: usize = 4;

/// Time that a kind of layers takes beyond what it would take at another rate, milliseconds.
struct Loss {
    name: &'static str,
    cost: Cost,
    ms: f64,
}

/// Sentences on the whole and on its reasons.
pub(super) fn reasons(comparison: &Comparison) -> Vec<String> {
    let whole = comparison.whole();
    let mut sentences = vec![format!(
        "Full convolutions have {:.2} times the Mult-Adds and take {:.2} times the time.",
        whole.mult_adds_ratio(),
        whole.time_ratio()
    )];
    sentences.extend(lost(comparison));
    sentences.extend(intensity(comparison));
    sentences.extend(slowest(&comparison.pairs()));
    sentences
}

/// What the separable network takes beyond the rate of full convolutions, by kinds of layers.
fn lost(comparison: &Comparison) -> Option<String> {
    let rate = comparison.full_convolutions().gflops()?;
    let loss = |(kind, name)| {
        let cost = comparison.of_kind(kind);
        Loss { name, cost, ms: cost.ms() - 2e-6 * cost.mult_adds as f64 / rate }
    };
    let mut losses: Vec<_> = KINDS.map(loss).into_iter().filter(|loss| loss.ms > 0.0).collect();
    losses.sort_by(|a, b| b.ms.total_cmp(&a.ms));
    let all: f64 = losses.iter().map(|loss| loss.ms).sum();
    losses.retain(|loss| loss.ms >= WORTH_NAMING * all);
    if losses.is_empty() {
        return Some(format!(
            "No layer of the separable network is slower than full convolutions, {rate:.1} GFLOP/s."
        ));
    }
    let clauses = losses.iter().map(|Loss { name, cost, ms }| {
        let rate = cost.gflops().map(|rate| format!("{rate:.1} GFLOP/s, ")).unwrap_or_default();
        format!("{name} ({rate}{ms:.3} ms longer)")
    });
    Some(format!("Full convolutions run at {rate:.1} GFLOP/s. Slower than that: {}.", and_list(clauses)))
}

/// How much is computed for each value that is written.
fn intensity(comparison: &Comparison) -> Option<String> {
    let per_value = |cost: Cost| (cost.outputs > 0).then(|| cost.mult_adds as f64 / cost.outputs as f64);
    let depthwise = per_value(comparison.of_kind("depthwise"))?;
    let pointwise = per_value(comparison.of_kind("pointwise"))?;
    let dense = per_value(comparison.full_convolutions())?;
    Some(format!(
        "For each value that it writes, a depthwise layer has {depthwise:.0} Mult-Adds, a pointwise layer {pointwise:.0} and a \
         full convolution {dense:.0} on average: the fewer, the more of the time goes into moving values."
    ))
}

/// The full convolution with the lowest rate, and how fast it reads its weights.
fn slowest(pairs: &[Pair]) -> Option<String> {
    let rate = |pair: &&Pair| pair.dense.gflops().unwrap_or(f64::INFINITY);
    let blocks = || pairs.iter().filter(|pair| pair.name.starts_with("block "));
    let slowest = blocks().min_by(|a, b| rate(a).total_cmp(&rate(b)))?;
    let fastest = blocks().max_by(|a, b| rate(a).total_cmp(&rate(b)))?;
    let bytes = (BYTES * slowest.dense.parameters) as u64;
    let per_second = bytes as f64 / slowest.dense.time.as_secs_f64();
    (slowest.name != fastest.name).then(|| {
        format!(
            "The slowest full convolution, {}, runs at {:.1} GFLOP/s and reads {} of weights at {}/s; the \
             fastest, {}, runs at {:.1}.",
            slowest.name,
            rate(&slowest),
            size(bytes),
            size(per_second as u64),
            fastest.name,
            rate(&fastest),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::super::comparison::tests::example;
    use super::*;

    #[test]
    fn sentences_follow_from_the_figures() {
        let sentences = reasons(&example());
        assert_eq!(
            sentences[..2],
            [
                "Full convolutions have 8.00 times the Mult-Adds and take 4.00 times the time.",
                "Full convolutions run at 100.0 GFLOP/s. Slower than that: depthwise layers (2.6 GFLOP/s, 0.760 ms longer) and \
                 the classifier (20.0 GFLOP/s, 0.080 ms longer).",
            ]
        );
        assert!(
            sentences[2].contains("a depthwise layer has 1000 Mult-Adds, a pointwise layer 7000 and"),
            "{sentences:?}"
        );
        assert_eq!(sentences.len(), 3, "one block has no slowest");
    }

    #[test]
    fn nothing_lost_is_said() {
        let mut comparison = example();
        for layer in comparison.separable.profile.iter_mut().flat_map(|profile| &mut profile.layers) {
            layer.time /= 100;
        }
        let sentence = lost(&comparison).unwrap();
        assert_eq!(
            sentence,
            "No layer of the separable network is slower than full convolutions, 100.0 GFLOP/s."
        );
    }

    #[test]
    fn the_slowest_block_reads_its_weights() {
        let block = |name: &str, micros| Pair {
            name: name.into(),
            shape: None,
            dense: Cost {
                mult_adds: 100_000_000,
                parameters: 2_500_000,
                time: std::time::Duration::from_micros(micros),
                outputs: 1,
            },
            separable: Cost::default(),
            depthwise: Cost::default(),
            pointwise: Cost::default(),
        };
        assert_eq!(
            slowest(&[block("block 0", 2000), block("block 1", 4000), block("stem", 9000)]).unwrap(),
            "The slowest full convolution, block 1, runs at 50.0 GFLOP/s and reads 10.0 MB of weights at 2.5 GB/s; the fastest, \
             block 0, runs at 100.0."
        );
    }
}
