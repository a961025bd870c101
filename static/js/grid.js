// Arrow keys walk the attendance grid; Enter opens the day. Without scripts, Tab does.
"use strict";

const grid = document.querySelector("[data-grid]");
const STEPS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

if (grid) {
  grid.addEventListener("keydown", (event) => {
    const step = STEPS[event.key];
    const cell = event.target.closest("td, th");
    if (!step || !cell) return;
    event.preventDefault();
    let row = cell.parentElement.rowIndex + step[0];
    let column = cell.cellIndex + step[1];
    while (grid.rows[row] && grid.rows[row].cells[column]) {
      const link = grid.rows[row].cells[column].querySelector("a");
      if (link) { link.focus(); return; }
      row += step[0];
      column += step[1];
    }
  });
  const today = grid.querySelector(".is-today");
  if (today) today.scrollIntoView({ block: "nearest", inline: "center" });
}
