//! What can be said of counts and confidences: plain numbers in, plain numbers out.

mod calibration;
#[cfg(test)]
mod golden;
mod held_out;
mod softmax_curve;
mod temperature;

pub use calibration::{BINS, Bin, Calibration};
pub use held_out::HeldOut;
pub use temperature::{NoTemperature, TemperatureFit};
