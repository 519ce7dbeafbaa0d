## Kenapa: alasan di balik sebuah insiden, satu baris masing-masing.

why-opened-by-alert = Dibuka { $at } oleh alert dari { $integration }.
why-opened-by = Dibuka { $at } oleh { $who }.
why-drill = Ini latihan: hanya peserta yang di-page.
why-never-ended = Alert yang sama sebelumnya ada di { $incident }, dan pengirimnya tidak pernah menyatakan resolved.
why-fires-on = { $number ->
   *[other] { $shown } alert masih firing: pengirimnya tidak pernah menyatakan resolved. Insiden ini terbuka lagi { $at }.
}
why-late = { $number ->
   *[other] { $shown } laporan datang lagi setelah alert-nya dinyatakan resolved. Tidak ada yang di-page.
}
why-several-senders = { $number ->
   *[other] { $shown } alert diberitakan beberapa pengirim, masing-masing dengan waktu mulai sendiri: selesai kalau semuanya menyatakan resolved.
}
why-last-report = Laporan terakhir yang tidak mem-page siapa pun datang { $at } dan { $became }
why-stale = { $number ->
   *[other] { $shown } alert tidak terdengar lagi selama tiga kali jeda biasanya. Itu tidak mengakhiri apa pun.
}

why-severity = { $severity }: { $why }.
why-labels = Yang dilihat: { $labels }.
why-nearest = Terdekat: aturan { $number } ({ $conditions }) di { $source } akan menjadikannya { $severity }, tetapi { $label } adalah "{ $value }".
why-nearest-absent = Terdekat: aturan { $number } ({ $conditions }) di { $source } akan menjadikannya { $severity }, tetapi alert tidak punya { $label }.
why-nearest-later = Terdekat: aturan { $number } ({ $conditions }) di { $source } juga cocok dan akan menjadikannya { $severity }; dipakai aturan pertama yang cocok.

why-service-matched = Layanan { $service }: { $conditions } cocok, { $source }.
why-service-label = Layanan { $service }: disebut label alert; tidak ada di [[services]].
why-service-person = Layanan { $service }: dipilih oleh yang membukanya.
why-service-none = Tanpa layanan: tidak ada [[services]] yang cocok, dan tidak ada label yang menyebutnya.

why-policy-service = Mem-page menurut kebijakan { $policy }, yang disebut layanannya.
why-policy-routing = Mem-page menurut kebijakan { $policy }, yang disebut [routing] untuk layanan tanpa kebijakan sendiri.
why-policy = Mem-page menurut kebijakan { $policy }.
why-policy-gone = Mem-page lewat policy { $policy } seperti saat ini dimulai: policy itu sudah tidak ada di konfigurasi.
why-no-policy = Tidak mem-page siapa pun: layanan maupun [routing] tidak menyebut kebijakan.
why-severity-pages-nobody = Tidak mem-page siapa pun: { $severity } tidak mem-page.
why-policy-ended = Kebijakannya sudah habis: tidak ada lagi yang bisa di-page.
why-gaps = Tidak ada on-call untuk { $schedules }, jadi langkah berikutnya diambil.
why-earlier-pages = { $number ->
   *[other] { $shown } page sebelumnya.
}
why-page-schedule = { $who }, { $at }: on-call { $schedule }, langkah { $step } dari { $policy }.
why-page-named = { $who }, { $at }: disebut di langkah { $step } dari { $policy }.
why-page-end = { $who }, { $at }: di-page sekali lagi, karena tidak ada yang menjawab di { $policy }.
why-page-by-hand = { $who }, { $at }: diminta { $by }. { $reason }
why-page-answered = Dijawab { $who }.
why-page-declined = Tidak bisa.
why-page-not-needed = Tidak diperlukan lagi.
why-page-silenced = Di-silence { $who }.
why-page-handed-over = Diserahkan kepada { $who }.
why-page-removed = Mereka tidak ada lagi di konfigurasi.
why-page-called-again = Di-page lagi.
why-page-open = Belum dijawab.
why-page-tried = Dicoba juga: { $ways }.
why-page-delivered = Sampai: { $ways }.
why-page-direct-failed = DM tidak sampai.
why-page-left = Mereka bukan anggota server lagi.
why-page-unseen = Mereka tidak melihat channel-nya.
why-page-failed = Tidak sampai: { $ways }.

why-merged-into = Dilanjutkan di { $incident }.
why-group = Alert dengan { $labels } bergabung selama insiden terbuka.
why-group-name = Alert dengan nama yang sama bergabung selama insiden terbuka.
why-group-alone = Hanya alert yang sama bergabung: tidak ada label `group_by` padanya.
why-group-alerts = { $number ->
   *[other] Sejauh ini { $shown } alert.
}
why-absorbed = Digabungkan ke sini: { $incidents }.
why-known = Yang lebih dulu tahu: { $who }.
why-runbook = Runbook { $runbook }: { $conditions } cocok.
why-past = Pernah terjadi: { $incidents }
why-silent = Pesan tidak berbunyi kecuali page, "masih kamu tangani?", pengingat update yang lewat tenggat, dan akhir sebuah kebijakan.
why-page-holder = { $who }, { $at }: yang menangani, diminta memberi tanda karena { $why }.
why-page-guard = { $who }, { $at }: tidak ada yang bertanggung jawab.
