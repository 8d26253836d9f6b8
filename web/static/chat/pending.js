/* The person's messages between "send" and the server's "heard": they wait below the conversation, say
   how they are doing, and move into it when the server has heard them. */
(function (Lvbi) {
  'use strict';

  const host = Lvbi.find('waiting');
  const entries = {};      // queue item id → {item, tab, turn, state}
  const photoTurns = {};   // photo id → the turn it is shown in
  const held = [];         // every turn this page has shown as waiting
  const groups = {};       // media_group_id → turn drawn from the queue after a reload

  const stateLine = turn => {
    const old = turn.node.querySelector('.state');
    if (old) Lvbi.empty(old);
    return old || turn.node.appendChild(Lvbi.make('p', {class: 'state'}));
  };

  const button = (key, act) => Lvbi.said('button', key, {type: 'button', class: 'inline', click: act});

  const alert = () => Lvbi.icon('alert');
  const looks = {
    sending: () => [Lvbi.said('span', 'sending')],
    stuck: (turn, why) => [alert(), why ? Lvbi.make('span', null, why) : '', button('stuck', () => again(turn))],
    refused: (turn, why) => [alert(), Lvbi.make('span', null, why),
      turn.gone ? '' : button('again', () => again(turn)), button('remove', () => remove(turn))],
  };

  const mark = (turn, state, why) => {
    const line = stateLine(turn);
    turn.state = state;
    turn.node.classList.toggle('in-trouble', state === 'stuck' || state === 'refused');
    if (state) line.append(...looks[state](turn, why)); else line.remove();
    Lvbi.tell('pending');
  };

  const ofTurn = turn => Object.keys(entries).map(id => entries[id]).filter(entry => entry.turn === turn);

  const again = turn => {
    mark(turn, 'sending');
    Lvbi.tell('hurry');
    ofTurn(turn).forEach(entry => Lvbi.queue.again(entry.item.id, entry.tab));
  };

  const remove = turn => {
    ofTurn(turn).forEach(entry => {
      Lvbi.queue.remove(entry.item.id, entry.tab);
      delete entries[entry.item.id];
    });
    turn.node.remove();
    turn.state = null;
    Lvbi.tell('pending');
  };

  const hold = turn => {
    host.appendChild(turn.node);
    held.push(turn);
    mark(turn, 'sending');
    Lvbi.scroll.toEnd();
    return turn;
  };

  const draw = message => {
    const turn = Lvbi.bubbles.turn('own');
    if (Lvbi.bubbles.isCommand(message)) {
      turn.node.classList.add('quiet');
      turn.body.appendChild(Lvbi.said('p', 'began', {class: 'text'}));
    } else turn.body.append(...Lvbi.bubbles.ownParts(message));
    return hold(turn);
  };

  const drawPhoto = message => {
    const group = message.media_group_id;
    const known = group && groups[group];
    if (known) known.body.querySelector('.photos').appendChild(Lvbi.bubbles.own(message.photo.key));
    const turn = known || draw(message);
    if (group) groups[group] = turn;
    return turn;
  };

  const turnOf = item => {
    const message = item.body.message;
    return photoTurns[item.photo] || (message.photo ? drawPhoto(message) : draw(message));
  };

  const change = state => (item, tab, why) => {
    const entry = entries[item.id];
    if (!entry) return;
    entry.item = item;
    mark(entry.turn, state, why || item.refused);
  };

  const settled = turn => !turn.uploading && ofTurn(turn).every(entry => entry.sent);

  Lvbi.pending = {
    mark, hold, remove, again,
    /* Says in which turn a photo is shown before its update is queued. */
    place: (photo, turn) => { photoTurns[photo] = turn; },
    /* The turn of the update that the server has just heard, if this page shows it already. */
    claim: (params, frame) => {
      const id = Object.keys(entries).find(one => entries[one].tab === params.tab && entries[one].item.seq === params.seq);
      if (!id) return null;
      const {turn, item} = entries[id];
      delete entries[id];
      if (item.photo) Lvbi.tell('photo-heard', item.photo, params.message.photo, frame);
      if (settled(turn)) mark(turn, null);
      return turn;
    },
    /* The newest turn in trouble, or null; large type offers its two ways out as choices. */
    trouble: () => held.filter(turn => turn.node.isConnected && turn.node.classList.contains('in-trouble')).pop() || null,
    isEmpty: () => !host.firstChild,
  };

  Lvbi.on('queue-added', (item, tab) => {
    if (item.body.message) entries[item.id] = {item, tab, turn: turnOf(item)};
  });
  Lvbi.on('queue-numbered', item => { if (entries[item.id]) entries[item.id].item = item; });
  Lvbi.on('queue-sent', item => {
    const entry = entries[item.id];
    if (!entry) return;
    entry.sent = true;
    if (settled(entry.turn)) mark(entry.turn, null);
  });
  Lvbi.on('queue-stuck', change('stuck'));
  Lvbi.on('queue-refused', change('refused'));
})(window.Lvbi);
