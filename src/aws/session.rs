//! One scope's access to AWS: a client per service, made when first used, and the gate that every call passes.

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, OnceLock, atomic::AtomicU32},
    time::Duration,
};

use aws_config::{Region, SdkConfig, retry::RetryConfig};
use aws_smithy_runtime_api::client::{orchestrator::HttpResponse, result::SdkError};
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use jiff::Timestamp;
use tokio::{
    sync::{Semaphore, SemaphorePermit},
    time::timeout,
};

use super::{
    backup,
    budget::Budgets,
    clients,
    cloudwatch::MuteRule,
    ec2::known::Known,
    error::{self, Caller, Login, codes},
    identity::{self, Identity},
    kept::{Kept, KeptById, LastRows, Statuses},
    once::Once,
    probe::Probe,
    profile::Profile,
    settings::Settings,
    ssm::{Agents, Names},
};
use crate::{
    problem::{Problem, ProblemKind, Remedy},
    rows::{event::Alike, instance::Image, patch::Scan},
    scope::ScopeId,
};

/// Services with one endpoint for all Regions, as their IAM actions begin.
const GLOBAL: [&str; 3] = ["health:", "iam:", "support:"];

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
    asides: Arc<AtomicU32>,
    ec2: OnceLock<aws_sdk_ec2::Client>,
    cloudwatch: OnceLock<aws_sdk_cloudwatch::Client>,
    cloudtrail: OnceLock<aws_sdk_cloudtrail::Client>,
    ssm: OnceLock<aws_sdk_ssm::Client>,
    backup: OnceLock<aws_sdk_backup::Client>,
    dlm: OnceLock<aws_sdk_dlm::Client>,
    sts: OnceLock<aws_sdk_sts::Client>,
    iam: OnceLock<aws_sdk_iam::Client>,
    elbv2: OnceLock<aws_sdk_elasticloadbalancingv2::Client>,
    autoscaling: OnceLock<aws_sdk_autoscaling::Client>,
    rds: OnceLock<aws_sdk_rds::Client>,
    lambda: OnceLock<aws_sdk_lambda::Client>,
    logs: OnceLock<aws_sdk_cloudwatchlogs::Client>,
    health: OnceLock<aws_sdk_health::Client>,
    support: OnceLock<aws_sdk_support::Client>,
    /// See [`Session::turn`].
    turns: Semaphore,
    /// See [`Session::anew`].
    anew: Semaphore,
    /// Images by id, `None` for those that are gone; they do not change, so a refresh asks only for new ones.
    pub(super) images: Mutex<HashMap<String, Option<Arc<Image>>>>,
    /// Mute rules by ARN and time of their last change.
    pub(super) mutes: Mutex<HashMap<(String, Option<i64>), MuteRule>>,
    /// What the Events pane has been given of its own query.
    pub(super) events_given: Mutex<super::cloudtrail::Mark>,
    /// What its events say alike.
    pub(super) events_alike: Arc<Mutex<Alike>>,
    /// The instances that were last listed.
    pub(super) last_rows: LastRows,
    /// The instances for panes that join something with them, and whether they are being listed.
    pub(super) known: Known,
    /// The status checks that were last read.
    pub(super) last_statuses: Statuses,
    /// The agents that SSM named when it was last asked for all.
    pub(super) last_agents: Kept<Arc<Agents>>,
    /// What Patch Manager found last, by machine.
    pub(super) last_scans: KeptById<Scan>,
    /// Patch groups and the names of baselines, asked for once.
    pub(super) patch_names: Mutex<Option<Arc<Names>>>,
    /// The mute rules that were last active.
    pub(super) last_mutes: Kept<Vec<MuteRule>>,
    /// What is remembered of backups.
    pub(super) backup_memory: backup::Memory,
    /// How often each alarm had changed when that was last counted.
    pub(super) last_transitions: Kept<HashMap<String, u32>>,
}

/// Pages that are read at once of all listings but the first one of instances: a page of 1,000 volumes or instances is
/// 5 to 15 MB while it is being decoded.
const AT_ONCE: usize = 2;
/// See [`Session::anew`].
const LONGEST_TURN: Duration = Duration::from_secs(5);

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session")
            .field("scope", &self.scope)
            .field("profile", &self.profile.name)
            .field("region", &self.region)
            .finish_non_exhaustive()
    }
}

/// `ssm` of `ssm:DescribeInstancePatches`.
fn service_of(operation: &str) -> &str {
    operation.split(':').next().unwrap_or(operation)
}

