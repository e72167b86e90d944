/** One image on the page, what the model says about it, and why. */

import {Problem, send} from './api.js';
import {milliseconds, percent, showFacts, showProblem} from './words.js';

const SHOWN = 5;
let made = 0;

function isPressed(button) {
  return button.getAttribute('aria-pressed') === 'true';
}

export class Card {
  #file;
  #name;
  #model;
  #say;
  #gone = new AbortController();
  #scores;
  #heatMaps = new Map();
  #wanted;

  /**
   * @param file to ask about
   * @param name to show for it
   * @param model as /models describes it, or undefined if that is not known
   * @param say tells those who listen instead of looking
   */
  constructor(file, name, model, say) {
    this.#file = file;
    this.#name = name;
    this.#model = model;
    this.#say = say;
    this.element = document.getElementById('card').content.cloneNode(true).firstElementChild;
    this.#find('h2').textContent = name;
    this.#find('h2').id = `card-${++made}`;
    this.element.setAttribute('aria-labelledby', `card-${made}`);
    this.#find('.reason').id = `reason-${made}`;
    this.#find('.explain').setAttribute('aria-describedby', `reason-${made}`);
    this.#find('.remove').setAttribute('aria-label', `Remove ${name}`);
    this.#find('.explain').onclick = () => this.#toggle();
    this.#find('.all').onclick = () => this.#showAll();
    this.#showPicture();
  }

