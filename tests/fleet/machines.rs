//! EC2 instances with their status checks and images.

use serde_json::{Value, json};

use super::{Fleet, arn, element, iso, maybe, page, row, tag_set, xml, xml_page};
use crate::aws_stub::{Answer, Asked};

const DAY: i64 = 86_400;
/// Different images.
const IMAGES: usize = 40;
/// One that was deregistered.
const GONE_IMAGE: usize = 7;
/// One that was deprecated.
const OLD_IMAGE: usize = 9;

/// One instance.
#[derive(Debug, Clone)]
pub struct Machine {
    pub n: usize,
    pub id: String,
    pub name: Option<String>,
    pub state: &'static str,
    pub reason: Option<&'static str>,
    pub launched: i64,
    pub asg: Option<&'static str>,
    pub tags: Vec<(String, String)>,
    pub checks: Option<[&'static str; 3]>,
    /// Code, description, seconds until then.
    pub event: Option<(&'static str, &'static str, i64)>,
    pub volumes: Vec<String>,
}

impl Machine {
    pub fn new(n: usize, now: i64) -> Self {
        let (state, reason) = match n % 20 {
            0 => ("stopped", Some("Client.UserInitiatedShutdown: User initiated shutdown")),
            1 => ("terminated", None),
            2 => ("pending", None),
            3 => ("stopping", None),
            4 => ("shutting-down", None),
            5 => ("stopped", Some("Server.SpotInstanceShutdown: Instance shut down by AWS")),
            _ => ("running", None),
        };
        let checks = match (state, n % 50) {
            ("terminated", _) | ("running", 12) => None,
            ("running", 6) => Some(["impaired", "ok", "ok"]),
            ("running", 7) => Some(["ok", "impaired", "ok"]),
            ("running", 8) => Some(["ok", "ok", "impaired"]),
            ("running", 9) => Some(["initializing"; 3]),
            ("running", 10) => Some(["ok", "insufficient-data", "ok"]),
            ("running", 11) => Some(["ok", "ok", "not-applicable"]),
            ("running", _) => Some(["ok"; 3]),
            _ => Some(["not-applicable"; 3]),
        };
        let event = match n % 100 {
            13 => Some(("instance-retirement", "The instance is running on degraded hardware", 3 * DAY)),
            33 => Some(("system-reboot", "scheduled reboot", 2 * DAY)),
            53 => Some(("instance-retirement", "The instance is running on degraded hardware", 20 * DAY)),
            73 => Some(("instance-reboot", "[Completed] scheduled reboot", -DAY)),
            _ => None,
        };
        let name = match n % 10 {
            7 => None,
            8 => Some(format!("夜間バッチ & <集計> {n}")),
            _ => Some(format!("web-{n}")),
        };
        let asg = (n % 9 == 4).then_some("web-asg");
        let mut tags = vec![("Env".to_owned(), "prod".to_owned())];
        tags.extend(name.iter().map(|name| ("Name".to_owned(), name.clone())));
        tags.extend(asg.map(|asg| ("aws:autoscaling:groupName".to_owned(), asg.to_owned())));
        tags.extend(super::backups::tag(n));
        let mut volumes = vec![format!("vol-{n:017x}")];
        if n % 4 == 0 || matches!(n % 24, 5 | 6) {
            volumes.push(format!("vol-d{n:016x}"));
        }
        if !Self::lives(state) {
            volumes.clear();
        }
        let launched = now - 4_000 - 977 * i64::try_from(n).unwrap();
        let id = format!("i-{n:017x}");
        Self { n, id, name, state, reason, launched, asg, tags, checks, event, volumes }
    }

    fn lives(state: &str) -> bool {
        !matches!(state, "terminated" | "shutting-down")
    }

    /// Whether it is still there to be backed up and patched.
    pub fn is_live(&self) -> bool {
        Self::lives(self.state)
    }

    pub fn arn(&self) -> String {
        arn("ec2", &format!("instance/{}", self.id))
    }

    fn image(&self) -> usize {
        self.n % IMAGES
    }

    fn private_ip(&self) -> Option<String> {
        (self.state != "terminated").then(|| format!("10.{}.{}.7", self.n / 250, self.n % 250))
    }

