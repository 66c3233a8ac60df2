/** A federate process that can host a pinger. */
import { federateMain } from '@dragon/federation';
import { pinger } from './pingers.ts';

await federateMain([pinger]);
