//! Zips as they come, and hostile ones.

use std::io::{Cursor, Write};
use std::path::Path;

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::super::MemberOptions;
use super::super::testing::{Found, found};
