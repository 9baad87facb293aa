// Search, filters, colours, days until a date, and buttons that copy commands. The pages are complete without it.
'use strict';

const all = (selector, parent = document) => [...parent.querySelectorAll(selector)];

function chooseColours() {
  const select = document.getElementById('theme');
  const root = document.documentElement;
  select.value = root.dataset.theme || 'system';
  select.closest('.theme').hidden = false;
  select.addEventListener('change', () => {
    if (select.value === 'system') delete root.dataset.theme;
    else root.dataset.theme = select.value;
    try {
      localStorage.setItem('theme', select.value);
    } catch {
      // A browser may forbid storage; the choice is then valid for this page.
    }
  });
}

// The number of days from today (UTC) to a day: the pages do not know when they are read.
function daysUntil(day) {
  const now = new Date();
  const today = Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate());
  return Math.round((Date.parse(day) - today) / 86400000);
}

function countDays() {
  for (const span of all('[data-day]')) {
    const days = daysUntil(span.dataset.day);
    if (Number.isNaN(days)) continue;
    const unit = Math.abs(days) === 1 ? 'day' : 'days';
    span.textContent = days < 0 ? ` ended ${-days} ${unit} ago` : ` in ${days} ${unit}`;
    span.classList.toggle('ended', days < 0);
    span.classList.toggle('soon', days >= 0 && days < 180);
  }
}

// The line of today in the chart of the distros.
function markToday() {
  const chart = document.querySelector('.timeline');
  if (!chart) return;
  const { start, left, scale } = chart.dataset;
  const x = Number(left) - daysUntil(start) * Number(scale);
  const height = chart.viewBox.baseVal.height - 28;
  if (!(x >= Number(left) && x <= chart.viewBox.baseVal.width)) return;
  const line = document.createElementNS('http://www.w3.org/2000/svg', 'line');
  for (const [name, value] of Object.entries({ class: 'today', x1: x, x2: x, y1: 0, y2: height })) {
    line.setAttribute(name, value);
  }
  const title = document.createElementNS('http://www.w3.org/2000/svg', 'title');
  title.textContent = 'today';
  line.append(title);
  chart.append(line);
}

// Adds a button to each example.
function addCopyButtons() {
  if (!navigator.clipboard) return;
  for (const block of all('pre')) {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'copy';
    button.textContent = 'Copy';
    button.setAttribute('aria-label', `Copy: ${block.getAttribute('aria-label') || 'text'}`);
    const box = document.createElement('div');
    box.className = 'copied';
    block.replaceWith(box);
    box.append(block, button);
    button.addEventListener('click', async () => {
      try {
        await navigator.clipboard.writeText(block.textContent);
        button.textContent = 'Copied';
      } catch {
        button.textContent = 'Not allowed';
      }
      setTimeout(() => { button.textContent = 'Copy'; }, 2000);
    });
  }
}

const words = (text) => text.toLowerCase().split(/[\s,]+/).filter(Boolean);

// Whether an element has all words of a query and the values of the filters.
function matches(element, query, filters) {
  const text = element.dataset.words.toLowerCase();
  if (!query.every((word) => text.includes(word))) return false;
  return filters.every(([name, value]) => !value || (element.dataset[name] || '').split(' ').includes(value));
}

// Names the packages that a card was found by, if its title does not have the words.
function showReason(card, query) {
  const line = card.querySelector('.match');
  if (!line) return;
  const [title, ...packages] = card.dataset.words.split(' ');
  const unexplained = query.filter((word) => !title.toLowerCase().includes(word));
  const found = packages.filter((name) => unexplained.some((word) => name.includes(word)));
  line.hidden = found.length === 0;
  line.textContent = found.length === 0 ? '' : `has ${found.slice(0, 6).join(', ')}${found.length > 6 ? ', …' : ''}`;
}

function makeSearch() {
  const form = document.querySelector('.filters');
  if (!form) return;
  form.hidden = false;
  const query = document.getElementById('query');
  const selects = { family: 'family', distro: 'distro', architecture: 'architectures' };
  const items = all('.card, .filtered tbody tr');
  const noun = document.querySelector('.card') ? ['image', 'images'] : ['row', 'rows'];
  const count = document.getElementById('count');
  const update = () => {
    const wanted = words(query.value);
    const filters = Object.entries(selects).map(([id, name]) => [name, document.getElementById(id)?.value || '']);
    let shown = 0;
    for (const item of items) {
      const found = matches(item, wanted, filters);
      item.hidden = !found;
      if (found) {
        shown += 1;
        showReason(item, wanted);
      }
    }
    for (const family of all('.family')) family.hidden = all('.card:not([hidden])', family).length === 0;
    const isAll = wanted.length === 0 && filters.every(([, value]) => !value);
    count.textContent = isAll ? '' : `${shown} ${noun[shown === 1 ? 0 : 1]} found`;
    remember(query.value);
  };
  form.addEventListener('submit', (event) => event.preventDefault());
  form.addEventListener('input', update);
  query.value = new URLSearchParams(location.search).get('q') || '';
  if (query.value) update();
}

// The query is in the URL, so that a reader can share it.
function remember(query) {
  const search = query ? `?q=${encodeURIComponent(query)}` : location.pathname;
  try {
    history.replaceState(null, '', search + (query ? '' : location.hash));
  } catch {
    // Files of a directory have no such URLs in some browsers.
  }
}

// Opens the details around the target of a link.
function openTarget() {
  const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!target) return;
  for (const details of all(':scope > td > details', target)) details.open = true;
}

chooseColours();
countDays();
markToday();
addCopyButtons();
makeSearch();
openTarget();
addEventListener('hashchange', openTarget);
