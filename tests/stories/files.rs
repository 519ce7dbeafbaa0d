//! What holds secrets is its owner's alone: the database, exports, `.env`; and the token goes to nobody else.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};

use insta::assert_snapshot;

use crate::harness::{CONFIG, Story, story};

fn mode(path: impl AsRef<Path>) -> String {
    let path = path.as_ref();
    let about = path.metadata().unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    format!("{:o}", about.permissions().mode() & 0o777)
}

fn set_mode(path: impl AsRef<Path>, mode: u32) {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

const DATABASE: [&str; 4] = ["siaga.db", "siaga.db-wal", "siaga.db-shm", "siaga.lock"];

#[test]
fn the_database_is_its_owners_alone_also_one_that_was_open_to_all_before() {
    story(async |s| {
        s.search_is_slow().await;
        s.read_all().await;
        for file in DATABASE {
            assert_eq!(mode(s.file(file)), "600", "{file}");
        }
        // As an older version left it, with a log that no clean end has put away.
        let copies = DATABASE.map(|file| std::fs::read(s.file(file)).unwrap());
        s.stop_bot().await;
        let folder = s.file("siaga-data");
        std::fs::create_dir(&folder).unwrap();
        set_mode(&folder, 0o755);
        for (file, bytes) in DATABASE.into_iter().zip(copies) {
            std::fs::write(folder.join(file), bytes).unwrap();
            set_mode(folder.join(file), 0o644);
        }
        let mut parts = s.parts().await;
        parts.database = folder.join("siaga.db");
        let bot = siaga::app::Bot::start(parts).await.unwrap();
        bot.ready().await.unwrap();
        for file in DATABASE {
            assert_eq!(mode(folder.join(file)), "600", "{file}");
        }
        assert_eq!(mode(&folder), "700", "it holds nothing but the database, so it was made for it");
        bot.stop().await;
        // A folder that holds other things is somebody's choice; nothing in it can be read all the same.
        std::fs::write(folder.join("notes"), "").unwrap();
        set_mode(&folder, 0o755);
        let variables = [("SIAGA_DATABASE", folder.join("siaga.db").display().to_string())];
        let variables = variables.each_ref().map(|(name, value)| (*name, value.as_str()));
        assert!(s.siaga_with(&["migrate"], &variables).await.ok);
        assert_eq!(mode(&folder), "755");
    });
}

#[test]
fn what_is_made_is_the_owners_alone_whatever_the_umask_says() {
    story(async |s| {
        s.search_is_slow().await;
        s.read_all().await;
        let run = |umask: &str, line: &str, database: &Path| {
            let script = format!("umask {umask}; exec {} {line}", env!("CARGO_BIN_EXE_siaga"));
            let mut command = Command::new("/bin/sh");
            command.args(["-c", &script]).current_dir(s.folder()).env_clear().env("SIAGA_DATABASE", database);
            let ended = command.stdin(Stdio::null()).output().unwrap();
            assert!(ended.status.success(), "{line}: {}", String::from_utf8_lossy(&ended.stderr));
        };
        for umask in ["000", "022", "077"] {
            let folder = s.file(&format!("new-{umask}"));
            run(umask, "migrate", &folder.join("data/siaga.db"));
            assert_eq!([mode(&folder), mode(folder.join("data"))], ["700", "700"], "{umask}");
            assert_eq!(mode(folder.join("data/siaga.db")), "600", "{umask}");
            assert_eq!(mode(folder.join("data/siaga.lock")), "600", "{umask}");
            let out = folder.join("out").display().to_string();
            run(umask, &format!("export INC-1 --output-dir {out}"), &s.database());
            assert_eq!([mode(folder.join("out")), mode(folder.join("out/inc-1.md"))], ["700", "600"], "{umask}");
            // One that was open to all is closed when it is written again.
            set_mode(folder.join("out/inc-1.md"), 0o644);
            run(umask, &format!("export INC-1 --output-dir {out}"), &s.database());
            assert_eq!(mode(folder.join("out/inc-1.md")), "600", "{umask}");
            run(umask, &format!("backup {}", folder.join("copy.db").display()), &s.database());
            assert_eq!(mode(folder.join("copy.db")), "600", "{umask}");
        }
    });
}

#[test]
fn a_database_of_somebody_else_is_refused_with_a_sentence() {
    story(async |s| {
        s.stop_bot().await;
        // Only the superuser can play two users; others have no file that is not theirs.
        if s.database().metadata().unwrap().uid() != 0 {
            return;
        }
        let folder = tempfile::tempdir().unwrap();
        set_mode(folder.path(), 0o777);
        let program = folder.path().join("siaga");
        if std::fs::hard_link(env!("CARGO_BIN_EXE_siaga"), &program).is_err() {
            std::fs::copy(env!("CARGO_BIN_EXE_siaga"), &program).unwrap();
        }
        let database = folder.path().join("siaga.db");
        std::fs::copy(s.database(), &database).unwrap();
        let as_nobody = |args: &[&str]| {
            let mut command = Command::new(&program);
            command.args(args).uid(65_534).gid(65_534).current_dir(folder.path()).env_clear().stdin(Stdio::null());
            let ended = command.env("SIAGA_DATABASE", &database).output().unwrap();
            assert_eq!(ended.status.code(), Some(1), "{args:?}");
            String::from_utf8_lossy(&ended.stderr).replace(&folder.path().display().to_string(), "[folder]")
        };
        set_mode(&database, 0o666);
        assert_snapshot!(as_nobody(&["migrate"]), @"siaga: others than its owner may use [folder]/siaga.db (mode 666), and it holds the key that signs links; that cannot be changed from here (Operation not permitted (os error 1)): run `chmod 600 [folder]/siaga.db` as its owner, or use a file system that keeps such rights");
        set_mode(&database, 0o600);
        assert_snapshot!(as_nobody(&["export", "INC-1"]), @"siaga: the database [folder]/siaga.db cannot be opened: run this as the user who owns it (user 0)");
    });
}

/// A value for each line of the example that shows that it was read.
fn value_of(name: &str) -> &'static str {
    match name {
        "SIAGA_CONFIG" => "shop.toml",
        "SIAGA_DATABASE" => "elsewhere/siaga.db",
        "SIAGA_LISTEN" => "127.0.0.1:1",
        "SIAGA_LISTEN_LINKS" => "127.0.0.1:2",
        "SIAGA_DISCORD" => "http://127.0.0.1:1",
        "SIAGA_LOG" => "warn",
        _ => "a-value-of-the-file",
    }
}

