//! `toban doctor` as a person or a script runs it: on the practice account, with faults, on endpoints that refuse or whose
//! clock is another, and without credentials.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests, and the functions they share")]

mod aws_stub;
#[path = "support/pty.rs"]
mod pty;
#[path = "support/screen.rs"]
mod screen;

use std::{net::SocketAddr, process::Output, sync::mpsc, thread};

use aws_stub::{Answer, Asked, Stub};
use jiff::Timestamp;
use pty::Launch;
use serde_json::Value;
use toban::{
    drill::{self, Drill, Options},
    panes::PANES,
    policy,
    text::measure::width,
};

/// `toban doctor ARGS` with access keys and a Region in the environment.
fn doctor(args: &[&str]) -> Launch {
    let args: Vec<&str> = ["doctor"].iter().chain(args).copied().collect();
    Launch::toban(&args)
        .env("AWS_ACCESS_KEY_ID", "AKIATEST")
        .env("AWS_SECRET_ACCESS_KEY", "secret")
        .env("AWS_REGION", "eu-west-1")
}

fn text(output: &Output) -> String {
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn json(args: &[&str]) -> (i32, Value) {
    let args: Vec<&str> = args.iter().copied().chain(["--output", "json"]).collect();
    let output = doctor(&args).piped();
    (output.status.code().unwrap(), serde_json::from_str(&text(&output)).unwrap())
}

fn check<'a>(document: &'a Value, name: &str) -> &'a Value {
    let checks = document["checks"].as_array().unwrap();
    checks.iter().find(|check| check["check"] == name).unwrap_or_else(|| panic!("no {name} in {document:#}"))
}

/// The names of the checks that went so.
fn which(document: &Value, status: &str) -> Vec<String> {
    let checks = document["checks"].as_array().unwrap().iter();
    checks.filter(|c| c["status"] == status).map(|c| c["check"].as_str().unwrap().to_owned()).collect()
}

/// The practice account on loopback for the rest of the test, with these faults.
fn served(faults: &[&str]) -> String {
    let faults = faults.iter().map(|fault| fault.parse().unwrap()).collect();
    let drill = Drill::open(&Options { faults, ..Options::default() }).unwrap();
    let (told, address) = mpsc::channel::<SocketAddr>();
    thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let ready = |address| told.send(address).unwrap();
        let loopback = SocketAddr::from(([127, 0, 0, 1], 0));
        runtime.block_on(drill::serve(drill, loopback, ready, std::future::pending())).unwrap();
    });
    format!("http://{}", address.recv().unwrap())
}

/// What every line must be: within 80 columns, without anything that a terminal obeys.
fn assert_plain(text: &str) {
    for line in text.lines() {
        assert!(width(line) <= 80 && !line.chars().any(char::is_control), "{line:?}");
    }
}

#[test]
fn all_is_well_on_the_practice_account() {
    let output = doctor(&["--drill", "web-down"]).piped();
    assert_eq!(output.status.code(), Some(0));
    let said = text(&output);
    assert_plain(&said);
    assert!(said.contains("no terminal here") && said.contains("0 failed"), "{said}");
    let (status, document) = json(&["--drill", "web-down"]);
    assert_eq!((status, &document["ok"]), (0, &true.into()), "{document:#}");
    assert_eq!(which(&document, "skipped"), ["terminal", "clock"], "a note, no failure");
    for pane in PANES.iter().filter(|pane| !pane.iam.is_empty()) {
        let check = check(&document, &pane.name.to_lowercase());
        assert_eq!(check["scope"]["account"], "111122223333");
        let actions: Vec<&str> =
            check["actions"].as_array().unwrap().iter().map(|a| a["action"].as_str().unwrap()).collect();
        assert_eq!(actions, pane.iam);
        for action in check["actions"].as_array().unwrap() {
            let by_name = ["GetAlarmMuteRule", "GetLifecyclePolicy", "DescribeInstancePatches"];
            let by_name = by_name.iter().any(|name| action["action"].as_str().unwrap().ends_with(name));
            let proof = if by_name { "not_found" } else { "answered" };
            assert_eq!((&action["status"], &action["proof"]), (&"ok".into(), &proof.into()), "{action}");
        }
    }
    // Of what explanations ask, the practice account may not have everything; nothing of it is forbidden.
    let triage = check(&document, "triage")["actions"].as_array().unwrap();
    let names: Vec<&str> = triage.iter().map(|action| action["action"].as_str().unwrap()).collect();
    assert_eq!(names, policy::triage());
    assert!(triage.iter().all(|a| a["status"] == "ok" || a["kind"] == "not_enabled"), "{triage:#?}");
    // Runbooks read by all of them but two: a plan of AWS Support that the account does not have, and a key of the caller's.
    let runbooks = check(&document, "runbooks");
    let actions = runbooks["actions"].as_array().unwrap();
    let names: Vec<&str> = actions.iter().map(|action| action["action"].as_str().unwrap()).collect();
    assert_eq!((&runbooks["status"], names), (&"ok".into(), policy::runbooks()));
    for action in actions.iter().filter(|action| action["status"] != "ok") {
        let name = action["action"].as_str().unwrap();
        let wants_a_plan = name.starts_with("health:") || name.starts_with("support:");
        assert!(
            wants_a_plan && action["kind"] == "not_enabled" || name == "iam:GetAccessKeyLastUsed",
            "{action}"
        );
        assert_eq!(action["status"], "skipped", "{action}");
    }
}

