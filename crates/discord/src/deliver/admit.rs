//! Purpose: let somebody who is called into the channel of the incident before they are mentioned in it: Discord takes a mention of
//! whoever does not see it, and no phone rings. (Netflix/dispatch issue 1724: named as responsible, and not in the channel.)

use domain::{ChatChannelId, PersonId, Thing};
use engine::{Outcome, Receipt};
use serde_json::{Value, json};

use super::{Attempt, Step, dropped};
use crate::directory_load::Overwrite;
use crate::directory_load::permissions::{READ_MESSAGE_HISTORY, SEND_MESSAGES, VIEW_CHANNEL};
use crate::rest::{ChannelId, Route, UserId};

/// What they may do there: the bot can give only what it has itself.
const LET_IN: u64 = VIEW_CHANNEL | SEND_MESSAGES | READ_MESSAGE_HISTORY;
/// The mention does not wait longer for it.
const PATIENCE: jiff::SignedDuration = jiff::SignedDuration::from_secs(5);

impl Attempt<'_> {
    /// Lets a person into the channel, unless they see it already, or the server keeps that very person out.
    pub(super) async fn admit(&self, person: &PersonId) -> Step<Receipt> {
        let Some(channel) = self.object_channel(Thing::Channel) else { return Err(dropped("there is no channel")) };
        let Some(user) = self.directory.user(person) else {
            return Err(dropped("nobody in the server is this person"));
        };
        let roles = self.own.engine.roles(person).await;
        let home = self.own.directory.home();
        if roles.is_some_and(|roles| home.sees(channel, user, &roles)) {
            return Ok(Receipt::default());
        }
        let own = home.rights.own(channel, user);
        if own.is_some_and(|own| own.deny & VIEW_CHANNEL != 0) {
            return Err(dropped("the server keeps this person out of the channel"));
        }
        let (allow, deny) = own.map_or((0, 0), |own| (own.allow, own.deny));
        let (allow, deny) = (allow | LET_IN, deny & !LET_IN);
        let route = Route::set_overwrite(ChannelId(channel.0), UserId(user.0));
        let body = json!({ "type": 1, "allow": allow.to_string(), "deny": deny.to_string() });
        let let_in = self.tolerant_of(self.send(&route, body).await, Thing::Channel, "nobody was let into the channel");
        match let_in {
            Ok(receipt) => {
                if receipt.warning.is_none() {
                    let overwrite = Overwrite { id: user.0, kind: 1, allow, deny };
                    self.own.directory.change_home(|home| home.rights.set_own(channel, overwrite));
                }
                Ok(receipt)
            }
            // The mention stands behind this, and must not wait for it.
            Err(Outcome::NotYet { reason, .. } | Outcome::Unknown { reason, .. })
                if self.job.now.duration_since(self.job.planned_at) > PATIENCE =>
            {
                let warning = Some(format!("nobody was let into the channel: {reason}"));
                Ok(Receipt { warning, ..Receipt::default() })
            }
            Err(outcome) => Err(outcome),
        }
    }

    /// Who sees a channel that was just made, as Discord answered: its event may come later than the first mention in it.
    pub(super) fn seen_by(&self, channel: u64, answer: &Value) {
        let overwrites = serde_json::from_value::<Vec<Overwrite>>(answer["permission_overwrites"].clone());
        if let Ok(overwrites) = overwrites {
            self.own.directory.change_home(|home| home.rights.channel_is(ChatChannelId(channel), overwrites));
        }
    }
}
