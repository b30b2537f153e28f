//! What several test programs share; each uses some of it.
#![allow(dead_code, reason = "no test program uses all of it")]

pub(crate) mod checkpoint;
pub(crate) mod data;
pub(crate) mod http;
pub(crate) mod hub_server;
pub(crate) mod networks;
pub(crate) mod noise;
pub(crate) mod program;
pub(crate) mod scratch;
pub(crate) mod seeded;
pub(crate) mod tars;
