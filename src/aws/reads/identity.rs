//! IAM's answers: what an instance profile holds, and what a role may do by managed policies.

use aws_sdk_iam::types as sdk;
use serde_json::{Map, Value as Json};

use super::{
    Answer, seek,
    told::{beside, fields, list, put},
};
use crate::aws::{Session, probe::Probe};

fields! {
    sdk::InstanceProfile { "InstanceProfileName": instance_profile_name, "Arn": arn, "Roles": roles }
    sdk::Role { "RoleName": role_name, "Arn": arn }
    sdk::AttachedPolicy { "PolicyName": policy_name, "PolicyArn": policy_arn }
}

pub(super) async fn instance_profile(session: &Session, probe: &Probe, name: &str) -> Answer {
    let request = session.iam().get_instance_profile().instance_profile_name(name);
    let answer = seek!(session, "iam:GetInstanceProfile", probe, request)?;
    Ok(answer.map(|answer| {
        let mut object = Map::new();
        put(&mut object, "InstanceProfile", &answer.instance_profile);
        Json::Object(object)
    }))
}

/// The role that was asked about stands beside its policies, unless it is gone.
pub(super) async fn role_policies(session: &Session, probe: &Probe, name: &str) -> Answer {
    let request = session.iam().list_attached_role_policies().role_name(name);
    let answer = seek!(session, "iam:ListAttachedRolePolicies", probe, request)?;
    Ok(answer.map(|answer| beside(list("AttachedPolicies", answer.attached_policies()), "RoleName", name)))
}
