/* Photos sent together: one update each, in their order, under a shared media_group_id. The words from the
   text box go with the first photo that the server takes. */
(function (Lvbi) {
  'use strict';

  const CAPTION = 1024;  // Characters the Bot API allows under a photo.

  const cell = photo => {
    const link = Lvbi.bubbles.photo(photo.url, photo.url, Lvbi.word('photo_yours'));
    link.append(Lvbi.photos.overlay());
    return Lvbi.photos.show(photo, link);
  };

  const remember = (album, photos) => photos.forEach(photo => {
    Object.assign(photo.entry, {album: album.name, group: album.group, caption: album.caption});
    Lvbi.shelf.put(photo.entry);
  });

  const queueUp = (album, photo) => {
    const message = {photo: {key: photo.key}};
    if (album.group) message.media_group_id = album.group;
    if (album.caption) message.caption = album.caption;
    Lvbi.queue.add({message}, photo.id);
    Lvbi.shelf.drop(photo.id);
    if (!album.caption) return;
    album.caption = '';
    remember(album, album.photos.slice(album.next));
  };

  const finish = album => {
    const refused = album.photos.filter(photo => photo.state === 'refused');
    album.turn.uploading = false;
    album.photos.forEach(photo => { photo.album = null; });
    if (album.caption) Lvbi.queue.add({message: {text: album.caption}});
    if (!refused.length) return;
    Lvbi.tell('toast', refused[0].why);
    if (refused.length < album.photos.length) return;
    album.turn.gone = true;
    Lvbi.pending.mark(album.turn, 'refused', refused[0].why);
  };

  const take = (album, photo) => {
    album.next += 1;
    if (photo.state === 'ready') queueUp(album, photo); else Lvbi.shelf.drop(photo.id);
  };

  const markWaiting = (album, photo) => {
    const wanted = photo.state === 'failed' ? 'stuck' : 'sending';
    if (album.turn.state !== wanted) Lvbi.pending.mark(album.turn, wanted);
  };

  /* Queues the photos that are up, in their order; one still on its way holds back those after it. */
  const advance = album => {
    while (album.next < album.photos.length) {
      const photo = album.photos[album.next];
      if (photo.state !== 'ready' && photo.state !== 'refused') return markWaiting(album, photo);
      take(album, photo);
    }
    return finish(album);
  };

  const begin = album => {
    const turn = album.turn = Lvbi.bubbles.turn('own');
    turn.uploading = true;
    turn.body.append(Lvbi.bubbles.grid(album.photos.map(cell)));
    if (album.caption) turn.body.append(Lvbi.bubbles.plain(album.caption));
    Lvbi.pending.hold(turn);
    album.photos.forEach(photo => {
      photo.album = album;
      Lvbi.pending.place(photo.id, turn);
    });
    advance(album);
  };

  const sendWithWords = (photos, caption) => {
    const album = {name: Lvbi.random(8), group: photos.length > 1 ? Lvbi.random(16) : null, photos, caption, next: 0};
    remember(album, photos);
    begin(album);
  };

  Lvbi.albums = {
    advance,
    send: (photos, text) => {
      const fits = photos.length > 0 && text.length <= CAPTION;
      if (photos.length) sendWithWords(photos, fits ? text : '');
      if (text && !fits) Lvbi.queue.add({message: {text}});
    },
    restore: photos => {
      const names = photos.map(photo => photo.entry.album);
      names.filter((name, at) => names.indexOf(name) === at).forEach(name => {
        const own = photos.filter(photo => photo.entry.album === name);
        const {group, caption} = own[0].entry;
        begin({name, group, caption, photos: own, next: 0});
      });
    },
  };
})(window.Lvbi);
