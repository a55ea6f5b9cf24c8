//! What can be typed, and what is said when it cannot.

use std::{collections::BTreeSet, ffi::OsString, fs, path::PathBuf};

use super::{incident::args::IncidentCommand, *};
use crate::{
    config::{Color, Origin, load::Loaded},
    incident::event::Level,
    input::keymap::{Keymap, Preset, stacks},
    panes::{PANES, Source},
    paths::Paths,
    text::{Catalogue, Lang},
};

fn read(line: &str, vars: &[(&str, &str)]) -> Result<Invocation, String> {
    let env = |name: &str| vars.iter().find(|(n, _)| *n == name).map(|(_, v)| OsString::from(v));
    Invocation::read(line.split_whitespace(), &env).map_err(|e| e.to_string())
}

fn command(line: &str) -> Command {
    read(line, &[]).unwrap().command.unwrap()
}

#[test]
fn the_definition_is_sound() {
    use clap::CommandFactory;
    Cli::command().debug_assert();
}

#[test]
fn the_console_is_the_default() {
    let plain = read("toban", &[]).unwrap();
    assert_eq!((plain.command.clone(), plain.options()), (None, Options::default()));
}

#[test]
fn options_stand_before_or_after_the_command() {
    let before = "toban --profile prod --profile dev --region all --lang ja --utc --now 2026-05-01T03:12:00Z --seed 7 list alarms";
    let after = "toban list alarms --profile prod --profile dev --region all --lang ja --utc --now 2026-05-01T03:12:00Z --seed 7";
    let (before, after) = (read(before, &[]).unwrap(), read(after, &[]).unwrap());
    assert_eq!(before, after);
    let options = before.options();
    assert_eq!(options.profile, ["prod", "dev"]);
    assert_eq!((options.lang, options.utc, options.seed), (Some(Lang::Ja), Some(true), Some(7)));
    assert_eq!(options.now.unwrap().to_string(), "2026-05-01T03:12:00Z");
    assert_eq!(
        read("toban list alarms --drill web-down", &[]).unwrap().options().drill.as_deref(),
        Some("web-down")
    );
    assert_eq!(read("toban config --ascii path", &[]).unwrap().options().ascii, Some(true));
}

#[test]
fn log_files_go_to_the_console_and_to_lists_of_events() {
    let paths = |line: &str| read(line, &[]).unwrap().trail;
    assert_eq!(paths("toban --trail a b --trail c"), ["a", "b", "c"].map(PathBuf::from));
    assert_eq!(paths("toban list events --trail a b --utc"), ["a", "b"].map(PathBuf::from));
    assert_eq!(paths("toban --trail a list events --trail b"), ["a", "b"].map(PathBuf::from));
    assert_eq!(paths("toban triage --context c --trail a"), Vec::<PathBuf>::new(), "its own");
    for line in ["toban --trail a doctor", "toban --trail a list alarms", "toban drill --trail a"] {
        assert!(read(line, &[]).unwrap_err().contains("--trail"), "{line}");
    }
}

