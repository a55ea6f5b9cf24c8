//! What many rows say alike, in memory once.
//!
//! Tens of thousands of events are the same few hundred callers doing the same few dozen things to the same few thousand
//! resources. A [`Pool`] finds the copy that is there already; nothing here knows what it means.

use std::{
    borrow::Borrow,
    collections::HashSet,
    fmt,
    hash::{Hash, Hasher},
    ops::Deref,
    sync::{Arc, LazyLock, Mutex, PoisonError},
};

/// Tags, sorted by key: an instance, its backups and its volumes hold the same ones.
pub type Tags = Arc<Vec<(Shared, Shared)>>;

/// Text that may belong to several rows. It is read like a `str`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Shared(Arc<str>);

impl Shared {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for Shared {
    fn default() -> Self {
        Self("".into())
    }
}

impl Deref for Shared {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl Borrow<str> for Shared {
    fn borrow(&self) -> &str {
        &self.0
    }
}

// As a `str` is hashed, which `Borrow` promises.
impl Hash for Shared {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&*self.0, f)
    }
}

impl fmt::Display for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&*self.0, f)
    }
}

impl From<&str> for Shared {
    fn from(text: &str) -> Self {
        Self(text.into())
    }
}

impl From<String> for Shared {
    fn from(text: String) -> Self {
        Self(text.into())
    }
}

impl From<&Shared> for String {
    fn from(text: &Shared) -> Self {
        text.as_str().to_owned()
    }
}

impl serde::Serialize for Shared {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self)
    }
}

impl PartialEq<str> for Shared {
    fn eq(&self, other: &str) -> bool {
        *self.0 == *other
    }
}

impl PartialEq<&str> for Shared {
    fn eq(&self, other: &&str) -> bool {
        *self.0 == **other
    }
}

impl PartialEq<String> for Shared {
    fn eq(&self, other: &String) -> bool {
        *self.0 == **other
    }
}

/// This text, in memory once for all rows that were made with this function.
pub fn shared(text: &str) -> Shared {
    static ALL: LazyLock<Mutex<Pool<str>>> = LazyLock::new(Mutex::default);
    Shared(ALL.lock().unwrap_or_else(PoisonError::into_inner).known_or(text, || text.into()))
}

/// Everything that has been shared and is still in use by some row.
#[derive(Debug)]
pub struct Pool<T: ?Sized> {
    known: HashSet<Arc<T>>,
    /// From so many on it is looked through for what is in use no more.
    most: usize,
}

/// Below this nothing is looked through.
const FEW: usize = 4_096;

impl<T: ?Sized> Default for Pool<T> {
    fn default() -> Self {
        Self { known: HashSet::new(), most: FEW }
    }
}

impl<T: ?Sized + Eq + Hash> Pool<T> {
    /// The copy that is known; this one from now on, when there is none.
    pub fn share(&mut self, one: &mut Arc<T>) {
        *one = self.known_or(one, || Arc::clone(one));
    }

    fn known_or(&mut self, one: &T, make: impl FnOnce() -> Arc<T>) -> Arc<T> {
        if let Some(known) = self.known.get(one) {
            return Arc::clone(known);
        }
        if self.known.len() >= self.most {
            self.known.retain(|known| Arc::strong_count(known) > 1);
            self.most = (self.known.len() * 2).max(FEW);
        }
        let one = make();
        self.known.insert(Arc::clone(&one));
        one
    }
}

impl Pool<str> {
    /// The same for text.
    pub fn text(&mut self, text: &mut Shared) {
        self.share(&mut text.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_alike_is_in_memory_once() {
        let mut pool = Pool::default();
        let [mut one, mut same, mut other] = ["web", "web", "db"].map(Shared::from);
        for text in [&mut one, &mut same, &mut other] {
            pool.text(text);
        }
        assert!(Arc::ptr_eq(&one.0, &same.0) && !Arc::ptr_eq(&one.0, &other.0));
        assert_eq!((one.as_str(), other.as_str()), ("web", "db"));
    }

    #[test]
    fn rows_share_text_wherever_they_are_made() {
        let [one, same] = [shared("eu-west-1a"), shared("eu-west-1a")];
        assert!(Arc::ptr_eq(&one.0, &same.0));
    }

    #[test]
    fn what_no_row_uses_any_more_is_let_go() {
        let mut pool = Pool::default();
        let kept: Vec<Shared> = (0..10 * FEW)
            .filter_map(|n| {
                let mut text = Shared::from(n.to_string());
                pool.text(&mut text);
                (n % 100 == 0).then_some(text)
            })
            .collect();
        assert!(pool.known.len() < 3 * FEW, "{} for {} in use", pool.known.len(), kept.len());
        assert!(kept.iter().all(|text| pool.known.contains(text.as_str())));
    }
}
