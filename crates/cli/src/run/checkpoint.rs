//! Checkpoints: a run's state, atomically replaced, beside a log of everything it produced.
//!
//! `checkpoint.snap` is a line of JSON (what was run, how much of the log belongs to it) and then the backend's snapshot.
//! `checkpoint.log` holds every epoch so far and only grows; what a killed process left behind the last checkpoint is cut off
//! when the run goes on.

use std::fs::{self, File, OpenOptions};
use std::io::{BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use huxley_engine::snapshot::Snapshot;
use huxley_engine::{Backend, Epoch, Spike};
use huxley_io::results::{FileFormat, write_atomic};
use serde::{Deserialize, Serialize};

use crate::failure::Failure;
use crate::run::recorder::{Formats, Recorder};

const SCHEMA: &str = "huxley.checkpoint/1";
const SNAPSHOT: &str = "checkpoint.snap";
const LOG: &str = "checkpoint.log";

/// What a checkpoint says of its run, beside the model file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Meta {
    schema: String,
    /// Name of the model, as it was given.
    pub model: String,
    /// Backend that ran.
    pub backend: String,
    /// Whether multiply-adds were rounded twice.
    pub strict: bool,
    /// Biological time between checkpoints, ms.
    pub every_ms: f64,
    log_bytes: u64,
    /// Formats of spikes and of reports; checkpoints of before there were several have none.
    #[serde(default)]
    formats: Option<(String, String)>,
}

impl Meta {
    /// For a new run.
    pub fn new(model: &str, backend: &str, strict: bool, every_ms: f64) -> Self {
        Self {
            schema: SCHEMA.to_owned(),
            model: model.to_owned(),
            backend: backend.to_owned(),
            strict,
            every_ms,
            log_bytes: 0,
            formats: None,
        }
    }

    /// With the formats that the run writes.
    #[must_use]
    pub fn written(mut self, formats: &Formats) -> Self {
        let names = |formats: &[FileFormat]| formats.iter().map(|format| format.name()).collect::<Vec<_>>().join(",");
        self.formats = Some((names(&formats.spikes), names(&formats.reports)));
        self
    }

    /// The formats that the run writes.
    pub fn formats(&self) -> Result<Formats, Failure> {
        let Some((spikes, reports)) = &self.formats else { return Ok(Formats::default()) };
        Ok(Formats { spikes: Formats::parse(spikes)?.spikes, reports: Formats::parse(reports)?.reports })
    }
}

/// Writes checkpoints of a run.
pub struct Checkpoints {
    folder: PathBuf,
    meta: Meta,
    log: BufWriter<File>,
    every: u64,
    next: u64,
    saved: Option<u64>,
}

fn cannot(what: &str, path: &Path) -> impl FnOnce(std::io::Error) -> Failure {
    let message = format!("cannot {what} `{}`", path.display());
    move |error| Failure::failed(message).cause(error)
}

impl Checkpoints {
    /// A new log in `folder`, and a checkpoint every `every` ticks.
    pub fn create(folder: &Path, meta: Meta, every: u64) -> Result<Self, Failure> {
        let path = folder.join(LOG);
        let log = BufWriter::new(File::create(&path).map_err(cannot("write", &path))?);
        Ok(Self { folder: folder.to_owned(), meta, log, every, next: every, saved: None })
    }

    /// The tick of the next checkpoint.
    pub fn next(&self) -> u64 {
        self.next
    }

    /// Adds an epoch to the log.
    pub fn log(&mut self, epoch: &Epoch) -> Result<(), Failure> {
        let bytes = encode(epoch);
        let length = (bytes.len() as u64).to_le_bytes();
        let path = self.folder.join(LOG);
        self.log.write_all(&length).and_then(|()| self.log.write_all(&bytes)).map_err(cannot("write", &path))?;
        self.meta.log_bytes += (length.len() + bytes.len()) as u64;
        Ok(())
    }

    /// Saves the state when its tick has come.
    pub fn save_if_due(&mut self, backend: &dyn Backend) -> Result<(), Failure> {
        if backend.tick() >= self.next { self.save(backend) } else { Ok(()) }
    }

    /// Saves the state now.
    pub fn save(&mut self, backend: &dyn Backend) -> Result<(), Failure> {
        let tick = backend.tick();
        if self.saved == Some(tick) {
            return Ok(());
        }
        let path = self.folder.join(LOG);
        self.log.flush().and_then(|()| self.log.get_ref().sync_data()).map_err(cannot("write", &path))?;
        let mut bytes = serde_json::to_vec(&self.meta)
            .map_err(|error| Failure::failed("cannot write the checkpoint").cause(error))?;
        bytes.push(b'\n');
        bytes.extend(backend.snapshot()?.to_bytes());
        write_atomic(&self.folder.join(SNAPSHOT), &bytes)?;
        self.saved = Some(tick);
        self.next = (tick / self.every + 1) * self.every;
        Ok(())
    }
}

/// A checkpoint read from a folder.
pub struct Saved {
    folder: PathBuf,
    /// What it says of its run.
    pub meta: Meta,
    /// The state.
    pub snapshot: Snapshot,
}

