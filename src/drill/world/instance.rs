//! Instances, their volumes and images, and what they are at a moment of the scenario.

use jiff::Timestamp;

use super::{Ids, shift};
use crate::drill::script::{self, InstanceEffect, account, scaling::VolumeEffect};

/// One EC2 instance.
#[derive(Debug, Clone)]
pub(crate) struct Instance {
    /// By which the files name it.
    pub(crate) key: String,
    /// The fleet's key.
    pub(crate) fleet: String,
    /// Where.
    pub(crate) region: String,
    /// `i-…`.
    pub(crate) id: String,
    /// e.g. `m6i.large`.
    pub(crate) kind: String,
    /// Index into the images.
    pub(crate) image: usize,
    /// Availability Zone.
    pub(crate) az: String,
    /// `subnet-…`.
    pub(crate) subnet: String,
    /// `vpc-…`.
    pub(crate) vpc: String,
    /// Security groups: id and name.
    pub(crate) groups: Vec<(String, String)>,
    /// Primary private address.
    pub(crate) private_ip: String,
    /// Public address.
    pub(crate) public_ip: Option<String>,
    /// Whether that is an Elastic IP address, which stays when it stops.
    pub(crate) elastic: bool,
    /// Tags, sorted by key.
    pub(crate) tags: Vec<(String, String)>,
    /// Instance profile's ARN and id.
    pub(crate) profile: Option<(String, String)>,
    /// Key pair.
    pub(crate) key_pair: Option<String>,
    /// Spot request.
    pub(crate) spot: Option<String>,
    /// One-minute monitoring.
    pub(crate) detailed: bool,
    /// `r-…`.
    pub(crate) reservation: String,
    /// Who launched it, when a service did.
    pub(crate) requester: Option<String>,
    /// Place in its reservation.
    pub(crate) launch_index: i64,
    /// Last launch.
    pub(crate) launched: Timestamp,
    /// Attached volumes: id and device.
    pub(crate) volumes: Vec<(String, String)>,
    /// `eni-…`.
    pub(crate) interface: String,
    /// Hardware address of that.
    pub(crate) mac: String,
    /// CPU over the day.
    pub(crate) cpu: (f64, f64, f64),
    /// Memory over the day.
    pub(crate) memory: Option<(f64, f64, f64)>,
    /// Disk in use.
    pub(crate) disk: Option<f64>,
    /// State at the start of everything.
    pub(crate) state: String,
    /// Since when, for those that do not run.
    pub(crate) left: Option<Timestamp>,
    /// Why.
    pub(crate) reason: Option<String>,
    /// What happens to it: second of the scenario and change, in order.
    pub(crate) effects: Vec<(i64, InstanceEffect)>,
}

/// An instance at a moment.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Look {
    /// EC2's word.
    pub(crate) state: String,
    /// Since when, for those that do not run.
    pub(crate) left: Option<Timestamp>,
    /// Why.
    pub(crate) reason: Option<String>,
    /// AWS's side.
    pub(crate) system: Check,
    /// The guest.
    pub(crate) instance: Check,
    /// The volumes.
    pub(crate) ebs: Check,
    /// What AWS has scheduled.
    pub(crate) events: Vec<Event>,
}

/// One status check.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Check {
    /// `ok impaired initializing insufficient-data not-applicable`.
    pub(crate) status: String,
    /// Since when it is impaired.
    pub(crate) since: Option<Timestamp>,
}

/// One scheduled event.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Event {
    /// `instance-event-…`.
    pub(crate) id: String,
    /// `system-reboot`, …
    pub(crate) code: String,
    /// AWS's words.
    pub(crate) description: String,
    /// Earliest start.
    pub(crate) not_before: Timestamp,
    /// Latest end.
    pub(crate) not_after: Timestamp,
}

/// How long the status checks of a fresh instance are initializing.
const INITIALIZING_SECS: i64 = 180;

impl Instance {
    /// What it is at a second of the scenario.
    pub(crate) fn at(&self, elapsed: i64, origin: Timestamp) -> Look {
        let now = shift(origin, elapsed);
        let mut look = Look {
            state: self.state.clone(),
            left: self.left,
            reason: self.reason.clone(),
            system: Check::default(),
            instance: Check::default(),
            ebs: Check::default(),
            events: Vec::new(),
        };
        for (at, effect) in self.effects.iter().filter(|(at, _)| *at <= elapsed) {
            let moment = shift(origin, *at);
            if let Some(state) = &effect.state {
                look.state.clone_from(state);
                look.left = (state != "running").then_some(moment);
                look.reason.clone_from(&effect.reason);
            }
            for (check, status) in [
                (&mut look.system, &effect.system_check),
                (&mut look.instance, &effect.instance_check),
                (&mut look.ebs, &effect.ebs_check),
            ] {
                if let Some(status) = status {
                    let since = (status == "impaired").then_some(moment);
                    *check = Check { status: status.clone(), since };
                }
            }
            if let Some(event) = &effect.event {
                look.events.push(self.event(event, origin));
            }
        }
        let usual = match look.state.as_str() {
            "running" if now.duration_since(self.launched).as_secs() < INITIALIZING_SECS => "initializing",
            "running" => "ok",
            _ => "not-applicable",
        };
        for check in [&mut look.system, &mut look.instance, &mut look.ebs] {
            if look.state != "running" || check.status.is_empty() {
                *check = Check { status: usual.to_owned(), since: None };
            }
        }
        look
    }

    fn event(&self, event: &script::HostEvent, origin: Timestamp) -> Event {
        Event {
            id: self.id.replace("i-", "instance-event-"),
            code: event.code.clone(),
            description: event.description.clone(),
            not_before: shift(origin, event.not_before.0),
            not_after: shift(origin, event.not_before.0 + event.window.0),
        }
    }

