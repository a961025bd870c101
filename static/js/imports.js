// The import page: files may be dropped on the box, their names are said, and only what the chosen table needs is asked.
// Without scripts the form does it all; what is left out is asked on the next page.
"use strict";

(() => {
  const box = document.querySelector("[data-drop]");
  if (!box) return;
  const input = box.querySelector("input[type=file]");
  const names = box.querySelector("[data-names]");

  const say = () => {
    const files = Array.from(input.files);
    names.hidden = files.length < 2;
    names.textContent = `已选 ${files.length} 个文件：${files.map((file) => file.name).join("、")}`;
  };
  const over = (event) => {
    event.preventDefault();
    box.classList.add("is-over");
  };
  const away = () => box.classList.remove("is-over");

  input.addEventListener("change", say);
  box.addEventListener("dragenter", over);
  box.addEventListener("dragover", over);
  box.addEventListener("dragleave", away);
  box.addEventListener("drop", (event) => {
    event.preventDefault();
    away();
    if (!event.dataTransfer.files.length) return;
    input.files = event.dataTransfer.files;
    say();
  });
})();

(() => {
  const kind = document.querySelector("select[data-asks]");
  if (!kind) return;
  const asks = JSON.parse(kind.dataset.asks);
  const all = new Set(Object.values(asks).flat());
  const show = () => {
    for (const name of all) {
      const field = document.getElementById(`id_${name}`).closest(".field");
      field.hidden = !(asks[kind.value] || []).includes(name) && !field.querySelector(".field__error");
    }
  };
  kind.addEventListener("change", show);
  show();
})();
