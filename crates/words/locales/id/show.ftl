## Ringkasan.

show-impact = Dampak: { $impact }
show-no-impact = Dampak: belum disebutkan.
show-alerts = Alert: { $alerts }.
show-known = Yang lebih dulu tahu: { $who }.
show-resolved = Selesai { $how }.
show-holder = Ditangani oleh: { $holder }.
show-nobody = Ditangani oleh: belum ada. `/ack` untuk menangani.
show-commands = Incident Commander: { $who }.

show-tried = Sudah dicoba:
show-tried-earlier = Sudah dicoba ({ $shown } lebih awal):
show-nothing-tried = Sudah dicoba: belum ada catatan. `/note` menambahkannya.

show-next = Berikutnya: { $next }
show-next-nothing = tidak ada; kalau terjadi lagi, `/incident open`.
show-next-page = { $number ->
   *[other] { $who } di-page { $at }.
}
show-next-update = Kabar ditunggu { $at }.
show-next-resolve = Semua alert resolved: `/resolve` untuk menyelesaikan.
show-next-step = Runbook { $title }, langkah 1: { $step }
show-next-tell = `/update` untuk memberi kabar.
show-next-take = `/ack` untuk menangani.
show-links = Tautan: { $links }
