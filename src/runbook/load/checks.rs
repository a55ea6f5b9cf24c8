//! The checks of a file.

use serde_json::Value as Json;

use super::{
    fields::{Fields, Reader, json},
    head,
};
use crate::{
    config::source::Item,
    runbook::{
        Param,
        check::{Check, Expect, FRESH, Know, Source, Test},
        command, params,
        registry::Registry,
        words::Text,
    },
    text::{duration, sentence::Sentence},
};

/// A check and where it stands.
pub(super) struct Placed {
    pub(super) check: Check,
    pub(super) at: usize,
}

const FIELDS: &[&str] = &[
    "id",
    "title",
    "read",
    "use",
    "ask",
    "args",
    "command",
    "select",
    "expect",
    "unknown_if",
    "fresh",
    "evidence",
    "know",
    "optional",
];

pub(super) fn checks(
    reader: &mut Reader<'_>,
    fields: &Fields<'_>,
    params: &[Param],
    registry: &dyn Registry,
) -> Vec<Placed> {
    let mut found: Vec<Placed> = Vec::new();
    for entry in reader.tables(fields, "check") {
        reader.only(&entry, FIELDS);
        let id = head::id(reader, &entry);
        let at = entry.get("id").map_or(entry.at, |item| item.value_at);
        if found.iter().any(|placed| placed.check.id == id) {
            reader.problem(at, Sentence::new("runbook.id_twice").with("name", &id));
        }
        let Some(source) = source(reader, &entry, params, registry) else { continue };
        let judges = matches!(source, Source::Read { .. });
        let expect = reader.need_if(judges, &entry, "expect").map(|item| expect(reader, &item));
        let unknown_if = match entry.get("unknown_if") {
            Some(item) => super::fields::list(&item)
                .into_iter()
                .map(|(value, value_at)| expect_of(reader, &Item { value, value_at, ..item }))
                .collect(),
            None => Vec::new(),
        };
        let title = reader.words(&entry, "title").unwrap_or_default();
        let select = path(reader, &entry, params);
        let evidence = reader.texts(&entry, "evidence");
        for (text, at) in &evidence {
            compiles(reader, text, *at);
        }
        let know = know(reader, &entry);
        found.push(Placed {
            at,
            check: Check {
                id,
                title,
                source,
                select,
                expect: expect.unwrap_or_default(),
                unknown_if,
                fresh: reader.span(&entry, "fresh").unwrap_or(FRESH),
                evidence: evidence.into_iter().map(|(text, _)| text).collect(),
                know,
                optional: reader.flag(&entry, "optional").unwrap_or_default(),
            },
        });
    }
    found
}

fn source(
    reader: &mut Reader<'_>,
    entry: &Fields<'_>,
    params: &[Param],
    registry: &dyn Registry,
) -> Option<Source> {
    let given = ["read", "use", "ask"].into_iter().filter(|name| entry.get(name).is_some());
    let given: Vec<&str> = given.collect();
    if given.len() != 1 {
        let what = Sentence::new("runbook.one_source").with("id", id_of(entry));
        reader.problem(entry.at, what);
        return None;
    }
    match given[0] {
        "use" => {
            let (id, at) = reader.text_at(entry, "use")?;
            head::console_check(reader, &id, at);
            Some(Source::Console(id))
        }
        "ask" => {
            let _ = reader.flag(entry, "ask");
            Some(Source::Ask { command: shown_command(reader, entry, params) })
        }
        _ => read(reader, entry, params, registry),
    }
}

fn id_of<'a>(entry: &Fields<'a>) -> &'a str {
    entry.get("id").and_then(|item| item.value.as_str()).unwrap_or_default()
}

fn read(
    reader: &mut Reader<'_>,
    entry: &Fields<'_>,
    params: &[Param],
    registry: &dyn Registry,
) -> Option<Source> {
    let (operation, at) = reader.text_at(entry, "read")?;
    if !operation.split_once(':').is_some_and(|(service, name)| !service.is_empty() && !name.is_empty()) {
        reader.problem(at, Sentence::new("runbook.bad_operation").with("got", &operation));
        return None;
    }
    let args = match entry.get("args") {
        Some(item) => {
            reader.table_of(&item)?;
            arguments(reader, &item, params);
            json(item.value)
        }
        None => Json::Object(serde_json::Map::new()),
    };
    let Some(known) = registry.find(&operation) else {
        let own = shown_command(reader, entry, params);
        return Some(Source::Ask { command: Some(own.unwrap_or_else(|| command::of(&operation, &args))) });
    };
    if let Some(why) = registry.refuses(&operation, &args) {
        reader.problem(entry.get("args").map_or(at, |item| item.value_at), why);
    }
    Some(Source::Read { operation, args, costs: known.costs })
}

