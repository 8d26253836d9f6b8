/* Buttons: those under a message and the lasting menu above the text box. A tap is sent once: the button
   stays busy until the server has answered, and a moment longer. */
(function (Lvbi) {
  'use strict';

  const HELD = 600;  // Milliseconds a button stays busy after the answer: the second half of a double tap.
  const menuHost = Lvbi.find('menu');
  const boards = {};   // message id → rows of buttons
  const held = {};     // taps answered a moment ago
  let menu = [], menuId = 0;

  const tapName = (data, message) => message + ' ' + data;
  const isBusy = (data, message) => Boolean(held[tapName(data, message)]) || Lvbi.queue.tapping(data, message);

  /* Only addresses of the web may be opened from a button. */
  const webAddress = address => {
    try {
      const url = new URL(address, location.href);
      return /^https?:$/.test(url.protocol) ? url.href : null;
    } catch (broken) {
      return null;
    }
  };

  const tap = (data, message) => {
    if (isBusy(data, message)) return;
    Lvbi.queue.add({callback_query: {data, message_id: message}});
  };

  const press = (button, message) => {
    if (button.request_location) Lvbi.tell('ask-place');
    else if (button.callback_data) tap(button.callback_data, message);
    else if (!button.url) Lvbi.tell('say', button.text);
  };

  const frame = (button, message, look) => {
    const href = button.url && webAddress(button.url);
    if (href) return Lvbi.make('a', {class: look, href, target: '_blank', rel: 'noopener noreferrer'});
    return Lvbi.make('button', {type: 'button', class: look, click: () => press(button, message)});
  };

  const draw = (button, message, look) => {
    const node = frame(button, message, look);
    node.append(Lvbi.make('span', null, button.text));
    if (button.callback_data) {
      node.dataset.tap = tapName(button.callback_data, message);
      if (isBusy(button.callback_data, message)) node.setAttribute('aria-busy', 'true');
    }
    return node;
  };

  const paintBusy = (name, busy) => document.querySelectorAll('[data-tap]').forEach(node => {
    if (node.dataset.tap !== name) return;
    if (busy) node.setAttribute('aria-busy', 'true'); else node.removeAttribute('aria-busy');
  });

  const onTap = act => (item, tab, why) => {
    const query = item.body.callback_query;
    if (query) act(tapName(query.data, query.message_id), item, why);
  };

  const release = name => {
    held[name] = true;
    setTimeout(() => {
      delete held[name];
      paintBusy(name, false);
      Lvbi.tell('tap-over');
    }, HELD);
  };

  const setMenu = (id, rows) => {
    if (id < menuId) return;
    menuId = id;
    menu = [].concat(...rows);
    Lvbi.empty(menuHost).append(...menu.map(button => draw(button, null, 'chip')));
    menuHost.hidden = !menu.length;
  };

  const setBoard = (turn, id, rows) => {
    const old = turn.node.querySelector('.keys');
    if (old) old.remove();
    delete boards[id];
    if (!rows || !rows.length) return;
    boards[id] = rows;
    turn.node.appendChild(Lvbi.make('div', {class: 'keys'}, ...rows.map(row =>
      Lvbi.make('div', {class: 'keys-row'}, ...row.map(button => draw(button, id, 'key'))))));
  };

  Lvbi.keyboards = {
    /* Puts a message's reply_markup where it belongs; none takes the message's buttons away. */
    apply: (turn, id, markup) => {
      const wanted = markup || {};
      setBoard(turn, id, wanted.inline_keyboard);
      if (wanted.keyboard) setMenu(id, wanted.keyboard);
      if (wanted.remove_keyboard) setMenu(id, []);
      Lvbi.tell('keyboards');
    },
    forget: id => { delete boards[id]; },
    draw,
    menu: () => menu,
    /* → {id, buttons} of the newest message that has buttons, or null. */
    newest: () => {
      const ids = Object.keys(boards).map(Number);
      if (!ids.length) return null;
      const id = Math.max(...ids);
      return {id, buttons: [].concat(...boards[id])};
    },
  };

  Lvbi.on('queue-added', onTap(name => paintBusy(name, true)));
  Lvbi.on('queue-sent', onTap(release));
  Lvbi.on('queue-stuck', onTap((name, item, why) => Lvbi.tell('toast', why || Lvbi.word('still_trying'))));
  Lvbi.on('queue-refused', onTap((name, item) => {
    release(name);
    Lvbi.queue.remove(item.id, Lvbi.tab);
    Lvbi.tell('toast', item.refused);
  }));
})(window.Lvbi);
