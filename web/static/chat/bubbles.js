/* How one message looks: text, photos, document, place. Texts become text nodes; only http(s) addresses,
   telephone numbers and commands of the bot become links. */
(function (Lvbi) {
  'use strict';

  const {make} = Lvbi;
  const ADDRESS = 'https?:\\/\\/[^\\s<>"\'，。；！？、（）《》【】“”]+[^\\s<>"\'，。；！？、（）《》【】“”.,;:!?)\\]]';
  const PHONE = '(?:1[3-9]\\d{9}|0\\d{2,3}-\\d{7,8})';
  const HOTLINE = '(?:123(?:45|69))(?=\\s*(?:热线|hotline))';
  const CALLED = '(☎\\s*)(\\d[\\d-]{1,14}\\d)';  // Short numbers too, as 110, where the bot says that one can call them.
  const COMMAND = '\\/[a-z]{2,32}';
  const NUMBER = '[A-Z]{1,4}\\d{2}-\\d{6,}-[\\dA-Z]';  // Of a report; read as one word.
  const LINKED = new RegExp(
    '(' + ADDRESS + ')|' + CALLED + '|(^|[^\\w./:-])(?:(' + PHONE + '|' + HOTLINE + ')|(' + COMMAND + ')|(' + NUMBER + '))(?![\\w/-])', 'gi');

  const outside = (href, text) => make('a', {href, target: '_blank', rel: 'noopener noreferrer nofollow'}, text);

  /* As on other platforms, a tap on a command says it; the data notice is a page. */
  const command = text => text === '/notice' ? outside(Lvbi.noticeAddress(), text) : make('a', {
    href: '#', click: event => {
      event.preventDefault();
      Lvbi.tell('say', text);
    },
  }, text);

  const link = (address, phone, said, number) => {
    if (address) return outside(address, address);
    if (phone) return make('a', {href: 'tel:' + phone}, phone);
    return said ? command(said) : make('span', {class: 'whole'}, number);
  };

  const linked = text => {
    const parts = [];
    let from = 0;
    text.replace(LINKED, (whole, address, sign, called, before, phone, said, number, at) => {
      const start = at + (sign || before || '').length;
      parts.push(text.slice(from, start), link(address, called || phone, said, number));
      from = at + whole.length;
      return whole;
    });
    return parts.concat(text.slice(from));
  };

  /* The person's own words: nothing in them is for tapping. */
  const plain = text => make('p', {class: 'text'}, text);

  /* What somebody else wrote stands behind a bar, line by line, and gets no links. */
  const QUOTED = /(^│ .*$)/m;
  const words = text => make('p', {class: 'text'},
    ...text.split(QUOTED).reduce((parts, part, n) => parts.concat(n % 2 ? part : linked(part)), []));

  const file = (place, kept) => '/chat/' + place + '/' + encodeURIComponent(kept.$kept[0]);

  const view = (address, alt) => Lvbi.sheet.open({
    title: alt, kind: 'viewer', inside: make('img', {src: address, alt}),
  });

  const broken = cell => () => cell.classList.add('no-picture');

  /* A photo is a link to its full size; the page opens it in the viewer instead. */
  const photo = (address, small, alt) => {
    const cell = make('a', {
      class: 'photo', href: address, target: '_blank', rel: 'noopener',
      click: event => {
        event.preventDefault();
        view(cell.getAttribute('href'), alt);
      },
    });
    cell.append(Lvbi.icon('image'), make('img', {src: small, alt, error: broken(cell)}));
    return cell;
  };

  const keptPhoto = (key, alt) => {
    const address = '/chat/photos/' + encodeURIComponent(key);
    return photo(address, address + '?size=small', alt);
  };

  const grid = cells => make('div', {class: 'photos'}, ...cells);

  const place = spot => {
    const figures = spot.latitude.toFixed(5) + ', ' + spot.longitude.toFixed(5);
    const accuracy = spot.horizontal_accuracy;
    return make('a', {
      class: 'place-card', href: 'geo:' + spot.latitude + ',' + spot.longitude,
      click: event => {
        event.preventDefault();
        Lvbi.tell('show-place', spot);
      },
    },
    make('span', {class: 'ground'}, Lvbi.icon('pin')),
    make('span', {class: 'lines'},
      Lvbi.said('strong', 'see_map'),
      make('span', {class: 'fine'}, figures),
      accuracy ? make('span', {class: 'fine'}, Lvbi.word('accuracy', {metres: Math.round(accuracy)})) : null));
  };

  const documentLink = kept => make('a', {class: 'file', href: file('files', kept), download: kept.$kept[1] || true},
    Lvbi.icon('file'),
    make('span', {class: 'lines'}, make('strong', null, kept.$kept[1] || Lvbi.word('document')),
      Lvbi.said('span', 'download', {class: 'fine'})));

  /* Staff play a recording here; nothing of it is fetched before they do. A browser that cannot play it may save it. */
  const player = (kind, kept) => make(kind, {class: 'player', src: file('files', kept), controls: true, preload: 'none'},
    documentLink(kept));

  /* When something was said: the hour alone today, with the day before it else. date in seconds. */
  const when = date => {
    const time = new Date(date * 1000);
    const language = document.documentElement.lang;
    const hour = time.toLocaleTimeString(language, {hour: '2-digit', minute: '2-digit', hour12: false});
    const today = time.toDateString() === new Date().toDateString();
    const day = today ? '' : time.toLocaleDateString(language, {month: 'long', day: 'numeric'}) + ' ';
    return make('p', {class: 'when'}, make('time', {datetime: time.toISOString()}, day + hour));
  };

  /* {node, body}: a row of the conversation; side is 'bot' or 'own'. */
  const turn = side => {
    const body = make('div', {class: 'bubble'}, Lvbi.said('span', side === 'own' ? 'you_said' : 'bot_said', {class: 'unseen'}));
    return {node: make('div', {class: 'turn ' + side}, body), body};
  };

  Lvbi.bubbles = {
    turn, words, plain, grid, place, photo, when,
    theirs: kept => keptPhoto(kept.$kept[0], Lvbi.word('photo_theirs')),
    own: key => keptPhoto(key, Lvbi.word('photo_yours')),
    documentLink, player,
    /* What the person themselves said, as the server heard it. */
    ownParts: message => [
      message.photo ? grid([keptPhoto(message.photo.key, Lvbi.word('photo_yours'))]) : null,
      message.location ? place(message.location) : null,
      message.text || message.caption ? plain(message.text || message.caption) : null,
    ].filter(Boolean),
    isCommand: message => /^\/start\b/.test(message.text || ''),
  };
})(window.Lvbi);
