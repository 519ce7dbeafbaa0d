## Durations.

duration-seconds = { $number ->
    [one] { $number } second
   *[other] { $number } seconds
}
duration-minutes = { $number ->
    [one] { $number } minute
   *[other] { $number } minutes
}
duration-hours = { $number ->
    [one] { $number } hour
   *[other] { $number } hours
}
duration-days = { $number ->
    [one] { $number } day
   *[other] { $number } days
}
# 1 hour 5 minutes
duration-two = { $long } { $short }
