//! Purpose: the words of a time, without knowing when now is: a number, a length, or a day with an hour. Each word must be understood;
//! one that is not makes the whole unreadable, because half of a time is another time.

use jiff::Span;
use jiff::civil::{Date, Time, Weekday};

use super::BadTime;

/// What was typed.
#[derive(Clone, Debug)]
pub(super) enum Spoken {
    /// Only a number.
    Number(i64),
    /// How long.
    Length(Span),
    /// When.
    At {
        /// The day; none: the next one that has this time.
        day: Option<Day>,
        /// The time; none: only the day was named.
        time: Option<Time>,
    },
}

/// A day as people name it.
#[derive(Clone, Copy, Debug)]
pub(super) enum Day {
    /// `2026-12-31`
    Date(Date),
    /// `31 December`: the next one.
    Yearly(i8, i8),
    /// So many days from today: today, tomorrow, lusa, next week.
    Ahead(i32),
    /// Next month, this day of it.
    NextMonth,
    /// The next one of this name, and not today.
    Weekday(Weekday),
}

impl Day {
    /// Which day it is.
    pub(super) fn on_or_after(self, today: Date) -> Option<Date> {
        match self {
            Self::Date(date) => Some(date),
            Self::Yearly(month, day) => {
                let this_year = Date::new(today.year(), month, day).ok().filter(|date| *date >= today);
                this_year.or_else(|| Date::new(today.year().checked_add(1)?, month, day).ok())
            }
            Self::Ahead(days) => today.checked_add(Span::new().try_days(days).ok()?).ok(),
            Self::NextMonth => today.checked_add(Span::new().try_months(1).ok()?).ok(),
            Self::Weekday(weekday) => today.nth_weekday(1, weekday).ok(),
        }
    }
}

/// Longer texts are no times, and are not looked at.
const LONGEST: usize = 100;

/// A word of a time.
#[derive(Clone, Debug, PartialEq)]
enum Token {
    Number(f64),
    Clock(Time),
    Date(Date),
    Word(String),
}

impl Token {
    fn word(&self) -> Option<&str> {
        match self {
            Self::Word(word) => Some(word),
            Self::Number(_) | Self::Clock(_) | Self::Date(_) => None,
        }
    }

    fn is(&self, words: &[&str]) -> bool {
        self.word().is_some_and(|word| words.contains(&word))
    }
}

/// Reads what was typed.
pub(super) fn read(text: &str) -> Result<Spoken, BadTime> {
    let unreadable = || BadTime::Unreadable { text: text.to_owned() };
    if text.chars().count() > LONGEST {
        return Err(unreadable());
    }
    let typed = text.trim().trim_end_matches(['.', '!', '?']).to_lowercase();
    let tokens = tokens(&typed).ok_or_else(unreadable)?;
    match tokens.as_slice() {
        [] => return Err(unreadable()),
        [Token::Number(number)] if number.fract() == 0.0 => {
            #[expect(clippy::cast_possible_truncation, reason = "bounded by the line above it")]
            return if (0.0..=1e9).contains(number) { Ok(Spoken::Number(*number as i64)) } else { Err(unreadable()) };
        }
        _ => {}
    }
    if let Some(length) = length(&tokens) {
        return Ok(Spoken::Length(length));
    }
    match moment(&tokens) {
        Moment::At { day, time } => Ok(Spoken::At { day, time }),
        Moment::Several => Err(BadTime::Vague { text: text.to_owned() }),
        Moment::None if tokens.iter().any(|token| token.is(VAGUE)) => Err(BadTime::Vague { text: text.to_owned() }),
        Moment::None => Err(unreadable()),
    }
}

const VAGUE: &[&str] = &[
    "soon",
    "later",
    "asap",
    "shortly",
    "while",
    "bit",
    "sometime",
    "eventually",
    "possible",
    "moment",
    "nanti",
    "segera",
    "sebentar",
    "bentar",
    "secepatnya",
    "kapan-kapan",
    "beberapa",
    "few",
    "some",
];

