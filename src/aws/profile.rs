//! One AWS profile: where its credentials and its Region come from, read once and shared by all its Regions.
//!
//! The SDK's chain does the work; this file adds what a console needs on top of it: a clear sentence for a profile that
//! does not exist or a file that does not parse, the login command, `AWS_CA_BUNDLE`, MFA, and the AWS CLI's rule that
//! credentials in the environment do not win over a profile named on the command line.

mod chain;

use std::{
    collections::{HashMap, HashSet},
    path::PathBuf,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use aws_config::{
    AppName, BehaviorVersion, Region, SdkConfig,
    meta::credentials::CredentialsProviderChain,
    profile::{ProfileFileCredentialsProvider, ProfileFileLoadError, ProfileSet},
    provider_config::ProviderConfig,
    retry::RetryConfig,
    timeout::TimeoutConfig,
};
use aws_credential_types::{Credentials, provider::SharedCredentialsProvider};
use aws_runtime::env_config::file::EnvConfigFiles;
use aws_smithy_async::rt::sleep::default_async_sleep;
use aws_smithy_runtime_api::client::http::SharedHttpClient;

use super::{
    error::{self, Login, quoted, sentence},
    http,
    identity::Identity,
    mfa::{Chain, Mfa},
    once::Once,
    settings::Settings,
};
use crate::problem::{Problem, ProblemKind, Remedy};

/// Attempts per call, the first included; with the SDK's jittered back-off.
const ATTEMPTS: u32 = 3;

/// A profile that has been read.
pub(super) struct Profile {
    /// Its name.
    pub name: String,
    /// How it logs in.
    pub login: Login,
    /// Everything but the Region of a session.
    pub config: SdkConfig,
    /// Its own Region, if it says one.
    pub home: Option<String>,
    /// Set when a role of it needs a code.
    pub mfa: Option<Mfa>,
    /// Who we are, once asked.
    pub identity: Once<Identity>,
    /// The account's alias, once asked.
    pub alias: Once<Option<String>>,
    /// Regions in which its credentials have worked, and with which services; the empty name is that of services without
    /// Regions.
    good: Mutex<HashMap<String, HashSet<String>>>,
    stale: AtomicBool,
}

impl Profile {
    /// Reads a profile. `one_question` is held while an MFA question is open.
    pub(super) async fn load(
        settings: &Settings,
        name: &str,
        one_question: &Arc<tokio::sync::Mutex<()>>,
    ) -> Result<Self, Problem> {
        if let Some(http) = &settings.http {
            return Ok(Self::new(name, Login::Ambient, drill(settings, http), None, None));
        }
        let files = settings.files.clone().unwrap_or_default();
        let sections = read(name, &files).await?;
        if sections.get_profile(name).is_none() && name != "default" {
            return Err(unknown(name, &sections));
        }
        // The AWS CLI's rule: `--profile` on the command line turns credentials in the environment off, `AWS_PROFILE`
        // does not. The SDK's chain always prefers the environment.
        let named = !settings.profiles.is_empty();
        let login = if !named && variable("AWS_ACCESS_KEY_ID").is_some() {
            Login::Environment
        } else {
            chain::login(&sections, name)
        };
        let home = variable("AWS_REGION")
            .or_else(|| variable("AWS_DEFAULT_REGION"))
            .or_else(|| sections.get_profile(name).and_then(|p| p.get("region")).map(str::to_owned))
            .filter(|r| !r.is_empty());
        let bundle = variable("AWS_CA_BUNDLE")
            .or_else(|| sections.get_profile(name).and_then(|p| p.get("ca_bundle")).map(str::to_owned));
        let http = http::client(bundle.as_deref().map(expanded).as_deref()).await.map_err(|why| {
            error::other("config:CaBundle", &why, Remedy::Edit(bundle.clone().unwrap_or_default()))
        })?;
        let region = home.clone().or_else(|| settings.regions.iter().find(|r| *r != "all").cloned());
        let (config, mfa) =
            load_config(settings, name, named, &files, &sections, &http, region, &login, one_question)
                .await?;
        Ok(Self::new(name, login, config, home, mfa))
    }

    fn new(name: &str, login: Login, config: SdkConfig, home: Option<String>, mfa: Option<Mfa>) -> Self {
        Self {
            name: name.to_owned(),
            login,
            config,
            home,
            mfa,
            identity: Once::default(),
            alias: Once::default(),
            good: Mutex::default(),
            stale: AtomicBool::new(false),
        }
    }

    /// A call has succeeded in a Region.
    pub(super) fn worked_in(&self, region: &str, service: &str) {
        let mut good = self.good.lock().unwrap_or_else(PoisonError::into_inner);
        if !good.get(region).is_some_and(|services| services.contains(service)) {
            good.entry(region.to_owned()).or_default().insert(service.to_owned());
        }
    }

    /// Whether no call has succeeded anywhere yet.
    pub(super) fn is_untried(&self) -> bool {
        self.good.lock().unwrap_or_else(PoisonError::into_inner).is_empty()
    }

    /// Whether calls have succeeded, but never in this Region.
    pub(super) fn works_elsewhere(&self, region: &str) -> bool {
        let good = self.good.lock().unwrap_or_else(PoisonError::into_inner);
        !good.is_empty() && !good.contains_key(region)
    }

    /// Whether calls have succeeded in this Region, but never with this service.
    pub(super) fn works_without(&self, region: &str, service: &str) -> bool {
        let good = self.good.lock().unwrap_or_else(PoisonError::into_inner);
        good.get(region).is_some_and(|services| !services.contains(service))
    }

    /// Its credentials have been refused: it is read anew before the next call, so that a login in another terminal
    /// takes effect without a restart.
    pub(super) fn expire(&self) {
        self.stale.store(true, Ordering::Relaxed);
    }

    /// Whether it has to be read anew.
    pub(super) fn is_stale(&self) -> bool {
        self.stale.load(Ordering::Relaxed)
    }
}

/// The configuration files, parsed.
#[expect(
    clippy::default_trait_access,
    reason = "the file system's and environment's types are hidden in aws-types"
)]
async fn read(name: &str, files: &EnvConfigFiles) -> Result<ProfileSet, Problem> {
    aws_config::profile::load(&Default::default(), &Default::default(), files, Some(name.to_owned().into()))
        .await
        .map_err(|e| broken(&e))
}

