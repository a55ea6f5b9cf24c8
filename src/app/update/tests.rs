//! The console's behaviour, driven as a person drives it: keys as they are written in the keymap, answers as they
//! come from AWS, and a clock in the test's hand.

use std::{sync::Arc, time::Duration};

use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use proptest::prelude::*;

use super::*;
use crate::{
    app::model::{Drawn, Model, Overlay, Place, Settings},
    config::Thresholds,
    input::{
        key::Sequence,
        keymap::{Keymap, Preset},
    },
    panes::{Entry, PANES, PaneId, PaneRow},
    problem::{Problem, ProblemKind, Remedy},
    resource::{EC2_INSTANCE, ResourceRef},
    rows::{
        alarm::{Alarm, AlarmState, Watch},
        instance::{Check, Instance, Status},
        metric::MetricStat,
    },
    scope::{Scope, ScopeId, Scopes},
    text::{Catalogue, Lang},
};

const HOME: ScopeId = ScopeId(0);
const AWAY: ScopeId = ScopeId(1);

/// A console with two scopes at a size, and a clock that only `wait` moves.
struct Desk {
    model: Model,
    now: Timestamp,
    effects: Vec<Effect>,
}

impl Desk {
    fn new() -> Self {
        Self::sized((120, 36))
    }

    fn sized(size: (u16, u16)) -> Self {
        let settings = Settings {
            words: Arc::new(Catalogue::load(Lang::En)),
            keymap: Arc::new(Keymap::preset(Preset::Default)),
            thresholds: Thresholds::default(),
            intervals: PANES.iter().map(|p| p.interval).collect(),
            zone: TimeZone::UTC,
            allow_actions: false,
            drill: None,
            bell: true,
            all_regions: false,
            notes: Vec::new(),
        };
        let scopes = Scopes::new(vec![Scope::new("prod", "eu-west-1"), Scope::new("prod", "us-east-1")]);
        let model = Model::new(settings, scopes, size, true);
        Self { model, now: "2026-05-01T03:12:44Z".parse().unwrap(), effects: Vec::new() }
    }

    /// Opened, with two alarms and three instances at home, and nothing away.
    fn open() -> Self {
        let mut desk = Self::new();
        desk.effects = start(&mut desk.model, desk.now);
        desk.answer(
            PaneId::Alarms,
            HOME,
            vec![alarm("web-5xx", AlarmState::Alarm), alarm("disk", AlarmState::Ok)],
        );
        desk.answer(PaneId::Instances, HOME, vec![instance("i-1"), instance("i-2"), instance("i-3")]);
        desk.answer(PaneId::Alarms, AWAY, Vec::<Alarm>::new());
        desk.answer(PaneId::Instances, AWAY, Vec::<Instance>::new());
        desk.effects.clear();
        desk
    }

    fn tell(&mut self, msg: Msg) -> &mut Self {
        self.effects.extend(update(&mut self.model, msg, self.now));
        self
    }

    fn press(&mut self, keys: &str) -> &mut Self {
        for key in keys.parse::<Sequence>().unwrap().0 {
            self.tell(Msg::Key(key));
        }
        self
    }

    fn wait(&mut self, time: Duration) -> &mut Self {
        self.now += SignedDuration::try_from(time).unwrap();
        self.tell(Msg::Tick)
    }

    fn generation(&self, pane: PaneId, scope: ScopeId) -> u64 {
        self.model.feeds[&(pane, scope)].generation
    }

    fn rows<T: PaneRow>(&mut self, pane: PaneId, scope: ScopeId, generation: u64, rows: Vec<T>) -> &mut Self {
        let entries = {
            let cx = self.model.cx(self.now);
            rows.into_iter().map(|row| Entry::new(row, &cx)).collect()
        };
        self.tell(Msg::Rows { pane, scope, generation, entries })
    }

