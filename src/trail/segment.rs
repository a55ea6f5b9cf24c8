//! One file of the cache: opened under a lock, read as far as it is whole, appended to.
//!
//! Two processes may use one file: whoever appends holds the file's lock alone and first reads what the other has
//! appended since. A tail that is not whole while the lock is held is what a crash left; it is cut off. A file is never
//! written in the middle. Nothing here may panic, whatever the bytes are, or wait for a lock longer than [`PATIENCE`].

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    hash::{BuildHasher, Hasher, RandomState},
    io::{self, BufReader, Read, Seek, SeekFrom, Write},
    path::Path,
    thread,
    time::Duration,
};

use super::frame::{self, Frame, HEAD, PREFIX};

/// Longest wait for another process's lock; it holds it for some milliseconds.
const PATIENCE: Duration = Duration::from_secs(1);
const STEP: Duration = Duration::from_millis(5);

/// How far a file has been read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Known {
    /// The file's id; another id is another file at the same path.
    id: u64,
    /// Where the next frame begins.
    pub end: u64,
    /// The file's length when what follows `end` was found damaged.
    damaged_at: Option<u64>,
}

/// Where a frame stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Frames {
    /// Its first byte.
    pub at: u64,
    /// Its length with the prefix.
    pub length: u32,
}

/// Whoever remembers what a file holds.
pub(super) trait Keeper {
    /// The file is another one than before: forget all that it said.
    fn reset(&mut self);
    /// The next frame.
    fn keep(&mut self, frame: Frame, place: Frames);
}

/// Reads what a file holds beyond what is known of it. A file that is not there holds nothing.
pub(super) fn refresh(path: &Path, known: &mut Option<Known>, keeper: &mut dyn Keeper) -> io::Result<()> {
    let length = match fs::metadata(path) {
        Ok(meta) => meta.len(),
        Err(e) if e.kind() == io::ErrorKind::NotFound => {
            if known.take().is_some() {
                keeper.reset();
            }
            return Ok(());
        }
        Err(e) => return Err(e),
    };
    if known.is_some_and(|k| k.end == length || k.damaged_at == Some(length)) {
        return Ok(());
    }
    let mut file = File::open(path)?;
    // Where there are no locks the file is read all the same; what is then half written is read next time.
    let locked = wait_for(|| file.try_lock_shared()).is_ok();
    let length = file.metadata()?.len();
    if !scan(&mut file, length, known, keeper)? {
        if locked {
            let path = path.display();
            tracing::warn!(%path, "a damaged part of the event cache is skipped");
        }
        if let Some(known) = known {
            known.damaged_at = Some(length);
        }
    }
    Ok(())
}

/// A file that nobody else appends to while this lives.
#[derive(Debug)]
pub(super) struct Locked<'a> {
    path: &'a Path,
    file: File,
    length: u64,
}

impl<'a> Locked<'a> {
    /// Opens a file, made when it is not there.
    pub(super) fn open(path: &'a Path) -> io::Result<Self> {
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        // What people did in an account is nobody else's business.
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        // A file that was evicted while we waited for it is not the one at the path any more.
        for _ in 0..8 {
            let file = options.open(path)?;
            wait_for(|| file.try_lock())?;
            if is_at(&file, path) {
                let length = file.metadata()?.len();
                return Ok(Self { path, file, length });
            }
        }
        Err(io::Error::other("the file is replaced again and again"))
    }

    /// Reads what others have appended, and cuts off what is not whole.
    pub(super) fn refresh(&mut self, known: &mut Option<Known>, keeper: &mut dyn Keeper) -> io::Result<()> {
        let whole = scan(&mut self.file, self.length, known, keeper)?;
        if !whole {
            let path = self.path.display();
            tracing::warn!(%path, "a damaged part of the event cache is cut off");
        }
        if let Some(known) = known {
            if !whole {
                self.cut(known.end)?;
            }
            known.damaged_at = None;
        } else {
            self.cut(0)?;
            *known = Some(self.begin()?);
        }
        Ok(())
    }

    /// Forgets everything in the file.
    pub(super) fn empty(&mut self, known: &mut Option<Known>, keeper: &mut dyn Keeper) -> io::Result<()> {
        keeper.reset();
        *known = None;
        self.cut(0)?;
        *known = Some(self.begin()?);
        Ok(())
    }

    /// Appends frames; where they stand.
    pub(super) fn append(&mut self, known: &mut Known, frames: &[Vec<u8>]) -> io::Result<Vec<Frames>> {
        let bytes = frames.concat();
        let written = self.file.seek(SeekFrom::Start(known.end)).and_then(|_| self.file.write_all(&bytes));
        if let Err(error) = written {
            // A disk that is full in the middle of it: leave no half of it behind.
            let _ = self.cut(known.end);
            return Err(error);
        }
        let mut at = known.end;
        let places = frames.iter().map(|frame| {
            let place = Frames { at, length: u32::try_from(frame.len()).unwrap_or(0) };
            at += u64::from(place.length);
            place
        });
        let places = places.collect();
        known.end = at;
        self.length = at;
        Ok(places)
    }

