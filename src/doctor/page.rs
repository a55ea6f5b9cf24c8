//! The checks as lines for people: a glyph and a word, what was checked, what was found, and the remedy below.

use std::{
    collections::BTreeMap,
    io::{self, Write},
};

use super::{Check, Outcome, Proof, Section, Status, Subject, operation};
use crate::{
    panes::PaneId,
    problem::{Problem, Remedy},
    text::{
        Catalogue,
        measure::{pad, width, wrap},
        problem,
    },
    theme::{Glyphs, Theme},
    value::Role,
};

/// Actions that are named; more than these are counted. As JSON all are named.
const NAMED: usize = 12;

/// Below this many columns what was found goes on lines of its own.
const NARROW: usize = 60;

/// Writes sections as they come.
#[derive(Debug)]
pub struct Page<'a> {
    words: &'a Catalogue,
    theme: Option<Theme>,
    glyphs: Glyphs,
    columns: usize,
    /// Cells of the widest word and of the widest name, so that all sections stand in the same columns.
    word: usize,
    name: usize,
    begun: bool,
    /// Whether an action is known to be allowed by a “not found”, which wants an explanation.
    noted: bool,
    counts: BTreeMap<Status, usize>,
}

/// What failed in the same way: the actions and one of the problems.
struct Group<'a> {
    actions: Vec<&'static str>,
    problem: &'a Problem,
}

/// Lines before they are wrapped: role, how far a line's second part hangs, text.
type Lines = Vec<(Role, usize, String)>;

/// What is said of a check: right of its name, and below.
#[derive(Default)]
struct Body {
    found: Lines,
    below: Lines,
}

impl Body {
    fn advise(&mut self, text: &str) {
        self.below.push((Role::Plain, 2, format!("→ {text}")));
    }
}

const fn look(status: Status) -> (&'static str, Role) {
    match status {
        Status::Ok => ("✓", Role::Good),
        Status::Skipped => ("–", Role::Dim),
        Status::Warn => ("▲", Role::Warn),
        Status::Fail => ("✗", Role::Bad),
    }
}

impl<'a> Page<'a> {
    /// A page of lines of at most so many columns; without a theme nothing but text is written.
    pub fn new(words: &'a Catalogue, theme: Option<Theme>, glyphs: Glyphs, columns: usize) -> Self {
        let panes = PaneId::fetched().map(|pane| Subject::Pane(pane.id));
        let names = Subject::OTHERS.into_iter().chain(panes);
        Self {
            words,
            theme,
            glyphs,
            columns,
            word: Status::ALL.iter().map(|s| width(words.get(s.word()))).max().unwrap_or(0),
            name: names.map(|subject| width(subject.label(words))).max().unwrap_or(0),
            begun: false,
            noted: false,
            counts: BTreeMap::new(),
        }
    }

    /// Writes one section.
    pub fn section(&mut self, section: &Section, out: &mut impl Write) -> io::Result<()> {
        if std::mem::replace(&mut self.begun, true) {
            writeln!(out)?;
        }
        let title = match &section.scope {
            None => self.words.get("doctor.machine").to_owned(),
            Some(scope) => {
                let (profile, region) = (scope.profile.as_str(), scope.region.as_str());
                let key = if region.is_empty() { "doctor.profile" } else { "doctor.scope" };
                self.words.fill(key, &[("profile", &profile), ("region", &region)])
            }
        };
        for line in wrap(&title, self.columns) {
            writeln!(out, "{}", self.paint(Role::Title, &line))?;
        }
        // What fails alike in every pane is explained once.
        let mut said = Vec::new();
        for check in &section.checks {
            *self.counts.entry(check.status).or_default() += 1;
            self.check(check, &mut said, out)?;
        }
        Ok(())
    }

    /// Writes how many checks went how.
    pub fn end(&self, out: &mut impl Write) -> io::Result<()> {
        let count = |status| self.counts.get(&status).copied().unwrap_or(0);
        let (ok, warn) = (count(Status::Ok), count(Status::Warn));
        let (fail, skipped) = (count(Status::Fail), count(Status::Skipped));
        let text = self
            .words
            .fill("doctor.summary", &[("ok", &ok), ("warn", &warn), ("fail", &fail), ("skipped", &skipped)]);
        writeln!(out)?;
        if self.noted {
            for line in wrap(self.words.get("doctor.note"), self.columns) {
                writeln!(out, "{}", self.paint(Role::Dim, &line))?;
            }
            writeln!(out)?;
        }
        wrap(&text, self.columns).iter().try_for_each(|line| writeln!(out, "{}", self.glyphs.show(line)))
    }