impl Saved {
    /// Reads the checkpoint in `folder`.
    pub fn read(folder: &Path) -> Result<Self, Failure> {
        let path = folder.join(SNAPSHOT);
        let bytes = fs::read(&path).map_err(|error| {
            let failure = Failure::input(format!("there is no checkpoint to go on from in `{}`", folder.display()));
            failure.cause(error).hint("only a run with --checkpoint-every leaves one")
        })?;
        let broken = |problem: &str| Failure::input(format!("`{}` is not a checkpoint: {problem}", path.display()));
        let end = bytes.iter().position(|&b| b == b'\n').ok_or_else(|| broken("it has no header"))?;
        let meta: Meta = serde_json::from_slice(&bytes[..end]).map_err(|error| broken(&error.to_string()))?;
        if meta.schema != SCHEMA {
            return Err(broken(&format!("it says `{}`, expected `{SCHEMA}`", meta.schema)));
        }
        let snapshot = Snapshot::from_bytes(&bytes[end + 1..]).map_err(|error| broken(&error.to_string()))?;
        Ok(Self { folder: folder.to_owned(), meta, snapshot })
    }

    /// Gives the recorder everything the run produced up to the checkpoint, and goes on with its log.
    pub fn replay(&self, recorder: &mut Recorder, every: u64, every_ms: f64) -> Result<Checkpoints, Failure> {
        let path = self.folder.join(LOG);
        let mut file = OpenOptions::new().read(true).write(true).open(&path).map_err(cannot("read", &path))?;
        let broken = || Failure::input(format!("`{}` is cut short or damaged", path.display()));
        let there = file.metadata().map_err(cannot("read", &path))?.len();
        if there < self.meta.log_bytes {
            return Err(broken());
        }
        let mut reader = BufReader::new(&file).take(self.meta.log_bytes);
        let mut left = self.meta.log_bytes;
        while left > 0 {
            let mut length = [0; 8];
            reader.read_exact(&mut length).map_err(|_| broken())?;
            let length = u64::from_le_bytes(length);
            left = left.checked_sub(8).and_then(|left| left.checked_sub(length)).ok_or_else(broken)?;
            let mut bytes = vec![0; usize::try_from(length).map_err(|_| broken())?];
            reader.read_exact(&mut bytes).map_err(|_| broken())?;
            recorder.take(&decode(&bytes).ok_or_else(broken)?)?;
        }
        file.set_len(self.meta.log_bytes).and_then(|()| file.seek(SeekFrom::End(0))).map_err(cannot("write", &path))?;
        let mut meta = self.meta.clone();
        meta.every_ms = every_ms;
        let tick = self.snapshot.tick;
        let next = (tick / every + 1) * every;
        Ok(Checkpoints { folder: self.folder.clone(), meta, log: BufWriter::new(file), every, next, saved: Some(tick) })
    }
}

fn encode(epoch: &Epoch) -> Vec<u8> {
    let samples: usize = epoch.samples.iter().map(Vec::len).sum();
    let mut out = Vec::with_capacity(8 * (2 + epoch.samples.len() + samples) + 20 * epoch.spikes.len());
    out.extend((epoch.spikes.len() as u64).to_le_bytes());
    for spike in &epoch.spikes {
        out.extend(spike.step.to_le_bytes());
        out.extend(spike.fraction.to_le_bytes());
        out.extend(spike.cell.to_le_bytes());
    }
    out.extend((epoch.samples.len() as u64).to_le_bytes());
    for probe in &epoch.samples {
        out.extend((probe.len() as u64).to_le_bytes());
        probe.iter().for_each(|x| out.extend(x.to_le_bytes()));
    }
    out
}

fn decode(mut bytes: &[u8]) -> Option<Epoch> {
    let mut epoch = Epoch::default();
    for _ in 0..number(&mut bytes)? {
        let (step, fraction) = (number(&mut bytes)?, f64::from_bits(number(&mut bytes)?));
        let (cell, rest) = bytes.split_first_chunk::<4>()?;
        bytes = rest;
        epoch.spikes.push(Spike { step, fraction, cell: u32::from_le_bytes(*cell) });
    }
    for _ in 0..number(&mut bytes)? {
        let values = number(&mut bytes)?;
        epoch.samples.push((0..values).map(|_| number(&mut bytes).map(f64::from_bits)).collect::<Option<_>>()?);
    }
    bytes.is_empty().then_some(epoch)
}

fn number(bytes: &mut &[u8]) -> Option<u64> {
    let (head, rest) = bytes.split_first_chunk::<8>()?;
    *bytes = rest;
    Some(u64::from_le_bytes(*head))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn epochs_come_back_to_the_bit_and_damage_is_seen() {
        let spikes = vec![Spike { step: 7, fraction: 0.1 + 0.2, cell: 3 }, Spike { step: 8, fraction: 1.0, cell: 0 }];
        let epoch = Epoch { spikes, samples: vec![vec![-65.0, 1e-300], Vec::new()] };
        let bytes = encode(&epoch);
        assert_eq!(decode(&bytes), Some(epoch));
        assert_eq!(decode(&bytes[..bytes.len() - 1]), None);
        assert_eq!(decode(&[&bytes[..], &[0]].concat()), None);
    }
}
