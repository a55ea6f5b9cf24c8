//! EC2's answers as rows of ours. All text is sanitised here.

use aws_sdk_ec2::types as sdk;

use crate::{
    aws::time,
    rows::{
        instance::{Check, Image, Instance, ScheduledEvent, Status},
        shared::{Shared, shared},
    },
    scope::ScopeId,
    text::sanitise::clean,
};

/// The tag that holds an instance's Auto Scaling group.
const ASG_TAG: &str = "aws:autoscaling:groupName";

pub(super) fn text(text: Option<&String>) -> Option<String> {
    text.map(|t| clean(t)).filter(|t| !t.is_empty())
}

/// What many rows say alike.
fn word(word: Option<&str>) -> Option<Shared> {
    word.map(clean).filter(|w| !w.is_empty()).map(|w| shared(&w))
}

/// Tags, sorted by key.
pub(in crate::aws) fn tags(tags: &[sdk::Tag]) -> Vec<(Shared, Shared)> {
    let text = |text: Option<&str>| shared(&clean(text.unwrap_or_default()));
    let pair = |t: &sdk::Tag| (text(t.key()), text(t.value()));
    let mut tags: Vec<_> = tags.iter().map(pair).collect();
    tags.sort();
    tags
}

/// Security groups: id and name.
pub(super) fn groups(groups: &[sdk::GroupIdentifier]) -> Vec<(Shared, Shared)> {
    let text = |text: Option<&str>| shared(&clean(text.unwrap_or_default()));
    let pair = |g: &sdk::GroupIdentifier| (text(g.group_id()), text(g.group_name()));
    groups.iter().map(pair).collect()
}

/// All instances of a reservation.
pub(super) fn reservation(scope: ScopeId, reservation: sdk::Reservation) -> impl Iterator<Item = Instance> {
    let owner = word(reservation.owner_id.as_deref());
    let instances = reservation.instances.unwrap_or_default();
    instances.into_iter().map(move |i| Instance { owner: owner.clone(), ..instance(scope, &i) })
}

fn instance(scope: ScopeId, i: &sdk::Instance) -> Instance {
    let tags = self::tags(i.tags());
    let tag = |key: &str| tags.iter().find(|(k, v)| k == key && !v.is_empty()).map(|(_, v)| v.clone());
    Instance {
        scope,
        id: clean(i.instance_id().unwrap_or_default()),
        name: tag("Name").map(|name| name.to_string()).unwrap_or_default(),
        state: word(i.state().and_then(|s| s.name()).map(sdk::InstanceStateName::as_str)).unwrap_or_default(),
        state_reason: word(i.state_reason().and_then(|r| r.message()))
            .or_else(|| word(i.state_transition_reason.as_deref())),
        instance_type: word(i.instance_type().map(sdk::InstanceType::as_str)).unwrap_or_default(),
        az: word(i.placement().and_then(|p| p.availability_zone())).unwrap_or_default(),
        launch_time: i.launch_time().and_then(time::from_sdk),
        private_ip: text(i.private_ip_address.as_ref()),
        public_ip: text(i.public_ip_address.as_ref()),
        vpc_id: word(i.vpc_id.as_deref()),
        subnet_id: word(i.subnet_id.as_deref()),
        security_groups: groups(i.security_groups()),
        volumes: i.block_device_mappings().iter().filter_map(|m| m.ebs()?.volume_id()).map(clean).collect(),
        interfaces: i
            .network_interfaces()
            .iter()
            .filter_map(|n| text(n.network_interface_id.as_ref()))
            .collect(),
        key_pair: word(i.key_name.as_deref()),
        image_id: word(i.image_id.as_deref()),
        image: None,
        asg: tag(ASG_TAG),
        // `Platform` is the older field and says `windows` or nothing; emulators know only that one.
        platform: word(i.platform_details.as_deref())
            .or_else(|| word(i.platform().map(sdk::PlatformValues::as_str))),
        instance_profile: word(i.iam_instance_profile().and_then(|p| p.arn())),
        owner: None,
        lifecycle: word(i.instance_lifecycle().map(sdk::InstanceLifecycleType::as_str)),
        detailed_monitoring: i
            .monitoring()
            .and_then(|m| m.state())
            .is_some_and(|s| matches!(s, sdk::MonitoringState::Enabled | sdk::MonitoringState::Pending)),
        status: None,
        ssm: None,
        tags: tags.into(),
    }
}

/// An instance's id and its status checks.
pub(super) fn status(status: &sdk::InstanceStatus) -> Option<(String, Status)> {
    let id = text(status.instance_id.as_ref())?;
    let events = status.events().iter().map(|e| ScheduledEvent {
        code: clean(e.code().map(sdk::EventCode::as_str).unwrap_or_default()),
        description: clean(e.description().unwrap_or_default()),
        not_before: e.not_before().and_then(time::from_sdk),
        not_after: e.not_after().and_then(time::from_sdk),
    });
    let ebs = status.attached_ebs_status();
    Some((
        id,
        Status {
            system: check(status.system_status()),
            instance: check(status.instance_status()),
            ebs: Check {
                state: clean(
                    ebs.and_then(|e| e.status()).map(sdk::SummaryStatus::as_str).unwrap_or_default(),
                ),
                impaired_since: ebs.and_then(|e| {
                    e.details().iter().filter_map(|d| d.impaired_since()).find_map(time::from_sdk)
                }),
            },
            events: events.collect(),
        },
    ))
}

