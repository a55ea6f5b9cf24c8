//! Who calls: `userIdentity` of every type, and how the caller's program names itself.

use serde_json::{Value, json};

use crate::drill::{
    rng,
    script::trail::{AgentKind, Principal},
    world::{World, shift},
};
use jiff::Timestamp;

/// A caller with the credentials of one session. Events share it.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    /// `userIdentity`, JSON.
    pub(crate) identity: String,
    /// Its ARN; empty for those that have none.
    pub(crate) arn: String,
    /// What LookupEvents calls `Username`.
    pub(crate) username: Option<String>,
    /// `accessKeyId`.
    pub(crate) key: Option<String>,
    /// `sourceIPAddress`.
    pub(crate) address: String,
    /// How it names itself.
    pub(crate) agent: Agent,
    /// Whether the session is one of the console's.
    pub(crate) console: bool,
}

/// How a program names itself (`userAgent`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Agent {
    /// One of the files' kinds.
    Kind(AgentKind),
    /// A service, by its DNS name.
    Service(String),
    /// The SSM agent.
    Ssm,
    /// Java's SDK, in the shop's own services.
    Java,
    /// The SDK in a Lambda function.
    Lambda(String),
}

impl Agent {
    /// `userAgent` of a call.
    pub(crate) fn text(&self, service: &str, operation: &str) -> String {
        match self {
            Self::Kind(AgentKind::Console) if service == "signin" => {
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/147.0.0.0 \
                 Safari/537.36"
                    .to_owned()
            }
            Self::Kind(AgentKind::Console) => "AWS Internal".to_owned(),
            Self::Kind(AgentKind::Cli) => format!(
                "aws-cli/2.31.13 md/awscrt#0.27.6 ua/2.1 os/linux#6.8.0-79-generic md/arch#x86_64 lang/python#3.13.7 \
                 md/pyimpl#CPython m/Z,b,n,E cfg/retry-mode#standard md/installer#exe md/prompt#off md/command#{}.{}",
                command(service),
                kebab(operation)
            ),
            Self::Kind(AgentKind::Kali) => {
                "aws-cli/1.22.34 Python/3.10.6 Linux/5.15.0-kali3-amd64 botocore/1.23.34".to_owned()
            }
            Self::Kind(AgentKind::Terraform) => {
                "APN/1.0 HashiCorp/1.0 Terraform/1.13.3 (+https://www.terraform.io) terraform-provider-aws/6.14.1 \
                 (+https://registry.terraform.io/providers/hashicorp/aws) aws-sdk-go-v2/1.39.0 ua/2.1 os/linux \
                 lang/go#1.24.6 md/GOOS#linux md/GOARCH#amd64"
                    .to_owned()
            }
            Self::Kind(AgentKind::Boto3) => {
                "Boto3/1.40.31 md/Botocore#1.40.31 ua/2.1 os/linux#5.15.0-1084-aws md/arch#x86_64 lang/python#3.12.11 \
                 md/pyimpl#CPython m/b,Z,e cfg/retry-mode#legacy Botocore/1.40.31"
                    .to_owned()
            }
            Self::Kind(AgentKind::Go) => {
                "aws-sdk-go-v2/1.36.3 ua/2.1 os/linux lang/go#1.23.8 md/GOOS#linux md/GOARCH#amd64 watchtower/4.2"
                    .to_owned()
            }
            Self::Service(name) => name.clone(),
            Self::Ssm => "aws-sdk-go/1.55.8 (go1.24.6; linux; amd64) amazon-ssm-agent/3.3.3050.0".to_owned(),
            Self::Java => "aws-sdk-java/2.33.4 md/io#async md/http#NettyNio ua/2.1 os/Linux#6.1.147 lang/java#21.0.8 \
                           md/OpenJDK_64-Bit_Server_VM"
                .to_owned(),
            Self::Lambda(function) => format!("awslambda-worker/1.0 exec-env/AWS_Lambda_python3.13 {function}"),
        }
    }
}

