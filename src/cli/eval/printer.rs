//! Prints each row as soon as its model is done, and at the end what compares them.

use std::io::{self, StdoutLock, Write};

use anyhow::Result;

use super::calibration::Calibrator;
use super::output_flags::OutputFlags;
use super::tally::Tally;
use super::{confusion, json, pairs, reliability, text};
use crate::cli::console::Console;

/// The least width of the column of names.
const NARROWEST: usize = 20;

/// Prints rows, and keeps them.
pub(super) struct Printer<'a> {
    flags: &'a OutputFlags,
    output: StdoutLock<'static>,
    rows: Vec<Tally>,
    /// How many there will be.
    models: usize,
    /// Columns for the longest of their names.
    width: usize,
}

impl<'a> Printer<'a> {
    /// For models of these names.
    pub(super) fn new(flags: &'a OutputFlags, names: &[String]) -> Self {
        let longest = names.iter().map(|name| name.chars().count()).max().unwrap_or_default();
        let (output, width) = (io::stdout().lock(), longest.max(NARROWEST));
        Self { flags, output, rows: vec![], models: names.len(), width }
    }

    pub(super) fn add(&mut self, row: Tally) -> Result<()> {
        let (output, width) = (&mut self.output, self.width);
        if self.flags.json {
            json::write(output, &row, self.flags.per_class)?;
        } else if self.models == 1 {
            text::write_block(output, &row)?;
        } else {
            if self.rows.is_empty() {
                text::write_header(output, width)?;
            }
            text::write_row(output, &row, width)?;
        }
        output.flush()?;
        self.rows.push(row);
        Ok(())
    }

    /// Prints what compares all rows or needs more room than a row, and writes files. Says whether pictures have failed.
    pub(super) fn finish(mut self, calibrator: Option<Calibrator>, console: &Console) -> Result<bool> {
        let output = &mut self.output;
        if self.flags.json {
            for pair in pairs::all(&self.rows) {
                json::write_pair(output, &pair)?;
            }
        } else {
            text::write_pairs(output, &self.rows, self.width)?;
            for row in self.rows.iter().filter(|_| self.flags.per_class) {
                text::write_classes(output, row)?;
            }
        }
        output.flush()?;
        if let Some(file) = &self.flags.confusion {
            for row in &self.rows {
                confusion::write(row, file, self.flags.theme())?;
            }
        }
        self.calibrate(calibrator, console)?;
        Ok(self.rows.iter().any(|row| row.failed() > 0))
    }

    /// Finds the temperature and draws the reliability, which are of one model. Without a temperature, the drawing is still
    /// made.
    fn calibrate(&mut self, calibrator: Option<Calibrator>, console: &Console) -> Result<()> {
        let Self { flags, output, rows, .. } = self;
        let found = calibrator.zip(flags.calibrate.as_deref());
        let found = found.map(|(calibrator, path)| calibrator.finish(path, console)).transpose();
        if let (Some(file), [row]) = (&flags.reliability, &rows[..]) {
            let calibrated = found.as_ref().ok().and_then(Option::as_ref);
            reliability::write(row, calibrated, file, flags.theme())?;
        }
        let Some((calibrated, path)) = found?.zip(flags.calibrate.as_deref()) else { return Ok(()) };
        if flags.json {
            json::write_temperature(output, &calibrated.file)?;
        } else {
            text::write_temperature(output, &calibrated.file, path)?;
        }
        Ok(output.flush()?)
    }
}