/// Placeholders in arguments: known names, and each all of its text.
fn arguments(reader: &mut Reader<'_>, item: &Item<'_>, params: &[Param]) {
    use toml::de::DeValue;
    match item.value {
        DeValue::String(text) => {
            head::placeholders(reader, text, item.value_at, params);
            if params::whole(text).is_none() && !params::names(text).is_empty() {
                reader.problem(item.value_at, Sentence::new("runbook.param_not_whole").with("text", text));
            }
        }
        DeValue::Array(array) => {
            for one in array {
                arguments(
                    reader,
                    &Item { value: one.get_ref(), value_at: one.span().start, ..*item },
                    params,
                );
            }
        }
        DeValue::Table(table) => {
            for inner in crate::config::source::items(table) {
                arguments(reader, &inner, params);
            }
        }
        _ => {}
    }
}

/// A command that is shown: names known, and none within quotes.
pub(super) fn shown_command(reader: &mut Reader<'_>, entry: &Fields<'_>, params: &[Param]) -> Option<String> {
    let (text, at) = reader.text_at(entry, "command")?;
    head::placeholders(reader, &text, at, params);
    if let Some(offset) = params::quoted(&text) {
        let at = reader.within(at, offset);
        reader.problem(at, Sentence::new("runbook.param_quoted"));
    }
    Some(text)
}

fn path(reader: &mut Reader<'_>, entry: &Fields<'_>, params: &[Param]) -> Option<String> {
    let (text, at) = reader.text_at(entry, "select")?;
    head::placeholders(reader, &text, at, params);
    if let Some(offset) = params::unquoted(&text) {
        let at = reader.within(at, offset);
        reader.problem(at, Sentence::new("runbook.param_unquoted"));
    }
    compiles(reader, &text, at);
    Some(text)
}

fn compiles(reader: &mut Reader<'_>, path: &str, value_at: usize) {
    if let Err(error) = jmespath::compile(path) {
        let at = reader.within(value_at, error.offset.min(path.len()));
        let reason = error.reason.to_string().replace('\n', " ");
        reader.problem(at, Sentence::new("runbook.bad_path").with("path", path).with("reason", reason));
    }
}

fn expect(reader: &mut Reader<'_>, item: &Item<'_>) -> Expect {
    expect_of(reader, item)
}

fn expect_of(reader: &mut Reader<'_>, item: &Item<'_>) -> Expect {
    const FORMS: &[&str] =
        &["eq", "ne", "lt", "le", "gt", "ge", "in", "contains", "exists", "empty", "newer", "older"];
    let Some(forms) = reader.table_of(item) else { return Expect::default() };
    reader.only(&forms, FORMS);
    if forms.all().is_empty() {
        reader.problem(item.value_at, Sentence::new("runbook.empty").with("name", item.key));
    }
    let tests = forms.all().iter().filter(|form| FORMS.contains(&form.key));
    Expect(tests.filter_map(|form| test(reader, form)).collect())
}

fn test(reader: &mut Reader<'_>, form: &Item<'_>) -> Option<Test> {
    let value = json(form.value);
    let span = || {
        let span = value.as_str().and_then(duration::parse)?;
        jiff::SignedDuration::try_from(span).ok()
    };
    let scalar = || (!value.is_object() && !value.is_array() && !value.is_null()).then(|| value.clone());
    let (found, wanted) = match form.key {
        "eq" => (scalar().map(Test::Eq), "a number, a string or a boolean"),
        "ne" => (scalar().map(Test::Ne), "a number, a string or a boolean"),
        "contains" => (scalar().map(Test::Contains), "a number, a string or a boolean"),
        "lt" => (value.as_f64().map(Test::Lt), "a number"),
        "le" => (value.as_f64().map(Test::Le), "a number"),
        "gt" => (value.as_f64().map(Test::Gt), "a number"),
        "ge" => (value.as_f64().map(Test::Ge), "a number"),
        "in" => (value.as_array().cloned().map(Test::In), "an array"),
        "exists" => (value.as_bool().map(Test::Exists), "a boolean"),
        "empty" => (value.as_bool().map(Test::Empty), "a boolean"),
        "newer" => (span().map(Test::Newer), "\"26h\""),
        _ => (span().map(Test::Older), "\"26h\""),
    };
    if found.is_none() {
        reader.wrong(form, wanted);
    }
    found
}

fn know(reader: &mut Reader<'_>, entry: &Fields<'_>) -> Know {
    let nothing = Know {
        meaning: Text::default(),
        if_fail: Text::default(),
        side: crate::runbook::words::Side::Customer,
        next: Text::default(),
    };
    if reader.need(entry, "know").is_none() {
        return nothing;
    }
    let Some(know) = reader.table(entry, "know") else { return nothing };
    reader.only(&know, &["meaning", "if_fail", "side", "next"]);
    let mut words = |name| reader.words(&know, name).unwrap_or_default();
    let (meaning, if_fail, next) = (words("meaning"), words("if_fail"), words("next"));
    Know { meaning, if_fail, side: reader.word(&know, "side").unwrap_or(nothing.side), next }
}

impl Reader<'_> {
    /// A field that must be there in one case, and may be in others.
    fn need_if<'a>(&mut self, must: bool, fields: &Fields<'a>, name: &str) -> Option<Item<'a>> {
        if must { self.need(fields, name) } else { fields.get(name) }
    }
}
