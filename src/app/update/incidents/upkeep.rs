//! How what an incident is about has been kept up: how old its images are, which patches it lacks. It stands beside the
//! decision whose part it is, since a fault of an old image or a missing patch is the customer's, and the age of an image is
//! what AWS Support is shown where that is disputed.
//!
//! From the panes' rows; nothing is asked for it.

use std::collections::BTreeSet;

use crate::{
    app::model::Model,
    incident::Incident,
    panes::detail::Known,
    resource::EC2_INSTANCE,
    rows::{instance::Instance, patch::Node},
    scope::ScopeId,
};

/// What is to be said of the instances that an incident is about or that stand around it, in a line each.
pub(in crate::app::update) fn upkeep(
    model: &Model,
    incident: &Incident,
    now: jiff::Timestamp,
) -> Vec<String> {
    let Some(first) = super::drive::about(model, incident) else { return Vec::new() };
    let explained = super::drive::explanation(model, incident);
    let around = explained.iter().flat_map(|known| known.graph.nodes.iter().map(|node| &node.resource));
    let alarm = model.alarm(first.scope, &first.id).into_iter().flat_map(|alarm| &alarm.resources);
    let instances = std::iter::once(&first).chain(alarm).chain(around).filter(|one| one.kind == EC2_INSTANCE);
    let instances: BTreeSet<(ScopeId, &str)> = instances.map(|one| (one.scope, one.id.as_str())).collect();
    let words = &model.settings.words;
    let rows = instances.iter().filter_map(|(scope, id)| model.instance(*scope, id));
    let aged = rows.filter_map(|row: &Instance| {
        let created = row.image.as_ref()?.created?;
        Some((created, row.image_id.as_deref().unwrap_or_default(), row.name.as_str()))
    });
    let oldest = aged.min().map(|(created, image, name)| {
        let days = now.duration_since(created).as_hours() / 24;
        let args: [(&str, &dyn std::fmt::Display); 3] = [("days", &days), ("image", &image), ("name", &name)];
        words.fill("form.oldest_image", &args)
    });
    let nodes: Vec<&Node> = instances.iter().filter_map(|(scope, id)| model.node(*scope, id)).collect();
    let scans = nodes.iter().filter_map(|node| node.scan.found());
    let (mut lacking, mut missing, mut critical) = (0_u32, 0_u32, 0_u32);
    for scan in scans.filter(|scan| scan.missing > 0) {
        lacking += 1;
        missing += scan.missing;
        critical += scan.critical.unwrap_or(0);
    }
    let patches = (lacking > 0).then(|| {
        let args: [(&str, &dyn std::fmt::Display); 4] =
            [("n", &lacking), ("of", &nodes.len()), ("missing", &missing), ("critical", &critical)];
        words.fill("form.patches_missing", &args)
    });
    oldest.into_iter().chain(patches).collect()
}
