//! How output channels are cut into panels of weights.

use std::ops::Range;

/// The panels of one kernel: `vectors` vectors of `lanes` output channels each.
///
/// The last panel takes one vector more if that vector would be left alone: one vector by six rows has too few sums
/// to keep two multipliers busy, three vectors by three rows have enough. Its last vector may be filled in part.
#[derive(Clone, Copy, Debug)]
pub(super) struct PanelLayout {
    /// Values in a vector.
    pub(super) lanes: usize,
    /// Vectors of all panels but the last.
    pub(super) vectors: usize,
}

/// Panels that a matrix-vector product reads at the same time. One stream of weights from the L3 cache or from memory
/// has half the rate of several.
pub(super) const GEMV_PANELS: usize = 4;

impl PanelLayout {
    /// Output channels of a panel.
    pub(super) const fn width(self) -> usize {
        self.vectors * self.lanes
    }

    /// How many panels hold `channels`.
    const fn count(self, channels: usize) -> usize {
        let (whole, left) = (channels / self.width(), channels % self.width());
        let is_alone = whole == 0 || left > self.lanes;
        whole + (left > 0 && is_alone) as usize
    }

    /// Vectors that hold `channels`.
    pub(super) const fn vectors_of(self, channels: usize) -> usize {
        channels.div_ceil(self.lanes)
    }

    /// The channels of every panel.
    pub(super) fn panels(self, channels: usize) -> impl Iterator<Item = Range<usize>> + Clone {
        let width = self.width();
        let count = self.count(channels);
        (0..count).map(move |panel| {
            let end = if panel + 1 == count { channels } else { (panel + 1) * width };
            panel * width..end
        })
    }

    /// The channels of every microkernel call for `rows` positions: a panel, or [`GEMV_PANELS`] at once for a single
    /// position.
    pub(super) fn calls(self, channels: usize, rows: usize) -> impl Iterator<Item = Range<usize>> {
        let width = GEMV_PANELS * self.width();
        // The last panel may be wider, and is left to a call of its own.
        let whole_panels = self.count(channels).saturating_sub(1);
        let groups = if rows == 1 { whole_panels / GEMV_PANELS } else { 0 };
        let gemv = (0..groups).map(move |group| group * width..(group + 1) * width);
        gemv.chain(self.panels(channels).skip(groups * GEMV_PANELS))
    }

    /// Whether a panel of `channels` ends, or the first begins, at `channel`.
    pub(super) fn is_edge(self, channels: usize, channel: usize) -> bool {
        let width = self.width();
        channel == channels
            || (channel.is_multiple_of(width) && channel / width < self.count(channels).max(1))
    }
}

#[cfg(test)]
mod tests {
    use super::PanelLayout;

    #[test]
    fn no_vector_is_left_alone_after_others() {
        let widths = |lanes, channels| {
            let layout = PanelLayout { lanes, vectors: 2 };
            layout.panels(channels).map(|panel| panel.len() / lanes).collect::<Vec<_>>()
        };
        assert_eq!(widths(8, 8), [1]);
        assert_eq!(widths(8, 24), [3]);
        assert_eq!(widths(8, 40), [2, 3]);
        assert_eq!(widths(8, 48), [2, 2, 2]);
        assert_eq!(widths(4, 24), [2, 2, 2]);
        let channels = |channels| -> Vec<usize> {
            PanelLayout { lanes: 16, vectors: 2 }.panels(channels).map(|panel| panel.len()).collect()
        };
        assert_eq!(channels(24), [24]);
        assert_eq!(channels(48), [48]);
        assert_eq!(channels(56), [32, 24]);
        assert_eq!(channels(72), [32, 40]);
    }

    #[test]
    fn one_position_reads_several_panels_at_once() {
        let widths = |channels, rows| -> Vec<_> {
            let layout = PanelLayout { lanes: 8, vectors: 2 };
            layout.calls(channels, rows).map(|group| group.len() / 8).collect()
        };
        assert_eq!(widths(64, 1), [2, 2, 2, 2]);
        assert_eq!(widths(80, 1), [8, 2]);
        assert_eq!(widths(88, 1), [8, 3]);
        assert_eq!(widths(152, 1), [8, 8, 3]);
        assert_eq!(widths(88, 2), [2, 2, 2, 2, 3]);
    }

    #[test]
    fn edges_are_where_panels_begin_and_end() {
        for lanes in [4, 8, 16] {
            let layout = PanelLayout { lanes, vectors: 2 };
            for channels in (8..=160).step_by(8) {
                let mut edges: Vec<_> = layout.panels(channels).map(|panel| panel.start).collect();
                edges.push(channels);
                let found: Vec<_> = (0..=channels).filter(|at| layout.is_edge(channels, *at)).collect();
                assert_eq!(found, edges, "{lanes} lanes, {channels} channels");
            }
        }
    }
}
