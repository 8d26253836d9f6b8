/* Photos not sent yet, kept in IndexedDB over a reload. Browsers that keep no files (private windows,
   some built-in ones) are told by a count, so that the person can be asked to choose again. */
(function (Lvbi) {
  'use strict';

  const DAY = 24 * 60 * 60 * 1000;
  let opened = null;

  const asked = request => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

  const open = () => {
    const request = indexedDB.open('lvbi', 1);
    request.onupgradeneeded = () => request.result.createObjectStore('photos', {keyPath: 'id'});
    return asked(request);
  };

  const store = async mode => {
    opened = opened || open();
    return (await opened).transaction('photos', mode).objectStore('photos');
  };

  const attempt = async act => {
    try {
      return await act();
    } catch (refused) {
      return null;
    }
  };

  const count = step => {
    const key = 'lvbi.photos.' + Lvbi.tab;
    const now = Math.max(0, (Lvbi.keep.get(key) || 0) + step);
    if (now) Lvbi.keep.put(key, now); else Lvbi.keep.drop(key);
  };

  const put = entry => attempt(async () => asked((await store('readwrite')).put(entry)));
  const drop = id => attempt(async () => asked((await store('readwrite')).delete(id)));

  const sorted = entries => {
    entries.filter(entry => Date.now() - entry.at > DAY).forEach(entry => drop(entry.id));
    return entries.filter(entry => entry.tab === Lvbi.tab).sort((one, other) => one.order - other.order);
  };

  Lvbi.shelf = {
    add: entry => {
      count(1);
      return put(entry);
    },
    put,
    drop: id => {
      count(-1);
      return drop(id);
    },
    /* → {found: this tab's entries in order, missing: how many could not be kept}. */
    open: async () => {
      const counted = Lvbi.keep.get('lvbi.photos.' + Lvbi.tab) || 0;
      const found = sorted(await attempt(async () => asked((await store('readonly')).getAll())) || []);
      Lvbi.keep.drop('lvbi.photos.' + Lvbi.tab);
      count(found.length);
      return {found, missing: Math.max(0, counted - found.length)};
    },
  };
})(window.Lvbi);
