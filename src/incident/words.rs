//! The closed lists of words that records, the command line and wording keys share: kinds, severities, sides, answers, causes.
//!
//! Records outlive this program: a word may be added, none may be renamed or change its meaning.

use serde::{Deserialize, Serialize};

/// Words of a closed list, as they stand in records, on the command line and in wording keys.
macro_rules! words {
    ($($(#[$doc:meta])* $name:ident, $wording:literal { $($(#[$each:meta])* $variant:ident = $word:literal,)+ })+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum $name {
            $($(#[$each])* #[serde(rename = $word)] $variant,)+
        }

        impl $name {
            /// All of them, in their order.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// As it stands in records and on the command line.
            pub const fn word(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }

            /// The wording key of what people call it.
            pub const fn wording(self) -> &'static str {
                match self { $(Self::$variant => concat!($wording, ".", $word),)+ }
            }

            /// Finds one by its word, in any case.
            pub fn parse(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.word().eq_ignore_ascii_case(word))
            }
        }
    )+};
}
pub(super) use words;

words! {
    /// What somebody comes with.
    Kind, "incident.kind" {
        /// Something does not work.
        Fault = "fault",
        /// Somebody wants to know something; closed without an incident, and counted.
        Question = "question",
        /// Somebody of the house wants something done.
        Request = "request",
    }
    /// How bad, by the criteria of `incident-flow.md` §2.1.
    Level, "incident.level" {
        /// Down for many or all, data at risk, or a breach.
        Sev1 = "SEV-1",
        /// Many cannot use it, or monitoring of such is impaired.
        Sev2 = "SEV-2",
        /// A part is lost, redundancy is gone, or it may become SEV-2.
        Sev3 = "SEV-3",
        /// Slow, one host of many, a job that failed.
        Sev4 = "SEV-4",
    }
    /// Whose part it is (the shared responsibility model).
    Party, "incident.side" {
        /// AWS's.
        Aws = "aws",
        /// Ours, or our vendor's.
        Customer = "customer",
        /// Both have a part in it.
        Shared = "shared",
        /// To be settled with AWS Support.
        Grey = "grey",
        /// Somebody else's: the reporter's own network, a service of others.
        ThirdParty = "third-party",
        /// Not known yet.
        Unknown = "unknown",
    }
    /// The answer to "full incident response?".
    Gate, "incident.gate" {
        /// Full response: severity, escalation.
        Yes = "yes",
        /// Not needed.
        No = "no",
        /// Not yet; a timer brings it back.
        Watch = "watch",
    }
    /// How a step stands.
    Mark, "incident.mark" {
        /// It is done, and what it looked at is as it should be.
        Done = "done",
        /// It is done, and what it looked at is not as it should be.
        Failed = "failed",
        /// It was left out, for a reason.
        Skipped = "skipped",
        /// It cannot be told.
        Unknown = "unknown",
        /// It is to be done, again.
        Open = "open",
    }
    /// How a check came out.
    Outcome, "incident.outcome" {
        /// As it should be.
        Pass = "pass",
        /// Not as it should be.
        Fail = "fail",
        /// Not to be told; never fine.
        Unknown = "unknown",
    }
    /// What it was in the end, for the figures over many.
    Cause, "incident.cause" {
        /// A setting was wrong.
        Misconfiguration = "misconfiguration",
        /// Something ran full or out.
        Exhaustion = "exhaustion",
        /// A release of ours.
        Deploy = "deploy",
        /// A credential or certificate was wrong, leaked or expired.
        Credential = "credential",
        /// Something that it depends on.
        Dependency = "dependency",
        /// AWS's side.
        Aws = "aws",
        /// Somebody's hostile act.
        Attack = "attack",
        /// Nobody found out.
        Unknown = "unknown",
    }
    /// A moment that figures are counted from (`incident-flow.md` §2.9).
    Moment, "incident.moment" {
        /// The effect began.
        Began = "began",
        /// The effect stopped; what caused it may still be there.
        Mitigated = "mitigated",
        /// It works again, and checks say so.
        Recovered = "recovered",
    }
    /// A part that somebody plays (`incident-flow.md` §2.2).
    Role, "incident.role" {
        /// Decides, and keeps the next step in view.
        Commander = "commander",
        /// Changes the system.
        Operations = "operations",
        /// Writes down.
        Scribe = "scribe",
        /// Speaks to those outside.
        Liaison = "liaison",
    }
    /// What an action of the review is for.
    ItemClass, "incident.item" {
        /// So that it does not happen again.
        Prevention = "prevention",
        /// So that the next one is found or mended sooner, or the system is better.
        Improvement = "improvement",
    }
}
