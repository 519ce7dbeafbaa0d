## Notices for those who run the bot.

notice-dead-letter = Not delivered: { $what }. Reason: { $reason }. It will not be tried again; tell people yourself; the log says more.
notice-dead-letter-of = Not delivered: { $what } of { $incident }. Reason: { $reason }. It will not be tried again; tell people yourself; the log says more.
notice-unknown-name = { $name } does not exist in this server; it is configured as { $used_for }. Create it or correct siaga.toml.
notice-missing-permission = The permission { $permission } is missing. Give it to the bot's role.
notice-missing-permission-in = The permission { $permission } is missing in { $channel }. Give it to the bot's role.
notice-unmapped-payload = The integration { $integration } sent a payload of unknown shape. It became an incident and is kept whole in the journal; check the sender.
