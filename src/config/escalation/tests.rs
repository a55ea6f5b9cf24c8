#![allow(clippy::unwrap_used, reason = "tests")]

use super::*;
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

const WHOLE: &str = r#"
[escalation]
levels = ["l1", ["acme", "vendor"], "ic", "aws"]
ack_within = { SEV-1 = "3m" }
next_after.SEV-4 = "1d"

[escalation.party]
vendor.contact = "+81 3 1234 5678"
ic.webhook = "https://hooks.example.com/T0/secret"
aws.channel = "support-case"

[escalation.party.acme]
name = { en = "ACME desk", ja = "ACME 窓口" }
role = "vendor"
hours = "Mon-Fri 09:00-18:00 +09:00"
command = ["notify", "--to", "acme"]
"#;

#[test]
fn a_ladder_is_read_over_the_built_in_one() {
    let loaded = parse(WHOLE);
    assert_eq!(said(&loaded), [""; 0]);
    let ladder = &loaded.config.ladder;
    assert_eq!(ladder.levels.concat(), ["l1", "acme", "vendor", "ic", "aws"]);
    assert_eq!(ladder.ack_within.of(Level::Sev1).as_secs(), 180);
    assert_eq!(ladder.ack_within.of(Level::Sev2).as_secs(), 300, "what is not named stays");
    assert_eq!(ladder.next_after.of(Level::Sev4).as_secs(), 86_400);
    let acme = ladder.contact("acme").unwrap();
    assert_eq!((acme.name.ja.as_str(), acme.role), ("ACME 窓口", Owner::Vendor));
    assert!(acme.is_on("2026-05-01T00:00:00Z".parse().unwrap()));
    assert!(!acme.is_on("2026-05-01T09:00:00Z".parse().unwrap()));
    assert_eq!(acme.channel, Channel::Command(["notify", "--to", "acme"].map(str::to_owned).to_vec()));
    assert_eq!(ladder.contact("vendor").unwrap().contact, "+81 3 1234 5678");
    assert_eq!(ladder.contact("aws").unwrap().channel, Channel::SupportCase);
}

#[test]
fn what_is_shown_reads_back() {
    let loaded = parse(WHOLE);
    let lines = KEYS.map(|key| format!("escalation.{key}"));
    let lines =
        lines.iter().filter_map(|key| Some(format!("{key} = {}", settings::show(&loaded.config, key)?)));
    let lines =
        lines.collect::<Vec<_>>().join("\n").replace("hooks.example.com/…", "hooks.example.com/T0/secret");
    let again = parse(&lines);
    assert_eq!(said(&again), [""; 0]);
    assert_eq!(again.config.ladder, loaded.config.ladder);
}

#[test]
fn of_an_address_the_scheme_and_host_are_shown_and_what_is_hidden_is_never_taken_for_it() {
    for (address, wanted) in [
        ("https://hooks.example.com/T0/B0/secret?token=secret", "https://hooks.example.com/…"),
        ("https://ines:secret@hooks.example.com:8443#secret", "https://hooks.example.com:8443/…"),
        ("http://127.0.0.1:9000/secret", "http://127.0.0.1:9000/…"),
    ] {
        let loaded = parse(&format!("escalation.party.ic.webhook = {address:?}"));
        assert_eq!(said(&loaded), [""; 0]);
        let all: Vec<String> =
            settings::keys().iter().filter_map(|key| settings::show(&loaded.config, key)).collect();
        assert!(!all.iter().any(|line| line.contains("secret")), "{all:#?}");
        assert!(all.iter().any(|line| line.contains(&format!("webhook = \"{wanted}\""))), "{all:#?}");
        let kept = parse(&format!(
            "escalation.party = {}",
            settings::show(&loaded.config, "escalation.party").unwrap()
        ));
        assert!(
            said(&kept).len() == 1 && said(&kept)[0].contains("Write the whole one here"),
            "{:?}",
            said(&kept)
        );
        assert_eq!(
            kept.config.ladder.contact("ic").unwrap().channel,
            Channel::Text,
            "nothing goes to half of an address"
        );
    }
}

