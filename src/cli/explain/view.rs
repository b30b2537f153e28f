//! A photo with its maps and their drawing.

use crate::plot::{Figure, PlotError};
use crate::predict::ActivationMap;
use crate::record::Answer;
use crate::sheet::Picture;

/// A photo with its maps and their drawing.
pub(super) struct Explained {
    /// The answer of the first network.
    pub(super) answer: Answer,
    /// A map for each target of each network, sorted by network.
    pub(super) views: Vec<View>,
    pub(super) drawing: Drawing,
}

/// A map with its title.
pub(super) struct View {
    /// The index of the network.
    pub(super) subject: usize,
    /// The title of the map: a class, or the word that named several classes.
    pub(super) name: String,
    pub(super) map: ActivationMap,
}

/// The drawing of a photo's maps.
pub(super) enum Drawing {
    None,
    Figure(Box<Figure>),
    /// The bytes of a PNG file.
    Png(Result<Vec<u8>, PlotError>),
    /// A picture of each map, for a contact sheet.
    Pictures(Vec<Picture>),
}
