//! Purpose: messages of watched channels that are changed or deleted after they were read, while we look and while we are away
//! (`docs/adr/0024-what-people-change-in-chat.md`).

use std::collections::VecDeque;
use std::sync::atomic::Ordering;

use domain::{AlertReport, AlertStatus, ChatChannelId, ChatMessageId, Timestamp};
use engine::{LineChange, Said};

use super::{PAGE, REMEMBERED, Reader, Trouble, answered, line};
use crate::chat_message::{Written, changed_at, is_bare, written};
use crate::directory_load::try_get;
use crate::rest::{self, Route};

/// A person's message that told of nothing, and is changed after so long, is not read again.
const OLD: jiff::SignedDuration = jiff::SignedDuration::from_hours(24);

impl Reader {
    /// A message that was read was changed: it is read as it is now.
    pub(super) async fn read_again(&mut self, channel: ChatChannelId, message: ChatMessageId) {
        // A line that was not read yet is read as it is then.
        if !self.marks.get(&channel).is_some_and(|mark| mark.has(message)) {
            return;
        }
        match self.whole(channel, message).await {
            Ok(found) => self.take_in(&found).await,
            // Deleted meanwhile: that is told, too. Without an answer it is read when the next session begins.
            Err(Trouble::Refused(reason) | Trouble::Later(reason)) => {
                tracing::warn!(%channel, reason, "A message that was changed could not be read");
            }
        }
    }

    /// One message, as it is now.
    pub(super) async fn whole(&self, channel: ChatChannelId, message: ChatMessageId) -> Result<Written, Trouble> {
        let route = Route::get_message(rest::ChannelId(channel.0), rest::MessageId(message.0));
        let value: serde_json::Value = answered(try_get(&self.data.rest, route).await)?;
        written(value).map_err(|error| Trouble::Refused(error.to_string()))
    }

    /// What a message that was changed says beyond what it said is news, and the question about what it says no more counts it no
    /// more. Whatever fires stays: a line that is changed is no end.
    pub(super) async fn take_in(&mut self, found: &Written) {
        let message = ChatMessageId(found.message.id.get());
        // Discord adds previews of links without anybody's doing.
        let Some(edited_at) = found.message.edited_timestamp else { return };
        if !self.contents.load(Ordering::SeqCst) && is_bare(&found.message) {
            return;
        }
        // Of changes in a row the first one that is asked for brings the last text.
        let edit = edited_at.to_string();
        if self.edits.insert(message, edit.clone()).is_some_and(|known| known == edit) {
            return;
        }
        if self.edits.len() > REMEMBERED {
            self.edits.pop_first();
        }
        let Some(line) = line(&self.data, &found.message, &found.texts) else { return };
        let Some(mut line) = self.in_its_channel(line).await else { return };
        let (written_at, channel) = (line.at, line.channel);
        line.at = changed_at(&found.message).unwrap_or(line.at);
        let said = match self.data.engine.said_in_message(message).await {
            Ok(said) => said,
            Err(error) => {
                tracing::error!(%error, %channel, "What a message said before is not known: its change is not read");
                return;
            }
        };
        // It was read, before a restart.
        if said.iter().any(|said| said.at >= line.at && said.at > written_at) {
            return;
        }
        // A bot edits the one message it has for months. A person who mends a word in an old message tells nothing.
        if said.is_empty() && !line.by_bot && line.at.duration_since(written_at) > OLD {
            tracing::debug!(%channel, message.id = message.0, "An old message was changed by a person: it is not read");
            return;
        }
        let mut reports = self.reports(&line).await;
        if let ([report], [Said { alert, .. }]) = (reports.as_mut_slice(), said.as_slice())
            && !report.candidate
        {
            // A bot that edits its one message goes on about the same alert, whatever the words are now.
            report.dedup_key = alert.clone();
        }
        let tells: Vec<_> = reports.iter().map(|report| report.dedup_key.clone()).collect();
        if said.iter().any(|said| !tells.contains(&said.alert)) {
            self.changed(message, LineChange::Tells(tells)).await;
        }
        let news = news(&reports, &said);
        if !news.is_empty() {
            self.hand_over(news).await;
        }
    }

    /// A message was deleted, or tells of other alerts than it did.
    pub(super) async fn changed(&self, message: ChatMessageId, change: LineChange) {
        if let Err(error) = self.data.engine.chat_message_changed(message, change).await {
            tracing::error!(%error, "That a line of a watched channel changed was not written down");
        }
    }

    /// What was changed in a channel while nobody looked, oldest first, as far as it is among its last messages. Those that are
    /// not there any more were deleted.
    pub(super) async fn changes(
        &mut self,
        channel: ChatChannelId,
        mark: ChatMessageId,
    ) -> Result<VecDeque<Written>, Trouble> {
        let engine = &self.data.engine;
        let later = |error: &dyn std::fmt::Display| Trouble::Later(error.to_string());
        // What was changed before anybody watched is history.
        let Some(from) = engine.chat_changes_from(channel).await.map_err(|error| later(&error))? else {
            return Ok(VecDeque::new());
        };
        let before = rest::MessageId(mark.0.saturating_add(1));
        let route = Route::messages_before(rest::ChannelId(channel.0), before, PAGE);
        let page = self.page(route).await?;
        // Who may not read what was written hears that nothing was (Discord docs, "Get Channel Messages"): that is no deletion.
        let Some((oldest, _)) = page.first() else { return Ok(VecDeque::new()) };
        let oldest = if page.len() >= usize::from(PAGE) { *oldest } else { ChatMessageId(0) };
        let told = engine.told_in_channel(channel, oldest).await.map_err(|error| later(&error))?;
        for message in told.into_iter().filter(|told| *told <= mark && !page.iter().any(|(id, _)| id == told)) {
            self.changed(message, LineChange::Deleted).await;
        }
        let changed = |found: &Written| changed_at(&found.message).is_some_and(|at| at >= from);
        let mut changes: Vec<Written> = page.into_iter().filter_map(|(_, found)| found).filter(changed).collect();
        changes.sort_by_key(|found| changed_at(&found.message));
        Ok(changes.into())
    }

    /// Takes in changes up to an instant; all of them without one.
    pub(super) async fn take_changes(&mut self, changes: &mut VecDeque<Written>, until: Option<Timestamp>) {
        let due = |found: &Written| until.is_none_or(|until| changed_at(&found.message) <= Some(until));
        while changes.front().is_some_and(due) {
            if let Some(found) = changes.pop_front() {
                self.take_in(&found).await;
            }
        }
    }
}

/// What is to be decided of a message that was changed, beyond what was decided of it. What people are asked about is asked about
/// once. Any other alert that fires may have another title now; one that another message ended does not fire again by it.
fn news(reports: &[AlertReport], said: &[Said]) -> Vec<AlertReport> {
    let over = |report: &AlertReport| report.status == AlertStatus::Resolved;
    let is_known = |report: &AlertReport| {
        // Where a message tells of an alert several times, its last word counts.
        let last = reports.iter().rev().find(|other| other.dedup_key == report.dedup_key).unwrap_or(report);
        let same = said.iter().find(|said| said.alert == last.dedup_key && said.over == over(last));
        same.is_some_and(|same| report.candidate || over(last) || over(report) || !same.fires)
    };
    reports.iter().filter(|report| !is_known(report)).cloned().collect()
}
