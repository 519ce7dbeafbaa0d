//! Purpose: numbers for people: percentiles, the middle of the runs, rows of a Markdown table.

/// The value at or below which so many percent lie (nearest rank).
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "small numbers"
)]
pub(crate) fn percentile(values: &[f64], percent: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted[((percent / 100.0 * sorted.len() as f64).ceil() as usize).clamp(1, sorted.len()) - 1]
}

/// The middle of the runs.
pub(crate) fn middle(values: &[f64]) -> f64 {
    percentile(values, 50.0)
}

/// A number with as many places as are worth reading.
pub(crate) fn short(value: f64) -> String {
    let size = value.abs();
    match size {
        _ if !value.is_finite() => "-".to_owned(),
        _ if size >= 1_000.0 => thousands(value),
        _ if size >= 100.0 => format!("{value:.0}"),
        _ if size >= 10.0 => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    }
}

/// The middle of the runs, and the least and the most of them.
pub(crate) fn spread(values: &[f64]) -> String {
    let most = short(percentile(values, 100.0));
    match values.len() {
        1 => most,
        _ => format!("{} ({}..{most})", short(middle(values)), short(percentile(values, 0.0))),
    }
}

#[allow(clippy::cast_possible_truncation, reason = "counts and rates")]
fn thousands(value: f64) -> String {
    let digits = (value.round() as i64).to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) && !text.ends_with('-') {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// The head of a table: text on the left, numbers on the right.
pub(crate) fn head(texts: &[&str], numbers: &[&str]) {
    println!("| {} | {} |", texts.join(" | "), numbers.join(" | "));
    println!("|{}{}", "---|".repeat(texts.len()), "---:|".repeat(numbers.len()));
}

/// One line of it.
pub(crate) fn row(cells: &[String]) {
    println!("| {} |", cells.join(" | "));
}