/// A variable of the environment that is set to something.
pub(super) fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|v| !v.trim().is_empty())
}

/// A path with `~/` written out, as the AWS CLI does.
fn expanded(path: &str) -> PathBuf {
    match (path.strip_prefix("~/"), variable("HOME")) {
        (Some(rest), Some(home)) => PathBuf::from(home).join(rest),
        _ => PathBuf::from(path),
    }
}

fn timeouts(settings: &Settings) -> TimeoutConfig {
    TimeoutConfig::builder()
        .connect_timeout(settings.timeouts.connect)
        .operation_attempt_timeout(settings.timeouts.attempt)
        .operation_timeout(settings.timeouts.operation)
        .build()
}

fn retries() -> RetryConfig {
    RetryConfig::standard().with_max_attempts(ATTEMPTS)
}

/// The drill answers in the process: nothing is read from disk or the environment.
fn drill(settings: &Settings, http: &SharedHttpClient) -> SdkConfig {
    let mut config = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .http_client(http.clone())
        .credentials_provider(SharedCredentialsProvider::new(Credentials::new(
            "AKIADRILL",
            "drill",
            None,
            None,
            "drill",
        )))
        .timeout_config(timeouts(settings))
        .retry_config(retries())
        .identity_cache(aws_config::identity::IdentityCache::lazy().build());
    config.set_sleep_impl(default_async_sleep());
    config.set_endpoint_url(settings.endpoint_url.clone());
    config.set_app_name(AppName::new(settings.app_name.clone()).ok());
    config.build()
}

