//! Purpose: numbers and lists as a language writes them.

use domain::setup::Language;

use crate::say::say;

/// `9,997`
pub(crate) fn grouped(number: usize, lang: Language) -> String {
    let separator = say!(lang, "text-thousands");
    let digits = number.to_string();
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push_str(&separator);
        }
        out.push(digit);
    }
    out
}

/// `Rina`, `Rina and Budi`, `Rina, Budi and Ana`
pub(crate) fn and(items: &[String], lang: Language) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [first, last] => say!(lang, "text-and-two", first = first, last = last),
        [first @ .., last] => say!(lang, "text-and-many", first = first.join(", "), last = last),
    }
}

/// `Rina`, `Rina or Budi`, `Rina, Budi or Ana`
pub(crate) fn or(items: &[String], lang: Language) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [first, last] => say!(lang, "text-or-two", first = first, last = last),
        [first @ .., last] => say!(lang, "text-or-many", first = first.join(", "), last = last),
    }
}
