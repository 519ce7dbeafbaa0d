//! Purpose: what Discord is asked to send us, and what happens when it refuses the contents of messages.

use domain::Setup;
use domain::setup::IntegrationKind;
use serenity::model::gateway::GatewayIntents;

/// For the log, the operators and `siaga doctor`.
pub(crate) const CONTENT_REFUSED: &str = "Watched channels are not read: the intent Message Content is switched off. \
     Switch it on in the Discord developer portal (your application, Bot, Message Content Intent) and restart. \
     Everything else works.";

/// The intents: contents of messages only when a watched channel needs them.
pub(super) fn wanted(setup: &Setup, content_refused: bool) -> GatewayIntents {
    let least = GatewayIntents::GUILDS | GatewayIntents::GUILD_MESSAGES | GatewayIntents::DIRECT_MESSAGES;
    if asks_for_content(setup) && !content_refused { least | GatewayIntents::MESSAGE_CONTENT } else { least }
}

/// Whether some channel is watched.
pub(crate) fn asks_for_content(setup: &Setup) -> bool {
    setup.integrations.iter().any(|integration| matches!(integration.kind, IntegrationKind::Chat(_)))
}
