//! What the pages may know: the model's rows and facts, as [`Known`] asks for them. Nothing is fetched by asking.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::{model::Model, update::incidents};
use crate::{
    incident::{
        Incident,
        due::{self, Due},
        similar::{self, Similar},
    },
    panes::{PaneId, backups, detail::Known, duties::DutyRow},
    problem::Problem,
    resource::ResourceRef,
    rows::{
        alarm::{Alarm, HistoryItem},
        backup::Backup,
        described::{Described, What},
        event::Event,
        instance::Instance,
        metric::{Series, SeriesQuery},
        patch::{Node, PatchItem},
    },
    runbook::{Runbook, progress::Record},
    scope::ScopeId,
    text::sentence::Sentence,
    triage::{explanation::Explanation, resources},
};

impl Model {
    /// The events that explanations suspect.
    fn suspects(&self) -> impl Iterator<Item = &Event> {
        let explained = self.facts.explanations.values().filter_map(|fact| fact.value.as_ref());
        explained.flat_map(|explained| explained.ranking.suspects.iter().map(|suspect| &suspect.event))
    }
}

impl Known for Model {
    fn alarm(&self, scope: ScopeId, name: &str) -> Option<&Alarm> {
        self.table(PaneId::Alarms).get(scope, name)
    }

    fn alarms_of(&self, resource: &ResourceRef) -> Vec<&Alarm> {
        let alarms = self.table(PaneId::Alarms).all::<Alarm>();
        alarms.filter(|a| a.resources.iter().any(|r| resources::same(r, resource))).collect()
    }

    fn alarms_where(&self, scope: ScopeId, wanted: &dyn Fn(&Alarm) -> bool) -> Vec<&Alarm> {
        self.table(PaneId::Alarms).all::<Alarm>().filter(|a| a.scope == scope && wanted(a)).collect()
    }

    fn instance(&self, scope: ScopeId, id: &str) -> Option<&Instance> {
        self.table(PaneId::Instances).get(scope, id)
    }

    fn instances_where(&self, scope: ScopeId, wanted: &dyn Fn(&Instance) -> bool) -> Vec<&Instance> {
        self.table(PaneId::Instances).all::<Instance>().filter(|i| i.scope == scope && wanted(i)).collect()
    }

    fn backup(&self, scope: ScopeId, id: &str) -> Option<&Backup> {
        self.table(PaneId::Backups).get(scope, id)
    }

    fn backup_of(&self, resource: &ResourceRef) -> Option<&Backup> {
        let table = self.table(PaneId::Backups);
        // Most rows have their resource's id; the others are found by looking at all.
        let own = table.get::<Backup>(resource.scope, &resource.id);
        let own = own.filter(|backup| resources::same(&backup.resource, resource));
        own.or_else(|| backups::find(|| table.all::<Backup>(), resource))
    }

    fn series(&self, scope: ScopeId, query: &SeriesQuery) -> Option<&Series> {
        self.facts.series.get(&(scope, query.clone()))?.value.as_ref()
    }

    fn history(&self, scope: ScopeId, alarm: &str) -> Option<&[HistoryItem]> {
        self.facts.history.get(&(scope, alarm.to_owned()))?.value.as_deref()
    }

    fn event(&self, scope: ScopeId, id: &str) -> Option<&Event> {
        let searched = self.search.as_ref().and_then(|s| s.table.get(scope, id));
        let listed = || self.table(PaneId::Events).get(scope, id);
        let is = |e: &&Event| e.scope == scope && e.id == id;
        searched.or_else(listed).or_else(|| self.suspects().find(is))
    }

    fn events_of(&self, resource: &ResourceRef) -> Vec<&Event> {
        let listed = self.table(PaneId::Events).all::<Event>();
        let searched = self.search.iter().flat_map(|s| s.table.all::<Event>());
        let touches = |e: &&Event| e.resources.iter().any(|r| resources::same(r, resource));
        let mut found: Vec<&Event> = listed.chain(searched).filter(touches).collect();
        found.sort_by(|a, b| b.time.cmp(&a.time).then_with(|| a.id.cmp(&b.id)));
        found.dedup_by(|a, b| a.id == b.id);
        found
    }

