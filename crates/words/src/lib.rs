//! Purpose: every sentence people read. Facts, refusals and posts go in; text comes out.
//!
//! A language is a folder with the same functions (`en`); the functions here only choose the folder, so another
//! language is another folder and another arm. Text from outside is made inert by [`escape`] in every sentence, so
//! callers hand it over as it came.

mod cut;
mod duration;
mod en;
mod escape;
mod facts;
#[cfg(test)]
mod keys;
mod list;
mod names;
mod on_call;
mod say;
#[cfg(test)]
mod tests;
mod text;
mod time;

pub use cut::{cut, length};
pub use duration::duration;
pub use escape::{escape, escape_lines, link, plain};
pub use facts::{CardFacts, ListLine, ShowFacts, StatusFacts};
pub use names::Names;
pub use on_call::{escalation_steps, no_schedules, on_call};
pub use time::{TimeStyle, timestamp};

use domain::incident::{EventAt, Page};
use domain::routing::Why;
use domain::runbook::Runbook;
use domain::setup::Language;
use domain::{ChatChannelId, Incident, IncidentId, IncidentStatus, Post, Refusal, Setup, Severity, Timestamp};

/// Makes the public functions: same name in the folder of each language, which is the last parameter.
macro_rules! spoken {
    ($($(#[$doc:meta])* $area:ident :: $name:ident ( $($arg:ident : $ty:ty),* $(,)? ) -> $out:ty;)*) => {
        $(
            $(#[$doc])*
            pub fn $name($($arg: $ty,)* lang: Language) -> $out {
                match lang {
                    // Indonesian has no folder yet: English is better than nothing.
                    Language::En | Language::Id => en::$area::$name($($arg),*),
                }
            }
        )*
    };
}

spoken! {
    /// One sentence that says what to do instead, naming the command.
    refusal::refusal(refusal: &Refusal) -> String;
    /// What a person reads when something failed for our reasons; the id is in the log.
    refusal::failed(error_id: &str) -> String;

    /// A message in a room, thread or channel.
    post::post(post: &Post, names: &dyn Names) -> String;
    /// What stands before a post outside the incident's own room: number, severity, title and where the room is.
    post::elsewhere(incident: &Incident, room: Option<ChatChannelId>) -> String;
    /// Why an incident has its severity, without a period.
    post::why(why: &Why) -> String;

    /// The line of a page, fit for a lock screen. `mention` stands first when the page is a mention.
    page::page_line(incident: &Incident, mention: Option<&str>) -> String;
    /// Lines below a page sent as a direct message: why, the first step, and the room's address.
    page::page_details(incident: &Incident, page: &Page, first_step: Option<&str>, room_url: Option<&str>) -> Vec<String>;
    /// The line of a page that is over.
    page::page_settled_line(incident: &Incident, page: &Page, names: &dyn Names) -> String;
    /// Button names under cards, pages and posts.
    page::button(button: Button) -> &'static str;

    /// First line of the card: `INC-8 · SEV-1 · TRIGGERED`.
    card::card_headline(incident: &Incident) -> String;
    /// The card's lines: label and text. Empty ones are left out.
    card::card_lines(facts: &CardFacts<'_>, names: &dyn Names) -> Vec<(&'static str, String)>;
    /// The card of an incident without a room: one line.
    card::card_line(incident: &Incident) -> String;
    /// A status as people read it.
    card::status_word(status: IncidentStatus) -> &'static str;

    /// First line of the stakeholders' message.
    status::status_headline(incident: &Incident) -> String;
    /// Lines of the stakeholders' message: label and text.
    status::status_lines(facts: &StatusFacts<'_>) -> Vec<(&'static str, String)>;

    /// The private answer to whatever was done to an incident. `setup` and `now` tell who is spared and what is next.
    answer::answer(incident: &Incident, events: &[EventAt], setup: &Setup, now: Timestamp, names: &dyn Names) -> String;
    /// "You have it. Rina will not be paged. First: check payment-gateway."
    answer::acknowledged_answer(spared: Option<&str>, first_step: Option<&str>) -> String;
    /// Somebody opened an incident.
    answer::opened_answer(incident: &Incident, room: Option<ChatChannelId>, names: &dyn Names) -> String;
    /// Somebody follows, or no longer does.
    answer::follow_answer(incident: IncidentId, follows: bool) -> String;
    /// The same click or command came twice.
    answer::repeated_answer() -> String;
    /// A chat line was said not to be an incident.
    answer::declined_candidate_answer() -> String;
    /// "3 alerts still fire."; none when no alert fires.
    answer::still_firing(incident: &Incident) -> Option<String>;

    /// Catch me up: impact, who has it, what was tried, what is next, links.
    show::incident_show(facts: &ShowFacts<'_>, names: &dyn Names) -> String;
    /// Why this severity, this room and these people.
    show::incident_why(facts: &ShowFacts<'_>, names: &dyn Names) -> String;
    /// A list of incidents under a heading; one line each.
    show::incident_list(heading: ListHeading, lines: &[ListLine<'_>]) -> String;
    /// One incident as autocompletion shows it, plain text of at most 100 characters.
    show::incident_choice(id: IncidentId, severity: Severity, title: &str) -> String;
    /// One entry of the timeline as text, without its time.
    entry::entry(entry: &EventAt, names: &dyn Names) -> String;

    /// Found runbooks.
    runbook::runbook_list(query: &str, found: &[&Runbook]) -> String;
    /// A runbook's text. Its Markdown is ours and is kept.
    runbook::runbook_show(runbook: &Runbook, now: Timestamp) -> String;
    /// No runbook covers this incident; the sender's own address, if it gave one.
    runbook::runbook_missing(incident: &Incident) -> String;

    /// Help: one screen for a newcomer, or a topic. None when there is no such topic.
    help::help(topic: Option<&str>) -> Option<String>;
    /// Topics of the help, for autocompletion.
    help::help_topics() -> &'static [&'static str];

    /// Asks whether a chat line is an incident.
    candidate::candidate_question(title: &str) -> String;
    /// How that question was answered.
    candidate::candidate_settled(incident: Option<IncidentId>, room: Option<ChatChannelId>, by: &str) -> String;

    /// For the operators: an effect could not be delivered.
    notice::dead_letter(what: &str, incident: Option<IncidentId>, reason: &str) -> String;
    /// For the operators: a name of the configuration does not exist in Discord.
    notice::unknown_name(name: &str, used_for: &str) -> String;
    /// For the operators: the bot lacks a permission.
    notice::missing_permission(permission: &str, channel: Option<ChatChannelId>) -> String;
    /// For the operators: a payload of unknown shape became an incident.
    notice::unmapped_payload(integration: &str) -> String;

    /// Titles, labels and placeholders of the forms.
    form::form(text: FormText) -> &'static str;
    /// The label of "What fixed it?": warns while alerts fire. At most 45 characters.
    form::resolve_label(incident: &Incident) -> String;
    /// The title of a form about an incident. At most 45 characters.
    form::form_title(text: FormText, incident: IncidentId) -> String;
}

/// A button's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "named as in the glossary; the text is what they mean")]
pub enum Button {
    Acknowledge,
    Decline,
    Runbook,
    Update,
    Resolve,
    More,
    KeepOpen,
    Undo,
    StillOnIt,
    Room,
    OpenIncident,
    NotAnIncident,
}

/// Fixed texts of forms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "title, label and placeholder of the form's fields, named after them")]
pub enum FormText {
    UpdateTitle,
    UpdateKnow,
    UpdateDoing,
    UpdateNext,
    UpdateNextHint,
    ResolveTitle,
    ResolveHint,
    OpenTitle,
    OpenWhat,
    OpenImpact,
    OpenService,
    OpenSeverity,
    OpenSeverityHint,
}

/// Which incidents a list shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListHeading {
    /// Open ones.
    Open,
    /// The latest ones.
    Recent,
    /// Those the person has, commands or was paged for.
    Mine,
}
