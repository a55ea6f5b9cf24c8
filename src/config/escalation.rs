//! The section `[escalation]`: who is told of an incident, in which order, and how long each may be silent.
//!
//! What the file says is put over the built-in ladder, party by party and field by field, so that one line with a
//! telephone number is a ladder. A level that names nobody is left as it was.

use jiff::{fmt::temporal::DateTimeParser, tz::TimeZone};
use toml::de::{DeTable, DeValue};

use super::{
    sections::Told,
    settings::{SPAN, TEXTS, is_url, limit, quote, some_texts, span, text, texts},
    source::{Item, items},
};
use crate::{
    incident::{
        duties::Duties,
        event::Level,
        hours::{FORM, Hours, Wrong},
        ladder::{Channel, Contact, Label, Ladder, Limits, Owner},
    },
    text::{nearest::nearest, sentence::Sentence},
};

/// What can be set here.
pub(super) const KEYS: [&str; 4] = ["levels", "ack_within", "next_after", "party"];

const FIELDS: [&str; 8] = ["name", "role", "contact", "hours", "channel", "command", "webhook", "file"];
const LEVELS: &str = "[\"l1\", [\"app\", \"db\"], …]";
const LIMITS: &str = "{ SEV-1 = \"5m\", … }";
const ROLES: &str = "\"l1\" | \"vendor\" | \"app\" | \"db\" | \"security\" | \"business\" | \"ic\" | \"aws\"";
const CHANNELS: &str = "\"text\" | \"support-case\" | \"opsitem\"";
pub(super) const NAME: &str = "\"…\" | { en = \"…\", ja = \"…\" }";
const WEBHOOK: &str = "\"https://…\"";
const TABLE: &str = "table";
/// What stands for the secret part of an address that is shown. No address has it, so it is never taken for one.
const HIDDEN: &str = "…";

/// Reads the section.
pub(super) fn read(ladder: &mut Ladder, table: &DeTable<'_>, told: &mut Told<'_>) {
    let all = items(table);
    // Levels name parties, wherever they stand.
    for item in all.iter().filter(|item| item.key == "party") {
        match item.value.as_table() {
            Some(parties) => items(parties).iter().for_each(|item| party(ladder, item, told)),
            None => told.wrong(item, item.key, TABLE),
        }
    }
    for item in &all {
        match item.key {
            "party" => {}
            "levels" => levels(ladder, item, told),
            "ack_within" => limits(&mut ladder.ack_within, item, told),
            "next_after" => limits(&mut ladder.next_after, item, told),
            _ => told.unknown(item, item.key, &KEYS.map(str::to_owned)),
        }
    }
}

fn levels(ladder: &mut Ladder, item: &Item<'_>, told: &mut Told<'_>) {
    let read = |item: &Item<'_>| -> Option<Vec<Vec<String>>> {
        item.value.as_array()?.iter().map(|level| texts(level.get_ref())).collect()
    };
    let Some(levels) = read(item).filter(|l| !l.is_empty() && l.iter().all(|l| !l.is_empty())) else {
        told.wrong(item, item.key, LEVELS);
        return;
    };
    let unknown = levels.iter().flatten().find(|id| ladder.contact(id).is_none());
    if let Some(id) = unknown {
        told.problem(item.value_at, no_party(ladder, id));
        return;
    }
    ladder.levels = levels;
    told.set("levels");
}

/// There is no party of that id.
pub(super) fn no_party(ladder: &Ladder, id: &str) -> Sentence {
    let ids = || ladder.contacts.keys().map(String::as_str);
    match nearest(id, ids()) {
        Some(meant) => Sentence::new("config.no_party_meant").with("meant", meant),
        None => Sentence::new("config.no_party").with("all", ids().collect::<Vec<_>>().join(" ")),
    }
    .with("id", id)
}

fn limits(limits: &mut Limits, item: &Item<'_>, told: &mut Told<'_>) {
    let Some(table) = item.value.as_table() else {
        told.wrong(item, item.key, LIMITS);
        return;
    };
    for each in items(table) {
        let name = format!("{}.{}", item.key, each.key);
        match (Level::parse(each.key), limit(each.value)) {
            (Some(level), Some(span)) => {
                limits.set(level, span);
                told.set(item.key);
            }
            (Some(_), None) => told.wrong(&each, &name, SPAN),
            (None, _) => {
                let known = Level::ALL.iter().map(|level| format!("{}.{}", item.key, level.word()));
                told.unknown(&each, &name, &known.collect::<Vec<_>>());
            }
        }
    }
}

