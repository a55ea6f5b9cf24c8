//! Tests of the bounds: long lines, long records, random bytes, many files and odd folders.

use super::{gzip, record, stream, told};
use crate::logfiles::{Head, Reader, What, read, scan::LONGEST};
use std::{
    fs,
    io::{self, Read},
    path::{Path, PathBuf},
    sync::atomic::{AtomicU64, Ordering},
};

/// Gives a piece again and again without holding the whole.
struct Again {
    piece: Vec<u8>,
    at: usize,
}

impl Read for Again {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.at == self.piece.len() {
            self.at = 0;
        }
        let length = (&self.piece[self.at..]).read(out)?;
        self.at += length;
        Ok(length)
    }
}

fn long(head: &str, piece: &str, times: u64, tail: &str) -> impl Read + use<> {
    let size = piece.len() as u64 * times;
    let body = Again { piece: piece.as_bytes().to_vec(), at: 0 }.take(size);
    io::Cursor::new(head.to_owned()).chain(body).chain(io::Cursor::new(tail.to_owned()))
}

#[test]
fn a_hundred_megabytes_on_one_line_stay_within_the_bound() {
    let one = record("one");
    let times = 100_000_000 / one.len() as u64;
    let count = times + 1;
    let many = 100_000_000 / 4;
    let cases = [
        ("delivery", long("{\"Records\":[", &format!("{one},"), times, &format!("{one}]}}")), count, 0),
        ("string", long("\"", "{\\\"a", many, "\"\n"), 0, 0),
        ("string in the frame", long("{\"a\":\"", "{[ab", many, &format!("\",\"Records\":[{one}]}}")), 1, 0),
        ("key", long("{\"", "Reco", many, &format!("\":5}}{one}")), 1, 1),
        ("key of the frame", long("{\"Records\":[],\"", "Reco", many, &format!("\":[{one}]}}{one}")), 1, 0),
        ("brackets", long("", "[[[[", many, ""), 0, 0),
        ("numbers", long("", "1234", many, ""), 0, 0),
        ("spaces", long("", "    ", many, &one), 1, 0),
        ("event", long("{\"CloudTrailEvent\":\"", "\\\"aa", many, &format!("\"}}{one}")), 1, 1),
    ];
    for (name, source, records, too_long) in cases {
        let given = AtomicU64::new(0);
        let each = |_: &Head<'_>, _: &str| {
            given.fetch_add(1, Ordering::Relaxed);
        };
        let mut reader = Reader::new(&|_| true, &each, 256 << 10);
        reader.stream(0, Path::new("file"), source);
        let outcome = &reader.part.outcome;
        assert!(outcome.bytes >= 99_000_000, "{name}");
        assert_eq!((outcome.records, outcome.too_long), (records, too_long), "{name}");
        assert_eq!(given.load(Ordering::Relaxed), records, "{name}");
        // A growing buffer doubles, so the bound on its room is twice the bound on what it holds.
        let bound =
            if too_long > 0 || name.contains("frame") { 2 * (LONGEST + (256 << 10)) } else { 600 << 10 };
        assert!(reader.scanner.room() <= bound, "{name}: {}", reader.scanner.room());
    }
}

#[test]
fn a_record_that_is_too_long_is_skipped_and_the_next_one_found() {
    let one = record("one");
    for (size, kept) in [(LONGEST, 2), (LONGEST + 1, 1)] {
        let fill = "y".repeat(size - one.len() - "\"y\":\"\",".len());
        let big = one.replacen('{', &format!("{{\"y\":\"{fill}\","), 1);
        assert_eq!(big.len(), size);
        for chunk in [1000, 256 << 10, 16 << 20] {
            let text = format!("{{\"Records\":[{big},{one}]}}");
            let (outcome, texts) = stream(text.as_bytes(), chunk);
            assert_eq!((texts.len(), outcome.too_long), (kept, 2 - kept as u64), "{size} by {chunk}");
            assert_eq!((texts.last(), told(&outcome)), (Some(&one), String::new()));
        }
    }
}

