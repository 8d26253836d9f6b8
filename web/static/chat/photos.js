/* Photos before they are sent: chosen or taken, shown as thumbnails in the tray while they go up. */
(function (Lvbi) {
  'use strict';

  const {make, find} = Lvbi;
  const AT_ONCE = 9;
  const TYPES = {jpg: 'image/jpeg', jpeg: 'image/jpeg', png: 'image/png', webp: 'image/webp', heic: 'image/heic', heif: 'image/heif'};
  const SIGNS = {ready: 'done', failed: 'again', refused: 'alert'};
  const tray = find('tray');
  const byId = {};
  let chosen = [], order = Date.now();

  const typeOf = file => {
    const ending = (file.name || '').split('.').pop().toLowerCase();
    return file.type || TYPES[ending] || 'image/jpeg';  // The server looks at the bytes anyway.
  };

  const overlay = () => make('span', {class: 'over'},
    make('progress', {max: 100, value: 0, 'aria-label': Lvbi.word('uploading')}), make('span', {class: 'sign'}));

  const paint = (photo, cell) => {
    cell.dataset.state = photo.state;
    cell.querySelector('progress').value = photo.percent;
    const sign = Lvbi.empty(cell.querySelector('.sign'));
    if (SIGNS[photo.state]) sign.append(Lvbi.icon(SIGNS[photo.state]));
  };

  const show = (photo, cell) => {
    photo.cell = cell;
    paint(photo, cell);
    return cell;
  };

  const changed = photo => {
    if (photo.cell) paint(photo, photo.cell);
    if (photo.album) Lvbi.albums.advance(photo.album);
    else if (photo.state === 'refused') Lvbi.tell('toast', photo.why);
    Lvbi.tell('photos');
  };

  /* entry: {id, tab, at, order, type, blob} as the shelf keeps it, with album, group, caption once sent. */
  const develop = entry => {
    const photo = {id: entry.id, entry, blob: entry.blob, type: entry.type, state: 'waiting', percent: 0};
    photo.url = URL.createObjectURL(entry.blob);
    photo.changed = () => changed(photo);
    byId[photo.id] = photo;
    return photo;
  };

  const drop = photo => {
    chosen = chosen.filter(one => one !== photo);
    Lvbi.upload.drop(photo);
    URL.revokeObjectURL(photo.url);
    Lvbi.shelf.drop(photo.id);
    drawTray();
  };

  const trayCell = photo => {
    const broken = () => cell.classList.add('no-picture');
    const away = make('button', {
      type: 'button', class: 'away', click: () => drop(photo), 'data-label': 'remove_photo', 'aria-label': Lvbi.word('remove_photo'),
    }, Lvbi.icon('close'));
    const image = make('img', {src: photo.url, alt: Lvbi.word('photo_yours'), error: broken});
    const cell = make('div', {class: 'cell'}, Lvbi.icon('image'), image, overlay(), away);
    return show(photo, cell);
  };

  const drawTray = () => {
    Lvbi.empty(tray).append(...chosen.map(trayCell));
    tray.hidden = !chosen.length;
    Lvbi.scroll.settle();
    Lvbi.tell('photos');
  };

  const fits = file => {
    const limit = Number(Lvbi.page.photoBytes) || Infinity;
    if (file.size <= limit) return true;
    Lvbi.tell('toast', Lvbi.word('too_big', {size: Math.floor(limit / 1048576)}));
    return false;
  };

  const keepAndStart = file => {
    const entry = {id: Lvbi.random(12), tab: Lvbi.tab, at: Date.now(), order: order += 1, type: typeOf(file), blob: file};
    Lvbi.shelf.add(entry);
    const photo = develop(entry);
    chosen.push(photo);
    Lvbi.upload.start(photo);
  };

  const add = files => {
    const room = AT_ONCE - chosen.length;
    if (files.length > room) Lvbi.tell('toast', Lvbi.word('too_many', {count: AT_ONCE}));
    files.slice(0, room).filter(fits).forEach(keepAndStart);
    drawTray();
  };

  const send = text => {
    const good = chosen.filter(photo => photo.state !== 'refused');
    chosen.filter(photo => photo.state === 'refused').forEach(drop);
    chosen = [];
    drawTray();
    Lvbi.albums.send(good, text);
  };

  const restore = async () => {
    const {found, missing} = await Lvbi.shelf.open();
    found.filter(entry => Lvbi.queue.carried(entry.id)).forEach(entry => Lvbi.shelf.drop(entry.id));
    const photos = found.filter(entry => !Lvbi.queue.carried(entry.id)).map(develop);
    Lvbi.albums.restore(photos.filter(photo => photo.entry.album));
    chosen = photos.filter(photo => !photo.entry.album).concat(chosen);
    photos.forEach(Lvbi.upload.start);
    drawTray();
    if (missing) Lvbi.tell('alert', Lvbi.word('choose_again', {count: missing}));
  };

  const hurry = () => Object.keys(byId).map(id => byId[id]).filter(photo => photo.state === 'failed').forEach(Lvbi.upload.start);

  const take = input => {
    add(Array.from(input.files));
    input.value = '';  // So that the same photo may be chosen again.
  };

  const fromAlbum = () => find('pick-photos').click();
  const fromCamera = () => find('take-photo').click();
  const canCapture = () => 'capture' in document.createElement('input');

  /* Where the browser can open the camera itself, the person chooses; elsewhere its own chooser asks. */
  const ask = () => {
    if (!canCapture()) return fromAlbum();
    return Lvbi.sheet.open({title: Lvbi.word('photos_title'), choices: [
      {text: Lvbi.word('take_photo'), icon: 'camera', main: true, act: fromCamera},
      {text: Lvbi.word('from_album'), icon: 'image', act: fromAlbum},
    ]});
  };

  Lvbi.photos = {
    ask, restore, send, overlay, show,
    shoot: () => canCapture() ? fromCamera() : fromAlbum(),
    count: () => chosen.length,
    full: () => chosen.length >= AT_ONCE,
    clear: () => chosen.slice().forEach(drop),
  };

  Lvbi.on('hurry', hurry);
  window.addEventListener('online', hurry);
  /* The server has heard the update with this photo: its clean copy is what is shown from now on. */
  Lvbi.on('photo-heard', (id, sent) => {
    const photo = byId[id];
    if (!photo || !photo.cell) return;
    const address = '/chat/photos/' + encodeURIComponent(sent.key);
    photo.state = 'heard';
    paint(photo, photo.cell);
    photo.cell.setAttribute('href', address);
    if (!photo.cell.classList.contains('no-picture')) return;
    photo.cell.classList.remove('no-picture');
    photo.cell.querySelector('img').src = address + '?size=small';
  });
  [find('pick-photos'), find('take-photo')].forEach(input => input.addEventListener('change', () => take(input)));
})(window.Lvbi);
