// Checks a page of the catalogue site in a browser: an expression whose value is a list of problems.
(() => {
  const problems = [];
  const all = (selector, parent = document) => [...parent.querySelectorAll(selector)];
  const shown = (element) => element.checkVisibility({ opacityProperty: true, visibilityProperty: true });
  const name = (element) => `<${element.tagName.toLowerCase()}${element.id ? ` id=${element.id}` : ''}${element.className.baseVal ?? element.className ? ` class=${element.className.baseVal ?? element.className}` : ''}>`;

  // Structure: language, title, landmarks, headings, identifiers, labels, alternatives, tables.
  if (document.documentElement.lang !== 'en') problems.push('the page has no language');
  if (!document.title) problems.push('the page has no title');
  for (const landmark of ['header', 'main', 'footer', 'nav']) {
    const found = all(landmark).length;
    if (found === 0 || (landmark === 'main' && found !== 1)) problems.push(`the page has ${found} elements <${landmark}>`);
  }
  const unnamed = all('nav').filter((nav) => !nav.getAttribute('aria-label'));
  if (unnamed.length) problems.push('a <nav> has no name');
  const label = (element) => element.getAttribute('aria-label') ?? document.getElementById(element.getAttribute('aria-labelledby'))?.textContent;
  const labels = all('nav, section, [role=region]').filter(shown).map(label);
  for (const text of labels.filter((text, at) => text && labels.indexOf(text) !== at)) problems.push(`two landmarks have the name ${text}`);
  const headings = all('h1, h2, h3, h4, h5, h6').map((heading) => Number(heading.tagName[1]));
  if (headings.filter((level) => level === 1).length !== 1) problems.push('the page does not have one <h1>');
  headings.reduce((before, level) => {
    if (level > before + 1) problems.push(`a heading of level ${level} follows one of level ${before}`);
    return level;
  }, 0);
  const ids = all('[id]').map((element) => element.id);
  for (const id of ids.filter((id, at) => ids.indexOf(id) !== at)) problems.push(`two elements have the identifier ${id}`);
  for (const attribute of ['aria-labelledby', 'aria-describedby', 'for']) {
    for (const element of all(`[${attribute}]`)) {
      for (const id of element.getAttribute(attribute).split(' ')) {
        if (!document.getElementById(id)) problems.push(`${name(element)}: ${attribute} names ${id}, which does not exist`);
      }
    }
  }
  for (const field of all('input, select, textarea')) {
    if (field.labels.length === 0 && !field.getAttribute('aria-label')) problems.push(`${name(field)} has no label`);
  }
  for (const element of all('a[href], button, summary')) {
    const text = (element.getAttribute('aria-label') || element.textContent).trim();
    if (!text) problems.push(`${name(element)} has no text`);
  }
  for (const element of all('pre, div, span, p, code').filter((element) => element.getAttribute('aria-label') && !element.getAttribute('role'))) {
    problems.push(`${name(element)} has a name, but no role: screen readers do not read it`);
  }
  for (const target of all('summary, button, select, input').filter(shown)) {
    const { height } = target.getBoundingClientRect();
    if (height < 24) problems.push(`${name(target)} is ${height.toFixed(1)} pixels high; expected at least 24`);
  }
  for (const image of all('img')) if (image.getAttribute('alt') === null) problems.push(`${name(image)} has no alternative text`);
  for (const svg of all('svg')) {
    const title = document.getElementById(svg.getAttribute('aria-labelledby') || '');
    if (svg.getAttribute('aria-hidden') !== 'true' && !(svg.getAttribute('role') === 'img' && title?.textContent)) problems.push(`${name(svg)} has no alternative text`);
  }
  for (const table of all('table')) {
    if (!table.caption?.textContent) problems.push('a table has no caption');
    if (all('th:not([scope])', table).length) problems.push('a heading of a table has no scope');
  }
  for (const button of all('.example .copy')) {
    const place = button.getBoundingClientRect();
    const range = document.createRange();
    range.selectNodeContents(button.closest('.example').querySelector('h3'));
    const covers = [...range.getClientRects()].some((line) => line.right > place.left && line.bottom > place.top && line.top < place.bottom);
    if (covers) problems.push(`${name(button)} covers a heading`);
  }
  for (const region of all('.scroll, pre')) {
    const scrolls = region.scrollWidth > region.clientWidth;
    if (scrolls && (region.tabIndex !== 0 || !region.getAttribute('aria-label'))) problems.push(`${name(region)} scrolls, and the keyboard cannot reach it`);
  }
  if (document.documentElement.scrollWidth > innerWidth) problems.push(`the page is ${document.documentElement.scrollWidth} pixels wide in a window of ${innerWidth}`);
  for (const link of all('a[href]')) {
    const url = new URL(link.href);
    const here = location.href.split('#')[0];
    if (url.href.split('#')[0] === here && url.hash && !document.getElementById(decodeURIComponent(url.hash.slice(1)))) problems.push(`${name(link)} leads to ${url.hash}, which does not exist`);
  }

  // Contrast of all visible texts: WCAG 2.2, success criterion 1.4.3.
  const parse = (colour) => {
    const numbers = colour.match(/[\d.]+/g)?.map(Number) ?? [];
    return { rgb: numbers.slice(0, 3), alpha: colour.startsWith('rgba') ? numbers[3] : colour.startsWith('rgb') ? 1 : 0 };
  };
  const over = (top, bottom) => top.rgb.map((value, at) => value * top.alpha + bottom[at] * (1 - top.alpha));
  const luminance = (rgb) => {
    const [red, green, blue] = rgb.map((value) => value / 255).map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const background = (element) => {
    if (!element) return [255, 255, 255];
    const own = parse(getComputedStyle(element).backgroundColor);
    return own.alpha === 1 ? own.rgb : over(own, background(element.parentElement));
  };
  const behind = (element) => {
    const tile = element instanceof SVGTextElement && element.closest('.map') ? element.parentElement.querySelector('rect') : null;
    return tile ? parse(getComputedStyle(tile).fill).rgb : background(element);
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  let texts = 0;
  const low = new Map();
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    if (!node.data.trim() || element.closest('title, script, option, .hidden, caption') || !shown(element)) continue;
    texts += 1;
    const style = getComputedStyle(element);
    const bottom = behind(element);
    const front = over(parse(element instanceof SVGElement ? style.fill : style.color), bottom);
    const [light, dark] = [luminance(front), luminance(bottom)].sort((a, b) => b - a);
    const ratio = (light + 0.05) / (dark + 0.05);
    const size = parseFloat(style.fontSize);
    const least = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700) ? 3 : 4.5;
    if (ratio < least) low.set(`${name(element)} has a contrast of ${ratio.toFixed(2)}; expected at least ${least}`, true);
  }
  problems.push(...low.keys());
  if (texts < 10) problems.push(`the page shows ${texts} texts only`);
  return problems;
})()
