/** The public names of @dragon/dmesg: kernel logs read and judged; what touches files is in `@dragon/dmesg/io`. */
export { type Diagnosis, diagnosis, type Root, type Verdict } from './diagnosis.ts';
export { KernelLogParser, type KernelLog } from './kernel-log-parser.ts';
