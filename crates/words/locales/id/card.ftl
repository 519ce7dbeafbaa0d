## Kartu insiden.

card-label-impact = Dampak
card-label-service = Layanan
card-label-started = Mulai
card-label-alerts = Alert
card-label-flaps = Flapping
card-flaps = { $number } kali dalam { $lasted }, terakhir pukul { $last }
card-label-commander = Incident Commander
card-label-holder = Ditangani oleh
card-label-paged = Di-page
card-label-silenced = Di-silence
card-label-updates = Kabar
card-label-resolved = Selesai
card-label-closed = Ditutup
card-label-goes-on = Dilanjutkan di
card-label-room = Channel
card-label-links = Tautan
card-label-known = Diketahui oleh
card-label-missing = Belum ada

# Di dalam kalimat dan daftar; baris pertama kartu memakai huruf besar.
card-status-triggered = baru
card-status-acknowledged = ditangani
card-status-mitigated = mereda
card-status-resolved = selesai
card-status-closed = ditutup

card-alerts-firing = { $shown } firing
card-alerts-all-resolved = { $number ->
    [1] { $shown } resolved
   *[other] semua { $shown } resolved
}
card-alerts-both = { $firing } firing · { $resolved } resolved
card-alerts-stale = { $shown } lama tidak terdengar
card-alert-resolved = { $title } (resolved)

card-no-commander = belum ada: `/commander`
card-holder = { $who }, sejak { $at }
card-paged = { $who }, { $at }
card-paged-but = { $who } ({ $why })
card-paged-left = keluar dari server
card-paged-unseen = tidak melihat channel-nya
card-paged-no-direct = tanpa DM
card-paged-next = berikutnya { $who } { $at }
card-nobody-left = tidak ada lagi yang bisa di-page
card-updates = { $number } · terakhir { $at }
card-updates-next = { $number } · terakhir { $at } · berikutnya { $next }
card-resolved = setelah { $after }
card-resolved-by = oleh { $who } dalam { $after }
card-closed = ditandai bukan insiden oleh { $who }: { $reason }
card-goes-on = dilanjutkan di { $incident }

# $what: satu atau beberapa kata di bawah ini, dengan "atau".
card-missing = alert tidak menyebut { $what }
card-missing-service = layanan
card-missing-owner = pemilik
card-missing-runbook = runbook
card-missing-value = nilai
card-missing-severity = severity
card-missing-urgency = urgensi
# Kalimat sebagai ganti nama aturan, dan apa artinya bagi siapa.
card-missing-title = ringkasan
card-missing-meaning = penjelasan

card-drill = LATIHAN
card-updates-overdue = { $number } · terakhir { $at } · lewat tenggat: harusnya { $due }
card-updates-overdue-none = belum ada · lewat tenggat: harusnya { $due }
card-topic-owner = dipegang { $who }
