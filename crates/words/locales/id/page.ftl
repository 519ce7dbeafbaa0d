## Page. Baris pertama tampil di layar terkunci.

# $heading: @budi SEV-1 INC-8 Galat checkout 12 %.
page-line = { $heading } Ketuk untuk menanggapi.
page-line-asked = { $heading } Masih kamu pegang?
page-together-wait = { $number ->
       *[other] { $shown } insiden menunggu kamu:
    }
# Teks biasa, di channel insiden. Selalu beberapa.
page-crowd = { $shown } insiden mem-page orang, dan kartunya menyusul satu per satu secepat Discord menerimanya: { $which }.
page-together-choice = Semua { $shown } yang menunggu kamu
page-together-none = Tidak ada lagi yang menunggu kamu di sini:
page-together-more = { $number ->
       *[other] Dan { $shown } lagi: `/incident list`
    }

page-why-step = Kenapa kamu: langkah { $step } dari kebijakan { $policy }.
page-why-end = Kenapa kamu: belum ada yang menjawab di kebijakan { $policy }, dan kamu ada di dalamnya.
page-why-round = Kenapa kamu: langkah { $step }, putaran { $round } dari kebijakan { $policy }.
page-why-asked = Kenapa kamu: { $who } meminta: { $reason }
page-impact = Dampak: { $impact }
page-first = Langkah pertama: { $step }
page-room = Channel: { $url }

page-folded = { $who } di-page { $at }. { $heading }
page-acknowledged = Ditangani { $who } { $at }. { $heading }
page-declined = { $who } tidak bisa, { $at }. { $heading }
page-not-needed = Tidak diperlukan lagi sejak { $at }. { $heading }
page-silenced = Di-silence { $who } sampai { $until }. { $heading }
page-handed-over = Diserahkan kepada { $who }, { $at }. { $heading }
page-removed = { $who } tidak ada lagi di konfigurasi, { $at }. { $heading }
page-called-again = { $who } di-page lagi, { $at }. { $heading }
page-why-holder = Kamu yang pegang, dan { $why }. Kalau masih kamu, tekan sekali lagi.
page-why-guard = Tidak ada yang bertanggung jawab.
