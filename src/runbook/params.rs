//! What a runbook has to know to ask, and how it gets into arguments, paths and commands.
//!
//! `${instance}` stands for a value. In arguments it is all of a text, so that a value can never become another
//! argument. In a command every value is quoted for the shell. In a path it stands within single quotes. Two names are
//! always there: `${now}` and `${onset}` (when it began), each also with a span as in `${onset-24h}`.

use std::{collections::BTreeMap, fmt::Write as _};

use jiff::{SignedDuration, Timestamp};
use serde_json::Value as Json;

use super::{
    AlarmField, Param, Place, Runbook,
    check::{Check, Source},
    step::Step,
};
use crate::text::duration;

/// Names that are times and always there.
pub const TIMES: [&str; 2] = ["now", "onset"];

/// What is known of an incident, to find values in.
#[derive(Debug, Clone, Default)]
pub struct Known<'a> {
    /// The alarm: name, namespace, metric, dimensions.
    pub alarm: Option<KnownAlarm<'a>>,
    /// What is unwell: CloudFormation type, id, ARN.
    pub resources: Vec<(&'a str, &'a str, Option<&'a str>)>,
    /// What is around that.
    pub related: Vec<(&'a str, &'a str, Option<&'a str>)>,
}

/// What is known of an alarm.
#[derive(Debug, Clone, Default)]
pub struct KnownAlarm<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its metric's namespace.
    pub namespace: &'a str,
    /// Its metric.
    pub metric: &'a str,
    /// Its metric's dimensions.
    pub dimensions: Vec<(&'a str, &'a str)>,
}

/// The values of parameters; what is not found is left out, and an operator is asked.
pub fn values(params: &[Param], known: &Known<'_>) -> BTreeMap<String, String> {
    let find = |param: &Param| {
        let found = param.from.iter().find_map(|place| found_at(place, param, known));
        Some((param.name.clone(), found.or(param.default.as_deref())?.to_owned()))
    };
    params.iter().filter_map(find).collect()
}

fn found_at<'a>(place: &Place, param: &Param, known: &Known<'a>) -> Option<&'a str> {
    let name = |(_, id, arn): &(&str, &'a str, Option<&'a str>)| {
        if param.name.ends_with("_arn") { *arn } else { Some(*id) }
    };
    let of_kind = |list: &[(&'a str, &'a str, Option<&'a str>)]| -> Vec<&'a str> {
        let is_it = |kind: &str| param.kind.as_deref().is_none_or(|wanted| wanted == kind);
        list.iter().filter(|(kind, ..)| is_it(kind)).filter_map(name).collect()
    };
    match place {
        Place::Dimension(wanted) => {
            let dimensions = &known.alarm.as_ref()?.dimensions;
            dimensions.iter().find(|(name, _)| name == wanted).map(|(_, value)| *value)
        }
        Place::Alarm(field) => known.alarm.as_ref().map(|alarm| match field {
            AlarmField::Name => alarm.name,
            AlarmField::Namespace => alarm.namespace,
            AlarmField::Metric => alarm.metric,
        }),
        Place::Resource => of_kind(&known.resources).first().copied(),
        Place::Related => match of_kind(&known.related).as_slice() {
            [only] => Some(*only),
            _ => None,
        },
    }
    .filter(|value| !value.is_empty())
}

/// The longest value that somebody may type, in bytes. AWS's longest names of things, ARNs, are shorter (2,048).
pub const LONGEST: usize = 2_048;

/// What somebody types for a value that nobody knows.
pub const NOBODY_KNOWS: &str = "?";

/// Whether a value can stand wherever a parameter may: in an argument, in a path's quotes, in a command.
pub fn is_fit(value: &str) -> bool {
    let odd = |c: char| c.is_control() || "'`\\".contains(c);
    !["", NOBODY_KNOWS].contains(&value.trim())
        && value.len() <= LONGEST
        && !value.starts_with('-')
        && !value.contains(odd)
}

/// Whether a name can be one of a parameter: as in `${name}`, and none of the times.
pub fn is_name(name: &str) -> bool {
    let fit = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-_".contains(c);
    name.starts_with(|c: char| c.is_ascii_lowercase()) && name.chars().all(fit) && !TIMES.contains(&name)
}

/// The first parameter without a value that a check cannot be read without.
pub fn lacks(check: &Check, values: &BTreeMap<String, String>) -> Option<String> {
    let missing = |name: &&str| !values.contains_key(*name) && !TIMES.contains(name);
    of_check(check).into_iter().find(missing).map(str::to_owned)
}

/// Whether a check cannot be read without a parameter.
pub fn wants(check: &Check, param: &str) -> bool {
    of_check(check).contains(&param)
}

/// What a step cannot go on without and nobody has said: parameters of the reads that it waits for, and of its command.
/// In the order of the runbook, each once.
pub fn missing<'b>(book: &'b Runbook, step: &Step, values: &BTreeMap<String, String>) -> Vec<&'b Param> {
    let checks = book.checks_of(step).into_iter().filter(|check| !check.optional);
    let mut all: Vec<&str> = checks.flat_map(of_check).collect();
    all.extend(step.act().iter().flat_map(|act| names(&act.command)).map(|(_, name)| base(name)));
    book.params
        .iter()
        .filter(|param| all.contains(&param.name.as_str()) && !values.contains_key(&param.name))
        .collect()
}

