//! What a run wants of AWS: which profiles and Regions, how long to wait, whom to ask for an MFA code.

use std::{fmt, sync::Arc};

use aws_runtime::env_config::file::EnvConfigFiles;
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use futures::future::BoxFuture;
use jiff::Timestamp;

pub use crate::config::Timeouts;

/// What the operator is asked when a profile needs a second factor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MfaRequest {
    /// The profile that needs it.
    pub profile: String,
    /// The device: `mfa_serial` of the profile.
    pub serial: String,
    /// Why it is asked again: what was wrong with the code given before.
    pub refused: Option<String>,
}

/// Asks the operator for a code; `None` when they would rather not. One question at a time is ever open.
pub type MfaPrompt = Arc<dyn Fn(MfaRequest) -> BoxFuture<'static, Option<String>> + Send + Sync>;

/// What time it is; the drill's clock may be pinned.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// Everything a run says about AWS access. `Default` is what the AWS CLI would do without options.
#[derive(Clone)]
pub struct Settings {
    /// `--profile`, in order; empty means what the chain says (`AWS_PROFILE`, else `default`).
    pub profiles: Vec<String>,
    /// `--region`, in order; empty means each profile's own. `all` stands for every Region that is switched on.
    pub regions: Vec<String>,
    /// `--endpoint-url`: every service is asked there.
    pub endpoint_url: Option<String>,
    /// Time-outs for every call, those for credentials included.
    pub timeouts: Timeouts,
    /// The drill's own transport: static credentials, no file is read, nothing leaves the process.
    pub http: Option<SharedHttpClient>,
    /// Whom to ask for MFA codes; without it a profile that needs one is a problem.
    pub prompt: Option<MfaPrompt>,
    /// In the user agent, `[A-Za-z0-9!#$%&'*+.^_`|~-]`.
    pub app_name: String,
    /// Configuration files other than those the environment names; for tests.
    pub files: Option<EnvConfigFiles>,
    /// What "the last hour" counts from.
    pub clock: Clock,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            profiles: Vec::new(),
            regions: Vec::new(),
            endpoint_url: None,
            timeouts: Timeouts::default(),
            http: None,
            prompt: None,
            app_name: "toban".to_owned(),
            files: None,
            clock: Arc::new(Timestamp::now),
        }
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("profiles", &self.profiles)
            .field("regions", &self.regions)
            .field("endpoint_url", &self.endpoint_url)
            .field("timeouts", &self.timeouts)
            .field("drill", &self.http.is_some())
            .field("prompt", &self.prompt.is_some())
            .finish_non_exhaustive()
    }
}
