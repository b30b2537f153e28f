//! mnet labels images with MobileNet.
