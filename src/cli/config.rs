//! `toban config`: where settings are, what holds, and what is wrong.

use std::{
    io::{self, Write},
    path::PathBuf,
};

use super::ConfigCommand;
use crate::{
    config::{TEMPLATE, load::Loaded, settings},
    paths::Paths,
    text::{
        Catalogue,
        measure::{pad, width},
    },
};

/// Prints what was asked for. `loaded` must hold the problems of the keymap too ([`Loaded::keymap`]). Returns false when
/// `check` found something wrong, which is exit status 1.
pub fn run(
    command: ConfigCommand,
    loaded: &Loaded,
    paths: &Paths,
    words: &Catalogue,
    out: &mut dyn Write,
) -> io::Result<bool> {
    match command {
        ConfigCommand::Path => path(loaded, paths, words, out)?,
        ConfigCommand::Show => show(loaded, words, out)?,
        ConfigCommand::Default => out.write_all(TEMPLATE.as_bytes())?,
        ConfigCommand::Check => return check(loaded, words, out),
    }
    Ok(true)
}

fn path(loaded: &Loaded, paths: &Paths, words: &Catalogue, out: &mut dyn Write) -> io::Result<()> {
    let data = loaded.config.data_dir.clone().or_else(|| paths.data.clone());
    let keymap = loaded.config.keymap.file.clone().or_else(|| paths.keymap_file());
    let places: [(&str, Option<PathBuf>); 6] = [
        ("cli.place.config", loaded.file.clone().or_else(|| paths.config_file())),
        ("cli.place.keymap", keymap),
        ("cli.place.runbooks", paths.runbooks()),
        ("cli.place.data", data),
        ("cli.place.cache", paths.cache.clone()),
        ("cli.place.log", paths.log_file()),
    ];
    let wide = places.iter().map(|(key, _)| width(words.get(key))).max().unwrap_or(0);
    for (key, place) in places {
        let label = pad(words.get(key), wide);
        match place {
            None => writeln!(out, "{label}  {}", words.get("cli.no_place"))?,
            Some(place) if place.exists() => writeln!(out, "{label}  {}", place.display())?,
            Some(place) => writeln!(out, "{label}  {}  ({})", place.display(), words.get("cli.not_there"))?,
        }
    }
    Ok(())
}

/// TOML again, so that it can be kept as a file; who set what stands in comments.
fn show(loaded: &Loaded, words: &Catalogue, out: &mut dyn Write) -> io::Result<()> {
    let lines: Vec<(String, &str)> = settings::keys()
        .iter()
        .map(|key| {
            let line = match settings::show(&loaded.config, key) {
                Some(value) => format!("{key} = {value}"),
                None => format!("#{key} ="),
            };
            (line, words.get(loaded.origin(key).key()))
        })
        .collect();
    let wide = lines.iter().map(|(line, _)| width(line)).max().unwrap_or(0).min(60);
    for (line, origin) in lines {
        let space = " ".repeat(wide.saturating_sub(width(&line)));
        writeln!(out, "{line}{space}  # {origin}")?;
    }
    Ok(())
}

fn check(loaded: &Loaded, words: &Catalogue, out: &mut dyn Write) -> io::Result<bool> {
    for problem in &loaded.problems {
        writeln!(out, "{}", problem.text(words))?;
    }
    if loaded.problems.is_empty() {
        writeln!(out, "{}", words.get("cli.config_fine"))?;
    }
    Ok(loaded.problems.is_empty())
}
