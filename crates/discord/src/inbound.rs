//! Purpose: what an event of the gateway says, read by the functions the handlers use, and nothing done about it. So that
//! whatever may come can be tried on them: by the tests, and for hours by the fuzzers.

use domain::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serenity::model::application::{CommandInteraction, ComponentInteraction, Interaction, ModalInteraction};

use intake::ChatLine;

use crate::actor::Asker;
use crate::chat_message;
use crate::components::{Fields, date, duration, minutes, value};
use crate::custom_id::CustomId;

/// What was read.
#[derive(Clone, Debug)]
pub enum Inbound {
    /// A message in a channel.
    Line(Box<ChatLine>),
    /// A command, or what is typed into one so far.
    Command {
        /// Who.
        asker: Asker,
        /// Options that were read.
        options: usize,
    },
    /// A button or select.
    Press {
        /// Who.
        asker: Asker,
        /// Which, if it is one of ours.
        id: Option<CustomId>,
        /// What was chosen in a select.
        chosen: Option<String>,
    },
    /// A form.
    Form {
        /// Who.
        asker: Asker,
        /// Which, if it is one of ours.
        id: Option<CustomId>,
        /// Names and texts of its fields.
        fields: Vec<(String, String)>,
        /// How many of them read as a length of time, a number of minutes or a day.
        times: usize,
    },
}

/// Reads the data (`d`) of an event; nothing when it is neither a message nor an interaction we know.
#[must_use]
pub fn read(event: &str, today: Date) -> Option<Inbound> {
    if let Ok(found) = serde_json::from_str(event).and_then(chat_message::written) {
        return Some(Inbound::Line(Box::new(chat_message::line_of(&found.message, &found.texts, None))));
    }
    match serde_json::from_str(event).ok()? {
        Interaction::Command(command) | Interaction::Autocomplete(command) => Some(self::command(&command)),
        Interaction::Component(component) => Some(press(&component)),
        Interaction::Modal(modal) => Some(form(&modal, today)),
        _ => None,
    }
}

fn command(command: &CommandInteraction) -> Inbound {
    Inbound::Command { asker: Asker::from(command), options: command.data.options().len() }
}

fn press(component: &ComponentInteraction) -> Inbound {
    Inbound::Press {
        asker: Asker::from(component),
        id: CustomId::parse(&component.data.custom_id),
        chosen: value(&component.data.kind).map(str::to_owned),
    }
}

fn form(modal: &ModalInteraction, today: Date) -> Inbound {
    let fields = Fields::of(modal);
    let is_time = |text: &str| {
        let (length, minutes, day) = times(text, today);
        length.is_some() || minutes.is_some() || day.is_some()
    };
    Inbound::Form {
        asker: Asker::from(modal),
        id: CustomId::parse(&modal.data.custom_id),
        times: fields.all().filter(|(_, text)| is_time(text)).count(),
        fields: fields.all().map(|(name, text)| (name.to_owned(), text.to_owned())).collect(),
    }
}

/// What people type where a length of time or a day is asked for; `None` for each way that cannot read it.
#[must_use]
pub fn times(text: &str, today: Date) -> (Option<std::time::Duration>, Option<u32>, Option<Date>) {
    let zone = TimeZone::UTC;
    let now = today.to_zoned(zone.clone()).map_or(Timestamp::UNIX_EPOCH, |begin| begin.timestamp());
    (duration(text, &zone, now).ok(), minutes(text).ok(), date(text, &zone, now).ok())
}
