## Siapa yang on-call, dan siapa yang di-page oleh sebuah kebijakan.

on-call-person = On-call { $what }: { $who } sampai { $until }; setelah itu { $next }.
on-call-alone = On-call { $what }: { $who }, sendirian dalam rotasi; serah terima berikutnya { $handoff }.
on-call-not-there = { $who } bukan anggota server: page di Discord tidak sampai kepadanya.
on-call-unseen = { $who } tidak melihat { $place }: mention di sana tidak berbunyi untuknya.
on-call-gap = Tidak ada on-call untuk { $what }. Page lanjut ke langkah berikutnya; `/page` mem-page orang dengan nama.
on-call-no-schedules = Belum ada jadwal, jadi tidak ada on-call. `/page` mem-page orang dengan nama.

on-call-policy = Kebijakan { $policy } mem-page:
on-call-step = { $number }. { $who }, lalu menunggu { $wait }
# Berdiri di antara orang-orang dalam satu langkah.
on-call-step-gap = tidak ada (belum ada on-call untuk { $what })
on-call-more-steps = { $number ->
   *[other] dan { $shown } langkah lagi
}
on-call-repeat = { $times ->
   *[other] Semuanya diulang { $times } kali lagi kalau tidak ada yang menanggapi.
}

# Menggantikan orang lain untuk sementara.
on-call-instead = On-call { $what }: { $who }; setelah itu { $next }.
on-call-in-place = { $who } (menggantikan { $whom }, oleh { $by }, sampai { $until })
on-call-by = { $who } (oleh { $by }, sampai { $until })

# Jawaban untuk `/oncall take`, `give`, `end`, dan tombol pertanyaannya.
on-call-taken = Kamu on-call untuk { $what } sampai { $until }. `/oncall end` mengakhirinya lebih cepat.
on-call-taken-from = Kamu on-call untuk { $what } sampai { $until }, menggantikan { $whom }. `/oncall end` mengakhirinya lebih cepat.
on-call-asked = { $who } ditanya apakah mau mengambil alih { $what } sampai { $until }. Kamu tetap on-call sampai dia bilang ya; pertanyaannya berakhir { $answer }.
on-call-accepted = Kamu on-call untuk { $what } sampai { $until }. `/oncall end` mengakhirinya lebih cepat.
on-call-declined = Kamu tidak mengambil alih. { $who } diberi tahu.
on-call-ended = Sudah berakhir. { $who } sekarang on-call untuk { $what }.
on-call-ended-nobody = Sudah berakhir. Tidak ada yang on-call untuk { $what }.
on-call-end = Akhiri
on-call-end-of = Akhiri: { $what }
on-call-end-now = Akhiri sekarang
on-call-sure = { $who } on-call untuk { $what } sebagai pengganti sampai { $until }. Akhiri sekarang?
on-call-sure-then = Setelah itu { $who } on-call untuk { $what }, dan di-page untuk yang belum dipegang siapa pun.
on-call-sure-nobody = Setelah itu tidak ada yang on-call untuk { $what }.
on-call-nothing = Tidak ada yang berubah: sudah dijawab sebelumnya, atau sudah berakhir.
on-call-clock-twice = { $local } ada dua kali malam itu; yang dipakai yang kedua ({ $offset }).
on-call-clock-skipped = { $local } tidak ada malam itu; yang dipakai { $becomes } ({ $offset }).

