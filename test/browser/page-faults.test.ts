/** Tests of what the page is tested with: a page with a fault is told of it, and one without is not. */
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { useBrowser } from './browser.ts';
import { accessibilityFaults, layoutFaults } from './page-faults.ts';
import { seeAs, shapePairs } from './vision.ts';

const browser = useBrowser();

const STYLE = '<style>body { margin: 8px; font: 13px sans-serif; background: #fff; color: #111 }</style>';
const page = (body: string) =>
  `<!doctype html><html lang="en"><title>A page</title>${STYLE}<main><h1>A page</h1>${body}</main>`;

const at = (x: number, y: number, more = '') => `position: absolute; left: ${x}px; top: ${y}px; ${more}`;
const narrow = 'width: 60px; overflow: hidden; white-space: nowrap';
const LONG = 'a text that is much longer than that';
/** Runs on a canvas of 300 × 100 px. */
const draw = (code: string) =>
  `<canvas width="300" height="100"></canvas><script>{
    const canvas = document.currentScript.previousSibling, c = canvas.getContext('2d');
    c.fillStyle = '#111'; c.font = '12px sans-serif'; ${code}
  }</script>`;

const FAULTY: readonly (readonly [name: string, body: string, fault: string])[] = [
  ['10 px', '<p style="font-size: 10px">small</p>', 'too small, 10.0 px: "small"'],
  ['scaled by CSS', '<p style="font-size: 20px; transform: scale(0.5)">small</p>', 'too small, 10.0 px: "small"'],
  ['zoomed by CSS', '<p style="font-size: 20px; zoom: 0.5">small</p>', 'too small, 10.0 px: "small"'],
  [
    'scaled by a viewBox',
    '<svg width="100" height="50" viewBox="0 0 200 100"><text y="50" font-size="20">small</text></svg>',
    'too small, 10.0 px: "small"',
  ],
  ['in a field', '<input aria-label="f" value="small" style="font-size: 9px">', 'too small, 9.0 px: "small"'],
  [
    'overlap',
    `<p style="${at(20, 99)}">one</p><p style="${at(26, 104)}">two</p>`,
    'overlap: "one" (body > main > p) and "two" (body > main > p)',
  ],
  [
    'overlap in a drawing',
    '<svg width="200" height="50"><text y="20">one</text><text x="10" y="22">two</text></svg>',
    'overlap: "one"',
  ],
  ['cut', `<p style="${narrow}">${LONG}</p>`, `cut by body > main > p: "${LONG}"`],
  [
    'cut with an ellipsis alone',
    `<p style="${narrow}; text-overflow: ellipsis">${LONG}</p>`,
    `cut by body > main > p: "${LONG}"`,
  ],
  ['cut from below', '<div style="height: 10px; overflow: hidden"><p>low</p></div>', 'cut by body > main > div: "low"'],
  [
    'cut by a drawing',
    '<svg width="30" height="30"><text y="20">long text</text></svg>',
    'cut by body > main > svg: "long text"',
  ],
  [
    'outside',
    `<style>body { overflow: hidden }</style><p style="${at(1420, 20)}">outside</p>`,
    'cut by the edge of the window: "outside"',
  ],
  ['a letter that no font has', '<p>open \u{1F5D6}</p>', 'no glyph for U+1F5D6: "open \u{1F5D6}"'],
  ['wider than the window', '<div style="width: 2000px">wide</div>', 'the page is '],
  [
    'covered',
    `<p>below</p><div style="${at(0, 65, 'width: 300px; height: 300px; background: #fff; pointer-events: none')}"></div>`,
    'covered by body > main > div: "below"',
  ],
  ['small on a canvas', draw('c.font = "10px sans-serif"; c.fillText("small", 5, 50)'), 'too small, 10.0 px: "small"'],
  [
    'scaled on a canvas',
    draw('c.scale(0.5, 0.5); c.font = "20px serif"; c.fillText("small", 5, 50)'),
    'too small, 10.0 px: "small"',
  ],
  ['squeezed on a canvas', draw('c.fillText("squeezed", 5, 50, 20)'), 'too small'],
  ['overlap on a canvas', draw('c.fillText("one", 5, 50); c.fillText("two", 9, 52)'), 'overlap: "one"'],
  ['cut by a canvas', draw('c.fillText("a long text", 270, 50)'), 'cut by its canvas: "a long text"'],
  [
    'cut by a clip',
    draw('c.beginPath(); c.rect(0, 0, 20, 99); c.clip(); c.fillText("a long text", 5, 50)'),
    'cut by its canvas: "a long text"',
  ],
  [
    'on a bitmap',
    draw(`const other = new OffscreenCanvas(99, 99), o = other.getContext('2d'); o.font = '9px serif'; o.fillText('small', 9, 50);
      c.drawImage(other.transferToImageBitmap(), 50, 0)`),
    'too small, 9.0 px: "small"',
  ],
];