/// Words that only lead to what follows.
const FILLERS: &[&str] = &[
    "in",
    "dalam",
    "until",
    "till",
    "sampai",
    "hingga",
    "by",
    "on",
    "about",
    "around",
    "approximately",
    "sekitar",
    "kira-kira",
    "lagi",
    "from",
    "now",
    "the",
    "of",
    "for",
    "selama",
    "and",
    "dan",
    "tanggal",
    "tgl",
    "pada",
    "ke",
];

/// Splits into words, numbers, times and dates: `1h30` is three of them, `14.30` a time, `1.5` and `1,5` a number.
fn tokens(typed: &str) -> Option<Vec<Token>> {
    let mut found = Vec::new();
    for part in typed.split(|c: char| c.is_whitespace() || c == ';') {
        let part = part.trim_matches(|c: char| matches!(c, ',' | '"' | '\'' | '`' | '(' | ')' | '~'));
        if part.is_empty() {
            continue;
        }
        // Less than nothing is no time.
        if part.starts_with(['-', '+']) {
            return None;
        }
        // As programs write it: `2026-12-01T09:00`.
        if let Some((date, time)) = part.split_once('t')
            && let Ok(date) = date.parse::<Date>()
        {
            found.push(Token::Date(date));
            found.push(Token::Clock(clock(time)?));
            continue;
        }
        if let Ok(date) = part.parse() {
            found.push(Token::Date(date));
            continue;
        }
        if let Some(date) = dotted(part) {
            found.push(Token::Date(date));
            continue;
        }
        pieces(part, &mut found)?;
    }
    found.retain(|token| !token.is(FILLERS));
    Some(found)
}

/// `31.12.2026`, day first. With slashes nobody knows which comes first.
fn dotted(part: &str) -> Option<Date> {
    let numbers: Vec<&str> = part.split('.').collect();
    let [day, month, year] = numbers.as_slice() else { return None };
    Date::new(year.parse().ok().filter(|year| *year > 999)?, month.parse().ok()?, day.parse().ok()?).ok()
}

/// Digits and letters that stand together: `30m`, `2pm`, `14:00`.
fn pieces(part: &str, found: &mut Vec<Token>) -> Option<()> {
    let mut rest = part;
    while !rest.is_empty() {
        let is_number = |c: char| c.is_ascii_digit() || matches!(c, ':' | '.' | ',');
        let digits = rest.starts_with(|c: char| c.is_ascii_digit());
        let end = rest.find(|c: char| if digits { !is_number(c) } else { c.is_ascii_digit() }).unwrap_or(rest.len());
        let (piece, after) = rest.split_at(end);
        rest = after;
        if !digits {
            found.push(Token::Word(piece.trim_matches([',', '.', '-', '\'']).to_owned()));
            continue;
        }
        let piece = piece.trim_end_matches([',', '.', ':']);
        let is_clock = piece.contains(':')
            // `14.30` is a time where it is no number of something: `1.50 h` would be rare, `14.30 WIB` is not.
            || piece.split_once('.').is_some_and(|(_, minutes)| minutes.len() == 2);
        if is_clock {
            found.push(Token::Clock(clock(piece)?));
        } else {
            let number: f64 = piece.replace(',', ".").parse().ok()?;
            found.push(Token::Number(number));
        }
    }
    found.retain(|token| token.word() != Some(""));
    Some(())
}

fn clock(text: &str) -> Option<Time> {
    let text = text.replace('.', ":");
    let padded = if text.find(':') == Some(1) { format!("0{text}") } else { text };
    padded.parse().ok()
}

/// Seconds of a unit that is always as long, or what the calendar says.
#[derive(Clone, Copy, Debug, PartialEq)]
enum LengthUnit {
    Seconds(f64),
    Days(f64),
    Months(f64),
}

