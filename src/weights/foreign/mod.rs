//! What a file is that is not a weight file, and how to get one that is. For error messages only.

mod endings;
mod signatures;
mod zips;

pub(super) use endings::named;
pub(super) use signatures::sniff;
pub(super) use zips::zip_of;
