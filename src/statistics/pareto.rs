//! The Pareto front of a trade: the points that no other point beats.

/// One side of a trade: what it costs and what it is worth.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Trade {
    /// Less is better: milliseconds, Mult-Adds.
    pub cost: f64,
    /// More is better: accuracy.
    pub value: f64,
}

impl Trade {
    /// Whether it costs no more than `other` and is worth no less, and one of the two is better.
    fn beats(&self, other: &Self) -> bool {
        let is_as_good = self.cost <= other.cost && self.value >= other.value;
        is_as_good && (self.cost < other.cost || self.value > other.value)
    }

    fn is_finite(&self) -> bool {
        self.cost.is_finite() && self.value.is_finite()
    }
}

/// Whether each of `trades` is on the front: no other one beats it. Equal ones are on it together; one that is not
/// finite is not on it, and beats no other.
pub fn front(trades: &[Trade]) -> Vec<bool> {
    let is_beaten = |trade: &Trade| trades.iter().any(|other| other.is_finite() && other.beats(trade));
    trades.iter().map(|trade| trade.is_finite() && !is_beaten(trade)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on_front(trades: &[(f64, f64)]) -> Vec<bool> {
        let trades: Vec<_> = trades.iter().map(|&(cost, value)| Trade { cost, value }).collect();
        front(&trades)
    }

    #[test]
    fn cheaper_or_better_points_are_on_the_front() {
        assert_eq!(on_front(&[]), [false; 0]);
        assert_eq!(on_front(&[(1.0, 50.0)]), [true]);
        assert_eq!(on_front(&[(2.0, 70.0), (1.0, 50.0), (3.0, 60.0)]), [true, true, false]);
        // As expensive and worse; as good and more expensive.
        assert_eq!(on_front(&[(1.0, 50.0), (1.0, 49.0), (2.0, 50.0)]), [true, false, false]);
    }

    #[test]
    fn equal_points_are_on_the_front_together() {
        assert_eq!(on_front(&[(1.0, 50.0), (1.0, 50.0), (0.5, 40.0)]), [true, true, true]);
        assert_eq!(on_front(&[(1.0, 50.0), (1.0, 50.0), (1.0, 51.0)]), [false, false, true]);
    }

    #[test]
    fn figures_that_are_not_finite_are_left_out() {
        let (nan, infinite) = (f64::NAN, f64::INFINITY);
        assert_eq!(on_front(&[(nan, 99.0), (1.0, nan), (2.0, 60.0)]), [false, false, true]);
        assert_eq!(on_front(&[(1.0, infinite), (-infinite, 99.0), (2.0, 60.0)]), [false, false, true]);
    }

    /// A front from left to right: each step costs more and is worth more.
    #[test]
    fn a_front_rises() {
        let trades: Vec<_> =
            (0..200u32).map(|n| (f64::from(n * 7919 % 101), f64::from(n * 104_729 % 97))).collect();
        let mut kept: Vec<_> = on_front(&trades)
            .iter()
            .zip(&trades)
            .filter_map(|(is_on, trade)| is_on.then_some(*trade))
            .collect();
        kept.sort_by(|a, b| a.0.total_cmp(&b.0));
        assert!(kept.len() > 1 && kept.windows(2).all(|pair| pair[0].0 < pair[1].0 && pair[0].1 < pair[1].1));
    }
}
