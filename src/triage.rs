//! From a symptom to what it is about: rules of composite alarms, alarm → resource, ARNs, console links;
//! records of CloudTrail.
//!
//! Pure over facts that were fetched elsewhere: nothing here may ask AWS, read a file or look at a clock.

pub mod answer;
pub mod arn;
pub mod cause;
pub mod check;
pub mod context;
pub mod explanation;
mod expressions;
pub mod graph;
pub mod kinds;
pub mod links;
pub mod onset;
pub mod pick;
pub mod plan;
pub mod ports;
pub mod read;
pub mod record;
pub mod resources;
pub mod responsibility;
pub mod rule;
