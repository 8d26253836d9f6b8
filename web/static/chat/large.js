/* Large type: everything at 22 px or more, and never more than three buttons on a screen. All that can be
   tapped stands in one deck above the edge: two choices and "more", which goes round. */
(function (Lvbi) {
  'use strict';

  const {find, make} = Lvbi;
  const MOST = 3;
  const root = document.documentElement;
  const deck = find('deck');
  let shown = '', from = 0;

  const isLarge = () => root.classList.contains('big');

  const more = turn => make('button', {type: 'button', class: 'act more', click: turn}, make('span', null, Lvbi.word('more')));

  /* Draws choices into host with draw(choice); in large type two at a time. start: where it begins;
     turned(at) hears where "more" has led. */
  const paged = (host, choices, draw, {room = MOST, start = 0, turned = () => {}} = {}) => {
    const slots = isLarge() ? room : choices.length;
    if (choices.length <= slots) {
      host.append(...choices.map(draw));
      return;
    }
    const page = choices.slice(start, start + slots - 1);
    const next = start + page.length >= choices.length ? 0 : start + page.length;
    const turn = () => {
      turned(next);
      paged(Lvbi.empty(host), choices, draw, {room, start: next, turned});
      host.lastChild.focus();
    };
    host.append(...page.map(draw), more(turn));
  };

  const own = (key, act, icon) => ({name: key, node: () => make('button', {type: 'button', class: 'act', click: act},
    icon ? Lvbi.icon(icon) : null, Lvbi.said('span', key))});

  const bot = (button, message) => ({
    name: message + button.text + button.callback_data, data: button.callback_data, node: () => Lvbi.keyboards.draw(button, message, 'act'),
  });

  const offered = () => {
    const newest = Lvbi.keyboards.newest();
    return newest ? {id: newest.id, all: newest.buttons.map(button => bot(button, newest.id))} : {id: 0, all: []};
  };

  const place = () => own('place', () => Lvbi.tell('ask-place'), 'pin');

  const tools = () => [
    own('photo', () => Lvbi.photos.ask(), 'camera'), place(),
    ...(Lvbi.thread.isEmpty() ? [own('start', () => Lvbi.tell('say', '/start'))] : []),
    ...Lvbi.keyboards.menu().map(button => bot(button, null)), own('menu_title', () => Lvbi.tell('settings'), 'dots'),
  ];

  const trayChoices = () => [
    ...(Lvbi.photos.full() ? [] : [own('add_photo', () => Lvbi.photos.ask(), 'camera')]),
    own('remove_photos', () => Lvbi.photos.clear()),
  ];

  const troubleChoices = turn => [
    ...(turn.gone ? [] : [own('again', () => Lvbi.pending.again(turn), 'again')]),
    ...(turn.state === 'refused' ? [own('remove', () => Lvbi.pending.remove(turn), 'close')] : []),
  ];

  const isForPlace = keys => keys.all.some(one => one.data === Lvbi.placesTap);

  /* A question for the place is answered with the place tool, before the bot's own buttons. */
  const answers = keys => isForPlace(keys)
    ? [place(), ...keys.all, ...tools().filter(one => one.name !== 'place')] : keys.all.concat(tools());

  /* What the bot asks comes first; once the person has answered in another way, the tools do. */
  const choices = () => {
    if (Lvbi.photos.count()) return trayChoices();
    const trouble = Lvbi.pending.trouble();
    const first = trouble ? troubleChoices(trouble) : [];
    const keys = offered();
    const asked = keys.id > Lvbi.thread.newestOwn();
    return first.concat(asked ? answers(keys) : tools().concat(keys.all));
  };

  const sendButton = () => make('button', {type: 'button', class: 'act main', click: Lvbi.composer.send},
    Lvbi.icon('send'), Lvbi.said('span', 'send'));

  const draw = () => {
    deck.hidden = !isLarge();
    if (deck.hidden) return;
    const all = choices();
    const ready = Lvbi.composer.isReady();
    const now = all.map(one => one.name).join();
    if (now !== shown) from = 0;
    shown = now;
    const host = make('div', {class: 'acts'});
    paged(host, all, one => one.node(), {room: ready ? MOST - 1 : MOST, start: from, turned: at => { from = at; }});
    Lvbi.empty(deck).append(...(ready ? [sendButton()] : []), host);
    Lvbi.scroll.settle();
  };

  let drawing = null;
  const drawSoon = () => {
    drawing = drawing || requestAnimationFrame(() => {
      drawing = null;
      draw();
    });
  };

  const BIG = 'lvbi.big';
  let told = null;  // What the bot's setting was when it was last told.

  const use = big => {
    root.classList.toggle('big', big);
    draw();
    Lvbi.scroll.toEnd();
  };

  Lvbi.paged = paged;
  Lvbi.large = {
    isLarge,
    choose: big => {
      Lvbi.keep.put(BIG, big);
      use(big);
    },
    /* The page's own choice holds until the bot's setting changes. */
    told: big => {
      if (told !== null && told !== big) Lvbi.keep.drop(BIG);
      told = big;
      const chosen = Lvbi.keep.get(BIG);
      const wanted = chosen === null ? big : chosen;
      if (wanted !== isLarge()) use(wanted);
    },
    open: asked => {
      if (asked) Lvbi.keep.put(BIG, true);
      use(Lvbi.keep.get(BIG) === true || root.classList.contains('big'));
    },
  };

  Lvbi.on('keyboards pending photos composer shown language', drawSoon);
})(window.Lvbi);
