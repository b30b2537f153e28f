//! Pages, refused where a few bytes would claim memory for very many values of one row.

use parquet::column::page::{Page, PageMetadata, PageReader};
use parquet::errors::{ParquetError, Result};

/// The most values of a page of a list. Repetitions are compressed: a page of some bytes may claim two thousand million values,
/// which all belong to one row.
const MOST_VALUES: u32 = 1 << 24;

/// The pages of a column.
pub(super) struct Pages {
    pub(super) pages: Box<dyn PageReader>,
    /// Whether a row may have several values.
    pub(super) is_repeated: bool,
}

impl PageReader for Pages {
    fn get_next_page(&mut self) -> Result<Option<Page>> {
        let page = self.pages.get_next_page()?;
        let values = page.as_ref().map_or(0, Page::num_values);
        if self.is_repeated && values > MOST_VALUES {
            return Err(ParquetError::General(format!(
                "a page of a list has {values} values; the limit is {MOST_VALUES}"
            )));
        }
        Ok(page)
    }

    fn peek_next_page(&mut self) -> Result<Option<PageMetadata>> {
        self.pages.peek_next_page()
    }

    fn skip_next_page(&mut self) -> Result<()> {
        self.pages.skip_next_page()
    }

    fn at_record_boundary(&mut self) -> Result<bool> {
        self.pages.at_record_boundary()
    }
}

impl Iterator for Pages {
    type Item = Result<Page>;

    fn next(&mut self) -> Option<Self::Item> {
        self.get_next_page().transpose()
    }
}
