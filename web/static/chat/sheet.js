/* One sheet at a time over the page: choices, questions, the photo viewer, the map. It holds the focus,
   closes with Escape and with the phone's back button, and gives the focus back. */
(function (Lvbi) {
  'use strict';

  const host = Lvbi.find('sheets');
  const app = Lvbi.find('app');
  let current = null, came = null;

  const focusable = node => Array.from(node.querySelectorAll('button, a[href], input, textarea, [tabindex="0"]'))
    .filter(one => one.offsetParent !== null && !one.disabled);

  const keepFocus = event => {
    if (event.key === 'Escape') return close();
    if (event.key !== 'Tab') return undefined;
    const all = focusable(current.node);
    const edge = event.shiftKey ? all[0] : all[all.length - 1];
    if (all.length && document.activeElement === edge) {
      event.preventDefault();
      (event.shiftKey ? all[all.length - 1] : all[0]).focus();
    }
    return undefined;
  };

  const remove = () => {
    Lvbi.empty(host);
    if (current.closed) current.closed();
    current = null;
  };

  const close = byBack => {
    if (!current) return;
    remove();
    app.removeAttribute('aria-hidden');
    document.documentElement.classList.remove('has-sheet');
    if (came && came.isConnected) came.focus();
    if (byBack !== true && history.state && history.state.sheet) history.back();
  };

  const begin = () => {
    if (current) return remove();
    came = document.activeElement;
    app.setAttribute('aria-hidden', 'true');
    document.documentElement.classList.add('has-sheet');
    if (!history.state || !history.state.sheet) history.pushState({sheet: true}, '');
    return undefined;
  };

  const closeButton = () => Lvbi.make('button', {
    type: 'button', class: 'close', click: close, 'data-label': 'close', 'aria-label': Lvbi.word('close'),
  }, Lvbi.icon('close'));

  const choiceButton = one => Lvbi.make('button', {
    type: 'button', class: one.main ? 'act main' : 'act',
    click: () => {
      const before = current;
      one.act();
      if (current === before && !one.stays) close();
    },
  }, one.icon ? Lvbi.icon(one.icon) : null, Lvbi.make('span', null, one.text));

  const back = () => ({text: Lvbi.word('back'), act: () => {}});

  const choiceList = choices => {
    const list = Lvbi.make('div', {class: 'acts'});
    const large = document.documentElement.classList.contains('big');
    Lvbi.paged(list, large && choices.length > 1 ? choices.concat(back()) : choices, choiceButton);
    return list;
  };

  /* open({title, inside: node, choices: [{text, act, icon, main, stays}], kind, closed}). */
  Lvbi.sheet = {
    open: wanted => {
      begin();
      const title = Lvbi.make('h2', {id: 'sheet-title'}, wanted.title);
      const inner = Lvbi.make('div', {class: 'sheet-inner'}, wanted.inside || null,
        wanted.choices ? choiceList(wanted.choices) : null);
      const panel = Lvbi.make('div', {
        class: 'sheet ' + (wanted.kind || '') + (wanted.choices ? ' with-choices' : ''), role: 'dialog', 'aria-modal': 'true', 'aria-labelledby': 'sheet-title',
        tabindex: '-1', keydown: keepFocus,
      }, Lvbi.make('div', {class: 'sheet-top'}, title, closeButton()), inner);
      const node = Lvbi.make('div', {class: 'behind', click: event => { if (event.target === node) close(); }}, panel);
      host.appendChild(node);
      current = {node, closed: wanted.closed};
      panel.focus();
    },
    close,
    isOpen: () => current !== null,
  };

  window.addEventListener('popstate', () => close(true));
})(window.Lvbi);
