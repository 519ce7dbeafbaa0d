## Lama waktu.

duration-seconds = { $number } detik
duration-minutes = { $number } menit
duration-hours = { $number } jam
duration-days = { $number } hari
# 1 jam 5 menit
duration-two = { $long } { $short }
