const svgNamespace = "http://www.w3.org/2000/svg";

/** An icon of the page's sprite, by the name that `<icon name>` uses. */
export function icon(name: string): SVGSVGElement {
  const svg = document.createElementNS(svgNamespace, "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(svgNamespace, "use");
  use.setAttribute("href", `#i-${name}`);
  svg.append(use);
  return svg;
}

/** Makes an icon that is there already show another symbol. */
export function setIcon(svg: Element, name: string): void {
  svg.querySelector("use")?.setAttribute("href", `#i-${name}`);
}
