/** Time of day in a log's line, as syslog, journalctl and dmesg -T write it: in seconds, to be told from others. */

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const TIME = String.raw`(\d\d):(\d\d):(\d\d(?:[.,]\d+)?)`;
const ISO = new RegExp(String.raw`\b(\d{4})-(\d\d)-(\d\d)[T ]${TIME}`);
const NAMED = new RegExp(String.raw`\b(${MONTHS.join('|')}) +(\d{1,2})(?: (\d{4}))? ${TIME}(?: (\d{4})\b)?`);
/** Syslog has no year. A leap year, so that every day is one. */
const SOME_YEAR = 2_000;

/** Returns the seconds since some moment that is one for the whole log, or undefined if the text has no date. */
export function wallClock(text: string): number | undefined {
  const iso = ISO.exec(text);
  if (iso !== null) {
    const [, year, month, day, ...time] = iso;
    return secondsOf(Number(year), Number(month) - 1, Number(day), time);
  }
  const named = NAMED.exec(text);
  if (named === null) return undefined;
  const [, month = '', day, before, hours, minutes, seconds, behind] = named;
  const year = Number(before ?? behind ?? SOME_YEAR);
  return secondsOf(year, MONTHS.indexOf(month), Number(day), [hours, minutes, seconds]);
}

function secondsOf(year: number, month: number, day: number, time: readonly (string | undefined)[]): number {
  const [hours = 0, minutes = 0, seconds = 0] = time.map((part) => Number(part?.replace(',', '.')));
  return ((daysTo(year, month, day) * 24 + hours) * 60 + minutes) * 60 + seconds;
}

/** Days since some day, in the Gregorian calendar; a year begins in March here, so that a leap day is its last. */
function daysTo(year: number, month: number, day: number): number {
  const [years, months] = month < 2 ? [year - 1, month + 10] : [year, month - 2];
  const leapDays = Math.floor(years / 4) - Math.floor(years / 100) + Math.floor(years / 400);
  return years * 365 + leapDays + Math.floor((153 * months + 2) / 5) + day;
}