  #find(selector) {
    return this.element.querySelector(selector);
  }

  #showPicture() {
    const picture = this.#find('.picture');
    picture.alt = this.#name;
    picture.onerror = () => {
      picture.hidden = true;
      this.#find('.blank').hidden = false;
    };
    picture.src = URL.createObjectURL(this.#file);
  }

  /** Asks what the image shows. Gives the server's answer, or undefined if there is none. */
  async ask() {
    const again = this.#find('.problem').contains(document.activeElement);
    this.#busy(true);
    try {
      const parameters = {model: this.#model?.name, top: this.#model?.classes.length};
      const options = {body: this.#file, signal: this.#gone.signal};
      const {value, millis} = await send('predict', parameters, options);
      this.#showAnswer(value, millis);
      return value;
    } catch (error) {
      this.#fail(error, problem => showProblem(this.#find('.problem'), problem));
      return undefined;
    } finally {
      this.#busy(false);
      if (again) this.#find(this.#scores === undefined ? '.retry' : '.explain').focus();
    }
  }

  #busy(busy) {
    this.element.setAttribute('aria-busy', busy);
    this.#find('.wait').hidden = !busy;
    if (busy) this.#find('.problem').hidden = true;
  }

  #fail(error, show) {
    if (this.#gone.signal.aborted) return;
    const problem = error instanceof Problem ? error
      : new Problem(-1, 'The answer cannot be understood.', String(error));
    show(problem);
    this.#say(`${this.#name}: ${problem.message} ${problem.detail}`);
  }

  #showAnswer(answer, roundTrip) {
    // sorted here: in an object, keys that look like numbers come first
    this.#scores = Object.entries(answer.scores).sort((a, b) => b[1] - a[1]);
    this.#find('.best strong').textContent = answer.class;
    this.#find('.best span').textContent = percent(answer.probability);
    this.#find('.scores').append(...this.#scores.slice(0, SHOWN).map(score => this.#row(score)));
    this.#find('.all').hidden = this.#scores.length <= SHOWN;
    this.#find('.all').textContent = `Show all ${this.#scores.length}`;
    showFacts(this.#find('.facts'), [
      ['Round trip', milliseconds(roundTrip)],
      ['In the queue', milliseconds(answer.timing.queue_ms)],
      ['Decoding', milliseconds(answer.timing.decode_ms)],
      ['Computing', milliseconds(answer.timing.forward_ms)],
      ['Batch', answer.timing.batch],
      ['Model', `${answer.model} ${answer.version}`],
    ]);
    if (this.#model?.explains === false) this.#refuse('This model cannot be explained.');
    this.#find('.result').hidden = false;
    this.#say(`${this.#name}: ${answer.class}, ${percent(answer.probability)}`);
  }

  #row([label, probability]) {
    const row = document.getElementById('score').content.cloneNode(true).firstElementChild;
    row.querySelector('.label').textContent = label;
    row.querySelector('.percent').textContent = percent(probability);
    row.querySelector('.bar').style.setProperty('--share', probability);
    const button = row.querySelector('button');
    button.value = label;
    button.disabled = this.#isRefused();
    button.onclick = () => (isPressed(button) ? this.#showHeatMap() : this.#explain(label));
    return row;
  }

  #showAll() {
    const more = this.#scores.slice(SHOWN).map(score => this.#row(score));
    this.#find('.scores').append(...more);
    more[0].querySelector('button').focus();
    this.#find('.all').hidden = true;
  }

  /** Shows the picture instead of the heat map, or explains the class that was explained last. */
  #toggle() {
    if (this.#find('.heat').hidden) this.#explain(this.#wanted ?? this.#scores[0][0]);
    else this.#showHeatMap();
  }

  async #explain(label) {
    if (this.#isRefused()) return;
    this.#wanted = label;
    this.#find('.explain').textContent = 'Explaining …';
    this.#find('.reason').hidden = true;
    try {
      if (!this.#heatMaps.has(label)) this.#heatMaps.set(label, this.#heatMap(label));
      const url = await this.#heatMaps.get(label);
      if (this.#wanted === label) this.#showHeatMap(label, url);
    } catch (error) {
      this.#heatMaps.delete(label);
      if (this.#wanted === label) this.#fail(error, problem => this.#showReason(problem));
    }
  }

  async #heatMap(label) {
    const parameters = {model: this.#model?.name, class: label};
    const options = {body: this.#file, signal: this.#gone.signal, read: 'blob'};
    return URL.createObjectURL((await send('explain', parameters, options)).value);
  }

  /** Shows the heat map of a class, or without one the picture. */
  #showHeatMap(label, url) {
    const heat = this.#find('.heat');
    heat.hidden = label === undefined;
    if (!heat.hidden) {
      heat.src = url;
      heat.alt = `Heat map of ${label} over what the network saw of ${this.#name}`;
      this.#say(`${this.#name}: the heat map of ${label} is shown`);
    }
    this.#find('figcaption').hidden = heat.hidden;
    this.#find('figcaption strong').textContent = label ?? '';
    this.#find('.explain').textContent = heat.hidden ? 'Explain' : 'Show the picture';
    for (const button of this.element.querySelectorAll('.scores button')) {
      button.setAttribute('aria-pressed', button.value === label);
    }
  }

  /** An explanation failed: perhaps another time, or never for this image. */
  #showReason(problem) {
    this.#showHeatMap();
    if (!problem.mayPass) this.#refuse(problem.detail);
    else this.#find('.reason').textContent = `${problem.message} ${problem.detail}`;
    this.#find('.reason').hidden = false;
  }

  #isRefused() {
    return this.#find('.explain').hasAttribute('aria-disabled');
  }

  /** Explains nothing any more. The button can still be reached, to hear why. */
  #refuse(reason) {
    const rows = this.#find('.scores');
    if (rows.contains(document.activeElement)) this.#find('.explain').focus();
    rows.querySelectorAll('button').forEach(button => (button.disabled = true));
    this.#find('.explain').setAttribute('aria-disabled', true);
    this.#find('.reason').textContent = reason;
    this.#find('.reason').hidden = false;
  }

  /** Ends what is in progress and takes the card off the page. */
  remove() {
    this.#gone.abort();
    this.element.remove();
    URL.revokeObjectURL(this.#find('.picture').src);
    this.#heatMaps.forEach(map => map.then(URL.revokeObjectURL, () => {}));
  }
}