#[test]
fn a_mistake_is_said_with_its_place_and_what_to_do() {
    for (text, wanted) in [
        (
            "[escalation]\nlevels = ['l1', 'vendr']",
            "config.toml:2:10: There is no party \"vendr\". Did you mean \"vendor\"?",
        ),
        (
            "[escalation]\nlevels = ['zebra']",
            "config.toml:2:10: There is no party \"zebra\", only app aws business db ic l1 security vendor. Add it as escalation.party.zebra.",
        ),
        (
            "escalation.levels = []",
            "config.toml:1:21: \"escalation.levels\" must be [\"l1\", [\"app\", \"db\"], …], but is array.",
        ),
        (
            "[escalation.party.acme]\ncontact = 'x'",
            "config.toml:1:19: The party \"acme\" is new, so it needs a role: \"l1\"",
        ),
        (
            "[escalation.party.vendor]\nhours = 'Mon-Fri 09:00-18:00 Asia/Tokio'",
            "config.toml:2:9: There is no time zone \"Asia/Tokio\" on this machine. Name one as in Asia/Tokyo, or its offset as in +09:00.",
        ),
        (
            "[escalation.party.vendor]\nhours = 'always'",
            "config.toml:2:9: \"escalation.party.vendor.hours\" must be \"24x7\" | \"Mon-Fri 09:00-18:00 Asia/Tokyo\", but is \"always\".",
        ),
        (
            "[escalation.party.vendor]\ncommand = 'notify --now'",
            "config.toml:2:11: \"escalation.party.vendor.command\" must be [\"…\", …], but is \"notify --now\".",
        ),
        (
            "[escalation.party.vendor]\nwebhook = 'http://hooks.example.com/x'",
            "config.toml:2:11: \"escalation.party.vendor.webhook\" must be \"https://…\"",
        ),
        (
            "[escalation.party.vendor]\nwebhook = 'https://x.example'\nfile = '/x'",
            "config.toml:1:19: The party \"vendor\" has more than one of channel, command, webhook and file; the first holds. Keep one.",
        ),
        (
            "[escalation.party.db]\nrole = 'vendor'",
            "config.toml:1:19: The party \"db\" owns what is not handed to a vendor (application, database, security policy). Leave it, add the vendor as a party of its own, and say why in [duties].",
        ),
        (
            "[escalation.party.vendor]\nrol = 'vendor'",
            "config.toml:2:1: There is no setting \"escalation.party.vendor.rol\". Did you mean \"escalation.party.vendor.role\"?",
        ),
        (
            "[escalation]\nack_within = { SEV-9 = '5m' }",
            "config.toml:2:16: There is no setting \"escalation.ack_within.SEV-9\". Did you mean",
        ),
        (
            "[escalation]\nack_within = { SEV-1 = '0s' }",
            "config.toml:2:24: \"escalation.ack_within.SEV-1\" must be",
        ),
        ("escalation = 3", "config.toml:1:14: \"escalation\" must be table, but is 3."),
        (
            "[escalation]\nlevel = []",
            "config.toml:2:1: There is no setting \"escalation.level\". Did you mean \"escalation.levels\"?",
        ),
    ] {
        let loaded = parse(text);
        let said = said(&loaded);
        assert!(said.len() == 1 && said[0].starts_with(wanted), "{text}\n{said:#?}");
    }
}

#[test]
fn an_address_on_this_machine_needs_no_encryption() {
    assert!(
        is_safe("http://127.0.0.1:9000/x") && is_safe("http://localhost/x") && is_safe("https://x.example")
    );
    assert!(!is_safe("http://127.0.0.1.example.com/x") && !is_safe("http://localhost.example.com"));
}
