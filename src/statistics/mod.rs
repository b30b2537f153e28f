//! What figures say together: plain numbers in, plain numbers out.

mod calibration;
#[cfg(test)]
mod golden;
mod held_out;
pub mod mcnemar;
pub mod pareto;
mod softmax_curve;
mod temperature;
pub mod wilson;

pub use calibration::{BINS, Bin, Calibration};
pub use held_out::HeldOut;
pub use temperature::{NoTemperature, TemperatureFit};
