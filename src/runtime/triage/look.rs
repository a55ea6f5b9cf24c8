//! One turn at CloudTrail: a question is asked one page further, and what the store then has is looked through.
//!
//! Which question, and what its answer means, is not decided here.

use std::sync::Arc;

use futures::future::BoxFuture;

use crate::{
    aws::cloudtrail::{Batch, Inquiry},
    triage::{
        cause::Needles,
        plan::{Reach, Went, Wish},
    },
};

/// What is under way at CloudTrail: it has the inquiry until it is done.
pub(super) type Looking<'a> = BoxFuture<'a, (Inquiry<'a>, Looked)>;

/// What came of it.
pub(super) struct Looked {
    /// What was asked, and how that went.
    pub wish: Option<(Wish, Went)>,
    /// The batches are all that the store has, and not only what is new.
    pub anew: bool,
    /// What was read.
    pub batches: Vec<Batch>,
    /// How far the sweeps have come.
    pub reach: Reach,
}

/// What is to be done at CloudTrail next.
pub(super) struct Next {
    /// The question; none to look only at what there is.
    pub wish: Option<Wish>,
    /// What is around has become known: everything is looked through again.
    pub anew: bool,
}

pub(super) async fn look(
    mut inquiry: Inquiry<'_>,
    next: Next,
    needles: Arc<Needles>,
) -> (Inquiry<'_>, Looked) {
    let wish = match next.wish {
        None => None,
        Some(wish) => {
            let went = inquiry.ask(&wish).await;
            Some((wish, went))
        }
    };
    let mut batches = Vec::new();
    inquiry.gather(&needles, next.anew, &mut |batch| batches.push(batch)).await;
    let reach = inquiry.reach().await;
    (inquiry, Looked { wish, anew: next.anew, batches, reach })
}