/// The names in the arguments and the path of a check that is read.
fn of_check(check: &Check) -> Vec<&str> {
    let Source::Read { args, .. } = &check.source else { return Vec::new() };
    let mut all = Vec::new();
    in_json(args, &mut all);
    all.extend(check.select.iter().flat_map(|path| names(path)).map(|(_, name)| base(name)));
    all
}

/// The names of parameters in arguments.
fn in_json<'a>(args: &'a Json, into: &mut Vec<&'a str>) {
    match args {
        Json::String(text) => into.extend(whole(text).map(base)),
        Json::Array(list) => list.iter().for_each(|one| in_json(one, into)),
        Json::Object(map) => map.values().for_each(|one| in_json(one, into)),
        _ => {}
    }
}

/// The values with the two times beside them, for one look.
pub fn with_times(
    values: &BTreeMap<String, String>,
    now: Timestamp,
    onset: Timestamp,
) -> BTreeMap<String, String> {
    let mut all = values.clone();
    for (name, at) in TIMES.into_iter().zip([now, onset]) {
        // Filters of AWS take no fractions of a second.
        let whole = Timestamp::from_second(at.as_second()).unwrap_or(at);
        all.insert(name.to_owned(), whole.to_string());
    }
    all
}

/// The names in braces of a text, each with its byte.
pub fn names(text: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(at) = text.get(from..).and_then(|rest| rest.find("${")).map(|at| from + at) {
        let inner = text.get(at + 2..).unwrap_or_default();
        let end = inner.find('}').unwrap_or(inner.len());
        found.push((at, inner.get(..end).unwrap_or_default()));
        from = at + 2 + end;
    }
    found
}

/// The name without the span of `onset-24h`. Only the two times take a span.
pub fn base(name: &str) -> &str {
    TIMES.into_iter().find(|time| name.strip_prefix(time).and_then(shift).is_some()).unwrap_or(name)
}

/// `-24h`, `+1h`, or nothing.
fn shift(text: &str) -> Option<SignedDuration> {
    let span = |text: &str| duration::parse(text).and_then(|span| SignedDuration::try_from(span).ok());
    match text.split_at_checked(1) {
        None => Some(SignedDuration::ZERO),
        Some(("-", text)) => span(text).map(|span| -span),
        Some(("+", text)) => span(text),
        _ => None,
    }
}

