/* The newest message stays in view while the person is at the end, and nothing jumps while they read
   further up. A message that is taller than the screen is read from its top. The page's height follows the
   keyboard of the phone. */
(function (Lvbi) {
  'use strict';

  const scroller = Lvbi.find('scroller');
  const pill = Lvbi.find('to-newest');
  const app = Lvbi.find('app');
  const log = Lvbi.find('log');
  const MARGIN = 12;
  const NEAR = 80;
  const LOW = 520;  // Pixels of height that a keyboard leaves on most phones.
  let atEnd = true;

  /* The welcome is read from its top; it is gone when the first message comes. */
  const isWelcome = () => !Lvbi.find('welcome').hidden;

  /* Where the newest message is read from: the end, or the top of what the bot said when that is higher up. */
  const end = () => {
    const bottom = scroller.scrollHeight - scroller.clientHeight;
    const last = Lvbi.find('waiting').firstChild ? null : log.lastElementChild;
    if (!last || !last.classList.contains('bot')) return bottom;
    const top = last.getBoundingClientRect().top - scroller.getBoundingClientRect().top + scroller.scrollTop;
    return Math.min(bottom, top - MARGIN);
  };

  /* Never upwards: whoever reads the lower part of a long message stays there. */
  const toEnd = () => {
    if (isWelcome()) return;
    scroller.scrollTop = Math.max(scroller.scrollTop, end());
    atEnd = true;
    pill.hidden = true;
  };

  const measure = () => {
    atEnd = isWelcome() || end() - scroller.scrollTop < NEAR;
    if (atEnd) pill.hidden = true;
  };

  const settle = () => { if (atEnd) toEnd(); };

  const fit = () => {
    const view = window.visualViewport;
    const zoomed = !view || view.scale !== 1;
    app.style.height = zoomed ? '' : Math.round(view.height) + 'px';
    app.style.top = zoomed ? '' : Math.round(view.offsetTop) + 'px';
    document.documentElement.classList.toggle('low', (view ? view.height : window.innerHeight) < LOW);
    settle();
  };

  Lvbi.scroll = {
    toEnd, settle,
    /* Before something arrives: a scroll may not have been reported yet. */
    arriving: measure,
    /* After something arrived: follow when at the end, say so when not. Large type always follows. */
    arrived: () => {
      if (atEnd || document.documentElement.classList.contains('big')) toEnd(); else pill.hidden = false;
    },
  };

  scroller.addEventListener('scroll', measure);
  scroller.addEventListener('load', settle, true);
  pill.addEventListener('click', toEnd);
  window.addEventListener('resize', fit);
  if (window.visualViewport) ['resize', 'scroll'].forEach(name => window.visualViewport.addEventListener(name, fit));
  fit();
  if (window.ResizeObserver) new ResizeObserver(settle).observe(scroller);
})(window.Lvbi);
