//! The Patches pane with made-up machines of every kind: columns, summary, preview and page.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp, tz::TimeZone};

use super::{
    OLD, STACKED, WIDE,
    desk::{draw_with, text_of},
    fixture::now,
};
use crate::{
    app::{
        model::{Model, Place, Settings},
        msg::Msg,
        update,
    },
    config::{Notify, Thresholds},
    input::keymap::{Keymap, Preset},
    panes::{self, PANES, PaneId},
    rows::patch::{Agent, Asked, Machine, Node, PatchItem, Scan},
    scope::{Scope, ScopeId, Scopes},
    text::{Catalogue, Lang},
    theme::Skin,
};

const HOME: ScopeId = ScopeId(0);

fn before(hours: i64) -> Timestamp {
    now() - SignedDuration::from_hours(hours)
}

fn node(n: u64, name: &str, group: &str, scan: Scan) -> Node {
    Node {
        id: format!("i-{n:017x}"),
        name: name.into(),
        machine: Some(Machine {
            state: "running".into(),
            launched: Some(before(900)),
            has_profile: true,
            owner: None,
        }),
        agent: Asked::Found(Arc::new(Agent {
            ping: "Online".into(),
            last_ping: Some(before(0)),
            version: Some("3.3.859.0".into()),
            platform_name: Some("Amazon Linux".into()),
            platform_version: Some("2023".into()),
            ..Agent::default()
        })),
        patch_group: Some(group.into()),
        baseline_id: Some("pb-0c10e65780".into()),
        baseline_name: Some("own-linux".into()),
        scan: Asked::Found(Arc::new(Scan {
            operation: "Scan".into(),
            ended: Some(before(30)),
            critical: Some(0),
            security: Some(0),
            pending_reboot: Some(0),
            installed: 120,
            ..scan
        })),
        ..Node::default()
    }
}

fn lacking(node: Node, missing: u32, critical: u32, security: u32) -> Node {
    let scan = node.scan.found().map(|s| Scan {
        missing,
        critical: Some(critical),
        security: Some(security),
        ..s.as_ref().clone()
    });
    Node { scan: scan.map_or(Asked::Absent, |s| Asked::Found(Arc::new(s))), ..node }
}

fn machines() -> Vec<Node> {
    let fine = |n: u64, name: &str, group: &str| node(n, name, group, Scan::default());
    let mut lost = fine(5, "batch-2", "batch");
    lost.agent = Asked::Found(Arc::new(Agent {
        ping: "ConnectionLost".into(),
        last_ping: Some(before(9)),
        ..Agent::default()
    }));
    let mut stopped = fine(8, "", "web");
    (stopped.agent, stopped.scan) = (Asked::Absent, Asked::Absent);
    stopped.machine = Some(Machine { state: "stopped".into(), ..Machine::default() });
    let mut bare = fine(6, "orders-canary", "web");
    (bare.agent, bare.scan, bare.patch_group) = (Asked::Absent, Asked::Absent, None);
    bare.machine = Some(Machine { state: "running".into(), ..Machine::default() });
    let mut new = fine(7, "web-9", "web");
    new.scan = Asked::Absent;
    let mut elsewhere = lacking(fine(9, "rack-7.example", "dc"), 4, 0, 0);
    (elsewhere.id, elsewhere.machine) = ("mi-0123456789abcdef0".into(), None);
    let old = Scan { ended: Some(before(24 * 12)), ..Scan::default() };
    let mut stale = node(4, "batch-1", "batch", Scan::default());
    stale.scan = Asked::Found(Arc::new(Scan { operation: "Install".into(), installed: 9, ..old }));
    vec![
        lacking(fine(1, "orders-db-1", "db"), 14, 6, 3),
        lacking(fine(2, "web-1", "web"), 3, 2, 0),
        fine(3, "web-2", "web"),
        stale,
        lost,
        bare,
        new,
        stopped,
        elsewhere,
    ]
}