impl Session {
    pub(super) fn new(
        scope: ScopeId,
        region: String,
        profile: Arc<Profile>,
        settings: Arc<Settings>,
        budgets: Arc<Budgets>,
        asides: Arc<AtomicU32>,
    ) -> Self {
        let config = profile.config.to_builder().region(Region::new(region.clone())).build();
        Self {
            scope,
            region,
            profile,
            config,
            settings,
            budgets,
            asides,
            ec2: OnceLock::new(),
            cloudwatch: OnceLock::new(),
            cloudtrail: OnceLock::new(),
            ssm: OnceLock::new(),
            backup: OnceLock::new(),
            dlm: OnceLock::new(),
            sts: OnceLock::new(),
            iam: OnceLock::new(),
            elbv2: OnceLock::new(),
            autoscaling: OnceLock::new(),
            rds: OnceLock::new(),
            lambda: OnceLock::new(),
            logs: OnceLock::new(),
            health: OnceLock::new(),
            support: OnceLock::new(),
            turns: Semaphore::new(AT_ONCE),
            anew: Semaphore::new(1),
            images: Mutex::default(),
            mutes: Mutex::default(),
            events_given: Mutex::default(),
            events_alike: Arc::default(),
            last_rows: LastRows::default(),
            known: Known::default(),
            last_statuses: Statuses::default(),
            last_agents: Kept::default(),
            last_scans: KeptById::default(),
            patch_names: Mutex::default(),
            last_mutes: Kept::default(),
            backup_memory: backup::Memory::default(),
            last_transitions: Kept::default(),
        }
    }

    /// Whether instances have been listed before: those who see them do not wait for the next listing.
    pub(super) fn has_rows(&self) -> bool {
        !self.last_rows.get().is_empty()
    }

