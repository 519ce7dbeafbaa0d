//! Purpose: start the default sandbox to look at its chat page: `cargo run -p sandbox --example serve -- 4555`.

use std::{error::Error, io::Write, net::SocketAddr};

use sandbox::Options;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let port: u16 = std::env::args().nth(1).map_or(Ok(0), |text| text.parse())?;
    let sandbox =
        sandbox::start(Options { listen: SocketAddr::from(([127, 0, 0, 1], port)), ..Options::default() }).await?;
    let mut out = std::io::stdout().lock();
    writeln!(out, "{}", sandbox.page_url())?;
    for bot in sandbox.bots() {
        writeln!(out, "{} {}", bot.name, bot.token)?;
    }
    out.flush()?;
    drop(out);
    tokio::signal::ctrl_c().await?;
    sandbox.shutdown().await;
    Ok(())
}
