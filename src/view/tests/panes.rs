//! Every pane on the practice account, in every state and at two sizes, with its first row's page: what the program
//! itself asks, answered by the drill, in place of made-up rows. A new pane is photographed without a line here.

mod incidents;
mod resources;

use std::{path::PathBuf, sync::Arc, time::Duration};

use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use tokio::sync::mpsc;

use super::desk::{draw_with, text_of};
use crate::{
    app::{
        effect::Effect,
        model::{Drawn, Model, Place, Settings},
        msg::Msg,
        update,
    },
    aws::{self, Clients},
    config::{Notify, Thresholds},
    drill::{self, Drill},
    input::keymap::{Keymap, Preset},
    panes::{PANES, PaneId, PaneSpec, Source},
    runtime::{Clock, Desk, MfaDesk, QUEUE, Runtime, Shared},
    scope::Scopes,
    text::{Catalogue, Lang},
    theme::Skin,
    trail::Store,
};

const OPENED: &str = "2026-05-01T03:12:44Z";
const SIZES: [(u16, u16); 2] = [(80, 24), (140, 40)];
/// Throttled calls are tried three times with pauses of up to a second.
const PATIENCE: Duration = Duration::from_mins(1);

/// The console without its terminal: model, runtime and the channel between them.
struct Program {
    model: Model,
    runtime: Runtime,
    messages: mpsc::Receiver<Msg>,
    now: Timestamp,
    /// Answers of the journal and of AWS that an incident waits for.
    waits: usize,
}

impl Program {
    /// On one pane, in a Region of the practice account; nothing has been asked.
    fn open(spec: &PaneSpec, region: &str, faults: &[&str]) -> Self {
        Self::open_at(spec, region, faults, None)
    }

    /// The same, so far into the scenario.
    fn open_at(spec: &PaneSpec, region: &str, faults: &[&str], at: Option<Duration>) -> Self {
        let words = Arc::new(Catalogue::load(Lang::En));
        let now: Timestamp = OPENED.parse().unwrap();
        let (clients, runtime, messages, scopes) = connect(region, now, faults, at, None);
        let settings = Settings {
            words,
            keymap: Arc::new(Keymap::preset(Preset::Default)),
            thresholds: Thresholds::default(),
            intervals: PANES.iter().map(|p| p.interval).collect(),
            zone: TimeZone::UTC,
            allow_actions: false,
            drill: None,
            pace: 1.0,
            notify: Notify::Off,
            all_regions: clients.wants_all_regions(),
            shelf: Arc::default(),
            ladder: crate::incident::ladder::Ladder::default(),
            hand: crate::incident::chain::Hand {
                by: "ines".into(),
                ..crate::incident::chain::Hand::default()
            },
            notes: Vec::new(),
        };
        let mut model = Model::new(settings, scopes, (80, 24), true);
        model.place = Place::Pane(spec.id);
        Self { model, runtime, messages, now, waits: 0 }
    }

    fn start(&mut self) {
        let effects = update::start(&mut self.model, self.now);
        self.run(effects);
    }

    fn run(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            self.waits += usize::from(matches!(
                effect,
                Effect::Open { .. }
                    | Effect::Write { .. }
                    | Effect::Load(_)
                    | Effect::Tell { .. }
                    | Effect::Ask { .. }
            ));
            self.runtime.run(effect);
        }
    }

    fn tell(&mut self, msg: Msg) {
        self.waits -= usize::from(matches!(
            msg,
            Msg::Written { generation: Some(_), .. }
                | Msg::NotWritten { .. }
                | Msg::Incident { .. }
                | Msg::Told { .. }
                | Msg::Asked { .. }
        ));
        let effects = update::update(&mut self.model, msg, self.now);
        self.run(effects);
    }

    fn is_quiet(&self) -> bool {
        let model = &self.model;
        let known = |id| model.identity.contains_key(&id) || model.scopes.get(id).unwrap().account.is_some();
        self.waits == 0
            && update::schedule::all_answered(model)
            && model.feeds.values().all(|f| f.running.is_none())
            && model.scopes.iter().all(|(id, _)| known(id))
            && model.facts.series.values().all(|f| f.running.is_none())
            && model.facts.history.values().all(|f| f.running.is_none())
            && model.facts.patches.values().all(|f| f.running.is_none())
            && model.facts.described.values().all(|f| f.running.is_none())
            && model.facts.explanations.values().all(|f| f.running.is_none())
    }

    /// Takes answers until nothing is being asked.
    async fn settle(&mut self) {
        let work = async {
            while !self.is_quiet() {
                let msg = self.messages.recv().await.unwrap();
                self.tell(msg);
                // The cursor rests, so that what the screen needs is asked for.
                self.tell(Msg::Tick);
            }
        };
        tokio::time::timeout(PATIENCE, work).await.unwrap();
    }

    /// Asks for a pane once more. Instances say what SSM has told of them, if it was asked before they were.
    async fn again(&mut self, pane: PaneId) {
        let mut effects = Vec::new();
        update::schedule::refresh(&mut self.model, pane, self.now, &mut effects);
        self.run(effects);
        self.settle().await;
    }

    fn photograph(&mut self, name: &str) {
        self.photograph_at(name, &SIZES);
    }

    fn photograph_at(&mut self, name: &str, sizes: &[(u16, u16)]) {
        for (width, height) in sizes {
            self.tell(Msg::Resize(*width, *height));
            let screen = self.screen();
            insta::assert_snapshot!(format!("{name}_{width}"), screen);
        }
    }

    fn screen(&mut self) -> String {
        let (model, now) = (&self.model, self.now);
        let details = |subject: &_| Some(model.detail(subject, now));
        let mut drawn = Drawn::default();
        let buffer = draw_with(model.size, |frame| {
            drawn = crate::view::view(model, &Skin::default(), now, &details, frame);
        });
        self.model.drawn = drawn;
        text_of(&buffer)
    }
}

