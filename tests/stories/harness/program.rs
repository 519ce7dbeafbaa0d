//! Purpose: the command line beside the running bot: the real program, on the story's database.

use std::process::{Command, Stdio};

use serde_json::Value;

use super::Story;

/// What the program said.
pub(crate) struct Said {
    /// Whether it ended well.
    pub(crate) ok: bool,
    /// Its exit code.
    pub(crate) code: Option<i32>,
    /// Data.
    pub(crate) out: String,
    /// Everything else.
    pub(crate) err: String,
}

impl Said {
    /// What it printed as JSON.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|_| panic!("no JSON: {}{}", self.out, self.err))
    }

    /// Everything, with what differs from run to run taken out.
    pub(crate) fn text(&self) -> String {
        let told =
            regex::Regex::new(r"\d{4}-\d\d-\d\dT[0-9:.]+Z").unwrap().replace_all(&self.out, "[time]").into_owned();
        let told = regex::Regex::new(r" +\d+s (old)").unwrap().replace_all(&told, " [age] $1").into_owned();
        let told = regex::Regex::new(r"\(\d+s ago\)").unwrap().replace_all(&told, "([age] ago)").into_owned();
        format!("{told}{}", self.err)
    }
}

impl Story {
    /// Runs the program as an operator does, in the story's folder.
    pub(crate) async fn siaga(&self, args: &[&str]) -> Said {
        self.siaga_with(args, &[]).await
    }

    /// The same with further variables.
    pub(crate) async fn siaga_with(&self, args: &[&str], variables: &[(&str, &str)]) -> Said {
        let mut command = Command::new(env!("CARGO_BIN_EXE_siaga"));
        command.args(args).current_dir(self.folder()).env_clear().stdin(Stdio::null());
        command.env("SIAGA_DATABASE", self.database()).env("NO_COLOR", "1").envs(variables.iter().copied());
        let ended = tokio::task::spawn_blocking(move || command.output()).await.unwrap().unwrap();
        let text =
            |bytes: &[u8]| String::from_utf8_lossy(bytes).replace(&self.folder().display().to_string(), "[folder]");
        Said {
            ok: ended.status.success(),
            code: ended.status.code(),
            out: text(&ended.stdout),
            err: text(&ended.stderr),
        }
    }
}
