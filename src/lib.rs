//! toban — the on-call console for AWS.
//!
//! Data flows one way:
//!
//! ```text
//! terminal events ─┐          keymap: key → Action            ┌─ Effect::Fetch, Series, Copy, …
//! signals, resize ─┼─► Msg ─► app::update(&mut Model, Msg, now) ─► Vec<Effect> ─► runtime
//! answers, time ───┘                    │                             each answer is a Msg again
//!                                       ▼
//!                       view(&Model, &Skin, now, frame)      pure; drawn when something changed
//! ```
//!
//! | module | what it holds | what it must never do |
//! |---|---|---|
//! | [`app`] | model, messages, actions, effects, `update` | IO, clocks, the SDK, widgets |
//! | [`panes`] | what each pane lists, in which columns; the table `PANES`; pages | the same |
//! | [`rows`], [`value`], [`resource`], [`scope`], [`severity`], [`problem`] | facts as plain data | know a screen or the SDK |
//! | [`incident`] | what can happen in an incident, how entries are bound to each other, what they come to | the same |
//! | [`triage`] | alarm rules, alarm → resources, ARNs, console links, CloudTrail records | the same |
//! | [`reads`] | which operations of AWS may be asked, with which arguments, by which IAM action | the same |
//! | [`runbook`] | runbooks: the format and its proof, results, progress, which one fits; the built-in ones | the same; run a command |
//! | [`filter`], [`input`] | filter language; keys, keymaps, the line editor | the same |
//! | [`view`], [`theme`] | model → frame | change anything |
//! | [`aws`] | the only place that names the SDK's services | know the model |
//! | [`trail`] | CloudTrail events that have been read, on disk and bounded | ask AWS, read a clock, fail on a damaged file |
//! | [`journal`] | the journals of incidents on disk | read a clock, change what is written, decide about incidents |
//! | [`drill`] | an AWS account inside the program | reach the network (but for serving on loopback) |
//! | [`runtime`] | runs effects in the background; the clock | touch the terminal |
//! | [`term`] | takes and gives back the terminal | know what is drawn |
//! | [`console`] | the loop that owns model, terminal and runtime | decide anything |
//! | [`doctor`] | what `toban doctor` says, as a list of checks; as text and JSON | IO, clocks, the SDK, widgets |
//! | [`policy`] | the IAM permissions, from the panes' own lists | the same |
//! | [`listing`] | `toban list` | anything with a terminal |
//! | [`cli`], [`config`], [`paths`], [`logging`] | command line, settings, places | the same |
//! | [`text`] | words per language; measuring, cutting, sanitising | decide what is said |
//!
//! `tests/house.rs` holds the modules to this table.

pub mod app;
pub mod aws;
pub mod cli;
pub mod config;
pub mod console;
pub mod doctor;
pub mod drill;
pub mod filter;
pub mod incident;
pub mod input;
pub mod journal;
pub mod listing;
pub mod logfiles;
pub mod logging;
pub mod offline;
pub mod panes;
pub mod paths;
pub mod policy;
pub mod problem;
pub mod reads;
pub mod resource;
pub mod rows;
pub mod runbook;
pub mod runtime;
pub mod scope;
pub mod severity;
pub mod term;
pub mod text;
pub mod theme;
pub mod trail;
pub mod triage;
pub mod value;
pub mod view;
