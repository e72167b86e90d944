/** The page: takes images in, makes a card for each, and says what the models are. */

import {Problem, send} from './api.js';
import {Card} from './card.js';
import {showModel, showProblem} from './words.js';

const LINES_KEPT = 20;
const byId = id => document.getElementById(id);
const cards = new Map();
let models = [];
let loading;

/** Tells those who listen instead of looking. */
function say(text) {
  const line = document.createElement('p');
  line.textContent = text;
  byId('log').append(line);
  if (byId('log').childElementCount > LINES_KEPT) byId('log').firstElementChild.remove();
}

function chosen() {
  return models.find(model => model.name === byId('models').value);
}

/** Reads what is served; the choice stays. */
function loadModels() {
  loading ??= readModels().finally(() => (loading = undefined));
  return loading;
}

async function readModels() {
  const before = byId('models').value;
  try {
    models = (await send('models')).value.models;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    showProblem(byId('trouble'), error);
    return;
  }
  byId('trouble').hidden = true;
  byId('models').replaceChildren(...models.map(({name}) => new Option(name, name)));
  if (models.some(({name}) => name === before)) byId('models').value = before;
  byId('choice').hidden = models.length < 2;
  showModel(byId('model'), chosen());
}

/** Makes a card for each file, the new ones above the old ones, and asks about all of them. */
async function take(files) {
  const list = [...files]; // what a drop or an input holds is gone after the wait
  await loading;
  const fresh = list.map(file => new Card(file, file.name || 'image', chosen(), say));
  byId('cards').prepend(...fresh.map(card => card.element));
  for (const card of fresh) {
    cards.set(card.element, card);
    ask(card);
  }
  byId('tools').hidden = cards.size < 2;
}

/** Asks about a card's image. A version that is not known says that the model was replaced. */
async function ask(card) {
  const answer = await card.ask();
  const known = models.find(model => model.name === answer?.model);
  if (answer && known?.version !== answer.version) await loadModels();
}

function remove(element) {
  const next = element.nextElementSibling ?? element.previousElementSibling;
  cards.get(element).remove();
  cards.delete(element);
  byId('tools').hidden = cards.size < 2;
  (next?.querySelector('.remove') ?? byId('choose')).focus();
}

byId('cards').addEventListener('click', event => {
  const card = event.target.closest('.card');
  if (event.target.matches('.remove')) remove(card);
  if (event.target.matches('.retry')) ask(cards.get(card));
});
byId('clear').addEventListener('click', () => [...cards.keys()].forEach(remove));

for (const [button, input] of [['choose', 'files'], ['take', 'camera']]) {
  byId(button).addEventListener('click', () => byId(input).click());
  byId(input).addEventListener('change', () => {
    take(byId(input).files);
    byId(input).value = ''; // so that the same file can be chosen again
  });
}

document.addEventListener('paste', event => {
  if (!byId('token').open) take(event.clipboardData.files);
});

/** What is dragged can be dropped anywhere on the page, unless a dialog is open. */
function dragged(event) {
  const files = event.dataTransfer.types.includes('Files') && !byId('token').open;
  event.preventDefault();
  event.dataTransfer.dropEffect = files ? 'copy' : 'none';
  byId('drop').hidden = !files;
}

document.addEventListener('dragenter', dragged);
document.addEventListener('dragover', dragged);
document.addEventListener('dragleave', event => {
  if (event.relatedTarget === null) byId('drop').hidden = true;
});
document.addEventListener('drop', event => {
  dragged(event);
  byId('drop').hidden = true;
  if (!byId('token').open) take(event.dataTransfer.files);
});

byId('models').addEventListener('change', () => showModel(byId('model'), chosen()));
byId('trouble').querySelector('button').addEventListener('click', async () => {
  await loadModels();
  if (byId('trouble').hidden) byId('choose').focus();
});
byId('curl').textContent = `curl -T image.jpg ${new URL('predict', location.href)}`;
loadModels();
