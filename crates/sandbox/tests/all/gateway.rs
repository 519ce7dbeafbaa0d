//! Stories about the gateway.

use serde_json::json;

use crate::harness::Town;

#[tokio::test]
async fn a_heartbeat_before_identify_is_answered() {
    let town = Town::start().await;
    let mut socket = town.bot("siaga").socket().await;
    socket.send(json!({ "op": 1, "d": null })).await;
    assert_eq!(socket.frame().await["op"], 11);
}