/// What the AWS CLI calls a service.
fn command(service: &str) -> &str {
    match service {
        "monitoring" => "cloudwatch",
        "elasticloadbalancing" => "elbv2",
        other => other,
    }
}

/// `RevokeSecurityGroupIngress` → `revoke-security-group-ingress`.
fn kebab(name: &str) -> String {
    let mut out = String::with_capacity(name.len() + 8);
    let mut upper = true;
    for c in name.chars() {
        if c.is_ascii_uppercase() && !upper {
            out.push('-');
        }
        upper = c.is_ascii_uppercase();
        out.push(c.to_ascii_lowercase());
    }
    out
}

/// Characters of access keys and principal ids.
const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// An identifier such as `AKIA…`: a prefix and sixteen letters or digits, the same for the same name.
pub(super) fn code(world: &World, prefix: &str, name: &str) -> String {
    let mut mark = rng::text(world.seed, &format!("{prefix}/{name}"));
    let mut out = prefix.to_owned();
    for _ in 0..16 {
        mark = rng::mix(mark);
        let nth = usize::try_from(mark % 32).unwrap_or(0);
        out.push(ALPHABET.get(nth).map_or('A', |byte| char::from(*byte)));
    }
    out
}

/// The id of a role, as `sts:GetCallerIdentity` of the drill has it too.
pub(super) fn role_id(world: &World, role: &str) -> String {
    format!("AROA{}", rng::hex(rng::text(world.seed, role), 16).to_uppercase())
}

/// A session of a role.
#[derive(Debug, Clone)]
pub(super) struct Session {
    /// The role's name.
    pub(super) role: String,
    /// Its path: `/` unless it is a service's or Identity Center's.
    pub(super) path: String,
    /// The session's name.
    pub(super) name: String,
    /// When it began, in seconds since 1970.
    pub(super) since: i64,
    /// Where it is used from.
    pub(super) address: String,
    /// By what.
    pub(super) agent: Agent,
    /// The service that calls on the role's behalf.
    pub(super) invoked_by: Option<String>,
    /// The version of the metadata service that gave the credentials to an instance.
    pub(super) delivery: Option<&'static str>,
    /// The provider of a web identity.
    pub(super) provider: Option<String>,
    /// Identity Center's user id.
    pub(super) on_behalf_of: Option<String>,
    /// The access key at the other end of a chain; empty at the sign-in page, which needs none.
    pub(super) key: String,
}

impl Session {
    /// A plain session; the rest is set by whoever needs it.
    pub(super) fn new(
        world: &World,
        role: &str,
        name: &str,
        since: i64,
        address: &str,
        agent: Agent,
    ) -> Self {
        Self {
            role: role.to_owned(),
            path: "/".to_owned(),
            name: name.to_owned(),
            since,
            address: address.to_owned(),
            agent,
            invoked_by: None,
            delivery: None,
            provider: None,
            on_behalf_of: None,
            key: code(world, "ASIA", &format!("{role}/{name}/{since}")),
        }
    }

    /// `arn:aws:iam::…:role/…`.
    pub(super) fn role_arn(&self, world: &World) -> String {
        format!("arn:aws:iam::{}:role{}{}", world.account, self.path, self.role)
    }

    /// `arn:aws:sts::…:assumed-role/…`.
    pub(super) fn arn(&self, world: &World) -> String {
        format!("arn:aws:sts::{}:assumed-role/{}/{}", world.account, self.role, self.name)
    }

