## Runbook.

runbook-none = Tidak ada runbook yang memuat { $query }. `/runbook search` juga menerima lebih sedikit kata.
runbook-found = { $number ->
   *[other] { $shown } runbook; `/runbook show` membukanya:
}

# Insiden lama dengan kata yang sama, satu baris per insiden di bawah judul.
runbook-past = Insiden sebelumnya:
runbook-past-line = { $incident } { $title }
runbook-past-fixed = { $incident } { $title }, diperbaiki dengan: { $how }
# Di mana runbook dipakai, dalam satu baris.
runbook-used = Dipakai di: { $incidents }

# Keterangan di bawah judul, dipisahkan titik tengah.
runbook-owner = pemilik { $owner }
runbook-never-reviewed = belum pernah ditinjau
runbook-reviewed = ditinjau { $date }
runbook-reviewed-long-ago = ditinjau { $date }, mungkin sudah usang
runbook-full-text = teks lengkap

runbook-missing = Belum ada runbook untuk { $incident }. `/runbook search` mencari dengan kata.
runbook-missing-link = { $incident } punya { $link }. `/runbook search` mencari yang lain.
runbook-of-sender = runbook dari pengirim

# Di antara tautan kartu: alamat, atau judul.
runbook-link = Runbook
runbook-named = Runbook { $title }
