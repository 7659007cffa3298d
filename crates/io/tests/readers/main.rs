//! A short run of the readers' fuzz targets that needs no nightly compiler: every example that is kept, whole, then changed at
//! random. No reader may panic, take long, or hold memory out of proportion. The long run is `cargo fuzz` in `crates/io`.
//!
//! `HUXLEY_CASES` sets the number of changed examples of each reader.
#![allow(missing_docs)]

mod bodies;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use bodies::TARGETS;
use huxley_model::random::philox;
use peak_alloc::PeakAlloc;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// What one example may hold at most, bytes. Examples are below 64 KiB.
const MOST_MEMORY: usize = 512 << 20;
/// What one example may take, in a build without optimisation on a busy machine.
const MOST_TIME: Duration = Duration::from_secs(20);

fn corpus(name: &str) -> Vec<(PathBuf, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(name);
    let entries = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files.into_iter().map(|path| (path.clone(), fs::read(&path).unwrap())).collect()
}

/// Random numbers, the same at every run.
struct Dice(u32);

impl Dice {
    fn roll(&mut self) -> u32 {
        self.0 += 1;
        philox([self.0, 0, 0, 0], [1, 2])[0]
    }

    /// Below `count`, or 0.
    fn below(&mut self, count: usize) -> usize {
        self.roll() as usize % count.max(1)
    }
}

/// What breaks readers: limits of numbers, and what separates them.
const PIECES: &[&[u8]] = &[
    b"-1",
    b"0",
    b"1e308",
    b"nan",
    b"inf",
    b"18446744073709551615",
    b"-9223372036854775808",
    b"\"",
    b"\n",
    b"\r\n",
    b",",
    b"#",
    b"=",
    b"[",
    b"{",
    b"(",
    b"\xff\xff\xff\xff",
    b"\0\0\0\0",
    b"\xef\xbb\xbf",
    b"\x7f\xff\xff\xff\xff\xff\xff\xff",
    b"$name",
    b"../x",
];

/// One to four changes to an example: bytes flipped, cut out, repeated, put in, taken from another example.
fn changed(example: &[u8], other: &[u8], dice: &mut Dice) -> Vec<u8> {
    let mut bytes = example.to_vec();
    for _ in 0..=dice.below(4) {
        let at = dice.below(bytes.len() + 1);
        let end = (at + 1 + dice.below(32)).min(bytes.len());
        match dice.below(7) {
            0 if at < bytes.len() => bytes[at] ^= 1 << dice.below(8),
            1 if at < bytes.len() => bytes[at] = dice.roll().to_le_bytes()[0],
            2 => bytes.truncate(at),
            3 if at < end => drop(bytes.drain(at..end)),
            4 if at < end => {
                let piece = bytes[at..end].to_vec();
                bytes.splice(at..at, piece.repeat(1 + dice.below(40)));
            }
            5 => drop(bytes.splice(at..at, PIECES[dice.below(PIECES.len())].iter().copied())),
            _ => {
                let from = dice.below(other.len());
                let to = (from + dice.below(256)).min(other.len());
                bytes.splice(at..at, other[from..to].iter().copied());
            }
        }
    }
    bytes
}

/// One example through one reader, within bounds.
fn check((name, body): (&str, fn(&[u8])), bytes: &[u8], origin: &Path) {
    let start = Instant::now();
    let held = MEMORY.current_usage();
    MEMORY.reset_peak_usage();
    let outcome = std::panic::catch_unwind(|| body(bytes));
    let (took, most) = (start.elapsed(), MEMORY.peak_usage().saturating_sub(held));
    if outcome.is_err() || took > MOST_TIME || most > MOST_MEMORY {
        let kept = std::env::temp_dir().join(format!("huxley-{name}-failed"));
        fs::write(&kept, bytes).unwrap();
        panic!(
            "the reader `{name}` {} on a change of {}: {} bytes held, {took:?}; the example is {}",
            if outcome.is_err() { "panicked" } else { "went beyond its bounds" },
            origin.display(),
            most,
            kept.display()
        );
    }
}

/// One test for all: memory is counted for the process.
#[test]
fn no_example_however_changed_breaks_a_reader() {
    let cases = std::env::var("HUXLEY_CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(2000);
    for &target in TARGETS {
        let examples = corpus(target.0);
        assert!(!examples.is_empty(), "{} has no examples", target.0);
        for (path, bytes) in &examples {
            assert!(bytes.len() <= 64 << 10, "{} is large for an example", path.display());
            check(target, bytes, path);
        }
        let mut dice = Dice(0);
        for _ in 0..cases {
            let (path, example) = &examples[dice.below(examples.len())];
            let (_, other) = &examples[dice.below(examples.len())];
            check(target, &changed(example, other, &mut dice), path);
        }
    }
}
