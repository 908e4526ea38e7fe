// In a field that looks something up, Enter presses the button beside it, and not the first one of its form.
document.addEventListener("keydown", (event) => {
  const button = event.target.dataset?.enter;
  if (event.key !== "Enter" || event.isComposing || !button) return;
  event.preventDefault();
  document.getElementById(button)?.click();
});
