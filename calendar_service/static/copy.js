// Copies the text of a field or of a line; without JavaScript it is selected by hand.
for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const field = document.getElementById(button.dataset.copy);
    const status = button.parentElement.querySelector("[role=status]");
    if (field.select) field.select();
    else getSelection().selectAllChildren(field);
    try {
      await navigator.clipboard.writeText(field.value ?? field.textContent);
      status.textContent = "Đã chép";
    } catch {
      status.textContent = "Hãy nhấn Ctrl+C để chép đoạn đã chọn";
    }
  });
}
