//! The section `[duties]`: who owns which area of the work here, how they are reached, and by which contract.
//!
//! An owner is a party of the ladder. An area that is hard to hand out (application, databases, security policy) is refused
//! to a vendor unless `override` says why; the rest of what is said of the area holds.

use toml::de::DeTable;

use super::{
    escalation::no_party,
    sections::Told,
    settings::{quote, text},
    source::{Item, items},
};
use crate::{
    incident::{
        duties::{Duties, Duty},
        ladder::Ladder,
    },
    text::sentence::Sentence,
};

/// What can be set here.
pub(super) const KEYS: [&str; 1] = ["area"];

const FIELDS: [&str; 4] = ["owner", "contact", "contract", "override"];
const WORDS: &str = "\"…\"";

/// Reads the section.
pub(super) fn read(duties: &mut Duties, ladder: &Ladder, table: &DeTable<'_>, told: &mut Told<'_>) {
    for item in items(table) {
        match (item.key, item.value.as_table()) {
            ("area", Some(areas)) => items(areas).iter().for_each(|item| area(duties, ladder, item, told)),
            ("area", None) => told.wrong(&item, item.key, "table"),
            _ => told.unknown(&item, item.key, &KEYS.map(str::to_owned)),
        }
    }
}

fn area(duties: &mut Duties, ladder: &Ladder, item: &Item<'_>, told: &mut Told<'_>) {
    let name = format!("area.{}", item.key);
    let known: Vec<String> = duties.all.iter().map(|duty| format!("area.{}", duty.id)).collect();
    let Some(duty) = duties.get_mut(item.key) else {
        told.unknown(item, &name, &known);
        return;
    };
    let Some(table) = item.value.as_table() else {
        told.wrong(item, &name, "table");
        return;
    };
    let mut changed = duty.clone();
    let mut owner = None;
    for field in items(table) {
        let name = format!("{name}.{}", field.key);
        let Some(place) = place(&mut changed, field.key) else {
            let known: Vec<String> =
                FIELDS.iter().map(|field| format!("area.{}.{field}", item.key)).collect();
            told.unknown(&field, &name, &known);
            continue;
        };
        match text(field.value) {
            None => told.wrong(&field, &name, WORDS),
            Some(id) if field.key == "owner" && ladder.contact(&id).is_none() => {
                told.problem(field.value_at, no_party(ladder, &id));
            }
            Some(text) => {
                *place = text;
                told.set("area");
                owner = owner.or_else(|| (field.key == "owner").then_some(field));
            }
        }
    }
    if let Some(field) = owner.filter(|_| changed.is_refused(ladder)) {
        let what = Sentence::new("config.reserved_area").with("area", item.key).with("owner", &changed.owner);
        told.problem(field.value_at, what);
        changed.owner.clone_from(&duty.owner);
    }
    *duty = changed;
}

fn place<'a>(duty: &'a mut Duty, field: &str) -> Option<&'a mut String> {
    Some(match field {
        "owner" => &mut duty.owner,
        "contact" => &mut duty.contact,
        "contract" => &mut duty.contract,
        "override" => &mut duty.reason,
        _ => return None,
    })
}

/// As [`read`] reads it; what is not as it is built in.
pub(super) fn show(duties: &Duties) -> Option<String> {
    let usual = Duties::default();
    let areas: Vec<String> = duties
        .all
        .iter()
        .filter_map(|duty| {
            let before = usual.get(&duty.id)?;
            let fields = [
                ("owner", &duty.owner, &before.owner),
                ("contact", &duty.contact, &before.contact),
                ("contract", &duty.contract, &before.contract),
                ("override", &duty.reason, &before.reason),
            ];
            let changed = fields.iter().filter(|(_, now, before)| now != before);
            let fields: Vec<String> =
                changed.map(|(key, now, _)| format!("{key} = {}", quote(now))).collect();
            (!fields.is_empty()).then(|| format!("{} = {{ {} }}", duty.id, fields.join(", ")))
        })
        .collect();
    (!areas.is_empty()).then(|| format!("{{ {} }}", areas.join(", ")))
}

#[cfg(test)]
mod tests {
    use crate::{
        config::{load::Loaded, settings, source::Source},
        text::{Catalogue, Lang},
    };

    fn parse(text: &str) -> Loaded {
        Loaded::parse(Source { name: "config.toml", text })
    }

    fn said(loaded: &Loaded) -> Vec<String> {
        let words = Catalogue::load(Lang::En);
        loaded.problems.iter().map(|p| p.text(&words)).collect()
    }

    const WHOLE: &str = "[duties.area]\nnetwork.owner = 'acme'\nnetwork.contract = 'C-2041 §3'\n\
        database = { owner = 'acme', override = 'ACME runs it since 2024', contact = '+81 3' }\n\
        [escalation.party.acme]\nrole = 'vendor'\n";

    #[test]
    fn an_organisation_says_who_owns_what() {
        let loaded = parse(WHOLE);
        assert_eq!(said(&loaded), [""; 0]);
        let duty = |id: &str| loaded.config.duties.get(id).unwrap().clone();
        assert_eq!(
            (duty("network").owner.as_str(), duty("network").contract.as_str()),
            ("acme", "C-2041 §3")
        );
        assert_eq!((duty("database").owner.as_str(), duty("database").contact.as_str()), ("acme", "+81 3"));
        assert_eq!(duty("application").owner, "app", "what is not named stays");
        let shown = settings::show(&loaded.config, "duties.area").unwrap();
        let again = parse(&format!("duties.area = {shown}\nescalation.party.acme.role = 'vendor'"));
        assert_eq!(said(&again), [""; 0]);
        assert_eq!(again.config.duties, loaded.config.duties, "what is shown reads back");
    }

    #[test]
    fn a_reserved_area_is_refused_to_a_vendor_and_the_rest_of_its_line_holds() {
        let loaded = parse("[duties.area.application]\nowner = 'vendor'\ncontact = '+81 3'\n");
        assert_eq!(
            said(&loaded),
            [
                "config.toml:2:9: The area \"application\" is not handed to a vendor, and \"vendor\" is one. Name another owner, or say why in duties.area.application.override."
            ]
        );
        let duty = loaded.config.duties.get("application").unwrap();
        assert_eq!((duty.owner.as_str(), duty.contact.as_str()), ("app", "+81 3"));
    }

    #[test]
    fn mistakes_are_said_with_their_place() {
        for (text, wanted) in [
            (
                "[duties.area.netwrk]\nowner = 'vendor'",
                "config.toml:1:14: There is no setting \"duties.area.netwrk\". Did you mean \"duties.area.network\"?",
            ),
            (
                "[duties.area.network]\nowner = 'vendr'",
                "config.toml:2:9: There is no party \"vendr\". Did you mean \"vendor\"?",
            ),
            (
                "[duties.area.network]\nowners = 'vendor'",
                "config.toml:2:1: There is no setting \"duties.area.network.owners\". Did you mean \"duties.area.network.owner\"?",
            ),
            (
                "[duties.area.network]\ncontact = 3",
                "config.toml:2:11: \"duties.area.network.contact\" must be",
            ),
            ("duties.area = 3", "config.toml:1:15: \"duties.area\" must be table, but is 3."),
            (
                "duties.areas = 3",
                "config.toml:1:8: There is no setting \"duties.areas\". Did you mean \"duties.area\"?",
            ),
        ] {
            let said = said(&parse(text));
            assert!(said.len() == 1 && said[0].starts_with(wanted), "{text}\n{said:#?}");
        }
    }
}