fn unit(word: &str) -> Option<LengthUnit> {
    Some(match word {
        "s" | "sec" | "secs" | "second" | "seconds" | "detik" => LengthUnit::Seconds(1.0),
        "m" | "min" | "mins" | "minute" | "minutes" | "mnt" | "menit" => LengthUnit::Seconds(60.0),
        "h" | "hr" | "hrs" | "hour" | "hours" | "j" | "jam" => LengthUnit::Seconds(3_600.0),
        "d" | "day" | "days" | "hari" => LengthUnit::Days(1.0),
        "w" | "wk" | "wks" | "week" | "weeks" | "minggu" | "pekan" => LengthUnit::Days(7.0),
        "mo" | "month" | "months" | "bulan" | "bln" => LengthUnit::Months(1.0),
        "y" | "year" | "years" | "tahun" | "thn" => LengthUnit::Months(12.0),
        _ => return None,
    })
}

fn number_word(word: &str) -> Option<f64> {
    Some(match word {
        "a" | "an" | "one" | "satu" => 1.0,
        "two" | "couple" | "dua" => 2.0,
        "three" | "tiga" => 3.0,
        "four" | "empat" => 4.0,
        "five" | "lima" => 5.0,
        "six" | "enam" => 6.0,
        "seven" | "tujuh" => 7.0,
        "eight" | "delapan" => 8.0,
        "nine" | "sembilan" => 9.0,
        "ten" | "sepuluh" => 10.0,
        "eleven" | "sebelas" => 11.0,
        "twelve" => 12.0,
        "fifteen" => 15.0,
        "twenty" => 20.0,
        "thirty" => 30.0,
        "forty" => 40.0,
        "forty-five" => 45.0,
        "fifty" => 50.0,
        "sixty" => 60.0,
        "ninety" => 90.0,
        _ => return None,
    })
}

/// A length in parts that are added: what has always the same length, days and months of the calendar.
#[derive(Default)]
struct Sum {
    seconds: f64,
    days: f64,
    months: f64,
}

impl Sum {
    fn add(&mut self, quantity: f64, unit: LengthUnit) {
        match unit {
            LengthUnit::Seconds(each) => self.seconds += quantity * each,
            // Half a day are twelve hours; half a day of the calendar is none.
            LengthUnit::Days(each) => {
                let days = quantity * each;
                self.days += days.trunc();
                self.seconds += days.fract() * 86_400.0;
            }
            LengthUnit::Months(each) => self.months += quantity * each,
        }
    }

    #[expect(clippy::cast_possible_truncation, reason = "each is whole and bounded before it is cut")]
    fn span(&self) -> Option<Span> {
        let whole = |value: f64| (value.fract() == 0.0 && (0.0..1e9).contains(&value)).then_some(value as i64);
        let span = Span::new()
            .try_months(whole(self.months)?)
            .and_then(|span| span.try_days(whole(self.days).unwrap_or(i64::MAX)))
            .and_then(|span| span.try_seconds(whole(self.seconds.round()).unwrap_or(i64::MAX)))
            .ok()?;
        (span.signum() > 0 || (self.months == 0.0 && self.days == 0.0 && self.seconds == 0.0)).then_some(span)
    }
}

/// `90 minutes`, `1h30`, `half an hour`, `satu setengah jam`, `sejam`, `an hour and a half`.
fn length(tokens: &[Token]) -> Option<Span> {
    let mut sum = Sum::default();
    let mut last = None;
    let mut rest = tokens;
    while !rest.is_empty() {
        if let Some((unit, after)) = one_word(rest) {
            sum.add(1.0, unit);
            (last, rest) = (Some(unit), after);
            continue;
        }
        let (quantity, after) = quantity(rest)?;
        match after.first().and_then(Token::word).and_then(unit) {
            Some(unit) => {
                sum.add(quantity, unit);
                last = Some(unit);
                rest = after.get(1..)?;
            }
            // `an hour and a half`, and the minutes of `1h30`.
            None if after.is_empty() => {
                match (last?, quantity) {
                    (of, half) if half < 1.0 => sum.add(half, of),
                    (LengthUnit::Seconds(3_600.0), minutes) => sum.add(minutes, LengthUnit::Seconds(60.0)),
                    _ => return None,
                }
                rest = after;
            }
            None => return None,
        }
    }
    last?;
    sum.span()
}

/// `sejam` is one hour.
fn one_word(tokens: &[Token]) -> Option<(LengthUnit, &[Token])> {
    let (first, after) = tokens.split_first()?;
    let word = first.word()?.strip_prefix("se").filter(|word| word.len() > 2)?;
    Some((unit(word)?, after))
}

