//! What the system lets this process use: memory and processors.
//!
//! All of it is read from files of the kernel, and a file that is not there bounds nothing.

mod cgroup;
pub(super) mod memory;
pub(super) mod processors;
