// Copies the text of a field; without JavaScript the field is selected by hand.
for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const field = document.getElementById(button.dataset.copy);
    const status = document.getElementById("copied");
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
      status.textContent = "Đã chép";
    } catch {
      status.textContent = "Hãy nhấn Ctrl+C để chép đoạn đã chọn";
    }
  });
}
