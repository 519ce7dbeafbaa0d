//! From a token to a phone that rings: `init`, `doctor`, `run` and `fire`, as a newcomer types them.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::os::unix::fs::PermissionsExt;
use std::process::{Child, Command, Stdio};

use insta::assert_snapshot;
use serde_json::json;

use crate::harness::{Story, story};

/// `siaga run`; ended when dropped.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A port that nobody uses now.
fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// Discord as the newcomer finds it, in the file where the example says that it goes.
fn environment(s: &Story) -> String {
    let listen = format!("127.0.0.1:{}", free_port());
    let token = s.sandbox.bot("siaga").unwrap().token;
    let lines = format!(
        "DISCORD_TOKEN={token}\nSIAGA_KEY_ALERTMANAGER=\nSIAGA_DISCORD={}\nSIAGA_LISTEN={listen}\n",
        s.sandbox.base_url()
    );
    std::fs::write(s.file(".env"), lines).unwrap();
    std::fs::set_permissions(s.file(".env"), std::fs::Permissions::from_mode(0o600)).unwrap();
    listen
}

fn without_secrets(s: &Story, text: &str, listen: &str) -> String {
    let env = std::fs::read_to_string(s.file(".env")).unwrap();
    let key = env.lines().find_map(|line| line.strip_prefix("SIAGA_KEY_ALERTMANAGER=")).unwrap_or_default();
    let text = if key.is_empty() { text.to_owned() } else { text.replace(key, "[key]") };
    text.replace(listen, "[listen]")
}

