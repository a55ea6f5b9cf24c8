//! AWS Health: whether AWS itself knows of trouble. Its API needs a support plan (`aws-facts.md` §1.11); where it cannot be
//! asked, that is said with where to look, so that nobody takes silence for good news.
//!
//! It counts what concerns what is unwell and nothing else: an event of the account that affects something near, or an open
//! issue of a service on which something near runs, in its Availability Zone.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use super::{Check, Finding, Given, Outcome, Side, Wanted, is, time, unread};
use crate::{
    problem::ProblemKind,
    resource::ResourceRef,
    text::sentence::Sentence,
    triage::{
        pick,
        read::{Question, Read},
    },
    value::rfc3339,
};

/// Where to look.
const DASHBOARD: &str = "https://health.aws.amazon.com/health/home";
/// What is further away from what is unwell is not looked at.
const NEAR: u8 = 2;
/// How many events of the account are asked what they affect: one call's worth.
const MOST: usize = 10;

/// What Health calls a service whose CloudFormation name is another one.
const NAMES: [(&str, &str); 5] = [
    ("AutoScaling", "AUTOSCALING"),
    ("CertificateManager", "ACM"),
    ("ElasticLoadBalancingV2", "ELASTICLOADBALANCING"),
    ("EFS", "ELASTICFILESYSTEM"),
    ("StepFunctions", "STATES"),
];
/// Volumes are a service of their own there.
const VOLUME: (&str, &str) = ("AWS::EC2::Volume", "EBS");
/// Categories of events that say that something is, or will be, not as usual; notifications do not.
const TROUBLE: [&str; 3] = ["issue", "investigation", "scheduledChange"];

/// What AWS Health would say.
pub(super) struct Health;

impl Check for Health {
    fn id(&self) -> &'static str {
        "aws.health"
    }

    fn wants(&self, given: &Given<'_>) -> Vec<Wanted> {
        if given.graph.roots().next().is_none() || given.region.is_empty() {
            return Vec::new();
        }
        let events = Question::one(Read::HealthEvents, given.region);
        let of: Vec<String> = ours(given).map(|event| pick::text(event, "arn").to_owned()).collect();
        let entities = (!of.is_empty()).then_some(Question { read: Read::HealthEntities, of });
        std::iter::once(events).chain(entities).map(Wanted::Read).collect()
    }

    fn judge(&self, given: &Given<'_>) -> Vec<Finding> {
        let Some(root) = given.graph.roots().next() else { return Vec::new() };
        let finding = |outcome, about: &ResourceRef, evidence| {
            Finding::new(self.id(), outcome, Side::Aws, about, evidence)
        };
        let unknown = |evidence| {
            let (id, outcome, side) = (self.id(), Outcome::Unknown, Side::Aws);
            vec![Finding { id, outcome, about: None, evidence, at: None, side }]
        };
        let problem = given.facts.problem(Read::HealthEvents);
        if let Some(problem) = problem.or_else(|| given.facts.problem(Read::HealthEntities)) {
            return unknown(match problem.kind {
                ProblemKind::NotEnabled => Sentence::new("check.health_plan").with("link", DASHBOARD),
                _ => unread(problem),
            });
        }
        if !given.facts.has(Read::HealthEvents, given.region) {
            return unknown(Sentence::new("check.health").with("link", DASHBOARD));
        }
        let found: Vec<Finding> = concerns(given)
            .into_iter()
            .map(|Concern { event, affects }| {
                let key = if affects.is_some() { "check.health_affects" } else { "check.health_open" };
                let about = affects.unwrap_or(&root.resource);
                let evidence = Sentence::new(key)
                    .with("code", pick::text(event, "eventTypeCode"))
                    .with("status", pick::text(event, "statusCode"))
                    .with("at", time(event, "startTime").map_or_else(|| "–".to_owned(), rfc3339))
                    .with("service", pick::text(event, "service"))
                    .with("region", given.region)
                    .with("id", &about.id);
                finding(Outcome::Fail, about, evidence).since(time(event, "lastUpdatedTime"))
            })
            .collect();
        if !found.is_empty() {
            return found;
        }
        // An event of the account whose things are not known yet may still concern it.
        let open = |event: &Json| !given.facts.has(Read::HealthEntities, pick::text(event, "arn"));
        if ours(given).any(open) {
            return unknown(Sentence::new("check.health").with("link", DASHBOARD));
        }
        let none = Sentence::new("check.health_none").with("region", given.region);
        vec![finding(Outcome::Pass, &root.resource, none)]
    }
}

