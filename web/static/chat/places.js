/* Where it is: the phone's position, a point on the map, or a name from the bot's list. A way that this
   phone or browser does not have is not offered, and the sheet says why. */
(function (Lvbi) {
  'use strict';

  const WIDEST = 1500;  // Metres of uncertainty the Bot API has room for.
  const WANTED = {enableHighAccuracy: true, timeout: 15000, maximumAge: 60000};
  let denied = false, loading = null;

  Lvbi.placesTap = '1:places';  // What the bot's own button for its list of places says.

  const isSecure = () => window.isSecureContext === undefined ? location.protocol === 'https:' : window.isSecureContext;

  /* The word for why the position cannot be had, or null. */
  const missing = () => {
    if (!isSecure()) return 'no_https';
    if (!navigator.geolocation) return 'no_position';
    return denied ? 'denied' : null;
  };

  const send = spot => {
    Lvbi.queue.add({message: {location: spot}});
    Lvbi.sheet.close();
  };

  const found = position => {
    const {latitude, longitude, accuracy} = position.coords;
    send({latitude, longitude, horizontal_accuracy: Math.min(WIDEST, accuracy)});
  };

  const notFound = failure => {
    denied = failure.code === 1;
    if (Lvbi.sheet.isOpen()) ask(denied ? null : 'not_found');
  };

  const here = () => {
    Lvbi.sheet.open({title: Lvbi.word('place_title'), inside: Lvbi.make('p', {class: 'looking', role: 'status'}, Lvbi.word('finding'))});
    navigator.geolocation.getCurrentPosition(spot => { if (Lvbi.sheet.isOpen()) found(spot); }, notFound, WANTED);
  };

  const list = () => Lvbi.queue.add({callback_query: {data: Lvbi.placesTap, message_id: null}});

  const ask = trouble => {
    const why = missing() || trouble;
    const ways = [
      {text: Lvbi.word('on_map'), icon: 'map', act: pick},
      {text: Lvbi.word('from_list'), icon: 'list', act: list},
    ];
    if (!missing()) ways.unshift({text: Lvbi.word('here'), icon: 'here', main: true, act: here});
    Lvbi.sheet.open({
      title: Lvbi.word('place_title'), choices: ways,
      inside: why ? Lvbi.make('p', {class: 'why', role: 'status'}, Lvbi.word(why)) : null,
    });
  };

  const script = address => new Promise((resolve, reject) => {
    document.head.appendChild(Lvbi.make('script', {src: address, load: resolve, error: reject}));
  });

  const style = address => new Promise((resolve, reject) => {
    document.head.appendChild(Lvbi.make('link', {rel: 'stylesheet', href: address, load: resolve, error: reject}));
  });

  /* The map and its library come only when somebody opens it. */
  const load = () => {
    const page = Lvbi.page;
    loading = loading || Promise.all([script(page.leafletJs), style(page.leafletCss)]).then(() => script(page.mapJs));
    loading.catch(() => { loading = null; });
    return loading;
  };

  const openMap = async (title, draw) => {
    const host = Lvbi.make('div', {class: 'map-host'}, Lvbi.make('p', {class: 'looking', role: 'status'}, '…'));
    Lvbi.sheet.open({title, inside: host, kind: 'full', closed: () => { if (Lvbi.map) Lvbi.map.close(); }});
    try {
      await load();
      if (host.isConnected) await draw(host);
    } catch (lost) {
      Lvbi.empty(host).appendChild(Lvbi.make('p', {class: 'why', role: 'alert'}, Lvbi.word('map_failed')));
    }
  };

  const pick = () => openMap(Lvbi.word('map_title'), host => Lvbi.map.pick(host, send));

  Lvbi.on('ask-place', () => ask());
  Lvbi.on('show-place', spot => openMap(Lvbi.word('a_place'), host => Lvbi.map.show(host, spot)));
})(window.Lvbi);
