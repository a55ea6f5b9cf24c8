//! The steps of a file.

use jiff::SignedDuration;
use toml::de::DeValue;

use super::{
    Common,
    checks::{Placed, shown_command},
    fields::{Fields, Reader},
    head,
};
use crate::{
    config::source::items,
    runbook::{
        Param,
        condition::Condition,
        step::{Act, Branch, Choice, Confirm, Kind, Next, Step},
        words::{Owner, Side, Word},
    },
    text::{nearest::nearest, sentence::Sentence},
};

const FIELDS: &[&str] = &[
    "id",
    "kind",
    "title",
    "owner",
    "side",
    "timebox",
    "checks",
    "note",
    "minute",
    "proof",
    "branch",
    "goto",
    "use",
    "close",
    "choice",
    "to",
    "for",
    "approve",
    "reversible",
    "risk",
    "guard",
    "command",
    "confirm",
];

/// The kinds by their words alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Named {
    Check,
    Ask,
    Decide,
    Act,
    Notify,
    Wait,
    Record,
    Goto,
}

impl Word for Named {
    const WORDS: &'static [(&'static str, Self)] = &[
        ("check", Self::Check),
        ("ask", Self::Ask),
        ("decide", Self::Decide),
        ("act", Self::Act),
        ("notify", Self::Notify),
        ("wait", Self::Wait),
        ("record", Self::Record),
        ("goto", Self::Goto),
    ];
}

/// Fields that belong to some kinds only.
const OF_KINDS: &[(&str, &[Named])] = &[
    ("choice", &[Named::Ask, Named::Decide]),
    ("to", &[Named::Notify]),
    ("for", &[Named::Wait]),
    ("approve", &[Named::Act]),
    ("reversible", &[Named::Act]),
    ("risk", &[Named::Act]),
    ("guard", &[Named::Act]),
    ("command", &[Named::Act]),
    ("confirm", &[Named::Act]),
    ("branch", &[Named::Check, Named::Act]),
    ("checks", &[Named::Check, Named::Ask, Named::Decide, Named::Act, Named::Notify, Named::Record]),
];

/// What the names in steps may mean.
struct Names<'n> {
    steps: Vec<String>,
    checks: Vec<&'n str>,
    params: &'n [Param],
}

/// The steps, and where each stands.
pub(super) fn steps(
    reader: &mut Reader<'_>,
    fields: &Fields<'_>,
    checks: &[Placed],
    common: &Common,
    params: &[Param],
) -> (Vec<Step>, Vec<usize>) {
    let entries = reader.tables(fields, "step");
    if entries.is_empty() {
        reader.problem(fields.at, Sentence::new("runbook.no_steps"));
    }
    let ids = entries.iter().map(|entry| entry.get("id").and_then(|i| i.value.as_str()).unwrap_or_default());
    let shared = common.checks.iter().map(|check| check.id.as_str());
    let names = Names {
        steps: ids.map(str::to_owned).collect(),
        checks: checks.iter().map(|placed| placed.check.id.as_str()).chain(shared).collect(),
        params,
    };
    let mut found = Vec::new();
    let mut places = Vec::new();
    for (index, entry) in entries.iter().enumerate() {
        places.push(entry.get("id").map_or(entry.at, |item| item.value_at));
        found.push(step(reader, entry, index, &names));
    }
    for (index, id) in names.steps.iter().enumerate() {
        if names.steps.iter().take(index).any(|other| other == id) {
            reader.problem(places[index], Sentence::new("runbook.id_twice").with("name", id));
        }
    }
    (found, places)
}

