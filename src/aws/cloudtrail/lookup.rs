//! LookupEvents itself, asked within the account's two calls a second, whoever asks.

use std::time::{Duration, Instant};

use aws_sdk_cloudtrail::{
    operation::lookup_events::LookupEventsOutput,
    types::{LookupAttribute, LookupAttributeKey},
};
use aws_smithy_types::DateTime;

use crate::{
    aws::{Session, ask, probe::Probe},
    problem::{Problem, ProblemKind, Remedy},
};

/// As its IAM action.
pub(in crate::aws) const OPERATION: &str = "cloudtrail:LookupEvents";
/// Events a page (`MaxResults` 1–50).
pub(in crate::aws) const PAGE: i32 = 50;
/// Attempts per page, each within the budget.
pub(in crate::aws) const ATTEMPTS: u32 = 3;
/// A connection that broke sooner than this is tried again; one that nobody answered is not.
const QUICK: Duration = Duration::from_secs(2);

/// Which page.
#[derive(Debug)]
pub(in crate::aws) struct Sought<'a> {
    /// The one attribute by which it looks, and its value.
    pub attribute: Option<(&'a str, &'a str)>,
    /// The first moment.
    pub from: Option<DateTime>,
    /// The last one; none for "until now".
    pub until: Option<DateTime>,
    /// Events at most, 1–50.
    pub most: Option<i32>,
    /// The page before's token.
    pub token: Option<String>,
}

/// Asks for a page, in at most `calls` attempts.
pub(in crate::aws) async fn page(
    session: &Session,
    sought: &Sought<'_>,
    probe: &Probe,
    calls: u32,
) -> Result<LookupEventsOutput, Problem> {
    let mut attempt = 1;
    loop {
        let started = Instant::now();
        match once(session, sought, probe).await {
            Ok(page) => {
                session.eased(OPERATION);
                return Ok(page);
            }
            Err(problem) => {
                let again = match problem.kind {
                    ProblemKind::Throttled => {
                        session.throttled(OPERATION);
                        true
                    }
                    ProblemKind::Offline => started.elapsed() < QUICK,
                    ProblemKind::Other => problem.remedy == Remedy::Wait,
                    _ => false,
                };
                if !again || attempt >= ATTEMPTS.min(calls) {
                    return Err(problem);
                }
                attempt += 1;
            }
        }
    }
}

async fn once(session: &Session, sought: &Sought<'_>, probe: &Probe) -> Result<LookupEventsOutput, Problem> {
    let attribute = sought.attribute.and_then(|(key, value)| {
        LookupAttribute::builder()
            .attribute_key(LookupAttributeKey::from(key))
            .attribute_value(value)
            .build()
            .ok()
    });
    let request = session
        .cloudtrail()
        .lookup_events()
        .set_lookup_attributes(attribute.map(|a| vec![a]))
        .set_start_time(sought.from)
        .set_end_time(sought.until)
        .set_max_results(sought.most)
        .set_next_token(sought.token.clone());
    ask!(session, OPERATION, probe, request)
}
