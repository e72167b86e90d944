/** Talks to the server: a few requests at a time, with its token once it asks for one. */

const AT_ONCE = 4;
const KEY = 'graft-token';

/** What each status means to whoever looks at the page; the server's own sentence follows it. */
const MEANINGS = {
  400: 'The server cannot use this file.',
  401: 'The server wants its token.',
  404: 'The server does not have this.',
  408: 'The file took too long to arrive.',
  413: 'This file is too large.',
  415: 'The server does not read such files.',
  429: 'The server is busy.',
  500: 'The server failed.',
  503: 'The server is busy.',
  504: 'The server took too long.',
};
const MAY_PASS = new Set([0, 401, 408, 429, 500, 502, 503, 504]);

/** Why there is no answer: the server's status (0 if it was not reached), and words for it. */
export class Problem extends Error {
  constructor(status, message, detail) {
    super(message);
    this.detail = detail;
    this.mayPass = MAY_PASS.has(status);
  }
}

/**
 * Sends a request when its turn comes.
 *
 * @param path of the API
 * @param parameters for the path; those that are undefined are left out
 * @param body a file to POST; without one it is a GET
 * @param signal ends the request
 * @param read what to take from a good response, its JSON or its blob
 * @returns {value, millis}: what was read, and the time from sending to having read it
 * @throws Problem for everything else, except that the signal ended it
 */
export function send(path, parameters = {}, {body, signal, read = 'json'} = {}) {
  const url = new URL(path, location.href);
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== undefined) url.searchParams.set(name, value);
  }
  const method = body === undefined ? 'GET' : 'POST';
  return inTurn(() => authorized(url, {method, body, signal}, read));
}

let free = AT_ONCE;
const waiting = [];

async function inTurn(task) {
  if (free > 0) free--;
  else await new Promise(go => waiting.push(go));
  try {
    return await task();
  } finally {
    if (waiting.length > 0) waiting.shift()();
    else free++;
  }
}

/** Asks for the token as often as the server does not like it. */
async function authorized(url, options, read) {
  for (;;) {
    const sent = token;
    const answer = await reach(url, options, read, sent);
    if (answer.status === 200) return answer;
    const otherToken = answer.status === 401 && (sent !== token || (await askForToken()));
    if (!otherToken) throw problem(answer);
  }
}

async function reach(url, options, read, sent) {
  const headers = sent === null ? {} : {Authorization: `Bearer ${sent}`};
  const start = performance.now();
  try {
    options.signal?.throwIfAborted();
    const response = await fetch(url, {...options, headers, cache: 'no-store'});
    const {status} = response;
    const value = await (status === 200 ? response[read]() : response.json().catch(() => null));
    return {status, value, millis: performance.now() - start};
  } catch (error) {
    options.signal?.throwIfAborted();
    if (error instanceof SyntaxError) {
      throw new Problem(-1, 'The answer cannot be understood.', 'It is not JSON.');
    }
    await requireReadable(options.body);
    throw new Problem(0, 'The server cannot be reached.', 'Is it running, and the network there?');
  }
}

/** To fetch, a folder that was dropped, or a file that was changed, is like a missing network. */
async function requireReadable(file) {
  try {
    await file?.slice(0, 1).arrayBuffer();
  } catch {
    throw new Problem(-1, 'The browser cannot read this file.', 'It is a folder, or was changed.');
  }
}

function problem({status, value}) {
  const detail = typeof value?.error === 'string' ? value.error : `It answered ${status}.`;
  return new Problem(status, MEANINGS[status] ?? 'The server refused.', detail);
}

let token = stored();
let asking;

/** A browser that blocks cookies blocks this too; the token then lives as long as the page. */
function stored() {
  try {
    return sessionStorage.getItem(KEY);
  } catch {
    return null;
  }
}

function keep(given) {
  token = given;
  try {
    sessionStorage.setItem(KEY, given);
  } catch {
    // see above
  }
}

/** Opens one dialog for all requests that wait. Gives whether there is another token to try. */
function askForToken() {
  asking ??= new Promise(openDialog).finally(() => (asking = undefined));
  return asking;
}

function openDialog(answer) {
  const dialog = document.getElementById('token');
  const field = dialog.querySelector('input');
  dialog.querySelector('[role=alert]').textContent = token === null ? '' : 'That is not its token.';
  dialog.querySelector('[type=button]').onclick = () => dialog.close('');
  dialog.querySelector('form').onsubmit = event => {
    event.preventDefault();
    keep(field.value);
    dialog.close('given');
  };
  dialog.onclose = () => {
    field.value = '';
    answer(dialog.returnValue === 'given');
  };
  dialog.returnValue = '';
  dialog.showModal();
}
