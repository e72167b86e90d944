/** How the page says things. Whatever comes from elsewhere is set as text, never as HTML. */

const DATE = new Intl.DateTimeFormat('en-GB', {dateStyle: 'long', timeStyle: 'short'});

/** A probability that claims no more than is known: 99.98 % is not 100.0 %. */
export function percent(probability) {
  if (probability > 0 && probability < 0.001) return '< 0.1\u00a0%';
  if (probability > 0.999 && probability < 1) return '> 99.9\u00a0%';
  return `${(100 * probability).toFixed(1)}\u00a0%`;
}

export function milliseconds(value) {
  return `${value < 10 ? value.toFixed(1) : Math.round(value)}\u00a0ms`;
}

function date(text) {
  const parsed = new Date(text);
  return isNaN(parsed) ? text : DATE.format(parsed);
}

/** Fills a list with names and values. */
export function showFacts(list, facts) {
  list.replaceChildren(...facts.map(([name, value]) => {
    const fact = document.createElement('div');
    fact.append(document.createElement('dt'), document.createElement('dd'));
    fact.firstChild.textContent = name;
    fact.lastChild.textContent = value ?? 'not recorded';
    return fact;
  }));
}

/** Fills a box with what went wrong; its button shows if trying again may help. */
export function showProblem(box, problem) {
  box.querySelector('strong').textContent = problem.message;
  box.querySelector('span').textContent = problem.detail;
  box.querySelector('button').hidden = !problem.mayPass;
  box.hidden = false;
}

/** Fills the model's card with what /models says of it. */
export function showModel(box, model) {
  const {accuracy, date: day, seed, images_digest: digest, config} = model.trained ?? {};
  const validated = accuracy == null ? undefined : percent(accuracy);
  box.querySelector('.name').textContent = model.name;
  box.querySelector('.short').textContent =
    `${model.architecture}, ${model.classes.length} classes` + (validated ? `, accuracy ${validated}` : '');
  showFacts(box.querySelector('dl'), [
    ['Version', model.version],
    ['Architecture', model.architecture],
    ['Image size', `${model.image_size} × ${model.image_size} pixels`],
    ['Validation accuracy', validated],
    ['Trained', day == null ? undefined : date(day)],
    ['Seed', seed],
    ['Digest of the images', digest],
  ]);
  box.querySelector('.count').textContent = `${model.classes.length} classes`;
  box.querySelector('.classes').replaceChildren(...model.classes.map(name => {
    const item = document.createElement('li');
    item.textContent = name;
    return item;
  }));
  box.querySelector('.config').hidden = config == null;
  box.querySelector('pre').textContent = JSON.stringify(config, null, 2);
  box.hidden = false;
}