/// How many: `30`, `tiga puluh`, `half a`, `satu setengah`.
fn quantity(tokens: &[Token]) -> Option<(f64, &[Token])> {
    let (first, mut rest) = tokens.split_first()?;
    let part = |token: &Token| match token.word() {
        Some("half" | "setengah") => Some(0.5),
        Some("quarter" | "seperempat") => Some(0.25),
        _ => None,
    };
    // `half an hour`, `a quarter of an hour`.
    let skip_article = |rest: &'_ [Token]| usize::from(rest.first().is_some_and(|token| token.is(&["a", "an"])));
    let mut value = match first {
        Token::Number(number) => *number,
        Token::Word(word) => match part(first) {
            Some(value) => {
                let skipped = skip_article(rest);
                return Some((value, rest.get(skipped..)?));
            }
            None if first.is(&["a", "an"]) && rest.first().is_some_and(|token| token.is(&["couple"])) => {
                rest = rest.get(1..)?;
                2.0
            }
            None => number_word(word)?,
        },
        Token::Clock(_) | Token::Date(_) => return None,
    };
    match rest.first().and_then(Token::word) {
        Some("belas") => {
            value += 10.0;
            rest = rest.get(1..)?;
        }
        Some("puluh") => {
            value *= 10.0;
            rest = rest.get(1..)?;
            if let Some(ones) = rest.first().and_then(Token::word).and_then(number_word) {
                value += ones;
                rest = rest.get(1..)?;
            }
        }
        _ => {}
    }
    // `a half hour`, `one and a half hours`, `satu setengah jam`.
    let skipped = skip_article(rest);
    if let Some(more) = rest.get(skipped).and_then(part) {
        let is_article = first.is(&["a", "an"]) && skipped == 0;
        rest = rest.get(skipped + 1..)?;
        let articles = skip_article(rest);
        return Some((if is_article { more } else { value + more }, rest.get(articles..)?));
    }
    Some((value, rest))
}

/// A part of the day, with the hour that is meant when none is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Morning,
    Noon,
    Afternoon,
    Evening,
    Am,
    Pm,
}

fn part_of_day(word: &str) -> Option<(Part, i8)> {
    Some(match word {
        "morning" | "pagi" => (Part::Morning, 9),
        "subuh" => (Part::Morning, 5),
        "siang" => (Part::Noon, 13),
        "afternoon" => (Part::Afternoon, 15),
        "sore" | "petang" => (Part::Afternoon, 16),
        "evening" => (Part::Evening, 19),
        "night" | "malam" | "malem" => (Part::Evening, 20),
        _ => return None,
    })
}

fn weekday(word: &str) -> Option<Weekday> {
    Some(match word {
        "monday" | "mon" | "senin" => Weekday::Monday,
        "tuesday" | "tue" | "tues" | "selasa" => Weekday::Tuesday,
        "wednesday" | "wed" | "rabu" => Weekday::Wednesday,
        "thursday" | "thu" | "thur" | "thurs" | "kamis" => Weekday::Thursday,
        "friday" | "fri" | "jumat" | "jum'at" => Weekday::Friday,
        "saturday" | "sat" | "sabtu" => Weekday::Saturday,
        "sunday" | "sun" | "minggu" | "ahad" => Weekday::Sunday,
        _ => return None,
    })
}

fn month(word: &str) -> Option<i8> {
    const MONTHS: [&[&str]; 12] = [
        &["january", "jan", "januari"],
        &["february", "feb", "februari"],
        &["march", "mar", "maret"],
        &["april", "apr"],
        &["may", "mei"],
        &["june", "jun", "juni"],
        &["july", "jul", "juli"],
        &["august", "aug", "agustus", "agu", "ags"],
        &["september", "sep", "sept"],
        &["october", "oct", "oktober", "okt"],
        &["november", "nov"],
        &["december", "dec", "desember", "des"],
    ];
    let index = MONTHS.iter().position(|names| names.contains(&word))?;
    i8::try_from(index + 1).ok()
}

