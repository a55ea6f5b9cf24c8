//! How sessions begin: the sign-in and the `AssumeRole…` that stand before what a session does.
//!
//! The access key that an `AssumeRole…` answers is the one that later events of the session carry, and LookupEvents
//! finds both under it: this is how a chain is followed (`aws-facts.md` §5.3).

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{
    caller::{self, Agent, Caller, Session},
    event::{Call, Kind},
    pen::{GLOBAL_REGION, Pen},
};
use crate::drill::{
    rng,
    script::trail::{AgentKind, Principal, PrincipalKind},
    world::{World, instance::Instance, shift},
};

/// The OIDC provider of the deployment pipeline.
const PIPELINE: &str = "token.actions.githubusercontent.com";

/// A role session lasts an hour unless said otherwise.
const HOUR: i64 = 3600;

/// Begins a session of a principal some seconds before `at`, and writes how it began.
pub(super) fn open(pen: &mut Pen<'_>, one: &Principal, at: i64) -> Arc<Caller> {
    match one.kind {
        PrincipalKind::User if one.agent != AgentKind::Console => Arc::new(caller::user(pen.world, one)),
        PrincipalKind::User => {
            sign_in(pen, one, at - 20, Ok(()));
            Arc::new(caller::console_user(pen.world, one, at - 20))
        }
        PrincipalKind::Root => {
            sign_in(pen, one, at - 20, Ok(()));
            Arc::new(caller::root(pen.world, one, at - 20))
        }
        PrincipalKind::Sso => person(pen, one, at),
        PrincipalKind::Web => pipeline(pen, one, at - 4),
        PrincipalKind::Account => visitor(pen, one, at - 2),
        PrincipalKind::Federated => {
            let who = caller::federated(pen.world, one, at - 3);
            let owner = Principal { name: one.role.clone(), ..one.clone() };
            let key = who.key.clone().unwrap_or_default();
            let call = Call::new("sts:GetFederationToken")
                .request(&json!({ "name": one.name, "durationSeconds": 12 * HOUR }))
                .response(&json!({
                    "credentials": credentials(&key, at - 3 + 12 * HOUR),
                    "federatedUser": {
                        "federatedUserId": format!("{}:{}", pen.world.account, one.name),
                        "arn": format!("arn:aws:sts::{}:federated-user/{}", pen.world.account, one.name),
                    },
                    "packedPolicySize": 12,
                }))
                .on("AWS::IAM::AccessKey", key);
            pen.write(at - 3, &Arc::new(caller::user(pen.world, &owner)), call);
            Arc::new(who)
        }
    }
}

/// The principal of this key.
pub(super) fn principal<'a>(pen: &Pen<'a>, key: &str) -> Option<&'a Principal> {
    let world: &'a World = pen.world;
    world.story.principals.iter().find(|one| one.key == key)
}

/// An attempt to sign in to the console as a user of IAM or as root; `Err` holds the reason of a failure.
pub(super) fn sign_in(pen: &mut Pen<'_>, one: &Principal, at: i64, outcome: Result<(), &str>) {
    let root = one.kind == PrincipalKind::Root;
    let who = Arc::new(caller::signing_in(pen.world, one, root));
    let more = json!({
        "LoginTo": "https://console.aws.amazon.com/console/home",
        "MobileVersion": "No",
        "MFAUsed": if one.no_mfa || outcome.is_err() { "No" } else { "Yes" },
    });
    let word = if outcome.is_ok() { "Success" } else { "Failure" };
    let mut call = Call::new("signin:ConsoleLogin")
        .kind(Kind::SignIn)
        .region(GLOBAL_REGION)
        .response(&json!({ "ConsoleLogin": word }))
        .with("additionalEventData", &more);
    if let Err(reason) = outcome {
        // A failed sign-in has a message and no code, and answers all the same (`aws-facts.md` §5.2).
        call.error = Some((String::new(), reason.to_owned()));
    }
    pen.write(at, &who, call);
}

/// A person of Identity Center: portal, STS, and the console if that is where they go.
fn person(pen: &mut Pen<'_>, one: &Principal, at: i64) -> Arc<Caller> {
    let region = pen.world.regions.first().cloned().unwrap_or_default();
    let set = &one.role;
    let role = format!("AWSReservedSSO_{set}_{}", rng::hex(rng::text(pen.world.seed, set), 16));
    let begun = at - 12;
    let mut session = Session::new(pen.world, &role, &one.name, begun, &one.address, Agent::Kind(one.agent));
    session.path = format!("/aws-reserved/sso.amazonaws.com/{region}/");
    session.on_behalf_of = Some(caller::user_id(pen.world, one));
    let portal = Arc::new(caller::identity_center(pen.world, one));
    let login = Call::new("sso:Authenticate")
        .kind(Kind::ServiceEvent)
        .with("serviceEventDetails", &json!({ "Authenticate": "Success" }));
    pen.write(at - 31, &portal, login);
    let saml = Arc::new(caller::saml_user(pen.world, one));
    let provider = format!("arn:aws:iam::{}:saml-provider/AWSSSO_DO_NOT_DELETE", pen.world.account);
    let request = json!({
        "roleArn": session.role_arn(pen.world),
        "roleSessionName": one.name,
        "principalArn": provider,
        "durationSeconds": 4 * HOUR,
    });
    let call = granted(pen.world, Call::new("sts:AssumeRoleWithSAML").request(&request), &session, 4 * HOUR);
    pen.write(begun, &saml, call.on("AWS::IAM::SAMLProvider", provider));
    let who = Arc::new(session.caller(pen.world));
    if one.agent == AgentKind::Console {
        let more =
            json!({ "MobileVersion": "No", "MFAUsed": "No", "SamlProviderArn": provider_arn(pen.world) });
        let call = Call::new("signin:ConsoleLogin")
            .kind(Kind::SignIn)
            .response(&json!({ "ConsoleLogin": "Success" }))
            .with("additionalEventData", &more);
        let at_the_door = Session { key: String::new(), ..session };
        pen.write(begun + 1, &Arc::new(at_the_door.caller(pen.world)), call);
    }
    who
}

