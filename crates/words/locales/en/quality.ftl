## Quality of alerts: what they lack, and what to add.

quality-nothing-seen = No alert has come yet, so there is nothing to judge. `siaga fire` sends a test alert.
quality-all-good = { $number ->
    [one] { $shown } alert came, and it says how bad it is, what it means and what to do. Nothing to add.
   *[other] { $shown } alerts came, and all of them say how bad it is, what it means and what to do. Nothing to add.
}
quality-worst = Alerts that lack something, worst first. Who is called at night reads what you add.
quality-line = { $rule } ({ $integration }) · { $number ->
    [one] { $shown } alert
   *[other] { $shown } alerts
} · lacks { $lacks }. Add { $add }.
# Not all alerts of the rule lack it.
quality-times = { $what } ({ $times } times)
quality-add-label = the label `{ $label }`
quality-add-annotation = the annotation `{ $annotation }`
quality-add-owner = the `owner` of its service in siaga.toml
