// The switch between the system's theme, light and dark: radio buttons named "theme". The choice is kept in a cookie,
// because the server writes data-theme into the page: there is never a flash of the wrong one.

const year = 60 * 60 * 24 * 365;

function apply(theme: string): void {
  const root = document.documentElement;
  if (theme === "light" || theme === "dark") {
    root.dataset["theme"] = theme;
    document.cookie = `theme=${theme}; path=/; max-age=${year}; SameSite=Lax`;
  } else {
    delete root.dataset["theme"];
    document.cookie = "theme=; path=/; max-age=0; SameSite=Lax";
  }
}

document.addEventListener("change", event => {
  const input = event.target;
  if (input instanceof HTMLInputElement && input.name === "theme" && input.closest("[data-theme-switch]")) apply(input.value);
});
