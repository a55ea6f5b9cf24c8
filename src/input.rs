//! From key presses to actions, and text fields. Nothing here draws, waits or asks the clock.

pub mod field;
pub mod key;
pub mod keymap;