#[expect(clippy::too_many_arguments, reason = "one caller; the parts are what a profile is read from")]
async fn load_config(
    settings: &Settings,
    name: &str,
    named: bool,
    files: &EnvConfigFiles,
    sections: &ProfileSet,
    http: &SharedHttpClient,
    region: Option<String>,
    login: &Login,
    one_question: &Arc<tokio::sync::Mutex<()>>,
) -> Result<(SdkConfig, Option<Mfa>), Problem> {
    let region = region.map(Region::new);
    let providers = ProviderConfig::without_region()
        .with_region(region.clone())
        .with_behavior_version(Some(BehaviorVersion::latest()))
        .with_http_client(http.clone())
        .with_retry_config(retries())
        .with_timeout_config(timeouts(settings));
    let mut loader = aws_config::defaults(BehaviorVersion::latest())
        .profile_name(name)
        .profile_files(files.clone())
        .http_client(http.clone())
        .timeout_config(timeouts(settings))
        .retry_config(retries())
        // With `None` here the loader would ask the instance metadata service for a Region.
        .region(region);
    if let Ok(app) = AppName::new(settings.app_name.clone()) {
        loader = loader.app_name(app);
    }
    if let Some(url) = &settings.endpoint_url {
        loader = loader.endpoint_url(url);
    }
    let roles = chain::roles(sections, name);
    let environment_wins = !named && variable("AWS_ACCESS_KEY_ID").is_some();
    if !environment_wins && chain::wants_code(&roles) {
        let base = chain::base(sections, name, files, &providers)?;
        let config = loader.credentials_provider(base.clone()).load().await;
        let mfa = Mfa::new(Chain {
            profile: name.to_owned(),
            login: login.clone(),
            base,
            roles,
            config: config.clone(),
            timeouts: settings.timeouts,
            prompt: settings.prompt.clone(),
            one_question: Arc::clone(one_question),
        });
        let provider = SharedCredentialsProvider::new(mfa.clone());
        return Ok((config.into_builder().credentials_provider(provider).build(), Some(mfa)));
    }
    if named {
        loader = loader.credentials_provider(without_environment(name, files, &providers));
    }
    Ok((loader.load().await, None))
}

/// The SDK's default chain less the environment's access keys.
fn without_environment(
    name: &str,
    files: &EnvConfigFiles,
    providers: &ProviderConfig,
) -> CredentialsProviderChain {
    CredentialsProviderChain::first_try("Profile", from_profile(name, files, providers))
        .or_else(
            "WebIdentityToken",
            aws_config::web_identity_token::WebIdentityTokenCredentialsProvider::builder()
                .configure(providers)
                .build(),
        )
        .or_else(
            "EcsContainer",
            aws_config::ecs::EcsCredentialsProvider::builder().configure(providers).build(),
        )
        .or_else(
            "Ec2InstanceMetadata",
            aws_config::imds::credentials::ImdsCredentialsProvider::builder().configure(providers).build(),
        )
}

fn from_profile(
    name: &str,
    files: &EnvConfigFiles,
    providers: &ProviderConfig,
) -> ProfileFileCredentialsProvider {
    ProfileFileCredentialsProvider::builder()
        .configure(providers)
        .profile_files(files.clone())
        .profile_name(name)
        .build()
}

fn broken(failure: &ProfileFileLoadError) -> Problem {
    let config = variable("AWS_CONFIG_FILE").unwrap_or_else(|| "~/.aws/config".to_owned());
    let why = error::innermost(failure);
    error::other(
        "config:Profile",
        &format!("the AWS configuration is broken: {why}"),
        Remedy::Edit(sentence(&config)),
    )
}

fn unknown(name: &str, sections: &ProfileSet) -> Problem {
    let mut known: Vec<&str> = sections.profiles().collect();
    known.sort_unstable();
    let known = match known.len() {
        0 => "there are no profiles".to_owned(),
        1..=12 => format!("there are {}", known.join(", ")),
        n => format!("there are {n} others"),
    };
    Problem {
        operation: "config:Profile".to_owned(),
        kind: ProblemKind::Expired,
        message: sentence(&format!("there is no profile named {name} in the AWS configuration; {known}")),
        remedy: Remedy::Run(format!("aws configure --profile {}", quoted(name))),
    }
}
