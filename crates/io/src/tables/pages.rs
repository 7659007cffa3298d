//! Pages of a Parquet column, looked at before the library reads them: it takes the room for a dictionary on the page's word.

use parquet::basic::Type;
use parquet::column::page::{Page, PageMetadata, PageReader};
use parquet::errors::{ParquetError, Result};

/// A column's pages, of which no dictionary says that it holds more values than its bytes can.
pub(super) struct CheckedPages {
    pages: Box<dyn PageReader>,
    /// Least bytes of a value.
    least: usize,
}

impl CheckedPages {
    /// The pages of a column of `kind`.
    pub(super) fn new(pages: Box<dyn PageReader>, kind: Type, length: i32) -> Self {
        let least = match kind {
            // Eight to a byte; a dictionary of them is of no use, and none is written.
            Type::BOOLEAN => 1,
            // A text has its length before it.
            Type::INT32 | Type::FLOAT | Type::BYTE_ARRAY => 4,
            Type::INT64 | Type::DOUBLE => 8,
            Type::INT96 => 12,
            Type::FIXED_LEN_BYTE_ARRAY => usize::try_from(length).unwrap_or(0).max(1),
        };
        Self { pages, least }
    }

    fn check(&self, page: Option<Page>) -> Result<Option<Page>> {
        if let Some(Page::DictionaryPage { buf, num_values, .. }) = &page
            && *num_values as usize > buf.len() / self.least
        {
            let bytes = buf.len();
            return Err(ParquetError::General(format!(
                "a dictionary says that it has {num_values} values in {bytes} bytes"
            )));
        }
        Ok(page)
    }
}

impl Iterator for CheckedPages {
    type Item = Result<Page>;

    fn next(&mut self) -> Option<Self::Item> {
        self.get_next_page().transpose()
    }
}

impl PageReader for CheckedPages {
    fn get_next_page(&mut self) -> Result<Option<Page>> {
        let page = self.pages.get_next_page()?;
        self.check(page)
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
