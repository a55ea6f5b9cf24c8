//! One scope's access to AWS: a client per service, made when first used, and the gate that every call passes.

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, OnceLock},
};

use aws_config::{Region, SdkConfig};
use aws_smithy_runtime_api::client::{orchestrator::HttpResponse, result::SdkError};
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use jiff::Timestamp;
use tokio::sync::OnceCell;

use super::{
    budget::Budgets,
    cloudwatch::MuteRule,
    error::{self, Caller},
    identity::Identity,
    kept::{Kept, LastRows, Statuses},
    probe::Probe,
    profile::Profile,
    settings::Settings,
};
use crate::{
    problem::{Problem, ProblemKind, Remedy},
    rows::instance::Image,
    scope::ScopeId,
};

/// Access to one profile in one Region.
pub struct Session {
    /// Which scope this is.
    pub scope: ScopeId,
    /// The Region's code; never empty.
    pub region: String,
    profile: Arc<Profile>,
    config: SdkConfig,
    settings: Arc<Settings>,
    budgets: Arc<Budgets>,
    ec2: OnceLock<aws_sdk_ec2::Client>,
    cloudwatch: OnceLock<aws_sdk_cloudwatch::Client>,
    cloudtrail: OnceLock<aws_sdk_cloudtrail::Client>,
    ssm: OnceLock<aws_sdk_ssm::Client>,
    backup: OnceLock<aws_sdk_backup::Client>,
    dlm: OnceLock<aws_sdk_dlm::Client>,
    sts: OnceLock<aws_sdk_sts::Client>,
    iam: OnceLock<aws_sdk_iam::Client>,
    /// Images by id, `None` for those that are gone; they do not change, so a refresh asks only for new ones.
    pub(super) images: Mutex<HashMap<String, Option<Arc<Image>>>>,
    /// Mute rules by ARN and time of their last change.
    pub(super) mutes: Mutex<HashMap<(String, Option<i64>), MuteRule>>,
    /// The instances that were last listed.
    pub(super) last_rows: LastRows,
    /// The status checks that were last read.
    pub(super) last_statuses: Statuses,
    /// The mute rules that were last active.
    pub(super) last_mutes: Kept<Vec<MuteRule>>,
    /// How often each alarm had changed when that was last counted.
    pub(super) last_transitions: Kept<HashMap<String, u32>>,
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session")
            .field("scope", &self.scope)
            .field("profile", &self.profile.name)
            .field("region", &self.region)
            .finish_non_exhaustive()
    }
}

impl Session {
    pub(super) fn new(
        scope: ScopeId,
        region: String,
        profile: Arc<Profile>,
        settings: Arc<Settings>,
        budgets: Arc<Budgets>,
    ) -> Self {
        let config = profile.config.to_builder().region(Region::new(region.clone())).build();
        Self {
            scope,
            region,
            profile,
            config,
            settings,
            budgets,
            ec2: OnceLock::new(),
            cloudwatch: OnceLock::new(),
            cloudtrail: OnceLock::new(),
            ssm: OnceLock::new(),
            backup: OnceLock::new(),
            dlm: OnceLock::new(),
            sts: OnceLock::new(),
            iam: OnceLock::new(),
            images: Mutex::default(),
            mutes: Mutex::default(),
            last_rows: LastRows::default(),
            last_statuses: Statuses::default(),
            last_mutes: Kept::default(),
            last_transitions: Kept::default(),
        }
    }

    /// The profile's name.
    pub fn profile(&self) -> &str {
        &self.profile.name
    }

    pub(super) fn profile_cell(&self) -> &OnceCell<Identity> {
        &self.profile.identity
    }

    pub(super) fn alias_cell(&self) -> &OnceCell<Result<Option<String>, Problem>> {
        &self.profile.alias
    }

    pub(super) fn is_stale(&self) -> bool {
        self.profile.is_stale()
    }

    /// What "now" is for questions such as "the last hour".
    pub(super) fn now(&self) -> Timestamp {
        (self.settings.clock)()
    }

    pub(super) fn ec2(&self) -> &aws_sdk_ec2::Client {
        self.ec2.get_or_init(|| aws_sdk_ec2::Client::new(&self.config))
    }

    pub(super) fn cloudwatch(&self) -> &aws_sdk_cloudwatch::Client {
        self.cloudwatch.get_or_init(|| aws_sdk_cloudwatch::Client::new(&self.config))
    }

    pub(super) fn cloudtrail(&self) -> &aws_sdk_cloudtrail::Client {
        self.cloudtrail.get_or_init(|| aws_sdk_cloudtrail::Client::new(&self.config))
    }

    pub(super) fn ssm(&self) -> &aws_sdk_ssm::Client {
        self.ssm.get_or_init(|| aws_sdk_ssm::Client::new(&self.config))
    }

    pub(super) fn backup(&self) -> &aws_sdk_backup::Client {
        self.backup.get_or_init(|| aws_sdk_backup::Client::new(&self.config))
    }

    pub(super) fn dlm(&self) -> &aws_sdk_dlm::Client {
        self.dlm.get_or_init(|| aws_sdk_dlm::Client::new(&self.config))
    }

    pub(super) fn sts(&self) -> &aws_sdk_sts::Client {
        self.sts.get_or_init(|| aws_sdk_sts::Client::new(&self.config))
    }

    pub(super) fn iam(&self) -> &aws_sdk_iam::Client {
        self.iam.get_or_init(|| aws_sdk_iam::Client::new(&self.config))
    }

    /// Waits until a call may go out: an MFA code has been given if one is needed, and the budget has room.
    pub(super) async fn admit(&self, operation: &str) -> Result<(), Problem> {
        if let Some(mfa) = &self.profile.mfa {
            mfa.ready().await.inspect_err(|problem| self.refused(problem))?;
        }
        self.budgets.take(self.profile.owner(), &self.region, operation).await;
        Ok(())
    }

    /// A call succeeded here.
    pub(super) fn worked(&self) {
        self.profile.worked_in(&self.region);
    }

    /// A failed call as a problem; refused credentials make the profile be read anew.
    pub(super) fn problem<E>(
        &self,
        operation: &str,
        failure: &SdkError<E, HttpResponse>,
        probe: &Probe,
    ) -> Problem
    where
        E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
    {
        let endpoint = probe.endpoint();
        let caller = Caller {
            profile: &self.profile.name,
            login: &self.profile.login,
            region: &self.region,
            endpoint: endpoint.as_deref(),
            works_elsewhere: self.profile.works_elsewhere(&self.region),
            timeouts: self.settings.timeouts,
        };
        let problem = error::problem(operation, failure, &caller);
        self.refused(&problem);
        problem
    }

    /// Refused credentials make the profile be read anew; a question that was declined stays declined until the operator
    /// asks for a refresh.
    fn refused(&self, problem: &Problem) {
        if problem.kind == ProblemKind::Expired && problem.remedy != Remedy::AskAgain {
            self.profile.expire();
        }
    }

    /// Another handle on the same profile in the same Region, for work that goes on by itself. Shares no clients.
    pub(super) fn twin(&self) -> Self {
        let (profile, settings) = (Arc::clone(&self.profile), Arc::clone(&self.settings));
        Self::new(self.scope, self.region.clone(), profile, settings, Arc::clone(&self.budgets))
    }
}
