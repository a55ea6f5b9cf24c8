//! Lambda functions that start anew, and AWS Config at its rounds.

use serde_json::json;

use super::{
    super::{caller::Agent, event::Call, names::FUNCTIONS, session},
    lists::RECORDER,
};
use crate::drill::trail::pen::Pen;

pub(super) fn write(pen: &mut Pen<'_>) {
    for at in pen.around_the_clock(20.0) {
        start(pen, at);
    }
    for at in pen.every(4 * 3600, 2711) {
        record(pen, at);
    }
}

/// A cold start: credentials, and a log stream of its own.
fn start(pen: &mut Pen<'_>, at: i64) {
    let Some(name) = pen.dice.pick(FUNCTIONS).copied() else { return };
    let role = format!("lambda-{name}");
    let agent = Agent::Lambda(name.to_owned());
    let who = session::service(pen, "lambda", ("/service-role/", &role), name, at, agent);
    let group = format!("/aws/lambda/{name}");
    let instance = pen.uuid().replace('-', "");
    let date = crate::drill::world::shift(jiff::Timestamp::UNIX_EPOCH, at).strftime("%Y/%m/%d").to_string();
    let call = Call::new("logs:CreateLogStream")
        .request(&json!({ "logGroupName": group, "logStreamName": format!("{date}/[$LATEST]{instance}") }))
        .on("AWS::Logs::LogGroup", group);
    pen.write(at + 1, &who, call);
}

/// AWS Config describes what it keeps account of.
fn record(pen: &mut Pen<'_>, at: i64) {
    let who = session::linked(pen, "config", "AWSServiceRoleForConfig", "AWSConfig-Describe", at);
    let mut at = at;
    for (what, request) in RECORDER {
        pen.read(at, &who, what, request);
        at += pen.dice.span(0, 4);
    }
    let call = Call::new("config:PutEvaluations").request(&json!({ "testMode": false, "evaluations": [] }));
    pen.write(at + 30, &who, call);
}
