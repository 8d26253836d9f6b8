/* The page's own words in both languages; what the bot says comes worded from the server. */
(function (Lvbi) {
  'use strict';

  const zh = {
    title: '绿币 · {city}', subtitle: '市民环境服务', connecting: '正在连接…', offline: '没有网络',
    offline_banner: '网络断了。您写好的话和照片都留着，网络恢复后会自动发出。',
    signed_out: '这个页面和原来的对话断开了。可以用取回码回到原来的对话，也可以重新开始。',
    start_anew: '重新开始', other_language: 'EN', to_other_language: 'Switch to English',
    page_menu: '更多设置', messages: '对话内容', menu: '常用功能', choices: '可以点的按钮',
    welcome_title: '您好，这里是{city}市民环境服务',
    welcome_text: '看到黑烟、脏水、乱倒的垃圾，或者被噪声、异味打扰，拍张照片、说个地点就行。工作人员接手处理，结果会在这里告诉您。',
    welcome_data: '您发来的内容只用来处理问题，别的市民看不到您是谁。', notice: '个人信息说明',
    welcome_photo: '拍照反映问题', take_photo: '拍照', from_album: '从相册选照片', start: '看看能办什么',
    photo: '发照片', place: '发地点', write: '写点什么…', send: '发送', new_messages: '有新消息',
    letters_left: '还可以写 {count} 个字', you_said: '您说：', bot_said: '回复：', close: '关闭', back: '返回', more: '更多', ok: '知道了',
    sending: '正在发送…', stuck: '还没有发出，点这里再试一次', refused: '没有发出', again: '再发一次', remove: '删除',
    began: '开始', still_trying: '网络不太好，正在再试…',
    photo_yours: '您发的照片', photo_theirs: '收到的照片', photos_title: '发照片',
    uploading: '正在上传', upload_refused: '这张照片没有收下',
    remove_photo: '不要这张照片', remove_photos: '照片都不要了', add_photo: '再加照片',
    too_many: '一次最多发 {count} 张，多出来的没有加上。', too_big: '这张照片太大了，最大 {size} MB。请换一张小一点的。',
    choose_again: '有 {count} 张照片还没有发出，手机没能把它们留住，请重新选一下。',
    place_title: '在哪里？', here: '用我现在的位置', on_map: '在地图上点', from_list: '从街道和地名里选', finding: '正在找您的位置…',
    no_position: '这里用不了手机定位，请在地图上点，或者从街道和地名里选。',
    no_https: '网址不是 https 开头时，浏览器不允许定位。请在地图上点，或者从街道和地名里选。',
    denied: '您没有允许定位。请在地图上点，或者从街道和地名里选；也可以直接用文字写地址。',
    not_found: '暂时找不到您的位置。到窗边或室外再试，或者换一种方式。',
    map_title: '移动地图，让图钉指着那个地方', zoom_in: '放大', zoom_out: '缩小', send_place: '发送这个地点', map_failed: '地图没有打开，请从街道和地名里选，或者用文字写地址。',
    a_place: '地点', see_map: '在地图上看', accuracy: '误差约 {metres} 米', document: '文件', download: '下载',
    large: '大字版', ordinary: '普通字号', return_code: '用取回码回到原来的对话', code_label: '取回码',
    code_help: '在原来的手机上发送“/settings”，可以得到取回码。取回码只能用一次。', confirm: '确定',
    use_code_title: '用链接里的登录码吗？', use_code: '使用登录码',
    use_code_help: '这个链接里有工作人员的一次性登录码。只有单位发给您本人的，才可以使用；如果不是，请关掉这个提示。',
    code_failed: '没有连上，请稍后再试。', menu_title: '设置',
  };

  const en = {
    title: 'Lvbi · {city}', subtitle: 'Environment service for residents', connecting: 'Connecting…', offline: 'No network',
    offline_banner: 'The network is gone. What you wrote and your photos are kept and will be sent when it is back.',
    signed_out: 'This page has lost its conversation. Return to it with a code, or start anew.',
    start_anew: 'Start anew', other_language: '中', to_other_language: '切换到中文',
    page_menu: 'More settings', messages: 'Conversation', menu: 'Menu', choices: 'Buttons to tap',
    welcome_title: 'Hello, this is the environment service of {city}',
    welcome_text: 'Seen smoke, dirty water or dumped waste, or bothered by noise or a smell? A photo and the place are enough. Staff take it up, and you hear the outcome here.',
    welcome_data: 'What you send is used only to deal with the problem. Other residents do not see who you are.', notice: 'Data notice',
    welcome_photo: 'Report with a photo', take_photo: 'Take a photo', from_album: 'Choose from your photos', start: 'See what I can do here',
    photo: 'Send photos', place: 'Send a place', write: 'Write a message…', send: 'Send', new_messages: 'New messages',
    letters_left: '{count} characters left', you_said: 'You: ', bot_said: 'Reply: ', close: 'Close', back: 'Back', more: 'More', ok: 'OK',
    sending: 'Sending…', stuck: 'Not sent yet, tap to try again', refused: 'Not sent', again: 'Send again', remove: 'Delete',
    began: 'Start', still_trying: 'The network is poor, still trying…',
    photo_yours: 'Photo you sent', photo_theirs: 'Photo received', photos_title: 'Send photos',
    uploading: 'Uploading', upload_refused: 'This photo was not accepted',
    remove_photo: 'Remove this photo', remove_photos: 'Remove all photos', add_photo: 'Add photos',
    too_many: 'At most {count} photos at a time; the others were not added.', too_big: 'This photo is too large, {size} MB at most. Please choose a smaller one.',
    choose_again: 'Photos not sent yet: {count}. The phone could not keep them, please choose them again.',
    place_title: 'Where is it?', here: 'Use my position', on_map: 'Pick on the map', from_list: 'Choose a street or landmark', finding: 'Looking for your position…',
    no_position: 'The position of the phone cannot be used here. Pick on the map or choose from the list of streets.',
    no_https: 'Browsers give no position to addresses without https. Pick on the map or choose from the list of streets.',
    denied: 'You did not allow the position. Pick on the map or choose from the list of streets; you can also just write the address.',
    not_found: 'Your position cannot be found just now. Try again by a window or outdoors, or choose another way.',
    map_title: 'Move the map until the pin points at the place', zoom_in: 'Zoom in', zoom_out: 'Zoom out', send_place: 'Send this place', map_failed: 'The map did not open. Choose from the list of streets, or write the address.',
    a_place: 'Place', see_map: 'See on the map', accuracy: 'within about {metres} m', document: 'Document', download: 'Download',
    large: 'Large type', ordinary: 'Ordinary type', return_code: 'Return with a code', code_label: 'Code',
    code_help: 'Send “/settings” on your other device to get a code. It can be used once.', confirm: 'OK',
    use_code_title: 'Use the code in this link?', use_code: 'Use this code',
    use_code_help: 'This link carries a one-time code that signs a member of the staff in. Use it only if your own office gave it to you; otherwise close this.',
    code_failed: 'No connection, please try again later.', menu_title: 'Settings',
  };

  const words = {zh, en};
  let language = Lvbi.page.lang === 'en' ? 'en' : 'zh';

  const holes = facts => Object.assign({city: language === 'zh' ? Lvbi.page.cityZh : Lvbi.page.cityEn}, facts);

  Lvbi.language = () => language;
  Lvbi.word = (key, facts) => {
    const filled = holes(facts);
    return words[language][key].replace(/\{(\w+)\}/g, (_, name) => filled[name]);
  };

  Lvbi.noticeAddress = () => '/notice?lang=' + language + (document.documentElement.classList.contains('big') ? '&big=1' : '');

  /* An element that keeps its word when the language changes. */
  Lvbi.said = (tag, key, marks) => Lvbi.make(tag, Object.assign({'data-word': key}, marks), Lvbi.word(key));

  const fill = (mark, put) => {
    document.querySelectorAll('[data-' + mark + ']').forEach(node => put(node, Lvbi.word(node.dataset[mark])));
  };

  Lvbi.setLanguage = wanted => {
    language = wanted === 'en' ? 'en' : 'zh';
    document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
    document.title = Lvbi.word('title');
    fill('word', (node, text) => { node.textContent = text; });
    fill('label', (node, text) => { node.setAttribute('aria-label', text); });
    fill('hint', (node, text) => { node.placeholder = text; });
    Lvbi.tell('language');
  };
})(window.Lvbi);
