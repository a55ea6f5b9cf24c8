//! `toban triage`: what changed before something broke, on standard output; from AWS, or from files alone.

use std::{
    fs,
    io::{self, Write},
    path::Path,
    sync::Arc,
    time::Duration,
};

use futures::future::join_all;
use jiff::{SignedDuration, Timestamp, tz::TimeZone};

use super::{TriageArgs, start::Access};
use crate::{
    aws,
    config::Thresholds,
    offline,
    problem::{Problem, ProblemKind},
    resource::ResourceRef,
    rows::event::HISTORY,
    runbook::{
        explained,
        propose::{Alarmed, Signs},
        shelf::Shelf,
    },
    runtime,
    scope::{Scope, ScopeId, Scopes},
    text::{Catalogue, problem, sanitise::clean, sentence::Sentence},
    trail,
    triage::{
        answer::{Answer, Trouble},
        arn::Arn,
        context::{Context, WINDOW, Watched},
        explanation::{Explanation, Request, Subject},
        kinds::{self, Place},
    },
    value::{Cx, rfc3339},
};

/// Largest context file that is read.
const LARGEST: u64 = 16 * 1024 * 1024;
/// No valid credentials (`contract.md`).
const NO_CREDENTIALS: u8 = 3;

/// Why nothing was answered.
#[derive(Debug)]
pub enum Refused {
    /// The context is none, or nothing is called so.
    Usage(Sentence),
    /// AWS could not be asked about it.
    Failed(Problem),
    /// Standard output takes no more.
    Output(io::Error),
}

impl Refused {
    /// The exit status of `contract.md`.
    pub const fn status(&self) -> u8 {
        match self {
            Self::Usage(_) => 2,
            Self::Failed(problem) if matches!(problem.kind, ProblemKind::Expired) => NO_CREDENTIALS,
            Self::Failed(_) | Self::Output(_) => 1,
        }
    }
}

/// What an answer is printed with.
#[derive(Clone, Copy)]
pub struct Look<'a> {
    /// The words.
    pub words: &'a Catalogue,
    /// What counts as old.
    pub thresholds: &'a Thresholds,
    /// The runbooks, of which one is proposed.
    pub shelf: &'a Shelf,
    /// In which time zone.
    pub zone: &'a TimeZone,
    /// Milliseconds since the start.
    pub elapsed_ms: &'a dyn Fn() -> u64,
}

/// From files alone. Reads, ranks and prints; what could not be read is said on standard error. Whether there was anything
/// to look at.
pub fn offline(
    args: &TriageArgs,
    file: &Path,
    look: Look<'_>,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> Result<bool, Refused> {
    let context = context(file).map_err(Refused::Usage)?;
    let answered = offline::explain(&context, &args.trail, args.top);
    let mut errors = errors(&answered);
    if context.case.about.resources.is_empty() {
        errors.push(Sentence::new("triage.no_resource"));
    }
    let scope = Scope::new("", context.region.clone());
    let watched = context.watched.clone().map(|Watched { namespace, metric, dimensions }| Alarmed {
        namespace,
        metric,
        dimensions,
    });
    let signs = Signs {
        alarms: watched.into_iter().collect(),
        intake: context.report.clone(),
        ..explained::found(&[], &answered.ranking)
    };
    let answer = Answer {
        runbook: best(look.shelf, &signs),
        names: Vec::new(),
        findings: Vec::new(),
        ranking: answered.ranking,
        of: answered.of,
        read: answered.read,
        errors: errors.into_iter().map(Trouble::Said).collect(),
        calls: 0,
        elapsed_ms: (look.elapsed_ms)(),
        asked: false,
        context,
    };
    print(&answer, scope, args, look, out, err)?;
    Ok(answered.read > 0)
}