#[test]
fn a_denied_service_fails_its_pane_alone_and_says_what_to_ask_for() {
    let url = served(&["deny=backup"]);
    let (status, document) = json(&["--endpoint-url", &url]);
    let failed = vec!["backups".to_owned(), "runbooks".to_owned()];
    assert_eq!((status, which(&document, "fail")), (1, failed), "{document:#}");
    for action in check(&document, "backups")["actions"].as_array().unwrap() {
        let name = action["action"].as_str().unwrap();
        // It takes a vault, and the vaults cannot be listed.
        let untried = name == "backup:ListRecoveryPointsByBackupVault";
        if name.starts_with("backup:") && !untried {
            assert_eq!((&action["status"], &action["kind"]), (&"fail".into(), &"denied".into()));
            assert_eq!(action["remedy"], format!("ask for the IAM action {name}"));
        } else {
            assert_eq!(action["status"], if untried { "skipped" } else { "ok" }, "{action}");
        }
    }
    let output = doctor(&["--endpoint-url", &url]).piped();
    let said = text(&output);
    assert_plain(&said);
    assert!(said.contains(" ✗ fail     Backups"), "{said}");
    assert!(said.contains("→ ask for these IAM actions"), "{said}");
    assert!(said.contains(&format!("{url} instead of AWS")), "{said}");
}

#[test]
fn what_passes_is_no_failure() {
    let url = served(&["throttle=cloudtrail"]);
    let (status, document) = json(&["--endpoint-url", &url]);
    let mut warned = which(&document, "warn");
    // Of what explanations ask, the practice account may not have everything.
    warned.retain(|name| name != "triage");
    assert_eq!((status, warned), (0, vec!["events".to_owned(), "runbooks".to_owned()]), "{document:#}");
    assert_eq!(check(&document, "events")["actions"][0]["kind"], "throttled");
}

#[test]
fn expired_credentials_are_the_exit_status_and_are_said_once() {
    let url = served(&["expire=all"]);
    let (status, document) = json(&["--endpoint-url", &url]);
    assert_eq!((status, which(&document, "fail")), (3, vec!["credentials".to_owned()]), "{document:#}");
    for pane in PANES.iter().filter(|pane| !pane.iam.is_empty()) {
        assert_eq!(check(&document, &pane.name.to_lowercase())["status"], "skipped");
    }
    assert_eq!(check(&document, "clock")["status"], "ok", "an answer of refusal tells the time too");
    let credentials = check(&document, "credentials");
    let remedy = credentials["remedies"][0].as_str().unwrap();
    assert_eq!(credentials["facts"]["kind"], "expired");
    assert!(remedy.starts_with("run: unset AWS_ACCESS_KEY_ID"), "{remedy}");
}

#[test]
fn without_credentials_the_remedy_is_a_command() {
    let output = Launch::toban(&["doctor", "--region", "eu-west-1"]).piped();
    assert_eq!(output.status.code(), Some(3));
    let said = text(&output);
    assert_plain(&said);
    assert!(said.contains("→ run: aws configure --profile default"), "{said}");
    assert!(said.contains("not tried without valid credentials"), "{said}");
}