    fn check(&mut self, check: &Check, said: &mut Vec<String>, out: &mut impl Write) -> io::Result<()> {
        let (glyph, role) = look(check.status);
        let word = pad(self.words.get(check.status.word()), self.word);
        let head = self.paint(role, &format!("{glyph} {word}"));
        let name = pad(check.subject.label(self.words), self.name);
        let Body { found, below } = self.body(check, said);
        let narrow = self.columns < NARROW;
        let detail = if narrow { 4 } else { self.word + 5 };
        let beside = if narrow { detail } else { detail + self.name + 2 };
        let mut lines = Vec::new();
        for (indent, (role, hang, text)) in
            found.into_iter().map(|line| (beside, line)).chain(below.into_iter().map(|line| (detail, line)))
        {
            let room = self.columns.saturating_sub(indent + hang).max(1);
            for (at, line) in wrap(&text, room).into_iter().enumerate() {
                let hang = if at == 0 { 0 } else { hang };
                lines.push((indent, self.paint(role, &format!("{}{line}", " ".repeat(hang)))));
            }
        }
        let mut lines = lines.into_iter();
        match lines.next().filter(|_| !narrow) {
            Some((_, first)) => writeln!(out, " {head}  {name}  {first}")?,
            None => writeln!(out, " {head}  {}", name.trim_end())?,
        }
        lines.try_for_each(|(indent, line)| writeln!(out, "{}{line}", " ".repeat(indent)))
    }

    fn body(&mut self, check: &Check, said: &mut Vec<String>) -> Body {
        let words = self.words;
        let groups = groups(check);
        // What keeps everything from working is not explained again for every pane.
        if let [Group { problem, actions }] = groups.as_slice()
            && !check.tried.iter().any(|tried| matches!(tried.outcome, Outcome::Allowed(_)))
            && said.contains(&general(&problem.message, actions))
        {
            let text = words.fill("doctor.as_above", &[("kind", &problem::kind(words, problem.kind))]);
            return Body { found: vec![(Role::Plain, 0, text)], below: Vec::new() };
        }
        let mut body = Body::default();
        for (at, found) in check.found.iter().enumerate() {
            let text = found.text(words);
            if check.status == Status::Fail {
                said.push(text.clone());
            }
            body.found.push((if at == 0 { Role::Plain } else { Role::Dim }, 0, text));
        }
        let by_not_found = check.tried.iter().filter(|t| t.outcome == Outcome::Allowed(Proof::NotFound));
        let names: Vec<&str> = by_not_found.map(|t| operation(t.action)).collect();
        if !names.is_empty() {
            self.noted = true;
            let text = match names.len() {
                ..=NAMED => words.fill("doctor.by_not_found", &[("actions", &names.join(", "))]),
                n => words.fill("doctor.by_not_found_many", &[("n", &n)]),
            };
            body.found.push((Role::Dim, 0, text));
        }
        for Group { actions, problem } in groups {
            let names = actions.join(", ");
            let kind = problem::kind(words, problem.kind);
            let head = words.fill("doctor.failed", &[("kind", &kind), ("actions", &names)]);
            body.below.push((Role::Plain, 2, head));
            let message = general(&problem.message, &actions);
            if !said.contains(&message) {
                body.below.push((Role::Dim, 0, problem.message.clone()));
                said.push(message);
            }
            body.advise(&match &problem.remedy {
                Remedy::Allow(_) if actions.len() > 1 => words.get("doctor.allow").to_owned(),
                Remedy::Wait => words.get("doctor.again").to_owned(),
                remedy => problem::remedy(words, remedy),
            });
        }
        for advice in &check.advice {
            body.advise(&advice.text(words));
        }
        body
    }

    fn paint(&self, role: Role, text: &str) -> String {
        let text = self.glyphs.show(text);
        match self.theme.map_or("", |theme| theme.sgr(role)) {
            "" => text.into_owned(),
            codes => format!("\u{1b}[{codes}m{text}\u{1b}[0m"),
        }
    }
}

/// The message without the name of the action that it is about.
fn general(message: &str, actions: &[&str]) -> String {
    actions.first().map_or_else(|| message.to_owned(), |action| message.replace(action, "…"))
}

/// What failed, in the order of the actions, with what failed alike together.
fn groups(check: &Check) -> Vec<Group<'_>> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    for tried in &check.tried {
        let Outcome::Failed(problem) = &tried.outcome else { continue };
        let same = |group: &&mut Group<'_>| {
            let remedies = match (&group.problem.remedy, &problem.remedy) {
                (Remedy::Allow(_), Remedy::Allow(_)) => true,
                (one, other) => one == other,
            };
            group.problem.kind == problem.kind
                && remedies
                && general(&group.problem.message, &group.actions)
                    == general(&problem.message, &[tried.action])
        };
        match groups.iter_mut().find(same) {
            Some(group) => group.actions.push(tried.action),
            None => groups.push(Group { actions: vec![tried.action], problem }),
        }
    }
    groups
}