    fn fetched(&mut self, pane: PaneId, scope: ScopeId, problems: Vec<Problem>) -> &mut Self {
        let generation = self.generation(pane, scope);
        let complete = problems.is_empty();
        self.tell(Msg::Fetched { pane, scope, generation, complete, problems, calls: 1 })
    }

    fn answer<T: PaneRow>(&mut self, pane: PaneId, scope: ScopeId, rows: Vec<T>) -> &mut Self {
        let generation = self.generation(pane, scope);
        self.rows(pane, scope, generation, rows).fetched(pane, scope, Vec::new())
    }

    fn shown(&self, pane: PaneId) -> Vec<&str> {
        let table = self.model.table(pane);
        (0..table.shown()).filter_map(|at| Some(table.at(at)?.id())).collect()
    }

    fn selected(&self) -> &str {
        self.model.table(self.model.pane()).selected().map_or("", crate::panes::Row::id)
    }

    fn fetches(&self) -> Vec<(PaneId, ScopeId)> {
        let fetch = |e: &Effect| match e {
            Effect::Fetch { pane, scope, .. } => Some((*pane, *scope)),
            _ => None,
        };
        self.effects.iter().filter_map(fetch).collect()
    }
}

fn alarm(name: &str, state: AlarmState) -> Alarm {
    let stat = MetricStat {
        namespace: "AWS/EC2".into(),
        name: "CPUUtilization".into(),
        dimensions: vec![("InstanceId".into(), "i-1".into())],
        stat: "Average".into(),
        period: 60,
        ..MetricStat::default()
    };
    Alarm {
        name: name.into(),
        state,
        state_since: "2026-05-01T03:08:00Z".parse().ok(),
        watch: Watch::Metric { stat, band: false },
        actions_enabled: true,
        actions: vec!["arn:aws:sns:eu-west-1:111122223333:oncall".into()],
        resources: vec![ResourceRef::new(HOME, EC2_INSTANCE, "i-1")],
        ..Alarm::default()
    }
}

fn instance(id: &str) -> Instance {
    let ok = || Check { state: "ok".into(), impaired_since: None };
    Instance {
        id: id.into(),
        name: format!("web-{}", id.trim_start_matches("i-")),
        state: "running".into(),
        status: Some(Status { system: ok(), instance: ok(), ebs: ok(), events: Vec::new() }),
        ..Instance::default()
    }
}

fn problem(kind: ProblemKind) -> Problem {
    let operation = "ec2:DescribeInstances".to_owned();
    Problem { operation, kind, message: "no".into(), remedy: Remedy::Wait }
}

#[test]
fn opening_asks_every_pane_in_every_scope_and_who_we_are() {
    let mut desk = Desk::new();
    desk.effects = start(&mut desk.model, desk.now);
    assert_eq!(desk.fetches().len(), PANES.len() * 2);
    assert!(desk.effects.contains(&Effect::Identify(HOME)) && desk.effects.contains(&Effect::Identify(AWAY)));
    assert!(
        desk.effects.iter().all(|e| !matches!(e, Effect::Fetch { early: false, .. })),
        "nothing is on screen yet"
    );
}

#[test]
fn rows_show_before_the_fetch_is_over_and_vanish_only_after_a_whole_one() {
    let mut desk = Desk::new();
    desk.effects = start(&mut desk.model, desk.now);
    let first = desk.generation(PaneId::Instances, HOME);
    desk.rows(PaneId::Instances, HOME, first, vec![instance("i-1"), instance("i-2")]);
    assert_eq!(desk.shown(PaneId::Instances), ["i-1", "i-2"]);
    desk.fetched(PaneId::Instances, HOME, Vec::new());

    // The next fetch brings only one of them, and fails half way: both stay.
    desk.wait(Duration::from_mins(2));
    let second = desk.generation(PaneId::Instances, HOME);
    assert!(second > first);
    desk.rows(PaneId::Instances, HOME, second, vec![instance("i-2")]);
    desk.fetched(PaneId::Instances, HOME, vec![problem(ProblemKind::Offline)]);
    assert_eq!(desk.shown(PaneId::Instances), ["i-1", "i-2"]);
    assert_eq!(desk.model.feeds[&(PaneId::Instances, HOME)].problems.len(), 1);

    // A whole one without it: it is gone, and the other scope's row is not.
    desk.wait(Duration::from_secs(400));
    desk.rows(
        PaneId::Instances,
        AWAY,
        desk.generation(PaneId::Instances, AWAY),
        vec![Instance { scope: AWAY, ..instance("i-9") }],
    );
    desk.answer(PaneId::Instances, HOME, vec![instance("i-2")]);
    assert_eq!(desk.shown(PaneId::Instances), ["i-2", "i-9"]);
    assert_eq!(desk.model.feeds[&(PaneId::Instances, HOME)].problems, []);
}