    fn begin(&mut self) -> io::Result<Known> {
        let id = fresh_id();
        self.file.seek(SeekFrom::Start(0))?;
        self.file.write_all(&frame::head(id))?;
        let end = u64::try_from(HEAD).unwrap_or(0);
        self.length = end;
        Ok(Known { id, end, damaged_at: None })
    }

    fn cut(&mut self, length: u64) -> io::Result<()> {
        self.file.set_len(length)?;
        self.length = length;
        Ok(())
    }
}

/// Removes a file unless somebody is appending to it; whether it is gone.
pub(super) fn remove(path: &Path) -> bool {
    let Ok(file) = File::open(path) else { return !path.exists() };
    file.try_lock().is_ok() && fs::remove_file(path).is_ok()
}

/// Reads one frame's payload back; none when it is not what was written there.
pub(super) fn read(file: &mut File, place: Frames) -> Option<Vec<u8>> {
    let mut bytes = vec![0; usize::try_from(place.length).ok()?];
    file.seek(SeekFrom::Start(place.at)).ok()?;
    file.read_exact(&mut bytes).ok()?;
    let (head, payload) = bytes.split_first_chunk::<PREFIX>()?;
    let (length, crc) = frame::prefix(*head)?;
    (length == payload.len() && frame::crc32(payload) == crc).then(|| payload.to_vec())
}

/// Reads frames from where we were; whether the file is whole to its end.
fn scan(
    file: &mut File,
    length: u64,
    known: &mut Option<Known>,
    keeper: &mut dyn Keeper,
) -> io::Result<bool> {
    let mut head = [0; HEAD];
    file.seek(SeekFrom::Start(0))?;
    let id = match file.read_exact(&mut head) {
        Ok(()) => frame::id_of_head(&head),
        Err(e) if e.kind() == io::ErrorKind::UnexpectedEof => None,
        Err(e) => return Err(e),
    };
    let Some(id) = id else {
        if known.take().is_some() {
            keeper.reset();
        }
        return Ok(length == 0);
    };
    if known.is_some_and(|k| k.id != id || k.end > length) {
        keeper.reset();
        *known = None;
    }
    let known = known.get_or_insert(Known { id, end: u64::try_from(HEAD).unwrap_or(0), damaged_at: None });
    file.seek(SeekFrom::Start(known.end))?;
    let mut reader = BufReader::with_capacity(256 * 1024, file);
    let mut payload = Vec::new();
    while known.end < length {
        let mut prefix = [0; PREFIX];
        let rest = length - known.end;
        if rest < u64::try_from(PREFIX).unwrap_or(0) || !fill(&mut reader, &mut prefix)? {
            return Ok(false);
        }
        let Some((size, crc)) = frame::prefix(prefix) else { return Ok(false) };
        let all = u64::try_from(PREFIX + size).unwrap_or(u64::MAX);
        if all > rest {
            return Ok(false);
        }
        payload.resize(size, 0);
        if !fill(&mut reader, &mut payload)? {
            return Ok(false);
        }
        let Some(frame) = frame::parse(&payload, crc) else { return Ok(false) };
        keeper.keep(frame, Frames { at: known.end, length: u32::try_from(all).unwrap_or(0) });
        known.end += all;
    }
    Ok(true)
}

/// Fills a buffer; whether there was enough.
fn fill(reader: &mut impl Read, buffer: &mut [u8]) -> io::Result<bool> {
    match reader.read_exact(buffer) {
        Ok(()) => Ok(true),
        Err(e) if e.kind() == io::ErrorKind::UnexpectedEof => Ok(false),
        Err(e) => Err(e),
    }
}

fn wait_for(lock: impl Fn() -> Result<(), TryLockError>) -> io::Result<()> {
    let mut waited = Duration::ZERO;
    loop {
        match lock() {
            Ok(()) => return Ok(()),
            Err(TryLockError::WouldBlock) if waited < PATIENCE => {
                thread::sleep(STEP);
                waited += STEP;
            }
            Err(e) => return Err(e.into()),
        }
    }
}

#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    match (file.metadata(), fs::metadata(path)) {
        (Ok(ours), Ok(there)) => (ours.dev(), ours.ino()) == (there.dev(), there.ino()),
        _ => false,
    }
}

#[cfg(not(unix))]
fn is_at(_: &File, path: &Path) -> bool {
    path.exists()
}

/// Different for every file; needs to be no more than that.
pub(super) fn fresh_id() -> u64 {
    let mut hasher = RandomState::new().build_hasher();
    hasher.write_u32(std::process::id());
    hasher.finish()
}
