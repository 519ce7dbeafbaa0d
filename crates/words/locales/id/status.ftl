## Pesan untuk stakeholder.

status-label-state = Status
status-label-impact = Dampak
status-label-service = Layanan
status-label-since = Sejak
status-label-last-update = Kabar terakhir
status-label-next-update = Kabar berikutnya
status-label-mitigated = Dampak teratasi
status-label-resolved = Selesai
status-label-follow = Ikuti

status-calling = { $severity }, terbuka. Tim sedang di-page.
status-silenced = { $severity }, terbuka. Alert-nya di-silence; berakhir { $until }.
status-nobody = { $severity }, terbuka. Belum ada yang menangani.
status-somebody = { $severity }, terbuka. { $who } sedang menangani.
status-people = { $severity }, terbuka. Sedang ditangani.
status-mitigated = { $severity }, terbuka. Dampaknya sudah teratasi, penyebabnya belum.
status-works = { $who } sedang menangani.
status-nobody-now = Sekarang belum ada yang menangani.
status-resolved = { $severity }, selesai. Berakhir { $at }.
status-merged = Dilanjutkan sebagai { $incident }. Berakhir { $at }.
status-dismissed = Ternyata false alarm. Berakhir { $at }.

status-last-update = { $at }: { $know } Yang kami lakukan: { $doing }
status-not-promised = belum dijanjikan
status-overdue = lewat tenggat: harusnya { $due }
status-mitigated-by = { $at } oleh { $who }
