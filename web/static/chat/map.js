/* The map, loaded when it is opened: the city's polygons on a plain ground, tiles only where the operator
   has named some. A pin stands in the middle; the map moves under it. */
(function (Lvbi) {
  'use strict';

  const CLOSE = 16;  // Zoom at which one can tell one street from the next.
  const AROUND = {animate: false, paddingTopLeft: [14, 14], paddingBottomRight: [14, 90]};  // The send button lies below.
  let map = null, area = null, zooming = false;

  const OUTLINE = {color: '#1d6449', weight: 2, fillOpacity: 0.07, interactive: false};

  /* Room is scarce: "Keqiao District" is called Keqiao here. */
  const label = names => Lvbi.language() === 'en' ? names.name_en.replace(/ (District|City|County)$/, '') : names.name;

  /* A name stands where its area is widest, for those in the middle of an area may lie on each other. */
  const nameTag = feature => {
    const [lon, lat] = feature.properties.label;
    L.tooltip({permanent: true, direction: 'center', className: 'area-name'})
      .setLatLng([lat, lon]).setContent(Lvbi.make('span', null, label(feature.properties))).addTo(map);
  };

  const loadArea = async () => {
    const response = await fetch(Lvbi.page.areaUrl);
    if (!response.ok) throw new Error('The outline of the city did not come.');
    return response.json();
  };

  const addTiles = () => {
    const {tileUrl, tileAttribution} = Lvbi.page;
    if (tileUrl && tileAttribution) L.tileLayer(tileUrl, {attribution: tileAttribution, maxZoom: 19}).addTo(map);
  };

  const addZoom = () => {
    if (Lvbi.large.isLarge()) return;  // Two fingers do it there; buttons are few.
    L.control.zoom({zoomInTitle: Lvbi.word('zoom_in'), zoomOutTitle: Lvbi.word('zoom_out')}).addTo(map);
  };

  /* Throws when the outline cannot be had: on an empty ground nobody could point at anything. */
  const draw = async (host, centre) => {
    area = area || await loadArea();
    const ground = Lvbi.empty(host).appendChild(Lvbi.make('div', {class: 'map'}));
    const still = window.matchMedia('(prefers-reduced-motion: reduce)').matches;
    map = L.map(ground, {
      attributionControl: Boolean(Lvbi.page.tileUrl), zoomControl: false, maxZoom: 19, minZoom: 6, zoomSnap: Lvbi.page.tileUrl ? 1 : 0.1,
      zoomAnimation: !still, fadeAnimation: !still, inertia: !still,
    });
    zooming = false;
    map.on('zoomstart zoomend', event => { zooming = event.type === 'zoomstart'; });
    const shapes = L.geoJSON(area, {style: OUTLINE});
    if (centre) map.setView(centre, CLOSE); else map.fitBounds(shapes.getBounds(), AROUND);
    shapes.addTo(map);
    area.features.forEach(nameTag);
    addTiles();
    addZoom();
    host.appendChild(Lvbi.make('div', {class: 'crosspin'}, Lvbi.icon('pin')));
  };

  /* Leaflet stumbles when a map goes in the middle of a zoom, so that one is waited for. */
  const retire = old => {
    if (zooming) old.once('moveend', () => setTimeout(() => old.remove())); else old.remove();
  };

  Lvbi.map = {
    /* onPick gets {latitude, longitude} of the point under the pin. */
    pick: async (host, onPick) => {
      let tapped = null;  // Where the pin is going: whoever sends at once means this point, not one on the way.
      await draw(host);
      map.on('click', event => {
        tapped = event.latlng;
        map.panTo(tapped);
      });
      map.on('dragstart zoomstart', () => { tapped = null; });
      const send = () => {
        const centre = (tapped || map.getCenter()).wrap();
        onPick({latitude: Number(centre.lat.toFixed(6)), longitude: Number(centre.lng.toFixed(6))});
      };
      host.appendChild(Lvbi.make('div', {class: 'map-acts'}, Lvbi.make('button', {type: 'button', class: 'act main', click: send},
        Lvbi.icon('pin'), Lvbi.make('span', null, Lvbi.word('send_place')))));
    },
    show: async (host, spot) => {
      await draw(host, [spot.latitude, spot.longitude]);
      map.dragging.disable();  // The pin stands still on what was sent.
    },
    close: () => {
      if (map) retire(map);
      map = null;
    },
  };
})(window.Lvbi);
