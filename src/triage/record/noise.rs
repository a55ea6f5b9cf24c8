//! Events that dominate a sweep of writes and say nothing about a change: `aws-facts.md` §1.5. They are hidden behind a
//! toggle, never dropped.

use crate::rows::event::{ActorKind, Event, Via};

/// Who must have done it for it to be noise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum By {
    Anyone,
    /// A service of AWS, on its own or for somebody.
    Services,
    /// Auto Scaling.
    AutoScaling,
}

/// Source without its domain, or nothing for every source; name, or its beginning before `*`; by whom.
const NOISE: &[(&str, &str, By)] = &[
    // The SSM agent, every few minutes on every host.
    ("ssm", "UpdateInstanceInformation", By::Anyone),
    ("ssm", "UpdateInstanceAssociationStatus", By::Anyone),
    ("ssm", "PutInventory", By::Anyone),
    ("ssm", "PutComplianceItems", By::Anyone),
    ("", "OpenDataChannel", By::Anyone),
    ("logs", "CreateLogStream", By::Anyone),
    ("logs", "CreateLogGroup", By::Anyone),
    ("kms", "CreateGrant", By::Anyone),
    ("kms", "RetireGrant", By::Anyone),
    ("ec2", "CreateNetworkInterface", By::Services),
    ("ec2", "DeleteNetworkInterface", By::Services),
    ("ec2", "CreateTags", By::AutoScaling),
    ("config", "PutEvaluations", By::Anyone),
    ("ecs", "RegisterContainerInstance", By::Anyone),
    ("ecs", "SubmitTaskStateChange", By::Anyone),
    ("sts", "AssumeRole*", By::Anyone),
];

/// Whether an event is of a class that dominates write sweeps without being a change that anyone looks for.
pub fn is_noise(event: &Event) -> bool {
    let service = event.source.split('.').next().unwrap_or_default();
    NOISE.iter().any(|(source, name, by)| {
        let fits = name.strip_suffix('*').map_or(event.name == *name, |head| event.name.starts_with(head));
        fits && (source.is_empty() || *source == service) && done_by(event, *by)
    })
}

fn done_by(event: &Event, by: By) -> bool {
    match by {
        By::Anyone => true,
        By::Services => event.actor_kind == ActorKind::Service || event.via == Via::AwsService,
        By::AutoScaling => {
            let place = event.source_ip.as_deref().unwrap_or_default();
            event.actor.starts_with("autoscaling.") || place.starts_with("autoscaling.")
        }
    }
}
