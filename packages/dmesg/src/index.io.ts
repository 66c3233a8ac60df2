/** Kernel logs on a disk, `@dragon/dmesg/io`: kept apart, because all the rest of the package is pure. */
export { KernelLogError, readKernelLog } from './kernel-log-file.io.ts';