    fn explanation(&self, scope: ScopeId, alarm: &str) -> Option<&Explanation> {
        self.facts.explanations.get(&(scope, alarm.to_owned()))?.value.as_deref()
    }

    fn explanation_problem(&self, scope: ScopeId, alarm: &str) -> Option<&Problem> {
        self.facts.explanations.get(&(scope, alarm.to_owned()))?.problem.as_ref()
    }

    fn is_explaining(&self, scope: ScopeId, alarm: &str) -> bool {
        self.facts.explanations.get(&(scope, alarm.to_owned())).is_some_and(|fact| fact.running.is_some())
    }

    fn events_like(&self, event: &Event, within: SignedDuration) -> Vec<&Event> {
        let listed = self.table(PaneId::Events).all::<Event>();
        let searched = self.search.iter().flat_map(|s| s.table.all::<Event>());
        let same = |e: &&Event| {
            e.scope == event.scope
                && !e.read_only
                && e.time.duration_since(event.time).abs() <= within
                && match (&event.access_key, &e.access_key) {
                    (Some(key), Some(other)) => key == other,
                    _ => e.actor == event.actor,
                }
        };
        let mut found: Vec<&Event> = listed.chain(searched).chain(self.suspects()).filter(same).collect();
        found.sort_by(|a, b| b.time.cmp(&a.time).then_with(|| a.id.cmp(&b.id)));
        found.dedup_by(|a, b| a.id == b.id);
        found
    }

    fn incident(&self, uid: &str) -> Option<&Incident> {
        self.incidents.get(uid)
    }

    fn followed(&self, incident: &Incident) -> Option<Record> {
        incidents::record(self, incident)
    }

    fn runbook(&self, id: &str) -> Option<&Runbook> {
        self.settings.shelf.find(id).map(AsRef::as_ref)
    }

    fn runbook_values(
        &self,
        incident: &Incident,
        book: &Runbook,
        now: Timestamp,
    ) -> BTreeMap<String, String> {
        incidents::values(self, incident, book, now)
    }

    fn overdue(&self, incident: &Incident, now: Timestamp) -> Vec<Due> {
        due::due(incident, &self.settings.ladder, now)
    }

    fn review(&self, incident: &Incident, now: Timestamp) -> String {
        incidents::review(self, incident, now)
    }

    fn similar<'a>(&'a self, incident: &Incident) -> Vec<Similar<'a>> {
        similar::similar(incident, self.incidents.all().map(AsRef::as_ref))
    }

    fn incidents_trouble(&self) -> Option<&Sentence> {
        self.incidents.trouble.as_ref()
    }

    fn duty(&self, id: &str) -> Option<&DutyRow> {
        self.table(PaneId::Duties).get(ScopeId(0), id)
    }

    fn record(&self, scope: ScopeId, id: &str) -> Option<&str> {
        self.facts.records.get(&(scope, id.to_owned()))?.value.as_deref()
    }

    fn history_problem(&self, scope: ScopeId, alarm: &str) -> Option<&Problem> {
        self.facts.history.get(&(scope, alarm.to_owned()))?.problem.as_ref()
    }

    fn node(&self, scope: ScopeId, id: &str) -> Option<&Node> {
        self.table(PaneId::Patches).get(scope, id)
    }

    fn patches(&self, scope: ScopeId, id: &str) -> Option<&[PatchItem]> {
        self.facts.patches.get(&(scope, id.to_owned()))?.value.as_deref()
    }

    fn described(&self, scope: ScopeId, what: What, id: &str) -> Option<&Described> {
        self.facts.described.get(&(scope, what, id.to_owned()))?.value.as_ref()
    }

    fn described_problem(&self, scope: ScopeId, what: What, id: &str) -> Option<&Problem> {
        self.facts.described.get(&(scope, what, id.to_owned()))?.problem.as_ref()
    }
}
