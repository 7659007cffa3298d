//! A limit on the length of a row: a quote that is never closed, or a compressed file made of nothing, would otherwise be one row
//! as long as memory.

use std::io::{self, Read};

/// The longest row, bytes.
pub(super) const LONGEST_ROW: usize = 16 << 20;

/// Text of which no row is longer than [`LONGEST_ROW`]; quotes may hold line ends.
pub(super) struct BoundedRows<R> {
    inner: R,
    /// Bytes of the row so far.
    length: usize,
    quoted: bool,
}

impl<R> BoundedRows<R> {
    pub(super) fn new(inner: R) -> Self {
        Self { inner, length: 0, quoted: false }
    }
}

impl<R: Read> Read for BoundedRows<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        let mut from = 0;
        for at in memchr::memchr2_iter(b'"', b'\n', &buffer[..read]) {
            if buffer[at] == b'"' {
                self.quoted = !self.quoted;
            } else if !self.quoted {
                self.within(at - from)?;
                (self.length, from) = (0, at + 1);
            }
        }
        self.within(read - from)?;
        self.length += read - from;
        Ok(read)
    }
}

impl<R> BoundedRows<R> {
    fn within(&self, more: usize) -> io::Result<()> {
        if self.length + more <= LONGEST_ROW {
            return Ok(());
        }
        let message = format!("a row is longer than {} MiB; is a quote (\") left open?", LONGEST_ROW >> 20);
        Err(io::Error::new(io::ErrorKind::InvalidData, message))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &[u8], piece: usize) -> io::Result<usize> {
        let mut bounded = BoundedRows::new(text);
        let mut buffer = vec![0; piece];
        let mut total = 0;
        loop {
            match bounded.read(&mut buffer)? {
                0 => return Ok(total),
                more => total += more,
            }
        }
    }

    #[test]
    fn rows_of_the_longest_length_pass_and_longer_ones_do_not() {
        let row = |length: usize| [vec![b'x'; length], b"\n".to_vec()].concat();
        let fits = row(LONGEST_ROW).repeat(2);
        for piece in [LONGEST_ROW / 3, 7 << 20, 3 * LONGEST_ROW] {
            assert_eq!(read(&fits, piece).unwrap(), fits.len());
            assert!(read(&row(LONGEST_ROW + 1), piece).is_err());
        }
    }

    #[test]
    fn a_line_end_within_quotes_ends_no_row() {
        let lines = [b"a,\"".to_vec(), b"b\n".repeat(LONGEST_ROW / 2 + 1)].concat();
        assert!(read(&lines, 1 << 20).unwrap_err().to_string().contains("left open"));
        let closed = [b"\"\"\"\",\"\n\"\n".to_vec(), b"b\n".repeat(LONGEST_ROW / 2 + 1)].concat();
        assert_eq!(read(&closed, 1 << 20).unwrap(), closed.len());
    }
}
