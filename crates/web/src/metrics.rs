//! Purpose: `GET /metrics`, in Prometheus's text format 0.0.4.

use std::fmt::Write as _;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::front::{Metric, MetricKind};
use crate::{App, Front, answer};

const CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// All that is measured.
pub(crate) async fn show<F: Front>(State(app): State<App<F>>) -> Response {
    let text = rendered(&app.front.metrics().await);
    ([(header::CONTENT_TYPE, CONTENT_TYPE), (header::CACHE_CONTROL, "no-store")], text).into_response()
}

/// Any method but GET and HEAD.
pub(crate) async fn get_only() -> Response {
    let refusal = answer::refusal(StatusCode::METHOD_NOT_ALLOWED, "Metrics are read with GET.");
    ([(header::ALLOW, "GET, HEAD")], refusal).into_response()
}

fn rendered(metrics: &[Metric]) -> String {
    let mut text = String::new();
    for Metric { name, help, kind, samples } in metrics {
        let kind = match kind {
            MetricKind::Gauge => "gauge",
            MetricKind::Counter => "counter",
        };
        let help = help.replace('\\', "\\\\").replace('\n', "\\n");
        push(&mut text, format_args!("# HELP {name} {help}\n# TYPE {name} {kind}\n"));
        for (labels, value) in samples {
            let labels: Vec<String> =
                labels.iter().map(|(name, value)| format!("{name}=\"{}\"", escaped(value))).collect();
            let labels = if labels.is_empty() { String::new() } else { format!("{{{}}}", labels.join(",")) };
            push(&mut text, format_args!("{name}{labels} {}\n", number(*value)));
        }
    }
    text
}

fn push(text: &mut String, piece: std::fmt::Arguments<'_>) {
    text.write_fmt(piece).expect("writing to a string does not fail");
}

fn escaped(label: &str) -> String {
    label.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

/// As Go reads it.
fn number(value: f64) -> String {
    if value.is_nan() {
        "NaN".to_owned()
    } else if value.is_infinite() {
        if value > 0.0 { "+Inf".to_owned() } else { "-Inf".to_owned() }
    } else {
        value.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::{number, rendered};
    use crate::front::{Metric, MetricKind};

    #[test]
    fn every_sample_stands_under_its_metric() {
        let pages = Metric {
            name: "siaga_pages_total",
            help: "Pages by way.\nC:\\",
            kind: MetricKind::Counter,
            samples: vec![
                (vec![("way", "ntfy".to_owned()), ("result", "a \"b\"\n\\".to_owned())], 3.0),
                (vec![("way", "email".to_owned())], 0.5),
            ],
        };
        let open = Metric {
            name: "siaga_incidents_open",
            help: "Open incidents.",
            kind: MetricKind::Gauge,
            samples: vec![(vec![], 2.0)],
        };
        let expected = r#"# HELP siaga_pages_total Pages by way.\nC:\\
# TYPE siaga_pages_total counter
siaga_pages_total{way="ntfy",result="a \"b\"\n\\"} 3
siaga_pages_total{way="email"} 0.5
# HELP siaga_incidents_open Open incidents.
# TYPE siaga_incidents_open gauge
siaga_incidents_open 2
"#;
        assert_eq!(rendered(&[pages, open]), expected);
        assert_eq!(rendered(&[]), "");
    }

    #[test]
    fn numbers_are_written_as_prometheus_reads_them() {
        let written = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -0.25, 1e15].map(number);
        assert_eq!(written, ["NaN", "+Inf", "-Inf", "-0.25", "1000000000000000"]);
    }
}