fn step(reader: &mut Reader<'_>, entry: &Fields<'_>, index: usize, names: &Names<'_>) -> Step {
    reader.only(entry, FIELDS);
    let kind = reader.word::<Named>(entry, "kind");
    for (name, kinds) in OF_KINDS {
        if let (Some(item), Some(kind)) = (entry.get(name), kind)
            && !kinds.contains(&kind)
        {
            let words = Named::WORDS.iter().filter(|(_, k)| kinds.contains(k)).map(|(word, _)| *word);
            let words = words.collect::<Vec<_>>().join(", ");
            let what = Sentence::new("runbook.not_of_kind").with("name", name).with("kinds", words);
            reader.problem(item.at, what);
        }
    }
    let checks = check_ids(reader, entry, names);
    if kind == Some(Named::Check) && checks.is_empty() {
        reader.missing(entry, "checks");
    }
    let kind = match kind {
        Some(Named::Ask) => Kind::Ask(choices(reader, entry, names, true)),
        Some(Named::Decide) => Kind::Decide(choices(reader, entry, names, false)),
        Some(Named::Act) => Kind::Act(Box::new(act(reader, entry, names))),
        Some(Named::Notify) => Kind::Notify(owners(reader, entry, "to")),
        Some(Named::Wait) => {
            let _ = reader.need(entry, "for");
            Kind::Wait(reader.span(entry, "for").unwrap_or(SignedDuration::ZERO))
        }
        Some(Named::Record) => Kind::Record,
        Some(Named::Goto) => Kind::Goto,
        Some(Named::Check) | None => Kind::Check,
    };
    if matches!(kind, Kind::Goto) && !["goto", "use", "close"].iter().any(|name| entry.get(name).is_some()) {
        reader.missing(entry, "goto");
    }
    let mut step = Step {
        id: head::id(reader, entry),
        title: reader.words(entry, "title").unwrap_or_default(),
        owner: reader.word(entry, "owner").unwrap_or(Owner::L1),
        side: reader.word(entry, "side").unwrap_or(Side::Customer),
        timebox: reader.span(entry, "timebox"),
        checks,
        note: reader.words_if(entry, "note"),
        minute: reader.text_if(entry, "minute"),
        proof: reader.words_if(entry, "proof"),
        branches: Vec::new(),
        then: next(reader, entry, names).unwrap_or(if index + 1 < names.steps.len() {
            Next::Step(index + 1)
        } else {
            Next::Close
        }),
        kind,
    };
    step.branches = branches(reader, entry, &step, names);
    step
}

fn check_ids(reader: &mut Reader<'_>, entry: &Fields<'_>, names: &Names<'_>) -> Vec<String> {
    let ids = reader.texts(entry, "checks");
    for (id, at) in &ids {
        known_check(reader, id, *at, names);
    }
    ids.into_iter().map(|(id, _)| id).collect()
}

fn known_check(reader: &mut Reader<'_>, id: &str, at: usize, names: &Names<'_>) {
    if !names.checks.contains(&id) {
        reader.problem(at, unknown("runbook.unknown_check", id, names.checks.iter().copied()));
    }
}

fn unknown<'n>(key: &'static str, name: &str, known: impl Iterator<Item = &'n str> + Clone) -> Sentence {
    let meant =
        nearest(name, known.clone()).map_or_else(|| known.collect::<Vec<_>>().join(", "), str::to_owned);
    Sentence::new(key).with("name", name).with("meant", meant)
}

fn owners(reader: &mut Reader<'_>, entry: &Fields<'_>, name: &str) -> Vec<Owner> {
    let words = reader.texts(entry, name);
    words.into_iter().filter_map(|(word, at)| reader.one_word(&word, at, name)).collect()
}

/// Where something leads, if it says so: `goto`, `use` or `close`.
fn next(reader: &mut Reader<'_>, entry: &Fields<'_>, names: &Names<'_>) -> Option<Next> {
    let given: Vec<_> = ["goto", "use", "close"].into_iter().filter_map(|name| entry.get(name)).collect();
    if let Some(second) = given.get(1) {
        reader.problem(second.at, Sentence::new("runbook.two_ways"));
    }
    match given.first()?.key {
        "goto" => {
            let (id, at) = reader.text_at(entry, "goto")?;
            let found = names.steps.iter().position(|step| *step == id);
            if found.is_none() {
                let known = names.steps.iter().map(String::as_str);
                reader.problem(at, unknown("runbook.unknown_step", &id, known));
            }
            found.map(Next::Step)
        }
        "use" => {
            let (id, at) = reader.text_at(entry, "use")?;
            reader.leads_to(&id, at);
            Some(Next::Book(id))
        }
        _ => {
            let item = entry.get("close")?;
            if let DeValue::Boolean(true) = item.value {
                return Some(Next::Close);
            }
            reader.wrong(&item, "true");
            None
        }
    }
}

