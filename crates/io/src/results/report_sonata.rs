//! `report_NAME.h5`: samples of a probe as SONATA's report of elements.
//!
//! `/report/POPULATION/data` has a row a time and a column an element, in single precision, as libsonata demands, uncompressed and
//! in one piece. `mapping` says which element each column is: `node_ids`, where the columns of each begin (`index_pointers` for
//! libsonata, `index_pointer` for BMTK, both one longer than `node_ids`), `element_ids` (sections), `element_pos`, `time` (start,
//! stop, step), and `labels`, which is ours.
//!
//! HDF5 has its lengths ahead of the data. The library that writes it takes all data at once; so that a report larger than memory
//! can be written, the file is laid out twice: at the beginning, to leave room for what is ahead of the data, and at the end, when
//! the number of rows is known, to write that and what is behind. Rows go straight to their place in between.

use std::io::{self, Write};
use std::path::Path;

use hdf5_pure::{FileBuilder, make_f32_type};

use super::hdf5::{cannot_write, group_name, problem, sonata_file, text};
use super::{AtomicFile, ReportHead, ResultsError};

/// A report up to this is held until its end, bytes.
const HELD: usize = 1 << 20;
/// Stands where the data will be while the file is laid out.
const MARK: [u8; 16] = *b"\x8bHUXLEY\r\n\x1a data\xff";

/// Writes `report_NAME.h5` as the samples come.
pub struct SonataReport {
    file: AtomicFile,
    head: ReportHead,
    order: Option<Vec<usize>>,
    rows: u64,
    held: Vec<u8>,
    /// Bytes left free ahead of the data, when it is no longer held.
    room: Option<usize>,
}

impl SonataReport {
    /// Opens the file.
    ///
    /// # Errors
    /// When the folder cannot be written to.
    pub fn create(path: &Path, head: &ReportHead) -> Result<Self, ResultsError> {
        let (mut head, order) = (head.clone(), head.by_cell());
        if let Some(order) = &order {
            head.sites = order.iter().map(|&site| head.sites[site].clone()).collect();
        }
        Ok(Self { file: AtomicFile::create(path)?, head, order, rows: 0, held: Vec::new(), room: None })
    }

    /// Appends the samples of the next time, one for each site.
    ///
    /// # Errors
    /// When there are not as many values as sites, or they cannot be written.
    #[allow(clippy::cast_possible_truncation)]
    pub fn row(&mut self, values: &[f64]) -> Result<(), ResultsError> {
        let columns = self.head.sites.len();
        if values.len() != columns {
            return Err(ResultsError::Row { path: self.file.path().to_owned(), columns, values: values.len() });
        }
        let value = |k: usize| self.order.as_ref().map_or(values[k], |order| values[order[k]]) as f32;
        for k in 0..columns {
            self.held.extend((value(k)).to_le_bytes());
        }
        self.rows += 1;
        if self.held.len() >= HELD { self.spill() } else { Ok(()) }
    }

    /// Completes the file and gives it its name.
    ///
    /// # Errors
    /// When what is left cannot be written.
    pub fn finish(mut self) -> Result<(), ResultsError> {
        let path = self.file.path().to_owned();
        let Some(room) = self.room else {
            let data = std::mem::take(&mut self.held);
            let layout = layout(&self.head, self.rows, data, &path)?;
            layout.finish_to(&mut self.file).map_err(cannot_write(&path))?;
            return self.file.finish();
        };
        self.spill()?;
        let (ahead, behind) = around(&self.head, self.rows, &path)?;
        if ahead.len() != room {
            return Err(problem(&path, "cannot be written: what is ahead of its data changed its length"));
        }
        self.file.write_all(&behind).map_err(|source| self.file.error(source))?;
        self.file.write_beginning(&ahead)?;
        self.file.finish()
    }

    fn spill(&mut self) -> Result<(), ResultsError> {
        if self.room.is_none() {
            let path = self.file.path().to_owned();
            let ahead = around(&self.head, self.rows, &path)?.0;
            self.file.write_all(&ahead).map_err(|source| self.file.error(source))?;
            self.room = Some(ahead.len());
        }
        self.file.write_all(&self.held).map_err(|source| self.file.error(source))?;
        self.held.clear();
        Ok(())
    }
}