fn party(ladder: &mut Ladder, item: &Item<'_>, told: &mut Told<'_>) {
    let name = format!("party.{}", item.key);
    let Some(table) = item.value.as_table() else {
        told.wrong(item, &name, TABLE);
        return;
    };
    let fields = items(table);
    let known = ladder.contact(item.key).cloned();
    let role = fields.iter().find(|f| f.key == "role").and_then(|f| Owner::parse(f.value.as_str()?));
    let Some(mut contact) = known.or_else(|| role.map(Contact::usual)) else {
        let what = Sentence::new("config.party_role").with("id", item.key).with("wanted", ROLES);
        told.problem(item.at, what);
        return;
    };
    item.key.clone_into(&mut contact.id);
    if role == Some(Owner::Vendor) && Duties::reserves(item.key) {
        told.problem(item.at, Sentence::new("config.reserved_party").with("id", item.key));
        return;
    }
    let mut ways = Vec::new();
    for field in &fields {
        let name = format!("{name}.{}", field.key);
        let wanted = match set(&mut contact, field) {
            Set::Done => None,
            Set::Way(channel) => {
                ways.push(channel);
                None
            }
            Set::Wrong(wanted) => Some(wanted),
            Set::Zone(zone) => {
                told.problem(field.value_at, Sentence::new("config.no_zone").with("zone", zone));
                continue;
            }
            Set::Hidden => {
                told.problem(field.value_at, Sentence::new("config.hidden").with("id", item.key));
                continue;
            }
            Set::Unknown => {
                let known = FIELDS.iter().map(|field| format!("party.{}.{field}", item.key));
                told.unknown(field, &name, &known.collect::<Vec<_>>());
                continue;
            }
        };
        match wanted {
            Some(wanted) => told.wrong(field, &name, wanted),
            None => told.set("party"),
        }
    }
    if ways.len() > 1 {
        told.problem(item.at, Sentence::new("config.two_channels").with("id", item.key));
    }
    contact.channel = ways.into_iter().next().unwrap_or(contact.channel);
    ladder.contacts.insert(contact.id.clone(), contact);
}

