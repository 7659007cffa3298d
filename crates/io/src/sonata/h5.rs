//! HDF5 files: their groups and datasets, read whole, none larger than what a file of its size can hold.

use std::path::Path;
use std::rc::Rc;

use hdf5_pure::{DType, Dataset, Datatype, DatatypeByteOrder, File, FixedPointLayout, Group, VlenStringReadOptions};

use super::findings::Findings;

/// Values that a byte of a file may stand for: deflate makes at most 1,032 of one.
const EXPANSION: u64 = 1_100;

/// An open file.
#[derive(Debug)]
pub(super) struct H5 {
    /// The file, as named.
    pub(super) name: String,
    file: File,
    bytes: u64,
}

/// The values of a dataset.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Column {
    /// Whole numbers.
    Integers(Vec<i64>),
    /// Numbers.
    Numbers(Vec<f64>),
    /// Texts, by index into the names there are.
    Texts {
        /// Index into `names`.
        codes: Vec<u32>,
        /// Each once.
        names: Vec<Rc<str>>,
    },
}

impl Column {
    pub(super) fn len(&self) -> usize {
        match self {
            Self::Integers(values) => values.len(),
            Self::Numbers(values) => values.len(),
            Self::Texts { codes, .. } => codes.len(),
        }
    }

    fn texts(values: Vec<String>) -> Self {
        let mut known = std::collections::HashMap::new();
        let mut names: Vec<Rc<str>> = Vec::new();
        let codes = values.into_iter().map(|value| {
            *known.entry(value).or_insert_with_key(|value| {
                names.push(value.as_str().into());
                u32::try_from(names.len() - 1).unwrap_or(u32::MAX)
            })
        });
        let codes = codes.collect();
        Self::Texts { codes, names }
    }
}

impl H5 {
    /// Opens the file at `path`.
    pub(super) fn open(path: &Path, what: &str, findings: &Findings) -> Option<Self> {
        let name = path.display().to_string();
        let bytes = match std::fs::metadata(path) {
            Ok(about) if about.is_dir() => return findings.error(&name, "", format!("the {what} is a folder"), ""),
            Ok(about) => about.len(),
            Err(cause) => return findings.error(&name, "", format!("cannot read the {what}: {cause}"), ""),
        };
        match File::open_streaming(path) {
            Ok(file) => Some(Self { name, file, bytes }),
            Err(cause) => findings.error(&name, "", format!("the {what} is not HDF5: {cause}"), ""),
        }
    }

    pub(super) fn error<T>(
        &self,
        findings: &Findings,
        key: &str,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) -> Option<T> {
        findings.error(&self.name, key, message, hint)
    }

    fn group(&self, path: &str) -> Option<Group> {
        if path.is_empty() { Some(self.file.root()) } else { self.file.group(path).ok() }
    }

    /// Names of the groups in a group, in order; none where there is no such group.
    pub(super) fn groups(&self, path: &str) -> Option<Vec<String>> {
        let mut names = self.group(path)?.groups().ok()?;
        names.sort();
        Some(names)
    }

    /// Names of the datasets in a group, in order.
    pub(super) fn datasets(&self, path: &str) -> Vec<String> {
        let mut names = self.group(path).and_then(|group| group.datasets().ok()).unwrap_or_default();
        names.sort();
        names
    }

    /// Whether there is a dataset called `name` in a group.
    pub(super) fn has(&self, group: &str, name: &str) -> bool {
        self.group(group).is_some_and(|group| group.dataset(name).is_ok())
    }

    /// An attribute of a dataset, as text.
    pub(super) fn text_attribute(&self, path: &str, name: &str) -> Option<String> {
        let attributes = self.file.dataset(path).ok()?.attrs().ok()?;
        let value = attributes.get(name)?;
        value
            .as_str()
            .map(str::to_owned)
            .or_else(|| value.as_strings().and_then(|all| all.first().map(ToString::to_string)))
    }

    /// The dataset at `path` and how many values it has, if it has one dimension.
    fn dataset(&self, path: &str) -> Result<(Dataset, u64), String> {
        let dataset = self.file.dataset(path).map_err(|cause| cause.to_string())?;
        let shape = dataset.shape().map_err(|cause| cause.to_string())?;
        let [count] = shape[..] else {
            return Err(format!("it has {} dimensions, not one", shape.len()));
        };
        let size = dataset.element_size().map_err(|cause| cause.to_string())?.max(1);
        if count.saturating_mul(size) > self.bytes.saturating_mul(EXPANSION) {
            return Err(format!("it claims {count} values, more than a file of {} bytes can hold", self.bytes));
        }
        Ok((dataset, count))
    }

