//! Lambda functions of an account, as its file writes them. Which there are is said by metrics, not here.

use serde::Deserialize;

/// A Lambda function, beyond what follows from its name.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Function {
    /// Its name, which metrics know.
    pub(crate) name: String,
    /// e.g. `python3.13`.
    #[serde(default)]
    pub(crate) runtime: Option<String>,
    /// Subnets' keys, for those inside a VPC.
    #[serde(default)]
    pub(crate) subnets: Vec<String>,
    /// Security groups' keys.
    #[serde(default)]
    pub(crate) groups: Vec<String>,
    /// The queue that feeds it.
    #[serde(default)]
    pub(crate) queue: Option<String>,
    /// The queue that gets what it fails at.
    #[serde(default)]
    pub(crate) dead_letters: Option<String>,
    /// Its environment is encrypted with a key of the account's own.
    #[serde(default)]
    pub(crate) own_key: bool,
}
