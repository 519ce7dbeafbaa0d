## Di mana sebuah laporan berhenti, dan kenapa: nama alasannya, lalu kalimatnya.

reason-repetition = pengulangan
reason-repetition-why = sudah firing di { $incident }.
reason-late = duplikat terlambat
reason-late-why = resolved untuk waktu mulai ini sudah dinyatakan pukul { $at }. Tidak ada yang di-page dan tidak ada yang dibuka.
reason-end = resolved
reason-end-why = alert di { $incident } selesai.
reason-end-alone-why = alert-nya selesai.
reason-senders = salah satu dari beberapa pengirim
reason-senders-why = { $number ->
   *[other] bagi pengirim ini sudah resolved; { $shown } pengirim lain masih memberitakannya. Selesai kalau semuanya menyatakan resolved.
}
reason-group-end = resolved satu grup
reason-group-end-why = { $number ->
    [0] tidak ada lagi yang firing di grupnya.
   *[other] { $shown } alert di grupnya yang tidak disebut ikut selesai.
}
reason-nothing = resolved tanpa isi
reason-never-fired-why = belum pernah ada yang bilang ini firing. Firing dengan waktu mulai yang sama, kalau datang belakangan, dianggap terlambat.
reason-over-why = sudah selesai: resolved dinyatakan { $at }.
reason-over-untold-why = sudah selesai.
reason-beginning = resolved untuk waktu mulai lain
reason-beginning-why = yang firing mulai { $at }, dan belum dinyatakan resolved.
reason-beginning-unknown-why = yang firing punya waktu mulai lain, dan belum dinyatakan resolved.
reason-open = insiden terbuka
reason-open-why = { $incident } dari grupnya sedang terbuka, jadi masuk ke sana.
reason-drill = latihan
reason-drill-why = latihannya sudah selesai.
reason-person = diakhiri orang
reason-person-why = { $incident } diakhiri orang. Kalau masih firing, insidennya dibuka lagi { $at }.
reason-fired-on = terus firing
reason-fired-on-why = terus firing setelah { $incident } diakhiri orang, jadi insidennya dibuka lagi.
reason-flaps = flapping
reason-flaps-why = firing lagi tidak lama setelah { $incident } selesai, jadi insidennya tetap yang itu.
reason-silenced = di-silence
reason-silenced-why = silence { $number } dari { $who } menahannya sampai { $until }. Kalau masih firing saat itu, diperlakukan seperti alert lain.
reason-question = pertanyaan
reason-question-why = orang ditanya dulu apakah ini insiden.
reason-declined-why = ditandai bukan insiden oleh { $who }.
