/* Updates on their way to the server, one at a time, numbered by the tab. An update keeps its number
   until it is answered, so that the server hears it once however often it is repeated. Every step
   reads and writes localStorage, so two pages may work on one queue without harm. */
(function (Lvbi) {
  'use strict';

  const PREFIX = 'lvbi.queue.';
  const ANSWER_WITHIN = 20000;  // Milliseconds; then the update is sent again under the same number.
  const ABANDONED = 60000;      // A queue nobody touched for so long belongs to a closed tab.
  const FORGOTTEN = 7 * 24 * 60 * 60 * 1000;
  const PHOTOS_REMEMBERED = 40;

  const post = async update => {
    const stop = window.AbortController ? new AbortController() : null;
    const timer = setTimeout(() => stop && stop.abort(), ANSWER_WITHIN);
    try {
      const response = await fetch('/chat/updates', {
        method: 'POST', credentials: 'same-origin', headers: {'Content-Type': 'application/json'},
        body: JSON.stringify(update), signal: stop ? stop.signal : undefined,
      });
      if (response.status >= 500) throw new Error('The server could not answer.');
      return {status: response.status, said: await response.json()};
    } finally {
      clearTimeout(timer);
    }
  };

  const open = tab => {
    const key = PREFIX + tab;
    let busy = false, stopped = false, tries = 0, timer = null;
    let known = {last: 0, touched: 0, items: [], photos: []};

    // What this page knows stands in when the storage was emptied meanwhile: a count that began anew would lose words.
    const read = () => (known = Lvbi.keep.get(key) || known);
    const change = act => {
      const state = read();
      const result = act(state);
      state.touched = Date.now();
      Lvbi.keep.put(key, state);
      return result;
    };
    const changeItem = (id, act) => change(state => {
      const item = state.items.find(one => one.id === id);
      if (item) act(item, state);
      return item;
    });
    const take = id => change(state => { state.items = state.items.filter(one => one.id !== id); });

    const later = wait => {
      clearTimeout(timer);
      timer = setTimeout(() => { timer = null; pump(); }, wait);
    };

    const heard = item => {
      change(state => { state.last = Math.max(state.last, item.seq); });
      take(item.id);
      Lvbi.tell('queue-sent', item, tab);
    };

    /* The server may or may not have counted a refused update; the next one skips the number and is
       renumbered by a 409 if it was not. Reusing the number could lose the next update unseen. */
    const refuse = (item, why) => {
      const refused = changeItem(item.id, (one, state) => {
        state.last = Math.max(state.last, one.seq);
        one.refused = why || Lvbi.word('refused');
        delete one.seq;
      });
      Lvbi.tell('queue-refused', refused || item, tab);
    };

    const wait = (item, milliseconds, why) => {
      Lvbi.tell('queue-stuck', item, tab, why);
      later(milliseconds);
    };

    const answers = {
      200: item => heard(item),
      401: () => { stopped = true; Lvbi.tell('signed-out'); },
      409: (item, said) => changeItem(item.id, (one, state) => {
        one.seq = said.parameters.expected;
        state.last = one.seq - 1;
      }),
      429: (item, said) => {
        const seconds = said.parameters && said.parameters.retry_after || 5;
        wait(item, seconds * 1000, said.description);
      },
    };

    const settle = (item, answer) => {
      tries = answer.status === 409 ? tries + 1 : 0;
      const act = answers[answer.status] || ((one, said) => refuse(one, said.description));
      act(item, answer.said);
      if (tries > 3) later(Lvbi.backOff(tries));
    };

    const number = item => changeItem(item.id, (one, state) => { one.seq = one.seq || state.last + 1; });

    const attempt = async item => {
      busy = true;
      try {
        const update = Object.assign({tab, seq: item.seq, language_code: navigator.language}, item.body);
        settle(item, await post(update));
      } catch (lost) {
        tries += 1;
        wait(item, Lvbi.backOff(tries));
      }
      busy = false;
      if (!timer) pump();
    };

    const pump = () => {
      const next = busy || stopped || timer ? null : read().items.find(item => !item.refused);
      const numbered = next && number(next);
      if (!numbered) return;
      Lvbi.tell('queue-numbered', numbered, tab);
      attempt(numbered);
    };

    const hurry = () => {
      clearTimeout(timer);
      timer = null;
      pump();
    };

    return {
      tab, read, pump, hurry,
      begin: () => change(() => {}),
      /* body: {message} or {callback_query}; photo: the shelf's id of the photo it carries. */
      add: (body, photo) => {
        const item = {id: Lvbi.random(12), body, photo};
        change(state => {
          state.items.push(item);
          if (photo) state.photos = state.photos.concat(photo).slice(-PHOTOS_REMEMBERED);
        });
        Lvbi.tell('queue-added', item, tab);
        pump();
        return item;
      },
      again: id => {
        changeItem(id, item => { delete item.refused; });
        hurry();
      },
      remove: take,
    };
  };

  const abandoned = key => {
    const state = Lvbi.keep.get(key);
    const idle = Date.now() - state.touched;
    if (!state.items.length && idle > FORGOTTEN) Lvbi.keep.drop(key);
    return state.items.length > 0 && idle > ABANDONED;
  };

  const own = open(Lvbi.tab);
  own.begin();  // From now on it is kept, if anything is, and the tab may keep its name.
  const all = [own];

  Lvbi.queue = {
    add: own.add,
    /* Is this tap on its way already? It is asked before a tap is sent and when a button is drawn. */
    tapping: (data, message) => own.read().items.some(item => {
      const tap = item.body.callback_query;
      return Boolean(tap) && tap.data === data && tap.message_id === message;
    }),
    carried: photo => own.read().photos.indexOf(photo) >= 0,
    again: (id, tab) => all.filter(queue => queue.tab === tab).forEach(queue => queue.again(id)),
    remove: (id, tab) => all.filter(queue => queue.tab === tab).forEach(queue => queue.remove(id)),
    /* Shows and sends what an earlier visit, or a tab closed since, could not send. */
    open: () => {
      Lvbi.keep.keys(PREFIX).filter(key => key !== PREFIX + Lvbi.tab && abandoned(key)).forEach(key => {
        all.push(open(key.slice(PREFIX.length)));
      });
      all.forEach(queue => {
        queue.read().items.forEach(item => {
          Lvbi.tell('queue-added', item, queue.tab);
          if (item.refused) Lvbi.tell('queue-refused', item, queue.tab);
        });
        queue.pump();
      });
    },
    hurry: () => all.forEach(queue => queue.hurry()),
  };

  window.addEventListener('online', Lvbi.queue.hurry);
})(window.Lvbi);
