## Alert yang tidak mem-page siapa pun untuk sementara.

silence-one = Silence { $number }

# Sebelum dikonfirmasi, secara pribadi.
silence-proposed = Silence sampai { $until }?
silence-proposed-open = Silence sampai kapan?
silence-matchers = Cocok dengan: { $what }
silence-reason = Alasan: { $reason }
silence-stands = Tidak ada yang diubah; usulan ini masih berlaku:
silence-matches-nothing = Tidak ada alert firing yang cocok sekarang. Yang datang dan cocok akan ditahan.
silence-matches = { $number ->
   *[other] Cocok dengan { $shown } alert yang firing.
}
silence-matches-incidents = { $number ->
   *[other] Cocok dengan { $shown } alert yang firing: { $incidents } tidak akan mem-page siapa pun.
}
silence-goes-on = { $incidents } tetap mem-page: ada alert lain yang firing, atau severity-nya lebih parah.
silence-everything = **Itu semua yang firing sekarang.**
silence-severity = Yang lebih parah dari { $severity } tetap mem-page.
silence-any-severity = Semua severity ditahan.
silence-cancelled = Tidak ada yang di-silence.

# Jawaban.
silence-began = Silence { $number } berlaku sampai { $until }. `/silence end` mengakhirinya lebih awal.
silence-holds-nothing = Tidak ada alert firing yang cocok sekarang.
silence-holds = { $number ->
   *[other] { $shown } alert firing sekarang tidak mem-page siapa pun.
}
silence-holds-incidents = { $number ->
   *[other] { $shown } alert firing sekarang tidak mem-page siapa pun: { $incidents }.
}
silence-extended = Silence { $number } sekarang berlaku sampai { $until }.
silence-shortened = Silence { $number } sekarang berlaku sampai { $until }. Yang masih firing akan mem-page saat itu.
silence-ended = Silence { $number } berakhir.
silence-let-end = Silence { $number } berakhir { $until }. Yang masih firing akan mem-page saat itu.
silence-nothing-left = Tidak ada lagi yang firing.
silence-fires = { $number ->
   *[other] { $shown } alert masih firing.
}
silence-fires-rang = { $number ->
   *[other] { $shown } alert masih firing: { $incidents } mem-page sekarang.
}

# Yang tidak bisa.
silence-bad-matcher = `{ $text }` bukan kondisi: { $why }.
silence-matcher-operator = tulis sebagai name="value", dengan =, !=, =~ atau !~
silence-matcher-name = nama label-nya tidak ada
silence-matcher-quotes = nilainya satu teks dalam tanda kutip, seperti "checkout"
silence-matcher-regex = regular expression-nya tidak valid ({ $why })
silence-matcher-needs-quotes = nilai yang berisi { $letter } harus di dalam tanda kutip
silence-matcher-differs = Alertmanager membaca { $part } dengan cara lain, jadi tulis tanpa itu
silence-too-many-matchers = Satu silence paling banyak { $number } kondisi, total { $length } karakter.
silence-matches-all = Itu akan men-silence semuanya: sebut paling tidak satu nilai, seperti service="checkout". `.+`, `[a-z].*`, dan kondisi yang hanya menyebut apa yang bukan tidak membedakan apa pun.
silence-no-reason = Sebut alasannya: yang membacanya malam-malam perlu itu.
silence-reason-too-long = Alasannya paling banyak { $length } karakter.
silence-one-end = Sebut sampai kapan, atau berapa lama: salah satu. Silence selalu punya akhir.
silence-too-long = Silence paling lama { $longest }. `/silence extend` memperpanjangnya menjelang akhir.
silence-earlier = Silence ini sudah berlaku sampai { $until }. `/silence end` mengakhirinya sekarang, atau lebih awal dengan `at`.
silence-later = Silence ini sudah berakhir { $until }. `/silence extend` memperpanjangnya.
silence-extended-already = Sudah diperpanjang: berlaku sampai { $until }. `/silence extend` memperpanjangnya lagi.
silence-just-passed = `{ $text }` baru saja lewat. Kalau maksudnya besok, tulis `besok { $text }`; untuk lamanya, tulis `2h`.
silence-nothing-fires = Tidak ada alert { $incident } yang firing, jadi tidak ada yang bisa di-silence. `/silence create` men-silence yang akan datang.
silence-none-such = Tidak ada silence { $number } yang berlaku. Tidak ada satu pun.
silence-no-such = Tidak ada silence { $number } yang berlaku. Yang ada: { $known }.
silence-no-proposal = Itu sudah lewat 15 menit, atau orang lain yang memintanya. Mulai lagi; tidak ada yang di-silence.

