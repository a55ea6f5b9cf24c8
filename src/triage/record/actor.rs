//! Who did it, and what kind of who: `userIdentity` as `aws-facts.md` §5.3 reads it.
//!
//! An IAM user stands under the bare name (what `LookupEvents` calls `Username`), the kind beside it says "user".

use std::{borrow::Cow, sync::LazyLock};

use memchr::memmem::Finder;

use super::{
    Record,
    json::{Json, Tape},
};
use crate::{
    rows::event::{ActorKind, Event},
    triage::arn::Arn,
};

/// Between a role and its session.
pub(super) const THEN: &str = " ▸ ";

/// Roles that IAM Identity Center makes: `AWSReservedSSO_<PermissionSet>_<hash>`.
const SSO_ROLE: &str = "AWSReservedSSO_";

/// Name as shown, and kind. The name is empty when the record tells nothing at all. Not cleaned.
pub(super) fn actor(record: &Record<'_>) -> (String, ActorKind) {
    let id = record.identity;
    if let Some(name) = id.text() {
        // Not an object at all: what stands there is still the best answer.
        return (name.into_owned(), ActorKind::Unknown);
    }
    let by = Identity(id);
    let kind = by.kind();
    if let Some(told) = by.by_itself(&kind) {
        return told;
    }
    match kind.as_str() {
        "SAMLUser" | "WebIdentityUser" => by.of_provider(record),
        "IdentityCenterUser" => {
            let person = first(&[text(id.get("userName")), text(id.at("onBehalfOf.userId"))]);
            (first(&[person, "Identity Center".into()]), ActorKind::Sso)
        }
        "AWSAccount" => (first(&[text(id.get("accountId")), by.principal()]), ActorKind::Unknown),
        "AWSService" => (by.service(record), ActorKind::Service),
        "" => by.untyped(record),
        other => {
            let name = first(&[text(id.get("userName")), by.principal(), other.to_owned()]);
            // Sign-ins at the access portal come as Unknown or as a directory's user.
            let portal = record.service() == "sso" || record.name == "UserAuthentication";
            (name, if portal { ActorKind::Sso } else { ActorKind::Unknown })
        }
    }
}

/// Who somebody is over all sessions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Who<'a> {
    /// A user, a role, a role in a person's hands (`OnCall ▸ alice@example.org`).
    pub name: Cow<'a, str>,
    /// A person, as far as that can be told: a user, root, a session named by an address.
    pub human: bool,
}

impl<'a> Who<'a> {
    /// Who did an event; none for services and whoever is not told.
    pub fn of(event: &'a Event) -> Option<Self> {
        Self::named(Cow::Borrowed(event.actor.as_str()), event.actor_kind)
    }

    /// Of a record that is not decoded, as cheap as can be: of tens of thousands most never are.
    pub fn of_record(record: &'a str) -> Option<Self> {
        let at = IDENTITY.find(record.as_bytes())?;
        let rest = record.get(at + KEY.len()..)?;
        // A string of that text in quotes would be followed by no object.
        let object = rest.get(rest.find('{').filter(|at| rest.bytes().take(*at).all(is_between))?..)?;
        let tape = Tape::read(object.get(..object.floor_char_boundary(LONGEST))?);
        let by = Identity(tape.root());
        let (name, kind) = by.by_itself(&by.kind())?;
        Self::named(Cow::Owned(name), kind)
    }

    fn named(name: Cow<'a, str>, kind: ActorKind) -> Option<Self> {
        let human = match kind {
            _ if name.is_empty() => return None,
            ActorKind::Service | ActorKind::Unknown => return None,
            ActorKind::Root | ActorKind::User | ActorKind::Sso => true,
            // A role is what one session does as well as another, but for people who sign in to it by their address.
            ActorKind::Role => name.contains('@'),
        };
        if human {
            return Some(Self { name, human });
        }
        let end = name.find(THEN).unwrap_or(name.len());
        let name = match name {
            Cow::Borrowed(name) => Cow::Borrowed(name.get(..end)?),
            Cow::Owned(mut name) => {
                name.truncate(end);
                Cow::Owned(name)
            }
        };
        Some(Self { name, human })
    }
}

const KEY: &str = "\"userIdentity\"";
static IDENTITY: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(KEY));
/// No `userIdentity` that can be told by itself is longer.
const LONGEST: usize = 4096;

const fn is_between(byte: u8) -> bool {
    matches!(byte, b':' | b' ' | b'\t' | b'\r' | b'\n')
}

/// The session's name of an assumed role or a federated user; empty for others.
pub(super) fn session(identity: Json<'_>) -> String {
    let kind = identity.get("type").text_or_empty();
    if matches!(&*kind, "IAMUser" | "Root" | "AWSService") {
        String::new()
    } else {
        Identity(identity).session()
    }
}

/// Whether the principal is a role that a service made for itself.
pub(super) fn is_service_linked(identity: Json<'_>) -> bool {
    if identity.get("type").text().is_some_and(|kind| kind == "IAMUser") {
        return false;
    }
    let issuer = text(identity.at("sessionContext.sessionIssuer.arn"));
    issuer.contains("/aws-service-role/") || Identity(identity).role().starts_with("AWSServiceRoleFor")
}

/// Whether a name is a service's: `autoscaling.amazonaws.com`, `ec2.amazonaws.com.cn`.
pub(super) fn is_service(name: &str) -> bool {
    name.ends_with(".amazonaws.com") || name.ends_with(".amazonaws.com.cn") || name.ends_with(".amazonaws.eu")
}

struct Identity<'t>(Json<'t>);