#[test]
fn a_late_answer_of_an_older_request_ends_nothing() {
    let mut desk = Desk::open();
    let old = desk.generation(PaneId::Alarms, HOME);
    desk.press("r");
    assert!(desk.model.feeds[&(PaneId::Alarms, HOME)].running.is_some());
    desk.tell(Msg::Fetched {
        pane: PaneId::Alarms,
        scope: HOME,
        generation: old,
        complete: true,
        problems: Vec::new(),
        calls: 1,
    });
    assert!(desk.model.feeds[&(PaneId::Alarms, HOME)].running.is_some());
    assert_eq!(desk.shown(PaneId::Alarms), ["web-5xx", "disk"]);
}

#[test]
fn one_request_is_in_flight_and_a_second_wish_waits_for_it() {
    let mut desk = Desk::open();
    desk.press("r r r");
    let asked = desk.fetches().iter().filter(|f| **f == (PaneId::Alarms, HOME)).count();
    assert_eq!(asked, 1);
    desk.effects.clear();
    desk.answer(PaneId::Alarms, HOME, vec![alarm("web-5xx", AlarmState::Alarm)]);
    assert_eq!(desk.fetches(), [(PaneId::Alarms, HOME)], "the wish that waited");
}

#[test]
fn failures_are_asked_again_later_and_later_but_within_five_minutes() {
    let mut desk = Desk::open();
    let mut pauses = Vec::new();
    for _ in 0..8 {
        let due = desk.model.feeds[&(PaneId::Alarms, HOME)].due.unwrap();
        desk.now = due;
        desk.tell(Msg::Tick).fetched(PaneId::Alarms, HOME, vec![problem(ProblemKind::Throttled)]);
        let due = desk.model.feeds[&(PaneId::Alarms, HOME)].due.unwrap();
        pauses.push(due.duration_since(desk.now).as_secs());
    }
    assert!(pauses.windows(2).all(|w| w[1] >= w[0] - 30), "{pauses:?}");
    let limit = i64::try_from(schedule::LONGEST_BACKOFF.as_secs()).unwrap();
    assert!(pauses.last().is_some_and(|p| (limit..=limit + 30).contains(p)), "{pauses:?}");
}

#[test]
fn large_fleets_are_asked_less_often() {
    let mut desk = Desk::open();
    let before = schedule::interval(&desk.model, PaneId::Instances);
    let fleet = (0..10_000).map(|n| instance(&format!("i-{n}"))).collect();
    desk.press("2 r").answer(PaneId::Instances, HOME, fleet);
    assert_eq!(schedule::interval(&desk.model, PaneId::Instances), before * 5);
}

#[test]
fn the_cursor_stays_on_its_row_whatever_comes_in() {
    let mut desk = Desk::open();
    desk.press("2 j");
    assert_eq!(desk.selected(), "i-2");
    desk.press("r").answer(
        PaneId::Instances,
        HOME,
        vec![instance("i-0"), instance("i-1"), instance("i-15"), instance("i-2"), instance("i-3")],
    );
    assert_eq!(desk.selected(), "i-2");
    desk.press("S");
    assert_eq!(desk.selected(), "i-2");
    // When the row is gone, the cursor stays where it was.
    desk.press("r").answer(PaneId::Instances, HOME, vec![instance("i-1"), instance("i-3")]);
    assert!(["i-1", "i-3"].contains(&desk.selected()));
}

