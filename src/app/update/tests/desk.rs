//! A console driven as a person drives it: keys as they are written in the keymap, answers as they come from AWS, and
//! a clock in the test's hand.

use super::*;

pub(super) const HOME: ScopeId = ScopeId(0);
pub(super) const AWAY: ScopeId = ScopeId(1);

/// A console with two scopes at a size, and a clock that only `wait` moves.
pub(super) struct Desk {
    pub(super) model: Model,
    pub(super) now: Timestamp,
    pub(super) effects: Vec<Effect>,
}

impl Desk {
    pub(super) fn new() -> Self {
        Self::sized((120, 36))
    }

    pub(super) fn sized(size: (u16, u16)) -> Self {
        let settings = Settings {
            words: Arc::new(Catalogue::load(Lang::En)),
            keymap: Arc::new(Keymap::preset(Preset::Default)),
            thresholds: Thresholds::default(),
            intervals: PANES.iter().map(|p| p.interval).collect(),
            zone: TimeZone::UTC,
            allow_actions: false,
            drill: None,
            pace: 1.0,
            notify: Notify::Both,
            all_regions: false,
            shelf: Arc::default(),
            ladder: crate::incident::ladder::Ladder::default(),
            hand: crate::incident::chain::Hand {
                by: "ines".into(),
                ..crate::incident::chain::Hand::default()
            },
            notes: Vec::new(),
        };
        let scopes = Scopes::new(vec![Scope::new("prod", "eu-west-1"), Scope::new("prod", "us-east-1")]);
        let model = Model::new(settings, scopes, size, true);
        Self { model, now: "2026-05-01T03:12:44Z".parse().unwrap(), effects: Vec::new() }
    }

    /// Opened, with two alarms and three instances at home, and nothing away.
    pub(super) fn open() -> Self {
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
        // The other panes have no rows anywhere.
        for pane in PaneId::fetched().filter(|p| ![PaneId::Alarms, PaneId::Instances].contains(&p.id)) {
            desk.fetched(pane.id, HOME, Vec::new()).fetched(pane.id, AWAY, Vec::new());
        }
        desk.model.place = Place::Pane(PaneId::Alarms);
        desk.effects.clear();
        desk
    }

    pub(super) fn tell(&mut self, msg: Msg) -> &mut Self {
        self.effects.extend(update(&mut self.model, msg, self.now));
        self
    }

    pub(super) fn press(&mut self, keys: &str) -> &mut Self {
        for key in keys.parse::<Sequence>().unwrap().0 {
            self.tell(Msg::Key(key));
        }
        self
    }

    pub(super) fn wait(&mut self, time: Duration) -> &mut Self {
        self.now += SignedDuration::try_from(time).unwrap();
        self.tell(Msg::Tick)
    }

    pub(super) fn generation(&self, pane: PaneId, scope: ScopeId) -> u64 {
        self.model.feeds[&(pane, scope)].generation
    }

    pub(super) fn rows<T: PaneRow>(
        &mut self,
        pane: PaneId,
        scope: ScopeId,
        generation: u64,
        rows: Vec<T>,
    ) -> &mut Self {
        let rows = rows.into_iter().map(panes::boxed).collect();
        self.tell(Msg::Rows { pane, scope, generation, rows })
    }

    pub(super) fn fetched(&mut self, pane: PaneId, scope: ScopeId, problems: Vec<Problem>) -> &mut Self {
        let generation = self.generation(pane, scope);
        let complete = problems.is_empty();
        self.tell(Msg::Fetched { pane, scope, generation, complete, problems, calls: 1, notes: Vec::new() })
    }

    pub(super) fn answer<T: PaneRow>(&mut self, pane: PaneId, scope: ScopeId, rows: Vec<T>) -> &mut Self {
        let generation = self.generation(pane, scope);
        self.rows(pane, scope, generation, rows).fetched(pane, scope, Vec::new())
    }

    pub(super) fn shown(&self, pane: PaneId) -> Vec<&str> {
        let table = self.model.table(pane);
        (0..table.shown()).filter_map(|at| Some(table.at(at)?.id())).collect()
    }

    pub(super) fn selected(&self) -> &str {
        self.model.table(self.model.pane()).selected().map_or("", crate::panes::Row::id)
    }

    pub(super) fn fetches(&self) -> Vec<(PaneId, ScopeId)> {
        let fetch = |e: &Effect| match e {
            Effect::Fetch { pane, scope, .. } => Some((*pane, *scope)),
            _ => None,
        };
        self.effects.iter().filter_map(fetch).collect()
    }
}

pub(super) fn alarm(name: &str, state: AlarmState) -> Alarm {
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
        watch: Watch::Metric { stat, band: None },
        actions_enabled: true,
        actions: vec!["arn:aws:sns:eu-west-1:111122223333:oncall".into()],
        resources: vec![ResourceRef::new(HOME, EC2_INSTANCE, "i-1")],
        ..Alarm::default()
    }
}

pub(super) fn instance(id: &str) -> Instance {
    let ok = || Check { state: "ok".into(), impaired_since: None };
    Instance {
        id: id.into(),
        name: format!("web-{}", id.trim_start_matches("i-")),
        state: "running".into(),
        status: Some(Status { system: ok(), instance: ok(), ebs: ok(), events: Vec::new() }.into()),
        ..Instance::default()
    }
}

pub(super) fn problem(kind: ProblemKind) -> Problem {
    let operation = "ec2:DescribeInstances".to_owned();
    Problem { operation, kind, message: "no".into(), remedy: Remedy::Wait }
}
