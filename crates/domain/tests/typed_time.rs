//! Purpose: times as people type them, in both languages: what each means, what is asked about, and what is none.
#![allow(clippy::unwrap_used, reason = "tests")]

use domain::Timestamp;
use domain::typed_time::{BadTime, day, minutes, wait};
use jiff::tz::TimeZone;

/// A Wednesday afternoon in Jakarta.
const NOW: &str = "2026-12-02T15:10";

fn zone() -> TimeZone {
    TimeZone::get("Asia/Jakarta").unwrap()
}

fn at(text: &str) -> Timestamp {
    text.parse::<jiff::civil::DateTime>().unwrap().to_zoned(zone()).unwrap().timestamp()
}

fn until(text: &str) -> String {
    match wait(text, &zone(), at(NOW)) {
        Ok(wait) => (at(NOW) + wait).to_zoned(zone()).strftime("%Y-%m-%d %H:%M").to_string(),
        Err(BadTime::Vague { .. }) => "asked".to_owned(),
        Err(BadTime::Passed { .. }) => "passed".to_owned(),
        Err(BadTime::Unreadable { .. } | BadTime::OneEnd) => "none".to_owned(),
    }
}

#[test]
fn people_say_when_in_their_own_words() {
    let table = [
        // Lengths.
        ("30", "2026-12-02 15:40"),
        ("30m", "2026-12-02 15:40"),
        ("~30 min", "2026-12-02 15:40"),
        ("in 30 minutes.", "2026-12-02 15:40"),
        ("30 minutes from now", "2026-12-02 15:40"),
        ("half an hour", "2026-12-02 15:40"),
        ("in half an hour", "2026-12-02 15:40"),
        ("a half hour", "2026-12-02 15:40"),
        ("setengah jam", "2026-12-02 15:40"),
        ("setengah jam lagi", "2026-12-02 15:40"),
        ("dalam 30 menit", "2026-12-02 15:40"),
        ("tiga puluh menit", "2026-12-02 15:40"),
        ("lima belas menit lagi", "2026-12-02 15:25"),
        ("seperempat jam", "2026-12-02 15:25"),
        ("a quarter of an hour", "2026-12-02 15:25"),
        ("sejam", "2026-12-02 16:10"),
        ("1 jam", "2026-12-02 16:10"),
        ("an hour", "2026-12-02 16:10"),
        ("1h30", "2026-12-02 16:40"),
        ("1h 30m", "2026-12-02 16:40"),
        ("1.5h", "2026-12-02 16:40"),
        ("1,5 jam", "2026-12-02 16:40"),
        ("satu setengah jam", "2026-12-02 16:40"),
        ("1 jam 30 menit", "2026-12-02 16:40"),
        ("an hour and a half", "2026-12-02 16:40"),
        ("one and a half hours", "2026-12-02 16:40"),
        ("a couple of hours", "2026-12-02 17:10"),
        ("2 Jam", "2026-12-02 17:10"),
        ("1 day", "2026-12-03 15:10"),
        ("sehari", "2026-12-03 15:10"),
        ("half a day", "2026-12-03 03:10"),
        ("seminggu", "2026-12-09 15:10"),
        ("2 minggu", "2026-12-16 15:10"),
        // Times of the clock.
        ("16:00", "2026-12-02 16:00"),
        ("16.30", "2026-12-02 16:30"),
        ("at 16:00", "2026-12-02 16:00"),
        ("sampai 16:00", "2026-12-02 16:00"),
        ("jam 16", "2026-12-02 16:00"),
        ("pukul 16.00", "2026-12-02 16:00"),
        ("4pm", "2026-12-02 16:00"),
        ("4:30 pm", "2026-12-02 16:30"),
        ("jam 4 sore", "2026-12-02 16:00"),
        ("9 malam", "2026-12-02 21:00"),
        ("9 am", "2026-12-03 09:00"),
        ("12 am", "2026-12-03 00:00"),
        ("09:00", "2026-12-03 09:00"),
        ("noon", "2026-12-03 12:00"),
        ("midnight", "2026-12-03 00:00"),
        ("tengah malam", "2026-12-03 00:00"),
        ("tonight", "2026-12-02 20:00"),
        ("nanti malam", "2026-12-02 20:00"),
        ("sore ini", "2026-12-02 16:00"),
        ("this evening", "2026-12-02 19:00"),
        ("eod", "2026-12-02 17:00"),
        // Days.
        ("tomorrow", "2026-12-03 09:00"),
        ("tomorrow morning", "2026-12-03 09:00"),
        ("Besok pagi", "2026-12-03 09:00"),
        ("besok siang", "2026-12-03 13:00"),
        ("besok sore", "2026-12-03 16:00"),
        ("besok jam 10", "2026-12-03 10:00"),
        ("besok jam 3 sore", "2026-12-03 15:00"),
        ("tomorrow 08:30", "2026-12-03 08:30"),
        ("08:30 tomorrow", "2026-12-03 08:30"),
        ("tomorrow at 9", "2026-12-03 09:00"),
        ("tomorrow noon", "2026-12-03 12:00"),
        ("lusa", "2026-12-04 09:00"),
        ("the day after tomorrow", "2026-12-04 09:00"),
        ("Friday 10:00", "2026-12-04 10:00"),
        ("Jumat pagi", "2026-12-04 09:00"),
        ("hari Senin", "2026-12-07 09:00"),
        ("Wednesday 16:00", "2026-12-02 16:00"),
        ("Rabu", "2026-12-09 09:00"),
        ("next week", "2026-12-09 09:00"),
        ("minggu depan", "2026-12-09 09:00"),
        ("hari Minggu", "2026-12-06 09:00"),
        ("2026-12-05 09:00", "2026-12-05 09:00"),
        ("2026-12-05T09:00", "2026-12-05 09:00"),
        // What could mean several times is asked about.
        ("soon", "asked"),
        ("later", "asked"),
        ("asap", "asked"),
        ("in a bit", "asked"),
        ("a few minutes", "asked"),
        ("nanti", "asked"),
        ("segera", "asked"),
        ("sebentar lagi", "asked"),
        ("at 3", "asked"),
        ("jam 3", "asked"),
        ("besok jam 3", "asked"),
        ("today", "asked"),
        // What has passed.
        ("today 09:00", "passed"),
        ("hari ini 15:10", "passed"),
        ("2026-12-01 09:00", "passed"),
        ("this morning", "passed"),
        // And what is none. "Setengah tiga" is half past two, and no half of anything.
        ("", "none"),
        ("0", "none"),
        ("0m", "none"),
        ("-5", "none"),
        ("-5m", "none"),
        ("setengah tiga", "none"),
        ("setengah", "none"),
        ("25:00", "none"),
        ("2026-02-30 09:00", "none"),
        ("besok lusa", "none"),
        ("13 pm pagi", "none"),
        ("jam", "none"),
        ("30 apples", "none"),
        ("14:00 CET", "none"),
        ("99999999999999999999", "none"),
        ("in 99999999 weeks", "none"),
    ];
    let wrong: Vec<String> = table
        .into_iter()
        .filter(|(text, meant)| until(text) != *meant)
        .map(|(text, meant)| format!("{text:?} is {}, not {meant}", until(text)))
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn a_day_is_named_or_so_far_away() {
    let table = [
        ("2026-12-31", "2026-12-31"),
        ("31.12.2026", "2026-12-31"),
        ("31 December", "2026-12-31"),
        ("31 Desember 2027", "2027-12-31"),
        ("January 5", "2027-01-05"),
        ("5 Jan", "2027-01-05"),
        ("today", "2026-12-02"),
        ("hari ini", "2026-12-02"),
        ("tomorrow", "2026-12-03"),
        ("besok pagi", "2026-12-03"),
        ("14d", "2026-12-16"),
        ("in 2 weeks", "2026-12-16"),
        ("dalam 2 minggu", "2026-12-16"),
        ("3 hari", "2026-12-05"),
        ("In 1 month", "2027-01-02"),
        ("bulan depan", "2027-01-02"),
        ("Friday", "2026-12-04"),
        ("Rabu", "2026-12-09"),
        ("minggu depan", "2026-12-09"),
    ];
    for (text, meant) in table {
        assert_eq!(day(text, &zone(), at(NOW)).unwrap().to_string(), meant, "{text}");
    }
    for text in ["", "31/12/2026", "2026-02-30", "31 February", "in 99999999 weeks", "in"] {
        let read = day(text, &zone(), at(NOW));
        assert!(matches!(read, Err(BadTime::Unreadable { .. })), "{text}: {read:?}");
    }
    for text in ["soon", "14", "nanti"] {
        assert!(matches!(day(text, &zone(), at(NOW)), Err(BadTime::Vague { .. })), "{text}");
    }
}

#[test]
fn how_much_later_is_a_length_and_no_time_of_the_day() {
    for (text, meant) in
        [("12", 12), ("0", 0), ("1h 30m", 90), ("setengah jam", 30), ("2 hari", 2_880), ("90 detik", 1)]
    {
        assert_eq!(minutes(text), Ok(meant), "{text}");
    }
    for text in ["soon", "-5", "-5m", "99999999999", "14:00", "a month"] {
        assert!(minutes(text).is_err(), "{text}");
    }
}
