## Formulir. Judul dan label: paling banyak 45 karakter; petunjuk: paling banyak 100.

form-update-title = Kabar
form-update-know = Yang kami tahu
form-update-doing = Yang kami lakukan
form-update-next = Kabar berikutnya dalam (menit)
form-update-next-hint = 30, 45m atau 2h; kosong: tidak ada yang dijanjikan

form-resolve-title = Selesaikan
form-resolve-label = Apa solusinya?
form-resolve-label-firing = { $number ->
   *[other] Apa solusinya? { $shown } peringatan masih aktif
}
form-resolve-label-many = Apa solusinya? Banyak peringatan masih aktif
form-resolve-hint = Kembali ke versi 4.1

form-open-title = Buka insiden
form-open-what = Apa yang rusak
form-open-impact = Siapa yang terdampak dan bagaimana
form-open-service = Layanan
form-open-severity = Tingkat keparahan
form-open-severity-hint = SEV-1 (terparah) sampai SEV-5; kosong: yang paling ringan yang memanggil petugas

form-dismiss-title = Bukan insiden
form-dismiss-reason = Mengapa bukan insiden
form-dismiss-hint = Uji terencana tim pembayaran