/// What a day and an hour come to.
enum Moment {
    At { day: Option<Day>, time: Option<Time> },
    Several,
    None,
}

/// What was read of it so far.
#[derive(Default)]
struct Read {
    day: Option<Day>,
    /// A time with minutes: it means itself.
    clock: Option<Time>,
    /// An hour that may be of the morning or not.
    hour: Option<i8>,
    part: Option<(Part, i8)>,
    midnight: bool,
    /// `this morning`, `nanti malam`: of today.
    today: bool,
}

fn moment(tokens: &[Token]) -> Moment {
    let mut read = Read::default();
    let mut rest = tokens;
    while !rest.is_empty() {
        match next(&mut read, rest) {
            Some(taken) if taken > 0 => rest = rest.get(taken..).unwrap_or_default(),
            Some(_) | None => return Moment::None,
        }
    }
    read.done()
}

/// Takes the next words: how many. None when they are not understood, or say something twice.
fn next(read: &mut Read, tokens: &[Token]) -> Option<usize> {
    let word = |at: usize| tokens.get(at).and_then(Token::word);
    let set_day = |read: &mut Read, day: Day| read.day.replace(day).is_none();
    let taken = |good: bool, taken: usize| good.then_some(taken);
    match tokens.first()? {
        Token::Date(date) => taken(set_day(read, Day::Date(*date)), 1),
        Token::Clock(time) => taken(read.clock.replace(*time).is_none() && read.hour.is_none(), 1),
        Token::Number(number) => {
            #[expect(clippy::cast_possible_truncation, reason = "it is whole and at most 31")]
            let number = (number.fract() == 0.0 && (0.0..=31.0).contains(number)).then_some(*number as i8)?;
            if let Some(month) = word(1).and_then(month) {
                return match tokens.get(2) {
                    Some(Token::Number(year)) if (1_000.0..9_999.0).contains(year) => {
                        #[expect(clippy::cast_possible_truncation, reason = "bounded by the pattern")]
                        let date = Date::new(*year as i16, month, number).ok()?;
                        taken(set_day(read, Day::Date(date)), 3)
                    }
                    _ => taken(set_day(read, Day::Yearly(month, number)), 2),
                };
            }
            if number > 23 || read.clock.is_some() {
                return None;
            }
            taken(read.hour.replace(number).is_none(), 1)
        }
        Token::Word(first) => match (first.as_str(), word(1)) {
            ("at" | "jam" | "pukul" | "pkl" | "@" | "this" | "ini" | "nanti" | "o'clock", Some(_)) => {
                read.today |= matches!(first.as_str(), "this" | "ini" | "nanti");
                Some(1)
            }
            ("at" | "jam" | "pukul" | "pkl" | "@", None) => taken(tokens.len() > 1, 1),
            ("ini" | "o'clock", None) => {
                read.today |= first == "ini";
                Some(1)
            }
            ("am" | "pm", _) => {
                let part = if first == "am" { (Part::Am, 0) } else { (Part::Pm, 0) };
                taken(read.part.replace(part).is_none(), 1)
            }
            ("hari", Some("ini")) => taken(set_day(read, Day::Ahead(0)), 2),
            ("hari", Some(_)) => Some(1),
            ("today", _) => taken(set_day(read, Day::Ahead(0)), 1),
            ("tonight", _) => {
                taken(set_day(read, Day::Ahead(0)) && read.part.replace((Part::Evening, 20)).is_none(), 1)
            }
            ("tomorrow" | "tmrw" | "tmr" | "besok" | "bsk" | "esok", _) => taken(set_day(read, Day::Ahead(1)), 1),
            ("lusa", _) => taken(set_day(read, Day::Ahead(2)), 1),
            ("day", Some("after")) if word(2) == Some("tomorrow") => taken(set_day(read, Day::Ahead(2)), 3),
            ("eod" | "cob", _) => taken(set_day(read, Day::Ahead(0)) && read.clock.replace(time(17)?).is_none(), 1),
            ("end", Some("day" | "today")) => {
                taken(set_day(read, Day::Ahead(0)) && read.clock.replace(time(17)?).is_none(), 2)
            }
            ("next", Some("week")) | ("minggu" | "pekan", Some("depan")) => taken(set_day(read, Day::Ahead(7)), 2),
            ("next", Some("month")) | ("bulan", Some("depan")) => taken(set_day(read, Day::NextMonth), 2),
            ("next", Some(day)) => taken(set_day(read, Day::Weekday(weekday(day)?)), 2),
            ("noon" | "midday", _) => taken(read.clock.replace(time(12)?).is_none(), 1),
            ("midnight", _) => taken(!std::mem::replace(&mut read.midnight, true), 1),
            ("tengah", Some("hari")) => taken(read.clock.replace(time(12)?).is_none(), 2),
            ("tengah", Some("malam")) => taken(!std::mem::replace(&mut read.midnight, true), 2),
            ("dini", Some("hari")) => taken(read.part.replace((Part::Morning, 4)).is_none(), 2),
            (word_of_day, second) => {
                if let Some(part) = part_of_day(word_of_day) {
                    return taken(read.part.replace(part).is_none(), 1);
                }
                if let Some(month) = month(word_of_day)
                    && let Some(Token::Number(day)) = tokens.get(1)
                    && (1.0..=31.0).contains(day)
                {
                    #[expect(clippy::cast_possible_truncation, reason = "bounded by the line above")]
                    return taken(set_day(read, Day::Yearly(month, *day as i8)), 2);
                }
                let weekday = weekday(word_of_day)?;
                taken(set_day(read, Day::Weekday(weekday)), if second == Some("depan") { 2 } else { 1 })
            }
        },
    }
}