    /// Waits for the turn of a page that nobody waits for, and holds it while the page is read and made rows of. Several
    /// listings at once would otherwise have a dozen pages in memory that have not been decoded, or just have been.
    pub(super) async fn turn(&self) -> Option<SemaphorePermit<'_>> {
        self.turns.acquire().await.ok()
    }

    /// Waits until no other of the large panes is being read anew, when there are rows that can be seen meanwhile: what
    /// is read is in memory beside what there is until it has taken its place. Not for long: a service that hangs must
    /// not hold up another's pane.
    pub(super) async fn anew(&self) -> Option<SemaphorePermit<'_>> {
        if !self.has_rows() {
            return None;
        }
        timeout(LONGEST_TURN, self.anew.acquire()).await.ok()?.ok()
    }

    /// The profile's name.
    pub fn profile(&self) -> &str {
        &self.profile.name
    }

    /// How the profile gets its credentials.
    pub(super) fn login(&self) -> &Login {
        &self.profile.login
    }

    /// Whether the practice account in this process answers instead of AWS.
    pub(super) fn is_drill(&self) -> bool {
        self.settings.http.is_some()
    }

    /// Who we are, without the account's alias.
    pub(super) fn who(&self) -> &Once<Identity> {
        &self.profile.identity
    }

    pub(super) fn alias(&self) -> &Once<Option<String>> {
        &self.profile.alias
    }

    /// Counts the requests that belong to no fetch: who we are, which Regions there are.
    pub(super) fn asides(&self) -> &Arc<AtomicU32> {
        &self.asides
    }

    /// The Region where the profile is at home, else this one: where questions are asked that any Region can answer.
    pub(super) fn home(&self) -> &str {
        self.profile.config.region().map_or(&self.region, |r| r.as_ref())
    }

    pub(super) fn is_stale(&self) -> bool {
        self.profile.is_stale()
    }

    /// What "now" is for questions such as "the last hour".
    pub fn now(&self) -> Timestamp {
        (self.settings.clock)()
    }

    pub(super) fn ec2(&self) -> &aws_sdk_ec2::Client {
        self.ec2.get_or_init(|| aws_sdk_ec2::Client::new(&self.config))
    }

    pub(super) fn cloudwatch(&self) -> &aws_sdk_cloudwatch::Client {
        self.cloudwatch.get_or_init(|| aws_sdk_cloudwatch::Client::new(&self.config))
    }

    /// Without the SDK's retries, which would go past the budget: two calls a second is all that the account has.
    pub(super) fn cloudtrail(&self) -> &aws_sdk_cloudtrail::Client {
        self.cloudtrail.get_or_init(|| {
            let config = aws_sdk_cloudtrail::config::Builder::from(&self.config);
            aws_sdk_cloudtrail::Client::from_conf(config.retry_config(RetryConfig::disabled()).build())
        })
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

    pub(super) fn elbv2(&self) -> &aws_sdk_elasticloadbalancingv2::Client {
        self.elbv2.get_or_init(|| aws_sdk_elasticloadbalancingv2::Client::new(&self.config))
    }

    pub(super) fn autoscaling(&self) -> &aws_sdk_autoscaling::Client {
        self.autoscaling.get_or_init(|| aws_sdk_autoscaling::Client::new(&self.config))
    }

    pub(super) fn rds(&self) -> &aws_sdk_rds::Client {
        self.rds.get_or_init(|| aws_sdk_rds::Client::new(&self.config))
    }

    pub(super) fn lambda(&self) -> &aws_sdk_lambda::Client {
        self.lambda.get_or_init(|| aws_sdk_lambda::Client::new(&self.config))
    }

    pub(super) fn logs(&self) -> &aws_sdk_cloudwatchlogs::Client {
        self.logs.get_or_init(|| aws_sdk_cloudwatchlogs::Client::new(&self.config))
    }

    /// AWS Health has one endpoint for all Regions of a partition.
    pub(super) fn health(&self) -> &aws_sdk_health::Client {
        self.health.get_or_init(|| aws_sdk_health::Client::new(&self.at_the_centre()))
    }

    /// So has AWS Support.
    pub(super) fn support(&self) -> &aws_sdk_support::Client {
        self.support.get_or_init(|| aws_sdk_support::Client::new(&self.at_the_centre()))
    }

    fn at_the_centre(&self) -> SdkConfig {
        self.config.to_builder().region(Region::new(clients::centre_of(&self.region))).build()
    }

    /// Waits until a call may go out: an MFA code has been given if one is needed, and the budget has room.
    pub(super) async fn admit(&self, operation: &str) -> Result<(), Problem> {
        if let Some(mfa) = &self.profile.mfa {
            mfa.ready().await.inspect_err(|problem| self.refused(problem))?;
        }
        self.budgets.take(&self.profile.name, &self.region, operation).await;
        Ok(())
    }

    /// AWS refused a call as one too many: nobody here asks this operation for a while.
    pub(super) fn throttled(&self, operation: &str) {
        self.budgets.throttled(&self.profile.name, &self.region, operation);
    }

    /// AWS answered a call of an operation that may have been throttled before.
    pub(super) fn eased(&self, operation: &str) {
        self.budgets.eased(&self.profile.name, &self.region, operation);
    }

    /// Where every service is asked, when that is not AWS itself.
    pub(super) fn endpoint_override(&self) -> Option<&str> {
        self.config.endpoint_url()
    }

    /// A call of this operation succeeded here. A service that is the same in all Regions proves the credentials and no
    /// Region.
    pub(super) fn worked(&self, operation: &str) {
        let global = GLOBAL.iter().any(|service| operation.starts_with(service));
        self.profile.worked_in(if global { "" } else { &self.region }, service_of(operation));
    }

    /// STS has said whose account the profile uses.
    pub(super) fn belongs_to(&self, account: &str) {
        self.budgets.learn(&self.profile.name, account);
    }

    /// A failed call as a problem; refused credentials make the profile be read anew. While nothing has been answered
    /// yet, credentials that are over and a Region that is off look alike: then STS is asked first, so that it does not
    /// depend on which Region happens to answer first.
    pub(super) async fn failed<E>(
        &self,
        operation: &str,
        failure: &SdkError<E, HttpResponse>,
        probe: &Probe,
    ) -> Problem
    where
        E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
    {
        if self.profile.is_untried() && error::code(failure).is_some_and(codes::may_be_region_off) {
            // What it says is noted where it worked; why it did not is this failure's own business.
            let _ = identity::caller(self).await;
        }
        let problem = self.told(operation, failure, probe);
        self.refused(&problem);
        problem
    }

    /// A failed call as a problem.
    pub(super) fn told<E>(
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
            works_without: self.profile.works_without(&self.region, service_of(operation)),
            timeouts: self.settings.timeouts,
        };
        error::problem(operation, failure, &caller)
    }

    /// Refused credentials make the profile be read anew; a question that was declined stays declined until the operator
    /// asks for a refresh.
    pub(super) fn refused(&self, problem: &Problem) {
        if problem.kind == ProblemKind::Expired && problem.remedy != Remedy::AskAgain {
            self.profile.expire();
        }
    }

    /// Another handle on the same profile in the same Region, for work that goes on by itself. Shares no clients.
    pub(super) fn twin(&self) -> Self {
        self.in_region(&self.region)
    }

    /// The same in another Region.
    pub(super) fn in_region(&self, region: &str) -> Self {
        let (profile, settings) = (Arc::clone(&self.profile), Arc::clone(&self.settings));
        let (budgets, asides) = (Arc::clone(&self.budgets), Arc::clone(&self.asides));
        Self::new(self.scope, region.to_owned(), profile, settings, budgets, asides)
    }
}
