//! The words the scanner thinks in: where it stands, what may come next, and what it has counted. It never
//! does anything itself.

/// What a stream came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Tally {
    pub(super) records: u64,
    pub(super) foreign: u64,
    pub(super) too_long: u64,
    /// The first byte that is not JSON.
    pub(super) wrong: Option<u64>,
    /// The stream ended inside a value.
    pub(super) cut: bool,
}

/// An open bracket, and what it means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// An array whose objects may be records.
    List,
    /// An object that turned out to hold such an array.
    Wrapper,
    /// An object that may be a record.
    Candidate,
    Object,
    Array,
}

/// What may come next outside strings and words.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Next {
    #[default]
    Value,
    ValueOrEnd,
    Key,
    KeyOrEnd,
    Colon,
    CommaOrEnd,
}

/// What the scanner stands in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Mode {
    #[default]
    Between,
    Text,
    Escape,
    /// A bare word, or a byte order mark, with the bytes that must still come.
    Word(&'static [u8]),
    Number,
    /// Behind something that is not JSON: all is skipped up to the next line.
    Lost,
}

/// What the string or word that is being walked is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Role {
    #[default]
    Nothing,
    Key,
    Value,
}