#[test]
fn what_init_writes_pages_whoever_ran_it() {
    story(async |s| {
        s.stop_bot().await;
        let listen = environment(s);
        let told = async |args: &[&str]| {
            let said = s.siaga(args).await;
            let text = without_secrets(s, &said.text(), &listen);
            (said.code.unwrap(), text)
        };
        // The doctor sends to init, and init sends nobody back.
        let (code, said) = told(&["doctor"]).await;
        assert_eq!(code, 2);
        assert!(said.contains("FIX  configuration: siaga.toml is not there: `siaga init` writes one"), "{said}");

        let (code, said) = told(&["init"]).await;
        assert_eq!(code, 3, "{said}");
        assert_snapshot!(said, @"
        Home server: Toko Kita
        `siaga init` has questions and there is no terminal to ask them; nothing was changed. Answer by:
          --me USERNAME  What is your Discord user name? Pages go to you first
        ");
        assert!(!s.file("siaga.toml").exists());
        let (code, said) = told(&["init", "--yes", "--me", "Budi Santoso"]).await;
        assert_eq!(code, 1);
        assert_snapshot!(said, @"
        Home server: Toko Kita
        siaga: Budi Santoso is no user name in Toko Kita: Discord shows yours under User Settings, My Account (it is not the display name)
        ");
        assert!(!s.file("siaga.toml").exists());

        let (code, said) = told(&["init", "--yes", "--me", "@budi"]).await;
        assert_eq!(code, 0, "{said}");
        assert_snapshot!(said, @r#"
        Home server: Toko Kita
        Responders: whoever has the role @sre (`access` in siaga.toml changes that).
        Wrote siaga.toml: alerts with severity="critical" page budi.
        When nobody answers, budi is called again until somebody does: `at_end` in [[escalations]] says who.
        Wrote a key for Alertmanager into .env. It is shown here once:
        Paste this into Alertmanager:

        receivers:
          - name: siaga
            webhook_configs:
              - url: http://[listen]/intake/alertmanager
                send_resolved: true
                http_config:
                  authorization:
                    credentials: [key]

        Next: `siaga run`; then `siaga fire --severity critical` in a second terminal calls whoever is on call.
        `siaga rehearse` tries once everything the bot does in Discord, seen by you alone where that is possible.
        "#);
        assert_eq!(s.file("siaga.toml").metadata().unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(s.file(".env").metadata().unwrap().permissions().mode() & 0o777, 0o600);

        assert_snapshot!(told(&["check"]).await.1, @"
        siaga.toml is fine: 1 integrations, 0 services, 1 people, 0 schedules, 1 escalations, 4 rules, 0 runbooks, 0 scenarios.
        ");
        let (code, said) = told(&["doctor"]).await;
        assert_snapshot!(said, @"
        ok   configuration: siaga.toml is whole (0 warnings)
        ok   people.budi: is reached by Discord only: without it no page arrives. `ntfy_env`, `email` or `webhook_env` adds a way
        ok   database: [folder]/siaga.db can be used
        ok   token: Discord knows it
        ok   server: Toko Kita
        ok   people.budi: is Budi and can be mentioned
        ok   clock: agrees with Discord's
        ");
        assert_eq!(code, 0);

        let mut command = Command::new(env!("CARGO_BIN_EXE_siaga"));
        command.arg("run").current_dir(s.folder()).env_clear().env("SIAGA_DATABASE", s.database());
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let running = Running(command.spawn().unwrap());
        let url = format!("http://{listen}/readyz");
        s.until("the bot is ready", async || {
            let answer = s.control.http.get(&url).send().await;
            match answer {
                Ok(answer) if answer.status() == 200 => answer.text().await.unwrap().contains("\"connected\""),
                _ => false,
            }
        })
        .await;
        assert_snapshot!(told(&["fire", "--severity", "critical"]).await.1, @"Fired SiagaTest (severity=critical, service=checkout).");
        s.until("the phone rings", async || s.phone("budi").await.contains("DM: SEV-2")).await;
        drop(running);
        s.read_all().await;
    });
}

/// A slip in the file, and the machine is drained the same night: the process starts with what was in use before.
#[test]
fn a_process_that_ends_while_the_file_has_a_mistake_starts_again_and_pages() {
    story(async |s| {
        s.stop_bot().await;
        let listen = environment(s);
        assert_eq!(s.siaga(&["init", "--yes", "--me", "budi"]).await.code, Some(0));
        let starts = async || {
            let mut command = Command::new(env!("CARGO_BIN_EXE_siaga"));
            command.arg("run").current_dir(s.folder()).env_clear().env("SIAGA_DATABASE", s.database());
            command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
            let running = Running(command.spawn().unwrap());
            s.until("the bot is ready", async || answers(s, &listen).await.contains("\"connected\"")).await;
            running
        };
        let whole = std::fs::read_to_string(s.file("siaga.toml")).unwrap();
        drop(starts().await);
        for slip in [Some(whole.replace("repeat = 3", "repeat = three")), None] {
            match &slip {
                Some(text) => std::fs::write(s.file("siaga.toml"), text).unwrap(),
                None => std::fs::remove_file(s.file("siaga.toml")).unwrap(),
            }
            let running = starts().await;
            let told = answers(s, &listen).await;
            assert!(told.contains("siaga.toml has mistakes (1), so the configuration that is in use since"), "{told}");
            let rung = s.phone("budi").await.matches("SEV-2").count();
            let key = std::fs::read_to_string(s.file(".env")).unwrap();
            let key = key.lines().find_map(|line| line.strip_prefix("SIAGA_KEY_ALERTMANAGER=")).unwrap().to_owned();
            let name = format!("Slip{}", u8::from(slip.is_none()));
            let body = json!({ "version": "4", "status": "firing", "alerts": [{ "status": "firing",
                "labels": { "alertname": name, "severity": "critical" }, "startsAt": "2026-03-01T20:00:00Z" }] });
            let url = format!("http://{listen}/intake/alertmanager");
            let answer = s.control.http.post(&url).bearer_auth(&key).json(&body).send().await.unwrap();
            assert_eq!(answer.status(), 202);
            s.until("the phone rings", async || s.phone("budi").await.matches("SEV-2").count() > rung).await;
            std::fs::write(s.file("siaga.toml"), &whole).unwrap();
            assert_eq!(s.siaga(&["reload"]).await.code, Some(0));
            let told = answers(s, &listen).await;
            assert!(!told.contains("has mistakes"), "{told}");
            drop(running);
        }
        // Where nothing was ever in use, there is nothing to start with.
        std::fs::write(s.file("siaga.toml"), whole.replace("repeat = 3", "repeat = three")).unwrap();
        std::fs::remove_file(s.database()).unwrap();
        let said = s.siaga(&["run"]).await;
        assert_eq!(said.code, Some(2), "{}", said.text());
        s.read_all().await;
    });
}

/// What `/readyz` says; nothing while nobody is there.
async fn answers(s: &Story, listen: &str) -> String {
    match s.control.http.get(format!("http://{listen}/readyz")).send().await {
        Ok(answer) => answer.text().await.unwrap_or_default(),
        Err(_) => String::new(),
    }
}

#[test]
fn init_makes_what_an_existing_configuration_lacks_and_never_changes_it() {
    story(async |s| {
        s.stop_bot().await;
        let listen = environment(s);
        let told = async |args: &[&str]| {
            let said = s.siaga(args).await;
            (said.code.unwrap(), without_secrets(s, &said.text(), &listen))
        };
        assert_eq!(told(&["init", "--yes", "--me", "budi"]).await.0, 0);
        let text = std::fs::read_to_string(s.file("siaga.toml")).unwrap().replace("\"#incidents\"", "\"#war-room\"");
        std::fs::write(s.file("siaga.toml"), &text).unwrap();
        let (code, said) = told(&["doctor"]).await;
        assert_eq!(code, 2);
        assert!(said.contains("FIX  discord.incidents: #war-room does not exist in Toko Kita"), "{said}");
        let (code, said) = told(&["init"]).await;
        assert_eq!(code, 3);
        assert_snapshot!(said, @"
        siaga.toml is there already and is not changed; this is about what it needs on the server.
        Home server: Toko Kita
        `siaga init` has questions and there is no terminal to ask them; nothing was changed. Answer by:
          --yes          Create #war-room? It is missing
        ");
        let (code, said) = told(&["init", "--yes"]).await;
        assert_snapshot!(said, @"
        siaga.toml is there already and is not changed; this is about what it needs on the server.
        Home server: Toko Kita
        Created #war-room.
        Next: `siaga run`; then `siaga fire --severity critical` in a second terminal calls whoever is on call.
        `siaga rehearse` tries once everything the bot does in Discord, seen by you alone where that is possible.
        ");
        assert_eq!(code, 0);
        let (code, said) = told(&["doctor"]).await;
        assert_eq!(code, 0, "{said}");
        assert_eq!(std::fs::read_to_string(s.file("siaga.toml")).unwrap(), text);
        // A file with mistakes is not a server's business.
        std::fs::write(s.file("siaga.toml"), text.replace("repeat = 3", "repeat = 99")).unwrap();
        let (code, said) = told(&["init", "--yes"]).await;
        assert_eq!(code, 2);
        assert!(said.ends_with("mend it, then `siaga init` again.\n"), "{said}");
    });
}

#[test]
fn a_configuration_in_which_nobody_is_paged_is_not_green() {
    story(async |s| {
        s.stop_bot().await;
        let listen = environment(s);
        assert_eq!(s.siaga(&["init", "--yes", "--me", "budi"]).await.code, Some(0));
        let whole = std::fs::read_to_string(s.file("siaga.toml")).unwrap();
        let told = async |text: String| {
            std::fs::write(s.file("siaga.toml"), text).unwrap();
            let mut told = String::new();
            for verb in ["check", "doctor", "init"] {
                let said = s.siaga(&[verb]).await;
                let text = without_secrets(s, &said.text(), &listen);
                assert_ne!(said.code, Some(1), "siaga {verb}: {text}");
                let about = text.lines().filter(|line| line.contains("siaga.toml") || line.contains("warning"));
                let about = about.collect::<Vec<_>>().join("\n");
                told.push_str(&format!("$ siaga {verb} -> {}\n{about}\n", said.code.unwrap()));
            }
            told
        };
        assert_snapshot!(told(whole.replace("page = true", "page = false")).await, @"
        $ siaga check -> 0
        siaga.toml can be used, but its warnings keep pages from people: 1 integrations, 0 services, 1 people, 0 schedules, 1 escalations, 4 rules, 0 runbooks, 0 scenarios.
        warning: no severity pages anybody: whatever happens, nobody is woken
          --> siaga.toml:28:1
        1 warning
        $ siaga doctor -> 2
        ok   configuration: siaga.toml is whole (1 warnings)
        FIX  configuration: siaga.toml:28:1: no severity pages anybody: whatever happens, nobody is woken; set page = true at the worst ones, and say in [[escalations]] whom to page
        $ siaga init -> 2
        siaga.toml is there already and is not changed; this is about what it needs on the server.
        FIX  configuration: siaga.toml:28:1: no severity pages anybody: whatever happens, nobody is woken; set page = true at the worst ones, and say in [[escalations]] whom to page
        ");
        let told = told(whole.replace(
            "\"budi\" = { discord = \"budi\" }",
            "\"budi\" = { discord = \"budi\", ntfy_env = \"NTFY_BUDI\", contact = [{ by = \"ntfy\" }] }",
        ));
        assert_snapshot!(told.await, @r#"
        $ siaga check -> 0
        siaga.toml can be used, but its warnings keep pages from people: 1 integrations, 0 services, 1 people, 0 schedules, 1 escalations, 4 rules, 0 runbooks, 0 scenarios.
        warning: no page reaches budi: NTFY_BUDI is not set
          --> siaga.toml:20:1
        warning: the environment variable NTFY_BUDI is not set: no push message reaches budi
          --> siaga.toml:20:41
        2 warnings
        $ siaga doctor -> 2
        ok   configuration: siaga.toml is whole (2 warnings)
        FIX  configuration: siaga.toml:20:1: no page reaches budi: NTFY_BUDI is not set; set what is missing, or add { by = "mention" } to `contact`
        $ siaga init -> 2
        siaga.toml is there already and is not changed; this is about what it needs on the server.
        FIX  configuration: siaga.toml:20:1: no page reaches budi: NTFY_BUDI is not set; set what is missing, or add { by = "mention" } to `contact`
        "#);
    });
}
