/* The page around the conversation: header, banner, toasts, settings; and its start. */
(function (Lvbi) {
  'use strict';

  const {find, make, word} = Lvbi;
  const SHOWN = 5000;  // Milliseconds a toast stays.
  const MET = 'lvbi.met';
  const NO_PAST = 1500;  // Milliseconds after hello in which a known person's messages arrive.
  let fading = null, over = false, cleared = null;

  const toast = text => {
    const node = find('toast');
    node.textContent = text;
    node.classList.add('on');
    clearTimeout(fading);
    fading = setTimeout(() => node.classList.remove('on'), SHOWN);
  };

  const alert = text => Lvbi.sheet.open({
    title: word('title'), inside: make('p', {class: 'said'}, text), choices: [{text: word('ok'), main: true, act: () => {}}],
  });

  const link = state => {
    if (over) return;
    const line = find('link-state');
    const key = {connecting: 'connecting', offline: 'offline'}[state] || 'subtitle';
    line.dataset.word = key;
    line.textContent = word(key);
    find('banner').hidden = state !== 'offline';
    find('banner').textContent = state === 'offline' ? word('offline_banner') : '';
  };

  const signedOut = () => {
    if (over) return;
    over = true;
    find('banner').hidden = true;
    Lvbi.sheet.open({title: word('title'), inside: make('p', {class: 'said'}, word('signed_out')), choices: [
      {text: word('return_code'), icon: 'key', main: true, act: askCode},
      {text: word('start_anew'), act: () => location.replace('/chat')},
    ]});
  };

  const postCode = async code => {
    const response = await fetch('/chat/return', {
      method: 'POST', credentials: 'same-origin', headers: {'Content-Type': 'application/json'}, body: JSON.stringify({code}),
    });
    if (response.ok) return location.replace('/chat');
    throw (await response.json()).description;
  };

  const askCode = () => {
    const field = make('input', {id: 'code', type: 'text', autocomplete: 'one-time-code', autocapitalize: 'characters', spellcheck: 'false'});
    const wrong = make('p', {class: 'why', role: 'alert'});
    const submit = async event => {
      event.preventDefault();
      try {
        if (field.value.trim()) await postCode(field.value.trim());
      } catch (said) {
        wrong.textContent = typeof said === 'string' ? said : word('code_failed');
      }
    };
    const form = make('form', {class: 'ask', submit}, make('p', null, word('code_help')),
      make('label', {for: 'code'}, word('code_label')), field, wrong,
      make('button', {type: 'submit', class: 'act main'}, make('span', null, word('confirm'))));
    Lvbi.sheet.open({title: word('return_code'), inside: form});
    field.focus();
  };

  const otherLanguage = () => {
    const locale = Lvbi.language() === 'zh' ? 'en' : 'zh';
    Lvbi.queue.add({callback_query: {data: '1:lang:' + locale, message_id: null}});
  };

  const settings = () => {
    const large = Lvbi.large.isLarge();
    const languages = {text: word('to_other_language'), act: otherLanguage};
    Lvbi.sheet.open({title: word('menu_title'), choices: [
      {text: word(large ? 'ordinary' : 'large'), icon: 'letters', act: () => Lvbi.large.choose(!large)},
      ...(large ? [languages] : []),
      {text: word('return_code'), icon: 'key', act: askCode},
      {text: word('notice'), icon: 'shield', act: () => window.open(Lvbi.noticeAddress(), '_blank', 'noopener')},
    ]});
  };

  const drawLanguage = () => {
    const button = find('language');
    button.textContent = word('other_language');
    button.setAttribute('aria-label', word('to_other_language'));
    button.lang = Lvbi.language() === 'zh' ? 'en' : 'zh-CN';
    document.querySelectorAll('.welcome a').forEach(node => { node.href = Lvbi.noticeAddress(); });
  };

  const welcome = () => {
    const empty = Lvbi.thread.isEmpty() && Lvbi.pending.isEmpty();
    const before = find('welcome').hidden;
    find('welcome').hidden = !empty;
    if (before !== !empty) Lvbi.scroll.settle();
    if (!empty && !before) Lvbi.keep.put(MET, true);
  };

  /* What was taken away while the page was open must not stand here any longer. */
  const hello = params => {
    if (cleared !== null && params.cleared > cleared) return location.reload();
    cleared = params.cleared;
    if (params.locale && params.locale !== Lvbi.language()) Lvbi.setLanguage(params.locale);
    Lvbi.large.told(Boolean(params.big));
    setTimeout(welcome, NO_PAST);
    return undefined;
  };

  /* A link that somebody else made must not sign this person in as staff: one tap says that it is wanted. */
  const offerCode = code => Lvbi.sheet.open({title: word('use_code_title'), inside: make('p', {class: 'said'}, word('use_code_help')), choices: [
    {text: word('use_code'), icon: 'key', main: true, act: () => Lvbi.tell('say', '/start ' + code)},
  ]});

  /* ?code= is a one-time code; it must not stay in the address bar. */
  const startCode = () => {
    const asked = new URLSearchParams(location.search);
    const code = asked.get('code');
    if (!code) return;
    asked.delete('code');
    const rest = asked.toString();
    history.replaceState(history.state, '', location.pathname + (rest ? '?' + rest : ''));
    if (/^[\w-]{1,64}$/.test(code)) offerCode(code);
  };

  const open = () => {
    Lvbi.on('toast', toast);
    Lvbi.on('alert', alert);
    Lvbi.on('link', link);
    Lvbi.on('hello', hello);
    Lvbi.on('signed-out', signedOut);
    Lvbi.on('settings', settings);
    Lvbi.on('language', drawLanguage);
    Lvbi.on('hurry', Lvbi.queue.hurry);
    Lvbi.on('shown pending', welcome);
    find('language').addEventListener('click', otherLanguage);
    find('page-menu').addEventListener('click', settings);
    find('welcome-photo').addEventListener('click', () => Lvbi.photos.shoot());
    find('welcome-start').addEventListener('click', () => Lvbi.tell('say', '/start'));
    find('welcome').hidden = Boolean(Lvbi.keep.get(MET));
    Lvbi.setLanguage(Lvbi.language());
    Lvbi.large.open(/[?&]big=1/.test(location.search));
    Lvbi.composer.open();
    Lvbi.queue.open();
    Lvbi.photos.restore();
    startCode();
    Lvbi.wire.connect();
  };

  open();
})(window.Lvbi);
