//! What is made of facts, and how it reads.

mod of_machine;

use serde_json::json;

use super::{
    account::{Account, DRIFT_SECS, Endpoint, REFUSED_SECS},
    machine::{File, Machine, Place, Writable},
    *,
};
use crate::{
    panes::PANES,
    policy::{self, BESIDE},
    text::{
        Lang,
        measure::{pad, width},
    },
    theme::{Glyphs, Theme},
};

fn scope() -> Scope {
    Scope {
        account: Some("111122223333".into()),
        alias: Some("shop-prod".into()),
        ..Scope::new("prod", "eu-west-1")
    }
}

/// An account in which everything is allowed.
fn account() -> Account {
    let by_name = ["cloudwatch:GetAlarmMuteRule", "dlm:GetLifecyclePolicy", "ssm:DescribeInstancePatches"];
    let proof = |action| if by_name.contains(&action) { Proof::NotFound } else { Proof::Answered };
    let tried = policy::actions().into_iter();
    Account {
        scope: scope(),
        first: true,
        who: Ok("arn:aws:sts::111122223333:assumed-role/OnCall/me".into()),
        source: Some(Sentence::new("doctor.source.sso").with("profile", "prod")),
        ahead_secs: Some(0),
        endpoint: Endpoint::Each(Vec::new()),
        proxy: None,
        tried: tried.map(|action| Tried { action, outcome: Outcome::Allowed(proof(action)) }).collect(),
    }
}

fn problem(kind: ProblemKind, action: &str, message: &str, remedy: Remedy) -> Problem {
    Problem { operation: action.into(), kind, message: message.into(), remedy }
}

fn deny(account: &mut Account, service: &str) {
    for tried in account.tried.iter_mut().filter(|t| t.action.starts_with(service)) {
        let action = tried.action;
        let message = format!(
            "User: arn:aws:sts::111122223333:assumed-role/OnCall/me is not authorized to perform: {action} because no \
             identity-based policy allows the {action} action"
        );
        let remedy = Remedy::Allow(action.to_owned());
        tried.outcome = Outcome::Failed(problem(ProblemKind::Denied, action, &message, remedy));
    }
}

fn offline() -> Account {
    let url = "http://127.0.0.1:9";
    let refused = |action: &str| {
        let message = format!("{url} refuses the connection");
        problem(ProblemKind::Offline, action, &message, Remedy::CheckNetwork(url.into()))
    };
    let mut account = account();
    account.who = Err(refused("sts:GetCallerIdentity"));
    (account.ahead_secs, account.endpoint) = (None, Endpoint::Instead(url.into()));
    for tried in &mut account.tried {
        tried.outcome = Outcome::Failed(refused(tried.action));
    }
    account
}

fn check(account: &Account, subject: Subject) -> Check {
    account::section(account).checks.into_iter().find(|check| check.subject == subject).unwrap()
}

