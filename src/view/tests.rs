//! The screen in each of its states, at the size of an old terminal and of a wide one; and at every size, without a
//! panic.

mod desk;
mod fixture;
mod panes;
mod patches;

use std::sync::atomic::Ordering;

use jiff::SignedDuration;
use proptest::prelude::*;

use self::desk::{Desk, FORMATTED, filter_line, help, mfa, note, palette, text_of};
use crate::{
    app::model::{Frozen, Overlay, Place, Toast},
    panes::PaneId,
    problem::ProblemKind,
    scope::ScopeId,
    text::{Lang, sentence::Sentence},
    theme::{Glyphs, Theme},
    value::Role,
};

const OLD: (u16, u16) = (80, 24);
const WIDE: (u16, u16) = (140, 40);

macro_rules! screens {
    ($($name:ident => $size:ident $build:expr;)+) => {
        $(
            #[test]
            fn $name() {
                let desk: Desk = ($build)($size);
                insta::assert_snapshot!(stringify!($name), desk.screen());
            }
        )+
    };
}

fn changed(mut desk: Desk, change: impl FnOnce(&mut Desk)) -> Desk {
    change(&mut desk);
    desk
}

fn no_rows(size: (u16, u16)) -> Desk {
    changed(Desk::new(size), Desk::answered)
}

fn loading(size: (u16, u16)) -> Desk {
    changed(Desk::new(size), |d| {
        let since = d.now - SignedDuration::from_secs(7);
        for scope in 0..2 {
            let feed = d.model.feeds.entry((PaneId::Alarms, ScopeId(scope))).or_default();
            feed.running = Some(since);
        }
    })
}

fn stale(size: (u16, u16)) -> Desk {
    changed(Desk::with_rows(size), |d| {
        for feed in d.model.feeds.values_mut() {
            feed.fetched_at = Some(d.now - SignedDuration::from_mins(4));
        }
        d.failed(0, ProblemKind::Throttled);
        d.failed(1, ProblemKind::Throttled);
    })
}

fn denied(size: (u16, u16)) -> Desk {
    changed(Desk::new(size), |d| {
        d.failed(0, ProblemKind::Denied);
        d.failed(1, ProblemKind::Denied);
    })
}

fn expired(size: (u16, u16)) -> Desk {
    changed(Desk::new(size), |d| {
        for scope in 0..2 {
            d.model.identity.insert(ScopeId(scope), fixture::problem(ProblemKind::Expired));
        }
    })
}

fn throttled(size: (u16, u16)) -> Desk {
    changed(Desk::new(size), |d| {
        d.failed(0, ProblemKind::Throttled);
        d.failed(1, ProblemKind::Offline);
    })
}

fn partial(size: (u16, u16)) -> Desk {
    changed(Desk::with_rows(size), |d| d.failed(1, ProblemKind::Denied))
}

fn filtered(size: (u16, u16)) -> Desk {
    changed(Desk::with_rows(size), |d| d.filter("web"))
}

fn nothing_matches(size: (u16, u16)) -> Desk {
    changed(Desk::with_rows(size), |d| d.filter("xyzzy"))
}

fn filter_error(size: (u16, u16)) -> Desk {
    let why = "This is not a regular expression: unclosed group. Correct it, or search without re:.";
    Desk::with_rows(size).over(filter_line("re:(web", Some(why)))
}

fn problems(size: (u16, u16)) -> Desk {
    changed(Desk::with_rows(size), |d| {
        d.failed(0, ProblemKind::Offline);
        d.failed(1, ProblemKind::Denied);
        d.model.identity.insert(ScopeId(1), fixture::problem(ProblemKind::Expired));
        d.model.overlays.push(Overlay::Problems { scroll: 0 });
    })
}

fn marks(size: (u16, u16)) -> Desk {
    changed(Desk::with_rows(size), |d| {
        d.model.settings.drill = Some("web-down".into());
        d.model.frozen =
            Some(Frozen { at: d.now - SignedDuration::from_secs(41), held: Vec::new(), oldest: Vec::new() });
        let until = d.now + SignedDuration::from_secs(3);
        d.model.toast = Some(Toast {
            text: "Sent to your terminal's clipboard: web-5xx".into(),
            role: Role::Good,
            until,
        });
    })
}

