//! Opening an incident from an alarm, a resource, or a report.

use jiff::Timestamp;
use serde_json::json;

use super::{
    Refused, Work,
    args::{OpenArgs, Output},
};
use crate::{
    incident::{
        Event,
        event::{Report, Subject, Where},
        fold::id_of,
    },
    journal::Created,
    resource::ResourceRef,
    scope::ScopeId,
    text::{sanitise::clean, sentence::Sentence},
    triage::{
        arn::Arn,
        kinds::{self, Place},
    },
};

/// The type of an alarm.
const ALARM: &str = "AWS::CloudWatch::Alarm";
/// Longest title that is made of a report, in characters.
const TITLE: usize = 80;

/// Opens one, or names the one that the alarm or resource has: one alarm never opens two unasked.
pub(super) fn open(work: &mut Work<'_>, args: &OpenArgs) -> Result<bool, Refused> {
    let named = Named { alarm: args.alarm.as_deref(), resource: args.resource.as_deref() };
    let is_named = args.alarm.is_some() || args.resource.is_some();
    let subject = is_named.then(|| named.subject(work, args.account.as_deref())).transpose()?;
    let (since, since_said) = since(args)?;
    let report = args.report.as_ref().map(|what| Report {
        what: what.clone(),
        who: args.who.clone().unwrap_or_default(),
        since: since_said,
        url: args.url.clone().unwrap_or_default(),
        how_many: args.how_many.clone().unwrap_or_default(),
        from: args.from.clone().unwrap_or_default(),
    });
    let title = title(args, subject.as_ref());
    if title.trim().is_empty() {
        return Err(Refused::Usage(Sentence::new("cli.incident.empty")));
    }
    let mut hand = work.desk.hand.clone();
    hand.scope = subject.as_ref().and_then(|subject| subject.scope.clone()).or(hand.scope);
    let uid = work.journal.fresh_uid()?;
    let about = subject.clone().filter(|_| !args.again);
    let created = work.journal.create_unless(
        &uid,
        work.desk.now,
        &hand,
        |all| about.and_then(|about| all.into_iter().find(|one| !one.is_closed() && one.is_about(&about))),
        |number| {
            let (kind, level) = (args.kind, args.severity);
            vec![Event::Opened { title, kind, level, subject, since, report, number }]
        },
    )?;
    match created {
        Created::New(number, written) => {
            work.said(&id_of(number), &written, args.form.output, &[("existing", json!(false))])?;
        }
        Created::Known(known) if args.form.output == Output::Json => {
            let answer = json!({"id": known.id(), "uid": known.uid, "existing": true,
                                "seq": known.next_seq() - 1, "journal_head": known.head});
            work.document(&answer)?;
        }
        Created::Known(known) => {
            let told = Sentence::new("cli.incident.existing").with("id", known.id());
            let told = told.with("title", clean(&known.title)).text(work.desk.words);
            writeln!(work.desk.out, "{told}")?;
        }
    }
    Ok(true)
}

fn title(args: &OpenArgs, subject: Option<&Subject>) -> String {
    if let Some(title) = &args.title {
        return title.clone();
    }
    if let Some(subject) = subject {
        return subject.label().to_owned();
    }
    let what = args.report.as_deref().unwrap_or_default();
    let first = what.lines().find(|line| !line.trim().is_empty()).unwrap_or_default().trim();
    first.chars().take(TITLE).collect()
}

/// A time; of a report also words, which are kept as they were said.
fn since(args: &OpenArgs) -> Result<(Option<Timestamp>, String), Refused> {
    let Some(said) = &args.since else { return Ok((None, String::new())) };
    match said.parse() {
        Ok(at) => Ok((Some(at), said.clone())),
        Err(_) if args.report.is_some() => Ok((None, said.clone())),
        Err(_) => Err(Refused::Usage(Sentence::new("cli.incident.since").with("said", clean(said)))),
    }
}

/// An alarm or a resource as options name it.
pub(super) struct Named<'a> {
    /// An alarm's name or ARN.
    pub(super) alarm: Option<&'a str>,
    /// Else a resource's id, ARN, or type and name.
    pub(super) resource: Option<&'a str>,
}

impl Named<'_> {
    /// As records name it.
    pub(super) fn subject(&self, work: &Work<'_>, account: Option<&str>) -> Result<Subject, Refused> {
        let scope = work.desk.hand.scope.clone();
        let name = self.alarm.or(self.resource).unwrap_or_default().trim();
        if name.is_empty() {
            return Err(Refused::Usage(Sentence::new("cli.incident.empty")));
        }
        let at = place(scope, name, account);
        let here = at.clone().unwrap_or_default();
        let at_aws = Place {
            scope: ScopeId(0),
            partition: "aws",
            region: &here.region,
            account: here.account.as_deref().unwrap_or_default(),
        };
        let resource = if self.alarm.is_some() {
            let (id, arn) = match kinds::of_arn(name, ScopeId(0)).filter(|found| found.kind == ALARM) {
                Some(found) => (found.id, found.arn),
                None => (name.to_owned(), None),
            };
            ResourceRef { scope: ScopeId(0), kind: ALARM.into(), id, arn }
        } else {
            let typed = || {
                let (kind, id) =
                    name.split_once('/').filter(|(kind, id)| kind.starts_with("AWS::") && !id.is_empty())?;
                Some(ResourceRef::new(ScopeId(0), kind.to_owned(), id))
            };
            let unknown = || Refused::Usage(Sentence::new("triage.no_id").with("name", clean(name)));
            kinds::of_id(name, &at_aws).or_else(typed).ok_or_else(unknown)?
        };
        let kind = resource.kind.into_owned();
        Ok(Subject { kind, id: resource.id, name: String::new(), arn: resource.arn, scope: at })
    }
}

/// Where it is: as its ARN says, else as options say; none where nothing does.
fn place(scope: Option<Where>, name: &str, account: Option<&str>) -> Option<Where> {
    let arn = Arn::parse(name);
    let named = arn.is_some() || account.is_some();
    let mut at = scope.or_else(|| named.then(Where::default))?;
    if let Some(account) = account {
        at.account = Some(account.to_owned());
    }
    if let Some(arn) = arn {
        if !arn.region.is_empty() {
            arn.region.clone_into(&mut at.region);
        }
        if !arn.account.is_empty() {
            at.account = Some(arn.account.to_owned());
        }
    }
    Some(at)
}
