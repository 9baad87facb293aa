// Sets the colours that the reader chose, before the page is drawn. Without a choice, the colours of the system apply.
'use strict';
(() => {
  let choice = '';
  try {
    choice = localStorage.getItem('theme') || '';
  } catch {
    // A browser may forbid storage.
  }
  if (choice === 'light' || choice === 'dark') document.documentElement.dataset.theme = choice;
})();
