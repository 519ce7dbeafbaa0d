//! nginx and Caddy with the files of `examples/proxy`, at the root of a name and below a path: alerts come through, links
//! open and acknowledge, what is inside stays inside, and only the proxy says whom a request comes from.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::process::Stdio;

use domain::setup::Person;
use reqwest::{Client, StatusCode};
use secrecy::SecretString;
use siaga::settings::variable;
use tokio::process::{Child, Command};

use crate::harness::alert::payload;
use crate::harness::phone::PushServer;
use crate::harness::{Story, story_with};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Program {
    Nginx,
    Caddy,
}

/// Where the program is. When it is required and not here, the test fails.
fn find(program: Program) -> Option<PathBuf> {
    let name = match program {
        Program::Nginx => "nginx",
        Program::Caddy => "caddy",
    };
    let path = variable("PATH").unwrap_or_default();
    // Debian puts nginx where only root looks.
    let folders = std::env::split_paths(&path).chain(["/usr/sbin".into(), "/usr/local/sbin".into()]);
    let found = folders.map(|folder: PathBuf| folder.join(name)).find(|file| file.is_file());
    if found.is_none() {
        let required = variable("SIAGA_REQUIRE").unwrap_or_default();
        let is_required = required.split([',', ' ']).any(|required| required == "proxy");
        assert!(!is_required, "SIAGA_REQUIRE names proxy, but {name} cannot be found");
        eprintln!("left out: {name} cannot be found (Debian package {name})");
    }
    found
}

/// A file of `examples/proxy` and where its Siaga is.
struct Example {
    program: Program,
    text: &'static str,
    host: &'static str,
    path: &'static str,
}

const NGINX: Example = Example {
    program: Program::Nginx,
    text: include_str!("../../examples/proxy/nginx.conf"),
    host: "siaga.example.com",
    path: "",
};
const NGINX_SUBPATH: Example = Example {
    program: Program::Nginx,
    text: include_str!("../../examples/proxy/nginx-subpath.conf"),
    host: "ops.example.com",
    path: "/siaga",
};
const CADDY: Example = Example {
    program: Program::Caddy,
    text: include_str!("../../examples/proxy/Caddyfile"),
    host: "siaga.example.com",
    path: "",
};
const CADDY_SUBPATH: Example = Example {
    program: Program::Caddy,
    text: include_str!("../../examples/proxy/Caddyfile-subpath"),
    host: "ops.example.com",
    path: "/siaga",
};

/// A free port of this machine. It is free at this moment; nobody but us takes ports here by number.
fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// The text with another in its place, which must be there.
fn replaced(text: &str, from: &str, to: &str) -> String {
    assert!(text.contains(from), "the example has no {from:?} any more");
    text.replace(from, to)
}