#[test]
fn commands_and_their_arguments() {
    let Command::List(list) =
        command("toban list Instances --filter state:run --sort name:desc --output ndjson")
    else {
        panic!()
    };
    assert_eq!((list.pane, list.output), (PaneId::Instances, Format::Ndjson));
    assert_eq!(list.sort, Some(SortBy { column: "name".into(), descending: true }));
    assert_eq!(list.filter.as_deref(), Some("state:run"));

    let Command::Drill(drill) = command(
        "toban drill web-down --speed 10 --at 10m --fault latency=200ms --fault throttle=0.2,deny=ec2",
    ) else {
        panic!()
    };
    assert_eq!(drill.scenario.as_deref(), Some("web-down"));
    assert_eq!((drill.speed, drill.at), (Some(10.0), Some(Duration::from_mins(10))));
    let faults = ["latency=200ms", "throttle=0.2", "deny=ec2"].map(|f| f.parse::<Fault>().unwrap());
    assert_eq!(drill.fault, faults);
    let Command::Drill(drill) = command("toban drill --serve localhost:0") else { panic!() };
    assert_eq!(drill.serve.unwrap().to_string(), "127.0.0.1:0");
    let Command::Drill(drill) = command("toban drill") else { panic!() };
    assert_eq!((drill.speed, drill.at, drill.list), (None, None, false));
    assert!(!drill.score);
    let Command::Drill(drill) = command("toban drill --score --output json") else { panic!() };
    assert_eq!((drill.score, drill.output), (true, Some(Form::Json)));

    for (typed, level) in [("SEV-2", Level::Sev2), ("sev1", Level::Sev1), ("4", Level::Sev4)] {
        let Command::Incident(args) = command(&format!("toban incident severity 42 {typed} --as ines"))
        else {
            panic!()
        };
        let IncidentCommand::Severity(severity) = args.command else { panic!() };
        assert_eq!((severity.level, args.operator.as_deref()), (level, Some("ines")), "{typed}");
    }

    assert_eq!(
        command("toban keys --output markdown"),
        Command::Keys(KeysArgs { output: KeysOutput::Markdown })
    );
    assert_eq!(command("toban config check"), Command::Config(ConfigCommand::Check));
    assert_eq!(command("toban doctor"), Command::Doctor(DoctorArgs { output: DoctorOutput::Text }));
    assert_eq!(
        command("toban doctor --profile prod --output json --region all"),
        Command::Doctor(DoctorArgs { output: DoctorOutput::Json })
    );
    assert_eq!(command("toban policy"), Command::Policy(PolicyArgs { actions: false }));
    assert_eq!(command("toban policy --actions"), Command::Policy(PolicyArgs { actions: true }));
}

#[test]
fn mistakes_are_usage_errors_that_say_what_to_write() {
    for (line, said) in [
        ("toban list alrams", "there is no such pane; did you mean 'alarms'? [panes: "),
        ("toban list zebra", "there is no such pane [panes: "),
        ("toban list", "required arguments were not provided"),
        ("toban lsit alarms", "a similar subcommand exists: 'list'"),
        ("toban --porfile x", "a similar argument exists: '--profile'"),
        ("toban list alarms --output yaml", "[possible values: table, json, ndjson, csv]"),
        ("toban list alarms --sort name:up", "write a column, and :desc after it"),
        ("toban --now yesterday", "write a time as in RFC 3339, such as 2026-05-01T03:12:00Z"),
        ("toban --endpoint-url localhost", "write a URL with its scheme"),
        ("toban --color red", "[possible values: auto, always, never]"),
        ("toban --seed x", "invalid value 'x' for '--seed <N>'"),
        ("toban drill --at 10", "write a span of time such as 200ms"),
        ("toban drill --at 30d1s", "write at most 30d"),
        ("toban drill --at 99999999999999d", "write a span of time such as 200ms"),
        ("toban drill --speed 0", "write a number above 0"),
        ("toban drill --speed NaN", "write a number above 0"),
        ("toban drill --serve 0.0.0.0:80", "served on loopback only"),
        ("toban drill --serve 4566", "write an address and a port"),
        ("toban drill --fault latency", "is no fault"),
        ("toban drill --list --serve 127.0.0.1:0", "cannot be used with"),
        ("toban drill --score --serve 127.0.0.1:0", "cannot be used with"),
        ("toban drill --output json", "--score"),
        ("toban doctor --output csv", "[possible values: text, json]"),
        ("toban policy ec2", "unexpected argument 'ec2'"),
        ("toban triage", "required arguments were not provided"),
        ("toban triage --context a.json", "--trail <PATH>"),
        ("toban incident", "Usage: toban incident"),
        ("toban incident open", "--title <TEXT>"),
        ("toban incident open --alarm a --resource b", "cannot be used with"),
        ("toban incident open --alarm a --severity 5", "write SEV-1, SEV-2, SEV-3 or SEV-4"),
        ("toban incident open --alarm a --who Jun", "cannot be used with"),
        ("toban incident open --title t --who Jun", "--report <TEXT>"),
        ("toban incident tick 42 R1/system --result skip", "--reason <TEXT>"),
        ("toban incident gate 42 maybe --reason r", "[possible values: yes, no, watch]"),
        ("toban incident gate 42 yes", "--reason <TEXT>"),
        ("toban incident close 42 --cause deply", "did you mean 'deploy'?"),
        ("toban incident close 42", "--cause <CLASS>"),
        ("toban incident verify 42 --head abc", "64 hex digits"),
    ] {
        let env = |_: &str| None;
        let error = Invocation::read(line.split_whitespace(), &env).unwrap_err();
        assert_eq!(error.exit_code(), 2, "{line}");
        assert!(error.to_string().contains(said), "{line}\n{error}");
    }
}