    /// The value of a tag.
    pub(crate) fn tag(&self, key: &str) -> Option<&str> {
        self.tags.iter().find(|(name, _)| name == key).map(|(_, value)| value.as_str())
    }
}

/// EC2's number for a state.
pub(crate) fn code(state: &str) -> i64 {
    match state {
        "pending" => 0,
        "running" => 16,
        "shutting-down" => 32,
        "terminated" => 48,
        "stopping" => 64,
        _ => 80,
    }
}

/// A machine image.
#[derive(Debug, Clone)]
pub(crate) struct Image {
    /// By which fleets name it.
    pub(crate) key: String,
    /// Where.
    pub(crate) region: String,
    /// `ami-…`.
    pub(crate) id: String,
    /// Its name.
    pub(crate) name: String,
    /// Its description.
    pub(crate) about: String,
    /// Owner's account.
    pub(crate) owner: String,
    /// `amazon`, or nothing.
    pub(crate) owner_alias: Option<&'static str>,
    /// When it was created.
    pub(crate) created: Timestamp,
    /// When it is deprecated.
    pub(crate) deprecated: Option<Timestamp>,
    /// `Windows`, or nothing.
    pub(crate) platform: Option<String>,
    /// In detail.
    pub(crate) platform_details: String,
    /// `x86_64` or `arm64`.
    pub(crate) architecture: String,
    /// Deregistered.
    pub(crate) gone: bool,
}

/// The account that publishes Amazon's own images.
const AMAZON: &str = "137112412989";

impl Image {
    /// As its file says.
    pub(crate) fn new(file: &account::Image, all: &account::Account, ids: Ids, origin: Timestamp) -> Self {
        let owner = match file.owner.as_str() {
            "self" => all.id.clone(),
            "amazon" => AMAZON.to_owned(),
            other => other.to_owned(),
        };
        Self {
            key: file.key.clone(),
            region: file.region.clone().unwrap_or_else(|| all.region.clone()),
            id: ids.of("ami", &file.key),
            name: file.name.clone(),
            about: file.about.clone(),
            owner,
            owner_alias: (file.owner == "amazon").then_some("amazon"),
            created: shift(origin, -file.age.0),
            deprecated: file.deprecated.map(|span| shift(origin, span.0)),
            platform: file.platform.clone(),
            platform_details: file.platform_details.clone().unwrap_or_else(|| {
                if file.platform.is_some() { "Windows".to_owned() } else { "Linux/UNIX".to_owned() }
            }),
            architecture: file.architecture.clone().unwrap_or_else(|| "x86_64".to_owned()),
            gone: file.gone,
        }
    }
}

/// A volume.
#[derive(Debug, Clone)]
pub(crate) struct Volume {
    /// `vol-…`.
    pub(crate) id: String,
    /// Availability Zone.
    pub(crate) az: String,
    /// GiB.
    pub(crate) size: i64,
    /// When it was created.
    pub(crate) created: Timestamp,
    /// `snap-…` it was made from.
    pub(crate) snapshot: Option<String>,
    /// Under a key.
    pub(crate) encrypted: bool,
    /// Index of the instance and device.
    pub(crate) attached: Option<(usize, String)>,
    /// What happens to it: second of the scenario and change, in order.
    pub(crate) effects: Vec<(i64, VolumeEffect)>,
    /// Tags, sorted by key.
    pub(crate) tags: Vec<(String, String)>,
}

/// What has become of a volume at a moment.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Held<'a> {
    /// It is not there: not yet, or no more, since it went with its instance.
    Gone,
    /// It is attached to nothing.
    Loose,
    /// It is attached to this instance, as this device.
    By(&'a Instance, &'a str),
}

/// Whether the volume of a device goes with its instance: root volumes do, as every launch has it unless told otherwise.
pub(crate) fn goes_with_instance(device: &str) -> bool {
    device == "/dev/xvda"
}

impl Volume {
    /// What has become of it at a second of the scenario. Termination deletes root volumes and lets the others go.
    pub(crate) fn held<'a>(&'a self, instances: &'a [Instance], elapsed: i64, origin: Timestamp) -> Held<'a> {
        if self.created > shift(origin, elapsed) {
            return Held::Gone;
        }
        let Some((index, device)) = &self.attached else { return Held::Loose };
        match instances.get(*index) {
            Some(one) if one.at(elapsed, origin).state != "terminated" => Held::By(one, device),
            _ if goes_with_instance(device) => Held::Gone,
            _ => Held::Loose,
        }
    }

    /// A volume attached to nothing.
    pub(crate) fn loose(file: &account::LooseVolume, ids: Ids, origin: Timestamp) -> Self {
        Self {
            id: ids.of("vol", &file.name),
            az: file.az.clone(),
            size: file.size,
            created: shift(origin, -file.age.0),
            snapshot: None,
            encrypted: true,
            attached: None,
            effects: Vec::new(),
            tags: vec![("Name".to_owned(), file.name.clone())],
        }
    }

    /// The value of a tag.
    pub(crate) fn tag(&self, key: &str) -> Option<&str> {
        self.tags.iter().find(|(name, _)| name == key).map(|(_, value)| value.as_str())
    }

    /// Its status check at a second of the scenario.
    pub(crate) fn status(&self, elapsed: i64) -> &str {
        let last = self.effects.iter().rev().find(|(at, _)| *at <= elapsed);
        last.map_or("ok", |(_, effect)| effect.status.as_str())
    }

    /// The Region of its zone.
    pub(crate) fn region(&self) -> &str {
        self.az.trim_end_matches(|c: char| c.is_ascii_lowercase())
    }
}
