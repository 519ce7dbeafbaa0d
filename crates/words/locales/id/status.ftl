## Pesan untuk pemangku kepentingan.

status-label-state = Keadaan
status-label-impact = Dampak
status-label-service = Layanan
status-label-since = Sejak
status-label-last-update = Kabar terakhir
status-label-next-update = Kabar berikutnya
status-label-resolved = Selesai
status-label-follow = Ikuti

status-calling = { $severity }, terbuka. Petugas sedang dipanggil.
status-silenced = { $severity }, terbuka. Alert-nya di-silence; berakhir { $until }.
status-nobody = { $severity }, terbuka. Belum ada yang menangani.
status-somebody = { $severity }, terbuka. { $who } sedang menangani.
status-people = { $severity }, terbuka. Sedang ditangani.
status-mitigated = { $severity }. Dampaknya sudah mereda, penyebabnya belum.
status-resolved = { $severity }, selesai.
status-merged = { $severity }. Dilanjutkan di { $incident }.
status-dismissed = { $severity }, ditutup: ternyata bukan insiden.

status-last-update = { $at }: { $know } Yang kami lakukan: { $doing }
status-not-promised = belum dijanjikan
