// Purpose: talk to the control API: requests with one clear sentence on failure, and the live event stream with reconnect.

async function call(method, path, body) {
  let response;
  try {
    response = await fetch(`/control${path}`, {
      method,
      headers: body === undefined ? {} : { "Content-Type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch {
    throw new Error("The sandbox does not answer. Is it still running?");
  }
  const text = await response.text();
  let data = {};
  try {
    data = text ? JSON.parse(text) : {};
  } catch {
    data = { error: text.slice(0, 200) };
  }
  if (!response.ok) throw new Error(data.error || `The sandbox answered ${response.status}.`);
  return data;
}

export const get = (path) => call("GET", path);
export const remove = (path) => call("DELETE", path);
export const post = (path, body = {}) => call("POST", path, body);

/**
 * Follow /control/events for ever. `start` reads everything anew and gives the sequence number to follow from;
 * it runs at the beginning and after every lost connection. `onEvent` gets each event, `onState` "live" or "lost".
 */
export function follow(start, onEvent, onState) {
  let wait = 500;
  let seen = 0;
  const connect = async () => {
    try {
      seen = await start();
    } catch (error) {
      onState("lost", error);
      again();
      return;
    }
    const source = new EventSource(`/control/events?after=${seen}`);
    source.onopen = () => {
      wait = 500;
      onState("live");
    };
    source.onmessage = (message) => {
      let event;
      try {
        event = JSON.parse(message.data);
      } catch {
        return;
      }
      onState("live");
      if (event.seq && event.seq <= seen) return;
      seen = event.seq ?? seen;
      try {
        onEvent(event);
      } catch (error) {
        console.error("An event could not be shown", event, error);
      }
    };
    source.onerror = () => {
      source.close();
      onState("lost");
      again();
    };
  };
  const again = () => {
    setTimeout(connect, wait);
    wait = Math.min(wait * 2, 5000);
  };
  connect();
}