    fn public_ip(&self) -> Option<String> {
        (self.state == "running" && self.n % 6 == 0)
            .then(|| format!("203.0.{}.{}", self.n / 250, self.n % 250))
    }

    fn network(&self, what: &str) -> Option<String> {
        (self.state != "terminated").then(|| format!("{what}-{:017x}", self.n % 3))
    }

    fn groups(&self) -> Vec<String> {
        let count = if self.state == "terminated" { 0 } else { self.n % 3 };
        (0..count).map(|g| format!("sg-{g:017x}")).collect()
    }

    fn kind(&self) -> &'static str {
        ["t3.large", "m7g.4xlarge", "u-24tb1.112xlarge"][self.n % 3]
    }

    fn az(&self) -> String {
        format!("eu-west-1{}", ['a', 'b', 'c'][self.n % 3])
    }

    fn platform(&self) -> Option<&'static str> {
        match self.n % 7 {
            0 => Some("Windows"),
            1 => None,
            _ => Some("Linux/UNIX"),
        }
    }

    fn xml(&self) -> String {
        let groups: String = self
            .groups()
            .iter()
            .map(|id| format!("<item>{}{}</item>", element("groupId", id), element("groupName", "web")))
            .collect();
        let volumes: String = self
            .volumes
            .iter()
            .map(|id| format!("<item><ebs>{}</ebs></item>", element("volumeId", id)))
            .collect();
        let reason = self.reason.map(|r| format!("<stateReason>{}</stateReason>", element("message", r)));
        [
            element("instanceId", &self.id),
            element("imageId", &image_id(self.image())),
            format!("<instanceState>{}</instanceState>", element("name", self.state)),
            reason.unwrap_or_default(),
            element("instanceType", self.kind()),
            element("launchTime", &iso(self.launched)),
            format!("<placement>{}</placement>", element("availabilityZone", &self.az())),
            maybe("subnetId", self.network("subnet").as_deref()),
            maybe("vpcId", self.network("vpc").as_deref()),
            maybe("privateIpAddress", self.private_ip().as_deref()),
            maybe("ipAddress", self.public_ip().as_deref()),
            format!("<groupSet>{groups}</groupSet>"),
            format!("<blockDeviceMapping>{volumes}</blockDeviceMapping>"),
            maybe("platformDetails", self.platform()),
            tag_set(&self.tags),
        ]
        .concat()
    }

    fn status_xml(&self, now: i64) -> Option<String> {
        let [system, instance, ebs] = self.checks?;
        let check = |name: &str, state: &str| format!("<{name}>{}</{name}>", element("status", state));
        let event = self.event.map(|(code, description, after)| {
            format!(
                "<eventsSet><item>{}{}{}</item></eventsSet>",
                element("code", code),
                element("description", description),
                element("notBefore", &iso(now + after))
            )
        });
        Some(format!(
            "<item>{}{}{}{}{}</item>",
            element("instanceId", &self.id),
            check("systemStatus", system),
            check("instanceStatus", instance),
            check("attachedEbsStatus", ebs),
            event.unwrap_or_default()
        ))
    }

    /// The row of `toban list instances`.
    pub fn expected(&self, now: i64) -> Value {
        let runs = self.state == "running";
        let mut wrong = Vec::new();
        if let Some(checks) = self.checks.filter(|_| runs) {
            wrong.extend(checks.iter().filter(|c| **c == "impaired").map(|_| "high"));
            wrong.extend(checks.contains(&"initializing").then_some("low"));
            wrong.extend(checks.contains(&"insufficient-data").then_some("unknown"));
        }
        wrong.extend((runs && self.checks.is_none()).then_some("unknown"));
        let events = self.event.filter(|_| self.checks.is_some());
        wrong.extend(events.and_then(|(code, _, after)| match code {
            "instance-retirement" if after <= 7 * DAY => Some("high"),
            "instance-reboot" => None,
            _ => Some("medium"),
        }));
        wrong.extend(self.reason.filter(|r| r.starts_with("Server.")).map(|_| "medium"));
        wrong.extend((runs && self.image() != GONE_IMAGE && self.image() * 10 > 180).then_some("low"));
        wrong.extend((runs && self.image() == OLD_IMAGE).then_some("low"));
        let tags: serde_json::Map<String, Value> =
            self.tags.iter().map(|(k, v)| (k.clone(), v.clone().into())).collect();
        let check = |at: usize| self.checks.map(|c| c[at]);
        let scheduled = self.checks.map(|_| {
            let event = events.map(|(code, description, after)| {
                json!({ "code": code, "description": description, "not_before": iso(now + after), "not_after": null })
            });
            event.into_iter().collect::<Vec<_>>()
        });
        row(
            &wrong,
            json!({
                "id": self.id, "name": self.name, "state": self.state, "type": self.kind(), "az": self.az(),
                "launch_time": iso(self.launched), "private_ip": self.private_ip(), "public_ip": self.public_ip(),
                "vpc_id": self.network("vpc"), "subnet_id": self.network("subnet"),
                "security_groups": self.groups(), "image_id": image_id(self.image()),
                "image_age_days": (self.image() != GONE_IMAGE).then_some(self.image() * 10),
                "asg": self.asg, "platform": self.platform(), "tags": tags,
                "status_system": check(0), "status_instance": check(1), "status_ebs": check(2),
                "scheduled_events": scheduled, "ssm": null,
            }),
        )
    }
}

