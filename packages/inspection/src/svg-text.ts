/** Text in SVG, as content or as an attribute in double quotes: all of it is shown, and none of it is markup. */
export const svgText = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
