//! `toban incident`, the real program: what a pager, a script and two people on call rely on.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests, and the functions they share")]

use std::{
    fs,
    io::Write as _,
    path::Path,
    process::{Command, Output, Stdio},
};

use serde_json::Value as Json;
use tempfile::{TempDir, tempdir};

/// A machine with records of its own.
struct Machine {
    dir: TempDir,
    home: TempDir,
}

impl Machine {
    fn new() -> Self {
        Self { dir: tempdir().unwrap(), home: tempdir().unwrap() }
    }

    fn records(&self) -> &Path {
        self.dir.path()
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_toban"));
        command
            .env_clear()
            .env("LANG", "C.UTF-8")
            .env("HOME", self.home.path())
            .env("USER", "ines")
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .arg("--data-dir")
            .arg(self.records())
            .args(["--utc", "incident"])
            .args(args);
        command
    }

    fn run(&self, args: &[&str]) -> Output {
        self.command(args).output().unwrap()
    }

    /// What is printed; it must go well.
    fn text(&self, args: &[&str]) -> String {
        let output = self.run(args);
        assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    fn json(&self, args: &[&str]) -> Json {
        serde_json::from_str(&self.text(&[args, &["--output", "json"]].concat())).unwrap()
    }

    /// The sentence with which it refuses, and the exit status.
    fn refusal(&self, args: &[&str]) -> (i32, String) {
        let output = self.run(args);
        refused(&output)
    }

    fn piped(&self, args: &[&str], input: &[u8]) -> Output {
        let mut child = self
            .command(args)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(input).unwrap();
        child.wait_with_output().unwrap()
    }

    fn kinds(&self, id: &str) -> Vec<String> {
        let timeline = self.json(&["show", id])["timeline"].as_array().unwrap().clone();
        timeline.iter().map(|entry| entry["kind"].as_str().unwrap().to_owned()).collect()
    }
}

fn refused(output: &Output) -> (i32, String) {
    let said = String::from_utf8(output.stderr.clone()).unwrap();
    assert_eq!(said.lines().count(), 1, "one sentence: {said}");
    assert!(output.stdout.is_empty(), "standard output stays parseable");
    (output.status.code().unwrap(), said)
}

#[test]
fn a_pager_opens_one_incident_for_an_alarm_however_often_it_fires() {
    let here = Machine::new();
    let pager = ["open", "--alarm", "web-5xx", "--severity", "SEV-2", "--region", "eu-west-1"];
    let first = here.json(&pager);
    assert_eq!((&first["id"], &first["existing"]), (&"INC-0001".into(), &false.into()));
    let arn = "arn:aws:cloudwatch:eu-west-1:111122223333:alarm:web-5xx";
    for again in [&pager[..], &["open", "--alarm", arn], &["open", "--alarm", "web-5xx"]] {
        let again = here.json(again);
        assert_eq!((&again["id"], &again["existing"]), (&"INC-0001".into(), &true.into()));
    }
    let elsewhere = here.json(&["open", "--alarm", "web-5xx", "--region", "us-east-1"]);
    assert_eq!(elsewhere["id"], "INC-0002", "the same name in another Region is another alarm");
    assert_eq!(here.json(&["open", "--alarm", arn, "--again"])["id"], "INC-0003");
    for id in ["1", "3"] {
        here.text(&["close", id, "--cause", "deploy"]);
    }
    assert_eq!(here.json(&pager)["existing"], false, "what is over does not count");
}

#[test]
fn pagers_that_fire_together_open_one() {
    let here = Machine::new();
    let open =
        || here.command(&["open", "--alarm", "web-5xx", "--output", "json"]).stdout(Stdio::piped()).spawn();
    let children: Vec<_> = (0..6).map(|_| open().unwrap()).collect();
    let answers: Vec<Json> = children
        .into_iter()
        .map(|child| serde_json::from_slice(&child.wait_with_output().unwrap().stdout).unwrap())
        .collect();
    assert!(answers.iter().all(|answer| answer["id"] == "INC-0001"), "{answers:?}");
    assert_eq!(answers.iter().filter(|answer| answer["existing"] == false).count(), 1, "{answers:?}");
}

#[test]
fn an_incident_is_kept_from_report_to_close_with_its_figures() {
    let here = Machine::new();
    let at = |minute: u32, args: &[&str]| {
        let now = format!("2026-05-01T03:{minute:02}:00Z");
        here.json(&[args, &["--now", &now]].concat())
    };
    at(10, &["open", "--alarm", "web-5xx", "--since", "2026-05-01T03:08:00Z"]);
    at(12, &["ack", "1"]);
    let ticked = at(13, &["tick", "1", "take-on"]);
    assert_eq!(ticked["step"], "first-15-minutes/take-on");
    at(13, &["tick", "1", "R4/targets", "--result", "fail", "--reason", "no healthy host"]);
    at(14, &["verdict", "1", "customer", "--area", "network", "--reason", "rule removed"]);
    at(15, &["gate", "1", "yes", "--reason", "all users"]);
    at(15, &["severity", "1", "SEV-1"]);
    let told = at(17, &["escalate", "1", "--to", "vendor"]);
    assert!(told["message"].as_str().unwrap().contains("web-5xx"), "{told}");
    let seq = told["seq"].to_string();
    at(20, &["ack", "1", "--of", &seq, "--as", "kei"]);
    at(30, &["moment", "1", "mitigated"]);
    at(31, &["moment", "1", "began", "--at", "2026-05-01T03:05:00Z", "--reason", "first error in the log"]);
    at(45, &["moment", "1", "recovered", "--at", "2026-05-01T03:40:00Z"]);
    at(50, &["close", "1", "--cause", "misconfiguration", "--summary", "rule put back"]);

    let all = here.json(&["show", "1"]);
    for (field, value) in [
        ("state", "closed"),
        ("severity", "SEV-1"),
        ("opened_at", "2026-05-01T03:10:00Z"),
        ("closed_at", "2026-05-01T03:50:00Z"),
        ("cause_class", "misconfiguration"),
    ] {
        assert_eq!(all[field], value, "{field}");
    }
    let metrics = &all["metrics"];
    for (name, minutes) in [
        ("mttd_secs", 3),
        ("mtta_secs", 4),
        ("side_secs", 2),
        ("decision_secs", 3),
        ("escalation_secs", 2),
        ("acceptance_secs", 3),
        ("mttm_secs", 25),
        ("mttr_secs", 35),
    ] {
        assert_eq!(metrics[name], minutes * 60, "{name}");
    }
    assert_eq!(all["escalations"][0]["by"], "kei");
    assert_eq!(all["checklist"][1]["reason"], "no healthy host");
    let text = here.text(&["show", "1"]);
    assert!(text.contains("told vendor") && text.contains("to recover 35m"), "{text}");
    let ja = here.text(&["show", "1", "--lang", "ja"]);
    assert!(ja.contains("vendor に連絡") && ja.contains("復旧まで"), "{ja}");
}

#[test]
fn what_belongs_to_it_is_added_and_taken_back() {
    let here = Machine::new();
    here.json(&["open", "--alarm", "web-5xx"]);
    here.json(&["attach", "1", "--alarm", "web-latency"]);
    let report =
        here.json(&["attach", "1", "--report", "checkout is slow", "--who", "Jun"])["seq"].to_string();
    let (status, said) = here.refusal(&["attach", "1", "--alarm", "web-latency"]);
    assert!(status == 1 && said.contains("belongs to INC-0001 already"), "{said}");
    assert!(here.text(&["show", "1"]).contains("checkout is slow"));
    here.json(&["detach", "1", "--report", &report, "--reason", "it is about the till"]);
    here.json(&["detach", "1", "--alarm", "web-latency"]);
    for (args, told) in [
        (&["detach", "1", "--alarm", "web-latency"][..], "does not belong to INC-0001"),
        (&["detach", "1", "--report", "1"][..], "is no report"),
        (&["grey", "1", "imageid", "ami-1"][..], "Did you mean image_id?"),
        (&["grey", "1", "image_created", "soon"][..], "is no date"),
        (&["accept", "1"][..], "was handed to nobody"),
    ] {
        let (status, said) = here.refusal(args);
        assert!(status == 2 && said.contains(told), "{args:?}: {said}");
    }
    let known = here.json(&["show", "1"]);
    assert_eq!(known["reporter"], Json::Null, "the report is withdrawn: {known}");
    let again = here.json(&["open", "--alarm", "web-latency"]);
    assert_eq!(again["id"], "INC-0002", "it has no incident any more");
}

#[test]
fn parts_are_given_and_the_incident_is_handed_over_and_reviewed() {
    let here = Machine::new();
    here.json(&["open", "--alarm", "web-5xx", "--severity", "SEV-2"]);
    here.json(&["role", "1", "commander", "ines"]);
    let handed = here.json(&["handoff", "1", "--to", "kei"]);
    assert!(handed["page"].as_str().unwrap().contains("ines"), "{handed}");
    here.json(&["accept", "1", "--as", "kei"]);
    let missing = here.json(&["grey", "1", "disputed", "who drops the packets"])["missing"].clone();
    assert!(missing.as_array().unwrap().iter().all(|field| field != "disputed"), "{missing}");
    here.json(&["close", "1", "--cause", "misconfiguration", "--summary", "rule put back"]);
    // What is to be done is said when it is over, too.
    let item = [
        "item",
        "1",
        "alarm on rule changes",
        "--class",
        "prevention",
        "--owner",
        "kei",
        "--due",
        "2026-06-01",
    ];
    here.json(&item);
    let draft = here.text(&["review", "1"]);
    assert!(draft.contains("alarm on rule changes | kei | 2026-06-01"), "{draft}");
    let review: Json = serde_json::from_str(&here.text(&["review", "1", "--output", "json"])).unwrap();
    assert_eq!((&review["id"], &review["draft"]), (&"INC-0001".into(), &true.into()));
    let sections = review["sections"].as_array().unwrap();
    let of = |id: &str| {
        sections.iter().find(|section| section["id"] == id).unwrap_or_else(|| panic!("{id}: {review}"))
    };
    let item = &of("items")["facts"][0];
    assert_eq!((&item["class"], &item["owner"]), (&"prevention".into(), &"kei".into()));
    assert!(!of("causes")["questions"].as_array().unwrap().is_empty(), "what only people know is asked");
    // Both forms have the same parts.
    let titles = sections.iter().skip(1).map(|section| section["title"].as_str().unwrap());
    assert!(titles.into_iter().all(|title| draft.contains(&format!("## {title}"))), "{draft}");
    assert_eq!(review["journal_head"], here.json(&["show", "1"])["journal_head"]);
}

#[test]
fn what_cannot_be_is_refused_in_a_sentence_and_records_nothing() {
    let here = Machine::new();
    here.text(&["open", "--report", "slow", "--who", "Jun", "--severity", "SEV-2"]);
    for (args, status, said) in [
        (&["note", "9", "x"][..], 1, "There is no incident 9"),
        (&["note", "1", "  "], 2, "nothing to write"),
        (&["note", "1", "x", "--about", "7"], 2, "has no entry 7"),
        (&["tick", "1", "step", "--result", "skip", "--reason", " "], 2, "add --reason"),
        (&["tick", "1", "/"], 2, "is no step"),
        (&["severity", "1", "SEV-3"], 2, "add --reason"),
        (&["ack", "1", "--of", "1"], 2, "is no message"),
        (&["reopen", "1", "--reason", "r"], 1, "is not closed"),
        (&["set", "1", "volume"], 2, "NAME=VALUE"),
        (&["set", "1", "volume=vol-1", "Volume=x"], 2, "NAME=VALUE"),
        (&["set", "1", "volume=vol-1", "instance=a'b"], 2, "cannot be the value of instance"),
        (&["moment", "1", "recovered", "--at", "2999-01-01T00:00:00Z"], 2, "still to come"),
        (&["open", "--resource", "zebra"], 2, "Cannot tell what zebra is"),
        (&["open", "--alarm", "a", "--since", "soon"], 2, "is no time"),
        (&["note", "1", "x", "--as", "toban"], 2, "--as NAME"),
        (&["import", "/nowhere"], 1, "cannot be read"),
        (&["verify", "2"], 1, "There is no incident 2"),
    ] {
        let (code, sentence) = here.refusal(args);
        assert!(sentence.contains(said), "{args:?}: {sentence}");
        assert_eq!(code, status, "{args:?}");
    }
    here.text(&["set", "1", "volume=vol-1", "instance=i-0a1"]);
    assert_eq!(here.kinds("1"), ["opened", "value", "value"], "all of a line, or nothing");
    here.text(&["close", "1", "--cause", "unknown"]);
    for args in [&["gate", "1", "no", "--reason", "r"][..], &["close", "1", "--cause", "aws"], &["ack", "1"]]
    {
        assert!(here.refusal(args).1.contains("is closed"), "{args:?}");
    }
    assert_eq!(here.kinds("1"), ["opened", "value", "value", "closed"]);
    here.text(&["note", "1", "a word afterwards"]);
    here.text(&["reopen", "1", "--reason", "back again"]);
    assert_eq!(here.json(&["show", "1"])["state"], "open");
}

#[test]
fn a_note_of_a_megabyte_in_any_script_is_kept_to_the_byte_and_shown_harmless() {
    let here = Machine::new();
    here.text(&["open", "--title", "logs"]);
    let line = "\u{1b}[2J当番 нота ملاحظة 노트 \u{202e}gpj\u{0}\u{9b}31m🔥\u{e0041}\t\"\\\r\n";
    let note = line.repeat(1_048_576 / line.len() + 1);
    let output = here.piped(&["note", "1", "-"], note.as_bytes());
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let exported = here.text(&["export", "1"]);
    let acts =
        |text: &str| text.chars().any(|c| c.is_control() && c != '\n' || "\u{202e}\u{e0041}".contains(c));
    for text in [&exported, &here.text(&["show", "1"]), &here.text(&["export", "1", "--output", "markdown"])]
    {
        assert!(!acts(text));
    }
    let document: Json = serde_json::from_str(&exported).unwrap();
    let body: Json = serde_json::from_str(document["journal"][1]["body"].as_str().unwrap()).unwrap();
    assert!(body["event"]["text"] == note.as_str(), "it is another text");

    let other = Machine::new();
    let came = other.piped(&["import", "-"], exported.as_bytes());
    assert!(came.status.success(), "{}", String::from_utf8_lossy(&came.stderr));
    assert_eq!(other.text(&["export", "1"]), exported);

    let (code, sentence) = refused(&here.piped(&["note", "1", "-"], b"caf\xe9"));
    assert!(code == 1 && sentence.contains("iconv"), "{sentence}");
    assert_eq!(here.kinds("1"), ["opened", "note"]);
}

#[test]
fn a_record_goes_to_another_machine_and_comes_back() {
    let (here, there) = (Machine::new(), Machine::new());
    here.text(&["open", "--alarm", "web-5xx"]);
    there.text(&["open", "--alarm", "another"]);
    let file = here.records().join("export.json");
    let name = file.to_str().unwrap();
    let export = |from: &Machine, id: &str| fs::write(&file, from.text(&["export", id])).unwrap();

    export(&here, "1");
    let came = there.json(&["import", name]);
    assert_eq!((&came["id"], &came["was"]), (&"INC-0002".into(), &"INC-0001".into()), "its number was taken");
    assert_eq!(there.json(&["import", name])["added"], 0, "nothing to do");
    here.text(&["note", "1", "one more"]);
    export(&here, "1");
    assert_eq!(there.json(&["import", name])["added"], 1);
    there.text(&["note", "2", "taken over", "--as", "kei"]);
    assert_eq!(there.kinds("2"), ["opened", "note", "imported", "note"]);
    export(&there, "2");
    assert_eq!(here.json(&["import", name])["id"], "INC-0001", "here it keeps its number");
    assert_eq!(here.kinds("1"), there.kinds("2"));

    // Both go on: they cannot be joined.
    here.text(&["note", "1", "here"]);
    there.text(&["note", "2", "there"]);
    export(&there, "2");
    let head = |of: &Machine, id: &str| of.json(&["show", id])["journal_head"].as_str().unwrap().to_owned();
    let (code, sentence) = here.refusal(&["import", name]);
    assert!(code == 1 && sentence.contains("after entry 4"), "{sentence}");
    assert!(sentence.contains(&head(&here, "1")) && sentence.contains(&head(&there, "2")), "{sentence}");
    assert_eq!(here.kinds("1").last().unwrap(), "note");
    assert!(here.text(&["verify"]).contains("INC-0001 is whole"));
}

#[test]
fn nothing_is_imported_of_an_export_that_was_changed() {
    let (here, there) = (Machine::new(), Machine::new());
    here.text(&["open", "--title", "outage", "--severity", "SEV-1"]);
    here.text(&["note", "1", "we removed the rule"]);
    let exported = here.text(&["export", "1"]);
    for (from, to, said) in [
        ("we removed the rule", "they removed the rule", "entry 2"),
        ("\"severity\": \"SEV-1\"", "\"severity\": \"SEV-4\"", "severity"),
        ("\"journal\"", "\"journals\"", "it has no journal"),
        ("{", "", "it is no JSON"),
    ] {
        let changed = exported.replace(from, to);
        assert_ne!(changed, exported);
        let (code, sentence) = refused(&there.piped(&["import", "-"], changed.as_bytes()));
        assert!(
            code == 1 && sentence.contains("Nothing was imported") && sentence.contains(said),
            "{sentence}"
        );
    }
    assert_eq!(there.json(&["list"])["incidents"], Json::Array(vec![]));
}

#[test]
fn practice_is_not_recorded_among_real_incidents() {
    let here = Machine::new();
    let drill = here.json(&["open", "--alarm", "web-5xx", "--drill", "web-down"]);
    assert_eq!(drill["id"], "INC-0001");
    assert!(here.records().join("drill/incidents.sqlite").exists());
    assert_eq!(here.json(&["list"])["incidents"], Json::Array(vec![]));
    let list = here.json(&["list", "--drill", "web-down"]);
    assert_eq!(list["incidents"].as_array().unwrap().len(), 1);
}

#[test]
fn looking_writes_nothing() {
    let here = Machine::new();
    assert!(here.text(&["list"]).contains("No incident has been recorded"));
    assert_eq!(here.json(&["verify"])["ok"], true);
    assert!(here.refusal(&["show", "1"]).1.contains("There is no incident 1"));
    assert_eq!(fs::read_dir(here.records()).unwrap().count(), 0);
}

#[test]
fn a_list_is_searched_and_has_figures() {
    let here = Machine::new();
    let at = |minute: u32, args: &[&str]| {
        let now = format!("2026-05-01T03:{minute:02}:00Z");
        here.text(&[args, &["--now", &now]].concat());
    };
    for (id, minute) in [("1", 2), ("2", 10), ("3", 4)] {
        at(0, &["open", "--alarm", &format!("alarm-{id}")]);
        at(minute, &["ack", id]);
    }
    at(5, &["open", "--kind", "question", "--report", "why so slow?", "--who", "Jun"]);
    at(6, &["close", "4", "--cause", "unknown", "--summary", "explained"]);
    at(7, &["close", "2", "--cause", "exhaustion", "--summary", "Disk full"]);
    let ids = |args: &[&str]| -> Vec<String> {
        let all = here.json(&[&["list"], args].concat());
        all["incidents"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["id"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(ids(&[]), ["INC-0004", "INC-0003", "INC-0002", "INC-0001"]);
    assert_eq!(ids(&["disk", "ALARM-2"]), ["INC-0002"]);
    assert_eq!(ids(&["jun"]), ["INC-0004"]);
    assert_eq!(ids(&["--state", "open,watching"]), ["INC-0003", "INC-0001"]);
    let figures = &here.json(&["list"])["figures"];
    assert_eq!(figures["spans"]["mtta_secs"], serde_json::json!({"of": 3, "median": 240, "p90": 600}));
    assert_eq!((&figures["without_incident"], &figures["open"]), (&1.into(), &2.into()));
    assert_eq!(figures["causes"]["exhaustion"], 1);
    let text = here.text(&["list"]);
    assert!(text.contains("alarm-3") && text.contains("to acknowledge: median 4m"), "{text}");
}

#[test]
fn a_file_that_is_no_record_is_said_and_left_as_it_is() {
    for (content, said) in [
        (b"nothing of ours, but long enough to be looked at".repeat(100), "is damaged"),
        ([&b"SQLite format 3\0"[..], &[255; 3_000]].concat(), "is damaged"),
    ] {
        let here = Machine::new();
        let file = here.records().join("incidents.sqlite");
        fs::write(&file, &content).unwrap();
        for args in [&["list"][..], &["open", "--alarm", "a"], &["verify"]] {
            let (code, sentence) = here.refusal(args);
            assert!(code == 1 && sentence.contains(said), "{args:?}: {sentence}");
        }
        assert_eq!(fs::read(&file).unwrap(), content);
    }
}

#[test]
fn a_record_of_a_newer_toban_is_said_and_left_as_it_is() {
    let here = Machine::new();
    here.text(&["open", "--title", "before"]);
    let file = here.records().join("incidents.sqlite");
    rusqlite::Connection::open(&file).unwrap().execute_batch("PRAGMA user_version = 999").unwrap();
    let before = fs::read(&file).unwrap();
    for args in [&["list"][..], &["note", "1", "x"], &["open", "--alarm", "a"], &["export", "1"], &["verify"]]
    {
        let (code, sentence) = here.refusal(args);
        assert!(code == 1 && sentence.contains("newer"), "{args:?}: {sentence}");
    }
    assert_eq!(fs::read(&file).unwrap(), before);
}

#[test]
fn a_disk_that_takes_no_more_is_said_and_what_was_recorded_is_safe() {
    let here = Machine::new();
    here.text(&["open", "--title", "before"]);
    let note = here.records().join("note");
    fs::write(&note, "x".repeat(2_000_000)).unwrap();
    // No file may become longer than 512 KB or 1 MB, as the shell counts.
    let script = format!(
        "ulimit -f 1024; trap '' XFSZ; exec '{}' --data-dir '{}' incident note 1 - < '{}'",
        env!("CARGO_BIN_EXE_toban"),
        here.records().display(),
        note.display(),
    );
    let output = Command::new("sh")
        .args(["-c", &script])
        .env_clear()
        .env("LANG", "C.UTF-8")
        .env("USER", "ines")
        .env("HOME", here.home.path())
        .output()
        .unwrap();
    let (code, sentence) = refused(&output);
    assert!(code == 1 && sentence.contains("Not recorded") && sentence.contains("is safe"), "{sentence}");
    assert_eq!(here.kinds("1"), ["opened"]);
    assert!(here.text(&["verify"]).contains("INC-0001 is whole"));
    here.text(&["note", "1", "there is room again"]);
    assert_eq!(here.kinds("1"), ["opened", "note"]);
}

#[test]
fn verify_says_what_was_tampered_with_and_fails() {
    let here = Machine::new();
    here.text(&["open", "--title", "t"]);
    here.text(&["note", "1", "we did it"]);
    let head = here.json(&["show", "1"])["journal_head"].as_str().unwrap().to_owned();
    assert_eq!(here.json(&["verify", "1", "--head", &head])["ok"], true);
    let output = here.run(&["verify", "1", "--head", &"0f".repeat(32), "--output", "json"]);
    assert_eq!(output.status.code(), Some(1));
    let said: Json = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&said["ok"], &said["incidents"][0]["ok"]), (&false.into(), &false.into()));

    let db = rusqlite::Connection::open(here.records().join("incidents.sqlite")).unwrap();
    db.execute_batch(
        "DROP TRIGGER entry_stays; UPDATE entry SET body = replace(body, 'we', 'they') WHERE seq = 2",
    )
    .unwrap();
    drop(db);
    let output = here.run(&["verify", "1"]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(text.contains("INC-0001 does not verify: entry 2") && text.contains("entry_stays"), "{text}");
    let (code, sentence) = here.refusal(&["show", "1"]);
    assert!(code == 1 && sentence.contains("tampered"), "{sentence}");
}
