/* One photo's way to the server, two at a time, with progress. A lost connection is tried again until it
   works; a refusal is final and comes with the server's sentence. */
(function (Lvbi) {
  'use strict';

  const AT_ONCE = 2;
  const STALLED = 45000;  // Milliseconds without a byte of progress.
  const waiting = [];
  let running = 0;

  const become = (photo, state) => {
    photo.state = state;
    photo.changed();
  };

  const next = () => {
    while (running < AT_ONCE && waiting.length) {
      running += 1;
      send(waiting.shift());
    }
  };

  const retry = photo => {
    photo.tries = (photo.tries || 0) + 1;
    photo.timer = setTimeout(() => Lvbi.upload.start(photo), Lvbi.backOff(photo.tries));
    become(photo, 'failed');
  };

  const said = xhr => {
    try {
      return JSON.parse(xhr.responseText);
    } catch (broken) {
      return {};
    }
  };

  // A limit by the day does not pass by trying again in half a minute, and each try costs the whole photo.
  const aDay = xhr => (said(xhr).parameters || {}).retry_after > 60;

  const settle = (photo, xhr) => {
    const answer = said(xhr);
    if (xhr.status === 200 && answer.result) {
      photo.key = answer.result.key;
      become(photo, 'ready');
    } else if (xhr.status === 401) {
      become(photo, 'failed');
      Lvbi.tell('signed-out');
    } else if (xhr.status >= 400 && xhr.status < 500 && (xhr.status !== 429 || aDay(xhr))) {
      photo.why = answer.description || Lvbi.word('upload_refused');
      become(photo, 'refused');
    } else retry(photo);
  };

  const send = photo => {
    const xhr = new XMLHttpRequest();
    let stalled = null;
    const watch = () => {
      clearTimeout(stalled);
      stalled = setTimeout(() => xhr.abort(), STALLED);
    };
    xhr.open('POST', '/chat/photos');
    xhr.setRequestHeader('Content-Type', photo.type);
    xhr.upload.onprogress = event => {
      watch();
      photo.percent = event.total ? Math.round(100 * event.loaded / event.total) : 0;
      photo.changed();
    };
    xhr.onloadend = () => {
      clearTimeout(stalled);
      running -= 1;
      if (photo.state !== 'dropped') settle(photo, xhr);
      next();
    };
    photo.xhr = xhr;
    watch();
    become(photo, 'uploading');
    xhr.send(photo.blob);
  };

  Lvbi.upload = {
    start: photo => {
      clearTimeout(photo.timer);
      if (photo.state === 'dropped' || waiting.indexOf(photo) >= 0) return;
      waiting.push(photo);
      next();
    },
    drop: photo => {
      clearTimeout(photo.timer);
      photo.state = 'dropped';
      if (waiting.indexOf(photo) >= 0) waiting.splice(waiting.indexOf(photo), 1);
      if (photo.xhr) photo.xhr.abort();
    },
  };
})(window.Lvbi);