screens! {
    empty_80 => OLD no_rows;
    empty_140 => WIDE no_rows;
    loading_80 => OLD loading;
    loading_140 => WIDE loading;
    rows_80 => OLD Desk::with_rows;
    rows_140 => WIDE |s| Desk::with_rows(s).with_series();
    rows_110 => STACKED |s| Desk::with_rows(s).with_series();
    stale_80 => OLD stale;
    stale_140 => WIDE stale;
    denied_80 => OLD denied;
    denied_140 => WIDE denied;
    expired_80 => OLD expired;
    throttled_80 => OLD throttled;
    throttled_140 => WIDE throttled;
    partial_80 => OLD partial;
    partial_140 => WIDE partial;
    filtered_80 => OLD filtered;
    filtered_140 => WIDE filtered;
    nothing_matches_80 => OLD nothing_matches;
    filter_error_80 => OLD filter_error;
    filter_error_140 => WIDE filter_error;
    sideways_80 => OLD |s| changed(Desk::with_rows(s), |d| d.model.table_mut(PaneId::Alarms).column_offset = 2);
    page_80 => OLD |s| Desk::with_rows(s).on_page();
    page_140 => WIDE |s| Desk::with_rows(s).on_page();
    help_80 => OLD |s| Desk::with_rows(s).over(help());
    help_140 => WIDE |s| Desk::with_rows(s).over(help());
    palette_80 => OLD |s| Desk::with_rows(s).over(palette("sor"));
    problems_80 => OLD problems;
    problems_140 => WIDE problems;
    mfa_80 => OLD |s| Desk::with_rows(s).over(mfa());
    note_80 => OLD |s| Desk::with_rows(s).over(note(&["ERROR worker-3: no space left on device", "  at /var/lib/orders/spool, which is the volume that was meant to grow by itself", ""]));
    note_long_80 => OLD |s| Desk::with_rows(s).over(note(&["line"; 40]));
    japanese_note_80 => OLD |s| Desk::rows_in(s, Lang::Ja).over(note(&["注文サービスのディスクが満杯です。自動拡張が 3:08 から失敗しており、予備のボリュームもありません。", "担当: 当番"]));
    marks_80 => OLD marks;
    marks_140 => WIDE marks;
    small_30 => SMALL Desk::with_rows;
    japanese_80 => OLD |s| Desk::rows_in(s, Lang::Ja);
    japanese_denied_80 => OLD |s| changed(Desk::in_language(s, Lang::Ja), |d| { d.failed(0, ProblemKind::Denied); d.failed(1, ProblemKind::Offline); });
    japanese_page_140 => WIDE |s| Desk::rows_in(s, Lang::Ja).on_page();
    ascii_80 => OLD |s| Desk::with_rows(s).skinned(Theme::Colour, Glyphs::Ascii);
    ascii_page_140 => WIDE |s| Desk::with_rows(s).on_page().skinned(Theme::Colour, Glyphs::Ascii);
    mono_80 => OLD |s| Desk::with_rows(s).skinned(Theme::Mono, Glyphs::Unicode);
    mono_partial_140 => WIDE |s| partial(s).skinned(Theme::Mono, Glyphs::Unicode);
}

const STACKED: (u16, u16) = (110, 34);
const SMALL: (u16, u16) = (30, 8);

#[test]
fn only_visible_rows_are_formatted() {
    let desk = Desk::with_many(OLD, 10_000);
    let before = FORMATTED.load(Ordering::Relaxed);
    desk.draw();
    let formatted = FORMATTED.load(Ordering::Relaxed) - before;
    // Other tests draw at the same time; a frame that touched every row would need 10,000 for one column alone.
    assert!(formatted < 8_000, "{formatted} cells for 18 rows");
}

#[test]
fn a_page_says_where_its_targets_are_and_how_long_it_is() {
    let mut desk = Desk::with_rows(OLD).on_page();
    let (_, drawn) = desk.draw();
    assert_eq!(drawn.targets.len(), 4);
    assert!(drawn.targets.is_sorted() && drawn.targets[3] < drawn.lines);
    assert_eq!(drawn.height, 19);
    // Scrolled beyond its end it shows its end.
    if let Place::Page(page) = &mut desk.model.place {
        page.scroll = 10_000;
    }
    let screen = desk.screen();
    assert!(screen.contains("nobody is told"), "{screen}");
}

