//! All scopes of a run: planned at once from names alone, opened when first asked for.

use std::{
    collections::HashMap,
    fmt,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
};

use aws_config::imds::region::ImdsRegionProvider;
use futures::{Stream, StreamExt, stream::FuturesUnordered};

use super::{
    Session,
    budget::Budgets,
    ec2,
    error::{self, sentence},
    profile::{Profile, variable},
    settings::Settings,
};
use crate::{
    problem::{Problem, Remedy},
    scope::{Scope, ScopeId},
};

/// The word that stands for every Region that is switched on.
pub const ALL_REGIONS: &str = "all";
/// The drill's Region when none is named.
const DRILL_REGION: &str = "eu-west-1";
/// Where to ask for the list of Regions when the profile has none of its own.
const ANY_REGION: &str = "us-east-1";

/// Where global services (IAM, CloudFront, Route 53, Organizations, sign-in) leave their events (`aws-facts.md` §1.5).
const GLOBAL_REGION: &str = "us-east-1";

/// The Region in which a partition has the services that are the same everywhere (`aws-facts.md` §1.11, §1.20, §6.2).
pub(super) fn centre_of(region: &str) -> &'static str {
    match region.split('-').next() {
        Some("cn") => "cn-northwest-1",
        Some("us") if region.starts_with("us-gov-") => "us-gov-west-1",
        Some("eusc") => "eusc-de-east-1",
        _ => "us-east-1",
    }
}

type SessionSlot = Arc<tokio::sync::Mutex<Option<Arc<Session>>>>;
type ProfileSlot = Arc<tokio::sync::Mutex<Option<Arc<Profile>>>>;

struct Inner {
    settings: Arc<Settings>,
    budgets: Arc<Budgets>,
    asides: Arc<AtomicU32>,
    scopes: Mutex<Vec<(Scope, SessionSlot)>>,
    profiles: Mutex<HashMap<String, ProfileSlot>>,
    one_question: Arc<tokio::sync::Mutex<()>>,
}

/// Sessions of all scopes. Cloning is cheap and shares everything.
#[derive(Clone)]
pub struct Clients(Arc<Inner>);

impl fmt::Debug for Clients {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Clients").field("settings", &self.0.settings).finish_non_exhaustive()
    }
}

impl Clients {
    /// The scopes of a run, by names alone: every profile in every Region, in the order given. An empty Region is the
    /// profile's own, not yet looked up; with `--region all` there is one scope per profile to begin with, and
    /// [`Clients::expand`] finds the others.
    pub fn plan(settings: &Settings) -> Vec<Scope> {
        let drill = settings.http.is_some();
        let profiles = if !settings.profiles.is_empty() {
            settings.profiles.clone()
        } else if drill {
            vec!["drill".to_owned()]
        } else {
            vec![variable("AWS_PROFILE").unwrap_or_else(|| "default".to_owned())]
        };
        let mut regions: Vec<String> =
            settings.regions.iter().filter(|r| *r != ALL_REGIONS).cloned().collect();
        if regions.is_empty() {
            let own = variable("AWS_REGION").or_else(|| variable("AWS_DEFAULT_REGION")).unwrap_or_default();
            regions = vec![if drill { DRILL_REGION.to_owned() } else { own }];
        }
        let mut scopes: Vec<Scope> = Vec::new();
        for profile in &profiles {
            for region in &regions {
                let scope = Scope::new(profile, region);
                if !scopes.contains(&scope) {
                    scopes.push(scope);
                }
            }
        }
        scopes
    }

    /// Access for these scopes; [`ScopeId`]s are their places in the list. Nothing is read or asked yet.
    pub fn new(settings: Settings, scopes: &[Scope]) -> Self {
        Self(Arc::new(Inner {
            settings: Arc::new(settings),
            budgets: Arc::default(),
            asides: Arc::default(),
            scopes: Mutex::new(scopes.iter().map(|s| (s.clone(), Arc::default())).collect()),
            profiles: Mutex::default(),
            one_question: Arc::default(),
        }))
    }