#[test]
fn an_endpoint_that_refuses_is_named_once() {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let url = format!("http://127.0.0.1:{port}");
    let output = doctor(&["--endpoint-url", &url]).piped();
    let said = text(&output);
    assert_plain(&said);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert_eq!(said.matches("refuses the connection").count(), 1, "{said}");
    assert!(said.contains("→ check the network and the proxy"), "{said}");
}

#[test]
fn a_proxy_is_named_without_its_password() {
    let output = doctor(&["--endpoint-url", "https://127.0.0.1:9"])
        .env("HTTPS_PROXY", "http://me:secret@127.0.0.1:9")
        .piped();
    let said = text(&output);
    assert!(said.contains("by the proxy http://127.0.0.1:9 (HTTPS_PROXY)"), "{said}");
    assert!(!said.contains("secret"), "{said}");
}

/// An account that says who we are and denies the rest, so many seconds from now.
fn at_another_time(secs: i64, who: Answer) -> impl Fn(&Asked) -> Answer + Send + Sync {
    move |asked| {
        let at = Timestamp::from_second(Timestamp::now().as_second() + secs).unwrap();
        let date = at.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
        let mut answer = match asked.action() {
            "GetCallerIdentity" => who.clone(),
            _ => Answer::ec2_error(403, "UnauthorizedOperation", "no"),
        };
        answer.headers.push(("date", Box::leak(date.into_boxed_str())));
        answer
    }
}

fn caller(arn: &str) -> Answer {
    Answer::xml(
        200,
        format!(
            "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><GetCallerIdentityResult>\
             <Arn>{arn}</Arn><UserId>AIDA</UserId><Account>111122223333</Account></GetCallerIdentityResult>\
             </GetCallerIdentityResponse>"
        ),
    )
}

const ARN: &str = "arn:aws:iam::111122223333:user/x";

#[tokio::test]
async fn a_clock_that_is_off_is_noticed_by_the_answers() {
    for (secs, status, word) in
        [(0, "ok", "same time"), (-130, "warn", "ahead of AWS"), (600, "fail", "behind AWS")]
    {
        let stub = Stub::start(at_another_time(secs, caller(ARN))).await;
        let (_, document) = json(&["--endpoint-url", &stub.url]);
        let clock = check(&document, "clock");
        assert_eq!(clock["status"], status, "{clock:#}");
        assert!(clock["found"][0].as_str().unwrap().contains(word), "{clock:#}");
        let ahead = clock["facts"]["ahead_secs"].as_i64().unwrap();
        assert!((ahead + secs).abs() <= 5, "{ahead}");
        assert_eq!(clock["remedies"].as_array().unwrap().is_empty(), status == "ok");
    }
}

#[tokio::test]
async fn a_signature_refused_for_the_clock_is_not_blamed_on_the_keys() {
    let refused = Answer::query_error(403, "SignatureDoesNotMatch", "Signature expired: 20260501T000000Z");
    let stub = Stub::start(at_another_time(900, refused)).await;
    let (status, document) = json(&["--endpoint-url", &stub.url]);
    assert_eq!((status, which(&document, "fail")), (3, vec!["credentials".to_owned(), "clock".into()]));
    assert_eq!(
        check(&document, "credentials")["remedies"][0],
        "set the clock first: it alone has them refused"
    );
}

#[tokio::test]
async fn events_are_looked_up_once_in_each_account_and_region() {
    let stub = Stub::start(at_another_time(0, caller(ARN))).await;
    let (_, document) =
        json(&["--endpoint-url", &stub.url, "--region", "eu-west-1", "--region", "us-east-1"]);
    let target = |asked: &Asked| asked.headers.get("x-amz-target").cloned().unwrap_or_default();
    let lookups = stub.asked().iter().filter(|asked| target(asked).ends_with(".LookupEvents")).count();
    assert_eq!(lookups, 2);
    let checks = document["checks"].as_array().unwrap();
    let regions: Vec<&str> = checks
        .iter()
        .filter(|c| c["check"] == "events")
        .map(|c| c["scope"]["region"].as_str().unwrap())
        .collect();
    assert_eq!(regions, ["eu-west-1", "us-east-1"], "in the order that was asked for");
    let beside = checks.iter().filter(|c| c["check"] == "account").count();
    assert_eq!(beside, 1, "what is the same in all Regions is tried in one");
}

