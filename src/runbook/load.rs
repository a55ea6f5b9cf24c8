//! Reads runbooks from TOML and proves them. All that is wrong is collected, each with its file, line and column, so
//! that one round of mending is enough; a runbook with anything wrong does not load.

mod checks;
mod fields;
mod head;
mod steps;
mod whole;

use self::fields::{Fields, Reader};
use super::{Param, Runbook, SCHEMA, check::Check, registry::Registry};
use crate::{
    config::source::{FileProblem, Source},
    text::sentence::Sentence,
};

/// Checks and parameters that several runbooks share, so that a result holds when the runbook is changed in flight.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Common {
    /// What may be had by its name alone.
    pub params: Vec<Param>,
    /// The same of checks.
    pub checks: Vec<Check>,
}

/// A runbook as it was read, with where it names others.
#[derive(Debug, Clone, PartialEq)]
pub struct Loaded {
    /// The runbook.
    pub book: Runbook,
    /// Other runbooks that it leads to, each with the problem it would be if there were none of that name.
    pub uses: Vec<(String, FileProblem)>,
}

/// Fields of a runbook's outermost table.
const BOOK: &[&str] = &[
    "schema",
    "id",
    "title",
    "about",
    "version",
    "reviewed",
    "severity_hint",
    "out_of_scope",
    "applies",
    "params",
    "check",
    "step",
];

/// Reads shared checks and parameters.
pub fn common(source: Source<'_>, registry: &dyn Registry) -> Result<Common, Vec<FileProblem>> {
    let table = source.parse().map_err(|problem| vec![problem])?;
    let mut reader = Reader::new(source);
    let fields = Fields::outermost(&table);
    reader.only(&fields, &["schema", "params", "check"]);
    schema(&mut reader, &fields);
    let params = head::params(&mut reader, &fields);
    let checks = checks::checks(&mut reader, &fields, &params, registry);
    let checks = checks.into_iter().map(|placed| placed.check).collect();
    reader.done(Common { params, checks })
}

/// Reads one runbook. Whether the others that it leads to exist is not asked here: see [`super::shelf`].
pub fn runbook(
    source: Source<'_>,
    common: &Common,
    registry: &dyn Registry,
) -> Result<Loaded, Vec<FileProblem>> {
    let table = source.parse().map_err(|problem| vec![problem])?;
    let mut reader = Reader::new(source);
    let fields = Fields::outermost(&table);
    reader.only(&fields, BOOK);
    if !schema(&mut reader, &fields) {
        return Err(reader.problems);
    }
    let mut params = head::params(&mut reader, &fields);
    let own: Vec<String> = params.iter().map(|param| param.name.clone()).collect();
    params.extend(common.params.iter().filter(|param| !own.contains(&param.name)).cloned());
    let placed = checks::checks(&mut reader, &fields, &params, registry);
    let (steps, at) = steps::steps(&mut reader, &fields, &placed, common, &params);
    let book = Runbook {
        id: head::id(&mut reader, &fields),
        title: reader.words(&fields, "title").unwrap_or_default(),
        about: reader.words_if(&fields, "about"),
        version: reader.text(&fields, "version").unwrap_or_default(),
        reviewed: head::reviewed(&mut reader, &fields),
        severity: reader.text_if(&fields, "severity_hint"),
        out_of_scope: head::out_of_scope(&mut reader, &fields),
        applies: head::applies(&mut reader, &fields),
        params,
        checks: whole::used(&mut reader, placed, common, &steps),
        steps,
    };
    if reader.problems.is_empty() {
        whole::prove(&mut reader, &book, &at);
    }
    let book = head::without_unused_params(book);
    let uses = std::mem::take(&mut reader.uses);
    reader.done(Loaded { book, uses })
}

/// The id of a runbook, whatever else may be wrong with it.
pub fn id(source: Source<'_>) -> Option<String> {
    let table = source.parse().ok()?;
    Some(Fields::outermost(&table).get("id")?.value.as_str()?.to_owned())
}

fn schema(reader: &mut Reader<'_>, fields: &Fields<'_>) -> bool {
    let Some((version, at)) = reader.integer(fields, "schema") else { return false };
    if version != SCHEMA {
        let what = Sentence::new("runbook.schema").with("got", version).with("known", SCHEMA);
        reader.problem(at, what);
    }
    version == SCHEMA
}
