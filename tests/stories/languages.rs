//! Everybody is answered in their own language; what all read is in the installation's.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use domain::PersonId;
use domain::setup::Language;
use insta::assert_snapshot;
use serde_json::json;

use crate::harness::{Options, story_with};

/// A person's Discord client is set to Indonesian, and the configuration says nothing else.
fn speaks_indonesian(options: &mut Options, name: &str) {
    let person = options.guild.people.iter_mut().find(|person| person.name == name).unwrap();
    "id".clone_into(&mut person.locale);
    let known = PersonId::from(name.to_lowercase().as_str());
    options.setup.people.get_mut(&known).unwrap().language = None;
}

#[test]
fn a_person_whose_discord_is_indonesian_is_answered_so_while_the_shared_card_stays_english() {
    story_with(
        |options| speaks_indonesian(options, "Rina"),
        async |s| {
            s.checkout_breaks().await;
            assert_snapshot!(s.rina().slash_in("room INC-1", "/ack", json!({})).await, @"
            Siaga (private): Kamu yang pegang. Langkah pertama: check payment-gateway.
              [Beri kabar] [Jadi commander] [Catatan] [Runbook] [Urungkan]
            ");
            assert_snapshot!(s.budi().slash_in("room INC-1", "/ack", json!({})).await, @"Siaga (private): Rina has INC-1 since [now]. To help, write in its room; to page more people, use `/page`.");
            assert_snapshot!(s.rina().slash_in("room INC-1", "/update", json!({})).await, @r#"
            form "Kabar INC-1"
              Yang kami tahu*
              Yang kami lakukan*
              Kabar berikutnya (30 (menit), 2 jam, 14.00, besok pagi; kosong: tidak ada yang dijanjikan) = 30
            "#);
            assert_snapshot!(s.rina().fills(&[Some("x"), Some("y"), Some("nanti")]).await, @r#"
            Siaga (private):
              "nanti" bisa berarti beberapa waktu. Tulis kapan: `30 menit`, `2 jam`, `15.00` atau `besok 09.00`.
              | Yang kamu ketik: Yang kami tahu
              | ```
              | x
              | ```
              | Yang kamu ketik: Yang kami lakukan
              | ```
              | y
              | ```
              | Yang kamu ketik: Kabar berikutnya
              | ```
              | nanti
              | ```
              [Ubah lagi]
            "#);
            assert_snapshot!(s.rina().slash_in("room INC-1", "/incident show", json!({})).await, @"
            Siaga (private): **INC-1 · SEV-1 · DITANGANI**
              Checkout errors 12 %
              Dampak: belum disebutkan.
              Ditangani oleh: Rina, sejak [now].
              Alert: 1 firing.
              Yang lebih dulu tahu: monitor kita ([bukti](https://prometheus.example.com/graph)).
              Sudah dicoba:
              - [03:10] Rina menangani.
              Berikutnya: Kabar ditunggu [in 30 min]. Runbook Checkout errors, langkah 1: check payment-gateway.
              Tautan: #inc-1-checkout · [Dashboard](https://grafana.example.com/d/checkout) · [Source](https://prometheus.example.com/graph)
              [Beri kabar] [Dampak teratasi] [Selesaikan] [Runbook] [Page seseorang] [Severity] [Triase] [Commander] [Catatan] [Eskalasi] [Silence] [Ubah] [Gabungkan] [Urungkan]
            ");
            assert_snapshot!(s.card("INC-1").await, @"
            Siaga (silent):
              | INC-1 · SEV-1 · ACKNOWLEDGED
              | **Checkout errors 12 %**
              | **Service** checkout (owner Payments)
              | **Started** [now] ([2 Mar 03:10])
              | **Alerts** 1 firing
              | **Commander** nobody yet: `/commander`
              | **Has it** Rina, since [now]
              | **Room** #inc-1-checkout
              | **Links** Runbook Checkout errors · [Dashboard](https://grafana.example.com/d/checkout) · [Source](https://prometheus.example.com/graph)
              | **Missing** the alert names no description
              [Update] [Resolve] [More] [Silence]
            ");
            s.read_all().await;
        },
    );
}

#[test]
fn an_indonesian_installation_speaks_indonesian_where_everybody_reads() {
    story_with(
        |options| options.setup.language = Language::Id,
        async |s| {
            s.checkout_breaks().await;
            assert_snapshot!(s.phone("budi").await, @"
            rings #inc-1-checkout: @Budi SEV-1 INC-1 Checkout errors 12 %. Ketuk untuk menanggapi.
            rings DM: SEV-1 INC-1 Checkout errors 12 %. Tap to answer.
            ");
            assert_snapshot!(s.card("INC-1").await, @"
            Siaga (silent):
              | INC-1 · SEV-1 · BARU
              | **Checkout errors 12 %**
              | **Layanan** checkout (pemilik Payments)
              | **Mulai** [now] ([2 Mar 03:10])
              | **Alert** 1 firing
              | **Incident Commander** belum ada: `/commander`
              | **Di-page** Budi, [now] · berikutnya Rina [in 5 min]
              | **Channel** #inc-1-checkout
              | **Tautan** Runbook Checkout errors · [Dashboard](https://grafana.example.com/d/checkout) · [Source](https://prometheus.example.com/graph)
              | **Belum ada** alert tidak menyebut penjelasan
              [Saya tangani] [Tidak bisa] [Runbook] [Triase] [Silence]
            ");
            // His configured language is English, so what only he reads is.
            assert_snapshot!(s.direct("budi").await, @"
            Siaga: SEV-1 INC-1 Checkout errors 12 %. Tap to answer.
              Why you: step 1 of the policy payments.
              First: check payment-gateway.
              [Acknowledge] [Can't take it] [Runbook]
            ");
            assert_snapshot!(s.budi().press_in("room INC-1", "Saya tangani").await, @"
            Siaga (private): You have it. Rina will not be paged. First: check payment-gateway.
              [Update] [Take command] [Note] [Runbook] [Undo]
            ");
            assert_snapshot!(s.room("INC-1").await, @"
            Siaga (silent, pinned): (the card)
            Siaga: Budi di-page [03:10]. SEV-1 INC-1 Checkout errors 12 %
            Siaga (silent): Dibuka karena severity=critical di checkout. Langkah pertama: check payment-gateway.
              [Kenapa] [Runbook]
            Siaga (silent): Budi menangani, [03:10]. Rina tidak akan di-page.
            ");
            assert_snapshot!(s.channel("#incident-status").await, @"
            Siaga (silent):
              | INC-1 Checkout errors 12 %
              | **Status** SEV-1, terbuka. Budi sedang menangani.
              | **Layanan** checkout
              | **Sejak** [now]
              | **Kabar berikutnya** [in 30 min]
              | **Ikuti** #INC-1 Checkout errors 12 %
              | INC-1 status
            ");
            s.read_all().await;
        },
    );
}
