/* What the server tells us: frames over a WebSocket, or by asking every few seconds where none can be
   had. A frame is taken once: its id must be higher than the last one seen. */
(function (Lvbi) {
  'use strict';

  const POLL_EVERY = 3000;
  const LOOK_AFTER = 5000;    // After a POST was answered: has a socket that looks alive told us?
  const QUIET_LOOK = 60000;   // A phone network may drop a socket without a word.

  let last = 0, socket = null, tries = 0, over = false;
  let reconnecting = null, polling = null, lastFrame = 0;

  const state = now => Lvbi.tell('link', now);

  const special = {
    hello: params => Lvbi.tell('hello', params),
    signed_out: () => {
      over = true;
      Lvbi.tell('signed-out');
    },
  };

  const receive = frame => {
    if (special[frame.method]) {
      special[frame.method](frame.params || {});
    } else if (frame.id > last) {
      last = frame.id;
      lastFrame = Date.now();
      Lvbi.tell('frame', frame);
    }
  };

  const ask = async () => {
    const response = await fetch('/chat/frames?after=' + last, {credentials: 'same-origin', cache: 'no-store'});
    if (response.status === 401) {
      special.signed_out();
      return 0;
    }
    if (!response.ok) throw new Error('The server could not answer.');
    const answer = await response.json();
    if (answer.hello) Lvbi.tell('hello', answer.hello.params || answer.hello);
    const before = last;
    answer.result.forEach(receive);
    return last - before;
  };

  const poll = async () => {
    let wait = POLL_EVERY;
    try {
      await ask();
      state('polling');
    } catch (lost) {
      wait = Math.max(wait, Lvbi.backOff(tries));
      state('offline');
    }
    polling = over || open() ? null : setTimeout(poll, wait);
  };

  const startPolling = () => {
    if (polling) return;
    polling = 1;  // Asking now; poll puts its next timer here.
    poll();
  };

  const open = () => socket !== null && socket.readyState === 1;

  const opened = () => {
    tries = 0;
    clearTimeout(polling);
    polling = null;
    lastFrame = Date.now();
    state('online');
  };

  const closed = from => {
    if (from !== socket) return;
    socket = null;
    if (over) return;
    tries += 1;
    if (tries > 1) startPolling();
    if (tries === 1) state('connecting');
    clearTimeout(reconnecting);
    reconnecting = setTimeout(connect, Lvbi.backOff(tries));
  };

  const address = () => {
    const scheme = location.protocol === 'https:' ? 'wss://' : 'ws://';
    return scheme + location.host + '/chat/ws?after=' + last;
  };

  const connect = () => {
    clearTimeout(reconnecting);
    if (over || socket) return;
    try {
      const fresh = socket = new WebSocket(address());
      fresh.onopen = opened;
      fresh.onmessage = event => receive(JSON.parse(event.data));
      fresh.onclose = () => closed(fresh);
    } catch (refused) {  // Some browsers refuse sockets by policy; asking works there too.
      closed(socket);
    }
  };

  const restart = () => {
    const old = socket;
    socket = null;
    tries = 0;
    if (old) old.close();
    connect();
  };

  /* Did frames pass the open socket by? Then it is dead without knowing. */
  const look = async () => {
    if (over || !open()) return;
    try {
      if (await ask()) restart(); else state('online');
    } catch (lost) {
      restart();
    }
  };

  const lookUnlessTold = () => {
    const since = Date.now();
    setTimeout(() => { if (lastFrame < since) look(); }, LOOK_AFTER);
  };

  const wake = () => {
    if (document.hidden || over) return;
    if (open()) look(); else restart();
  };

  Lvbi.wire = {connect};
  Lvbi.on('queue-sent', lookUnlessTold);
  document.addEventListener('visibilitychange', wake);
  window.addEventListener('pageshow', event => { if (event.persisted) wake(); });
  window.addEventListener('online', wake);
  window.addEventListener('offline', () => state('offline'));
  setInterval(() => {
    if (!document.hidden && Date.now() - lastFrame > QUIET_LOOK) {
      lastFrame = Date.now();
      look();
    }
  }, QUIET_LOOK / 4);
})(window.Lvbi);
