// Before the first paint, so that nobody sees the other theme flash by.
(() => {
  const wanted = localStorage.getItem("gimbal.theme");
  const dark = wanted === "dark" || (wanted !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.dataset.theme = dark ? "dark" : "light";
})();
