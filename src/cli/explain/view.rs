//! A photo with its maps, and what is drawn of them.

use crate::plot::{Figure, PlotError};
use crate::predict::ActivationMap;
use crate::record::Answer;
use crate::sheet::Picture;

/// A photo with its maps.
pub(super) struct Explained {
    /// The first network's.
    pub(super) answer: Answer,
    /// Of each network, of each of its targets.
    pub(super) views: Vec<View>,
    pub(super) drawing: Drawing,
}

/// One map.
pub(super) struct View {
    /// Number of the network.
    pub(super) subject: usize,
    /// What it is about.
    pub(super) name: String,
    pub(super) map: ActivationMap,
}

/// What is drawn of a photo.
pub(super) enum Drawing {
    None,
    Figure(Box<Figure>),
    /// The bytes of a PNG file.
    Png(Result<Vec<u8>, PlotError>),
    /// For a contact sheet: one for each map.
    Pictures(Vec<Picture>),
}
