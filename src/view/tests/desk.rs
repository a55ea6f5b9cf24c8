//! A console with made-up rows, drawn on a buffer and read back as text with a map of its styles.

use std::{
    fmt::Write,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use ratatui::{
    Frame, Terminal,
    backend::TestBackend,
    buffer::{Buffer, Cell as BufferCell},
    style::{Color, Modifier},
};

use super::fixture::{ago, detail, now, problem, query};
use crate::{
    app::{
        facts::Fact,
        form::{Form, Purpose},
        model::{Drawn, Model, Overlay, Page, Picker, Place, Recalled, Settings},
    },
    config::{Notify, Thresholds},
    filter::Filter,
    input::{
        field::Field,
        keymap::{Keymap, Preset},
    },
    panes::{self, Col, Column, PANES, PaneId, PaneRow, account_cell, region_cell},
    problem::ProblemKind,
    resource::{ALARM, ResourceRef},
    rows::metric::Series,
    scope::{Scope, ScopeId, Scopes},
    severity::Severity,
    text::{Catalogue, Lang},
    theme::{Glyphs, Skin, Theme},
    value::{Cell, Cx, Role, Value},
};

/// How often a cell of a row was formatted.
pub(super) static FORMATTED: AtomicUsize = AtomicUsize::new(0);

#[derive(Debug, PartialEq)]
struct TestRow {
    scope: ScopeId,
    name: String,
    severity: Severity,
    since: Option<Timestamp>,
    cause: String,
}

fn count<T>(value: T) -> T {
    FORMATTED.fetch_add(1, Ordering::Relaxed);
    value
}

impl PaneRow for TestRow {
    const COLUMNS: &'static [Col<Self>] = &[
        Col { column: Column::shown("sev", 6, 6, 0), cell: |r, _| count(Value::from(r.severity).into()) },
        Col {
            column: Column::shown("since", 5, 5, 0).right(),
            cell: |r, _| count(Value::since(r.since).into()),
        },
        Col {
            column: Column::shown("what", 14, 24, 0),
            cell: |r, _| count(Cell::new(Value::Text(r.name.clone()), Role::Name)),
        },
        Col {
            column: Column::shown("cause", 24, 48, 0),
            cell: |r, _| count(Value::Text(r.cause.clone()).into()),
        },
        Col {
            column: Column::shown("gauge", 22, 26, 4),
            cell: |_, _| count(Value::Word("HTTPCode_Target_5XX").into()),
        },
        Col {
            column: Column::shown("bound", 9, 9, 5).right(),
            cell: |_, _| count(Value::Number(20.0).into()),
        },
        Col { column: Column::shown("account", 8, 12, 2), cell: |r, cx| count(account_cell(r.scope, cx)) },
        Col { column: Column::shown("region", 9, 14, 3), cell: |r, cx| count(region_cell(r.scope, cx)) },
    ];

    fn id(&self) -> &str {
        &self.name
    }

    fn title(&self) -> &str {
        &self.name
    }

    fn scope(&self) -> ScopeId {
        self.scope
    }

    fn severity(&self, _: &Cx<'_>) -> Severity {
        self.severity
    }

    fn attention(&self, _: &Cx<'_>) -> Vec<String> {
        Vec::new()
    }

    fn subject(&self) -> ResourceRef {
        ResourceRef::new(self.scope, ALARM, self.name.clone())
    }
}

/// A console, what it looks like, and what time it is.
pub(super) struct Desk {
    pub model: Model,
    pub skin: Skin,
    pub now: Timestamp,
}

impl Desk {
    /// Nothing asked yet, two accounts in two Regions.
    pub(super) fn new(size: (u16, u16)) -> Self {
        Self::in_language(size, Lang::En)
    }

    pub(super) fn in_language(size: (u16, u16), lang: Lang) -> Self {
        let settings = Settings {
            all_regions: false,
            shelf: Arc::default(),
            ladder: crate::incident::ladder::Ladder::default(),
            hand: crate::incident::chain::Hand {
                by: "ines".into(),
                ..crate::incident::chain::Hand::default()
            },
            notes: Vec::new(),
            words: Arc::new(Catalogue::load(lang)),
            keymap: Arc::new(Keymap::preset(Preset::Default)),
            thresholds: Thresholds::default(),
            intervals: PANES.iter().map(|_| Duration::from_secs(30)).collect(),
            zone: TimeZone::fixed(jiff::tz::offset(1)),
            allow_actions: false,
            drill: None,
            pace: 1.0,
            notify: Notify::Off,
        };
        let scope = |profile: &str, region: &str| Scope::new(profile, region);
        let scopes = Scopes::new(vec![scope("prod", "eu-west-1"), scope("shop", "us-east-1")]);
        let mut model = Model::new(settings, scopes, size, false);
        model.place = Place::Pane(PaneId::Alarms);
        for table in &mut model.tables {
            table.columns = TestRow::COLUMNS.iter().map(|c| &c.column).collect();
            table.set_sort(0, false);
        }
        Self { model, skin: Skin::default(), now: now() }
    }