/// From AWS: the alarm or the resource, what is around it, checks, CloudTrail.
pub async fn online(
    args: &TriageArgs,
    access: Access,
    look: Look<'_>,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> Result<(), Refused> {
    let Access { clients, scopes, clock, store, .. } = access;
    let now = clock.now();
    let Found { session, subject, calls, failed } = match (&args.alarm, &args.resource) {
        (Some(name), _) => alarm(&clients, &scopes, name).await?,
        (None, name) => resource(&clients, &scopes, name.as_deref().unwrap_or_default()).await?,
    };
    let window = args.window.map_or(WINDOW, signed);
    let request = Request { subject, at: args.at, window, spent: calls };
    let mut explanation = runtime::triage::explain(&session, &store, &request, &mut |_| {}).await;
    let calls = explanation.calls + clients.asides();
    let who = aws::caller(&session).await.ok();
    let mut scope = Scope::new(session.profile(), session.region.clone());
    if let Some(who) = who {
        (scope.account, scope.partition) = (Some(who.account), who.partition);
    }
    let mut errors: Vec<Trouble> = explanation.problems.drain(..).map(Trouble::Problem).collect();
    errors.extend(failed.into_iter().map(Trouble::Problem));
    errors.extend(said(&explanation, &now));
    let of = explanation.of;
    let runbook = best(look.shelf, &explained::signs(&explanation, ""));
    let mut ranking = explanation.ranking;
    ranking.suspects.truncate(args.top);
    let context = Context {
        account: scope.account.clone().unwrap_or_default(),
        region: scope.region.clone(),
        alarm: explanation.alarm.as_deref().map(|alarm| alarm.name.clone()),
        watched: None,
        report: String::new(),
        case: explanation.case,
    };
    let names = explanation.graph.nodes.into_iter().filter(|node| !node.name.is_empty());
    let answer = Answer {
        runbook,
        names: names.map(|node| (node.resource, node.name)).collect(),
        findings: explanation.findings,
        ranking,
        of,
        read: explanation.read,
        errors,
        calls,
        elapsed_ms: (look.elapsed_ms)(),
        asked: true,
        context,
    };
    print(&answer, scope, args, look, out, err)
}

/// The runbook that fits best.
fn best(shelf: &Shelf, signs: &Signs) -> Option<String> {
    shelf.proposed(signs).into_iter().next().map(|proposal| proposal.book)
}

fn signed(span: Duration) -> SignedDuration {
    SignedDuration::try_from(span).unwrap_or(WINDOW)
}

/// What is to be said about the case itself.
fn said(explanation: &Explanation, now: &Timestamp) -> Vec<Trouble> {
    let Explanation { case, whole, read_back_to, .. } = explanation;
    let oldest = now.saturating_sub(HISTORY).unwrap_or(*now);
    let mut said = Vec::new();
    if case.at < oldest {
        said.push(Sentence::new("triage.beyond"));
    } else if !whole {
        let at = read_back_to.map_or_else(|| "–".to_owned(), rfc3339);
        said.push(Sentence::new("triage.read_back").with("at", at));
    }
    if case.about.resources.is_empty() {
        said.push(Sentence::new("triage.alarm_without"));
    }
    said.into_iter().map(Trouble::Said).collect()
}

/// What is to be explained, and where it is.
struct Found {
    session: Arc<aws::Session>,
    subject: Subject,
    calls: u32,
    /// Why elsewhere nothing was found.
    failed: Vec<Problem>,
}

/// The scope that has an alarm of this name, the first that is in ALARM before the others.
async fn alarm(clients: &aws::Clients, scopes: &Scopes, name: &str) -> Result<Found, Refused> {
    let calls = Arc::default();
    let ask = async |id: ScopeId| {
        let session = clients.session(id).await?;
        let found = aws::cloudwatch::named(&session, name, &calls).await?;
        Ok::<_, Problem>((session, found))
    };
    let answers = join_all(scopes.iter().map(|(id, _)| ask(id))).await;
    let mut failed = Vec::new();
    let mut found = Vec::new();
    for answer in answers {
        match answer {
            Ok((session, Some(alarms))) => found.push((session, alarms)),
            Ok((_, None)) => {}
            Err(problem) => failed.push(problem),
        }
    }
    found.sort_by_key(|(_, alarms)| {
        alarms.first().is_none_or(|alarm| alarm.state != crate::rows::alarm::AlarmState::Alarm)
    });
    let calls = calls.load(std::sync::atomic::Ordering::Relaxed);
    match (found.into_iter().next(), failed.first()) {
        (Some((session, alarms)), _) => {
            let mut alarms = alarms.into_iter().map(Arc::new);
            let Some(own) = alarms.next() else { return Err(no_alarm(name)) };
            Ok(Found { session, subject: Subject::Alarm(own, alarms.collect()), calls, failed })
        }
        (None, Some(problem)) => Err(Refused::Failed(problem.clone())),
        (None, None) => Err(no_alarm(name)),
    }
}