#[test]
fn no_bytes_make_it_panic_or_depend_on_the_chunks() {
    let pieces = [
        "{",
        "}",
        "[",
        "]",
        "\"",
        "\\",
        ",",
        ":",
        "\n",
        " ",
        "true",
        "null",
        "1",
        "\u{feff}",
        "\"Records\":[",
        "x",
        "\"eventTime\":\"\"",
        "\"eventName\":\"a\"",
        "\"CloudTrailEvent\":\"",
        "\\\"",
        "\\u12",
        "{\"eventTime\":\"",
    ];
    let mut state = 1_u64;
    let mut random = |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap() % below
    };
    for round in 0..30_000 {
        let mut bytes = Vec::new();
        if round % 3 == 0 {
            bytes = record("one").into_bytes();
            for _ in 0..=random(4) {
                let at = random(bytes.len());
                bytes[at] = u8::try_from(random(256)).unwrap();
            }
        } else {
            for _ in 0..random(40) {
                bytes.extend_from_slice(pieces[random(pieces.len())].as_bytes());
            }
        }
        if round % 30 == 0 {
            bytes = gzip(&bytes);
            let at = random(bytes.len());
            bytes[at] ^= 1 << random(8);
        }
        let (whole, texts) = stream(bytes.as_slice(), 256 << 10);
        let (split, same) = stream(bytes.as_slice(), 1 + random(3));
        if round % 30 != 0 {
            assert_eq!(format!("{whole:?}"), format!("{split:?}"), "{}", String::from_utf8_lossy(&bytes));
            assert_eq!(texts, same);
        }
    }
}

fn all(paths: &[PathBuf]) -> (crate::logfiles::Outcome, u64) {
    let given = AtomicU64::new(0);
    let outcome = read(paths, &|_| true, &|_, _| {
        given.fetch_add(1, Ordering::Relaxed);
    });
    let given = given.load(Ordering::Relaxed);
    (outcome, given)
}

#[test]
fn folders_are_read_once_each_whatever_links_there_are() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    fs::create_dir_all(root.join("a/b")).unwrap();
    fs::create_dir(root.join("empty")).unwrap();
    fs::write(root.join("a/b/1.json"), record("one")).unwrap();
    fs::write(root.join("a/2.json"), gzip(record("two").as_bytes())).unwrap();
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(root, root.join("a/b/loop")).unwrap();
        std::os::unix::fs::symlink(root.join("a/self"), root.join("a/self")).unwrap();
    }
    let paths = [root.to_owned(), root.join("a"), root.join("a/2.json"), root.join("gone")];
    let (outcome, given) = all(&paths);
    assert_eq!((outcome.files, outcome.records, outcome.given, given), (2, 2, 2, 2));
    let places: Vec<_> = outcome.troubles.iter().map(|t| t.path.clone()).collect();
    assert_eq!(places, [root.join("a/self"), root.join("gone")]);
    assert!(outcome.troubles.iter().all(|t| matches!(t.what, What::CannotRead(_))));
    assert_eq!(
        told(&all(&[root.join("empty")]).0),
        format!("{}: There is nothing in it.", root.join("empty").display())
    );
}

#[test]
fn only_the_first_hundred_troubles_are_kept() {
    let folder = tempfile::tempdir().unwrap();
    for n in 0..250 {
        fs::write(folder.path().join(format!("{n:03}")), if n % 2 == 0 { "x" } else { "{}" }).unwrap();
    }
    let (outcome, _) = all(&[folder.path().to_owned()]);
    assert_eq!((outcome.files, outcome.troubles.len(), outcome.more_troubles), (250, 100, 150));
    let names: Vec<_> = outcome.troubles.iter().map(|t| t.path.clone()).collect();
    let want: Vec<_> = (0..100).map(|n| folder.path().join(format!("{n:03}"))).collect();
    assert_eq!(names, want);
}