    /// Rows have come in 12 seconds ago, from everywhere.
    pub(super) fn with_rows(size: (u16, u16)) -> Self {
        Self::rows_in(size, Lang::En)
    }

    pub(super) fn rows_in(size: (u16, u16), lang: Lang) -> Self {
        let mut desk = Self::in_language(size, lang);
        desk.answered();
        let rows = [
            (0, "web-5xx", Severity::Critical, Some(4), "5xx 212/min > 20 for 3 of 3"),
            (0, "web-composite", Severity::Critical, Some(4), "web-5xx AND web-latency"),
            (
                1,
                "orders-db-replica-lag-seconds",
                Severity::High,
                Some(540),
                "ReplicaLag 812 s > 300 s for 5 of 5 datapoints in a row",
            ),
            (0, "disk-当番サーバー", Severity::Medium, Some(2_900), "ディスク使用率 91 % > 85 %"),
            (1, "queue-age", Severity::Low, Some(31), "muted by night-shift"),
            (1, "batch-heartbeat", Severity::Unknown, None, "INSUFFICIENT_DATA"),
            (0, "cpu-web-1", Severity::Ok, Some(60_000), "CPU 12 % < 80 %"),
        ];
        let entries = rows.into_iter().map(|(scope, name, severity, since, cause)| TestRow {
            scope: ScopeId(scope),
            name: name.into(),
            severity,
            since: since.map(ago),
            cause: cause.into(),
        });
        desk.fill(PaneId::Alarms, entries.collect());
        desk.fill(
            PaneId::Instances,
            vec![TestRow {
                scope: ScopeId(0),
                name: "i-1".into(),
                severity: Severity::Medium,
                since: None,
                cause: String::new(),
            }],
        );
        desk
    }

    /// Many rows, in one scope.
    pub(super) fn with_many(size: (u16, u16), count: usize) -> Self {
        let mut desk = Self::new(size);
        desk.answered();
        let row = |n: usize| TestRow {
            scope: ScopeId(0),
            name: format!("alarm-{n:05}"),
            severity: if n.is_multiple_of(100) { Severity::High } else { Severity::Ok },
            since: Some(ago(5)),
            cause: "CPU 12 % < 80 % for 3 of 3 datapoints".into(),
        };
        desk.fill(PaneId::Alarms, (0..count).map(row).collect());
        desk
    }

    fn fill(&mut self, pane: PaneId, rows: Vec<TestRow>) {
        let height = self.model.layout().rows();
        let mut tables = std::mem::take(&mut self.model.tables);
        let cx = self.model.cx(self.now);
        let rows = rows.into_iter().map(panes::boxed).collect();
        if let Some(table) = tables.get_mut(pane.index()) {
            table.upsert(1, rows);
            table.settle(&cx, height);
        }
        self.model.tables = tables;
    }

    /// Every scope of every pane has answered.
    pub(super) fn answered(&mut self) {
        for spec in PANES {
            for scope in 0..2 {
                let feed = self.model.feeds.entry((spec.id, ScopeId(scope))).or_default();
                feed.fetched_at = Some(self.now - SignedDuration::from_secs(12));
            }
        }
    }

    /// The listing of a scope failed.
    pub(super) fn failed(&mut self, scope: u16, kind: ProblemKind) {
        let feed = self.model.feeds.entry((PaneId::Alarms, ScopeId(scope))).or_default();
        feed.problems = vec![problem(kind)];
        feed.failed = true;
        feed.due = Some(self.now + SignedDuration::from_secs(23));
    }

    pub(super) fn filter(&mut self, text: &str) {
        let height = self.model.layout().rows();
        let mut tables = std::mem::take(&mut self.model.tables);
        let cx = self.model.cx(self.now);
        if let Some(table) = tables.get_mut(PaneId::Alarms.index()) {
            let filter = Filter::parse(text, &table.columns).unwrap();
            table.set_filter(text, filter);
            table.settle(&cx, height);
        }
        self.model.tables = tables;
    }

    /// On the page of the first alarm, coming from the list.
    pub(super) fn on_page(mut self) -> Self {
        self.model.back = vec![self.model.place.clone()];
        let subject = ResourceRef::new(ScopeId(0), ALARM, "web-5xx");
        self.model.place = Place::Page(Page { subject, target: 1, chosen: None, targets: 4, scroll: 0 });
        self.with_series()
    }