on-call-no-schedule = Tidak ada jadwal { $name }. Yang ada: { $known }.
on-call-which-schedule = Jadwal yang mana? Sebut salah satu dari { $known } di `schedule`.
on-call-not-a-person = Hanya orang dalam konfigurasi yang bisa on-call. Operator menambahkannya ke `[people]`.
on-call-one-end = Tulis sampai kapan di `until` (`23:00`, `besok 09:00`, `2026-12-01 09:00`), atau berapa lama di `for` (`2h`, `1d`): salah satu saja.
on-call-unreadable = "{ $text }" bukan waktu. Tulis `23:00`, `besok 09:00`, `besok pagi`, `2026-12-01 09:00` atau `2 jam`.
on-call-passed = { $until } sudah lewat. Sebut waktu yang akan datang.
on-call-too-long = Paling lama { $days } hari. Untuk lebih lama, operator mengubah jadwalnya.
on-call-already = Kamu memang on-call untuk { $what }, sampai { $until }.
on-call-not-yours = { $who } yang on-call untuk { $what }: hanya dia atau admin yang bisa memberikannya. `/oncall take` untuk mengambil alih sendiri.
on-call-not-yours-nobody = Tidak ada yang on-call untuk { $what }: hanya admin yang bisa memberikannya. `/oncall take` untuk mengambil alih sendiri.
on-call-same-person = { $who } memang sudah on-call untuk { $what }.
on-call-nothing-to-end = Tidak ada yang sedang menggantikan di sana. `/oncall show` menunjukkan siapa yang on-call.
on-call-not-asked = Yang ditanya { $who }; hanya dia yang bisa menjawab.

on-call-yes = Ya, aku ambil alih
on-call-no = Tidak
on-call-question = { $by } bertanya: bisa on-call untuk { $what } mulai sekarang sampai { $until }?
on-call-question-until = Pertanyaan ini berakhir { $until }.
on-call-question-yes = { $who } bilang ya.
on-call-question-no = { $who } bilang tidak.
on-call-question-unanswered = Tidak dijawab pada waktunya.
on-call-question-over = Sudah berakhir.

on-call-said-instead = { $who } on-call untuk { $what } sampai { $until }, menggantikan kamu (oleh { $by }).
on-call-said-yes = { $who } bilang ya dan on-call untuk { $what } sampai { $until }.
on-call-said-no = { $who } tidak bisa mengambil alih { $what }. Kamu tetap on-call; `/oncall give` untuk bertanya ke orang lain.
on-call-said-unanswered = { $who } tidak menjawab pada waktunya soal mengambil alih { $what }. Kamu tetap on-call; `/oncall give` untuk bertanya ke orang lain.
on-call-said-yours = Kamu on-call lagi untuk { $what }.
on-call-said-theirs = Sekarang { $who } on-call untuk { $what }.
on-call-said-nobody = Sekarang tidak ada yang on-call untuk { $what }.
on-call-over-time = Waktu { $who } menggantikan orang lain sudah berakhir.
on-call-over-person = { $by } mengakhiri waktu { $who } menggantikan orang lain.
on-call-over-left = { $who } keluar dari server dan tidak bisa lagi menggantikan orang lain.
on-call-over-not-a-person = { $who } tidak ada lagi dalam konfigurasi dan tidak bisa lagi menggantikan orang lain.
on-call-over-no-schedule = Jadwalnya tidak ada lagi dalam konfigurasi, jadi { $who } tidak on-call di sana.
on-call-fell-then = Sekarang { $who } on-call untuk { $what }.
on-call-fell-nobody = Sekarang tidak ada yang on-call untuk { $what }.

on-call-announced = { $who } on-call untuk { $what } sampai { $until }.
on-call-announced-instead = { $who } on-call untuk { $what }.
on-call-announced-nobody = Tidak ada yang on-call untuk { $what }.

# Konfigurasi diubah; dibaca oleh orang yang giliran on-call-nya ikut berubah. Jamnya jam pembaca.
on-call-changed = Jadwal on-call diubah.
on-call-changed-yours = Kamu on-call untuk { $what } dari { $from } sampai { $until }; sebelumnya { $was }.
on-call-changed-new = Kamu on-call untuk { $what } dari { $from } sampai { $until }; sebelumnya tidak ada.
on-call-changed-theirs = Kamu tidak on-call untuk { $what } dari { $from } sampai { $until }; sekarang { $who }.
on-call-changed-nobody = Kamu tidak on-call untuk { $what } dari { $from } sampai { $until }; tidak ada yang on-call.
on-call-changed-more = { $number ->
   *[other] Dan { $shown } perubahan lagi: `/oncall show` menunjukkan siapa yang on-call.
}