#[test]
fn help_shows_examples_and_is_no_failure() {
    let error = |line: &str| Invocation::read(line.split_whitespace(), &|_: &str| None).unwrap_err();
    for line in [
        "toban --help",
        "toban -h",
        "toban list --help",
        "toban drill --help",
        "toban doctor --help",
        "toban policy --help",
        "toban incident --help",
        "toban incident open --help",
        "toban incident note --help",
        "toban incident import --help",
        "toban incident verify --help",
    ] {
        assert_eq!(error(line).exit_code(), 0, "{line}");
        assert!(error(line).to_string().contains("Examples:"), "{line}");
    }
    assert!(error("toban --version").to_string().contains(env!("CARGO_PKG_VERSION")));
}

#[test]
fn variables_stand_for_options() {
    let vars = [
        ("TOBAN_PROFILE", "prod,dev"),
        ("TOBAN_LOG_LEVEL", "debug"),
        ("TOBAN_UTC", "1"),
        ("TOBAN_ASCII", "false"),
        ("TOBAN_LANG", ""),
        ("TOBAN_ENDPOINT_URL", "http://127.0.0.1:1"),
    ];
    let both = read("toban --profile other list alarms --ascii", &vars).unwrap();
    let options = both.options();
    assert_eq!(options.profile, ["other"], "the command line goes first");
    assert_eq!((options.utc, options.ascii, options.lang), (Some(true), Some(true), None));
    assert_eq!(options.endpoint_url.as_deref(), Some("http://127.0.0.1:1"));
    assert_eq!(read("toban", &vars).unwrap().options().profile, ["prod", "dev"]);

    let said = read("toban", &[("TOBAN_COLOR", "red")]).unwrap_err();
    assert!(
        said.contains("TOBAN_COLOR") && said.contains("[possible values: auto, always, never]"),
        "{said}"
    );
    let said = read("toban", &[("TOBAN_NOW", "soon")]).unwrap_err();
    assert!(said.contains("TOBAN_NOW") && said.contains("RFC 3339"), "{said}");
}

#[test]
fn the_file_gives_way_to_variables_and_they_to_options() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("config.toml");
    fs::write(&file, "profiles = ['file']\nregions = ['file-1']\ncolor = 'never'\nutc = true\nendpoint_url = 'http://file'\n").unwrap();
    let paths = Paths { config: Some(dir.path().to_owned()), ..Paths::default() };
    let vars = [("TOBAN_REGION", "env-1"), ("TOBAN_COLOR", "always"), ("TOBAN_UTC", "0")];
    let loaded = read("toban --region flag-1", &vars).unwrap().load(&paths);
    let config = &loaded.config;
    assert_eq!((config.profiles[0].as_str(), loaded.origin("profiles")), ("file", Origin::File));
    assert_eq!((config.color, loaded.origin("color")), (Color::Always, Origin::Env));
    assert_eq!((config.utc, loaded.origin("utc")), (false, Origin::Env));
    assert_eq!((config.regions[0].as_str(), loaded.origin("regions")), ("flag-1", Origin::Flag));
    assert_eq!((config.ascii, loaded.origin("ascii")), (false, Origin::Default));

    let named = read(&format!("toban --config {}", dir.path().join("none.toml").display()), &[])
        .unwrap()
        .load(&paths);
    assert_eq!(named.problems.len(), 1, "a file that is named must be there");
}

fn config(command: ConfigCommand, loaded: &Loaded, paths: &Paths, lang: Lang) -> (bool, String) {
    let mut out = Vec::new();
    let fine = super::config::run(command, loaded, paths, &Catalogue::load(lang), &mut out).unwrap();
    (fine, String::from_utf8(out).unwrap())
}

