//! Fine-tuned checkpoints as the usual tools save them: each gives its own class names, or an error with the reason.
//!
//! The repositories imitate real ones: file names, tensor names and keys are as the libraries write them, the weights are
//! random.

mod classes;
mod files;
mod heads;
mod label_files;
mod preprocessing;
mod repository;
mod saved;
mod table;
