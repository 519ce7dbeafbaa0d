## Panggilan lewat ntfy dan surel, dan halaman di balik tautannya. Teks biasa: tanpa Markdown, tanpa sebutan perintah.

outside-acknowledge = Saya tangani
outside-why-step = Anda langkah { $step } dari kebijakan { $policy }.
outside-why-end = Belum ada yang menjawab di kebijakan { $policy }, dan Anda ada di dalamnya.
outside-why-asked = { $who } meminta Anda: { $reason }
outside-impact = Dampak: { $impact }
outside-first = Pertama: { $step }
outside-no-link = Jawab di Discord: { $command } di ruangnya.
outside-together = { $number ->
       *[other] { $shown } insiden menunggu Anda, yang terparah { $worst }
    }
outside-together-more = { $number ->
       *[other] Dan { $shown } lagi: { $command } di Discord.
    }
outside-together-no-link = Jawab di Discord: { $command } menawarkan semuanya sekaligus.
outside-footer = Siaga memanggil Anda karena belum ada yang menangani { $incident }.

outside-test-title = Panggilan uji dari Siaga
outside-test-line = { $who } menguji apakah panggilan sampai kepada Anda di sini. Tidak ada yang rusak, dan Anda tidak perlu menjawab.

outside-link-ask = Anda tangani { $incident }?
outside-link-ask-line = { $heading }
outside-link-ask-all = { $number ->
       *[other] Anda tangani semua { $shown } yang menunggu Anda?
    }
outside-link-taken-all-line = Tidak ada lagi yang dipanggil untuknya. Lanjutkan di ruang masing-masing di Discord.
outside-link-button = Saya tangani
outside-link-taken = { $incident } Anda tangani
outside-link-taken-line = Tidak ada lagi yang dipanggil. Lanjutkan di ruangnya di Discord.
outside-link-yours = { $incident } sudah Anda tangani
outside-link-other = { $who } menangani { $incident }
outside-link-other-line = Panggilan ini sudah dijawab. Bila bisa membantu, tulis di ruangnya.
outside-link-over = { $incident } sudah selesai
outside-link-over-line = Tidak ada lagi yang perlu dilakukan di sini.
outside-link-merged = { $incident } dilanjutkan di { $into }
outside-link-merged-line = Insidennya digabungkan. /ack di Discord untuk menangani { $into }.
outside-link-answered = Panggilan ini sudah berakhir
outside-link-answered-line = Sudah dijawab atau tidak diperlukan lagi. /ack di Discord untuk menangani { $incident }.
outside-link-expired = Tautan ini sudah kedaluwarsa
outside-link-expired-line = Berlaku sampai { $until }. /ack di Discord untuk menangani { $incident }.
outside-link-foreign = Tautan ini bukan milik kami
outside-link-foreign-line = Buka panggilan terbaru di ponsel Anda, atau pakai /ack di Discord. Tautan sering terpotong saat disalin.
outside-link-failed = Itu tidak berhasil
outside-link-failed-line = Tidak ada yang berubah. Coba sebentar lagi. Tercatat sebagai { $error }.
outside-why-holder = Anda yang menangani, dan { $why }. Masih Anda?
outside-why-guard = Tidak ada yang bertanggung jawab.