/// What came of a field.
enum Set {
    Done,
    Way(Channel),
    Wrong(&'static str),
    Zone(String),
    Hidden,
    Unknown,
}

fn set(contact: &mut Contact, field: &Item<'_>) -> Set {
    let done = |set: Option<()>, wanted| if set.is_some() { Set::Done } else { Set::Wrong(wanted) };
    let way = |channel: Option<Channel>, wanted| channel.map_or(Set::Wrong(wanted), Set::Way);
    match field.key {
        "name" => done(label(field.value).map(|name| contact.name = name), NAME),
        "role" => done(field.value.as_str().and_then(Owner::parse).map(|role| contact.role = role), ROLES),
        "contact" => done(text(field.value).map(|text| contact.contact = text), "\"+81 …\""),
        "hours" => match field.value.as_str().map(|text| Hours::parse(text, zone)) {
            Some(Ok(hours)) => {
                contact.hours = hours;
                Set::Done
            }
            Some(Err(Wrong::Zone(zone))) => Set::Zone(zone),
            Some(Err(Wrong::Form)) | None => Set::Wrong(FORM),
        },
        "channel" => {
            let channel = match field.value.as_str() {
                Some("text") => Some(Channel::Text),
                Some("support-case") => Some(Channel::SupportCase),
                Some("opsitem") => Some(Channel::OpsItem),
                _ => None,
            };
            way(channel, CHANNELS)
        }
        // One text would be a shell's line, and no shell is asked.
        "command" => {
            let argv =
                field.value.as_array().and_then(|_| texts(field.value)).filter(|argv| !argv.is_empty());
            way(argv.map(Channel::Command), TEXTS)
        }
        "webhook" if field.value.as_str().is_some_and(|url| url.contains(HIDDEN)) => Set::Hidden,
        "webhook" => way(text(field.value).filter(|url| is_safe(url)).map(Channel::Webhook), WEBHOOK),
        "file" => way(text(field.value).map(|dir| Channel::File(dir.into())), "\"/…\""),
        _ => Set::Unknown,
    }
}

/// What an incident says is nobody else's to read: an address is encrypted, or on this machine.
fn is_safe(url: &str) -> bool {
    let local = ["http://127.0.0.1", "http://[::1]", "http://localhost"];
    let here =
        |start: &&str| url.strip_prefix(*start).is_some_and(|r| r.is_empty() || r.starts_with([':', '/']));
    is_url(url) && (url.starts_with("https://") || local.iter().any(here))
}

/// A zone by its name in the machine's list of zones, or by its offset.
fn zone(name: &str) -> Option<TimeZone> {
    DateTimeParser::new().parse_time_zone(name).ok()
}

/// Reads `"…"` or `{ en = "…", ja = "…" }`, of which one may be missing.
pub(super) fn label(value: &DeValue<'_>) -> Option<Label> {
    if let Some(text) = text(value) {
        return Some(Label::plain(text));
    }
    let (mut en, mut ja) = (None, None);
    for item in items(value.as_table()?) {
        match item.key {
            "en" => en = Some(text(item.value)?),
            "ja" => ja = Some(text(item.value)?),
            _ => return None,
        }
    }
    let one = en.clone().or_else(|| ja.clone())?;
    Some(Label { en: en.unwrap_or_else(|| one.clone()), ja: ja.unwrap_or(one) })
}

/// As [`read`] reads it; of the parties what is not as it is built in.
pub(super) fn show(ladder: &Ladder, key: &str) -> Option<String> {
    match key {
        "levels" => {
            let level = |ids: &Vec<String>| match ids.as_slice() {
                [one] => Some(quote(one)),
                many => some_texts(many),
            };
            Some(format!("[{}]", ladder.levels.iter().filter_map(level).collect::<Vec<_>>().join(", ")))
        }
        "ack_within" => Some(show_limits(&ladder.ack_within)),
        "next_after" => Some(show_limits(&ladder.next_after)),
        _ => {
            let usual = Ladder::default();
            let changed = ladder.contacts.values().filter(|c| usual.contact(&c.id) != Some(*c));
            let parties: Vec<String> = changed.map(show_party).collect();
            (!parties.is_empty()).then(|| format!("{{ {} }}", parties.join(", ")))
        }
    }
}

fn show_limits(limits: &Limits) -> String {
    let each = |level: &Level| format!("{} = {}", level.word(), span(limits.of(*level)));
    format!("{{ {} }}", Level::ALL.iter().map(each).collect::<Vec<_>>().join(", "))
}

/// An address without what is secret in it: the scheme and the host.
fn shown(url: &str, host: &str) -> String {
    let scheme = url.split_once("://").map_or("https", |(scheme, _)| scheme);
    format!("{scheme}://{host}/{HIDDEN}")
}

fn show_party(contact: &Contact) -> String {
    let mut fields = vec![format!("role = {}", quote(contact.role.word()))];
    if !contact.name.is_empty() {
        fields.push(format!("name = {}", show_label(&contact.name)));
    }
    if !contact.contact.is_empty() {
        fields.push(format!("contact = {}", quote(&contact.contact)));
    }
    if !contact.hours.is_always() {
        fields.push(format!("hours = {}", quote(contact.hours.text())));
    }
    fields.extend(match &contact.channel {
        Channel::Text => None,
        Channel::Command(argv) => some_texts(argv).map(|argv| format!("command = {argv}")),
        // Whoever knows the whole address can write to it, and what is shown is pasted into tickets.
        way @ Channel::Webhook(url) => Some(format!("webhook = {}", quote(&shown(url, &way.place())))),
        Channel::File(dir) => Some(format!("file = {}", quote(&dir.to_string_lossy()))),
        other => Some(format!("channel = {}", quote(other.word()))),
    });
    let name = toml::Value::from(contact.id.as_str()).to_string();
    format!("{name} = {{ {} }}", fields.join(", "))
}

/// As [`label`] reads it.
pub(super) fn show_label(label: &Label) -> String {
    if label.en == label.ja {
        quote(&label.en)
    } else {
        format!("{{ en = {}, ja = {} }}", quote(&label.en), quote(&label.ja))
    }
}

#[cfg(test)]
mod tests;