fn check(summary: Option<&sdk::InstanceStatusSummary>) -> Check {
    Check {
        state: clean(summary.and_then(|s| s.status()).map(sdk::SummaryStatus::as_str).unwrap_or_default()),
        impaired_since: summary
            .and_then(|s| s.details().iter().filter_map(|d| d.impaired_since()).find_map(time::from_sdk)),
    }
}

/// An image's id and what we keep of it.
pub(super) fn image(image: &sdk::Image) -> Option<(String, Image)> {
    let id = text(image.image_id.as_ref())?;
    Some((
        id,
        Image {
            name: clean(image.name().unwrap_or_default()),
            created: image.creation_date().and_then(time::from_text),
            deprecated: image.deprecation_time().and_then(time::from_text),
        },
    ))
}

#[cfg(test)]
mod tests {
    use aws_smithy_types::DateTime;

    use super::*;

    fn tag(key: &str, value: &str) -> sdk::Tag {
        sdk::Tag::builder().key(key).value(value).build()
    }

    #[test]
    fn an_instance_keeps_what_the_console_shows_and_loses_control_characters() {
        let from = sdk::Reservation::builder()
            .owner_id("111122223333")
            .instances(
                sdk::Instance::builder()
                    .instance_id("i-0abc")
                    .state(sdk::InstanceState::builder().name(sdk::InstanceStateName::Stopped).build())
                    .state_transition_reason("User initiated")
                    .instance_type(sdk::InstanceType::T3Large)
                    .placement(sdk::Placement::builder().availability_zone("eu-west-1a").build())
                    .launch_time(DateTime::from_secs(1_777_604_645))
                    .platform_details("Linux/UNIX")
                    .monitoring(sdk::Monitoring::builder().state(sdk::MonitoringState::Enabled).build())
                    .instance_lifecycle(sdk::InstanceLifecycleType::Spot)
                    .security_groups(
                        sdk::GroupIdentifier::builder().group_id("sg-1").group_name("web").build(),
                    )
                    .block_device_mappings(
                        sdk::InstanceBlockDeviceMapping::builder()
                            .ebs(sdk::EbsInstanceBlockDevice::builder().volume_id("vol-1").build())
                            .build(),
                    )
                    .tags(tag("team", "a\u{1b}[31mb"))
                    .tags(tag(ASG_TAG, "web-asg"))
                    .tags(tag("Name", "web-1\u{202e}"))
                    .build(),
            )
            .build();
        let rows: Vec<Instance> = reservation(ScopeId(3), from).collect();
        let [row] = rows.as_slice() else { panic!("one instance") };
        assert_eq!(row.scope, ScopeId(3));
        assert_eq!((row.id.as_str(), row.name.as_str(), row.state.as_str()), ("i-0abc", "web-1", "stopped"));
        assert_eq!(row.state_reason.as_deref(), Some("User initiated"));
        assert_eq!((row.instance_type.as_str(), row.az.as_str()), ("t3.large", "eu-west-1a"));
        assert_eq!(row.launch_time.map(|t| t.to_string()).as_deref(), Some("2026-05-01T03:04:05Z"));
        assert_eq!(row.asg.as_deref(), Some("web-asg"));
        assert_eq!(row.owner.as_deref(), Some("111122223333"));
        assert_eq!(row.volumes, ["vol-1"]);
        assert_eq!(row.security_groups, [("sg-1".into(), "web".into())]);
        assert_eq!(row.lifecycle.as_deref(), Some("spot"));
        assert!(row.detailed_monitoring);
        assert_eq!(row.status, None);
        let keys: Vec<&str> = row.tags.iter().map(|(k, _)| k.as_str()).collect();
        assert_eq!(keys, ["Name", ASG_TAG, "team"]);
        assert_eq!(row.tags.last().map(|(_, v)| v.as_str()), Some("ab"));
    }

    #[test]
    fn status_checks_and_events_are_read() {
        let from = sdk::InstanceStatus::builder()
            .instance_id("i-1")
            .system_status(
                sdk::InstanceStatusSummary::builder()
                    .status(sdk::SummaryStatus::Impaired)
                    .details(
                        sdk::InstanceStatusDetails::builder().impaired_since(DateTime::from_secs(60)).build(),
                    )
                    .build(),
            )
            .instance_status(sdk::InstanceStatusSummary::builder().status(sdk::SummaryStatus::Ok).build())
            .events(
                sdk::InstanceStatusEvent::builder()
                    .code(sdk::EventCode::InstanceRetirement)
                    .description("The instance is running on degraded hardware")
                    .not_before(DateTime::from_secs(120))
                    .build(),
            )
            .build();
        let Some((id, status)) = status(&from) else { panic!("a status") };
        assert_eq!(id, "i-1");
        assert_eq!(status.system.state, "impaired");
        assert_eq!(status.system.impaired_since.map(jiff::Timestamp::as_second), Some(60));
        assert_eq!(status.instance.state, "ok");
        assert_eq!(status.ebs.state, "");
        assert_eq!(status.events[0].code, "instance-retirement");
        assert_eq!(status.events[0].not_before.map(jiff::Timestamp::as_second), Some(120));
    }
}
