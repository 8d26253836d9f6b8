/* What every other file of the page stands on: one namespace, elements made from data (never from
   markup, so nothing a person writes can become code), and events between the parts. */
(function () {
  'use strict';
  const Lvbi = window.Lvbi = {};
  const listeners = {};

  Lvbi.find = id => document.getElementById(id);
  Lvbi.page = document.body.dataset;

  Lvbi.on = (names, act) => names.split(' ').forEach(name => {
    (listeners[name] = listeners[name] || []).push(act);
  });
  Lvbi.tell = (name, ...facts) => (listeners[name] || []).forEach(act => act(...facts));

  /* make('button', {type: 'button', click: act}, 'text', node): functions listen, false and null are left out. */
  Lvbi.make = (tag, marks, ...inside) => {
    const node = document.createElement(tag);
    Object.keys(marks || {}).forEach(name => {
      const value = marks[name];
      if (typeof value === 'function') node.addEventListener(name, value);
      else if (value !== false && value !== null && value !== undefined) {
        node.setAttribute(name, value === true ? '' : value);
      }
    });
    node.append(...inside.filter(part => part !== null && part !== undefined && part !== false));
    return node;
  };

  Lvbi.icon = name => {
    const space = 'http://www.w3.org/2000/svg';
    const svg = document.createElementNS(space, 'svg');
    const use = document.createElementNS(space, 'use');
    svg.setAttribute('class', 'icon');
    svg.setAttribute('aria-hidden', 'true');
    use.setAttribute('href', '#i-' + name);
    svg.appendChild(use);
    return svg;
  };

  Lvbi.empty = node => {
    while (node.firstChild) node.removeChild(node.firstChild);
    return node;
  };

  Lvbi.random = length => {
    const letters = 'abcdefghijklmnopqrstuvwxyz0123456789';
    const bytes = crypto.getRandomValues(new Uint8Array(length));
    return Array.from(bytes, byte => letters[byte % 36]).join('');
  };

  /* Milliseconds before try number n (1, 2, …): doubles up to 30 s, and is spread so that a city of
     phones does not come back in the same second. */
  Lvbi.backOff = tries => Math.min(30000, 500 * Math.pow(2, Math.min(tries, 7))) * (0.5 + Math.random() / 2);
})();
