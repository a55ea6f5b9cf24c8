//! `toban runbook`: which runbooks there are, what one says, and whether a file is a right one.

use std::{
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

use jiff::civil::Date;
use serde_json::json;

use super::{RunbookCheckArgs, RunbookCommand, RunbookShowArgs};
use crate::{
    config::source::{FileProblem, Source},
    runbook::{
        procedure,
        registry::Reads,
        shelf::{Shelf, Shelved},
        step::Kind,
    },
    text::{Catalogue, sentence::Sentence},
    triage::answer::Form,
};

/// A file of a folder of runbooks: its name and text.
struct File {
    name: String,
    text: String,
}

/// Does what was asked for; `own` is the folder of the operator's own runbooks. Says whether all was right: `check`
/// that found something wrong and `show` of what there is not are exit status 1. Mistakes in the operator's own folder
/// are told on `err`, by `list` and `show` as well. Reviews are old or not as of `today`.
pub fn run(
    command: &RunbookCommand,
    own: Option<&Path>,
    today: Date,
    words: &Catalogue,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> io::Result<bool> {
    let (files, unread) = folder(own);
    if let RunbookCommand::Check(args) = command {
        return check(args, &files, words, out);
    }
    let (mut files, mut unread) = (files, unread);
    if let RunbookCommand::Show(args) = command
        && is_file(&args.id)
    {
        let (named, wrong) = read(&[PathBuf::from(&args.id)]);
        files.retain(|file| !same_file(&file.name, &named));
        files.extend(named);
        unread.extend(wrong);
    }
    let (shelf, problems) = Shelf::with(&sources(&files), &Reads);
    for problem in unread.iter().chain(&problems) {
        writeln!(err, "toban: {}", problem.text(words))?;
    }
    match command {
        RunbookCommand::List(args) => list(&shelf, args.output, today, words, out).map(|()| true),
        RunbookCommand::Show(args) => show(&shelf, args, today, words, out, err),
        RunbookCommand::Check(_) => Ok(true),
    }
}

/// The operator's own runbooks from the configuration's folder, and the problems of files that cannot be read. A folder
/// that is not there is an empty one.
pub fn load(own: Option<&Path>) -> (Shelf, Vec<FileProblem>) {
    let (files, mut problems) = folder(own);
    let (shelf, wrong) = Shelf::with(&sources(&files), &Reads);
    problems.extend(wrong);
    (shelf, problems)
}

fn sources(files: &[File]) -> Vec<Source<'_>> {
    files.iter().map(|file| Source { name: &file.name, text: &file.text }).collect()
}

fn folder(own: Option<&Path>) -> (Vec<File>, Vec<FileProblem>) {
    let Some(dir) = own else { return (Vec::new(), Vec::new()) };
    let entries = match fs::read_dir(dir) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return (Vec::new(), Vec::new()),
        Err(error) => return (Vec::new(), vec![unreadable(dir, &error)]),
    };
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.retain(|path| path.extension().is_some_and(|e| e == "toml"));
    paths.sort();
    read(&paths)
}

fn read(paths: &[PathBuf]) -> (Vec<File>, Vec<FileProblem>) {
    let (mut files, mut problems) = (Vec::new(), Vec::new());
    for path in paths {
        match fs::read_to_string(path) {
            Ok(text) => files.push(File { name: path.display().to_string(), text }),
            Err(error) => problems.push(unreadable(path, &error)),
        }
    }
    (files, problems)
}

fn unreadable(path: &Path, error: &io::Error) -> FileProblem {
    let what = match error.kind() {
        io::ErrorKind::NotFound => Sentence::new("config.no_file"),
        io::ErrorKind::InvalidData => Sentence::new("config.not_utf8"),
        _ => Sentence::new("config.unreadable").with("reason", error),
    };
    FileProblem::whole(path.display().to_string(), what)
}

/// Whether a file is named, and no id.
fn is_file(said: &str) -> bool {
    said.contains(['/', '\\']) || Path::new(said).extension().is_some_and(|end| end == "toml")
}

