// Searches while somebody types.
(() => {
  "use strict";
  const form = document.querySelector(".filter");
  const input = form.querySelector("input[type=search]");
  let timer = 0;
  function go() {
    const fields = new URLSearchParams(new FormData(form));
    if (!fields.get("q")) fields.delete("q");
    const query = fields.toString();
    const address = form.getAttribute("action");
    history.replaceState(null, "", query ? address + "?" + query : address);
    document.dispatchEvent(new Event("heron:look"));
  }
  input.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(go, 120); });
  form.addEventListener("submit", event => { event.preventDefault(); clearTimeout(timer); go(); });
  // As in other consoles: a slash leads to the search.
  document.addEventListener("keydown", event => {
    if (event.key === "/" && !/^(input|textarea|select)$/i.test(document.activeElement.localName)) {
      event.preventDefault();
      input.focus();
    }
  });
})();