#[test]
fn a_cursor_that_was_never_moved_stays_on_the_worst_row() {
    let mut desk = Desk::open();
    assert_eq!(desk.selected(), "web-5xx");
    let newer =
        Alarm { state_since: "2026-05-01T03:12:00Z".parse().ok(), ..alarm("api-5xx", AlarmState::Alarm) };
    desk.press("r").answer(
        PaneId::Alarms,
        HOME,
        vec![alarm("web-5xx", AlarmState::Alarm), newer, alarm("disk", AlarmState::Ok)],
    );
    assert_eq!(desk.shown(PaneId::Alarms), ["api-5xx", "web-5xx", "disk"], "worst first, then newest");
    assert_eq!(desk.selected(), "api-5xx");
}

#[test]
fn the_filter_acts_while_it_is_typed_and_escape_takes_it_back() {
    let mut desk = Desk::open();
    desk.press("2 / w e b - 2");
    assert_eq!(desk.shown(PaneId::Instances), ["i-2"]);
    desk.press("enter");
    assert!(desk.model.overlays.is_empty());
    assert_eq!(desk.shown(PaneId::Instances), ["i-2"]);
    // A second thought, dropped.
    desk.press("/ 9 9 esc");
    assert_eq!(desk.shown(PaneId::Instances), ["i-2"]);
    // Escape in the table clears the filter before it goes anywhere.
    desk.press("esc");
    assert_eq!(desk.shown(PaneId::Instances).len(), 3);
    assert_eq!(desk.model.place, Place::Pane(PaneId::Instances));
}

#[test]
fn a_broken_filter_is_said_and_the_one_before_stays() {
    let mut desk = Desk::open();
    desk.press("2 / 2").tell(Msg::Paste(" re:(".into()));
    assert!(matches!(desk.model.overlays.last(), Some(Overlay::Filter { error: Some(_), .. })));
    assert_eq!(desk.shown(PaneId::Instances), ["i-2"]);
    desk.press("enter");
    assert!(!desk.model.overlays.is_empty(), "it stays open until it is mended or dropped");
}

#[test]
fn from_an_alarm_to_its_instance_and_back() {
    let mut desk = Desk::open();
    desk.press("enter");
    let Place::Page(page) = &desk.model.place else { panic!("not a page: {:?}", desk.model.place) };
    assert_eq!(page.subject.id, "web-5xx");
    desk.press("g");
    let Place::Page(page) = &desk.model.place else { panic!("not a page: {:?}", desk.model.place) };
    assert_eq!((page.subject.kind.as_ref(), page.subject.id.as_str()), (EC2_INSTANCE, "i-1"));
    desk.press("esc esc");
    assert_eq!(desk.model.place, Place::Pane(PaneId::Alarms));
    desk.press("]");
    assert!(matches!(&desk.model.place, Place::Page(p) if p.subject.id == "web-5xx"));
    // And from the instance to its alarm: the page lists it as a jump.
    desk.press("2 enter");
    assert!(matches!(&desk.model.place, Place::Page(p) if p.subject.id == "i-1"));
    desk.press("enter");
    assert!(
        matches!(&desk.model.place, Place::Page(p) if p.subject.id == "web-5xx"),
        "{:?}",
        desk.model.place
    );
}