#[test]
fn config_shows_what_holds_and_who_set_it() {
    let paths = Paths {
        config: Some(PathBuf::from("/c")),
        data: Some("/d".into()),
        cache: Some("/k".into()),
        state: Some("/s".into()),
    };
    let loaded = read("toban --region flag-1", &[("TOBAN_UTC", "1")]).unwrap().load(&paths);
    let (_, text) = config(ConfigCommand::Show, &loaded, &paths, Lang::En);
    let line = |key: &str| {
        text.lines().find(|l| l.starts_with(key)).unwrap().split_whitespace().collect::<Vec<_>>().join(" ")
    };
    assert_eq!(line("regions"), "regions = [\"flag-1\"] # option");
    assert_eq!(line("utc"), "utc = true # environment");
    assert_eq!(line("color"), "color = \"auto\" # default");
    assert_eq!(line("#endpoint_url"), "#endpoint_url = # default");
    assert!(text.parse::<toml::Table>().is_ok(), "what is shown can be kept as a file:\n{text}");

    let (_, text) = config(ConfigCommand::Path, &loaded, &paths, Lang::En);
    for place in ["/c/config.toml", "/c/keymap.toml", "/d", "/k", "/s/toban.log"] {
        assert!(text.contains(place), "{text}");
    }
    let (_, text) = config(ConfigCommand::Path, &Loaded::default(), &Paths::default(), Lang::Ja);
    assert_eq!(text.lines().count(), 6);
    assert_eq!(config(ConfigCommand::Default, &loaded, &paths, Lang::En).1, crate::config::TEMPLATE);
}

#[test]
fn config_check_says_what_is_wrong() {
    let dir = tempfile::tempdir().unwrap();
    let paths = Paths { config: Some(dir.path().to_owned()), ..Paths::default() };
    let check = || {
        let mut loaded = read("toban config check", &[]).unwrap().load(&paths);
        loaded.keymap(paths.keymap_file().as_deref());
        config(ConfigCommand::Check, &loaded, &paths, Lang::En)
    };
    assert_eq!(check(), (true, "The settings and the keys are fine.\n".into()));
    fs::write(dir.path().join("config.toml"), "utd = 1\n").unwrap();
    fs::write(dir.path().join("keymap.toml"), "[global.quti]\n").unwrap();
    let (fine, text) = check();
    assert!(!fine);
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 2, "{text}");
    assert!(lines[0].contains("config.toml:1:1: ") && lines[1].contains("keymap.toml:1:9: "), "{text}");
}

