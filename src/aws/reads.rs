//! What is asked of AWS by the registry ([`crate::reads`]): a question in, an answer in the words of the AWS CLI out.
//!
//! An answer holds what checks and people look at and no more; every text in it is sanitised, times are RFC 3339 in UTC, what
//! AWS left out is left out. It holds all pages up to ten, or one where the question says how many at most; a `NextToken` in it
//! says that there is more. Nothing here may decide what an answer means, change anything at AWS, or call a thing that is gone a
//! failure.

mod alarms;
mod backups;
mod balancing;
mod call;
mod commands;
mod databases;
mod functions;
mod health;
mod identity;
mod images;
mod instances;
mod interfaces;
mod logs;
mod machines;
mod network;
mod plans;
mod scaling;
mod support;
mod table;
mod told;
mod trail;
mod users;
mod volumes;

use std::sync::{Arc, atomic::AtomicU32};

use aws_sdk_ec2::types::Filter;
use serde_json::Value as Json;

use self::call::{Answer, Call};
use super::{Session, error};
use crate::{
    problem::{Problem, Remedy},
    reads::Ask,
    triage::read::Question,
};

/// The answer to a question; requests that go out are counted.
///
/// What is gone is not in its list, and `{}` where an answer is one thing; but of logs it is a failure. Some services refuse a whole list for one thing
/// that is gone; each of that list is then asked about by itself.
pub async fn ask(session: &Session, ask: &Ask, calls: &Arc<AtomicU32>) -> Result<Json, Problem> {
    Ok(put(session, ask, calls).await?.0)
}

/// The answer to a question of an explanation.
pub async fn read(session: &Session, question: &Question, calls: &Arc<AtomicU32>) -> Result<Json, Problem> {
    let Some(ask) = question.ask() else {
        let spec = crate::reads::find(question.read.operation());
        return spec.map(crate::reads::Spec::empty).ok_or_else(|| unknown(question.read.operation()));
    };
    let (answer, there) = put(session, &ask, calls).await?;
    Ok(question.told(answer, there))
}

/// The answer, and whether any of what it names is there.
async fn put(session: &Session, ask: &Ask, calls: &Arc<AtomicU32>) -> Result<(Json, bool), Problem> {
    if let Some(answer) = once(session, ask, calls).await? {
        return Ok((answer, true));
    }
    // Halves, so that one that is gone among twenty costs some ten calls and not twenty.
    let (mut all, mut there) = (ask.spec.empty(), false);
    // The left one is taken first.
    let halves = |ask: &Ask| ask.halves().into_iter().flat_map(|[left, right]| [right, left]);
    let mut parts: Vec<Ask> = halves(ask).collect();
    while let Some(part) = parts.pop() {
        match once(session, &part, calls).await? {
            Some(answer) => {
                join(&mut all, answer);
                there = true;
            }
            None => parts.extend(halves(&part)),
        }
    }
    Ok((all, there))
}

async fn once(session: &Session, ask: &Ask, calls: &Arc<AtomicU32>) -> Answer {
    let Some(run) = table::find(ask.spec.operation) else { return Err(unknown(ask.spec.operation)) };
    run(&Call::new(session, ask, calls)).await
}

fn unknown(operation: &str) -> Problem {
    error::other(operation, "this operation is not one that can be asked", Remedy::ReadLog)
}

/// Adds the lists of an answer to those of another.
fn join(all: &mut Json, more: Json) {
    let (Json::Object(all), Json::Object(more)) = (all, more) else { return };
    for (name, value) in more {
        match (all.get_mut(&name), value) {
            (Some(Json::Array(list)), Json::Array(more)) => list.extend(more),
            (_, value) => {
                all.insert(name, value);
            }
        }
    }
}

/// EC2's filters.
fn filters(call: &Call<'_>, name: &str) -> Option<Vec<Filter>> {
    call.each(name, |of| {
        Some(Filter::builder().set_name(call::text(of, "Name")).set_values(call::texts(of, "Values")).build())
    })
}