fn text(sections: &[Section], lang: Lang, columns: usize) -> String {
    let words = Catalogue::load(lang);
    let mut page = Page::new(&words, None, Glyphs::Unicode, columns);
    let mut out = Vec::new();
    for section in sections {
        page.section(section, &mut out).unwrap();
    }
    page.end(&mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn machine() -> Machine {
    let file = |name: &str| File { path: Some(format!("~/.config/toban/{name}")), ..File::default() };
    let place = |name: &str| Place { path: Some(name.to_owned()), writable: Writable::Yes };
    Machine {
        settings: file("config.toml"),
        keys: file("keymap.toml"),
        places: ["~/.local/share/toban", "~/.cache/toban", "~/.local/state/toban"].map(place),
        terminal: Some((80, 24)),
        term: Some("xterm-256color".into()),
        colours: true,
        locale: Some(("LANG", "ja_JP.UTF-8".into())),
        ascii: false,
        between: None,
    }
}

#[test]
fn when_all_is_well_nothing_is_left_to_do() {
    let sections = [machine::section(&machine()), account::section(&account())];
    for check in sections.iter().flat_map(|s| &s.checks) {
        assert_eq!((check.status, check.advice.as_slice()), (Status::Ok, &[][..]), "{check:?}");
    }
    assert_eq!(exit_code(&sections), 0);
    insta::assert_snapshot!("fine", text(&sections, Lang::En, 80));
}

#[test]
fn what_is_denied_fails_its_panes_and_no_others() {
    let mut account = account();
    deny(&mut account, "backup:");
    deny(&mut account, "ec2:DescribeImages");
    let section = account::section(&account);
    let failed: Vec<&str> = section
        .checks
        .iter()
        .filter(|c| c.status == Status::Fail)
        .map(|c| match c.subject {
            Subject::Pane(pane) => pane.spec().name,
            _ => "another",
        })
        .collect();
    // Runbooks may read of both.
    assert_eq!(failed, ["Instances", "Backups", "another"]);
    assert_eq!(exit_code(std::slice::from_ref(&section)), 1);
    insta::assert_snapshot!("denied", text(&[section], Lang::En, 80));
}

#[test]
fn a_dead_network_is_explained_once() {
    let section = account::section(&offline());
    assert_eq!((exit_code(std::slice::from_ref(&section)), section.no_credentials), (1, false));
    let text = text(&[section], Lang::En, 80);
    assert_eq!(text.matches("refuses the connection").count(), 1, "{text}");
    insta::assert_snapshot!("offline", text);
}

#[test]
fn every_line_fits_in_every_language() {
    let mut denied = account();
    deny(&mut denied, "ec2:");
    let sections = [machine::section(&machine()), account::section(&denied), account::section(&offline())];
    for lang in [Lang::En, Lang::Ja] {
        for columns in [24, 40, 59, 60, 80, 110] {
            for line in text(&sections, lang, columns).lines() {
                assert!(width(line) <= columns, "{columns} {lang:?}: {line}");
            }
        }
    }
}

#[test]
fn every_kind_of_problem_has_its_weight() {
    for (kind, remedy, status) in [
        (ProblemKind::Denied, Remedy::Allow("ec2:X".into()), Status::Fail),
        (ProblemKind::Expired, Remedy::Run("aws login".into()), Status::Fail),
        (ProblemKind::Offline, Remedy::CheckNetwork(String::new()), Status::Fail),
        (ProblemKind::Other, Remedy::ReadLog, Status::Fail),
        (ProblemKind::Other, Remedy::Wait, Status::Warn),
        (ProblemKind::Throttled, Remedy::Wait, Status::Warn),
        (ProblemKind::NotEnabled, Remedy::Enable("backup".into()), Status::Warn),
    ] {
        assert_eq!(Outcome::Failed(problem(kind, "ec2:X", "no", remedy)).status(), status, "{kind:?}");
    }
}

#[test]
fn only_when_no_account_has_credentials_is_that_the_exit_status() {
    let expired = |profile: &str| {
        let remedy = Remedy::Run(format!("aws sso login --profile {profile}"));
        let problem = problem(ProblemKind::Expired, "sts:GetCallerIdentity", "over", remedy);
        account::section(&Account::closed(Scope::new(profile, "eu-west-1"), true, problem))
    };
    let fine = account::section(&account());
    let here = machine::section(&machine());
    assert_eq!(exit_code(&[here.clone(), expired("a"), expired("b")]), 3);
    assert_eq!(exit_code(&[here.clone(), expired("a"), fine]), 1);
    assert_eq!(exit_code(&[here]), 0);
    let remedy = Remedy::SetRegion;
    let problem = problem(ProblemKind::Other, "config:Region", "no Region is set", remedy);
    let nowhere = account::section(&Account::closed(Scope::new("a", ""), true, problem));
    assert_eq!(exit_code(std::slice::from_ref(&nowhere)), 1);
    let said = text(&[nowhere], Lang::En, 80);
    assert!(said.contains("not tried, for the reason above") && said.contains("set a Region"), "{said}");
    let text = text(&[expired("a")], Lang::En, 80);
    assert!(text.contains("run: aws sso login --profile a") && !text.contains("actions allowed"), "{text}");
}

#[test]
fn a_clock_that_is_off_is_said_before_aws_refuses() {
    let clock = |ahead| check(&Account { ahead_secs: Some(ahead), ..account() }, Subject::Clock);
    for (ahead, status) in [
        (0, Status::Ok),
        (DRIFT_SECS - 1, Status::Ok),
        (1 - DRIFT_SECS, Status::Ok),
        (DRIFT_SECS, Status::Warn),
        (-DRIFT_SECS, Status::Warn),
        (REFUSED_SECS - 1, Status::Warn),
        (REFUSED_SECS, Status::Fail),
        (-REFUSED_SECS, Status::Fail),
        (i64::MIN, Status::Fail),
    ] {
        let clock = clock(ahead);
        assert_eq!((clock.status, clock.advice.is_empty()), (status, status == Status::Ok), "{ahead}");
    }
    let words = Catalogue::load(Lang::En);
    assert!(clock(130).found[0].text(&words).starts_with("2m10s ahead of AWS"));
    assert!(clock(-130).found[0].text(&words).starts_with("2m10s behind AWS"));
    let none = check(&Account { ahead_secs: None, ..account() }, Subject::Clock);
    assert_eq!(none.status, Status::Skipped);
}

#[test]
fn a_clock_that_has_credentials_refused_is_to_be_set_first() {
    let remedy = Remedy::Run("aws configure".into());
    let refused = problem(ProblemKind::Expired, "sts:GetCallerIdentity", "Signature expired", remedy);
    let advice = |ahead| {
        let account = Account { who: Err(refused.clone()), ahead_secs: Some(ahead), ..account() };
        check(&account, Subject::Credentials).advice[0].text(&Catalogue::load(Lang::En))
    };
    assert_eq!(advice(3), "run: aws configure");
    assert_eq!(advice(-900), "set the clock first: it alone has them refused");
}

#[test]
fn what_could_not_be_tried_is_said_and_does_not_count_against_the_pane() {
    let mut account = account();
    let points = "backup:ListRecoveryPointsByBackupVault";
    let tried = account.tried.iter_mut().find(|t| t.action == points).unwrap();
    tried.outcome = Outcome::Untried(Sentence::new("doctor.no_vault"));
    let backups = check(&account, Subject::Pane(PaneId::Backups));
    assert_eq!(backups.status, Status::Ok);
    let words = Catalogue::load(Lang::En);
    let found: Vec<String> = backups.found.iter().map(|s| s.text(&words)).collect();
    assert_eq!(
        found,
        [
            "actions known to be allowed: 9 of 10",
            "ListRecoveryPointsByBackupVault: not tried, because it takes a vault and there is none"
        ]
    );
}

#[test]
fn what_is_the_same_in_all_regions_is_checked_in_the_first() {
    let beside = |first| {
        let section = account::section(&Account { first, ..account() });
        section.checks.iter().any(|check| check.subject == Subject::Beside)
    };
    assert!(beside(true) && !beside(false));
}

#[test]
fn endpoints_other_than_aws_s_are_named() {
    let found = |endpoint| {
        let check = check(&Account { endpoint, ..account() }, Subject::Endpoint);
        check.found[0].text(&Catalogue::load(Lang::En))
    };
    assert_eq!(found(Endpoint::Each(Vec::new())), "AWS's own in eu-west-1");
    assert_eq!(
        found(Endpoint::Instead("http://127.0.0.1:4566".into())),
        "http://127.0.0.1:4566 instead of AWS"
    );
    let one = vec!["http://localhost:1".to_owned()];
    assert_eq!(found(Endpoint::Each(one)), "AWS's own, but for http://localhost:1");
}

#[test]
fn the_json_says_the_same() {
    let mut account = account();
    deny(&mut account, "cloudtrail:");
    let sections = [machine::section(&machine()), account::section(&account)];
    let document = json::document(&sections, &Catalogue::load(Lang::En));
    assert_eq!((&document["ok"], &document["exit_status"]), (&json!(false), &json!(1)));
    let checks = document["checks"].as_array().unwrap();
    let counted: usize = sections.iter().map(|s| s.checks.len()).sum();
    assert_eq!(checks.len(), counted);
    let named = |name: &str| checks.iter().find(|c| c["check"] == name).unwrap();
    assert_eq!(named("settings")["scope"], json!(null));
    assert_eq!(named("credentials")["facts"]["account"], "111122223333");
    assert_eq!(named("clock")["facts"], json!({ "ahead_secs": 0 }));
    assert_eq!(
        named("events")["actions"],
        json!([{
            "action": "cloudtrail:LookupEvents",
            "status": "fail",
            "proof": null,
            "kind": "denied",
            "message": "User: arn:aws:sts::111122223333:assumed-role/OnCall/me is not authorized to perform: \
                        cloudtrail:LookupEvents because no identity-based policy allows the cloudtrail:LookupEvents action",
            "remedy": "ask for the IAM action cloudtrail:LookupEvents",
        }])
    );
    let rule = |name: &str| {
        named("alarms")["actions"].as_array().unwrap().iter().find(|a| a["action"] == name).unwrap()["proof"]
            .clone()
    };
    assert_eq!(rule("cloudwatch:GetAlarmMuteRule"), "not_found");
    assert_eq!(rule("cloudwatch:DescribeAlarms"), "answered");
    for pane in PANES.iter().filter(|pane| !pane.iam.is_empty()) {
        assert_eq!(named(&pane.name.to_lowercase())["actions"].as_array().unwrap().len(), pane.iam.len());
    }
    assert_eq!(named("account")["actions"].as_array().unwrap().len(), BESIDE.len());
}

#[test]
fn words_and_glyphs_stand_beside_every_colour() {
    let mut denied = account();
    deny(&mut denied, "ec2:");
    let words = Catalogue::load(Lang::En);
    let mut out = Vec::new();
    let mut page = Page::new(&words, Some(Theme::Colour), Glyphs::Ascii, 80);
    page.section(&account::section(&denied), &mut out).unwrap();
    let text = String::from_utf8(out).unwrap();
    assert!(
        text.contains("\u{1b}[1;31mx fail   \u{1b}[0m") && text.contains("\u{1b}[32m+ ok     \u{1b}[0m"),
        "{text}"
    );
    assert!(text.is_ascii(), "{text}");
    assert_eq!(pad("ok", 7), "ok     ");
}

#[test]
fn remote_text_cannot_control_the_terminal() {
    let hostile = "x\u{1b}[2J\u{202e}\u{9b}31m\nok";
    let mut account = account();
    account.who = Ok(format!("arn:aws:iam::1:user/{hostile}"));
    account.scope.alias = Some(hostile.into());
    account.scope.profile = hostile.into();
    account.endpoint = Endpoint::Instead(format!("http://{hostile}"));
    let remedy = Remedy::CheckNetwork(hostile.into());
    account.tried[0].outcome = Outcome::Failed(problem(ProblemKind::Other, "ec2:X", hostile, remedy));
    let section = account::section(&account);
    let text = text(std::slice::from_ref(&section), Lang::En, 80);
    assert!(text.chars().all(|c| c == '\n' || !c.is_control()) && !text.contains('\u{202e}'), "{text:?}");
    let document = json::document(&[section], &Catalogue::load(Lang::En)).to_string();
    assert!(!document.contains("\\u001b") && !document.contains('\u{202e}'), "{document}");
}

#[test]
fn every_word_is_there_in_every_language() {
    for lang in [Lang::En, Lang::Ja] {
        let words = Catalogue::load(lang);
        for status in Status::ALL {
            assert!(words.find(status.word()).is_some(), "{status:?}");
        }
        for subject in Subject::OTHERS {
            assert!(!subject.label(&words).contains('.'), "{subject:?}");
        }
    }
    let ja = text(&[account::section(&account()), machine::section(&machine())], Lang::Ja, 80);
    assert!(ja.contains("正常") && !ja.contains(" ok ") && !ja.contains("actions"), "{ja}");
}
