## Nama tombol: paling banyak 80 karakter, lebih baik 20.

button-acknowledge = Saya tangani
button-acknowledge-all = Tangani semua
button-acknowledge-one = Tangani { $incident }
button-decline = Tidak bisa
button-runbook = Panduan
button-update = Beri kabar
button-resolve = Selesaikan
button-more = Lainnya
button-keep-open = Biarkan terbuka
button-undo = Batalkan
button-still-on-it = Masih saya tangani
button-room = Buka ruang
button-postmortem = Postmortem
button-write = Tulis
button-add-action-item = Tambah tindak lanjut
button-proof = Bukti
button-draft = Draf
button-record = Catatan lengkap
button-close = Tutup
button-open-incident = Buka insiden
button-not-an-incident = Bukan insiden
button-triage = Nilai
button-confirm = Konfirmasi
button-no-incident = Tolak: bukan insiden
button-merge = Gabungkan
button-back = Kembali
