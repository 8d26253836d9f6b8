/* The text box and what stands around it. What is being written outlives a reload. */
(function (Lvbi) {
  'use strict';

  const {find} = Lvbi;
  const box = find('text');
  const DRAFT = 'lvbi.draft';
  const SOON_FULL = 200;  // Characters left at which they are counted aloud.

  const fit = () => {
    box.style.height = 'auto';
    box.style.height = Math.min(box.scrollHeight, window.innerHeight / 3) + 'px';
    Lvbi.scroll.settle();
  };

  const count = () => {
    const left = box.maxLength - box.value.length;
    const line = find('letters-left');
    line.hidden = left > SOON_FULL;
    line.textContent = line.hidden ? '' : Lvbi.word('letters_left', {count: left});
  };

  const isReady = () => box.value.trim() !== '' || Lvbi.photos.count() > 0;

  const refresh = () => {
    find('send').disabled = !isReady();
    count();
    fit();
    Lvbi.tell('composer');
  };

  const write = text => {
    box.value = text;
    if (text) Lvbi.keep.put(DRAFT, text); else Lvbi.keep.drop(DRAFT);
    refresh();
  };

  const say = text => Lvbi.queue.add({message: {text}});

  const send = () => {
    if (!isReady()) return;
    const text = box.value.trim();
    if (Lvbi.photos.count()) Lvbi.photos.send(text); else say(text);
    write('');
    Lvbi.scroll.toEnd();
  };

  /* Enter sends, as people know it from their phones; not while a Chinese word is being composed. */
  const onKey = event => {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    send();
  };

  Lvbi.composer = {
    isReady, send,
    open: () => write(Lvbi.keep.get(DRAFT) || ''),
  };

  box.addEventListener('input', () => write(box.value));
  box.addEventListener('keydown', onKey);
  find('composer').addEventListener('submit', event => {
    event.preventDefault();
    send();
    box.focus();
  });
  find('add-photo').addEventListener('click', () => Lvbi.photos.ask());
  find('add-place').addEventListener('click', () => Lvbi.tell('ask-place'));
  Lvbi.on('say', say);
  Lvbi.on('photos', refresh);
})(window.Lvbi);
