## Yang dibaca stakeholder: baris di channel mereka dan DM untuk yang mengikuti, dan yang langsung ada di thread.

told-update = { $incident } update { $number }: { $know } Yang kami lakukan: { $doing }
told-overdue = { $incident }: update yang dijanjikan lewat tenggat, harusnya { $due }.
told-mitigated = { $incident }: dampaknya sudah teratasi, penyebabnya belum.
told-done = Yang dilakukan: { $how }
told-not-mitigated = { $incident }: ternyata dampaknya belum teratasi.
told-resolved = { $incident } selesai dalam { $after }.
told-resolved-how = { $incident } selesai dalam { $after }: { $how }
told-resolved-by-itself = { $incident } selesai dalam { $after }: semua alert sudah resolved.
told-false-alarm = { $incident } ternyata false alarm.
told-continues = { $incident } dilanjutkan sebagai { $into }.
told-open-again = { $incident } dibuka lagi.
told-open-again-why = { $incident } dibuka lagi: { $reason }

told-known = Yang diketahui: { $title }. { $severity }, sejak { $since }.
told-known-impact = Dampak: { $impact }
told-known-service = Layanan: { $service }
told-known-called = { $number ->
   *[other] { $who } sedang di-page.
}
told-known-nobody = Belum ada yang menangani.
told-known-follow = Update menyusul di sini.
