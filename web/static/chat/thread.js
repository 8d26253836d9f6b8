/* The conversation as the server keeps it: each frame is shown in the order of its id. */
(function (Lvbi) {
  'use strict';

  const log = Lvbi.find('log');
  const {bubbles, keyboards} = Lvbi;
  const QUIET = 800;        // Milliseconds without frames after which the backlog is over.
  const ANSWERED = 15000;   // A toast older than this answers no tap of this visit.
  const PAUSE = 300;        // Seconds of silence after which the time is said again.
  const turns = {};   // frame id → {node, body}
  const albums = {};  // media_group_id → own turn
  let newestOwn = 0, tapped = 0, stamped = 0, calm = null;

  /* The time is said once, and again after a pause. */
  const stamp = date => {
    if (date && date - stamped > PAUSE) log.appendChild(bubbles.when(date));
    stamped = date || stamped;
  };

  const show = (turn, frame) => {
    stamp(frame.date);
    turns[frame.id] = turn;
    turn.node.id = 'm' + frame.id;
    log.appendChild(turn.node);
  };

  const send = parts => (params, frame) => {
    const turn = bubbles.turn('bot');
    turn.body.append(...parts(params).filter(Boolean));
    show(turn, frame);
    keyboards.apply(turn, frame.id, params.reply_markup);
  };

  const caption = params => params.caption ? bubbles.words(params.caption) : null;

  const albumParts = params => [
    bubbles.grid(params.media.map(one => bubbles.theirs(one.media))),
    ...params.media.map(caption),
  ];

  /* A photo of an album that is already shown goes into its grid. */
  const joinAlbum = (message, id) => {
    const turn = albums[message.media_group_id];
    turns[id] = turn;
    turn.body.querySelector('.photos').appendChild(bubbles.own(message.photo.key));
    if (message.caption) turn.body.appendChild(bubbles.plain(message.caption));
  };

  const showOwn = (message, frame) => {
    const turn = bubbles.turn('own');
    if (bubbles.isCommand(message)) {
      turn.node.classList.add('quiet');
      turn.body.appendChild(Lvbi.said('p', 'began', {class: 'text'}));
    } else turn.body.append(...bubbles.ownParts(message));
    show(turn, frame);
    if (message.media_group_id) albums[message.media_group_id] = turn;
  };

  /* A reload may have parted an album: its first photo heard, the next still waiting. */
  const moveIntoAlbum = (waiting, album, id) => {
    turns[id] = album;
    album.body.querySelector('.photos').appendChild(waiting.body.querySelector('.photo'));
    if (waiting.body.querySelector('.photo')) return;
    const text = waiting.body.querySelector('.text');
    if (text) album.body.appendChild(text);
    waiting.node.remove();
  };

  const settleWaiting = (waiting, group, frame) => {
    const album = albums[group];
    if (album && album !== waiting) return moveIntoAlbum(waiting, album, frame.id);
    if (waiting.node.parentNode !== log) show(waiting, frame);
    turns[frame.id] = waiting;
    if (group) albums[group] = waiting;
    return undefined;
  };

  const heard = (params, frame) => {
    const waiting = Lvbi.pending.claim(params, frame);
    const group = params.message.media_group_id;
    if (!albums[group]) newestOwn = frame.id;  // The rest of an album answers no question.
    if (waiting) settleWaiting(waiting, group, frame);
    else if (group && albums[group]) joinAlbum(params.message, frame.id);
    else showOwn(params.message, frame);
  };

  const editText = params => {
    const turn = turns[params.message_id];
    if (!turn) return;
    const old = turn.body.querySelector('.text');
    const fresh = bubbles.words(params.text);
    if (old) old.replaceWith(fresh); else turn.body.appendChild(fresh);
    keyboards.apply(turn, params.message_id, params.reply_markup);
  };

  const editKeys = params => {
    const turn = turns[params.message_id];
    if (turn) keyboards.apply(turn, params.message_id, params.reply_markup);
  };

  const remove = params => {
    const turn = turns[params.message_id];
    if (turn) turn.node.remove();
    delete turns[params.message_id];
    keyboards.forget(params.message_id);
    Lvbi.tell('keyboards');
  };

  const answer = params => {
    if (!params.text || Date.now() - tapped > ANSWERED) return;
    Lvbi.tell(params.show_alert ? 'alert' : 'toast', params.text);
  };

  const methods = {
    heard,
    sendMessage: send(params => [bubbles.words(params.text)]),
    sendPhoto: send(params => [bubbles.grid([bubbles.theirs(params.photo)]), caption(params)]),
    sendMediaGroup: send(albumParts),
    sendDocument: send(params => [bubbles.documentLink(params.document), caption(params)]),
    sendVoice: send(params => [bubbles.player('audio', params.voice), caption(params)]),
    sendVideo: send(params => [bubbles.player('video', params.video), caption(params)]),
    sendLocation: send(params => [bubbles.place(params)]),
    editMessageText: editText,
    editMessageReplyMarkup: editKeys,
    deleteMessage: remove,
    answerCallbackQuery: answer,
  };

  /* Screen readers hear what arrives from now on, not the whole past. */
  const settle = () => {
    clearTimeout(calm);
    calm = setTimeout(() => log.setAttribute('aria-live', 'polite'), QUIET);
  };

  Lvbi.thread = {
    isEmpty: () => !log.firstChild,
    newestOwn: () => newestOwn,
  };

  Lvbi.on('frame', frame => {
    const act = methods[frame.method];
    if (!act) return;
    Lvbi.scroll.arriving();
    act(frame.params, frame);
    settle();
    Lvbi.scroll.arrived();
    Lvbi.tell('shown', frame);
  });
  Lvbi.on('queue-added', item => { if (item.body.callback_query) tapped = Date.now(); });
})(window.Lvbi);
