//! Contact sheets: one HTML file with its pictures embedded. It loads nothing, runs no script, and is written card by
//! card, so that memory does not grow with the number of pictures. This module knows nothing of networks.
//!
//! ```no_run
//! use std::path::Path;
//! use mnet::sheet::{Card, Picture, SheetFile};
//!
//! let photo = image::RgbImage::new(640, 480);
//! let mut sheet = SheetFile::create(Path::new("alike.html"), "Alike photos", &["2 groups in holiday/"])?;
//! sheet.section("Group 1", "2 photos, at least 0.97 alike")?;
//! sheet.card(&Card {
//!     pictures: &[Picture::fitted(&photo, (320, 240).into())],
//!     path: Some(Path::new("holiday/a<b.jpg")),
//!     caption: &["640 x 480".into()],
//!     ..Card::default()
//! })?;
//! sheet.commit()?;
//! # Ok::<(), mnet::marked_file::MarkedFileError>(())
//! ```

mod card;
mod escape;
mod file;
mod page;
mod picture;
#[cfg(test)]
mod tests;

pub use card::{Caption, Card};
pub use file::{SheetFile, check};
pub use page::Sheet;
pub use picture::Picture;
