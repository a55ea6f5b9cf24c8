//! Where a row comes from: one AWS profile in one Region.
//!
//! Every row, resource and fetch carries a [`ScopeId`]; the table [`Scopes`] turns it back into names. Account id and
//! alias arrive later than the first rows (from `sts:GetCallerIdentity`), which is why rows hold the id of a scope
//! and not its text. This module must never ask AWS anything.

use serde::Serialize;

/// Index into [`Scopes`]. Stable for the life of the process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct ScopeId(pub u16);

/// One profile in one Region, with what is known about the account behind it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Scope {
    /// The AWS profile's name; `default` when none was named.
    pub profile: String,
    /// Twelve digits, once `sts:GetCallerIdentity` has answered.
    pub account: Option<String>,
    /// The account alias (`iam:ListAccountAliases`), when there is one and it may be read.
    #[serde(skip)]
    pub alias: Option<String>,
    /// The Region's code, e.g. `eu-west-1`. Empty until it has been resolved from the profile.
    pub region: String,
    /// `aws`, `aws-cn`, `aws-us-gov`, …: from the caller's ARN, `aws` until that is known.
    #[serde(skip)]
    pub partition: String,
}

impl Scope {
    /// A scope of which only the names are known.
    pub fn new(profile: impl Into<String>, region: impl Into<String>) -> Self {
        Self {
            profile: profile.into(),
            account: None,
            alias: None,
            region: region.into(),
            partition: "aws".into(),
        }
    }

    /// Takes over what has been learnt. An alias that comes late must not lose the account, nor the account's id be
    /// lost when only names are known again.
    pub fn learn(&mut self, known: Self) {
        let Self { profile, account, alias, region, partition } = known;
        if account.is_some() && account != self.account {
            // Another account's name is not this one's.
            self.alias = None;
        }
        if account.is_some() {
            (self.account, self.partition) = (account, partition);
        }
        self.alias = alias.or_else(|| self.alias.take());
        (self.profile, self.region) = (profile, region);
    }

    /// What people call this account: its alias, else its number, else the profile.
    pub fn account_label(&self) -> &str {
        self.alias.as_deref().or(self.account.as_deref()).unwrap_or(&self.profile)
    }
}

/// All scopes of this run, in the order in which they were named.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scopes(Vec<Scope>);

impl Scopes {
    /// The table for a list of scopes; more than 65,535 are cut off.
    pub fn new(scopes: Vec<Scope>) -> Self {
        let mut scopes = scopes;
        scopes.truncate(usize::from(u16::MAX));
        Self(scopes)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether no scope is known yet.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Looks a scope up.
    pub fn get(&self, id: ScopeId) -> Option<&Scope> {
        self.0.get(usize::from(id.0))
    }

    /// Looks a scope up, to fill in what has been learnt about it.
    pub fn get_mut(&mut self, id: ScopeId) -> Option<&mut Scope> {
        self.0.get_mut(usize::from(id.0))
    }

    /// Adds scopes that are not in the table yet; the ids of those that were added.
    pub fn extend(&mut self, scopes: Vec<Scope>) -> Vec<ScopeId> {
        let mut added = Vec::new();
        for scope in scopes {
            let known = self.0.iter().any(|s| (&s.profile, &s.region) == (&scope.profile, &scope.region));
            if let Some(id) = u16::try_from(self.0.len()).ok().filter(|_| !known) {
                self.0.push(scope);
                added.push(ScopeId(id));
            }
        }
        added
    }

    /// All scopes with their ids.
    pub fn iter(&self) -> impl Iterator<Item = (ScopeId, &Scope)> {
        (0u16..).map(ScopeId).zip(self.0.iter())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_known_of_a_scope_only_grows_until_its_account_is_another() {
        let mut scope = Scope::new("prod", "");
        scope.learn(Scope::new("prod", "eu-west-1"));
        assert_eq!((scope.region.as_str(), scope.account_label()), ("eu-west-1", "prod"));
        let account = |id: &str| Scope {
            account: Some(id.into()),
            partition: "aws-cn".into(),
            ..Scope::new("prod", "eu-west-1")
        };
        scope.learn(account("111122223333"));
        assert_eq!(scope.account_label(), "111122223333");
        scope.learn(Scope { alias: Some("prod-main".into()), ..account("111122223333") });
        // Asked again after a login: names first, then the account, then perhaps no alias in time.
        scope.learn(Scope::new("prod", "eu-west-1"));
        scope.learn(account("111122223333"));
        assert_eq!((scope.account_label(), scope.partition.as_str()), ("prod-main", "aws-cn"));
        scope.learn(account("444455556666"));
        assert_eq!(scope.account_label(), "444455556666");
    }
}
