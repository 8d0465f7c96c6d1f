// Narrows a table to the rows that hold what was typed.
(() => {
  "use strict";
  const input = document.querySelector("[data-filter]");
  function narrow() {
    const wanted = input.value.toLowerCase();
    for (const row of document.getElementById(input.dataset.filter).tBodies[0].rows) {
      row.hidden = !row.textContent.toLowerCase().includes(wanted);
    }
  }
  input.addEventListener("input", narrow);
  document.addEventListener("heron:changed", narrow);
})();
