## What is wrong with a name of the configuration, for those who run the bot.

wrong-category-missing = The category { $category } is not there: it was renamed or deleted, or Siaga cannot see it. Until it is there again, threads are the rooms of incidents, because a channel outside it would be open to everybody. Give a category that name again, or correct discord.category in siaga.toml. Incidents that open then get their channels.
wrong-category-several = { $count } categories are called { $category }, and any of them could be open to everybody, so threads are the rooms of incidents. Rename the others, or write the category's id in discord.category in siaga.toml. Incidents that open then get their channels.
wrong-operators-missing = Notices for those who run Siaga wait, because their channel { $channel } was deleted or renamed; they are not written here, where everybody reads. `siaga outbox list` and `show` say what they are. Give a channel that name again (or correct siaga.toml): they come by themselves.
wrong-access-role-missing = The role { $role } of { $key } is not there: it was renamed or deleted, so nobody has what it allows. Give a role that name again, or correct siaga.toml.
wrong-end-post-missing = The channel { $channel } is not there: it was renamed or deleted. When nobody answers the escalation { $policy }, that is told in the incident's room instead. Give a channel that name again, or correct siaga.toml.
wrong-end-mention-missing = The role { $role } is not there: it was renamed or deleted. When nobody answers the escalation { $policy }, nobody is mentioned. Give a role that name again, or correct siaga.toml.
wrong-schedule-channel-missing = The channel { $channel } is not there: it was renamed or deleted. Nobody reads there who is on call for { $schedule }; pages are not touched by it. Give a channel that name again, or correct siaga.toml.
wrong-schedule-role-missing = The role { $role } is not there: it was renamed or deleted. Whoever is on call for { $schedule } does not get it; pages are not touched by it. Give a role that name again, or correct siaga.toml.
wrong-watched-missing = The channel { $channel } is not there: it was renamed or deleted. The integration { $integration } does not read it, so nothing that is written in it becomes an alert. Give a channel that name again, or correct siaga.toml.

wrong-person-nobody = { $person } cannot be paged: no member of the server has the Discord user name { $name } (display names and nicknames do not count). Invite them, or correct people.{ $person }.discord in siaga.toml. Siaga looks again every minute, and before each page.
wrong-person-many = { $person } cannot be paged: more than { $count } names in the server begin with { $name }, and Discord's search shows no more of them. Write the id of { $person } in people.{ $person }.discord in siaga.toml.
wrong-person-bot = { $person } cannot be paged: { $name } is a bot. Correct people.{ $person }.discord in siaga.toml.
wrong-person-left = { $person } cannot be paged: the account { $name } is not a member of the server. Invite them, or correct people.{ $person }.discord in siaga.toml. Siaga looks again every minute, and before each page.
wrong-person-left-taken = { $person } cannot be paged: their account left the server, and their user name { $name } belongs to another one now. Nobody is paged in their place. If that is { $person } with a new account: `siaga people unpin { $person }`.
wrong-person-renamed = { $person } has the Discord user name { $now } now, not { $name }. It is the same account, so nothing changes. Write the new name in people.{ $person }.discord in siaga.toml when it suits you.
wrong-person-taken = { $person } has the Discord user name { $now } now, and { $name } belongs to another account. { $person } is still who they were; the other account is paged for nothing. Write the new name in people.{ $person }.discord in siaga.toml.
wrong-person-same = { $person } and { $other } are the same Discord account: a page to one reaches the other. Correct one of them in siaga.toml.

wrong-sees-no-channel = { $person } does not see { $channel }, so a mention in an incident's thread makes no sound for them. Let them see it (Edit Channel, Permissions), or page somebody else in siaga.toml.
wrong-sees-no-category = { $person } does not see the category { $category }, and Siaga cannot let them into the channel of an incident: it lacks Manage Roles there. Switch that on for Siaga's role, or let { $person } see the category.
wrong-kept-out-of-category = { $person } is kept out of the category { $category } by name, so a mention in the channel of an incident makes no sound for them. Let them see it, or page somebody else in siaga.toml.

wrong-more = { $count ->
    [one] One more name is wrong.
   *[other] { $count } more names are wrong.
} `siaga doctor` lists them all.

wrong-person-found = { $person } is found: the Discord account { $now } ({ $id }). Pages reach them.
wrong-person-matched-anew = { $person } is another Discord account now, because siaga.toml says so: { $now } ({ $id }), not { $before } ({ $before_id }).
wrong-person-unpinned = { $person } was unpinned and looked up anew: the Discord account { $now } ({ $id }).
