## Page lewat ntfy dan email, dan halaman di balik tautannya. Teks biasa: tanpa Markdown, tanpa sebutan perintah.

outside-acknowledge = Saya tangani
outside-why-step = Kamu langkah { $step } dari kebijakan { $policy }.
outside-why-end = Belum ada yang menjawab di kebijakan { $policy }, dan kamu ada di dalamnya.
outside-why-asked = { $who } meminta kamu: { $reason }
outside-impact = Dampak: { $impact }
outside-first = Langkah pertama: { $step }
outside-no-link = Jawab di Discord: { $command } di channel-nya.
outside-together = { $number ->
       *[other] { $shown } insiden menunggu kamu, yang terparah { $worst }
    }
outside-together-more = { $number ->
       *[other] Dan { $shown } lagi: { $command } di Discord.
    }
outside-together-no-link = Jawab di Discord: { $command } menawarkan semuanya sekaligus.
outside-footer = Siaga mem-page kamu karena belum ada yang menangani { $incident }.

outside-test-title = Page uji dari Siaga
outside-test-line = { $who } menguji apakah page sampai kepada kamu di sini. Tidak ada yang rusak, dan kamu tidak perlu menjawab.

outside-link-ask = Kamu tangani { $incident }?
outside-link-ask-line = { $heading }
outside-link-ask-all = { $number ->
       *[other] Kamu tangani semua { $shown } yang menunggu kamu?
    }
outside-link-taken-all-line = Tidak ada lagi yang di-page untuknya. Lanjutkan di channel masing-masing di Discord.
outside-link-button = Saya tangani
outside-link-taken = { $incident } kamu tangani
outside-link-taken-line = Tidak ada lagi yang di-page. Lanjutkan di channel-nya di Discord.
outside-link-yours = { $incident } sudah kamu tangani
outside-link-other = { $who } menangani { $incident }
outside-link-other-line = Page ini sudah dijawab. Kalau bisa membantu, tulis di channel-nya.
outside-link-over = { $incident } sudah selesai
outside-link-over-line = Tidak ada lagi yang perlu dilakukan di sini.
outside-link-merged = { $incident } dilanjutkan di { $into }
outside-link-merged-line = Insidennya digabungkan. /ack di Discord untuk menangani { $into }.
outside-link-answered = Page ini sudah berakhir
outside-link-answered-line = Sudah dijawab atau tidak diperlukan lagi. /ack di Discord untuk menangani { $incident }.
outside-link-expired = Tautan ini sudah kedaluwarsa
outside-link-expired-line = Berlaku sampai { $until }. /ack di Discord untuk menangani { $incident }.
outside-link-foreign = Tautan ini bukan milik kami
outside-link-foreign-line = Buka page terbaru di ponsel kamu, atau pakai /ack di Discord. Tautan sering terpotong saat disalin.
outside-link-failed = Itu tidak berhasil
outside-link-failed-line = Tidak ada yang berubah. Coba sebentar lagi. Tercatat sebagai { $error }.
outside-why-holder = Kamu yang menangani, dan { $why }. Masih kamu?
outside-why-guard = Tidak ada yang bertanggung jawab.
