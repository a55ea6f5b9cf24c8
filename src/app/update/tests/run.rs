//! Any run of messages at any size.

use super::{desk::*, *};
use crate::app::update::schedule;

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
                let scope = ScopeId(scope);
                let row = |name: &String| panes::boxed(Alarm { scope, ..alarm(name, state) });
                Msg::Rows { pane: PaneId::Alarms, scope, generation, rows: names.iter().map(row).collect() }
            }
        ),
        2 => (0u16..3, 0u64..40, any::<bool>()).prop_map(|(scope, generation, complete)| Msg::Fetched {
            pane: PaneId::Alarms,
            scope: ScopeId(scope),
            generation,
            complete,
            problems: Vec::new(),
            calls: 1,
            notes: Vec::new(),
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
