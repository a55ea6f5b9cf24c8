//! A file without a name, for what is too much for memory and of no use after this run: it is gone from its directory as
//! soon as it is open, so that however the program ends nothing stays behind.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use super::{
    day::Place,
    segment::{self, Frames},
};

/// The file, and where it ends.
#[derive(Debug)]
pub(super) struct Spool {
    dir: PathBuf,
    file: Arc<Mutex<File>>,
    /// Bytes in it.
    pub end: u64,
}

impl Spool {
    /// An empty one, on the disk of a directory, which is made when it is not there.
    pub(super) fn new(dir: &Path) -> io::Result<Self> {
        super::shelf::make_dir(dir)?;
        let path = dir.join(format!(".read-{}-{:x}", std::process::id(), segment::fresh_id()));
        let mut options = OpenOptions::new();
        options.read(true).write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(&path)?;
        fs::remove_file(&path)?;
        Ok(Self { dir: dir.to_owned(), file: Arc::new(Mutex::new(file)), end: 0 })
    }

    /// An empty one beside it.
    pub(super) fn another(&self) -> io::Result<Self> {
        Self::new(&self.dir)
    }

    /// Appends a frame; where it stands.
    pub(super) fn append(&mut self, frame: &[u8]) -> io::Result<Place> {
        let length = u32::try_from(frame.len()).map_err(io::Error::other)?;
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.seek(SeekFrom::Start(self.end))?;
        file.write_all(frame)?;
        let place = Frames { at: self.end, length };
        self.end += u64::from(length);
        Ok(Place::Spooled(Arc::clone(&self.file), place))
    }
}

/// Reads a payload back; none when it is not what was written there.
pub(super) fn read(file: &Mutex<File>, place: Frames) -> Option<Vec<u8>> {
    segment::read(&mut file.lock().unwrap_or_else(PoisonError::into_inner), place)
}

/// A frame as it was written.
pub(super) fn frame(file: &Mutex<File>, place: Frames) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; usize::try_from(place.length).map_err(io::Error::other)?];
    let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
    file.seek(SeekFrom::Start(place.at))?;
    file.read_exact(&mut bytes)?;
    Ok(bytes)
}
