// Keeps a log at its end while it grows, unless somebody has scrolled back.
(() => {
  "use strict";
  let atEnd = true;
  const log = () => document.getElementById("log");
  const toEnd = () => { if (atEnd && log()) log().scrollTop = log().scrollHeight; };
  document.addEventListener("scroll", event => {
    const box = event.target;
    if (box.id === "log") atEnd = box.scrollTop + box.clientHeight > box.scrollHeight - 24;
  }, true);
  document.addEventListener("heron:changed", toEnd);
  toEnd();
})();