fn provider_arn(world: &World) -> String {
    format!("arn:aws:iam::{}:saml-provider/AWSSSO_DO_NOT_DELETE", world.account)
}

/// A pipeline with an OIDC token.
fn pipeline(pen: &mut Pen<'_>, one: &Principal, at: i64) -> Arc<Caller> {
    let name = format!("deploy-{}", 8000 + (at / 60) % 2000);
    let mut session = Session::new(pen.world, &one.role, &name, at, &one.address, Agent::Kind(one.agent));
    let provider = format!("arn:aws:iam::{}:oidc-provider/{PIPELINE}", pen.world.account);
    session.provider = Some(provider.clone());
    let request = json!({
        "roleArn": session.role_arn(pen.world),
        "roleSessionName": name,
        "durationSeconds": HOUR,
    });
    let call = Call::new("sts:AssumeRoleWithWebIdentity").request(&request);
    let call = granted(pen.world, call, &session, HOUR).with(
        "additionalEventData",
        &json!({ "identityProviderConnectionVerificationMethod": "IAMTrustStore" }),
    );
    pen.write(at, &Arc::new(caller::web_identity(one, &provider)), call);
    Arc::new(session.caller(pen.world))
}

/// Somebody of another account, who comes in through a role of ours. Both accounts' histories have this one event.
fn visitor(pen: &mut Pen<'_>, one: &Principal, at: i64) -> Arc<Caller> {
    let account = one.account.clone().unwrap_or_default();
    let session = Session::new(pen.world, &one.role, &one.name, at, &one.address, Agent::Kind(one.agent));
    let request = json!({
        "roleArn": session.role_arn(pen.world),
        "roleSessionName": one.name,
        "externalId": "wt-7f3a91",
        "durationSeconds": HOUR,
    });
    let shared = pen.uuid();
    let call = granted(pen.world, Call::new("sts:AssumeRole").request(&request), &session, HOUR);
    pen.write(
        at,
        &Arc::new(caller::foreign(pen.world, one, &account)),
        call.with("sharedEventID", &json!(shared)),
    );
    Arc::new(session.caller(pen.world))
}

/// The role of an instance's profile, whose credentials EC2 brings to the instance.
pub(super) fn instance(pen: &mut Pen<'_>, instance: &Instance, at: i64, agent: Agent) -> Option<Arc<Caller>> {
    let (profile, _) = instance.profile.as_ref()?;
    let role = profile.rsplit('/').next().unwrap_or_default();
    let mut session = Session::new(pen.world, role, &instance.id, at, &instance.private_ip, agent);
    session.delivery = Some("2.0");
    serve(pen, "ec2", &session, at);
    Some(Arc::new(session.caller(pen.world)))
}

/// A service-linked role, which its service uses by itself.
pub(super) fn linked(pen: &mut Pen<'_>, service: &str, role: &str, name: &str, at: i64) -> Arc<Caller> {
    let domain = caller::domain(service);
    let mut session = Session::new(pen.world, role, name, at, &domain, Agent::Service(domain.clone()));
    session.path = format!("/aws-service-role/{domain}/");
    session.invoked_by = Some(domain);
    Arc::new(session.caller(pen.world))
}

/// A role of ours that a service takes on.
pub(super) fn service(
    pen: &mut Pen<'_>,
    service: &str,
    (path, role): (&str, &str),
    name: &str,
    at: i64,
    agent: Agent,
) -> Arc<Caller> {
    let domain = caller::domain(service);
    let mut session = Session::new(pen.world, role, name, at, &domain, agent);
    path.clone_into(&mut session.path);
    session.invoked_by = Some(domain);
    serve(pen, service, &session, at);
    Arc::new(session.caller(pen.world))
}

/// `AssumeRole` by a service.
fn serve(pen: &mut Pen<'_>, service: &str, session: &Session, at: i64) {
    let request = json!({ "roleArn": session.role_arn(pen.world), "roleSessionName": session.name, "durationSeconds": HOUR });
    let shared = pen.uuid();
    let call = granted(pen.world, Call::new("sts:AssumeRole").request(&request), session, 6 * HOUR)
        .with("sharedEventID", &json!(shared));
    pen.write(at, &Arc::new(caller::service(service)), call);
}

/// What STS answers, and what LookupEvents indexes it under.
fn granted(world: &World, call: Call, session: &Session, lasts: i64) -> Call {
    let id = format!("{}:{}", caller::role_id(world, &session.role), session.name);
    call.response(&json!({
        "credentials": credentials(&session.key, session.since + lasts),
        "assumedRoleUser": { "assumedRoleId": id, "arn": session.arn(world) },
    }))
    .on("AWS::IAM::AccessKey", session.key.clone())
    .on("AWS::STS::AssumedRole", id)
    .on("AWS::STS::AssumedRole", session.arn(world))
    .on_arn("AWS::IAM::Role", session.role_arn(world))
    .on("AWS::IAM::Role", session.role.clone())
}

fn credentials(key: &str, expires: i64) -> Value {
    let expires = shift(Timestamp::UNIX_EPOCH, expires);
    json!({
        "accessKeyId": key,
        "sessionToken": "HIDDEN_DUE_TO_SECURITY_REASONS",
        "expiration": expires.strftime("%b %-d, %Y, %-I:%M:%S %p").to_string(),
    })
}
