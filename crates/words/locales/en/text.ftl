## Numbers and lists inside sentences.

# Stands between thousands.
text-thousands = ,

text-and-two = { $first } and { $last }
# $first: all but the last, with commas between them.
text-and-many = { $first } and { $last }

text-or-two = { $first } or { $last }
text-or-many = { $first } or { $last }

# Instead of a title of which nothing was left.
text-no-title = (no title)

text-more = and { $shown } more
# After a list with commas.
text-list-more = { $list } and { $shown } more
# A service or a runbook with the team it belongs to.
text-owner = { $what } (owner { $owner })
# The reason of a page that `/escalate` made.
text-escalated = escalated
