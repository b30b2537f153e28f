//! Families of networks: a file each, with its paper's table, its variants and its published checkpoints.
//!
//! To add one, write its file and add its line to [`FAMILIES`].

mod efficientnet_lite;
mod mobilenet_edgetpu;
mod mobilenet_v1;
mod mobilenet_v2;
mod mobilenet_v3;
mod mobilenet_v4;

use super::family::Family;

/// Every family, lowest first: the order in which `--alpha` and `--res` look for a checkpoint.
pub static FAMILIES: [&Family; 6] = [
    &mobilenet_v1::FAMILY,
    &mobilenet_v2::FAMILY,
    &mobilenet_v3::FAMILY,
    &mobilenet_v4::FAMILY,
    &mobilenet_edgetpu::FAMILY,
    &efficientnet_lite::FAMILY,
];