impl Example {
    /// Starts the program with the file; only ports and certificates are other ones.
    async fn start(&self, s: &Story, program: PathBuf, port: u16) -> Child {
        let folder = s.file("proxy");
        std::fs::create_dir_all(&folder).unwrap();
        let text = replaced(self.text, "127.0.0.1:8080", &s.bot().intake.to_string());
        let mut command = Command::new(program);
        match self.program {
            Program::Nginx => {
                let (certificate, key) = self.certificate(&folder).await;
                let text = replaced(&text, "listen 443 ssl;", &format!("listen 127.0.0.1:{port} ssl;"));
                let text = replaced(&text, "/etc/ssl/siaga/fullchain.pem", &certificate);
                let text = replaced(&text, "/etc/ssl/siaga/privkey.pem", &key);
                std::fs::write(folder.join("siaga.conf"), text).unwrap();
                // What Debian's own /etc/nginx/nginx.conf is around it, with every path in the story's folder.
                let here = folder.display();
                let temporary: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
                    .map(|kind| format!("  {kind}_temp_path {here}/{kind};\n"))
                    .concat();
                let around = format!(
                    "daemon off;\npid {here}/pid;\nerror_log stderr;\nevents {{ worker_connections 256; }}\n\
                     http {{\n  access_log off;\n{temporary}  include {here}/siaga.conf;\n}}\n"
                );
                std::fs::write(folder.join("nginx.conf"), around).unwrap();
                command.arg("-e").arg("stderr").arg("-p").arg(&folder).arg("-c").arg(folder.join("nginx.conf"));
            }
            Program::Caddy => {
                let text = replaced(&text, &format!("{} {{", self.host), &format!("{}:{port} {{", self.host));
                // Certificates of its own, nothing for the machine to trust, no other port, no administration.
                const OWN: [&str; 8] = [
                    "admin off",
                    "local_certs",
                    "skip_install_trust",
                    "auto_https disable_redirects",
                    "default_bind 127.0.0.1",
                    "log default {",
                    "\tlevel ERROR",
                    "}",
                ];
                let own = format!("{{\n\t{}\n\tservers {{", OWN.join("\n\t"));
                let text = replaced(&text, "{\n\tservers {", &own);
                std::fs::write(folder.join("Caddyfile"), text).unwrap();
                command.args(["run", "--adapter", "caddyfile", "--config"]).arg(folder.join("Caddyfile"));
                command.env("HOME", &folder).env("XDG_DATA_HOME", &folder).env("XDG_CONFIG_HOME", &folder);
            }
        }
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).kill_on_drop(true).spawn().unwrap();
        let http = self.client(port, Ipv4Addr::LOCALHOST);
        let url = format!("https://{}:{port}/", self.host);
        s.until("the proxy answers", async || http.get(&url).send().await.is_ok()).await;
        child
    }

    /// A certificate for a day.
    async fn certificate(&self, folder: &std::path::Path) -> (String, String) {
        let (certificate, key) = (folder.join("fullchain.pem"), folder.join("privkey.pem"));
        let made = Command::new("openssl")
            .args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "1"])
            .args(["-subj", &format!("/CN={0}", self.host), "-addext", &format!("subjectAltName=DNS:{}", self.host)])
            .arg("-keyout")
            .arg(&key)
            .arg("-out")
            .arg(&certificate)
            .stdin(Stdio::null())
            .output()
            .await
            .unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        (certificate.display().to_string(), key.display().to_string())
    }

    /// Somebody with this address, who finds the name on this machine.
    fn client(&self, port: u16, from: Ipv4Addr) -> Client {
        Client::builder()
            .no_proxy()
            .local_address(std::net::IpAddr::from(from))
            .resolve(self.host, SocketAddr::from(([127, 0, 0, 1], port)))
            .danger_accept_invalid_certs(true)
            .build()
            .unwrap()
    }

    fn tell(&'static self) {
        let Some(program) = find(self.program) else { return };
        let (port, phone) = (free_port(), PushServer::start());
        let public = format!("https://{}:{port}{}", self.host, self.path);
        story_with(
            |options| {
                options.setup.public_url = Some(public.clone());
                options.setup.proxies = vec!["127.0.0.1/32".parse().unwrap()];
                let budi = options.setup.people.get_mut(&"budi".into()).unwrap();
                budi.addresses.insert(ways::ntfy::NTFY.id, domain::setup::Address::Variable("NTFY_BUDI".into()));
                budi.contacts = Person::usual_contacts([ways::ntfy::NTFY.usual()]);
                options.outside.variables.insert("NTFY_BUDI".into(), SecretString::from(phone.topic("budi")));
            },
            async |s| {
                let running = self.start(s, program, port).await;
                self.alert_and_link(s, &phone, &public, port).await;
                self.who_is_who(s, &public, port).await;
                drop(running);
                s.read_all().await;
            },
        );
    }

    async fn alert_and_link(&self, s: &Story, phone: &PushServer, public: &str, port: u16) {
        let http = self.client(port, Ipv4Addr::new(127, 0, 0, 2));
        let intake = format!("{public}/intake/alertmanager");
        let body = payload("firing", &[s.alert("checkout").critical().wire("firing")]);
        let answer = http.post(&intake).bearer_auth(&s.key).json(&body).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::ACCEPTED);
        // In the address, too.
        let answer = http.post(format!("{intake}?key={}", s.key)).json(&body).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::ACCEPTED);
        s.settled().await;
        s.advance(1).await;
        s.until("the push message", async || !phone.messages("budi").is_empty()).await;

        // As it stands in the message, opened in a browser; its form goes where the browser is.
        let message = phone.messages("budi").pop().unwrap();
        let link = message["actions"][0]["url"].as_str().unwrap();
        assert!(link.starts_with(&format!("{public}/a/")), "{link}");
        let page = http.get(link).header("accept", "text/html").send().await.unwrap();
        assert_eq!(page.status(), StatusCode::OK);
        let page = page.text().await.unwrap();
        assert!(page.contains("Do you take INC-1?") && page.contains("<form method=\"post\">"), "{page}");
        let pressed = http.post(link).header("accept", "text/html").send().await.unwrap();
        assert_eq!(pressed.status(), StatusCode::OK);
        s.settled().await;
        assert!(s.card("INC-1").await.contains("ACKNOWLEDGED"));

        for inside in ["/metrics", "/readyz", "/livez", "/"] {
            let answer = http.get(format!("{public}{inside}")).send().await.unwrap();
            assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{inside}");
        }
        let giant = vec![b' '; 16 * 1024 * 1024 + 1];
        let refused = http.post(&intake).bearer_auth(&s.key).body(giant).send().await.unwrap();
        assert_eq!(refused.status(), StatusCode::PAYLOAD_TOO_LARGE);
    }

    /// Wrong keys are counted for the address the proxy names, whatever the guesser writes into the header.
    async fn who_is_who(&self, s: &Story, public: &str, port: u16) {
        let intake = format!("{public}/intake/alertmanager");
        let guess = async |from: Ipv4Addr, says: &str| {
            let request = self.client(port, from).post(&intake).bearer_auth("guessed").header("x-forwarded-for", says);
            request.body("{}").send().await.unwrap().status()
        };
        let guesser = Ipv4Addr::new(127, 0, 0, 3);
        for number in 0..20 {
            let says = format!("198.51.100.{number}");
            assert_eq!(guess(guesser, &says).await, StatusCode::UNAUTHORIZED, "{number}");
        }
        assert_eq!(guess(guesser, "198.51.100.200").await, StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(guess(Ipv4Addr::new(127, 0, 0, 4), "127.0.0.3").await, StatusCode::UNAUTHORIZED);
        let told = s.warnings("with a wrong key or none");
        assert!(told.iter().any(|line| line.contains("client.address=127.0.0.3")), "{told:?}");
        assert!(told.iter().any(|line| line.contains("client.address=127.0.0.4")), "{told:?}");
        // A sender behind the guesser's address is let in.
        let body = payload("firing", &[s.alert("checkout").critical().wire("firing")]);
        let http = self.client(port, guesser);
        let answer = http.post(&intake).bearer_auth(&s.key).json(&body).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::ACCEPTED);
        s.settled().await;
    }
}

#[test]
fn through_nginx_at_a_name_of_its_own() {
    NGINX.tell();
}

#[test]
fn through_nginx_below_a_path() {
    NGINX_SUBPATH.tell();
}

#[test]
fn through_caddy_at_a_name_of_its_own() {
    CADDY.tell();
}

#[test]
fn through_caddy_below_a_path() {
    CADDY_SUBPATH.tell();
}