impl Identity<'_> {
    /// Name and kind of a type that needs nothing of the record besides.
    fn by_itself(&self, kind: &str) -> Option<(String, ActorKind)> {
        Some(match kind {
            "Root" => ("ROOT".into(), ActorKind::Root),
            "IAMUser" => (self.user(), ActorKind::User),
            "AssumedRole" => self.assumed_role(),
            "Role" => (first(&[self.issuer(), self.user()]), ActorKind::Role),
            "FederatedUser" => self.federated(),
            _ => return None,
        })
    }

    /// `type`, or what the ARN says it must be.
    fn kind(&self) -> String {
        let said = text(self.0.get("type"));
        if !said.is_empty() {
            return said;
        }
        let arn = text(self.0.get("arn"));
        let resource = Arn::parse(&arn).map_or("", |a| a.resource);
        [
            ("root", "Root"),
            ("user/", "IAMUser"),
            ("assumed-role/", "AssumedRole"),
            ("federated-user/", "FederatedUser"),
        ]
        .iter()
        .find(|(prefix, _)| resource.starts_with(prefix))
        .map_or_else(String::new, |(_, kind)| (*kind).to_owned())
    }

    fn user(&self) -> String {
        first(&[text(self.0.get("userName")), self.tail(), self.principal()])
    }

    /// The last part of the principal's ARN.
    fn tail(&self) -> String {
        let arn = text(self.0.get("arn"));
        Arn::parse(&arn)
            .map_or_else(String::new, |a| a.resource.rsplit('/').next().unwrap_or_default().to_owned())
    }

    fn principal(&self) -> String {
        text(self.0.get("principalId"))
    }

    fn issuer(&self) -> String {
        text(self.0.at("sessionContext.sessionIssuer.userName"))
    }

    /// The second part of `assumed-role/ROLE/SESSION`, else the issuer's name.
    fn role(&self) -> String {
        let arn = text(self.0.get("arn"));
        let role = Arn::parse(&arn)
            .and_then(|a| Some(a.resource.strip_prefix("assumed-role/")?.split('/').next()?.to_owned()));
        first(&[self.issuer(), role.unwrap_or_default()])
    }

    fn session(&self) -> String {
        let arn = text(self.0.get("arn"));
        let in_arn = Arn::parse(&arn).and_then(|a| {
            let rest =
                a.resource.strip_prefix("assumed-role/").or(a.resource.strip_prefix("federated-user/"))?;
            Some(
                rest.rsplit_once('/')
                    .map_or(if a.resource.starts_with("fed") { rest } else { "" }, |(_, s)| s),
            )
        });
        let principal = self.principal();
        let in_principal = principal.split_once(':').map_or("", |(_, session)| session);
        first(&[in_arn.unwrap_or_default().to_owned(), in_principal.to_owned()])
    }

    fn assumed_role(&self) -> (String, ActorKind) {
        let (role, session) = (self.role(), self.session());
        if is_service_linked(self.0) {
            let by = text(self.0.get("invokedBy"));
            let issuer = text(self.0.at("sessionContext.sessionIssuer.arn"));
            let in_path = issuer.split_once("/aws-service-role/").map_or("", |(_, rest)| rest);
            let in_path = in_path.split('/').next().unwrap_or_default().to_owned();
            let by = if is_service(&by) { by } else { in_path };
            return (first(&[by, role]), ActorKind::Service);
        }
        if let Some(set) = role.strip_prefix(SSO_ROLE) {
            let set = set.rsplit_once('_').map_or(set, |(name, _)| name);
            return (joined(set, &session), ActorKind::Sso);
        }
        (joined(&role, &session), ActorKind::Role)
    }

    fn federated(&self) -> (String, ActorKind) {
        let root = text(self.0.at("sessionContext.sessionIssuer.type")) == "Root";
        let issuer = if root { "ROOT".to_owned() } else { self.issuer() };
        let kind = if root { ActorKind::Root } else { ActorKind::User };
        (joined(&issuer, &self.session()), kind)
    }

    /// The call by which somebody from an identity provider takes a role; the role asked for tells Identity Center.
    fn of_provider(&self, record: &Record<'_>) -> (String, ActorKind) {
        let provider = text(self.0.get("identityProvider"));
        let provider = provider.rsplit('/').next().unwrap_or_default();
        let user = first(&[text(self.0.get("userName")), self.principal()]);
        let role = text(record.request.get("roleArn"));
        if role.contains(SSO_ROLE) {
            return (user, ActorKind::Sso);
        }
        (joined(provider, &user), ActorKind::Unknown)
    }

    fn service(&self, record: &Record<'_>) -> String {
        let address = if is_service(&record.address) { record.address.to_string() } else { String::new() };
        first(&[text(self.0.get("invokedBy")), address, record.source.clone().into_owned()])
    }

    fn untyped(&self, record: &Record<'_>) -> (String, ActorKind) {
        let by = text(self.0.get("invokedBy"));
        if is_service(&by) || record.kind == "AwsServiceEvent" {
            return (self.service(record), ActorKind::Service);
        }
        (first(&[self.user(), text(self.0.get("accountId")), by]), ActorKind::Unknown)
    }
}

fn joined(before: &str, after: &str) -> String {
    match (before, after) {
        ("", one) | (one, "") => one.to_owned(),
        (before, after) => format!("{before}{THEN}{after}"),
    }
}

fn text(value: Json<'_>) -> String {
    // Longer than any name: a hostile record does not get to have it copied around.
    let text = value.text_or_empty();
    text.get(..text.floor_char_boundary(2048)).unwrap_or_default().to_owned()
}

fn first(names: &[String]) -> String {
    names.iter().find(|n| !n.is_empty()).cloned().unwrap_or_default()
}