#[test]
fn a_page_scrolls_with_its_cursor_and_no_further_than_it_goes() {
    let mut desk = Desk::open();
    let both = ["i-1", "i-2"].map(|id| ResourceRef::new(HOME, EC2_INSTANCE, id)).to_vec();
    let pair = Alarm { resources: both, ..alarm("pair", AlarmState::Alarm) };
    desk.answer(PaneId::Alarms, HOME, vec![pair]);
    desk.press("g g enter");
    let scroll = |desk: &Desk| match &desk.model.place {
        Place::Page(page) => page.scroll,
        Place::Pane(_) => panic!("not a page"),
    };
    // As a frame of ten lines would have said.
    desk.model.drawn = Drawn { lines: 40, height: 10, targets: vec![5, 30] };
    desk.press("n");
    assert!((21..=30).contains(&scroll(&desk)), "line 30 is in sight: {}", scroll(&desk));
    desk.press("N");
    assert!(scroll(&desk) <= 5, "line 5 is in sight: {}", scroll(&desk));
    desk.press("pagedown pagedown pagedown");
    assert_eq!(scroll(&desk), 30, "the last ten of 40 lines");
}

#[test]
fn the_palette_goes_to_a_pane_by_name_and_filters_it() {
    let mut desk = Desk::open();
    desk.press(":").tell(Msg::Paste("instances web-3".into())).press("enter");
    assert_eq!(desk.model.place, Place::Pane(PaneId::Instances));
    assert_eq!(desk.shown(PaneId::Instances), ["i-3"]);
    desk.press(": n o n s e n s e enter");
    assert!(desk.model.toast.is_some(), "an unknown command is said");
}

#[test]
fn facts_are_asked_once_after_the_cursor_rests_and_given_up_when_the_place_is_left() {
    let mut desk = Desk::open();
    let series = |desk: &Desk| desk.effects.iter().filter(|e| matches!(e, Effect::Series { .. })).count();
    desk.press("j j k");
    assert_eq!(series(&desk), 0, "passing rows asks nothing");
    desk.wait(Duration::from_millis(300));
    let asked = series(&desk);
    assert!(asked <= 1, "one batch");
    desk.press("enter").wait(Duration::from_secs(1)).wait(Duration::from_secs(1));
    let history = desk.effects.iter().filter(|e| matches!(e, Effect::History { .. })).count();
    assert_eq!(history, 1, "asked once");
    desk.effects.clear();
    desk.press("esc");
    assert!(desk.effects.contains(&Effect::CancelFacts));
    desk.press("enter");
    assert!(desk.effects.iter().any(|e| matches!(e, Effect::History { .. })), "and asked again on return");
}

#[test]
fn while_frozen_nothing_moves_and_nothing_is_lost() {
    let mut desk = Desk::open();
    desk.press("2 space").wait(Duration::from_secs(90));
    desk.answer(PaneId::Instances, HOME, vec![instance("i-7")]);
    assert_eq!(desk.shown(PaneId::Instances), ["i-1", "i-2", "i-3"]);
    let frozen_at = desk.model.cx(desk.now).now;
    assert!(frozen_at < desk.now);
    for _ in 0..5 {
        desk.wait(Duration::from_secs(90)).answer(PaneId::Instances, HOME, vec![instance("i-8")]);
    }
    let held = desk.model.frozen.as_ref().unwrap().held.len();
    assert!(held <= 4, "{held} answers wait");
    desk.press("space");
    assert_eq!(desk.shown(PaneId::Instances), ["i-8"]);
}

#[test]
fn the_bell_rings_on_a_rise_only() {
    let mut desk = Desk::open();
    assert!(!desk.effects.contains(&Effect::Bell), "not for what was there");
    desk.press("r").answer(PaneId::Alarms, HOME, vec![alarm("web-5xx", AlarmState::Ok)]);
    assert!(!desk.effects.contains(&Effect::Bell));
    desk.press("r").answer(PaneId::Alarms, HOME, vec![alarm("web-5xx", AlarmState::Alarm)]);
    assert!(desk.effects.contains(&Effect::Bell));
}

