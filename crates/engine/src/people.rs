//! Purpose: who is who in Discord, kept; and what is wrong with names of the configuration, told to operators once.

use std::collections::BTreeSet;
use std::sync::atomic::Ordering;

use domain::setup::Language;
use domain::{Effect, Pin, Wrong};
use tracing::{info, warn};

use crate::ActError;
use crate::handle::Engine;

/// Characters of one notice; what does not fit any more is counted.
const NOTICE_CHARS: usize = 1_700;

impl Engine {
    /// Everybody who is pinned.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn pins(&self) -> Result<Vec<Pin>, ActError> {
        self.shared.store.pins().await.map_err(|error| self.failed(&error))
    }

    /// Pins a person to an account; operators read `told`, if there is something to tell.
    ///
    /// # Errors
    /// When the database fails; then nothing was written.
    pub async fn pin(&self, pin: &Pin, told: Option<String>) -> Result<(), ActError> {
        let notice = told.map(|text| Effect::Operators { text, everybody: false });
        let pinned = self.shared.store.pin(pin, notice.as_ref(), self.shared.wire.now()).await;
        pinned.map_err(|error| self.failed(&error))?;
        info!(person = %pin.person, "{} is pinned to a Discord account", pin.person);
        // Whoever is called as another account is called anew.
        self.shared.pinned.fetch_add(1, Ordering::Relaxed);
        self.shared.door.bell.notify_one();
        self.shared.deliveries.ring();
        Ok(())
    }

    /// How a pinned account is called now.
    ///
    /// # Errors
    /// When the database fails; then nothing was written.
    pub async fn pin_seen(&self, pin: &Pin) -> Result<(), ActError> {
        self.shared.store.pin_seen(pin).await.map_err(|error| self.failed(&error))
    }

    /// Takes in everything that is wrong with names that begin so, as of now. What operators do not know yet they are told.
    /// What could not be looked at is `unsure` and stays as it is. Answers what is well again.
    ///
    /// # Errors
    /// When the database fails; then nothing was written.
    pub async fn names_wrong(
        &self,
        scope: &str,
        wrong: &[Wrong],
        unsure: &BTreeSet<String>,
    ) -> Result<BTreeSet<String>, ActError> {
        let (store, at) = (&self.shared.store, self.shared.wire.now());
        let lang = self.setup().language;
        let notices =
            |new: &[Wrong]| [false, true].iter().filter_map(|everybody| notice(new, *everybody, lang)).collect();
        let changed =
            store.names_wrong(scope, wrong, unsure, at, notices).await.map_err(|error| self.failed(&error))?;
        for one in &changed.new {
            warn!("{}: {}", one.about, one.sentence);
        }
        if !changed.new.is_empty() {
            self.shared.deliveries.ring();
        }
        Ok(changed.over)
    }
}

/// What is new, as one notice: in the operators' channel, or where everybody reads because theirs is not there.
fn notice(new: &[Wrong], everybody: bool, lang: Language) -> Option<Effect> {
    let (mut text, mut left) = (String::new(), 0);
    for one in new.iter().filter(|one| one.everybody == everybody) {
        let length = text.chars().count() + one.sentence.chars().count();
        if text.is_empty() {
            text.clone_from(&one.sentence);
        } else if left == 0 && length <= NOTICE_CHARS {
            text = format!("{text}\n{}", one.sentence);
        } else {
            left += 1;
        }
    }
    if left > 0 {
        text = format!("{text}\n{}", words::names_more(left, lang));
    }
    (!text.is_empty()).then_some(Effect::Operators { text, everybody })
}
