//! The table of changes and what they can cause, read from `signals.toml`. It holds facts about AWS and no weights.

use std::{
    collections::HashMap,
    sync::{LazyLock, OnceLock},
};

use serde::Deserialize;

/// A kind of symptom.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Effect {
    /// The thing itself, or a part of it, is not there any more.
    Gone,
    /// A network path is cut.
    Unreachable,
    /// Calls or logins are refused.
    Access,
    /// It answers wrongly.
    Errors,
    /// It is slower or busier.
    Latency,
    /// Throttling, quotas, too few or too many.
    Capacity,
    /// Open or shared wider than before.
    Exposure,
    /// Somebody has more rights than before.
    Privilege,
    /// A sign-in that is noteworthy.
    Signin,
    /// Logs, metrics or alarms stop or lie.
    Blind,
    /// Data is lost, expires or cannot be restored.
    Data,
    /// Spend.
    Cost,
    /// A name does not resolve, or leads elsewhere.
    Dns,
}

impl Effect {
    /// The key of its wording.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Gone => "effect.gone",
            Self::Unreachable => "effect.unreachable",
            Self::Access => "effect.access",
            Self::Errors => "effect.errors",
            Self::Latency => "effect.latency",
            Self::Capacity => "effect.capacity",
            Self::Exposure => "effect.exposure",
            Self::Privilege => "effect.privilege",
            Self::Signin => "effect.signin",
            Self::Blind => "effect.blind",
            Self::Data => "effect.data",
            Self::Cost => "effect.cost",
            Self::Dns => "effect.dns",
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    signal: Vec<Signal>,
    #[serde(default)]
    undone: Vec<Undone>,
    #[serde(default)]
    harmless: Vec<Harmless>,
    #[serde(default)]
    detail: Vec<Detail>,
}

/// What a parameter of a call says about what the call can cause.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Detail {
    service: String,
    events: Vec<String>,
    /// A request parameter.
    pub key: String,
    /// The value it must have; none for any.
    is: Option<String>,
    /// None: nothing that could break something.
    pub effects: Vec<Effect>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Signal {
    service: String,
    events: Vec<String>,
    effects: Vec<Effect>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Undone {
    service: String,
    by: Vec<(String, String)>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Harmless {
    service: String,
    events: Vec<String>,
}

/// What is known of kinds of changes.
#[derive(Debug, Default)]
pub struct Signals {
    /// By service, then name.
    effects: HashMap<String, HashMap<String, Vec<Effect>>>,
    undone: Vec<Undone>,
    harmless: Vec<Harmless>,
    details: Vec<Detail>,
}

static INSTALLED: OnceLock<Signals> = OnceLock::new();

static BUILT_IN: LazyLock<Signals> =
    LazyLock::new(|| Signals::parse(include_str!("signals.toml")).unwrap_or_default());

impl Signals {
    /// The table that comes with the program.
    pub fn built_in() -> &'static Self {
        &BUILT_IN
    }

    /// The table of this run: the one that comes with the program, with what an operator's own adds once [`Self::install`]
    /// has taken it.
    pub fn current() -> &'static Self {
        INSTALLED.get().unwrap_or_else(Self::built_in)
    }

    /// Puts an operator's own table over the built-in one, for the rest of the run; only the first one counts.
    pub fn install(text: &str) -> Result<(), toml::de::Error> {
        let own = Self::over_built_in(text)?;
        let _ = INSTALLED.set(own);
        Ok(())
    }

    /// The built-in table with an operator's own rows, which go before it: what a call can cause is then theirs alone, and
    /// a call that they call a signal is none that is harmless.
    fn over_built_in(text: &str) -> Result<Self, toml::de::Error> {
        let own = Self::parse(text)?;
        let mut all = Self::parse(include_str!("signals.toml"))?;
        for (service, names) in own.effects {
            all.effects.entry(service).or_default().extend(names);
        }
        for harmless in &own.harmless {
            let names = all.effects.get_mut(&harmless.service);
            if let Some(names) = names {
                names.retain(|name, _| !harmless.events.contains(name));
            }
        }
        all.harmless.extend(own.harmless);
        all.undone.extend(own.undone);
        let mut details = own.details;
        details.append(&mut all.details);
        all.details = details;
        Ok(all)
    }

    /// Reads a table.
    pub fn parse(text: &str) -> Result<Self, toml::de::Error> {
        let file: File = toml::from_str(text)?;
        let mut effects: HashMap<String, HashMap<String, Vec<Effect>>> = HashMap::new();
        for Signal { service, events, effects: of } in file.signal {
            let by_name = effects.entry(service).or_default();
            by_name.extend(events.into_iter().map(|name| (name, of.clone())));
        }
        Ok(Self { effects, undone: file.undone, harmless: file.harmless, details: file.detail })
    }

    /// What a change can cause, the most typical first. None for one that is not in the table.
    pub fn effects(&self, service: &str, name: &str) -> Option<&[Effect]> {
        self.effects.get(service)?.get(name).map(Vec::as_slice)
    }

    /// Whether it writes without changing anything that could break something: tags, grants, heartbeats.
    pub fn is_harmless(&self, service: &str, name: &str) -> bool {
        // Whoever says what a call can cause has the last word on it.
        if self.effects(service, name).is_some() {
            return false;
        }
        self.harmless.iter().filter(|h| h.service.is_empty() || h.service == service).any(|h| {
            h.events.iter().any(|event| {
                event.strip_suffix('*').map_or(event == name, |beginning| name.starts_with(beginning))
            })
        })
    }

    /// What the parameters of a call say about it; none when the table says nothing of them.
    pub(super) fn details(&self, service: &str, name: &str, record: &str) -> Vec<&Detail> {
        let rows = self.details.iter().filter(|d| d.service == service && d.events.iter().any(|e| e == name));
        let mut rows = rows.peekable();
        if rows.peek().is_none() {
            return Vec::new();
        }
        let record: serde_json::Value = serde_json::from_str(record).unwrap_or_default();
        let Some(request) = record.get("requestParameters").and_then(|r| r.as_object()) else {
            return Vec::new();
        };
        rows.filter(|row| {
            let named = request.iter().find(|(key, value)| same_key(key, &row.key) && !value.is_null());
            let Some((_, value)) = named else { return false };
            let value = value.get("value").unwrap_or(value);
            let is_it = |is: &str| match value {
                serde_json::Value::String(text) => text == is,
                serde_json::Value::Bool(yes) => is == if *yes { "true" } else { "false" },
                other => other.to_string().as_str() == is,
            };
            row.is.as_deref().is_none_or(is_it)
        })
        .collect()
    }

    /// What takes a change back, when both are about the same, of the same service.
    pub(super) fn backs<'a>(&'a self, service: &'a str, change: &'a str) -> impl Iterator<Item = &'a str> {
        let rows = self.undone.iter().filter(move |row| row.service == service).flat_map(|row| &row.by);
        rows.filter(move |(own, _)| own == change).map(|(_, back)| back.as_str())
    }

    /// Whether a change is one that takes another back.
    pub(super) fn takes_back(&self, service: &str, change: &str) -> bool {
        let rows = self.undone.iter().filter(|row| row.service == service);
        rows.flat_map(|row| &row.by).any(|(_, back)| back == change)
    }
}

