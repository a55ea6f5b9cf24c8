//! By which way a call was made: `aws-facts.md` §5.4, the first class whose evidence fits.
//!
//! One class is asked for before its turn: a call that CloudFormation, CodeBuild or CodePipeline makes for somebody
//! looks like any other call of a service, and would otherwise never count as infrastructure as code. CI systems count
//! as that too; a function or an instance that calls is a program with an SDK; CloudShell is a command line.

use std::sync::LazyLock;

use memchr::memmem::Finder;

use super::{
    Record,
    actor::{is_service, is_service_linked, session},
};
use crate::rows::event::Via;

/// Lower-case words to be found anywhere in a text, prepared once: every record is searched for all of them.
type Words = LazyLock<Searches>;

struct Searches(Vec<Finder<'static>>);

impl Searches {
    fn any_in(&self, text: &str) -> bool {
        !text.is_empty() && self.0.iter().any(|word| word.find(text.as_bytes()).is_some())
    }
}

fn searches(words: &[&'static str]) -> Searches {
    Searches(words.iter().map(|word| Finder::new(*word)).collect())
}

const IAC_SERVICES: &[&str] = &["cloudformation.", "codebuild.", "codepipeline."];
static CONSOLE: Words = LazyLock::new(|| {
    searches(&[
        "signin.amazonaws.com",
        "console.amazonaws.com",
        "console.aws.amazon.com",
        "s3console/",
        " console,",
    ])
});
static IAC: Words = LazyLock::new(|| {
    searches(&[
        "terraform",
        "opentofu",
        "pulumi",
        "aws-cdk",
        "cdk-",
        "cfn",
        "ansible",
        "crossplane",
        "cloudformation",
    ])
});
static IAC_SESSIONS: Words = LazyLock::new(|| {
    searches(&["terraform", "opentofu", "pulumi", "awscloudformation", "ansible", "crossplane", "cdk-"])
});
static CI: Words = LazyLock::new(|| {
    searches(&[
        "token.actions.githubusercontent.com",
        "gitlab",
        "oidc.circleci.com",
        "api.bitbucket.org",
        "configure-aws-credentials-for-github-actions",
    ])
});
static CI_SESSIONS: Words = LazyLock::new(|| {
    searches(&[
        "githubactions",
        "github-actions",
        "gitlab",
        "jenkins",
        "codebuild-",
        "awscodebuild",
        "codepipeline",
        "circleci",
    ])
});
static CLI: Words = LazyLock::new(|| searches(&["aws-cli/", "awspowershell"]));
static SDK: Words = LazyLock::new(|| searches(&["boto3/", "botocore/", "aws-sdk-", "aws_lambda"]));
static SDK_SESSIONS: Words =
    LazyLock::new(|| searches(&["botocore-session-", "aws-sdk-", "aws-go-sdk-", "lambda"]));

/// The way.
pub(super) fn via(record: &Record<'_>) -> Via {
    let id = record.identity;
    let agent = record.agent.get(..record.agent.floor_char_boundary(2048)).unwrap_or_default();
    let agent = agent.trim_matches(['[', ']']).to_ascii_lowercase();
    let from = &record.address;
    let by = id.get("invokedBy").text_or_empty();
    let session = session(id).to_ascii_lowercase();
    let agent_has = |words: &Words| words.any_in(&agent);
    let session_has = |words: &Words| words.any_in(&session);
    let is_iac_service = |name: &str| is_service(name) && IAC_SERVICES.iter().any(|s| name.starts_with(s));

    if is_iac_service(&by) || is_iac_service(from) {
        return Via::Iac;
    }
    let service = id.get("type").text().is_some_and(|t| t == "AWSService")
        || is_service(&by)
        || is_host(from)
        || *from == "AWS Internal"
        || is_service_linked(id)
        || record.kind == "AwsServiceEvent";
    if service {
        return Via::AwsService;
    }
    if agent.contains("cloudshell") {
        return Via::Cli;
    }
    let console = matches!(&*record.kind, "AwsConsoleSignIn" | "AwsConsoleAction")
        || agent == "aws internal"
        || agent.starts_with("mozilla/")
        || agent_has(&CONSOLE)
        || record.from_console
        || id.at("sessionContext.sessionCredentialFromConsole").is_true();
    if console {
        return Via::Console;
    }
    if agent_has(&IAC) || session_has(&IAC_SESSIONS) || agent_has(&CI) || session_has(&CI_SESSIONS) {
        return Via::Iac;
    }
    let provider =
        [id.at("sessionContext.webIdFederationData.federatedProvider"), id.get("identityProvider")];
    if provider.iter().filter_map(|p| p.text()).any(|p| CI.any_in(&p.to_ascii_lowercase())) {
        return Via::Iac;
    }
    if agent_has(&CLI) {
        return Via::Cli;
    }
    let sdk = agent_has(&SDK)
        || session_has(&SDK_SESSIONS)
        || session.strip_prefix("i-").is_some_and(|rest| rest.bytes().all(|b| b.is_ascii_hexdigit()))
        || id.at("sessionContext.ec2RoleDelivery").text().is_some()
        || id.at("sessionContext.attributes.ec2RoleDelivery").text().is_some()
        || id.get("inScopeOf").is_object();
    if sdk { Via::Sdk } else { Via::Unknown }
}

/// A DNS name, which addresses of neither kind are.
fn is_host(address: &str) -> bool {
    address.contains('.') && !address.contains(':') && address.bytes().any(|b| b.is_ascii_alphabetic())
}
