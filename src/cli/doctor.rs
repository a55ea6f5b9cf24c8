//! `toban doctor`: looks at this machine, has every account and Region examined, and prints what was found.

use std::{
    ffi::OsString,
    fs,
    io::{self, IsTerminal, Write},
    path::Path,
    pin::pin,
};

use futures::{StreamExt, stream};
use ratatui::crossterm::terminal;
use rustix::fs::{Access as Wish, access};

use super::{DoctorArgs, DoctorOutput, console, start::Access};
use crate::{
    aws,
    config::load::Loaded,
    doctor::{
        self, Page, Section, account,
        machine::{self, Between, File, Machine, Place, Writable},
    },
    paths::Paths,
    scope::{Scope, ScopeId},
    text::{Catalogue, sanitise::clean},
    theme::{Glyphs, Theme},
};

/// Accounts and Regions that are examined at the same time.
const AT_ONCE: usize = 8;
/// Columns where no terminal says how many.
const COLUMNS: u16 = 80;
/// Names alone need this much.
const NARROWEST: u16 = 24;
/// Lines are no longer than this, however wide the terminal: nobody reads on over there.
const WIDEST: u16 = 110;

/// How it is printed.
#[derive(Debug, Clone, Copy)]
pub struct Look {
    /// Styles; none for a pipe.
    pub theme: Option<Theme>,
    /// Signs.
    pub glyphs: Glyphs,
    /// The longest line.
    pub columns: usize,
}

impl Look {
    /// For standard output as it is.
    pub fn here(loaded: &Loaded, machine: &Machine) -> Self {
        let here = io::stdout().is_terminal();
        let always = loaded.config.color == crate::config::Color::Always;
        let theme = if machine.colours { Theme::Colour } else { Theme::Mono };
        let dumb = machine.term.as_deref() == Some("dumb");
        let columns = terminal::size().ok().filter(|_| here).map_or(COLUMNS, |(columns, _)| columns);
        Self {
            theme: Some(theme).filter(|_| always || (here && !dumb)),
            glyphs: if loaded.config.ascii { Glyphs::Ascii } else { Glyphs::Unicode },
            columns: usize::from(columns.clamp(NARROWEST, WIDEST)),
        }
    }
}

/// Checks everything and prints it; the exit status. Sections are printed as they come, JSON when all are there.
pub async fn run(
    args: &DoctorArgs,
    machine: &Machine,
    access: Access,
    words: &Catalogue,
    look: Look,
    out: &mut impl Write,
) -> io::Result<u8> {
    let mut page = Page::new(words, look.theme, look.glyphs, look.columns);
    let text = args.output == DoctorOutput::Text;
    let mut show = |section: &Section, out: &mut _| if text { page.section(section, out) } else { Ok(()) };
    let mut sections = vec![machine::section(machine)];
    show(&sections[0], out)?;
    out.flush()?;
    let Access { clients, mut scopes, .. } = access;
    if clients.wants_all_regions() {
        let named: Vec<ScopeId> = scopes.iter().map(|(id, _)| id).collect();
        let mut found = pin!(clients.expand(&named));
        while let Some((_, found)) = found.next().await {
            // Why an account's Regions cannot be told is what trying `ec2:DescribeRegions` says.
            scopes.extend(found.unwrap_or_default());
        }
    }
    let scopes: Vec<(ScopeId, &Scope)> = scopes.iter().collect();
    let firsts = scopes.iter().enumerate().map(|(at, (id, scope))| {
        let earlier = scopes.iter().take(at);
        (*id, *scope, !earlier.map(|(_, s)| &s.profile).any(|profile| *profile == scope.profile))
    });
    let asked = firsts.map(|(id, scope, first)| aws::examine(&clients, id, scope, first));
    let mut examined = pin!(stream::iter(asked).buffered(AT_ONCE));
    while let Some(found) = examined.next().await {
        let section = account::section(&found);
        show(&section, out)?;
        out.flush()?;
        sections.push(section);
    }
    if text {
        page.end(out)?;
    } else {
        serde_json::to_writer_pretty(&mut *out, &doctor::json::document(&sections, words))?;
        writeln!(out)?;
    }
    out.flush()?;
    Ok(doctor::exit_code(&sections))
}

/// What there is to know about this machine. `loaded` must hold the problems of the keymap too ([`Loaded::keymap`]).
pub fn machine(loaded: &Loaded, paths: &Paths, env: &dyn Fn(&str) -> Option<OsString>) -> Machine {
    let text = |name: &str| env(name).map(|v| v.to_string_lossy().into_owned()).filter(|v| !v.is_empty());
    let keymap = loaded.config.keymap.file.clone().or_else(|| paths.keymap_file());
    let home = text("HOME");
    let file = |path: Option<&Path>| {
        let name = path.map(|path| path.display().to_string());
        File {
            path: path.map(|path| short(path, home.as_deref())),
            there: path.is_some_and(Path::exists),
            problems: loaded.problems.iter().filter(|p| Some(&p.file) == name.as_ref()).cloned().collect(),
        }
    };
    let data = loaded.config.data_dir.clone().or_else(|| paths.data.clone());
    let term = text("TERM");
    let colours = console::colours(loaded.config.color, text("NO_COLOR").is_some());
    Machine {
        settings: file(loaded.file.as_deref().or(paths.config_file().as_deref())),
        keys: file(keymap.as_deref()),
        places: [data.as_deref(), paths.cache.as_deref(), paths.state.as_deref()]
            .map(|dir| place(dir, home.as_deref())),
        terminal: (io::stdin().is_terminal() && io::stdout().is_terminal())
            .then(terminal::size)
            .and_then(Result::ok),
        colours: colours && term.as_deref() != Some("dumb"),
        term,
        // The order in which the C library asks them.
        locale: ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(|name| Some((name, text(name)?))),
        ascii: loaded.config.ascii,
        between: match (env("TMUX"), env("STY")) {
            (Some(_), _) => Some(Between::Tmux),
            (None, Some(_)) => Some(Between::Screen),
            (None, None) => None,
        },
    }
}

/// A path as people write it.
fn short(path: &Path, home: Option<&str>) -> String {
    match home.map(|home| path.strip_prefix(home)) {
        Some(Ok(rest)) => Path::new("~").join(rest).display().to_string(),
        _ => path.display().to_string(),
    }
}

fn place(dir: Option<&Path>, home: Option<&str>) -> Place {
    let Some(dir) = dir else { return Place::default() };
    let writable = writable(dir).unwrap_or_else(|error| Writable::No(clean(&error.to_string())));
    Place { path: Some(short(dir, home)), writable }
}

/// Whether one can write there: by writing, where the directory is there; nothing is left behind.
fn writable(dir: &Path) -> io::Result<Writable> {
    if dir.is_dir() {
        let file = dir.join(format!(".toban-doctor-{}", std::process::id()));
        let written = fs::File::create_new(&file)?.write_all(b"toban");
        fs::remove_file(&file)?;
        return written.map(|()| Writable::Yes);
    }
    let above = dir.ancestors().find(|above| above.exists()).unwrap_or(Path::new("."));
    if !above.is_dir() {
        return Err(io::ErrorKind::NotADirectory.into());
    }
    access(above, Wish::WRITE_OK | Wish::EXEC_OK)?;
    Ok(Writable::CanBeMade)
}
