/** The public names of @dragon/dmesg: kernel logs read and judged; what touches files is in `@dragon/dmesg/io`. */
export { type LogFindings, logFindings } from './log-findings.ts';
export { type FindingsJson, findingsJson } from './log-json.ts';
export { logText } from './log-text.ts';