# Yang dibaca semua orang, dan pemiliknya.
silence-said-began = { $who } men-silence alert sampai { $until } (silence { $number }).
silence-said-extended = { $who } memperpanjang silence { $number }: berlaku sampai { $until }.
silence-said-shortened = { $who } memperpendek silence { $number }: berlaku sampai { $until }.
silence-said-over = Silence { $number } dari { $who } berakhir.
silence-said-ended = { $by } mengakhiri silence { $number } dari { $who }.
silence-said-left = { $who } meninggalkan server, jadi silence { $number } berakhir.
silence-said-not-a-person = { $who } tidak ada lagi di konfigurasi, jadi silence { $number } berakhir.
silence-said-held = { $number ->
    [0] Tidak ada yang ditahan.
   *[other] { $shown } alert ditahan.
}
silence-asked = Silence { $number } milikmu berakhir { $until }.
silence-asked-fires = { $number ->
   *[other] { $shown } alert masih firing.
}
silence-button-extend = Perpanjang 2 jam
silence-button-let-end = Biarkan berakhir
silence-button-silence = Silence
silence-button-silenced = Perpanjang atau akhiri silence
silence-button-half-hour = 30 menit
silence-button-two-hours = 2 jam
silence-button-morning = Sampai 08:00
silence-button-change = Ubah
silence-button-cancel = Batal
silence-button-end = Akhiri sekarang

# Form.
silence-form-title = Silence alert
silence-form-matchers = Kondisi, satu per baris: name="value"
silence-form-until = Sampai kapan, atau berapa lama
silence-form-until-hint = 2h, 08:00, besok 09:00
silence-form-reason = Alasan

# Melihatnya.
silence-show = Silence { $number } dari { $who } berlaku sampai { $until }.
silence-show-over = Silence { $number } dari { $who } sudah berakhir.
silence-show-held = Ditahan sebelumnya:
silence-counted = { $number ->
    [0] Belum ada yang ditahan.
   *[other] { $shown } alert ditahan, { $firing } firing sekarang.
}
silence-by-others = { $number ->
   *[other] { $shown } alert yang cocok sedang firing, dan ditahan silence lain.
}
silence-counted-incidents = { $number ->
   *[other] { $incidents } tidak mem-page siapa pun.
}
silence-list = Silence yang berlaku:
silence-list-line = Silence { $number } dari { $who } sampai { $until }: { $reason }
silence-list-none = Tidak ada yang di-silence.

# Di kartu, di channel, di `/why`.
silence-card = oleh { $who } sampai { $until } (silence { $number }): { $reason }
silence-held-back = Di-silence { $who } sampai { $until } (silence { $number }): tidak mem-page siapa pun. Alasan: { $reason }
silence-hold-over = Silence { $number } berakhir, dan alert masih firing.
silence-hold-worse = Sekarang lebih parah dari yang dimaksud silence-nya.
silence-hold-not-silenced = Ada alert firing yang tidak ditahan silence mana pun.
silence-hold-raised = Severity-nya di atas yang dimaksud silence-nya.
silence-hold-merged = Yang digabungkan ke sini tidak di-silence.
