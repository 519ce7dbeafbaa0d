## Penilaian: seberapa parah, dengan dua pertanyaan. Pilihan dan petunjuk: paling banyak 100 karakter; menu: 150.

triage-ask = Berapa banyak yang terdampak, dan seberapa cepat harus berakhir? Kalau ragu, pilih yang lebih tinggi.
triage-already = Sudah di-triase: { $impact }, { $urgency }.
triage-meanwhile = Sementara itu menjadi { $severity }. Lihat sekali lagi, lalu konfirmasi.

triage-impact = Berapa banyak yang terdampak?
triage-impact-most = Sebagian besar
triage-impact-most-hint = Sebagian besar pelanggan, atau uang atau data sedang hilang
triage-impact-many = Banyak
triage-impact-many-hint = Banyak pelanggan, atau satu fungsi penting. Kalau ragu: Sebagian besar
triage-impact-few = Sedikit
triage-impact-few-hint = Sedikit pelanggan, atau lebih lambat dari seharusnya. Kalau ragu: Banyak
triage-impact-nobody = Tidak ada
triage-impact-nobody-hint = Tidak ada orang luar yang merasakan. Kalau ragu: Sedikit

triage-urgency = Seberapa cepat harus berakhir?
triage-urgency-now = Sekarang
triage-urgency-now-hint = Makin luas, atau setiap menit merugikan
triage-urgency-hours = Beberapa jam
triage-urgency-hours-hint = Stabil dan boleh satu atau dua jam. Kalau ragu: Sekarang
triage-urgency-later = Nanti
triage-urgency-later-hint = Bisa menunggu jam kerja. Kalau ragu: Beberapa jam

# Akibat sebuah pilihan. $effects: satu atau beberapa dari yang di bawahnya, dengan koma.
triage-effects = { $severity }: { $effects }.
triage-same = Tetap { $severity }: tidak ada yang berubah.
triage-opens-channel = membuka channel
triage-opens-thread = membuka thread
triage-pages = mem-page { $who } sekarang
triage-stops = page untuk { $who } berhenti
triage-pages-nobody = tidak mem-page siapa pun
triage-pages-nobody-else = tidak mem-page orang lain
triage-updates = Kabar setiap { $every }.
triage-updates-hourly = Kabar setiap jam.

triage-merge = Gabungkan { $incident } ke insiden mana? Alert dan pengikutnya pindah ke sana, dan { $incident } berakhir.
triage-merge-none = Tidak ada insiden lain yang terbuka, jadi { $incident } tidak bisa digabungkan.
triage-into = Insiden yang dilanjutkan