fn list(shelf: &Shelf, form: Form, today: Date, words: &Catalogue, out: &mut dyn Write) -> io::Result<()> {
    let title = |shelved: &Shelved| shelved.book.title.of(words.lang()).to_owned();
    let live = |shelved: &Shelved, pressed| {
        shelved.book.steps.iter().filter(|step| shelved.book.is_live(step, pressed)).count()
    };
    match form {
        Form::Text => {
            let row = |shelved: &Shelved| {
                let steps = shelved.book.steps.len().to_string();
                let own = if shelved.own { "runbook.own" } else { "runbook.built_in" };
                let of = words.fill("runbook.steps", &[("count", &steps), ("live", &live(shelved, true))]);
                let old = if shelved.book.is_stale(today) { words.get("runbook.stale_row") } else { "" };
                let title = format!("{}{old}", title(shelved));
                [shelved.book.id.clone(), of, words.get(own).to_owned(), title]
            };
            let rows: Vec<[String; 4]> = shelf.books().iter().map(row).collect();
            out.write_all(procedure::columns(&rows).as_bytes())
        }
        Form::Markdown => {
            let head =
                ["runbook.head.id", "runbook.head.title", "runbook.head.steps"].map(|key| words.get(key));
            writeln!(out, "| {} |\n|---|---|---:|", head.join(" | "))?;
            for shelved in shelf.books() {
                let title = title(shelved).replace('|', "\\|");
                writeln!(out, "| `{}` | {title} | {} |", shelved.book.id, shelved.book.steps.len())?;
            }
            Ok(())
        }
        Form::Json => {
            let row = |shelved: &Shelved| {
                let book = &shelved.book;
                json!({
                    "id": book.id, "title": { "en": book.title.en, "ja": book.title.ja },
                    "version": book.version, "reviewed": book.reviewed.map(|date| date.to_string()),
                    "stale": book.is_stale(today),
                    "severity": book.severity, "own": shelved.own, "file": shelved.file,
                    "steps": book.steps.len(), "live_steps": live(shelved, true),
                    "live_steps_by_themselves": live(shelved, false),
                    "decisions": book.steps.iter().filter(|s| matches!(s.kind, Kind::Decide(_))).count(),
                })
            };
            let rows: Vec<_> = shelf.books().iter().map(row).collect();
            serde_json::to_writer_pretty(&mut *out, &rows)?;
            writeln!(out)
        }
    }
}

fn show(
    shelf: &Shelf,
    args: &RunbookShowArgs,
    today: Date,
    words: &Catalogue,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> io::Result<bool> {
    let of_file = shelf.books().iter().find(|shelved| shelved.file == args.id).map(|shelved| &shelved.book);
    let Some(book) = of_file.or_else(|| shelf.find(&args.id)) else {
        // What is wrong with a file has been told.
        if is_file(&args.id) {
            return Ok(false);
        }
        writeln!(err, "toban: {}", shelf.unknown(&args.id).text(words))?;
        return Ok(false);
    };
    match args.output {
        Form::Text => out.write_all(procedure::text(book, words, today).as_bytes())?,
        Form::Markdown => out.write_all(procedure::markdown(book, words, today).as_bytes())?,
        Form::Json => {
            serde_json::to_writer_pretty(&mut *out, &procedure::json(book, today))?;
            writeln!(out)?;
        }
    }
    Ok(true)
}

/// The named files as if they stood in the operator's folder, over what stands there already.
fn check(
    args: &RunbookCheckArgs,
    folder: &[File],
    words: &Catalogue,
    out: &mut dyn Write,
) -> io::Result<bool> {
    let (files, mut problems) = read(&args.files);
    let others = folder.iter().filter(|file| !same_file(&file.name, &files));
    let all: Vec<Source<'_>> =
        others.chain(&files).map(|file| Source { name: &file.name, text: &file.text }).collect();
    let (_, wrong) = Shelf::with(&all, &Reads);
    problems.extend(wrong.into_iter().filter(|problem| files.iter().any(|file| file.name == problem.file)));
    match args.output {
        Form::Json => {
            let list: Vec<_> = problems
                .iter()
                .map(|p| json!({"file": p.file, "line": p.line, "column": p.column, "message": p.what.text(words)}))
                .collect();
            serde_json::to_writer_pretty(&mut *out, &list)?;
            writeln!(out)?;
        }
        Form::Text | Form::Markdown => {
            for problem in &problems {
                writeln!(out, "{}", problem.text(words))?;
            }
            if problems.is_empty() {
                writeln!(out, "{}", words.fill("runbook.files_fine", &[("count", &files.len())]))?;
            }
        }
    }
    Ok(problems.is_empty())
}

/// Whether a file of the folder is one of those that were named, by whichever way.
fn same_file(name: &str, files: &[File]) -> bool {
    let real = |name: &str| fs::canonicalize(name).ok();
    files
        .iter()
        .any(|file| file.name == name || real(name).is_some_and(|path| Some(path) == real(&file.name)))
}