    /// Its caller. `mfaAuthenticated` says nothing of how the role was come by: for nearly all sessions it is false.
    pub(super) fn caller(&self, world: &World) -> Caller {
        let role = role_id(world, &self.role);
        let mut context = json!({
            "sessionIssuer": {
                "type": "Role",
                "principalId": role,
                "arn": self.role_arn(world),
                "accountId": world.account,
                "userName": self.role,
            },
            "attributes": { "creationDate": iso(self.since), "mfaAuthenticated": "false" },
        });
        set(&mut context, "ec2RoleDelivery", self.delivery.map(Value::from));
        let federated = |provider: &String| json!({ "federatedProvider": provider, "attributes": {} });
        set(&mut context, "webIdFederationData", self.provider.as_ref().map(federated));
        let mut identity = json!({
            "type": "AssumedRole",
            "principalId": format!("{role}:{}", self.name),
            "arn": self.arn(world),
            "accountId": world.account,
            "sessionContext": context,
        });
        let key = Some(self.key.clone()).filter(|key| !key.is_empty());
        set(&mut identity, "accessKeyId", key.clone().map(Value::from));
        set(&mut identity, "invokedBy", self.invoked_by.clone().map(Value::from));
        let store = format!("arn:aws:identitystore::{}:identitystore/d-93670c1f2a", world.account);
        let behalf = |user: &String| json!({ "userId": user, "identityStoreArn": store });
        set(&mut identity, "onBehalfOf", self.on_behalf_of.as_ref().map(behalf));
        Caller {
            arn: self.arn(world),
            identity: identity.to_string(),
            username: Some(self.name.clone()),
            // Whoever is signing in has no key yet.
            console: key.is_some() && self.agent == Agent::Kind(AgentKind::Console),
            key,
            address: self.address.clone(),
            agent: self.agent.clone(),
        }
    }
}

fn set(object: &mut Value, member: &str, value: Option<Value>) {
    if let (Some(members), Some(value)) = (object.as_object_mut(), value) {
        members.insert(member.to_owned(), value);
    }
}

/// The DNS name of a service, which stands for its address and for its program.
pub(super) fn domain(service: &str) -> String {
    format!("{service}.amazonaws.com")
}

/// A service, e.g. `ec2`, acting by itself.
pub(super) fn service(name: &str) -> Caller {
    let name = domain(name);
    let identity = json!({ "type": "AWSService", "invokedBy": name });
    bare(identity, None, None, &name, Agent::Service(name.clone()))
}

/// The long-lived access key of an IAM user.
pub(crate) fn access_key(world: &World, user: &str) -> String {
    code(world, "AKIA", user)
}

/// An IAM user with its long-lived access key.
pub(super) fn user(world: &World, one: &Principal) -> Caller {
    let key = access_key(world, &one.name);
    let mut identity = user_identity(world, one);
    set(&mut identity, "accessKeyId", Some(key.clone().into()));
    bare(identity, Some(one.name.clone()), Some(key), &one.address, Agent::Kind(one.agent))
}

/// An IAM user in the console, since a moment.
pub(super) fn console_user(world: &World, one: &Principal, since: i64) -> Caller {
    in_console(world, one, &one.name, user_identity(world, one), since)
}

/// A principal at the sign-in page: it has no key yet. Root has the account's id for its own.
pub(super) fn signing_in(world: &World, one: &Principal, root: bool) -> Caller {
    let identity = if root { root_identity(world) } else { user_identity(world, one) };
    let name = if root { "root".to_owned() } else { one.name.clone() };
    bare(identity, Some(name), None, &one.address, Agent::Kind(AgentKind::Console))
}

/// The root user in the console, since a moment.
pub(super) fn root(world: &World, one: &Principal, since: i64) -> Caller {
    in_console(world, one, "root", root_identity(world), since)
}

fn in_console(world: &World, one: &Principal, name: &str, mut identity: Value, since: i64) -> Caller {
    let key = code(world, "ASIA", &format!("{name}/{since}"));
    set(&mut identity, "accessKeyId", Some(key.clone().into()));
    let attributes = json!({ "creationDate": iso(since), "mfaAuthenticated": (!one.no_mfa).to_string() });
    set(&mut identity, "sessionContext", Some(json!({ "attributes": attributes })));
    let agent = Agent::Kind(AgentKind::Console);
    Caller { console: true, ..bare(identity, Some(name.to_owned()), Some(key), &one.address, agent) }
}

