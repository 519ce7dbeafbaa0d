//! A page by mail, through a real SMTP server (aiosmtpd), answered by the link in it.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};

use domain::setup::Person;
use secrecy::SecretString;
use serde_json::Value;
use siaga::settings::variable;

use crate::harness::story_with;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// A Python that knows aiosmtpd. When it is required and not here, the test fails.
fn python() -> Option<PathBuf> {
    for python in [Path::new(ROOT).join(".test-parts/venv/bin/python"), PathBuf::from("python3")] {
        let mut asked = Command::new(&python);
        asked.args(["-c", "import aiosmtpd"]).stdout(Stdio::null()).stderr(Stdio::null());
        if asked.status().is_ok_and(|status| status.success()) {
            return Some(python);
        }
    }
    let required = variable("SIAGA_REQUIRE").unwrap_or_default();
    let is_required = required.split([',', ' ']).any(|name| name == "smtp");
    assert!(!is_required, "SIAGA_REQUIRE names smtp, but no Python with aiosmtpd can be found");
    eprintln!("left out: no Python with aiosmtpd can be found (scripts/test --only smtp installs it)");
    None
}

/// A running server that prints its port, then each mail, as a line of JSON; it ends with this value.
struct MailServer {
    process: Child,
    output: BufReader<ChildStdout>,
}

impl MailServer {
    fn start(python: &Path) -> Self {
        let mut process = Command::new(python)
            .arg(Path::new(ROOT).join("crates/notify/tests/smtp/server.py"))
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let output = BufReader::new(process.stdout.take().unwrap());
        Self { process, output }
    }

    fn line(&mut self) -> Value {
        let mut line = String::new();
        self.output.read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap()
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[test]
fn an_unanswered_page_reaches_the_mailbox_and_its_link_acknowledges() {
    let Some(python) = python() else { return };
    let mut server = MailServer::start(&python);
    let port = server.line()["port"].as_u64().unwrap();
    story_with(
        |options| {
            options.setup.public_url = Some("https://siaga.example.com".into());
            let budi = options.setup.people.get_mut(&"budi".into()).unwrap();
            budi.addresses.insert(ways::email::EMAIL.id, domain::setup::Address::Plain("budi@example.com".into()));
            budi.contacts = Person::usual_contacts([ways::email::EMAIL.usual()]);
            options
                .outside
                .variables
                .insert("SIAGA_SMTP".into(), SecretString::from(format!("smtp://127.0.0.1:{port}")));
            options.outside.variables.insert("SIAGA_MAIL_FROM".into(), SecretString::from("Siaga <siaga@example.com>"));
        },
        async move |s| {
            s.checkout_breaks().await;
            s.advance(1).await;
            let mail = tokio::task::spawn_blocking(move || server.line()).await.unwrap();
            let text = mail["text"].as_str().unwrap();
            assert!(text.contains("You are step 1 of the policy payments."), "{text}");
            let subject = mail["headers"].as_array().unwrap().iter().find(|header| header[0] == "Subject").unwrap();
            assert_eq!(subject[1], "SEV-1 INC-1 Checkout errors 12 %");
            let link = text.split_whitespace().find(|word| word.starts_with("https://siaga.example.com/a/")).unwrap();
            let token = link.rsplit('/').next().unwrap();
            let url = format!("http://{}/a/{token}", s.bot().intake);
            let answer = s.control.http.post(url).send().await.unwrap();
            assert!(answer.status().is_success());
            s.settled().await;
            assert!(s.card("INC-1").await.contains("ACKNOWLEDGED"));
            s.read_all().await;
        },
    );
}
