//! Who has which part of the work: the shared responsibility model as a table of areas, with the organisation's own owners,
//! contacts and contracts over it.
//!
//! The built-in table is `duties.toml`; `[duties]` of the configuration changes owners and adds what AWS does not know.
//! Whose a layer is follows from the service model alone and can be changed by nobody. Areas that are hard to hand out
//! (application, databases, security policy: `incident-flow.md` 105) take a vendor only with a reason, which is kept.

use serde::{Deserialize, Serialize};

use super::{
    event::Party,
    ladder::{Label, Ladder, Owner},
    words::words,
};

words! {
    /// A layer, from the ground up.
    Layer, "incident.layer" {
        /// Buildings, power, cooling.
        Facility = "facility",
        /// Servers, disks, network.
        Hardware = "hardware",
        /// Host OS and hypervisor.
        Host = "host",
        /// The OS of the virtual machine.
        Guest = "guest",
        /// What applications run on.
        Middleware = "middleware",
        /// The application.
        Application = "application",
        /// The data.
        Data = "data",
        /// What is set: network, access, scaling.
        Settings = "settings",
    }
    /// How much of it AWS runs.
    Model, "incident.model" {
        /// Virtual machines, disks, networks.
        Iaas = "iaas",
        /// OS, middleware and runtime, too.
        Paas = "paas",
        /// The application, too.
        Saas = "saas",
        /// Whatever the model.
        Any = "any",
    }
}

impl Model {
    /// The models that it stands for.
    pub const fn each(self) -> &'static [Self] {
        match self {
            Self::Iaas => &[Self::Iaas],
            Self::Paas => &[Self::Paas],
            Self::Saas => &[Self::Saas],
            Self::Any => &[Self::Iaas, Self::Paas, Self::Saas],
        }
    }

    /// Whose a layer is (`incident-flow.md` 3, 18 to 20); of any model what all of them agree on.
    pub fn side(self, layer: Layer) -> Party {
        let ours_from = match self {
            Self::Iaas => Layer::Guest,
            Self::Paas => Layer::Application,
            Self::Saas => Layer::Data,
            Self::Any => {
                let mut sides = self.each().iter().map(|model| model.side(layer));
                let first = sides.next().unwrap_or(Party::Unknown);
                return if sides.all(|side| side == first) { first } else { Party::Shared };
            }
        };
        if layer < ours_from { Party::Aws } else { Party::Customer }
    }
}

/// An area of work, and who has which part of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Duty {
    /// Its name in the configuration.
    pub id: String,
    /// What people call it.
    pub area: Label,
    /// The layer it is on; none where it is on no layer.
    pub layer: Option<Layer>,
    /// The service model it is about; none where none matters.
    pub model: Option<Model>,
    /// Services it is about, by AWS's names.
    pub services: Vec<String>,
    /// AWS's part.
    pub aws: Label,
    /// Ours.
    pub ours: Label,
    /// What a vendor may have of it.
    pub vendor: Label,
    /// What that means at an incident.
    pub incident: Label,
    /// Who is called: a party of the ladder.
    pub owner: String,
    /// How, where that is not the party's usual way.
    pub contact: String,
    /// The contract or agreement that it rests on.
    pub contract: String,
    /// Whether it is not handed to a vendor without a reason.
    pub reserved: bool,
    /// That reason.
    pub reason: String,
    /// Numbers of the statements it rests on.
    pub source: Vec<u16>,
}

impl Duty {
    /// Whether its owner is a vendor although it is reserved, and nobody said why.
    pub fn is_refused(&self, ladder: &Ladder) -> bool {
        let vendor = ladder.contact(&self.owner).is_some_and(|contact| contact.role == Owner::Vendor);
        self.reserved && vendor && self.reason.trim().is_empty()
    }
}

/// All of them, in their order: from the desk over the layers upwards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Duties {
    /// The areas.
    pub all: Vec<Duty>,
}

impl Default for Duties {
    /// The built-in table; empty if it does not parse, which the tests catch.
    fn default() -> Self {
        let table: Table = toml::from_str(include_str!("duties.toml")).unwrap_or_default();
        Self { all: table.duty.into_iter().map(Duty::from).collect() }
    }
}

impl Duties {
    /// The area of an id.
    pub fn get(&self, id: &str) -> Option<&Duty> {
        self.all.iter().find(|duty| duty.id == id)
    }

