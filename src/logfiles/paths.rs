//! Turns the given paths into a list of files, each once. It never opens a file and never follows a loop.

use super::outcome::{Part, What};
use std::{
    collections::HashSet,
    fs, io,
    path::{Path, PathBuf},
};

/// The files below the given paths in sorted order, path by path. What cannot be listed becomes a trouble.
pub(super) fn list(paths: &[PathBuf], part: &mut Part) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut seen = HashSet::new();
    for given in paths {
        let mut found = false;
        let mut left = vec![given.clone()];
        while let Some(path) = left.pop() {
            let kind = match fs::metadata(&path) {
                Ok(kind) => kind,
                Err(error) => {
                    found = true;
                    part.trouble(files.len(), path, What::CannotRead(error));
                    continue;
                }
            };
            // A pipe below a folder would block for ever; one that is named is meant.
            if !kind.is_dir() && !kind.is_file() && path != *given {
                continue;
            }
            // The true path tells a folder that was met before through a link, which is how loops end.
            let first = seen.insert(fs::canonicalize(&path).unwrap_or_else(|_| path.clone()));
            found |= !first || !kind.is_dir();
            match (first, kind.is_dir()) {
                (false, _) => {}
                (true, false) => files.push(path),
                (true, true) => match entries(&path) {
                    Ok(entries) => left.extend(entries.into_iter().rev()),
                    Err(error) => {
                        found = true;
                        part.trouble(files.len(), path, What::CannotRead(error));
                    }
                },
            }
        }
        if !found {
            part.trouble(files.len(), given.clone(), What::Nothing);
        }
    }
    files
}

fn entries(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut entries =
        fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path())).collect::<io::Result<Vec<_>>>()?;
    entries.sort();
    Ok(entries)
}