fn image_id(n: usize) -> String {
    format!("ami-{n:017x}")
}

/// Whole reservations, of one to nine instances each, until a page is full: the next one begins where this ends.
pub fn instances(fleet: &Fleet, asked: &Asked) -> Answer {
    let (mut reservations, mut at) = (Vec::new(), 0);
    while at < fleet.machines.len() {
        let end = (at + 1 + reservations.len() * 7 % 9).min(fleet.machines.len());
        reservations.push(&fleet.machines[at..end]);
        at = end;
    }
    let size: usize = asked.field("MaxResults").parse().unwrap_or(1000);
    let (rest, _) = page(asked.field("NextToken"), usize::MAX / 2, &reservations);
    let from = reservations.len() - rest.len();
    let (mut held, mut body) = (0, String::new());
    let taken = rest.iter().take_while(|machines| {
        held += machines.len();
        held <= size
    });
    let mut count = 0;
    for (nth, machines) in taken.enumerate() {
        let items: String = machines.iter().map(|m| format!("<item>{}</item>", m.xml())).collect();
        let id = element("reservationId", &format!("r-{:017x}", from + nth));
        body +=
            &format!("<item>{id}<ownerId>111122223333</ownerId><instancesSet>{items}</instancesSet></item>");
        count = nth + 1;
    }
    let more = (from + count < reservations.len()).then(|| super::token(from + count));
    let next = maybe("nextToken", more.as_deref());
    xml("DescribeInstances", &format!("<reservationSet>{body}</reservationSet>{next}"))
}

/// In another order than the instances.
pub fn statuses(fleet: &Fleet, asked: &Asked) -> Answer {
    assert_eq!(asked.field("IncludeAllInstances"), "true", "else only running instances are told");
    let items: Vec<String> = fleet.machines.iter().rev().filter_map(|m| m.status_xml(fleet.now)).collect();
    xml_page(asked, "instanceStatusSet", &items)
}

pub fn images(fleet: &Fleet, asked: &Asked) -> Answer {
    let asked_for: Vec<&str> =
        asked.form.iter().filter(|(k, _)| k.starts_with("Filter.1.Value")).map(|(_, v)| v.as_str()).collect();
    let known = (0..IMAGES).filter(|n| *n != GONE_IMAGE && asked_for.contains(&image_id(*n).as_str()));
    let items: String = known
        .map(|n| {
            let made = fleet.now - 3_600 - DAY * 10 * i64::try_from(n).unwrap();
            let deprecated = (n == OLD_IMAGE).then(|| iso(fleet.now - 3 * DAY));
            format!(
                "<item>{}{}{}{}</item>",
                element("imageId", &image_id(n)),
                element("name", &format!("golden-{n}")),
                element("creationDate", &iso(made)),
                maybe("deprecationTime", deprecated.as_deref())
            )
        })
        .collect();
    xml("DescribeImages", &format!("<imagesSet>{items}</imagesSet>"))
}
