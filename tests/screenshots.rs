//! The pictures in `screenshots/`, made from the real console on the practice account with a fixed seed and clock.
//!
//! `UPDATE_SCREENSHOTS=1 cargo test --release --test screenshots` draws them anew; without it a picture that is not what
//! the console shows fails its test. To change a scene, or to add one, edit [`SCENES`].
#![allow(clippy::panic, clippy::expect_used, reason = "tests, and the functions they share")]

#[path = "support/pty.rs"]
mod pty;
#[path = "support/screen.rs"]
mod screen;
#[path = "support/svg.rs"]
mod svg;

use std::{
    collections::BTreeSet,
    env, fs,
    path::{Path, PathBuf},
    time::Duration,
};

use pty::{Launch, Session};

/// One account, one moment: what every picture shows.
const DRILL: [&str; 6] = ["drill", "--seed", "7", "--now", "2026-05-01T03:12:44Z", "--utc"];

/// How long the screen must be unchanged to be drawn anew, or to be called stale: a slow machine pauses between what it
/// has read and what it reads next. A picture that is right is not waited for.
const REST: Duration = Duration::from_secs(10);

/// How long an incident's page must be unchanged until all that it reads by itself is there.
const ALL_THERE: Duration = Duration::from_secs(5);

/// What happens before the picture is taken.
enum Step {
    /// Keys, see `Session::keys`.
    Keys(&'static str),
    /// A text is on the screen.
    Wait(&'static str),
    /// A text is not on the screen.
    Gone(&'static str),
}
use Step::{Gone, Keys, Wait};

struct Scene {
    /// `screenshots/NAME.svg`.
    name: &'static str,
    title: &'static str,
    size: (u16, u16),
    lang: &'static str,
    steps: &'static [Step],
}

impl Scene {
    /// Whether it is an incident's page, which is filled in while one looks on.
    fn counts(&self) -> bool {
        self.name.starts_with("incident")
    }

    /// What of a picture has to be as it is. Of an incident's page not the rule above the hints, which counts the lines
    /// below: how many entries a record has depends on which answer came first.
    fn comparable(&self, picture: &str) -> String {
        // A row is 16 high, its text 12 from its top; the rule is the last but one.
        let rule = format!("y=\"{}\"", 16 * (self.size.1 - 2) + 12);
        let lines = picture.lines().filter(|line| !(self.counts() && line.contains(&rule)));
        lines.collect::<Vec<_>>().join("\n")
    }
}

/// From the Board to the page of an incident about the alarm that fires, its runbook taken up.
const OPENED: [Step; 5] = [
    Wait("web-5xx"),
    Keys("2 / text:web-5xx enter"),
    Wait("1/"),
    Keys("i"),
    Wait("RevokeSecurityGroupIngress"),
];

/// The same where what changed stands further down.
const OPENED_SMALL: [Step; 5] =
    [Wait("web-5xx"), Keys("2 / text:web-5xx enter"), Gone("web-composite"), Keys("i"), Wait("0/12")];

const SCENES: [Scene; 14] = [
    Scene {
        name: "board",
        title: "What needs attention, worst first, over all panes",
        size: (120, 36),
        lang: "en",
        steps: &[Wait("1 of 1 live"), Wait("Instances ")],
    },
    Scene {
        name: "alarms",
        title: "Alarms, worst first, with the graph of the one under the cursor",
        size: (120, 36),
        lang: "en",
        steps: &[Wait("1 of 1 live"), Keys("2"), Wait("deploy-in-progress")],
    },
    Scene {
        name: "alarm",
        title: "The page of one alarm: graph, affected resources, history",
        size: (120, 36),
        lang: "en",
        steps: &[
            Wait("1 of 1 live"),
            Keys("2 / text:web-5xx enter"),
            Wait("1/"),
            Keys("enter"),
            Wait("HTTPCode_Target_5XX_Count"),
        ],
    },
    Scene {
        name: "instances",
        title: "Instances with their three status checks",
        size: (120, 36),
        lang: "en",
        steps: &[Wait("1 of 1 live"), Keys("3"), Wait("batch-worker-1")],
    },
    Scene {
        name: "instance",
        title: "The page of one instance",
        size: (120, 36),
        lang: "en",
        steps: &[
            Wait("1 of 1 live"),
            Keys("3"),
            Wait("batch-worker-1"),
            Keys("enter"),
            Wait("CPUUtilization"),
        ],
    },
    Scene {
        name: "patches",
        title: "Patches: what is missing, and which instances SSM does not manage",
        size: (120, 36),
        lang: "en",
        steps: &[Wait("1 of 1 live"), Keys("4"), Wait("unmanaged")],
    },
    Scene {
        name: "backups",
        title: "Backups: failed, overdue and missing ones first",
        size: (120, 36),
        lang: "en",
        steps: &[Wait("1 of 1 live"), Keys("5"), Wait("overdue")],
    },
    Scene {
        name: "events",
        title: "The events behind the worst alarm, one key from the Board",
        size: (120, 36),
        lang: "en",
        steps: &[Wait("1 of 1 live"), Keys("e"), Wait("revoked ingress"), Gone("looking…")],
    },
    Scene {
        name: "incident",
        title: "An incident: the runbook, what its step looks at, what changed, what was found",
        size: (120, 36),
        lang: "en",
        steps: &OPENED,
    },
    Scene {
        name: "incident-80x24",
        title: "The same incident on 80 columns and 24 rows: what to do now comes first",
        size: (80, 24),
        lang: "en",
        steps: &OPENED_SMALL,
    },
    Scene {
        name: "incident-ja",
        title: "An incident in Japanese",
        size: (120, 36),
        lang: "ja",
        steps: &OPENED,
    },
    Scene {
        name: "alarms-80x24",
        title: "The same alarms on 80 columns and 24 rows",
        size: (80, 24),
        lang: "en",
        steps: &[Wait("1 of 1 live"), Keys("2"), Wait("deploy-in-progress")],
    },
    Scene {
        name: "alarms-ja",
        title: "Alarms in Japanese",
        size: (120, 36),
        lang: "ja",
        steps: &[Wait("web-5xx"), Keys("2"), Wait("deploy-in-progress")],
    },
    Scene {
        name: "help",
        title: "The keys of this place",
        size: (120, 36),
        lang: "en",
        steps: &[Wait("1 of 1 live"), Keys("?"), Wait("Filter the rows"), Gone("Fetching")],
    },
];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("screenshots")
}

/// Plays a scene up to its last step.
fn play(scene: &Scene) -> Session {
    let mut args = DRILL.to_vec();
    args.extend(["--lang", scene.lang]);
    let mut session = Launch::toban(&args).size(scene.size.0, scene.size.1).start();
    for step in scene.steps {
        match step {
            Keys(keys) => {
                session.keys(keys);
            }
            Wait(text) => drop(session.wait_text(text)),
            Gone(text) => drop(session.wait_gone(text)),
        }
    }
    session
}

fn check(name: &str) {
    let scene = SCENES.iter().find(|scene| scene.name == name).expect("a scene of that name");
    let file = folder().join(format!("{name}.svg"));
    let mut session = play(scene);
    if scene.counts() {
        // Drawn anew as a whole: of wide letters that were drawn over others, a terminal keeps halves.
        session.settle(ALL_THERE);
        session.keys("ctrl-l");
    }
    if env::var_os("UPDATE_SCREENSHOTS").is_some() {
        let picture = svg::to_svg(scene.title, &session.settle(REST));
        fs::create_dir_all(folder())
            .and_then(|()| fs::write(&file, picture))
            .expect("the picture is written");
        return;
    }
    let wanted = scene.comparable(&fs::read_to_string(&file).unwrap_or_default());
    let drawn = |screen: &_| scene.comparable(&svg::to_svg(scene.title, screen));
    let screen = session.settle_until(REST, |screen| drawn(screen) == wanted);
    let shown = drawn(&screen);
    if shown != wanted {
        let differs = shown.lines().zip(wanted.lines().map(Some).chain(std::iter::repeat(None)));
        let line = differs.enumerate().find(|(_, (shown, wanted))| Some(*shown) != *wanted);
        let (number, (now, then)) = line.unwrap_or((0, ("(the end)", None)));
        panic!(
            "screenshots/{name}.svg is stale: the console shows something else. If that is meant, run \
             `UPDATE_SCREENSHOTS=1 cargo test --release --test screenshots`, look at the pictures, and commit them.\n\
             first difference, line {}:\n  picture: {}\n  console: {now}\n{screen}",
            number + 1,
            then.unwrap_or("(nothing)"),
        );
    }
}

macro_rules! scenes {
    ($($test:ident => $name:literal,)+) => {
        $(#[test]
        fn $test() {
            check($name);
        })+

        const TESTED: &[&str] = &[$($name),+];
    };
}

scenes! {
    board => "board",
    alarms => "alarms",
    alarm => "alarm",
    instances => "instances",
    instance => "instance",
    patches => "patches",
    backups => "backups",
    events => "events",
    incident => "incident",
    incident_80x24 => "incident-80x24",
    incident_ja => "incident-ja",
    alarms_80x24 => "alarms-80x24",
    alarms_ja => "alarms-ja",
    help => "help",
}

#[test]
fn every_scene_is_tested_and_every_picture_is_a_scene_and_in_the_readme() {
    let scenes: BTreeSet<String> = SCENES.iter().map(|scene| scene.name.to_owned()).collect();
    let tested: BTreeSet<String> = TESTED.iter().map(|&name| name.to_owned()).collect();
    assert_eq!(scenes, tested);
    let pictures: BTreeSet<String> = fs::read_dir(folder())
        .expect("the folder screenshots/")
        .filter_map(|entry| entry.ok()?.path().file_stem()?.to_str().map(str::to_owned))
        .filter(|name| !name.starts_with('.'))
        .collect();
    assert!(pictures.is_subset(&scenes), "pictures without a scene: {:?}", pictures.difference(&scenes));
    let readme =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).expect("README.md");
    for name in scenes {
        assert!(readme.contains(&format!("(screenshots/{name}.svg)")), "README.md does not show {name}.svg");
    }
}