/// The codes of the events that concern what is unwell, none twice: what a runbook may be proposed by.
pub(super) fn codes(given: &Given<'_>) -> Vec<String> {
    let codes = concerns(given).into_iter().map(|concern| pick::text(concern.event, "eventTypeCode"));
    codes.collect::<BTreeSet<_>>().into_iter().map(str::to_owned).collect()
}

/// An event that concerns what is unwell, and which of its things it affects where AWS says so.
struct Concern<'a> {
    event: &'a Json,
    affects: Option<&'a ResourceRef>,
}

fn events<'a>(given: &Given<'a>) -> impl Iterator<Item = &'a Json> + use<'a> {
    let all = given.facts.items(Read::HealthEvents, "events[]");
    all.filter(|event| TROUBLE.contains(&pick::text(event, "eventTypeCategory")))
}

/// Events of the account alone on services that matter here; as many as are asked what they affect.
fn ours<'a>(given: &Given<'a>) -> impl Iterator<Item = &'a Json> + use<'a> {
    let services = services(given);
    let own = |event: &&Json| pick::text(event, "eventScopeCode") == "ACCOUNT_SPECIFIC";
    events(given).filter(own).filter(move |event| services.contains(pick::text(event, "service"))).take(MOST)
}

fn near<'a>(given: &Given<'a>) -> impl Iterator<Item = &'a ResourceRef> + use<'a> {
    given.graph.nodes.iter().filter(|node| node.steps <= NEAR).map(|node| &node.resource)
}

/// The services on which what is near runs, as Health calls them.
fn services(given: &Given<'_>) -> BTreeSet<String> {
    let name = |one: &ResourceRef| {
        if one.kind == VOLUME.0 {
            return VOLUME.1.to_owned();
        }
        let service = one.kind.split("::").nth(1).unwrap_or_default();
        let known = NAMES.iter().find(|(kind, _)| *kind == service);
        known.map_or_else(|| service.to_uppercase(), |(_, name)| (*name).to_owned())
    };
    near(given).map(name).collect()
}

/// The Availability Zones of the instances that are near, as far as known.
fn zones<'a>(given: &Given<'a>) -> BTreeSet<&'a str> {
    let of = "Reservations[].Instances[].Placement.AvailabilityZone";
    given.facts.answers(Read::Instances).flat_map(|answer| pick::texts(answer, of)).collect()
}

