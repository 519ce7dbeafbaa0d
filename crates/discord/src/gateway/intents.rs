//! Purpose: what Discord is asked to send us, and what happens when it refuses the contents of messages.

use domain::Setup;
use domain::setup::IntegrationKind;
use serenity::model::gateway::GatewayIntents;

/// The intents: contents of messages only when a watched channel needs them.
pub(super) fn wanted(setup: &Setup, content_refused: bool) -> GatewayIntents {
    let least = GatewayIntents::GUILDS | GatewayIntents::GUILD_MESSAGES | GatewayIntents::DIRECT_MESSAGES;
    if asks_for_content(setup) && !content_refused { least | GatewayIntents::MESSAGE_CONTENT } else { least }
}

/// Whether some channel is watched.
pub(crate) fn asks_for_content(setup: &Setup) -> bool {
    setup.integrations.iter().any(|integration| matches!(integration.kind, IntegrationKind::Chat(_)))
}
