//! Files that appear whole or not at all.

use std::fs::{self, File};
use std::io::{self, BufWriter, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use super::ResultsError;

static NEXT: AtomicU64 = AtomicU64::new(0);

/// A buffered file that has a temporary name, beside its own, until [`AtomicFile::finish`].
///
/// Dropped before that, it leaves nothing behind.
#[derive(Debug)]
pub struct AtomicFile {
    path: PathBuf,
    temporary: PathBuf,
    file: Option<BufWriter<File>>,
}

impl AtomicFile {
    /// Opens a file that will be called `path`.
    ///
    /// # Errors
    /// When the folder does not exist or cannot be written to.
    pub fn create(path: &Path) -> Result<Self, ResultsError> {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let temporary = path.with_file_name(format!(".{name}.{}-{number}.partial", std::process::id()));
        let file =
            File::create_new(&temporary).map_err(|source| ResultsError::Write { path: path.to_owned(), source })?;
        let file = Some(BufWriter::with_capacity(1 << 18, file));
        Ok(Self { path: path.to_owned(), temporary, file })
    }

    /// The name the file will have.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Writes out what is buffered and gives the file its name, in place of any that had it.
    ///
    /// # Errors
    /// When the disk is full, or the name cannot be given.
    pub fn finish(mut self) -> Result<(), ResultsError> {
        self.flush_and_rename().map_err(|source| ResultsError::Write { path: self.path.clone(), source })
    }

    /// Writes over what is at the beginning of the file and goes on at its end.
    pub(super) fn write_beginning(&mut self, bytes: &[u8]) -> Result<(), ResultsError> {
        let Some(file) = &mut self.file else { return Ok(()) };
        let written = file
            .seek(SeekFrom::Start(0))
            .and_then(|_| file.write_all(bytes))
            .and_then(|()| file.seek(SeekFrom::End(0)).map(|_| ()));
        written.map_err(|source| self.error(source))
    }

    /// The error for a failed write to this file.
    pub(super) fn error(&self, source: io::Error) -> ResultsError {
        ResultsError::Write { path: self.path.clone(), source }
    }

    fn flush_and_rename(&mut self) -> io::Result<()> {
        if let Some(mut file) = self.file.take() {
            if let Err(error) = file.flush() {
                // Kept, so that dropping it removes the temporary file.
                self.file = Some(file);
                return Err(error);
            }
            // Closed before it is renamed: some systems do not rename open files.
            drop(file);
            if let Err(error) = fs::rename(&self.temporary, &self.path) {
                let _ = fs::remove_file(&self.temporary);
                return Err(error);
            }
        }
        Ok(())
    }
}

impl Write for AtomicFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.as_mut().map_or(Ok(0), |file| file.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.as_mut().map_or(Ok(()), Write::flush)
    }
}

impl Drop for AtomicFile {
    fn drop(&mut self) {
        if let Some(file) = self.file.take() {
            // Without the flush that dropping a `BufWriter` would try.
            drop(file.into_parts());
            let _ = fs::remove_file(&self.temporary);
        }
    }
}

/// Writes `bytes` as the file `path`, whole or not at all.
///
/// # Errors
/// When it cannot be written; what had the name before is then unchanged.
pub fn write_atomic(path: &Path, bytes: &[u8]) -> Result<(), ResultsError> {
    let mut file = AtomicFile::create(path)?;
    file.write_all(bytes).map_err(|source| file.error(source))?;
    file.finish()
}