fn time(hour: i8) -> Option<Time> {
    Time::new(hour, 0, 0, 0).ok()
}

impl Read {
    fn done(mut self) -> Moment {
        if self.today && self.part.is_some() && self.day.is_none() {
            self.day = Some(Day::Ahead(0));
        }
        if self.midnight {
            // The midnight that ends the day which was named; of no day, the next one.
            let day = match self.day {
                None => None,
                Some(Day::Ahead(days)) => Some(Day::Ahead(days + 1)),
                Some(_) => return Moment::Several,
            };
            let alone = self.clock.is_none() && self.hour.is_none() && self.part.is_none();
            return if alone { Moment::At { day, time: time(0) } } else { Moment::None };
        }
        let named = self.clock.map(|clock| (clock.hour(), clock.minute())).or(self.hour.map(|hour| (hour, 0)));
        let Some((hour, minute)) = named else {
            return match (self.part, self.day) {
                (None | Some((Part::Am | Part::Pm, _)), None) => Moment::None,
                (Some((Part::Am | Part::Pm, _)), Some(_)) => Moment::None,
                (part, day) => Moment::At { day, time: part.and_then(|(_, hour)| time(hour)) },
            };
        };
        let meant = match self.part.map(|(part, _)| part) {
            Some(part) => match (part, hour) {
                (Part::Morning | Part::Am, 12) if part == Part::Am => Some(0),
                (Part::Morning | Part::Am, 0..=11) => Some(hour),
                (Part::Noon, 10..=15) | (Part::Afternoon | Part::Pm | Part::Evening, 13..=23) => Some(hour),
                (Part::Noon, 1..=3) | (Part::Afternoon, 1..=7) | (Part::Evening, 5..=11) | (Part::Pm, 1..=11) => {
                    Some(hour + 12)
                }
                (Part::Afternoon | Part::Pm, 12) => Some(12),
                (_, _) => None,
            },
            // With minutes it is a time of the clock with 24 hours.
            None if self.clock.is_some() || hour > 12 || hour == 0 => Some(hour),
            // Of a day that is named, the working hours; at three in the night or in the afternoon is asked about.
            None if self.day.is_some() && (7..=12).contains(&hour) => Some(hour),
            None => None,
        };
        match meant.and_then(|hour| Time::new(hour, minute, 0, 0).ok()) {
            Some(time) => Moment::At { day: self.day, time: Some(time) },
            None => Moment::Several,
        }
    }
}
