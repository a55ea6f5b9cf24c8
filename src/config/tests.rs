//! What a person writes into `config.toml`, and what comes of it.

use std::{collections::BTreeSet, fs, path::Path};

use super::{load::Loaded, source::Source, *};
use crate::{app::action::Action, input::keymap::stacks, text::Catalogue};

fn parse(text: &str) -> Loaded {
    Loaded::parse(Source { name: "config.toml", text })
}

fn said(loaded: &Loaded) -> Vec<String> {
    let words = Catalogue::load(Lang::En);
    loaded.problems.iter().map(|p| p.text(&words)).collect()
}

#[test]
fn every_line_of_the_template_works_and_says_the_default() {
    let commented = parse(TEMPLATE);
    assert_eq!(said(&commented), [""; 0]);
    assert!(commented.origins.is_empty(), "as it is printed the template sets nothing");

    let live: String = TEMPLATE
        .lines()
        .map(|line| {
            line.strip_prefix('#').filter(|rest| !rest.starts_with(' ') && !rest.is_empty()).unwrap_or(line)
        })
        .collect::<Vec<_>>()
        .join("\n");
    let loaded = parse(&live);
    assert_eq!(said(&loaded), [""; 0]);
    let set: BTreeSet<String> = loaded.origins.keys().cloned().collect();
    assert_eq!(set, settings::keys().into_iter().collect(), "the template has every setting");
    let default = Config::default();
    for key in settings::keys() {
        if let Some(value) = settings::show(&default, &key) {
            assert_eq!(
                settings::show(&loaded.config, &key),
                Some(value),
                "the template's {key} is the default"
            );
        }
    }
}

#[test]
fn settings_are_read() {
    let loaded = parse(
        "profiles = 'prod'\nregions = ['all']\nlang = 'ja'\nutc = true\ncolor = 'never'\nkeymap.preset = 'vim'\n\
         [timeouts]\nattempt = '500ms'\n[intervals]\nalarms = '15s'\n[thresholds]\nimage_age_days = 90\n",
    );
    assert_eq!(said(&loaded), [""; 0]);
    let config = &loaded.config;
    assert_eq!(
        (config.profiles.as_slice(), config.regions.as_slice()),
        (&["prod".to_owned()][..], &["all".to_owned()][..])
    );
    assert_eq!((config.lang, config.utc, config.color), (Some(Lang::Ja), true, Color::Never));
    assert_eq!(config.keymap.preset, Preset::Vim);
    assert_eq!(config.timeouts.attempt, Duration::from_millis(500));
    assert_eq!(config.interval(PaneId::Alarms), Duration::from_secs(15));
    assert_eq!(config.interval(PaneId::Instances), PaneId::Instances.spec().interval);
    assert_eq!(config.thresholds.image_age_days, 90);
    assert_eq!(loaded.origin("utc"), Origin::File);
    assert_eq!(loaded.origin("ascii"), Origin::Default);
}

#[test]
fn a_mistake_costs_its_line_and_is_said_with_its_place() {
    let loaded = parse("utd = true\ncolor = \"sometimes\"\nascii = true\n");
    assert!(loaded.config.ascii, "what is right still holds");
    for (text, wanted) in [
        ("utd = true", "config.toml:1:1: There is no setting \"utd\". Did you mean \"utc\"?"),
        (
            "[thresholds]\n flaping_changes = 1",
            "config.toml:2:2: There is no setting \"thresholds.flaping_changes\". Did you mean \"thresholds.flapping_changes\"?",
        ),
        (
            "connect = '3s'",
            "config.toml:1:1: There is no setting \"connect\". Did you mean \"timeouts.connect\"?",
        ),
        ("zebra = 1", "config.toml:1:1: There is no setting \"zebra\"; `toban config default` lists them."),
        (
            "color = \"sometimes\"",
            "config.toml:1:9: \"color\" must be \"auto\" | \"always\" | \"never\", but is \"sometimes\".",
        ),
        ("utc = 1", "config.toml:1:7: \"utc\" must be true | false, but is 1."),
        ("timeouts = 3", "config.toml:1:12: \"timeouts\" must be table, but is 3."),
        ("timeouts.connect = '0s'", "config.toml:1:20: \"timeouts.connect\" must be"),
        ("intervals.alarms = '1s'", "config.toml:1:20: \"intervals.alarms\" must be"),
        ("endpoint_url = 'localhost'", "config.toml:1:16: \"endpoint_url\" must be"),
        ("thresholds.flapping_changes = -1", "config.toml:1:31: \"thresholds.flapping_changes\" must be"),
        ("regions = ['a', 1]", "config.toml:1:11: \"regions\" must be"),
        ("utc = ", "config.toml:1:7: This is not TOML:"),
        ("utc = true\nutc = false", "config.toml:2:1: This is not TOML: duplicate key"),
    ] {
        let said = said(&parse(text));
        assert!(said.len() == 1 && said[0].starts_with(wanted), "{text}\n{said:#?}");
    }
}

#[test]
fn files_are_found_and_their_paths_count_from_them() {
    let dir = tempfile::tempdir().unwrap();
    let usual = dir.path().join("config.toml");
    assert_eq!(said(&Loaded::read(None, Some(&usual))), [""; 0], "no file is no mistake");
    let named = dir.path().join("other.toml");
    assert_eq!(
        said(&Loaded::read(Some(&named), Some(&usual))),
        [format!("{}: The file is not there.", named.display())]
    );
    fs::write(&named, [0xff, 0xfe]).unwrap();
    assert_eq!(
        said(&Loaded::read(Some(&named), None)),
        [format!("{}: The file is not UTF-8 text.", named.display())]
    );
    fs::write(&usual, "keymap.file = 'keys/mine.toml'").unwrap();
    let mut loaded = Loaded::read(None, Some(&usual));
    assert_eq!(loaded.config.keymap.file.as_deref(), Some(dir.path().join("keys/mine.toml").as_path()));
    loaded.keymap(None);
    assert_eq!(loaded.problems.len(), 1, "a keymap that is named must be there");
}

#[test]
fn the_operators_keymap_is_used_unless_a_preset_is_asked_for() {
    let dir = tempfile::tempdir().unwrap();
    let own = dir.path().join("keymap.toml");
    fs::write(&own, "[global.quit]\nkeys = ['Q']").unwrap();
    let keys =
        |loaded: &mut Loaded, file: &Path| loaded.keymap(Some(file)).keys_of(stacks::TABLE, Action::Quit);
    assert_eq!(keys(&mut parse(""), &own), ["Q"]);
    let mut preset = parse("");
    preset.put("keymap", Origin::Flag, |c| c.keymap = Keys::from_option("vim"));
    assert_eq!(keys(&mut preset, &own)[0], "Z Z");
    let mut file = parse("keymap.preset = 'vim'");
    file.put("keymap", Origin::Flag, |c| c.keymap = Keys::from_option(&own.to_string_lossy()));
    assert_eq!(keys(&mut file, Path::new("nowhere")), ["Q"]);

    fs::write(&own, "[global.quit]\nkeys = ['j']").unwrap();
    let mut broken = parse("");
    assert_eq!(keys(&mut broken, &own), ["q", "ctrl-c"], "a broken file is left out");
    assert!(!broken.problems.is_empty());
    assert_eq!(keys(&mut parse(""), Path::new("nowhere")), ["q", "ctrl-c"]);
}
