//! Reports of elements in SONATA's HDF5.

use std::path::Path;
use std::rc::Rc;

use hdf5_pure::{AttrValue, Dataset, Group};

use crate::results::hdf5::Source;
use crate::results::{ReportHead, ReportSite, ResultsError};

/// Values that are read at a time.
const BLOCK: u64 = 1 << 20;

/// Rows of a report.
pub(super) struct Rows {
    source: Rc<Source>,
    place: String,
    data: Dataset,
    rows: u64,
}

pub(super) fn open(path: &Path) -> Result<Vec<(ReportHead, Rows)>, ResultsError> {
    let source = Rc::new(Source::open(path)?);
    let root = source.file.group("report").map_err(|_| source.problem("has no group `report`"))?;
    let names = root.groups().map_err(source.unreadable("report"))?;
    let one = |name: String| {
        let group = root.group(&name).map_err(source.unreadable(&format!("report/{name}")))?;
        population(&source, &group, name)
    };
    names.into_iter().map(one).collect()
}

fn population(source: &Rc<Source>, group: &Group, name: String) -> Result<(ReportHead, Rows), ResultsError> {
    let place = format!("report/{name}");
    let data = source.dataset(group, &place, "data")?;
    let data_at = format!("{place}/data");
    let (rows, columns) = match source.shape(&data, &data_at)?[..] {
        [rows, columns] => (rows, columns),
        ref shape => {
            return Err(source.problem(format!("has {} dimensions in `{data_at}`, expected 2", shape.len())));
        }
    };
    let mapping_at = format!("{place}/mapping");
    let mapping = group.group("mapping").map_err(source.unreadable(&mapping_at))?;
    let sites = sites(source, &mapping, &mapping_at, columns)?;
    let time = source.dataset(&mapping, &mapping_at, "time")?;
    let time_at = format!("{mapping_at}/time");
    source.length(&time, &time_at)?;
    let unit = source.unit_of_time(&time, &time_at)?;
    let times = time.read_f64().map_err(source.unreadable(&time_at))?;
    let [start, _, step] = times[..] else {
        return Err(source.problem(format!("has {} values in `{time_at}`, expected 3", times.len())));
    };
    let usable = start.is_finite() && step.is_finite() && (step > 0.0 || rows <= 1);
    if !usable {
        return Err(source.problem(format!("has the step {step} in `{time_at}`, expected a positive one")));
    }
    let attributes = source.attributes(data.attrs());
    let text = |name: &str| attributes.get(name).and_then(AttrValue::as_str).unwrap_or("").to_owned();
    let head = ReportHead {
        population: name,
        variable: text("variable"),
        unit: Some(text("units")).filter(|unit| unit != "1").unwrap_or_default(),
        sites,
        start_ms: unit * start,
        interval_ms: unit * step,
    };
    Ok((head, Rows { source: Rc::clone(source), place: data_at, data, rows }))
}

fn sites(source: &Source, mapping: &Group, place: &str, columns: u64) -> Result<Vec<ReportSite>, ResultsError> {
    let whole = |name: &str| -> Result<Vec<u64>, ResultsError> {
        let dataset = source.dataset(mapping, place, name)?;
        let at = format!("{place}/{name}");
        source.length(&dataset, &at)?;
        dataset.read_u64().map_err(source.unreadable(&at))
    };
    let nodes = whole("node_ids")?;
    let begins = whole("index_pointers").or_else(|_| whole("index_pointer"))?;
    let elements = whole("element_ids")?;
    let positions = match mapping.dataset("element_pos") {
        Ok(dataset) => {
            let at = format!("{place}/element_pos");
            source.length(&dataset, &at)?;
            dataset.read_f64().map_err(source.unreadable(&at))?
        }
        Err(_) => vec![0.5; elements.len()],
    };
    let labels = source.labels(mapping, &format!("{place}/labels"))?;
    let fits = begins.len() == nodes.len() + 1
        && begins.first() == Some(&0)
        && begins.last() == Some(&columns)
        && begins.is_sorted()
        && elements.len() as u64 == columns
        && positions.len() as u64 == columns
        && (labels.is_empty() || labels.len() as u64 == columns);
    if !fits {
        let (nodes, begins, elements) = (nodes.len(), begins.len(), elements.len());
        return Err(source.problem(format!(
            "has {columns} columns of data that do not fit `{place}`: {nodes} node_ids, {begins} index_pointers and {elements} \
             element_ids"
        )));
    }
    let mut sites = Vec::with_capacity(elements.len());
    for (node, range) in nodes.iter().zip(begins.windows(2)) {
        for column in range[0]..range[1] {
            // No more than `columns`, which are as many as there are elements in memory.
            #[allow(clippy::cast_possible_truncation)]
            let column = column as usize;
            let element = u32::try_from(elements[column])
                .map_err(|_| source.problem(format!("has the element {} in `{place}`", elements[column])))?;
            let label = labels.get(column).cloned().unwrap_or_default();
            sites.push(ReportSite { node: *node, element, position: positions[column], label });
        }
    }
    Ok(sites)
}

impl Rows {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)]
    pub fn visit(
        &self,
        head: &ReportHead,
        from_ms: f64,
        to_ms: f64,
        mut take: impl FnMut(f64, &[f64]) -> Result<(), ResultsError>,
    ) -> Result<(), ResultsError> {
        let columns = head.sites.len();
        if columns == 0 {
            return Ok(());
        }
        // Times are products, which may be off by a rounding.
        let row = |time: f64| ((time - head.start_ms) / head.interval_ms.max(f64::MIN_POSITIVE)).max(-1.0);
        let mut next = (row(from_ms) - 1e-6).ceil().max(0.0) as u64;
        let end = ((row(to_ms) + 1e-6).floor() + 1.0).min(self.rows as f64) as u64;
        let block = (BLOCK / columns as u64).max(1);
        while next < end {
            let count = block.min(end - next);
            let values = self.data.read_f64_rows(next, count).map_err(self.source.unreadable(&self.place))?;
            if values.len() as u64 != count * columns as u64 {
                return Err(self.source.problem(format!("ends early in `{}`", self.place)));
            }
            for values in values.chunks_exact(columns) {
                take(head.time(next), values)?;
                next += 1;
            }
        }
        Ok(())
    }
}