    /// The session of a scope, opened on first use: its profile is read and its Region settled. A failure is tried again
    /// next time, and a session whose credentials were refused is opened anew.
    pub async fn session(&self, id: ScopeId) -> Result<Arc<Session>, Problem> {
        let found = {
            let scopes = self.0.scopes.lock().unwrap_or_else(PoisonError::into_inner);
            scopes.get(usize::from(id.0)).cloned()
        };
        let Some((scope, slot)) = found else {
            return Err(error::other("config:Scope", "there is no such scope", Remedy::ReadLog));
        };
        let mut slot = slot.lock().await;
        if let Some(session) = slot.as_ref().filter(|s| !s.is_stale()) {
            return Ok(Arc::clone(session));
        }
        let profile = self.profile(&scope.profile).await?;
        let region = self.region(&scope, &profile).await?;
        let (settings, budgets) = (Arc::clone(&self.0.settings), Arc::clone(&self.0.budgets));
        let asides = Arc::clone(&self.0.asides);
        let session = Arc::new(Session::new(id, region, profile, settings, budgets, asides));
        *slot = Some(Arc::clone(&session));
        Ok(session)
    }

    /// For `--region all`: the Regions that are switched on for each scope's account, each a new scope unless there is
    /// one for it already. All accounts are asked at once; the caller adds the new scopes to its own table in the order
    /// in which they come out of here, which is the order of their ids.
    pub fn expand(
        &self,
        ids: &[ScopeId],
    ) -> impl Stream<Item = (ScopeId, Result<Vec<Scope>, Problem>)> + Send {
        let asking: FuturesUnordered<_> = ids
            .iter()
            .map(|id| {
                let (clients, id) = (self.clone(), *id);
                async move {
                    let asked = async {
                        let session = clients.session(id).await?;
                        Ok((ec2::regions(&session).await?, session))
                    };
                    (id, asked.await)
                }
            })
            .collect();
        let clients = self.clone();
        asking.map(move |(id, asked)| (id, asked.map(|(regions, session)| clients.add(&session, regions))))
    }

    fn add(&self, session: &Session, regions: Vec<String>) -> Vec<Scope> {
        let mut scopes = self.0.scopes.lock().unwrap_or_else(PoisonError::into_inner);
        let mut new = Vec::new();
        for region in regions {
            let known = region == session.region
                || scopes.iter().any(|(s, _)| s.profile == session.profile() && s.region == region);
            if !known && scopes.len() < usize::from(u16::MAX) {
                let scope = Scope::new(session.profile(), region);
                scopes.push((scope.clone(), Arc::default()));
                new.push(scope);
            }
        }
        new
    }

    /// Requests so far that belong to no fetch, retries included: who we are, which Regions there are.
    pub fn asides(&self) -> u32 {
        self.0.asides.load(Ordering::Relaxed)
    }

    /// Whether the Region in which global services leave their events is a scope of its own for the session's profile, and
    /// not the session's.
    pub fn covers_global(&self, session: &Session) -> bool {
        let scopes = self.0.scopes.lock().unwrap_or_else(PoisonError::into_inner);
        session.region != GLOBAL_REGION
            && scopes.iter().any(|(s, _)| s.profile == session.profile() && s.region == GLOBAL_REGION)
    }

    /// Whether the run asked for every Region.
    pub fn wants_all_regions(&self) -> bool {
        self.0.settings.regions.iter().any(|r| r == ALL_REGIONS)
    }

    /// The operator asked for a refresh: an MFA question that was declined may be put again.
    pub async fn ask_again(&self) {
        let slots: Vec<_> = {
            let profiles = self.0.profiles.lock().unwrap_or_else(PoisonError::into_inner);
            profiles.values().cloned().collect()
        };
        for slot in slots {
            if let Some(mfa) = slot.lock().await.as_ref().and_then(|p| p.mfa.as_ref()) {
                mfa.ask_again();
            }
        }
    }

    async fn profile(&self, name: &str) -> Result<Arc<Profile>, Problem> {
        let slot = {
            let mut profiles = self.0.profiles.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(profiles.entry(name.to_owned()).or_default())
        };
        let mut slot = slot.lock().await;
        if let Some(profile) = slot.as_ref().filter(|p| !p.is_stale()) {
            return Ok(Arc::clone(profile));
        }
        let profile = Arc::new(Profile::load(&self.0.settings, name, &self.0.one_question).await?);
        if let (Some(mfa), Some(before)) = (&profile.mfa, slot.as_ref().and_then(|p| p.mfa.as_ref())) {
            mfa.inherit(before);
        }
        *slot = Some(Arc::clone(&profile));
        Ok(profile)
    }