fn concerns<'a>(given: &Given<'a>) -> Vec<Concern<'a>> {
    let affected = |event: &Json| {
        let arn = pick::text(event, "arn");
        let entities = given.facts.items(Read::HealthEntities, "entities[]");
        let mut of = entities.filter(|entity| pick::text(entity, "eventArn") == arn);
        of.find_map(|entity| {
            let value = pick::text(entity, "entityValue");
            near(given).find(|one| is(value, one) || is(pick::text(entity, "entityArn"), one))
        })
    };
    let (services, zones) = (services(given), zones(given));
    let open = |event: &Json| {
        let zone = pick::text(event, "availabilityZone");
        pick::text(event, "eventScopeCode") != "ACCOUNT_SPECIFIC"
            && pick::text(event, "statusCode") == "open"
            && pick::text(event, "eventTypeCategory") != "scheduledChange"
            && services.contains(pick::text(event, "service"))
            && (zone.is_empty() || zones.is_empty() || zones.contains(zone))
    };
    events(given)
        .filter_map(|event| match affected(event) {
            Some(one) => Some(Concern { event, affects: Some(one) }),
            None => open(event).then_some(Concern { event, affects: None }),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::triage::check::tests::{Bench, problem};

    const REGION: &str = "eu-west-1";
    const INSTANCE: &str = "AWS::EC2::Instance";
    const RETIREMENT: &str = "arn:aws:health:eu-west-1::event/EC2/AWS_EC2_RETIREMENT/1";

    fn event(arn: &str, scope: &str, category: &str, service: &str, zone: &str) -> Json {
        json!({
            "arn": arn, "service": service, "eventTypeCode": format!("AWS_{service}_{category}"),
            "eventTypeCategory": category, "region": REGION, "availabilityZone": zone,
            "startTime": "2026-05-01T02:10:00Z", "statusCode": "open", "eventScopeCode": scope,
        })
    }

    fn told(events: &[Json]) -> Bench {
        let mut bench = Bench::of(INSTANCE, "i-0000000a");
        let placed = json!({"Reservations": [{"Instances": [
            {"InstanceId": "i-0000000a", "Placement": {"AvailabilityZone": "eu-west-1a"}}]}]});
        bench.tell(Read::Instances, "i-0000000a", placed);
        bench.tell(Read::HealthEvents, REGION, json!({ "events": events }));
        bench
    }

    #[test]
    fn it_is_never_taken_for_fine() {
        assert_eq!(Bench::default().said(&Health), Vec::<String>::new());
        let link = "https://health.aws.amazon.com/health/home";
        let mut bench = Bench::of(INSTANCE, "i-0000000a");
        assert_eq!(bench.said(&Health), [format!("unknown AWS Health not asked: {link}")]);
        bench.refuse(Read::HealthEvents, REGION);
        assert_eq!(bench.said(&Health), ["unknown not known: health:DescribeEvents failed (no)"]);
    }

    #[test]
    fn without_the_plan_that_is_said_and_is_no_failure_of_the_explanation() {
        let mut bench = Bench::of(INSTANCE, "i-0000000a");
        let question = bench.facts.ask(&Question::one(Read::HealthEvents, REGION)).unwrap();
        let mut refused = problem("health:DescribeEvents");
        refused.kind = ProblemKind::NotEnabled;
        bench.facts.add(question, Err(refused));
        let said = "unknown AWS Health needs a paid plan of AWS Support; look at \
                    https://health.aws.amazon.com/health/home";
        assert_eq!(bench.said(&Health), [said]);
        assert_eq!(bench.facts.problems().count(), 0);
    }

    #[test]
    fn an_open_issue_counts_where_it_is_and_for_what_it_is_about() {
        let at = |service, zone| told(&[event("a", "PUBLIC", "issue", service, zone)]);
        let open = "fail AWS Health: AWS_EC2_issue (open) on EC2 in eu-west-1 since 2026-05-01T02:10:00Z";
        assert_eq!(at("EC2", "").said(&Health), [open]);
        assert_eq!(at("EC2", "eu-west-1a").said(&Health), [open]);
        let fine = ["pass AWS Health knows of nothing in eu-west-1 that concerns it"];
        assert_eq!(at("EC2", "eu-west-1b").said(&Health), fine);
        assert_eq!(at("LAMBDA", "").said(&Health), fine);
        let notice = told(&[event("a", "PUBLIC", "accountNotification", "EC2", "")]);
        assert_eq!(notice.said(&Health), fine);
        let planned = told(&[event("a", "PUBLIC", "scheduledChange", "EC2", "")]);
        assert_eq!(planned.said(&Health), fine);
    }

    #[test]
    fn an_event_of_the_account_counts_where_it_affects_what_is_near() {
        let mut bench = told(&[event(RETIREMENT, "ACCOUNT_SPECIFIC", "scheduledChange", "EC2", "")]);
        let wanted = bench.with(|given| Health.wants(given));
        assert!(wanted.contains(&Wanted::Read(Question::one(Read::HealthEntities, RETIREMENT))));
        assert_eq!(
            bench.said(&Health),
            ["unknown AWS Health not asked: https://health.aws.amazon.com/health/home"]
        );
        let affects = |of: &str| json!({"entities": [{"eventArn": RETIREMENT, "entityValue": of}]});
        let mut other = bench.clone();
        bench.tell(Read::HealthEntities, RETIREMENT, affects("i-0000000a"));
        assert_eq!(
            bench.said(&Health),
            ["fail AWS Health: AWS_EC2_scheduledChange (open) from 2026-05-01T02:10:00Z affects i-0000000a"]
        );
        assert_eq!(bench.with(codes), ["AWS_EC2_scheduledChange"]);
        other.tell(Read::HealthEntities, RETIREMENT, affects("i-0000000b"));
        assert_eq!(other.said(&Health), ["pass AWS Health knows of nothing in eu-west-1 that concerns it"]);
    }
}