    /// Whole numbers.
    pub(super) fn integers(&self, path: &str) -> Result<Vec<i64>, String> {
        match self.column(path)? {
            Column::Integers(values) => Ok(values),
            _ => Err("its values are not whole numbers".to_owned()),
        }
    }

    /// Numbers.
    pub(super) fn numbers(&self, path: &str) -> Result<Vec<f64>, String> {
        match self.column(path)? {
            #[allow(clippy::cast_precision_loss)]
            Column::Integers(values) => Ok(values.into_iter().map(|value| value as f64).collect()),
            Column::Numbers(values) => Ok(values),
            Column::Texts { .. } => Err("its values are not numbers".to_owned()),
        }
    }

    /// A dataset of one dimension.
    pub(super) fn column(&self, path: &str) -> Result<Column, String> {
        let (dataset, count) = self.dataset(path)?;
        let text = |cause: hdf5_pure::Error| cause.to_string();
        let column = match dataset.dtype().map_err(text)? {
            DType::I8 | DType::I16 | DType::I32 | DType::I64 | DType::U8 | DType::U16 | DType::U32 => {
                Column::Integers(dataset.read_i64().map_err(text)?)
            }
            DType::U64 => {
                let values = dataset.read_u64().map_err(text)?;
                let small = values.into_iter().map(i64::try_from).collect::<Result<_, _>>();
                Column::Integers(small.map_err(|_| "a value is beyond 2^63".to_owned())?)
            }
            DType::F32 | DType::F64 => Column::Numbers(dataset.read_f64().map_err(text)?),
            DType::String => Column::texts(dataset.read_string().map_err(text)?),
            DType::VariableLengthString => {
                let most = usize::try_from(self.bytes.saturating_mul(EXPANSION)).unwrap_or(usize::MAX);
                let limits = VlenStringReadOptions::new().with_max_payload_bytes(most);
                Column::texts(dataset.read_vlen_strings(limits).map_err(text)?)
            }
            DType::Enum(_) => enumerated(&dataset)?,
            other => return Err(format!("values of type {other} are not read")),
        };
        if column.len() as u64 == count { Ok(column) } else { Err("it is cut short".to_owned()) }
    }
}

/// The names of the values of an enumeration; values without a name are called by their number.
fn enumerated(dataset: &Dataset) -> Result<Column, String> {
    let datatype = dataset.datatype().map_err(|cause| cause.to_string())?;
    let Datatype::Enumeration { base_type, members, .. } = datatype else {
        return Err("it is no enumeration".to_owned());
    };
    let Datatype::FixedPoint { size, byte_order, layout } = *base_type else {
        return Err("its enumeration is not of whole numbers".to_owned());
    };
    let size = size as usize;
    if !(1..=8).contains(&size) {
        return Err(format!("its enumeration is of numbers of {size} bytes"));
    }
    let raw = dataset.read_raw().map_err(|cause| cause.to_string())?;
    let number = |bytes: &[u8]| integer(bytes, byte_order, &layout);
    let known: Vec<(i64, &str)> = members.iter().map(|member| (number(&member.value), member.name.as_str())).collect();
    let name = |value: i64| match known.iter().find(|(own, _)| *own == value) {
        Some((_, name)) => (*name).to_owned(),
        None => value.to_string(),
    };
    Ok(Column::texts(raw.chunks_exact(size).map(|bytes| name(number(bytes))).collect()))
}

/// A whole number of up to 8 bytes.
fn integer(bytes: &[u8], order: DatatypeByteOrder, layout: &FixedPointLayout) -> i64 {
    let big = matches!(order, DatatypeByteOrder::BigEndian);
    let mut value = 0_u64;
    let size = bytes.len().min(8);
    for index in 0..size {
        let byte = bytes[if big { index } else { size - 1 - index }];
        value = value << 8 | u64::from(byte);
    }
    let shift = 64 - 8 * u32::try_from(size.max(1)).unwrap_or(8);
    #[allow(clippy::cast_possible_wrap)]
    if layout.signed { ((value << shift) as i64) >> shift } else { value as i64 }
}
