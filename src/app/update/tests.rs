//! The console's behaviour by area, on a [`desk`].

mod backups;
mod cursor;
mod data;
mod described;
mod desk;
mod explain;
mod incidents;
mod jumps;
mod needs;
mod overlays;
mod patches;
mod places;
mod run;
mod schedule;

use std::{collections::HashMap, sync::Arc, time::Duration};

use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use proptest::prelude::*;

use super::*;
use crate::{
    app::model::{Drawn, Model, Overlay, Place, Settings},
    config::{Notify, Thresholds},
    input::{
        key::Sequence,
        keymap::{Keymap, Preset},
    },
    panes::{self, PANES, PaneId, PaneRow},
    problem::{Problem, ProblemKind, Remedy},
    resource::{EC2_INSTANCE, ResourceRef},
    rows::{
        alarm::{Alarm, AlarmState, HistoryItem, Watch},
        backup::Backup,
        event::{Event, HISTORY, made_up::call},
        instance::{Check, Image, Instance, Status},
        metric::MetricStat,
    },
    scope::{Scope, ScopeId, Scopes},
    text::{Catalogue, Lang},
};
