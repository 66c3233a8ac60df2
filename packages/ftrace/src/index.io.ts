/** The file readers of @dragon/ftrace: `@dragon/ftrace/io`. */
export { type FtraceRead, readFtrace, type ReadFtraceOptions } from './ftrace-file.io.ts';
export { EndlessLine, NotText, openText } from './text-regions.io.ts';
