//! What is usual in an account: how often each call stands in all that was read.

use std::collections::HashMap;

use crate::triage::record::plain_name;

/// How often each call stands in all that was read, and so what is usual in this account.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Seen {
    /// By service, then name.
    names: HashMap<String, HashMap<String, u32>>,
    calls: u64,
}

impl Seen {
    /// Counts a call, by its `eventSource` and `eventName`.
    pub fn add(&mut self, source: &str, name: &str) {
        self.add_times(source.split('.').next().unwrap_or_default(), plain_name(name), 1);
    }

    /// Takes over what another has counted.
    pub fn merge(&mut self, other: &Self) {
        for (service, names) in &other.names {
            for (name, times) in names {
                self.add_times(service, name, *times);
            }
        }
    }

    fn add_times(&mut self, service: &str, name: &str, times: u32) {
        self.calls = self.calls.saturating_add(u64::from(times));
        if let Some(n) = self.names.get_mut(service).and_then(|names| names.get_mut(name)) {
            *n = n.saturating_add(times);
        } else {
            self.names.entry(service.to_owned()).or_default().insert(name.to_owned(), times);
        }
    }

    /// How many calls were counted.
    pub const fn calls(&self) -> u64 {
        self.calls
    }

    /// How often a call was counted, by its service and its plain name.
    pub(super) fn count(&self, service: &str, name: &str) -> u32 {
        self.names.get(service).and_then(|names| names.get(name)).copied().unwrap_or(0)
    }
}
