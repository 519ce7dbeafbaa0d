## Numbers and lists inside sentences.

# Stands between thousands.
number-separator = ,

list-and-two = { $first } and { $last }
# $first: all but the last, with commas between them.
list-and-many = { $first } and { $last }

list-or-two = { $first } or { $last }
list-or-many = { $first } or { $last }

# Instead of a title of which nothing was left.
title-none = (no title)