type Connection = (Clients, Runtime, mpsc::Receiver<Msg>, Scopes);

fn connect(
    region: &str,
    now: Timestamp,
    faults: &[&str],
    at: Option<Duration>,
    records: Option<PathBuf>,
) -> Connection {
    let faults = faults.iter().map(|f| f.parse().unwrap()).collect();
    let options = drill::Options { now: Some(now), faults, at, ..drill::Options::default() };
    let drill = Drill::open(&options).unwrap();
    let clock = Clock::Drill(drill.clone());
    let settings = aws::Settings {
        regions: vec![region.to_owned()],
        http: Some(drill.http_client()),
        clock: Arc::new(move || now),
        ..aws::Settings::default()
    };
    let scopes = Clients::plan(&settings);
    let clients = Clients::new(settings, &scopes);
    let (messages, waiting) = mpsc::channel(QUEUE);
    let shared = Shared { clients: clients.clone(), messages, clock, store: Store::in_memory() };
    let desk = Desk::start(records, Clock::Pinned(now), shared.messages.clone());
    (clients, Runtime::new(shared, MfaDesk::default(), desk), waiting, Scopes::new(scopes))
}

fn key(spec: &PaneSpec, state: &str) -> String {
    format!("pane_{}_{state}", spec.name.to_lowercase())
}

/// All panes at once, each on a practice account of its own: what is throttled mostly waits.
async fn each_pane(photograph: impl AsyncFn(&'static PaneSpec)) {
    futures::future::join_all(PANES.into_iter().map(|spec| photograph(spec))).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_and_the_first_one_s_page() {
    each_pane(async |spec| {
        let mut program = Program::open(spec, "eu-west-1", &[]);
        program.start();
        program.photograph(&key(spec, "loading"));
        program.tell(Msg::Resize(140, 40));
        program.settle().await;
        program.again(PaneId::Instances).await;
        program.photograph(&key(spec, "rows"));
        program.tell(Msg::Key("enter".parse().unwrap()));
        program.settle().await;
        program.photograph(&key(spec, "page"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_there() {
    each_pane(async |spec| {
        let mut program = Program::open(spec, "eu-north-1", &[]);
        program.start();
        program.settle().await;
        // What global services did is shown from any Region, and who has which part of the work needs none.
        let anyway = spec.id == PaneId::Events || spec.source == Source::Fixed;
        assert!(anyway || program.model.table(spec.id).total() == 0);
        program.photograph(&key(spec, "empty"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn refused() {
    each_pane(async |spec| photograph_with(spec, "denied", "deny=all").await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn throttled() {
    each_pane(async |spec| photograph_with(spec, "throttled", "throttle=all").await).await;
}

async fn photograph_with(spec: &PaneSpec, state: &str, fault: &str) {
    let mut program = Program::open(spec, "eu-west-1", &[fault]);
    program.start();
    program.settle().await;
    program.photograph(&key(spec, state));
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_that_could_not_be_read_again() {
    each_pane(async |spec| {
        let mut program = Program::open(spec, "eu-west-1", &[]);
        program.start();
        program.tell(Msg::Resize(140, 40));
        program.settle().await;
        // Ten minutes later the endpoint is throttling.
        program.now += SignedDuration::from_mins(10);
        let (_, runtime, messages, _) = connect("eu-west-1", program.now, &["throttle=all"], None, None);
        (program.runtime, program.messages) = (runtime, messages);
        program.tell(Msg::Tick);
        program.settle().await;
        // Nothing has been recorded.
        assert!(spec.source == Source::Recorded || program.model.table(spec.id).total() > 0);
        program.photograph_at(&key(spec, "stale"), &SIZES[..1]);
    })
    .await;
}
