//! What an incident is about: alarms, resources and reports that belong to it, or do not after all; its grey-zone record.

use serde_json::json;

use super::{
    Refused, Work,
    args::about::{AttachArgs, DetachArgs, GreyArgs},
    open,
};
use crate::{
    incident::{Event, event::Report, grey},
    text::{nearest::nearest, sanitise::clean, sentence::Sentence},
};

pub(super) fn attach(work: &mut Work<'_>, args: &AttachArgs) -> Result<bool, Refused> {
    let incident = work.load(&args.id)?;
    let event = if let Some(typed) = &args.report {
        let what = work.text(typed)?;
        Event::Reported(Report { what, who: args.who.clone().unwrap_or_default(), ..Report::default() })
    } else {
        let named = open::Named { alarm: args.alarm.as_deref(), resource: args.resource.as_deref() };
        let subject = named.subject(work, args.account.as_deref())?;
        if incident.is_about(&subject) {
            let told = Sentence::new("cli.incident.is_about").with("id", incident.id());
            return Err(Refused::Failed(told.with("name", clean(subject.label()))));
        }
        Event::Attached { subject }
    };
    work.write(&incident, event, args.form.output, &[])
}

pub(super) fn detach(work: &mut Work<'_>, args: &DetachArgs) -> Result<bool, Refused> {
    let incident = work.load(&args.id)?;
    let reason = args.reason.clone();
    let event = if let Some(of) = args.report {
        if !incident.reports.iter().any(|report| report.seq == of) {
            let told = Sentence::new("cli.incident.no_report").with("id", incident.id()).with("seq", of);
            return Err(Refused::Usage(told));
        }
        Event::Withdrawn { of, reason }
    } else {
        let named = open::Named { alarm: args.alarm.as_deref(), resource: args.resource.as_deref() };
        let subject = named.subject(work, args.account.as_deref())?;
        let known = incident.subjects.iter().find(|known| known.same(&subject));
        let Some(subject) = known.cloned() else {
            let told = Sentence::new("cli.incident.not_about").with("id", incident.id());
            return Err(Refused::Usage(told.with("name", clean(subject.label()))));
        };
        Event::Detached { subject, reason }
    };
    work.write(&incident, event, args.form.output, &[])
}

pub(super) fn grey(work: &mut Work<'_>, args: &GreyArgs) -> Result<bool, Refused> {
    let incident = work.load(&args.id)?;
    let Some(field) = grey::field(&args.field) else {
        let names = grey::FIELDS.iter().map(|field| field.key);
        let meant = nearest(&args.field, names.clone()).unwrap_or("disputed");
        let told = Sentence::new("cli.incident.no_field").with("name", clean(&args.field));
        let names: Vec<&str> = names.collect();
        return Err(Refused::Usage(told.with("meant", meant).with("names", names.join(", "))));
    };
    let value = args.value.trim();
    if !grey::is_fit(field, value) {
        return Err(Refused::Usage(Sentence::new("form.bad_date").with("value", clean(value))));
    }
    let event = Event::Grey { field: field.key.to_owned(), value: value.to_owned() };
    work.write(&incident, event, args.form.output, &[("missing", json!(lacking(&incident, field.key)))])
}

/// Fields without which AWS cannot be asked and that still say nothing, this one aside.
fn lacking(incident: &crate::incident::Incident, said: &str) -> Vec<&'static str> {
    grey::missing(incident).iter().map(|field| field.key).filter(|key| *key != said).collect()
}
