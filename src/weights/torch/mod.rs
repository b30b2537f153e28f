//! Torch checkpoints (`pytorch_model.bin`, `.pth`, `.pt`, `.ckpt`): what `torch.save` writes.
//!
//! A pickle names the tensors and says which part of which storage each one is; the storages lie beside it, in
//! a zip file since torch 1.6, and one after the other before that.

mod archive;
mod inflate;
mod legacy;
mod locate;

pub(super) use archive::FORMAT;
pub(super) use legacy::FORMAT as LEGACY_FORMAT;
