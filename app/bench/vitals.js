// Runs in a page before its own scripts. Notes when it was painted, what moved, how long it was busy, and when it was ready:
// when `gimbalIsReady`, if the measurement gave one, said so and the page was free to do something else.
(() => {
  const noted = { painted: null, largest: null, busy: [], moved: [], ready: null };
  window.gimbalVitals = noted;
  const watch = (type, note) => {
    new PerformanceObserver((list) => list.getEntries().forEach(note)).observe({ type, buffered: true });
  };
  watch("paint", ({ name, startTime }) => {
    if (name === "first-contentful-paint") noted.painted = startTime;
  });
  watch("largest-contentful-paint", ({ startTime }) => {
    noted.largest = startTime;
  });
  watch("longtask", ({ startTime, duration }) => noted.busy.push({ at: startTime, ms: duration }));
  watch("layout-shift", ({ startTime, value, hadRecentInput }) => {
    if (!hadRecentInput) noted.moved.push({ at: startTime, value });
  });
  window.gimbalReady = new Promise((resolve, reject) => {
    const look = () => {
      if (!window.gimbalIsReady?.()) return requestAnimationFrame(look);
      setTimeout(() => {
        noted.ready = performance.now();
        resolve();
      });
    };
    requestAnimationFrame(look);
    setTimeout(() => reject(new Error("The page was not ready within 30 s.")), 30_000);
  });
  window.gimbalReady.catch(() => {}); // who waits for it is told
})();
