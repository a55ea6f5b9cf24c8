//! What stands before the checks: name, dates, what offers the runbook, parameters.

use jiff::civil::Date;
use toml::de::DeValue;

use super::fields::{Fields, Reader};
use crate::{
    runbook::{
        AlarmField, AlarmSign, Applies, OutOfScope, Param, Place, Runbook, condition, console,
        params as names, words::Text,
    },
    text::{nearest::nearest, sentence::Sentence},
};

/// Lower-case words with hyphens.
pub(super) fn is_id(text: &str) -> bool {
    let fine = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-_".contains(c);
    text.starts_with(|c: char| c.is_ascii_lowercase()) && text.chars().all(fine)
}

/// An id of anything.
pub(super) fn id(reader: &mut Reader<'_>, fields: &Fields<'_>) -> String {
    let Some((text, at)) = reader.need(fields, "id").and_then(|_| reader.text_at(fields, "id")) else {
        return String::new();
    };
    if !is_id(&text) {
        reader.problem(at, Sentence::new("runbook.bad_id").with("got", &text));
    }
    text
}

pub(super) fn reviewed(reader: &mut Reader<'_>, fields: &Fields<'_>) -> Option<Date> {
    let item = fields.get("reviewed")?;
    let date = match item.value {
        DeValue::Datetime(at) => at.to_string().parse().ok(),
        DeValue::String(text) => text.parse().ok(),
        _ => None,
    };
    if date.is_none() {
        reader.wrong(&item, "2026-01-15");
    }
    date
}

pub(super) fn out_of_scope(reader: &mut Reader<'_>, fields: &Fields<'_>) -> Vec<OutOfScope> {
    let mut found = Vec::new();
    for entry in reader.tables(fields, "out_of_scope") {
        reader.only(&entry, &["if", "use"]);
        let when = reader.words(&entry, "if");
        let book = reader.need(&entry, "use").and_then(|_| reader.text_at(&entry, "use"));
        if let (Some(when), Some((book, at))) = (when, book) {
            reader.leads_to(&book, at);
            found.push(OutOfScope { when, book });
        }
    }
    found
}

pub(super) fn applies(reader: &mut Reader<'_>, fields: &Fields<'_>) -> Applies {
    let Some(entry) = reader.table(fields, "applies") else { return Applies::default() };
    reader.only(&entry, &["alarms", "checks", "events", "health", "intake"]);
    let mut alarms = Vec::new();
    for alarm in reader.tables(&entry, "alarms") {
        reader.only(&alarm, &["namespace", "metric", "dimension"]);
        let namespace = reader.text(&alarm, "namespace");
        let metric = reader.text_if(&alarm, "metric");
        let dimension = reader.text_if(&alarm, "dimension");
        alarms.extend(namespace.map(|namespace| AlarmSign { namespace, metric, dimension }));
    }
    let checks = reader.texts(&entry, "checks");
    for (id, at) in &checks {
        console_check(reader, id, *at);
    }
    let mut texts = |name| reader.texts(&entry, name).into_iter().map(|(text, _)| text).collect();
    let (events, health, intake) = (texts("events"), texts("health"), texts("intake"));
    Applies { alarms, checks: checks.into_iter().map(|(id, _)| id).collect(), events, health, intake }
}

/// Complains where the console has no check of that name.
pub(super) fn console_check(reader: &mut Reader<'_>, id: &str, at: usize) {
    let known = console::ids();
    if !known.contains(&id) {
        let meant = nearest(id, known.iter().copied()).map_or_else(|| known.join(", "), str::to_owned);
        reader.problem(at, Sentence::new("runbook.unknown_console").with("name", id).with("meant", meant));
    }
}

pub(super) fn params(reader: &mut Reader<'_>, fields: &Fields<'_>) -> Vec<Param> {
    let Some(table) = reader.table(fields, "params") else { return Vec::new() };
    let mut found = Vec::new();
    for item in table.all() {
        let Some(entry) = reader.table_of(item) else { continue };
        reader.only(&entry, &["type", "from", "title", "default"]);
        if !is_id(item.key) || names::TIMES.contains(&item.key) {
            reader.problem(item.at, Sentence::new("runbook.bad_id").with("got", item.key));
        }
        let from = reader.texts(&entry, "from");
        let from = from.into_iter().filter_map(|(text, at)| place(reader, &text, at)).collect();
        let plain = || Text { en: item.key.to_owned(), ja: item.key.to_owned() };
        found.push(Param {
            name: item.key.to_owned(),
            title: reader.words_if(&entry, "title").unwrap_or_else(plain),
            kind: reader.text_if(&entry, "type"),
            from,
            default: reader.text_if(&entry, "default"),
        });
    }
    found
}

fn place(reader: &mut Reader<'_>, text: &str, at: usize) -> Option<Place> {
    let found = match text {
        "resource" => Some(Place::Resource),
        "related" => Some(Place::Related),
        _ => match text.strip_prefix("alarm.") {
            Some("name") => Some(Place::Alarm(AlarmField::Name)),
            Some("namespace") => Some(Place::Alarm(AlarmField::Namespace)),
            Some("metric") => Some(Place::Alarm(AlarmField::Metric)),
            Some(other) => other.strip_prefix("dimensions.").map(|name| Place::Dimension(name.to_owned())),
            None => None,
        },
    };
    if found.is_none() {
        reader.problem(at, Sentence::new("runbook.bad_place").with("got", text));
    }
    found
}

/// Complains of `${…}` names that are no parameters.
pub(super) fn placeholders(reader: &mut Reader<'_>, text: &str, value_at: usize, params: &[Param]) {
    for (at, name) in names::names(text) {
        let name = names::base(name);
        let known = || params.iter().map(|p| p.name.as_str()).chain(names::TIMES);
        if !known().any(|known| known == name) {
            let meant =
                nearest(name, known()).map_or_else(|| known().collect::<Vec<_>>().join(", "), str::to_owned);
            let what = Sentence::new("runbook.unknown_param").with("name", name).with("meant", meant);
            let at = reader.within(value_at, at);
            reader.problem(at, what);
        }
    }
}

/// Shared parameters that nothing here asks with are nobody's business.
pub(super) fn without_unused_params(mut book: Runbook) -> Runbook {
    let mut texts: Vec<String> = Vec::new();
    for check in &book.checks {
        if let crate::runbook::check::Source::Read { args, .. } = &check.source {
            texts.push(args.to_string());
        }
        if let crate::runbook::check::Source::Ask { command } = &check.source {
            texts.extend(command.clone());
        }
        texts.extend(check.select.clone());
    }
    texts.extend(book.steps.iter().filter_map(|step| step.act()).map(|act| act.command.clone()));
    let used: Vec<String> = texts
        .iter()
        .flat_map(|text| names::names(text))
        .map(|(_, name)| names::base(name).to_owned())
        .collect();
    book.params.retain(|param| used.contains(&param.name));
    book
}

/// A condition, or what is wrong with it.
pub(super) fn condition(
    reader: &mut Reader<'_>,
    text: &str,
    value_at: usize,
) -> Option<condition::Condition> {
    match condition::Condition::parse(text) {
        Ok(found) => Some(found),
        Err(fault) => {
            let what = Sentence::new("runbook.bad_condition").with("text", text).with_part("why", fault.what);
            let at = reader.within(value_at, fault.at);
            reader.problem(at, what);
            None
        }
    }
}
