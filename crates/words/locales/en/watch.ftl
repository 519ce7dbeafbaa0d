## Siaga is not well, and says so.

watch-discord-down = Discord has not been reachable for { $time }.
watch-page-stuck = A page has been on its way to Discord for { $time }.
watch-journal-old = An accepted alert has waited for its decision for { $time }.
watch-gateway-away = Commands and buttons have not answered for { $time }.
watch-held-back = The outside watch is not pinged, so it will call people: { $why } `siaga doctor` says what to do.
watch-well-again = All is well again; the outside watch is pinged.
watch-alarm-title = Siaga is not well: pages may not arrive
watch-alarm-what-to-do = Watch the monitoring yourself until this is over. On the machine of the bot, `siaga doctor` says what to do.
watch-alarm-over-title = Siaga is well again
watch-alarm-over = Pages go out again. What waited is delivered now.
watch-alarm-footer = You get this because [watch] alarm names you.