    /// The area of an id, to change it.
    pub fn get_mut(&mut self, id: &str) -> Option<&mut Duty> {
        self.all.iter_mut().find(|duty| duty.id == id)
    }

    /// Reserved areas whose built-in owner is a party: that party is no vendor.
    pub fn reserves(party: &str) -> bool {
        Self::default().all.iter().any(|duty| duty.reserved && duty.owner == party)
    }
}

#[derive(Default, Deserialize)]
struct Table {
    duty: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    id: String,
    area: Both,
    layer: Option<Layer>,
    model: Option<Model>,
    services: Vec<String>,
    owner: String,
    #[serde(default)]
    reserved: bool,
    aws: Both,
    ours: Both,
    vendor: Both,
    incident: Both,
    source: Vec<u16>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Both {
    en: String,
    ja: String,
}

impl From<Both> for Label {
    fn from(Both { en, ja }: Both) -> Self {
        Self { en, ja }
    }
}

impl From<Row> for Duty {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            area: row.area.into(),
            layer: row.layer,
            model: row.model,
            services: row.services,
            aws: row.aws.into(),
            ours: row.ours.into(),
            vendor: row.vendor.into(),
            incident: row.incident.into(),
            owner: row.owner,
            contact: String::new(),
            contract: String::new(),
            reserved: row.reserved,
            reason: String::new(),
            source: row.source,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::text::{Catalogue, Lang};

    #[test]
    fn the_table_is_whole_in_both_languages() {
        let (duties, ladder) = (Duties::default().all, Ladder::default());
        assert!(duties.len() > 20, "{}", duties.len());
        let mut ids = BTreeSet::new();
        for duty in &duties {
            assert!(ids.insert(&duty.id), "{} twice", duty.id);
            assert!(ladder.contact(&duty.owner).is_some(), "{}: {} is no party", duty.id, duty.owner);
            assert!(
                !duty.source.is_empty() && duty.source.iter().all(|n| (1..=122).contains(n)),
                "{}",
                duty.id
            );
            assert!(!duty.is_refused(&ladder), "{}", duty.id);
            for label in [&duty.area, &duty.aws, &duty.ours, &duty.vendor, &duty.incident] {
                assert!(!label.en.is_empty() && !label.ja.is_empty(), "{}", duty.id);
                assert!(label.en.is_ascii() && !label.ja.is_ascii(), "{}: {label:?}", duty.id);
            }
        }
        for lang in [Lang::En, Lang::Ja] {
            let words = Catalogue::load(lang);
            let keys = Layer::ALL.iter().map(|l| l.wording()).chain(Model::ALL.iter().map(|m| m.wording()));
            keys.for_each(|key| assert!(words.find(key).is_some(), "{lang:?} {key}"));
        }
    }

    #[test]
    fn the_higher_the_model_the_less_is_ours() {
        let ours = |model: Model| Layer::ALL.iter().filter(|l| model.side(**l) == Party::Customer).count();
        assert_eq!([Model::Iaas, Model::Paas, Model::Saas].map(ours), [5, 3, 2]);
        assert_eq!(Model::Iaas.side(Layer::Host), Party::Aws, "host and guest are not the same");
        assert_eq!(Model::Iaas.side(Layer::Guest), Party::Customer);
        assert_eq!(Model::Paas.side(Layer::Guest), Party::Aws);
        assert_eq!(Model::Any.side(Layer::Facility), Party::Aws);
        assert_eq!(Model::Any.side(Layer::Guest), Party::Shared);
        assert_eq!(Model::Any.side(Layer::Data), Party::Customer);
    }

    #[test]
    fn a_reserved_area_takes_a_vendor_only_with_a_reason() {
        let (mut duties, ladder) = (Duties::default(), Ladder::default());
        let reserved: Vec<&str> = duties.all.iter().filter(|d| d.reserved).map(|d| d.id.as_str()).collect();
        assert_eq!(reserved, ["application", "database", "security-policy"]);
        let database = duties.get_mut("database").unwrap();
        database.owner = "vendor".into();
        assert!(database.is_refused(&ladder));
        database.reason = "ACME runs it since 2024, contract C-7".into();
        assert!(!database.is_refused(&ladder));
        assert!(Duties::reserves("db") && !Duties::reserves("l1"));
    }
}