/// A user federated through an IAM user's key.
pub(super) fn federated(world: &World, one: &Principal, since: i64) -> Caller {
    let key = code(world, "ASIA", &format!("{}/{since}", one.name));
    let account = &world.account;
    let attributes = json!({ "creationDate": iso(since), "mfaAuthenticated": "false" });
    let identity = json!({
        "type": "FederatedUser",
        "principalId": format!("{account}:{}", one.name),
        "arn": format!("arn:aws:sts::{account}:federated-user/{}", one.name),
        "accountId": account,
        "accessKeyId": key,
        "sessionContext": {
            "sessionIssuer": {
                "type": "IAMUser",
                "principalId": code(world, "AIDA", &one.role),
                "arn": format!("arn:aws:iam::{account}:user/{}", one.role),
                "accountId": account,
                "userName": one.role,
            },
            "attributes": attributes,
        },
    });
    bare(identity, Some(one.name.clone()), Some(key), &one.address, Agent::Kind(one.agent))
}

/// A pipeline at STS, with nothing but its token.
pub(super) fn web_identity(one: &Principal, provider: &str) -> Caller {
    let identity = json!({
        "type": "WebIdentityUser",
        "principalId": format!("{provider}:sts.amazonaws.com:{}", one.name),
        "userName": one.name,
        "identityProvider": provider,
    });
    bare(identity, Some(one.name.clone()), None, &one.address, Agent::Kind(one.agent))
}

/// A person at STS, with nothing but Identity Center's assertion.
pub(super) fn saml_user(world: &World, one: &Principal) -> Caller {
    let identity = json!({
        "type": "SAMLUser",
        "principalId": format!("{}:{}", code(world, "SAML", "identity-center"), one.name),
        "userName": one.name,
        "identityProvider": code(world, "SAML", "identity-center"),
    });
    bare(identity, Some(one.name.clone()), None, &one.address, Agent::Service("AWS Internal".to_owned()))
}

/// A person at Identity Center's portal.
pub(super) fn identity_center(world: &World, one: &Principal) -> Caller {
    let user = user_id(world, one);
    let identity = json!({
        "type": "IdentityCenterUser",
        "accountId": world.account,
        "onBehalfOf": {
            "userId": user,
            "identityStoreArn": format!("arn:aws:identitystore::{}:identitystore/d-93670c1f2a", world.account),
        },
        "credentialId": super::pen::uuid(rng::text(world.seed, &format!("credential/{}", one.name))),
    });
    bare(identity, None, None, &one.address, Agent::Kind(AgentKind::Console))
}

/// A principal of another account.
pub(super) fn foreign(world: &World, one: &Principal, account: &str) -> Caller {
    let principal = format!("{}:{}", code(world, "AROA", &one.name), one.name);
    let identity = json!({ "type": "AWSAccount", "principalId": principal, "accountId": account });
    bare(identity, None, None, &one.address, Agent::Kind(one.agent))
}

/// Identity Center's id of a person.
pub(super) fn user_id(world: &World, one: &Principal) -> String {
    super::pen::uuid(rng::text(world.seed, &format!("person/{}", one.name)))
}

fn user_identity(world: &World, one: &Principal) -> Value {
    json!({
        "type": "IAMUser",
        "principalId": code(world, "AIDA", &one.name),
        "arn": format!("arn:aws:iam::{}:user/{}", world.account, one.name),
        "accountId": world.account,
        "userName": one.name,
    })
}

fn root_identity(world: &World) -> Value {
    let account = &world.account;
    json!({
        "type": "Root",
        "principalId": account,
        "arn": format!("arn:aws:iam::{account}:root"),
        "accountId": account,
    })
}

#[expect(clippy::needless_pass_by_value, reason = "made for it")]
fn bare(
    identity: Value,
    username: Option<String>,
    key: Option<String>,
    address: &str,
    agent: Agent,
) -> Caller {
    let arn = identity.get("arn").and_then(Value::as_str).unwrap_or_default().to_owned();
    let identity = identity.to_string();
    Caller { identity, arn, username, key, address: address.to_owned(), agent, console: false }
}

/// `2026-05-01T03:04:05Z`.
pub(super) fn iso(second: i64) -> String {
    shift(Timestamp::UNIX_EPOCH, second).strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}