#[test]
fn an_mfa_question_is_asked_over_everything_and_declined_by_escape() {
    let mut desk = Desk::open();
    let question = || Msg::MfaWanted {
        id: 7,
        profile: "prod".into(),
        serial: "arn:aws:iam::1:mfa/ops".into(),
        refused: None,
    };
    desk.tell(question()).press("1 2 3 enter");
    assert!(!desk.model.overlays.is_empty(), "a code has six digits");
    desk.press("4 5 6 enter");
    assert!(desk.effects.contains(&Effect::MfaAnswer { id: 7, code: Some("123456".into()) }));
    desk.tell(question()).press("esc");
    assert!(desk.effects.contains(&Effect::MfaAnswer { id: 7, code: None }));
}

#[test]
fn refused_credentials_are_asked_for_anew_on_refresh() {
    let mut desk = Desk::open();
    desk.press("r").fetched(PaneId::Alarms, HOME, vec![problem(ProblemKind::Expired)]);
    desk.effects.clear();
    desk.press("r");
    assert!(desk.effects.contains(&Effect::Reconnect));
    assert!(
        desk.effects.contains(&Effect::Identify(HOME)) && !desk.effects.contains(&Effect::Identify(AWAY))
    );
}

#[test]
fn what_cannot_be_done_here_says_why() {
    let mut desk = Desk::open();
    desk.press("]");
    assert_eq!(
        desk.model.toast.as_ref().map(|t| t.text.as_str()),
        Some("There is nothing to go forward to.")
    );
}

fn any_msg() -> impl Strategy<Value = Msg> {
    let keys: Vec<&str> = vec![
        "j",
        "k",
        "g",
        "G",
        "enter",
        "esc",
        "tab",
        "1",
        "2",
        "7",
        "/",
        ":",
        "?",
        "space",
        "r",
        "u",
        "s",
        "S",
        "y",
        "o",
        "[",
        "]",
        "left",
        "right",
        "pgdn",
        "home",
        "end",
        "w",
        "x",
        "backspace",
        "!",
        "ctrl-u",
        "ctrl-d",
    ];
    let states =
        prop_oneof![Just(AlarmState::Ok), Just(AlarmState::Alarm), Just(AlarmState::InsufficientData)];
    prop_oneof![
        8 => proptest::sample::select(keys).prop_map(|k| Msg::Key(k.parse::<Sequence>().unwrap().0[0])),
        1 => ".{0,12}".prop_map(Msg::Paste),
        1 => (0u16..300, 0u16..100).prop_map(|(w, h)| Msg::Resize(w, h)),
        1 => Just(Msg::Tick),
        1 => Just(Msg::Resumed),
        2 => (0u16..3, 0u64..40, states, proptest::collection::vec("[a-z]{1,3}", 0..20)).prop_map(
            |(scope, generation, state, names)| {
                let desk = Desk::new();
                let cx = desk.model.cx(desk.now);
                let scope = ScopeId(scope);
                let row = |name: &String| Entry::new(Alarm { scope, ..alarm(name, state) }, &cx);
                Msg::Rows { pane: PaneId::Alarms, scope, generation, entries: names.iter().map(row).collect() }
            }
        ),
        2 => (0u16..3, 0u64..40, any::<bool>()).prop_map(|(scope, generation, complete)| Msg::Fetched {
            pane: PaneId::Alarms,
            scope: ScopeId(scope),
            generation,
            complete,
            problems: Vec::new(),
            calls: 1,
        }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn no_run_of_messages_panics_or_loses_the_cursor(msgs in proptest::collection::vec(any_msg(), 0..80)) {
        let mut desk = Desk::open();
        for msg in msgs {
            desk.tell(msg);
            desk.now += SignedDuration::from_millis(700);
            for table in &desk.model.tables {
                prop_assert!(table.shown() == 0 || table.selected().is_some());
                prop_assert!(table.cursor.offset <= table.cursor.position);
            }
            prop_assert!(schedule::next_wake(&desk.model, desk.now) > Duration::ZERO);
        }
    }
}