fn no_alarm(name: &str) -> Refused {
    Refused::Usage(Sentence::new("triage.no_alarm").with("name", clean(name)))
}

/// A resource by id, ARN, or type and name: an ARN's in the scope of its Region and account, others in the first scope.
async fn resource(clients: &aws::Clients, scopes: &Scopes, name: &str) -> Result<Found, Refused> {
    let arn = Arn::parse(name);
    let mut first = None;
    for (id, _) in scopes.iter() {
        let session = clients.session(id).await.map_err(Refused::Failed)?;
        let who = aws::caller(&session).await.map_err(Refused::Failed)?;
        // Global services have no Region, S3 no account in its ARNs.
        let fits = arn.as_ref().is_none_or(|arn| {
            (arn.region.is_empty() || arn.region == session.region)
                && (arn.account.is_empty() || arn.account == who.account)
        });
        if fits {
            first = Some((id, session, who));
            break;
        }
    }
    let Some((id, session, who)) = first else {
        return Err(Refused::Usage(Sentence::new("triage.elsewhere").with("name", clean(name))));
    };
    let place =
        Place { scope: id, partition: &who.partition, region: &session.region, account: &who.account };
    let typed = || {
        let (kind, name) =
            name.split_once('/').filter(|(kind, name)| kind.starts_with("AWS::") && !name.is_empty())?;
        Some(match kinds::kind(kind) {
            Some(known) => kinds::refer(known.name, name, &place),
            None => ResourceRef::new(id, clean(kind), clean(name)),
        })
    };
    let found = kinds::of_id(name, &place).or_else(typed);
    let resource =
        found.ok_or_else(|| Refused::Usage(Sentence::new("triage.no_id").with("name", clean(name))))?;
    Ok(Found { session, subject: Subject::Resource(resource), calls: 0, failed: Vec::new() })
}

fn print(
    answer: &Answer,
    scope: Scope,
    args: &TriageArgs,
    look: Look<'_>,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> Result<(), Refused> {
    let Look { words, thresholds, zone, .. } = look;
    for error in &answer.errors {
        let _ = match error {
            Trouble::Said(sentence) => writeln!(err, "toban: {}", sentence.text(words)),
            Trouble::Problem(why) => {
                writeln!(err, "toban: {why} {}", problem::remedy(words, &why.remedy))
            }
        };
    }
    let scopes = Scopes::new(vec![scope]);
    let cx = Cx { now: answer.context.case.at, zone, words, thresholds, scopes: &scopes };
    match answer.write(args.output, &cx, out).and_then(|()| out.flush()) {
        // A reader that has seen enough (`| head`) is no failure.
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Refused::Output(error)),
        _ => Ok(()),
    }
}

fn context(path: &Path) -> Result<Context, Sentence> {
    let refused = |error: &dyn std::fmt::Display| {
        let sentence = Sentence::new("triage.no_context").with("path", path.display());
        sentence.with("error", clean(&error.to_string()))
    };
    let length = fs::metadata(path).map_err(|e| refused(&e))?.len();
    if length > LARGEST {
        return Err(refused(&format!("{length} B > {LARGEST} B")));
    }
    let text = fs::read_to_string(path).map_err(|e| refused(&e))?;
    Context::parse(text.trim_start_matches('\u{feff}')).map_err(|e| refused(&e))
}

fn errors(explained: &offline::Explained) -> Vec<Sentence> {
    let outcome = &explained.outcome;
    let mut errors: Vec<Sentence> = outcome.troubles.iter().map(trail::files::trouble).collect();
    if outcome.more_troubles > 0 {
        errors.push(Sentence::new("triage.more_troubles").with("n", outcome.more_troubles));
    }
    if explained.read == 0 {
        errors.push(Sentence::new("triage.no_events"));
    }
    errors
}
