//! Brings MFA questions from the credentials provider to the console, and answers back. One question at a time: that is
//! the provider's promise; here a question is a number and a way back.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use futures::{FutureExt, future::BoxFuture};
use tokio::sync::{mpsc, oneshot};

use crate::{
    app::msg::Msg,
    aws::{MfaPrompt, MfaRequest},
};

/// Open questions.
#[derive(Debug, Clone, Default)]
pub struct MfaDesk {
    open: Arc<Mutex<HashMap<u64, oneshot::Sender<Option<String>>>>>,
    next: Arc<AtomicU64>,
}

impl MfaDesk {
    /// The callback for the credentials provider: asks the console and waits for its answer.
    pub fn prompt(&self, messages: mpsc::Sender<Msg>) -> MfaPrompt {
        let desk = self.clone();
        Arc::new(move |request: MfaRequest| -> BoxFuture<'static, Option<String>> {
            let (desk, messages) = (desk.clone(), messages.clone());
            async move {
                let id = desk.next.fetch_add(1, Ordering::Relaxed);
                let (answer, answered) = oneshot::channel();
                desk.lock().insert(id, answer);
                let wanted = Msg::MfaWanted {
                    id,
                    profile: request.profile,
                    serial: request.serial,
                    refused: request.refused,
                };
                messages.send(wanted).await.ok()?;
                answered.await.ok().flatten()
            }
            .boxed()
        })
    }

    /// The operator has answered, or declined.
    pub fn answer(&self, id: u64, code: Option<String>) {
        if let Some(waiting) = self.lock().remove(&id) {
            // The asker may have timed out meanwhile; its loss.
            let _ = waiting.send(code);
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<u64, oneshot::Sender<Option<String>>>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