struct Console {
    model: Model,
}

impl Console {
    fn open(lang: Lang, size: (u16, u16)) -> Self {
        let settings = Settings {
            words: Arc::new(Catalogue::load(lang)),
            keymap: Arc::new(Keymap::preset(Preset::Default)),
            thresholds: Thresholds::default(),
            intervals: PANES.iter().map(|p| p.interval).collect(),
            zone: TimeZone::UTC,
            allow_actions: false,
            drill: None,
            pace: 1.0,
            notify: Notify::Off,
            all_regions: false,
            shelf: Arc::default(),
            ladder: crate::incident::ladder::Ladder::default(),
            hand: crate::incident::chain::Hand {
                by: "ines".into(),
                ..crate::incident::chain::Hand::default()
            },
            notes: Vec::new(),
        };
        let scopes = Scopes::new(vec![Scope::new("prod", "eu-west-1")]);
        let mut model = Model::new(settings, scopes, size, true);
        model.place = Place::Pane(PaneId::Patches);
        let mut console = Self { model };
        update::start(&mut console.model, now());
        let rows = machines().into_iter().map(panes::boxed).collect();
        let generation = console.model.feeds[&(PaneId::Patches, HOME)].generation;
        console.tell(Msg::Rows { pane: PaneId::Patches, scope: HOME, generation, rows });
        for pane in PaneId::fetched() {
            let generation = console.model.feeds[&(pane.id, HOME)].generation;
            let (pane, scope, problems) = (pane.id, HOME, Vec::new());
            console.tell(Msg::Fetched {
                pane,
                scope,
                generation,
                complete: true,
                problems,
                calls: 1,
                notes: Vec::new(),
            });
        }
        console
    }

    fn tell(&mut self, msg: Msg) {
        update::update(&mut self.model, msg, now());
    }

    /// On the page of the first machine, whose list of patches has come.
    fn on_page(mut self) -> Self {
        self.tell(Msg::Key("enter".parse().unwrap()));
        let ((scope, id), fact) = self.model.facts.patches.iter().next().unwrap();
        let (scope, id, generation) = (*scope, id.clone(), fact.running.unwrap());
        let item = |title: &str, severity: &str, state: &str| PatchItem {
            title: title.into(),
            classification: "Security".into(),
            severity: severity.into(),
            state: state.into(),
            ..PatchItem::default()
        };
        let result = Ok(vec![
            item("curl-minimal.x86_64:0:8.5.0-1.amzn2023", "Medium", "Missing"),
            item("kernel.x86_64:0:6.1.128-136.201.amzn2023", "Critical", "Missing"),
            item("openssl.x86_64:1:3.0.8-1.amzn2023", "Important", "Failed"),
        ]);
        self.tell(Msg::Patches { scope, generation, id, result });
        self
    }

    fn screen(&self) -> String {
        let model = &self.model;
        let details = |subject: &_| Some(model.detail(subject, now()));
        let buffer = draw_with(model.size, |frame| {
            crate::view::view(model, &Skin::default(), now(), &details, frame);
        });
        text_of(&buffer)
    }
}

#[test]
fn machines_at_three_sizes_and_in_two_languages() {
    for (name, lang, size) in [
        ("patches_80", Lang::En, OLD),
        ("patches_110", Lang::En, STACKED),
        ("patches_140", Lang::En, WIDE),
        ("patches_200", Lang::En, (200, 40)),
        ("patches_ja_80", Lang::Ja, OLD),
    ] {
        insta::assert_snapshot!(name, Console::open(lang, size).screen());
    }
}

#[test]
fn the_page_of_one_that_lacks_patches() {
    for (name, lang, size) in [
        ("patches_page_80", Lang::En, OLD),
        ("patches_page_140", Lang::En, WIDE),
        ("patches_page_ja_140", Lang::Ja, WIDE),
    ] {
        insta::assert_snapshot!(name, Console::open(lang, size).on_page().screen());
    }
}