fn choices(reader: &mut Reader<'_>, entry: &Fields<'_>, names: &Names<'_>, ask: bool) -> Vec<Choice> {
    let mut found: Vec<Choice> = Vec::new();
    for choice in reader.tables(entry, "choice") {
        reader.only(&choice, &["id", "title", "risk", "goto", "use", "close"]);
        let id = head::id(reader, &choice);
        let at = choice.get("id").map_or(choice.at, |item| item.value_at);
        if found.iter().any(|other| other.id == id) {
            reader.problem(at, Sentence::new("runbook.id_twice").with("name", &id));
        }
        let title = reader.words(&choice, "title").unwrap_or_default();
        let risk = reader.words_if(&choice, "risk");
        match next(reader, &choice, names) {
            Some(to) => found.push(Choice { id, title, risk, to }),
            None if !["goto", "use", "close"].iter().any(|name| choice.get(name).is_some()) => {
                reader.missing(&choice, "goto");
            }
            None => {}
        }
    }
    let at = entry.get("id").map_or(entry.at, |item| item.value_at);
    let is_there = entry.get("choice").is_some();
    if !ask && found.is_empty() && !is_there {
        reader.missing(entry, "choice");
    }
    // Nobody has to know everything: a question has a way for that, too.
    if ask && is_there && !found.iter().any(|choice| choice.id == "unknown") {
        reader.problem(at, Sentence::new("runbook.ask_no_unknown"));
    }
    found
}

fn act(reader: &mut Reader<'_>, entry: &Fields<'_>, names: &Names<'_>) -> Act {
    let _ = reader.need(entry, "command");
    let command = shown_command(reader, entry, names.params).unwrap_or_default();
    let mut guard = Vec::new();
    for (text, at) in reader.texts(entry, "guard") {
        let Some(condition) = head::condition(reader, &text, at) else { continue };
        for id in condition.checks() {
            known_check(reader, id, at, names);
        }
        guard.push(condition);
    }
    let nothing = Confirm { check: String::new(), within: SignedDuration::ZERO };
    let confirm = match reader.need(entry, "confirm").and_then(|item| reader.table_of(&item)) {
        Some(confirm) => {
            reader.only(&confirm, &["check", "within"]);
            let check = reader.need(&confirm, "check").and_then(|_| reader.text_at(&confirm, "check"));
            let _ = reader.need(&confirm, "within");
            if let Some((id, at)) = &check {
                known_check(reader, id, *at, names);
            }
            let within = reader.span(&confirm, "within").unwrap_or_default();
            Confirm { check: check.map(|(id, _)| id).unwrap_or_default(), within }
        }
        None => nothing,
    };
    let _ = reader.need(entry, "reversible");
    Act {
        command,
        approve: owners(reader, entry, "approve"),
        reversible: reader.flag(entry, "reversible").unwrap_or_default(),
        risk: reader.words(entry, "risk").unwrap_or_default(),
        guard,
        confirm,
    }
}

fn branches(reader: &mut Reader<'_>, entry: &Fields<'_>, step: &Step, names: &Names<'_>) -> Vec<Branch> {
    let mut found = Vec::new();
    let Some(item) = entry.get("branch") else { return found };
    let own: Vec<&str> = match step.act() {
        Some(act) => vec![act.confirm.check.as_str()],
        None => step.checks.iter().map(String::as_str).collect(),
    };
    for (value, at) in super::fields::list(&item) {
        let Some(table) = value.as_table() else {
            reader.wrong(&crate::config::source::Item { value, value_at: at, ..item }, "table");
            continue;
        };
        let branch = Fields::of(at, items(table));
        reader.only(&branch, &["when", "goto", "use", "close"]);
        let when = reader.need(&branch, "when").and_then(|_| reader.text_at(&branch, "when"));
        let to = next(reader, &branch, names);
        if to.is_none() && !["goto", "use", "close"].iter().any(|name| branch.get(name).is_some()) {
            reader.missing(&branch, "goto");
        }
        let Some((text, at)) = when else { continue };
        let Some(when) = head::condition(reader, &text, at) else { continue };
        for id in when.checks() {
            if !own.contains(&id) {
                reader.problem(at, unknown("runbook.not_own_check", id, own.iter().copied()));
            }
        }
        found.extend(to.map(|to| Branch { when, to }));
    }
    super::whole::covered(reader, &item, &found.iter().map(|b| &b.when).collect::<Vec<&Condition>>());
    found
}