/// The file with `data` in it.
fn layout(head: &ReportHead, rows: u64, data: Vec<u8>, path: &Path) -> Result<FileBuilder, ResultsError> {
    let sites = &head.sites;
    let mut nodes: Vec<u64> = Vec::new();
    let mut begins: Vec<u64> = Vec::new();
    for (column, site) in (0_u64..).zip(sites) {
        if nodes.last() != Some(&site.node) {
            nodes.push(site.node);
            begins.push(column);
        }
    }
    begins.push(sites.len() as u64);
    let mut builder = sonata_file();
    let mut root = builder.create_group("report");
    let mut group = root.create_group(&group_name(&head.population));
    let mut mapping = group.create_group("mapping");
    mapping.create_dataset("node_ids").with_u64_data(&nodes);
    mapping.create_dataset("index_pointers").with_u64_data(&begins);
    mapping.create_dataset("index_pointer").with_u64_data(&begins);
    let elements: Vec<u32> = sites.iter().map(|site| site.element).collect();
    mapping.create_dataset("element_ids").with_u32_data(&elements);
    let positions: Vec<f64> = sites.iter().map(|site| site.position).collect();
    mapping.create_dataset("element_pos").with_f64_data(&positions);
    let times = [head.start_ms, stop(head, rows), head.interval_ms];
    mapping.create_dataset("time").with_f64_data(&times).set_attr("units", text("ms"));
    if sites.iter().any(|site| !site.label.is_empty()) {
        let labels: Vec<&str> = sites.iter().map(|site| site.label.as_str()).collect();
        mapping.create_dataset("labels").with_strings(&labels).map_err(|e| cannot_write(path)(e.into()))?;
    }
    group.add_group(mapping.finish());
    let values = rows * sites.len() as u64;
    group
        .create_dataset("data")
        .with_raw_data(make_f32_type(), data, values)
        .with_shape(&[rows, sites.len() as u64])
        // libsonata refuses a report without a unit.
        .set_attr("units", text(if head.unit.is_empty() { "1" } else { &head.unit }))
        .set_attr("variable", text(&head.variable));
    root.add_group(group.finish());
    builder.add_group(root.finish());
    Ok(builder)
}

/// The end of the last interval: BMTK takes the whole part of `(stop - start) / step` for the number of rows, so that it must not
/// be rounded down.
#[allow(clippy::cast_precision_loss)]
fn stop(head: &ReportHead, rows: u64) -> f64 {
    let mut stop = head.time(rows);
    while head.interval_ms > 0.0 && (stop - head.start_ms) / head.interval_ms < rows as f64 {
        stop = stop.next_up();
    }
    stop
}

/// The bytes of the file ahead of its data and behind it.
fn around(head: &ReportHead, rows: u64, path: &Path) -> Result<(Vec<u8>, Vec<u8>), ResultsError> {
    let bytes = rows.checked_mul(4 * head.sites.len() as u64).and_then(|bytes| usize::try_from(bytes).ok());
    let mut room: Vec<u8> = Vec::new();
    let Some(bytes) = bytes.filter(|&bytes| room.try_reserve_exact(bytes).is_ok()) else {
        return Err(problem(path, "is too large to be laid out on this machine; record less, or use --format parquet"));
    };
    drop(room);
    // Room from the system that is all zero and, never touched but for the mark, takes no memory.
    let mut data = vec![0; bytes];
    data[..MARK.len()].copy_from_slice(&MARK);
    let mut split = Split { left: None, bytes, ahead: Vec::new(), behind: Vec::new() };
    layout(head, rows, data, path)?.finish_to(&mut split).map_err(cannot_write(path))?;
    match split.left {
        Some(0) => Ok((split.ahead, split.behind)),
        _ => Err(problem(path, "cannot be written: its data is not in one piece")),
    }
}

/// Keeps what is written but for the data, which begins with [`MARK`].
struct Split {
    /// Bytes of the data that are still to come, once it has begun.
    left: Option<usize>,
    bytes: usize,
    ahead: Vec<u8>,
    behind: Vec<u8>,
}

impl Write for Split {
    fn write(&mut self, written: &[u8]) -> io::Result<usize> {
        let mut rest = written;
        if self.left.is_none() {
            // Data is handed over in one piece, and not searched through.
            match rest.windows(MARK.len()).position(|window| window == MARK) {
                Some(begin) => {
                    self.ahead.extend_from_slice(&rest[..begin]);
                    rest = &rest[begin..];
                    self.left = Some(self.bytes);
                }
                None => {
                    self.ahead.extend_from_slice(rest);
                    return Ok(written.len());
                }
            }
        }
        if let Some(left) = &mut self.left {
            let data = rest.len().min(*left);
            *left -= data;
            self.behind.extend_from_slice(&rest[data..]);
        }
        Ok(written.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