    async fn region(&self, scope: &Scope, profile: &Profile) -> Result<String, Problem> {
        let settings = &self.0.settings;
        let named = Some(scope.region.clone()).filter(|r| !r.is_empty()).or_else(|| profile.home.clone());
        let region = match named {
            Some(region) => region,
            None if self.wants_all_regions() => ANY_REGION.to_owned(),
            None if settings.http.is_some() => DRILL_REGION.to_owned(),
            None => self.metadata_region().await.ok_or_else(|| no_region(&scope.profile))?,
        };
        // An emulator may call its Region anything.
        let aws_itself = settings.http.is_none() && profile.config.endpoint_url().is_none();
        if aws_itself && !looks_like_region(&region) {
            let message = format!("{} is not the name of a Region", sentence(&region));
            return Err(error::other("config:Region", &message, Remedy::SetRegion));
        }
        Ok(region)
    }

    /// The Region of the instance we run on; asked only when everything else is silent, and never for longer than a
    /// connection may take.
    async fn metadata_region(&self) -> Option<String> {
        let provider = ImdsRegionProvider::builder().build();
        let answer = tokio::time::timeout(self.0.settings.timeouts.connect, provider.region()).await;
        answer.ok().flatten().map(|r| r.as_ref().to_owned())
    }
}

fn no_region(profile: &str) -> Problem {
    let message = format!("no Region is set for the profile {}", sentence(profile));
    error::other("config:Region", &message, Remedy::SetRegion)
}

/// `eu-west-1`, `us-gov-east-1`, `us-isob-west-1`: letters, one or more words, a number.
fn looks_like_region(name: &str) -> bool {
    let parts: Vec<&str> = name.split('-').collect();
    let Some((number, words)) = parts.split_last() else { return false };
    let word = |w: &&str| w.len() >= 2 && w.bytes().all(|b| b.is_ascii_lowercase());
    words.len() >= 2
        && words.iter().all(word)
        && !number.is_empty()
        && number.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_are_planned_from_names_in_their_order() {
        let settings = Settings {
            profiles: vec!["prod".into(), "stage".into(), "prod".into()],
            regions: vec!["eu-west-1".into(), "us-east-1".into()],
            ..Settings::default()
        };
        let names: Vec<String> =
            Clients::plan(&settings).iter().map(|s| format!("{}/{}", s.profile, s.region)).collect();
        assert_eq!(names, ["prod/eu-west-1", "prod/us-east-1", "stage/eu-west-1", "stage/us-east-1"]);
    }

    #[test]
    fn all_regions_start_as_one_scope_per_profile() {
        let settings = Settings {
            profiles: vec!["a".into(), "b".into()],
            regions: vec!["all".into()],
            ..Settings::default()
        };
        assert_eq!(Clients::plan(&settings).len(), 2);
        assert!(Clients::new(settings, &[]).wants_all_regions());
    }

    #[test]
    fn each_partition_has_its_centre() {
        for (region, centre) in [
            ("eu-west-1", "us-east-1"),
            ("us-west-2", "us-east-1"),
            ("us-gov-east-1", "us-gov-west-1"),
            ("cn-north-1", "cn-northwest-1"),
            ("", "us-east-1"),
        ] {
            assert_eq!(centre_of(region), centre, "{region}");
        }
    }

    #[test]
    fn names_of_regions_are_told_from_other_words() {
        for yes in
            ["eu-west-1", "ap-southeast-5", "us-gov-east-1", "cn-north-1", "us-isob-east-1", "mx-central-1"]
        {
            assert!(looks_like_region(yes), "{yes}");
        }
        for no in [
            "",
            "eu-west",
            "mars",
            "EU-WEST-1",
            "eu-west-1a",
            "eu--1",
            "-",
            "../../etc-x-1",
            "eu-west-1.evil",
        ] {
            assert!(!looks_like_region(no), "{no}");
        }
    }
}
