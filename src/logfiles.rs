//! Reads `CloudTrail` log files: the paths, the two threads, the gzip. It never holds a whole file, never
//! writes anything, and never stops at a bad file: what went wrong is told in the outcome.

mod fields;
mod outcome;
mod paths;
mod scan;
mod state;
#[cfg(test)]
mod tests;

pub use fields::Head;
pub use outcome::{Outcome, Trouble, What};

use flate2::bufread::MultiGzDecoder;
use outcome::Part;
use scan::Scanner;
use std::{
    fs::File,
    io::{self, BufReader, Read},
    path::{Path, PathBuf},
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};

const CHUNK: usize = 256 << 10;

type Wanted<'a> = &'a (dyn Fn(&Head<'_>) -> bool + Sync);
type Each<'a> = &'a (dyn Fn(&Head<'_>, &str) + Sync);

/// Reads all files below `paths` and gives each record that is `wanted` to `each`, with its exact text.
///
/// A file may be a delivery (`{"Records":[…]}`), records one after another or in an array, or a saved answer
/// of `LookupEvents`; it may be gzipped, whatever its name. Two threads share the files, so the calls come
/// from both and in no fixed order.
pub fn read(
    paths: &[PathBuf],
    wanted: &(dyn Fn(&Head<'_>) -> bool + Sync),
    each: &(dyn Fn(&Head<'_>, &str) + Sync),
) -> Outcome {
    read_by(paths, wanted, each, CHUNK)
}

fn read_by(paths: &[PathBuf], wanted: Wanted<'_>, each: Each<'_>, chunk: usize) -> Outcome {
    let mut part = Part::default();
    let files = paths::list(paths, &mut part);
    let turn = AtomicUsize::new(0);
    let work = || {
        let mut reader = Reader::new(wanted, each, chunk);
        loop {
            let index = turn.fetch_add(1, Ordering::Relaxed);
            let Some(path) = files.get(index) else { break reader.part };
            reader.file(index, path);
        }
    };
    thread::scope(|scope| {
        // This thread works too, so all is read even when no second one can be had.
        let other = (files.len() > 1).then(|| thread::Builder::new().spawn_scoped(scope, work));
        part.add(work());
        if let Some(Ok(other)) = other {
            match other.join() {
                Ok(its) => part.add(its),
                // The panic is the caller's own, from a callback.
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
    });
    part.whole()
}

/// One thread's reader; its buffers serve one file after another.
struct Reader<'a> {
    wanted: Wanted<'a>,
    each: Each<'a>,
    chunk: Vec<u8>,
    scanner: Scanner,
    part: Part,
}

impl<'a> Reader<'a> {
    fn new(wanted: Wanted<'a>, each: Each<'a>, chunk: usize) -> Self {
        let chunk = vec![0; chunk.max(1)];
        Self { wanted, each, chunk, scanner: Scanner::default(), part: Part::default() }
    }

    fn file(&mut self, index: usize, path: &Path) {
        match File::open(path) {
            Ok(file) => self.stream(index, path, file),
            Err(error) => self.part.trouble(index, path.to_owned(), What::CannotRead(error)),
        }
    }

    /// Reads one file, gzipped or not, and notes at the end what was wrong with it.
    fn stream(&mut self, index: usize, path: &Path, mut source: impl Read) {
        self.part.outcome.files += 1;
        let mut magic = Vec::with_capacity(2);
        let before = self.part.outcome.bytes;
        let mut result = source.by_ref().take(2).read_to_end(&mut magic).map(|_| ());
        if result.is_ok() {
            let zipped = magic == [0x1f, 0x8b];
            let all = magic.as_slice().chain(source);
            result = if zipped {
                self.pump(&mut MultiGzDecoder::new(BufReader::with_capacity(CHUNK, all)))
            } else {
                self.pump(&mut { all })
            };
        }
        let tally = self.scanner.finish();
        let outcome = &mut self.part.outcome;
        outcome.records += tally.records;
        outcome.foreign += tally.foreign;
        outcome.too_long += tally.too_long;

        let records = tally.records;
        let empty = outcome.bytes == before;
        let mut whats = Vec::new();
        whats.extend(tally.wrong.map(|at| What::NotJson { at, records }));
        match result {
            Err(error) if error.kind() != io::ErrorKind::UnexpectedEof => {
                whats.push(What::CannotRead(error));
            }
            Err(_) => whats.push(What::CutOff { records }),
            Ok(()) if tally.cut => whats.push(What::CutOff { records }),
            Ok(()) if empty => whats.push(What::Nothing),
            Ok(()) if whats.is_empty() && records + tally.too_long == 0 => whats.push(What::NoRecord),
            Ok(()) => {}
        }
        for what in whats {
            self.part.trouble(index, path.to_owned(), what);
        }
    }

    fn pump(&mut self, source: &mut dyn Read) -> io::Result<()> {
        let (wanted, each) = (self.wanted, self.each);
        let mut given = 0;
        let result = loop {
            let length = match source.read(&mut self.chunk) {
                Ok(0) => break Ok(()),
                Ok(length) => length,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => break Err(error),
            };
            self.part.outcome.bytes += length as u64;
            let bytes = self.chunk.get(..length).unwrap_or_default();
            self.scanner.push(bytes, &mut |head, record| {
                if wanted(head) {
                    given += 1;
                    // The check alone is several times faster than the lossy copy, which is hardly ever needed.
                    match str::from_utf8(record) {
                        Ok(text) => each(head, text),
                        Err(_) => each(head, &String::from_utf8_lossy(record)),
                    }
                }
            });
        };
        self.part.outcome.given += given;
        result
    }
}