#[test]
fn ascii_means_ascii() {
    let size = (140, 40);
    let plain = |d: Desk| d.skinned(Theme::Colour, Glyphs::Ascii);
    let desks = vec![
        plain(Desk::with_many(size, 5)),
        plain(Desk::with_many(size, 5).on_page()),
        plain(Desk::with_many(size, 5).over(help())),
        plain(Desk::with_many(size, 5).over(palette(""))),
        plain(problems(size)),
        plain(denied(size)),
        plain(Desk::new(size).over(mfa())),
    ];
    for (n, desk) in desks.into_iter().enumerate() {
        let (buffer, _) = desk.draw();
        for cell in buffer.content().iter().filter(|c| !c.symbol().is_ascii()) {
            // Names that people gave stay as they are.
            let is_name = "当番サーバーディスク使用率".contains(cell.symbol());
            assert!(is_name, "{:?} on screen {n}", cell.symbol());
        }
    }
}

#[test]
fn without_colour_nothing_is_coloured() {
    use ratatui::style::Color;
    for desk in [marks(WIDE), partial(WIDE), problems(WIDE), Desk::with_rows(WIDE).on_page()] {
        let (buffer, _) = desk.skinned(Theme::Mono, Glyphs::Unicode).draw();
        for cell in buffer.content() {
            assert_eq!((cell.fg, cell.bg), (Color::Reset, Color::Reset), "{:?}", cell.symbol());
        }
    }
}

#[test]
fn the_cursor_of_the_terminal_is_in_the_line_being_typed() {
    use ratatui::{Terminal, backend::TestBackend, layout::Position};
    let at = |desk: &Desk| {
        let mut terminal = Terminal::new(TestBackend::new(80, 24)).unwrap();
        terminal
            .draw(|frame| {
                super::view(&desk.model, &desk.skin, desk.now, &|r| Some(fixture::detail(r)), frame);
            })
            .unwrap();
        terminal.get_cursor_position().unwrap()
    };
    assert_eq!(at(&Desk::with_rows(OLD).over(filter_line("当番", None))), Position::new(6, 23));
    assert_eq!(at(&Desk::with_rows(OLD).over(palette("sor"))), Position::new(5, 4));
}

fn any_desk() -> impl Strategy<Value = (u8, u8, Lang, bool, bool)> {
    (0u8..9, 0u8..7, prop_oneof![Just(Lang::En), Just(Lang::Ja)], any::<bool>(), any::<bool>())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]
    #[test]
    fn no_size_panics(width in 1u16..250, height in 1u16..80, (state, layer, lang, ascii, mono) in any_desk(), offset in 0usize..9) {
        let size = (width, height);
        let mut desk = match state {
            0 => no_rows(size),
            1 => loading(size),
            2 => stale(size),
            3 => denied(size),
            4 => partial(size),
            5 => nothing_matches(size),
            6 => marks(size),
            7 => Desk::with_rows(size).on_page(),
            _ => Desk::rows_in(size, lang),
        };
        desk.model.table_mut(PaneId::Alarms).column_offset = offset;
        let desk = match layer {
            0 => desk.over(help()),
            1 => desk.over(palette("s")),
            2 => desk.over(filter_line("web 当番 and a long line that goes on and on", Some("no"))),
            3 => desk.over(mfa()),
            4 => desk.over(Overlay::Problems { scroll: offset }),
            _ => desk,
        };
        let theme = if mono { Theme::Mono } else { Theme::Colour };
        let glyphs = if ascii { Glyphs::Ascii } else { Glyphs::Unicode };
        desk.skinned(theme, glyphs).draw();
    }
}

#[test]
fn log_files_that_could_not_be_read_stand_among_the_problems() {
    let unread = |key, path: &str| Sentence::new(key).with("path", path).with("n", 7);
    let desk = changed(Desk::with_rows((100, 30)), |d| {
        d.model.unread =
            vec![unread("logfile.cut_off", "/logs/a.gz"), unread("logfile.no_record", "/logs/b.json")];
        d.model.overlays.push(Overlay::Problems { scroll: 0 });
    });
    let text = text_of(&desk.draw().0);
    for said in ["▲ /logs/a.gz is cut off; the 7 whole records", "▲ /logs/b.json holds no CloudTrail record."]
    {
        assert!(text.contains(said), "{text}");
    }
}
