//! An incident in each of its states, on the practice account: its page, every form, the closed record and the list.

use super::*;
use crate::{
    app::model::Overlay,
    runbook::{registry::Reads, shelf::Shelf},
};

/// The Board of the practice account with a place for records.
async fn on_duty(lang: Lang, records: &tempfile::TempDir) -> Program {
    let mut program = Program::open(PaneId::Board.spec(), "eu-west-1", &[]);
    let (_, runtime, messages, _) =
        connect("eu-west-1", program.now, &[], None, Some(records.path().to_owned()));
    (program.runtime, program.messages) = (runtime, messages);
    program.model.settings.shelf = Arc::new(Shelf::built_in(&Reads));
    program.model.settings.words = Arc::new(Catalogue::load(lang));
    program.start();
    program.tell(Msg::Resize(140, 40));
    program.settle().await;
    program.again(PaneId::Instances).await;
    program
}

/// The same with an incident open about the worst of it.
async fn opened(lang: Lang, records: &tempfile::TempDir) -> Program {
    let mut program = on_duty(lang, records).await;
    press(&mut program, "i").await;
    program
}

async fn press(program: &mut Program, keys: &str) {
    for key in keys.split(' ') {
        program.tell(Msg::Key(key.parse().unwrap()));
        program.settle().await;
    }
}

async fn typed(program: &mut Program, text: &str) {
    program.tell(Msg::Paste(text.to_owned()));
    program.settle().await;
}

/// How many entries a record has, and so how many lines stand below, depends on which answer came first: the rule that
/// counts them is left out of the pictures.
fn photograph_at(program: &mut Program, name: &str, sizes: &[(u16, u16)]) {
    for (width, height) in sizes {
        program.tell(Msg::Resize(*width, *height));
        let screen = program.screen();
        let lines: Vec<&str> = screen.lines().collect();
        let counts = lines.iter().position(|line| line.starts_with('─') && line.contains('↓'));
        // The map of styles has a line for each of the screen's, below a line between.
        let between = lines.iter().position(|line| line.starts_with("====")).unwrap();
        let out = |at: usize| counts.is_some_and(|rule| at == rule || at == between + 1 + rule);
        let kept = lines.iter().enumerate().filter(|(at, _)| !out(*at)).map(|(_, line)| *line);
        insta::assert_snapshot!(format!("{name}_{width}"), kept.collect::<Vec<_>>().join("\n"));
    }
}

const LANGS: [(Lang, &str); 2] = [(Lang::En, "en"), (Lang::Ja, "ja")];

#[tokio::test(flavor = "multi_thread")]
async fn the_page_says_where_it_stands_and_what_is_next() {
    for (lang, code) in LANGS {
        let records = tempfile::tempdir().unwrap();
        let mut program = opened(lang, &records).await;
        photograph_at(&mut program, &format!("incident_page_{code}"), &SIZES);
        press(&mut program, "enter").await;
        photograph_at(&mut program, &format!("incident_know_{code}"), &SIZES[..1]);
    }
}

/// The keys that open a form from an incident's page, and what it is for.
const FORMS: [(&str, &str); 9] = [
    ("n", "note"),
    ("v", "side"),
    ("x", "escalate"),
    ("s", "skip"),
    ("b", "runbook"),
    ("H", "handoff"),
    ("z", "grey"),
    ("R", "report"),
    ("C", "close"),
];

#[tokio::test(flavor = "multi_thread")]
async fn every_form_says_what_it_wants() {
    for (lang, code) in LANGS {
        let records = tempfile::tempdir().unwrap();
        let mut program = opened(lang, &records).await;
        for (key, name) in FORMS {
            press(&mut program, key).await;
            assert!(matches!(program.model.overlays.last(), Some(Overlay::Form(_))), "{key}: {name}");
            photograph_at(&mut program, &format!("form_{name}_{code}"), &SIZES[..1]);
            press(&mut program, "esc").await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_over_is_in_the_list_and_helps_with_the_next() {
    for (lang, code) in LANGS {
        let records = tempfile::tempdir().unwrap();
        let mut program = opened(lang, &records).await;
        press(&mut program, "C 1 tab 1 tab").await;
        typed(&mut program, "the rule was put back").await;
        press(&mut program, "enter").await;
        assert!(program.model.overlays.is_empty(), "it is taken");
        photograph_at(&mut program, &format!("incident_closed_{code}"), &SIZES);
        press(&mut program, "w").await;
        photograph_at(&mut program, &format!("incident_review_{code}"), &SIZES[1..]);
        press(&mut program, "esc esc i").await;
        let known = program.model.incidents.current().unwrap();
        assert!(!known.checks.is_empty(), "what was explained before is told to the second one, too");
        photograph_at(&mut program, &format!("incident_again_{code}"), &SIZES[1..]);
        program.model.place = Place::Pane(PaneId::Incidents);
        photograph_at(&mut program, &format!("incidents_{code}"), &SIZES);
    }
}
