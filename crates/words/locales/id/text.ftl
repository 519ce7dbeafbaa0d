## Angka dan daftar di dalam kalimat.

# Pemisah ribuan.
number-separator = .

list-and-two = { $first } dan { $last }
# $first: semua kecuali yang terakhir, dipisahkan koma.
list-and-many = { $first }, dan { $last }

list-or-two = { $first } atau { $last }
list-or-many = { $first }, atau { $last }

# Pengganti judul yang kosong.
title-none = (tanpa judul)