#[tokio::test]
async fn nothing_that_aws_says_controls_the_terminal() {
    let arn = "arn:aws:iam::111122223333:user/\u{202e}x\u{9b}31m&#x9b;2J";
    let stub = Stub::start(move |asked: &Asked| match asked.action() {
        "GetCallerIdentity" => caller(arn),
        _ => Answer::ec2_error(400, "Odd\u{9b}2J", "a\u{202e}b\u{9b}31mc\u{85}d"),
    })
    .await;
    let output = doctor(&["--endpoint-url", &stub.url]).piped();
    let said = text(&output);
    assert_plain(&said);
    assert!(said.contains("user/x") && !said.contains('\u{202e}'), "{said}");
}

#[test]
fn it_speaks_japanese() {
    let output = doctor(&["--drill", "web-down", "--lang", "ja"]).piped();
    assert_eq!(output.status.code(), Some(0));
    let said = text(&output);
    assert_plain(&said);
    assert!(said.contains("正常") && said.contains("許可されたアクション: 10 / 10"), "{said}");
    assert!(!said.contains("skipped") && !said.contains("allowed"), "{said}");
}

#[test]
fn in_a_terminal_it_has_colours_and_fits() {
    let mut session = doctor(&["--drill", "web-down"]).size(80, 60).start();
    assert_eq!(session.wait_exit().exit_code(), 0);
    let screen = session.screen();
    assert!(screen.contains("80×60, TERM=xterm-256color, colours"), "{}", screen.text());
    let raw = String::from_utf8_lossy(session.raw()).into_owned();
    assert!(raw.contains("\u{1b}[32m✓ ok"), "{raw}");
    // No line is so long that the terminal had to break it.
    let lines = raw.replace('\r', "").lines().count();
    let shown = screen.text().trim_end().lines().count();
    assert_eq!(lines, shown, "{}", screen.text());
}

#[test]
fn ascii_and_no_colours_are_possible() {
    let args = ["--drill", "web-down", "--ascii", "--color", "never"];
    let mut session = doctor(&args).size(80, 60).start();
    assert_eq!(session.wait_exit().exit_code(), 0);
    let raw = String::from_utf8_lossy(session.raw()).into_owned();
    assert!(raw.is_ascii() && !raw.contains("\u{1b}[3"), "{raw}");
    let output = doctor(&["--drill", "web-down", "--color", "always"]).piped();
    assert!(String::from_utf8_lossy(&output.stdout).contains("\u{1b}[32m"), "also into a pipe");
}

#[test]
fn a_terminal_in_which_the_console_cannot_be_shown_fails() {
    let mut session = doctor(&["--drill", "web-down"]).size(36, 90).start();
    assert_eq!(session.wait_exit().exit_code(), 1);
    let screen = session.screen();
    assert!(screen.contains("✗ fail") && screen.contains("40×10"), "{}", screen.text());
    let mut session = doctor(&["--drill", "web-down"]).env("TERM", "dumb").size(80, 60).start();
    assert_eq!(session.wait_exit().exit_code(), 1);
    assert!(session.screen().contains("set TERM to what"), "{}", session.screen().text());
}

#[test]
fn mistakes_in_files_and_closed_places_fail_with_what_to_do() {
    let launch = doctor(&["--drill", "web-down"])
        .file("config/toban/config.toml", "utd = true\n")
        .env("XDG_CACHE_HOME", "/dev/null/cache");
    let output = launch.piped();
    let said = text(&output);
    assert_eq!(output.status.code(), Some(1), "{said}");
    for part in [
        "config.toml:1:1:",
        "Did you mean \"utc\"?",
        "toban config check",
        "XDG_CACHE_HOME",
        "0 to look at, 2 failed",
    ] {
        let flat = said.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(flat.contains(part), "{part}\n{said}");
    }
    // What was tried leaves nothing behind.
    assert!(!said.contains(".toban-doctor"), "{said}");
}
