## Tombol menyebut siapa yang di-page atau apa yang berakhir (paling banyak 80 karakter), dan bertanya sekali.

sure-raise = Naikkan { $incident } dari { $from } ke { $to }?
sure-button-raise = Naikkan ke { $severity }
sure-button-raise-people = Naikkan ke { $severity } (page orang)
sure-button-raise-pages = Naikkan ke { $severity } (page { $who })
sure-merge = Gabungkan { $incident } ke { $into }? { $incident } berakhir, alert dan pengikutnya lanjut di sana.
sure-merge-pages = { $who } akan di-page.
sure-merge-stops = Page ke { $who } berhenti.
sure-button-merge = Gabungkan ke { $into }
sure-button-merge-pages = Gabungkan ke { $into } (page { $who })
sure-give-back = Kamu sudah menangani { $incident } selama { $after }. Mau dilepas?
sure-give-back-pages = { $who } langsung di-page.
sure-button-give-back = Lepas
sure-button-give-back-pages = Lepas (page { $who })
sure-button-no = Biarkan saja
sure-nothing = Tidak ada yang berubah.
sure-close = Tutup? Dengan menutupnya kamu menyatakan:
sure-close-knew = - Yang pertama tahu: { $by }.
sure-close-clear = - Tidak terdampak: { $units }.
sure-button-close = Ya, tutup
sure-button-undo-pages = Urungkan (page { $who })
sure-button-undo-decline = Urungkan: saya tangani

# Formulir: judul dan label paling banyak 45 karakter.
sure-form-lower = Turunkan { $incident } ke { $to }
sure-form-raise = Naikkan { $incident } ke { $to }
sure-form-why = Kenapa?
sure-form-stops = Kenapa? Page berhenti: { $who }
sure-form-has-it = Kenapa? Dipegang { $who }
sure-form-pages = Kenapa? { $who } di-page
sure-form-hint = Hanya crawler yang lambat
sure-typed = Kamu menulis: { $reason }