/// The value of a name; its name where there is none.
fn value(name: &str, values: &BTreeMap<String, String>) -> Result<String, String> {
    let base = base(name);
    let found = values.get(base).ok_or_else(|| base.to_owned())?;
    match name.strip_prefix(base).and_then(shift) {
        Some(by) if TIMES.contains(&base) => {
            let at: Timestamp = found.parse().map_err(|_| base.to_owned())?;
            at.checked_add(by).map(|at| at.to_string()).map_err(|_| base.to_owned())
        }
        _ => Ok(found.clone()),
    }
}

/// Arguments with values in them. Fails with the name of a parameter whose value is not known.
pub fn in_args(args: &Json, values: &BTreeMap<String, String>) -> Result<Json, String> {
    Ok(match args {
        Json::String(text) => match whole(text) {
            Some(name) => Json::from(value(name, values)?),
            None => args.clone(),
        },
        Json::Array(list) => {
            Json::Array(list.iter().map(|one| in_args(one, values)).collect::<Result<_, _>>()?)
        }
        Json::Object(map) => Json::Object(
            map.iter()
                .map(|(key, one)| Ok((key.clone(), in_args(one, values)?)))
                .collect::<Result<_, String>>()?,
        ),
        other => other.clone(),
    })
}

/// The name, where a text is one `${name}` and nothing else.
pub fn whole(text: &str) -> Option<&str> {
    text.strip_prefix("${")?.strip_suffix('}').filter(|name| !name.contains(['{', '}']))
}

/// A path with values in it. A value that could end the quotes around it is none: fails with its name.
pub fn in_path(path: &str, values: &BTreeMap<String, String>) -> Result<String, String> {
    fill(path, |name| {
        let found = value(name, values)?;
        if found.chars().any(|c| c.is_control() || "'`\\".contains(c)) {
            Err(name.to_owned())
        } else {
            Ok(found)
        }
    })
}

/// A command with values in it, each quoted for a POSIX shell. Fails with the name of a parameter whose value is not
/// known or cannot stand in a command.
pub fn in_command(command: &str, values: &BTreeMap<String, String>) -> Result<String, String> {
    fill(command, |name| {
        let found = value(name, values)?;
        // A leading hyphen would make it an option, quoted or not.
        let odd = found.starts_with('-') || found.chars().any(char::is_control);
        if odd { Err(name.to_owned()) } else { Ok(quote(&found)) }
    })
}

fn fill(text: &str, value: impl Fn(&str) -> Result<String, String>) -> Result<String, String> {
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    for (at, name) in names(text) {
        out.push_str(text.get(from..at).unwrap_or_default());
        let _ = write!(out, "{}", value(name)?);
        from = at + name.len() + 3;
    }
    out.push_str(text.get(from..).unwrap_or_default());
    Ok(out)
}

/// A word for a POSIX shell: as it is where that is safe, else within single quotes.
pub fn quote(value: &str) -> String {
    let safe = |c: char| c.is_ascii_alphanumeric() || "_-./:@%+=,".contains(c);
    if !value.is_empty() && value.chars().all(safe) {
        return value.to_owned();
    }
    format!("'{}'", value.replace('\'', "'\\''"))
}

/// The first `${…}` of a command that stands within quotes, where quoting its value would do nothing.
pub fn quoted(command: &str) -> Option<usize> {
    let mut open: Option<char> = None;
    let places: Vec<usize> = names(command).into_iter().map(|(at, _)| at).collect();
    let mut escaped = false;
    for (at, c) in command.char_indices() {
        if open.is_some() && places.contains(&at) {
            return Some(at);
        }
        match (c, open) {
            _ if escaped => escaped = false,
            ('\\', None | Some('"')) => escaped = true,
            ('"' | '\'', None) => open = Some(c),
            (c, Some(with)) if c == with => open = None,
            _ => {}
        }
    }
    None
}

/// The first `${…}` of a path that does not stand within single quotes.
pub fn unquoted(path: &str) -> Option<usize> {
    names(path)
        .into_iter()
        .map(|(at, _)| at)
        .find(|at| path.get(..*at).is_some_and(|before| before.matches('\'').count() % 2 == 0))
}
