//! What a profile's keys say about credentials: the kind of login, and the chain of roles when a code is needed.
//!
//! Follows the rules of the SDK's own reader (aws-config 1.13, `profile/credentials/repr.rs`): a profile with `role_arn`
//! leads to its `source_profile` or `credential_source`; from the second profile on, access keys win over a role.

use std::collections::HashSet;

use aws_config::{
    profile::{Profile, ProfileSet},
    provider_config::ProviderConfig,
};
use aws_credential_types::{Credentials, provider::SharedCredentialsProvider};
use aws_runtime::env_config::file::EnvConfigFiles;

use super::from_profile;
use crate::{
    aws::{
        error::{Login, quoted, sentence},
        mfa::Role,
    },
    problem::{Problem, ProblemKind, Remedy},
};

/// Where a walk along `source_profile` ends.
enum Start<'a> {
    /// A profile with credentials of its own, or with none.
    Profile(&'a Profile),
    /// `credential_source`.
    Source(&'a str),
    /// A profile of whose keys only the access keys count: one that is its own source, or one with a role too where
    /// the walk came from another.
    Keys(&'a Profile),
    /// A profile that is not there, or a ring.
    Nowhere(String),
}

fn walk<'a>(sections: &'a ProfileSet, name: &'a str) -> (Vec<&'a Profile>, Start<'a>) {
    let mut roles = Vec::new();
    let mut seen = HashSet::new();
    let mut name = name;
    loop {
        let Some(profile) = sections.get_profile(name) else {
            return (roles, Start::Nowhere(format!("there is no profile named {name}")));
        };
        if !seen.insert(name) {
            return (roles, Start::Nowhere(format!("its source profiles form a ring at {name}")));
        }
        let keys = profile.get("aws_access_key_id").is_some();
        let role = profile.get("role_arn").is_some() && profile.get("web_identity_token_file").is_none();
        if !role {
            return (roles, Start::Profile(profile));
        }
        if !roles.is_empty() && keys {
            return (roles, Start::Keys(profile));
        }
        roles.push(profile);
        match (profile.get("source_profile"), profile.get("credential_source")) {
            (Some(source), _) if source == name => return (roles, Start::Keys(profile)),
            (Some(source), _) => name = source,
            (None, Some(source)) => return (roles, Start::Source(source)),
            (None, None) => {
                let why =
                    format!("the profile {name} has a role_arn and no source_profile or credential_source");
                return (roles, Start::Nowhere(why));
            }
        }
    }
}

/// How a profile logs in.
pub(super) fn login(sections: &ProfileSet, name: &str) -> Login {
    match walk(sections, name).1 {
        Start::Profile(profile) | Start::Keys(profile) => {
            let has = |key: &str| profile.get(key).is_some();
            let name = profile.name().to_owned();
            if has("web_identity_token_file") {
                Login::Ambient
            } else if has("sso_session") || has("sso_start_url") {
                Login::Sso(name)
            } else if has("login_session") {
                Login::Console(name)
            } else if has("credential_process") {
                Login::Process(name)
            } else if has("aws_access_key_id") {
                Login::Keys(name)
            } else {
                Login::Nothing
            }
        }
        Start::Source(source) if source.eq_ignore_ascii_case("Environment") => Login::Environment,
        Start::Source(_) => Login::Ambient,
        Start::Nowhere(_) => Login::Nothing,
    }
}

/// The roles of a profile's chain in the order in which they are assumed.
pub(super) fn roles(sections: &ProfileSet, name: &str) -> Vec<Role> {
    let (profiles, _) = walk(sections, name);
    let text = |profile: &Profile, key: &str| profile.get(key).map(str::to_owned);
    let role = |profile: &Profile| Role {
        profile: profile.name().to_owned(),
        arn: text(profile, "role_arn").unwrap_or_default(),
        serial: text(profile, "mfa_serial"),
        session_name: text(profile, "role_session_name"),
        external_id: text(profile, "external_id"),
        duration: profile.get("duration_seconds").and_then(|d| d.trim().parse().ok()),
    };
    profiles.into_iter().rev().map(role).collect()
}

/// Whether a chain needs somebody to type a code.
pub(super) fn wants_code(roles: &[Role]) -> bool {
    roles.iter().any(|role| role.serial.is_some())
}

/// The credentials at the start of a chain.
pub(super) fn base(
    sections: &ProfileSet,
    name: &str,
    files: &EnvConfigFiles,
    providers: &ProviderConfig,
) -> Result<SharedCredentialsProvider, Problem> {
    match walk(sections, name).1 {
        Start::Profile(profile) => {
            Ok(SharedCredentialsProvider::new(from_profile(profile.name(), files, providers)))
        }
        Start::Keys(profile) => {
            let (Some(id), Some(secret)) =
                (profile.get("aws_access_key_id"), profile.get("aws_secret_access_key"))
            else {
                let why = format!("its source profile {} has no access keys", profile.name());
                return Err(unusable(name, &why));
            };
            let token = profile.get("aws_session_token").map(str::to_owned);
            Ok(SharedCredentialsProvider::new(Credentials::new(id, secret, token, None, "profile")))
        }
        Start::Source(source) => match source.to_ascii_lowercase().as_str() {
            "environment" => Ok(SharedCredentialsProvider::new(
                aws_config::environment::EnvironmentVariableCredentialsProvider::new(),
            )),
            "ec2instancemetadata" => Ok(SharedCredentialsProvider::new(
                aws_config::imds::credentials::ImdsCredentialsProvider::builder()
                    .configure(providers)
                    .build(),
            )),
            "ecscontainer" => Ok(SharedCredentialsProvider::new(
                aws_config::ecs::EcsCredentialsProvider::builder().configure(providers).build(),
            )),
            other => Err(unusable(name, &format!("nobody knows the credential_source {other}"))),
        },
        Start::Nowhere(why) => Err(unusable(name, &why)),
    }
}

fn unusable(name: &str, why: &str) -> Problem {
    Problem {
        operation: "config:Profile".to_owned(),
        kind: ProblemKind::Expired,
        message: sentence(&format!("the profile {name} is not usable: {why}")),
        remedy: Remedy::Run(format!("aws configure --profile {}", quoted(name))),
    }
}

#[cfg(test)]
mod tests;
