/** Text of others made safe to print: a terminal obeys control characters, whoever wrote them. */

/**
 * Returns the text with `\x1b` for an escape, and so on for whatever a terminal would not print but obey. A tab stays.
 */
export function printable(text: string): string {
  let shown = '';
  let from = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (!isObeyed(code)) continue;
    shown += text.slice(from, at) + escaped(code);
    from = at + 1;
  }
  return from === 0 ? text : shown + text.slice(from);
}

const TAB = 9;

/** Control characters of both sets, and those that turn the direction of the text around them. */
function isObeyed(code: number): boolean {
  if (code < 0x20) return code !== TAB;
  if (code < 0x7f) return false;
  if (code < 0xa0) return true;
  if (code < 0x200e) return false;
  return code <= 0x200f || (code >= 0x2028 && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069) || code === 0xfeff;
}

function escaped(code: number): string {
  const digits = code.toString(16);
  return code < 0x100 ? `\\x${digits.padStart(2, '0')}` : `\\u${digits.padStart(4, '0')}`;
}
