//! Purpose: whatever goes wrong around a command ends in a sentence for the person and one line in the log.

use domain::Refusal;
use poise::{FrameworkError, FrameworkOptions};
use serenity::model::application::CommandInteraction;

use crate::actor::Asker;
use crate::answer::Replier;
use crate::data::{Command, Data, Error, error_id};

/// The framework's options. It dispatches commands and nothing else.
pub(super) fn options(mut commands: Vec<Command>) -> FrameworkOptions<Data, Error> {
    poise::set_qualified_names(&mut commands);
    FrameworkOptions {
        commands,
        on_error: |error| Box::pin(on_error(error)),
        manual_cooldowns: true,
        initialize_owners: false,
        ..FrameworkOptions::default()
    }
}

async fn on_error(error: FrameworkError<'_, Data, Error>) {
    match error {
        FrameworkError::Command { error, ctx, .. } => {
            if let poise::Context::Application(cx) = ctx {
                failed(cx, cx.interaction, &error.to_string()).await;
            }
        }
        FrameworkError::CommandPanic { payload, ctx, .. } => {
            if let poise::Context::Application(cx) = ctx {
                failed(cx, cx.interaction, payload.as_deref().unwrap_or("panicked")).await;
            }
        }
        FrameworkError::ArgumentParse { error, ctx, .. } => {
            if let poise::Context::Application(cx) = ctx {
                failed(cx, cx.interaction, &error.to_string()).await;
            }
        }
        // The person's client knows an older form of our commands.
        FrameworkError::CommandStructureMismatch { description, ctx, .. } => {
            tracing::warn!(description, "A command of an older form was used");
            refuse(ctx.framework.user_data, ctx.framework.serenity_context, ctx.interaction, Refusal::StaleButton)
                .await;
        }
        FrameworkError::UnknownInteraction { framework, interaction, .. } => {
            tracing::warn!(command = interaction.data.name, "A command we do not know was used");
            refuse(framework.user_data, framework.serenity_context, interaction, Refusal::StaleButton).await;
        }
        // Checks, cooldowns and prefix commands are not used.
        other => tracing::error!("A command could not be handled: {other}"),
    }
}

async fn failed(cx: crate::data::Context<'_>, interaction: &CommandInteraction, reason: &str) {
    let error_id = error_id(interaction.id.get());
    tracing::error!(error.id = error_id, command = interaction.data.name, reason, "A command failed as {error_id}");
    let data = cx.framework.user_data;
    let language = data.language(&Asker::from(interaction));
    Replier::command(&cx.framework.serenity_context.http, interaction, language).failed(error_id).await;
}

async fn refuse(data: &Data, cx: &serenity::client::Context, interaction: &CommandInteraction, refusal: Refusal) {
    let language = data.language(&Asker::from(interaction));
    Replier::command(&cx.http, interaction, language).refuse(refusal).await;
}