/// The example with every line filled in, as people do it.
fn filled_in() -> String {
    let example = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/.env.example")).unwrap();
    let fill = |line: &str| {
        let assignment = line.strip_prefix('#').unwrap_or(line);
        match assignment.split_once('=') {
            Some((name, _)) if name.chars().all(|c| c.is_ascii_uppercase() || c == '_') && !name.is_empty() => {
                format!("{name}={}\n", value_of(name))
            }
            _ => format!("{line}\n"),
        }
    };
    example.lines().map(fill).collect()
}

/// The program in the story's folder, with these variables and nothing else.
async fn siaga(s: &Story, args: &[&str], variables: &[(&str, &str)]) -> (Option<i32>, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_siaga"));
    command.args(args).current_dir(s.folder()).env_clear().stdin(Stdio::null()).envs(variables.iter().copied());
    let ended = tokio::task::spawn_blocking(move || command.output()).await.unwrap().unwrap();
    let text = [ended.stdout, ended.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
    (ended.status.code(), text.replace(&s.folder().display().to_string(), "[folder]"))
}

#[test]
fn every_variable_of_the_example_works_from_the_file() {
    story(async |s| {
        std::fs::write(s.file(".env"), filled_in()).unwrap();
        set_mode(s.file(".env"), 0o600);
        let text = CONFIG.replace("[runbooks] ", "#").replace("[drills] ", "#").replace("folder = ", "# ");
        let text = text
            .replace("rina = { discord = \"rina\" }", "rina = { discord = \"rina\", email = \"rina@example.com\" }");
        std::fs::write(s.file("shop.toml"), text).unwrap();
        // SIAGA_CONFIG, both keys, and what mails need: nothing is said to be missing.
        let (code, said) = siaga(s, &["check"], &[]).await;
        assert_snapshot!(said.lines().next().unwrap(), @"shop.toml is fine: 4 integrations, 5 services, 5 people, 2 schedules, 2 escalations, 4 rules, 0 runbooks, 0 scenarios.");
        assert_eq!(code, Some(0));
        // SIAGA_DATABASE.
        assert_snapshot!(siaga(s, &["migrate"], &[]).await.1, @"elsewhere/siaga.db is up to date.");
        // DISCORD_TOKEN is there, and SIAGA_DISCORD leads to a closed port.
        let (code, said) = siaga(s, &["invite"], &[]).await;
        assert!(said.contains("GET /applications/@me: ") && !said.contains("DISCORD_TOKEN"), "{said}");
        assert_eq!(code, Some(1));
        // SIAGA_LISTEN.
        let (_, said) = siaga(s, &["fire"], &[]).await;
        assert!(said.contains("no bot answers at http://127.0.0.1:1"), "{said}");
        // What the process was started with wins, also when it is empty.
        let (_, said) = siaga(s, &["migrate"], &[("SIAGA_DATABASE", "third/siaga.db")]).await;
        assert_snapshot!(said, @"third/siaga.db is up to date.");
        let (_, said) = siaga(s, &["invite"], &[("DISCORD_TOKEN", "")]).await;
        assert!(said.contains("DISCORD_TOKEN is not set"), "{said}");
    });
}

#[test]
fn a_wrong_line_is_named_by_its_number_and_not_shown_and_a_wide_file_is_warned_of() {
    story(async |s| {
        std::fs::write(s.file(".env"), "# secrets\n\nhunter2\n").unwrap();
        set_mode(s.file(".env"), 0o600);
        let (code, said) = siaga(s, &["check"], &[]).await;
        assert_snapshot!(said, @"siaga: line 3 of .env sets nothing: write NAME=value, or # in front of a comment");
        assert_eq!(code, Some(1));
        std::fs::write(s.file(".env"), "SIAGA_DATABASE=wide/siaga.db\n").unwrap();
        set_mode(s.file(".env"), 0o644);
        assert_snapshot!(siaga(s, &["migrate"], &[]).await.1, @"
        wide/siaga.db is up to date.
        siaga: .env holds secrets and others may use it (mode 644): run `chmod 600 .env`
        ");
    });
}

#[test]
fn a_token_that_looks_real_is_not_given_to_an_unnamed_host() {
    story(async |s| {
        // Made up, in the form of the developer portal's; the address is one that nobody has (RFC 5737).
        let token = "MTA2NzAxMjM0NTY3ODkwMTIzNA.GhX1aB.0123456789abcdefghijklmnopqrstuvwxyzAB";
        let variables = [
            ("DISCORD_TOKEN", token),
            ("SIAGA_DISCORD", "http://192.0.2.1:4010"),
            ("SIAGA_KEY_ALERTMANAGER", "k"),
            ("SIAGA_KEY_UPTIME_KUMA", "k"),
            ("SIAGA_LISTEN", "127.0.0.1:0"),
        ];
        let text = CONFIG.replace("[runbooks] ", "#").replace("[drills] ", "#").replace("folder = ", "# ");
        std::fs::write(s.file("siaga.toml"), text).unwrap();
        for verb in ["run", "doctor", "invite"] {
            let (code, said) = siaga(s, &[verb], &variables).await;
            assert_ne!(code, Some(0), "{verb}");
            assert!(said.contains("SIAGA_DISCORD leads to 192.0.2.1: nothing was sent there"), "{verb}: {said}");
            assert!(!said.contains("MTA2"), "{verb}: {said}");
        }
    });
}
