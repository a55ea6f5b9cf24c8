//! `toban runbook` as it is run.

use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

use serde_json::Value as Json;

fn toban(config: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_toban"))
        .args(["runbook"])
        .args(args)
        .env_clear()
        .env("TOBAN_CONFIG_DIR", config)
        .env("HOME", config)
        .env("LANG", "en_US.UTF-8")
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .output()
        .unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[test]
fn runbooks_are_listed_and_shown_in_both_languages() {
    let dir = tempfile::tempdir().unwrap();
    let listed = toban(dir.path(), &["list"]);
    assert!(listed.status.success() && err(&listed).is_empty(), "{}", err(&listed));
    assert_eq!(out(&listed).lines().count(), 14);
    let json: Json = serde_json::from_str(&out(&toban(dir.path(), &["list", "--output", "json"]))).unwrap();
    assert_eq!(json.as_array().unwrap().len(), 14);
    assert_eq!(json[1]["id"], "ec2-system-check");

    let page = out(&toban(dir.path(), &["show", "ec2-system-check", "--output", "markdown"]));
    for said in [
        "# EC2 system status check failed\n",
        "### 1. Is it the host?\n",
        "`system == pass` → runbook `ec2-instance-check`",
        "aws ec2 stop-instances --instance-ids ${instance}",
        "Success is read back: \"System status check\" passes within 10m.",
    ] {
        assert!(page.contains(said), "{said}\n{page}");
    }
    let page = out(&toban(dir.path(), &["show", "ec2-system-check", "--output", "markdown", "--lang", "ja"]));
    assert!(
        page.starts_with("# EC2 システムステータスチェック失敗\n") && page.contains("担当: 指揮者"),
        "{page}"
    );
    let json: Json =
        serde_json::from_str(&out(&toban(dir.path(), &["show", "restore", "--output", "json"]))).unwrap();
    assert_eq!(json["id"], "restore");

    let unknown = toban(dir.path(), &["show", "restor"]);
    assert_eq!(
        (unknown.status.code(), err(&unknown).as_str()),
        (Some(1), "toban: There is no runbook \"restor\". Did you mean \"restore\"?\n")
    );
}

#[test]
fn files_are_checked_with_line_and_column() {
    let dir = tempfile::tempdir().unwrap();
    let own = dir.path().join("runbooks");
    fs::create_dir(&own).unwrap();
    let fine = include_str!("../../runbooks/ec2-system-check.toml")
        .replace("id = \"ec2-system-check\"", "id = \"ours\"");
    let (good, bad) = (own.join("ours.toml"), dir.path().join("bad.toml"));
    fs::write(&good, &fine).unwrap();
    fs::write(&bad, fine.replace("kind = \"decide\"", "kind = \"decides\"")).unwrap();

    let checked = toban(dir.path(), &["check", good.to_str().unwrap()]);
    assert_eq!(
        (checked.status.code(), out(&checked).as_str()),
        (Some(0), "Nothing is wrong in 1 file(s).\n")
    );
    let line = fine.lines().position(|line| line == "kind = \"decide\"").unwrap() + 1;
    let checked = toban(dir.path(), &["check", good.to_str().unwrap(), bad.to_str().unwrap()]);
    assert_eq!(checked.status.code(), Some(1));
    let wanted = format!("{}:{line}:8: \"decides\" is no kind; there are: check, ask, ", bad.display());
    assert!(out(&checked).starts_with(&wanted), "{}", out(&checked));
    let none = toban(dir.path(), &["check", "/nowhere.toml"]);
    assert_eq!(
        (none.status.code(), out(&none).as_str()),
        (Some(1), "/nowhere.toml: The file is not there.\n")
    );

    // One's own folder adds; what is wrong in it is told, and the others are there.
    let listed = toban(dir.path(), &["list"]);
    assert_eq!(out(&listed).lines().count(), 15);
    fs::rename(&bad, own.join("bad.toml")).unwrap();
    let listed = toban(dir.path(), &["list"]);
    assert_eq!((listed.status.code(), out(&listed).lines().count()), (Some(0), 15));
    assert!(err(&listed).contains("bad.toml:") && err(&listed).contains("is no kind"), "{}", err(&listed));
}

#[test]
fn a_review_that_is_more_than_a_year_old_is_said_to_be() {
    let dir = tempfile::tempdir().unwrap();
    let at = |now: &str, args: &[&str]| out(&toban(dir.path(), &[args, &["--now", now]].concat()));
    let (soon, late) = ("2027-04-30T00:00:00Z", "2027-05-03T00:00:00Z");
    for args in [&["list"][..], &["show", "restore"], &["show", "restore", "--output", "markdown"]] {
        assert!(!at(soon, args).contains("year"), "{args:?}");
        assert!(at(late, args).contains("year"), "{args:?}: {}", at(late, args));
    }
    let both: [Json; 2] =
        [&["list", "--output", "json"][..], &["show", "restore", "--output", "json"]].map(|args| {
            let json: Json = serde_json::from_str(&at(late, args)).unwrap();
            if json.is_array() { json[0].clone() } else { json }
        });
    assert!(both.iter().all(|json| json["stale"] == true), "{both:?}");
}

#[test]
fn a_file_is_shown_as_a_procedure_before_it_is_anybodys_runbook() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("ours.toml");
    let text = include_str!("../../runbooks/ec2-system-check.toml")
        .replace("id = \"ec2-system-check\"", "id = \"ours\"");
    fs::write(&file, &text).unwrap();
    let name = file.to_str().unwrap();
    let shown = toban(dir.path(), &["show", name, "--output", "markdown", "--lang", "ja"]);
    assert!(shown.status.success(), "{}", err(&shown));
    assert!(out(&shown).starts_with("# EC2 システムステータスチェック失敗\n\n`ours`"), "{}", out(&shown));
    fs::write(&file, text.replace("kind = \"decide\"", "kind = \"decides\"")).unwrap();
    let shown = toban(dir.path(), &["show", name]);
    assert!(shown.status.code() == Some(1) && out(&shown).is_empty());
    assert!(err(&shown).lines().count() == 1 && err(&shown).contains("is no kind"), "{}", err(&shown));
    let none = toban(dir.path(), &["show", "/nowhere.toml"]);
    assert_eq!(
        (none.status.code(), err(&none).as_str()),
        (Some(1), "toban: /nowhere.toml: The file is not there.\n")
    );
}