/// Services begin their parameters with small letters or large ones.
fn same_key(a: &str, b: &str) -> bool {
    a.len() == b.len() && a.eq_ignore_ascii_case(b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_table_is_whole() {
        let signals = Signals::parse(include_str!("signals.toml")).unwrap();
        assert_eq!(signals.effects("ec2", "StopInstances").unwrap()[0], Effect::Gone);
        assert!(signals.effects.values().map(HashMap::len).sum::<usize>() > 330);
        assert!(signals.is_harmless("ec2", "CreateTags") && !signals.is_harmless("ec2", "StopInstances"));
        assert!(signals.is_harmless("sts", "AssumeRoleWithSAML"), "a beginning");
        assert!(signals.backs("ec2", "StopInstances").any(|back| back == "StartInstances"));
        assert!(signals.takes_back("ec2", "StartInstances") && !signals.takes_back("rds", "StartInstances"));
    }

    #[test]
    fn an_operator_s_own_rows_go_before_the_built_in_ones() {
        let own = r#"
            [[signal]]
            service = "ec2"
            events = ["CreateTags", "StopInstances"]
            effects = ["dns"]
            [[signal]]
            service = "ourservice"
            events = ["Flip"]
            effects = ["errors", "latency"]
            [[harmless]]
            service = "lambda"
            events = ["DeleteFunction"]
            [[undone]]
            service = "ourservice"
            by = [["Flip", "Flop"]]
        "#;
        let signals = Signals::over_built_in(own).unwrap();
        assert_eq!(signals.effects("ec2", "StopInstances"), Some(&[Effect::Dns][..]));
        assert_eq!(signals.effects("ourservice", "Flip").map(<[_]>::len), Some(2));
        assert!(!signals.is_harmless("ec2", "CreateTags") && signals.is_harmless("lambda", "DeleteFunction"));
        assert_eq!(signals.effects("lambda", "DeleteFunction"), None);
        assert!(signals.backs("ourservice", "Flip").eq(["Flop"]));
        assert!(signals.takes_back("ec2", "StartInstances"), "what is built in holds on");
        assert!(Signals::over_built_in("signal = 1").is_err());
        assert!(
            Signals::over_built_in("[[signal]]\nservice = 'a'\nevents = []\neffects = ['nope']").is_err()
        );
    }

    #[test]
    fn no_event_is_both_harmless_and_a_signal() {
        let signals = Signals::built_in();
        let harmless =
            Signals { effects: HashMap::new(), ..Signals::parse(include_str!("signals.toml")).unwrap() };
        for (service, names) in &signals.effects {
            for name in names.keys() {
                assert!(!harmless.is_harmless(service, name), "{service} {name}");
            }
        }
    }
}