    /// The graph's series has been read.
    pub(super) fn with_series(mut self) -> Self {
        let value = |minute: i32| {
            if minute < 150 { 2.0 + f64::from(minute % 7) } else { f64::from(minute - 149) * 8.0 }
        };
        let points = (0..180)
            .filter(|m| !(60..75).contains(m))
            .map(|m| (self.now - SignedDuration::from_mins(180 - i64::from(m)), value(m)))
            .collect();
        let series = Series { points, period: 60, complete: true };
        let fact = Fact { value: Some(series), at: Some(self.now), running: None, problem: None };
        self.model.facts.series.insert((ScopeId(0), query()), fact);
        self
    }

    pub(super) fn over(mut self, overlay: Overlay) -> Self {
        self.model.overlays.push(overlay);
        self
    }

    pub(super) fn skinned(mut self, theme: Theme, glyphs: Glyphs) -> Self {
        self.skin = Skin { theme, glyphs };
        self
    }

    /// Draws a frame.
    pub(super) fn draw(&self) -> (Buffer, Drawn) {
        let mut drawn = Drawn::default();
        let buffer = draw_with(self.model.size, |frame| {
            drawn = super::super::view(&self.model, &self.skin, self.now, &|r| Some(detail(r)), frame);
        });
        (buffer, drawn)
    }

    /// The frame as text, and below it the style of every cell as one letter.
    pub(super) fn screen(&self) -> String {
        text_of(&self.draw().0)
    }
}

/// Draws on a buffer of a size.
pub(super) fn draw_with((width, height): (u16, u16), draw: impl FnOnce(&mut Frame<'_>)) -> Buffer {
    let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
    terminal.draw(draw).unwrap();
    terminal.backend().buffer().clone()
}

/// A buffer as text, and below it the style of every cell as one letter.
pub(super) fn text_of(buffer: &Buffer) -> String {
    let (mut text, mut styles) = (String::new(), String::new());
    for y in 0..buffer.area.height {
        let mut line = String::new();
        let mut map = String::new();
        let mut covered = 0;
        for x in 0..buffer.area.width {
            let cell = &buffer[(x, y)];
            map.push(letter(cell));
            if covered > 0 {
                covered -= 1;
                continue;
            }
            covered = crate::text::measure::width(cell.symbol()).saturating_sub(1);
            line.push_str(cell.symbol());
        }
        writeln!(text, "{}", line.trim_end()).unwrap();
        writeln!(styles, "{}", map.trim_end_matches('.')).unwrap();
    }
    format!("{text}{}\n{styles}", "=".repeat(usize::from(buffer.area.width)))
}

/// `.` plain, `d` dim, `b` bold, colours by their first letter (capital when bold), `s S` selected (`X` red in it),
/// `u U` underlined, `m` a mark, `v` reversed.
fn letter(cell: &BufferCell) -> char {
    let has = |m: Modifier| cell.modifier.contains(m);
    let bold = |c: char| if has(Modifier::BOLD) { c.to_ascii_uppercase() } else { c };
    match (cell.fg, cell.bg) {
        _ if has(Modifier::REVERSED) => 'v',
        (Color::Red, Color::Gray) => 'X',
        (_, Color::Gray) => bold('s'),
        (_, Color::Yellow) => 'm',
        (Color::Cyan, _) => {
            if has(Modifier::UNDERLINED) {
                'U'
            } else {
                'c'
            }
        }
        (Color::Red, _) => bold('r'),
        (Color::Yellow, _) => bold('y'),
        (Color::Green, _) => bold('g'),
        (Color::Magenta, _) => bold('p'),
        _ if has(Modifier::UNDERLINED) => 'u',
        _ if has(Modifier::DIM) => 'd',
        _ if has(Modifier::BOLD) => 'b',
        _ => '.',
    }
}

pub(super) fn help() -> Overlay {
    Overlay::Help(Picker { selected: 2, ..Picker::default() })
}

pub(super) fn palette(typed: &str) -> Overlay {
    Overlay::Palette(Picker { field: Field::with(typed), selected: 1, ..Picker::default() })
}

pub(super) fn filter_line(typed: &str, error: Option<&str>) -> Overlay {
    Overlay::Filter {
        field: Field::with(typed),
        before: String::new(),
        error: error.map(Into::into),
        recalled: Recalled::default(),
    }
}

/// A note as it is written, in so many lines.
pub(super) fn note(lines: &[&str]) -> Overlay {
    let mut form = Form::new("1", Purpose::Note, "INC-0042: note".into()).lines("text", "form.text", true);
    form.paste(&lines.join("\n"));
    Overlay::Form(Box::new(form))
}

pub(super) fn mfa() -> Overlay {
    Overlay::Mfa {
        refused: None,
        id: 1,
        profile: "prod".into(),
        serial: "arn:aws:iam::111122223333:mfa/oncall".into(),
        field: Field::with("1234"),
    }
}
