// Purpose: everything a person does that an app must answer: send it, follow it, open its form, say when nobody answered.
import { get, post } from "/page/api.js";
import { state } from "/page/state.js";
import { openForm } from "/page/forms.js";

export const NO_ANSWER = "The application did not respond";

const settled = new Map(); // interaction id -> state, from the event stream
const waiting = new Map(); // interaction id -> function called when the stream says it is settled

const forms = new Map(); // form -> its custom_id
const listeners = [];
/** `listener({what, body, form, outcome})` runs after something a person did on this page was answered. */
export const onActed = (listener) => listeners.push(listener);

const names = new Map(); // interaction id -> "/incident open", for what was done on this page
/** What somebody on this page used, if it is known: messages carry the interaction's id but not its name. */
export const nameOf = (id) => names.get(id);

/** The event stream said something about an interaction. */
export function interactionEvent({ id, state: how }) {
  if (!id || how === "waiting") return;
  settled.set(id, how);
  if (settled.size > 200) settled.delete(settled.keys().next().value);
  waiting.get(id)?.(how);
}

/**
 * Act as the person you are: `what` is press, select, slash, menu or submit.
 * Resolves to {failed: sentence or null}; a form that comes back is opened. Refusals of the sandbox are failures too.
 */
export async function act(what, body) {
  const person = state.me;
  let id;
  try {
    ({ interaction: id } = await post(`/people/${person}/${what}`, body));
  } catch (error) {
    return { failed: error.message };
  }
  names.set(id, body.command ? `/${body.command}` : body.name);
  const outcome = await follow(id);
  if (outcome.kind === "modal" && outcome.modal && person === state.me) {
    forms.set(outcome.modal.id, outcome.modal.custom_id);
    openForm(outcome.modal);
  }
  listeners.forEach((listener) => listener({ what, body, form: forms.get(body.modal), outcome }));
  return { failed: outcome.state === "failed" ? outcome.error || NO_ANSWER : null, outcome };
}

async function follow(id) {
  // Deferred shows itself as a "thinking" message, so the stream may end the wait before the final answer.
  const early = new Promise((resolve) => {
    const tell = (how) => {
      if (how !== "answered") resolve({ state: how });
    };
    waiting.set(id, tell);
    if (settled.has(id)) tell(settled.get(id));
  });
  try {
    return await Promise.race([early, poll(id)]);
  } finally {
    waiting.delete(id);
  }
}

async function poll(id) {
  for (let turn = 0; turn < 5; turn++) {
    try {
      const outcome = await get(`/interactions/${id}?wait_ms=4000`);
      if (outcome.state !== "waiting") return outcome;
    } catch (error) {
      return { state: "failed", error: error.message };
    }
  }
  return { state: "failed", error: NO_ANSWER };
}
