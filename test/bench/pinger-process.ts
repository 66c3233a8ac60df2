/** A federate process that can host a pinger. */
import type { AgentDefinition } from '@dragon/engine';
import { federateMain } from '@dragon/federation';
import { pinger } from './pingers.ts';

await federateMain([pinger as AgentDefinition]);
