//! Width and height, and what pictures are resized to.

use std::fmt;

/// Width and height, px.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// Columns.
    pub width: u32,
    /// Rows.
    pub height: u32,
}

impl Size {
    /// As many rows as columns.
    pub const fn square(side: u32) -> Self {
        Self { width: side, height: side }
    }

    /// The shorter side.
    pub fn shorter(self) -> u32 {
        self.width.min(self.height)
    }

    /// The longer side.
    pub fn longer(self) -> u32 {
        self.width.max(self.height)
    }

    /// The largest size of the same shape that is no larger than this one and fits into `most`; at least one pixel.
    pub fn within(self, most: Self) -> Self {
        let scale = |side: u32, most: u32| f64::from(most) / f64::from(side.max(1));
        let scale = scale(self.width, most.width).min(scale(self.height, most.height)).min(1.0);
        self.map(|side| ((f64::from(side) * scale).round() as u32).max(1))
    }

    /// With each side replaced by what `side` makes of it.
    pub(super) fn map(self, side: impl Fn(u32) -> u32) -> Self {
        Self { width: side(self.width), height: side(self.height) }
    }
}

impl From<(u32, u32)> for Size {
    /// From what `image` calls dimensions.
    fn from((width, height): (u32, u32)) -> Self {
        Self { width, height }
    }
}

/// `224`, or `192 x 256`: width first.
impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { width, height } = self;
        if width == height { width.fmt(f) } else { write!(f, "{width} x {height}") }
    }
}

/// What pictures are resized to before the crop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resize {
    /// Not resized.
    None,
    /// The shorter edge, px; the other edge becomes px · long / short, truncated.
    ShortestEdge(u32),
    /// Both edges, regardless of the picture's aspect ratio.
    Exact {
        /// Width, px.
        width: u32,
        /// Height, px.
        height: u32,
    },
}

impl Resize {
    /// With each side replaced by what `side` makes of it.
    pub(super) fn map(self, side: impl Fn(u32) -> u32) -> Self {
        match self {
            Self::None => self,
            Self::ShortestEdge(edge) => Self::ShortestEdge(side(edge)),
            Self::Exact { width, height } => Self::Exact { width: side(width), height: side(height) },
        }
    }

    /// Width and height of a resized picture. Sides below 2^32 cannot overflow.
    pub(super) fn resized(self, Size { width, height }: Size) -> (u64, u64) {
        let (width, height) = (u64::from(width), u64::from(height));
        match self {
            Self::None => (width, height),
            // `int(edge * long / short)`, the rule of both libraries.
            Self::ShortestEdge(edge) if width <= height => (edge.into(), u64::from(edge) * height / width),
            Self::ShortestEdge(edge) => (u64::from(edge) * width / height, edge.into()),
            Self::Exact { width, height } => (width.into(), height.into()),
        }
    }

    /// The size of the smallest picture that is not enlarged; `None` if pictures are not scaled.
    pub(super) fn least(self) -> Option<Size> {
        match self {
            Self::None => None,
            Self::ShortestEdge(edge) => Some(Size::square(edge)),
            Self::Exact { width, height } => Some(Size { width, height }),
        }
    }
}