const GOOD: readonly (readonly [name: string, body: string])[] = [
  ['lines without room between them', '<p style="line-height: 1; width: 40px">gap yet quay jig</p>'],
  ['letters that are seldom', '<p>7 × rm · a … b › → ² ≤ ✓ ∞</p>'],
  ['inline pieces', '<p>kworker<b>/0</b>:<i>1</i> waits</p>'],
  [
    'only for screen readers',
    '<p style="position: absolute; clip-path: inset(50%); width: 1px; height: 1px; overflow: hidden">hidden text</p>',
  ],
  [
    'hidden',
    `<p style="${at(20, 99)}">one</p><p style="${at(20, 99, 'visibility: hidden')}">two</p><p style="${at(20, 99, 'opacity: 0')}">three</p>`,
  ],
  ['scrolled', `<div style="height: 30px; overflow: auto" tabindex="0">${'<p>line</p>'.repeat(9)}</div>`],
  ['panned', '<div data-pans><svg width="30" height="30"><text y="20">long text</text></svg></div>'],
  ['cut with its title', `<p style="${narrow}; text-overflow: ellipsis" title="${LONG}">${LONG}</p>`],
  ['a dialog over text', '<p>one</p><dialog open style="top: 40px">two</dialog>'],
  ['painted anew', draw('c.fillText("one", 5, 50); c.clearRect(0, 0, 300, 100); c.fillText("two", 5, 52)')],
  [
    'painted over',
    draw(
      'c.fillText("one", 5, 50); c.fillStyle = "#fff"; c.fillRect(0, 0, 300, 100); c.fillStyle = "#111"; c.fillText("two", 5, 52)',
    ),
  ],
  [
    'a canvas made empty',
    draw('c.fillText("one", 5, 50); canvas.width = 300; c.font = "12px sans-serif"; c.fillText("two", 5, 52)'),
  ],
];

let open: Page | undefined;
/** All of them in one page: a page of its own for each would take most of the time. */
async function show(body: string): Promise<Page> {
  if (open === undefined || open.isClosed()) open = await browser.openPage('about:blank');
  await open.setContent(page(body));
  return open;
}

test('a text that is too small, cut, or under another one is found', async () => {
  for (const [name, body, fault] of FAULTY) {
    const faults = await layoutFaults(await show(body));
    expect(
      faults.find((each) => each.startsWith(fault)),
      `${name}: ${JSON.stringify(faults)}`,
    ).toBeDefined();
    expect(faults.length, `${name}: ${JSON.stringify(faults)}`).toBe(1);
  }
});

test('no fault is found where there is none', async () => {
  for (const [name, body] of GOOD) expect(await layoutFaults(await show(body)), name).toEqual([]);
});

test('too little contrast is found in elements, drawings and canvases', async () => {
  const faint = '#999';
  const faults = await accessibilityFaults(
    await show(
      `<p style="color: ${faint}">one</p><svg width="99" height="40"><rect width="99" height="40" fill="#ddd"/>
       <text y="20" fill="#777">two</text></svg>${draw('c.fillStyle = "#aaa"; c.fillText("three", 5, 50)')}
       <svg width="99" height="40" opacity="0.4"><text y="20">four</text></svg>`,
    ),
  );
  expect(faults).toEqual([
    expect.stringMatching(/^color-contrast: p: .* 2\.84 /),
    expect.stringMatching(/^contrast 3\.3: "two"/),
    expect.stringMatching(/^contrast 2\.[0-9]: "four"/),
    expect.stringMatching(/^contrast 2\.3: "three"/),
  ]);
  const good = `<svg width="99" height="40"><text y="20">two</text></svg>${draw('c.fillText("three", 5, 50)')}`;
  expect(await accessibilityFaults(await show(good))).toEqual([]);
});

test('a name that is missing and a target that is too small are found', async () => {
  const small = 'style="width: 12px; height: 12px; padding: 0; border: 0"';
  const faults = await accessibilityFaults(
    await show(`<button></button><button ${small}>a</button><button ${small}>b</button>`),
  );
  expect(faults.map((fault) => fault.split(':')[0])).toEqual(expect.arrayContaining(['button-name', 'target-size']));
});

test('what differs in hue alone is the same shape, and the browser shows it without hue', async () => {
  const icon = (drawing: string) => `<svg width="12" height="12" style="display: block">${drawing}</svg>`;
  const shown = await show(
    icon('<rect x="2" y="2" width="8" height="8" fill="#58a6ff"/>') +
      icon('<rect x="2" y="2" width="8" height="8" fill="#f0b429"/>') +
      icon('<path d="M6 1 11 6 6 11 1 6Z" fill="#f0b429"/>'),
  );
  await seeAs(shown, 'achromatopsia');
  const pairs = await shapePairs(shown, shown.locator('svg'));
  expect(pairs[0]?.names).toBe('0 and 1');
  expect(pairs[0]?.distance).toBeLessThan(0.05);
  expect(pairs[1]?.distance).toBeGreaterThan(0.3);
});

test('complaints of a page, and what it asks of other machines, are heard', async () => {
  const shown = await show('<script>console.warn("odd"); setTimeout(() => { throw new Error("broken") })</script>');
  await shown.evaluate(
    `fetch('http://192.0.2.1/').catch(() => new Worker(URL.createObjectURL(new Blob(['fetch("http://192.0.2.2/").catch(() => 0)']))))`,
  );
  const complaints: string[] = [];
  const heard = () => {
    complaints.push(...browser.takeComplaints());
    return complaints;
  };
  await expect
    .poll(heard)
    .toEqual(
      expect.arrayContaining([
        'console: odd',
        'uncaught: broken',
        'asked another machine: http://192.0.2.1/',
        'asked another machine: http://192.0.2.2/',
      ]),
    );
  // What is said of the worker's address may come later.
  await shown.context().close();
  browser.takeComplaints();
});