#[test]
fn keys_are_printed_in_every_form_and_language() {
    let map = Keymap::preset(Preset::Default);
    let print = |output, lang| {
        let mut out = Vec::new();
        super::keys::run(&map, &Catalogue::load(lang), output, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    };
    let table = print(KeysOutput::Table, Lang::En);
    assert!(
        table
            .lines()
            .any(|l| l.split_whitespace().collect::<Vec<_>>().join(" ")
                == "j, down, ctrl-n cursor-down Next row"),
        "{table}"
    );
    assert!(print(KeysOutput::Table, Lang::Ja).contains("次の行"));
    let json: serde_json::Value = serde_json::from_str(&print(KeysOutput::Json, Lang::En)).unwrap();
    assert_eq!(json.as_array().unwrap().len(), map.bindings().len());
    let top =
        json.as_array().unwrap().iter().find(|b| b["scope"] == "table" && b["action"] == "top").unwrap();
    assert_eq!(top["keys"], serde_json::json!(["g g", "home", "alt-<"]));
    let markdown = print(KeysOutput::Markdown, Lang::En);
    assert!(markdown.contains("| `g g` `home` `alt-<` | `top` | First row |"), "{markdown}");
    let lines: Vec<&str> = markdown.lines().filter(|l| l.starts_with('|')).collect();
    assert!(lines.iter().all(|l| l.replace("\\|", "").matches('|').count() == 4));
    assert!(!map.palette(stacks::TABLE).is_empty());
}

#[test]
fn an_unknown_sort_column_is_one_sentence() {
    let (id, name) = (Column::field("id"), Column::field("name"));
    let columns = [&id, &name];
    let sort = |column: &str| SortBy { column: column.into(), descending: false }.resolve(&columns);
    assert_eq!(sort("name"), Ok(1));
    let words = Catalogue::load(Lang::En);
    assert_eq!(
        sort("nmae").unwrap_err().text(&words),
        "There is no column \"nmae\" to sort by. Did you mean \"name\"?"
    );
    assert_eq!(
        sort("zebra").unwrap_err().text(&words),
        "There is no column \"zebra\" to sort by; there are: id name."
    );
}

#[tokio::test]
async fn the_practice_account_is_opened_where_it_has_something_unless_another_region_is_typed() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("config.toml"), "regions = ['ap-northeast-1']\n").unwrap();
    let paths = Paths { config: Some(dir.path().to_owned()), ..Paths::default() };
    for (line, vars, want) in [
        ("toban drill", &[][..], "eu-west-1"),
        ("toban drill", &[("TOBAN_REGION", "sa-east-1")], "eu-west-1"),
        ("toban list alarms", &[("TOBAN_DRILL", "web-down")], "eu-west-1"),
        ("toban drill --region us-east-1", &[("TOBAN_REGION", "sa-east-1")], "us-east-1"),
        ("toban list alarms", &[], "ap-northeast-1"),
        ("toban list alarms", &[("TOBAN_REGION", "sa-east-1")], "sa-east-1"),
    ] {
        let invocation = read(line, vars).unwrap();
        let args = match &invocation.command {
            Some(Command::Drill(args)) => Some(args),
            _ => None,
        };
        let drill = start::drill(&invocation.options(), args).unwrap();
        let access = start::access(
            &invocation,
            &invocation.load(&paths).config,
            drill.as_ref(),
            None,
            start::Events::default(),
        );
        let regions: Vec<&str> = access.scopes.iter().map(|(_, scope)| scope.region.as_str()).collect();
        assert_eq!(regions, [want], "{line} {vars:?}");
    }
}

/// What `toban LINE` prints on the practice account, as JSON.
async fn listed(line: &str) -> (u8, serde_json::Value) {
    let invocation = read(line, &[]).unwrap();
    let Some(Command::List(args)) = &invocation.command else { panic!("not a listing") };
    let loaded = invocation.load(&Paths::find(&|_| None, None));
    let options = invocation.options();
    let drill = start::drill(&options, None).unwrap();
    let access = start::access(&invocation, &loaded.config, drill.as_ref(), None, start::Events::default());
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let words = Catalogue::load(Lang::En);
    let zone = jiff::tz::TimeZone::UTC;
    let status = list::run(args, access, &words, &loaded.config, &zone, &mut out, &mut err).await.unwrap();
    (status, serde_json::from_slice(&out).unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn every_pane_is_listed_from_every_region_with_every_field() {
    for pane in PANES {
        let name = pane.name.to_lowercase();
        let line = format!("toban list {name} --output json --region all --drill web-down");
        let (status, document) = listed(&format!("{line} --now 2026-05-01T03:12:44Z")).await;
        assert_eq!((status, &document["complete"]), (0, &true.into()), "{}", document["errors"]);
        let rows = document["rows"].as_array().unwrap();
        let regions: BTreeSet<&str> = rows.iter().filter_map(|r| r["scope"]["region"].as_str()).collect();
        // The second Region has rows for every pane, and nothing wrong for the Board.
        if pane.source == Source::Recorded {
            assert!(rows.is_empty(), "nothing has been recorded");
            continue;
        }
        if pane.source == Source::Fixed {
            assert!(rows.len() > 20, "the built-in table");
            assert_eq!(document["api_calls"], 0, "nothing is asked for it");
            continue;
        }
        let second = regions.contains("us-east-1") || pane.source == Source::Derived;
        assert!(regions.contains("eu-west-1") && second, "{name}: {regions:?}");
        for row in rows {
            assert_eq!(row["scope"]["account"], "111122223333");
            for column in (pane.columns)().iter().filter(|c| c.exported) {
                assert!(row.get(column.key).is_some(), "{name} has no {}", column.key);
            }
        }
    }
}
