/* What this browser keeps by itself: words not sent yet, settings, the tab's name. When the browser
   allows no storage, the page still works and forgets on reload. */
(function (Lvbi) {
  'use strict';

  const open = kind => {
    try {
      const box = window[kind];
      box.setItem('lvbi.try', '1');
      box.removeItem('lvbi.try');
      return box;
    } catch (refused) {
      return null;
    }
  };

  const box = open('localStorage');
  const session = open('sessionStorage');
  const spare = {};  // What the box refused (no storage, or full).

  const parsed = text => {
    try {
      return text ? JSON.parse(text) : null;
    } catch (broken) {
      return null;
    }
  };

  Lvbi.keep = {
    get: key => key in spare ? parsed(spare[key]) : parsed(box && box.getItem(key)),
    put: (key, value) => {
      const text = JSON.stringify(value);
      try {
        box.setItem(key, text);
        delete spare[key];
      } catch (refused) {
        spare[key] = text;
      }
    },
    drop: key => {
      delete spare[key];
      if (box) box.removeItem(key);
    },
    keys: prefix => Object.keys(box || {}).filter(key => key.indexOf(prefix) === 0),
  };

  /* The tab keeps its name over a reload, as long as the count of its updates is kept too: under the old name
     they would begin with 1 again, and the server would take them for what it has heard. While the tab is looked
     at, the name is out of sessionStorage, so that a duplicated tab (which copies it) does not take the same one. */
  const counted = tab => Boolean(box) && box.getItem('lvbi.queue.' + tab) !== null && !('lvbi.queue.' + tab in spare);
  const left = session && session.getItem('lvbi.tab');
  Lvbi.tab = left && counted(left) ? left : Lvbi.random(8);
  if (session) {
    session.removeItem('lvbi.tab');
    const leave = () => counted(Lvbi.tab) && session.setItem('lvbi.tab', Lvbi.tab);
    window.addEventListener('pagehide', leave);
    document.addEventListener('visibilitychange', () => {
      if (document.hidden) leave(); else session.removeItem('lvbi.tab');
    });
  }
})(window.Lvbi);
