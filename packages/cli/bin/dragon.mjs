#!/usr/bin/env node
/** The `dragon` command: loads the TypeScript sources as they are. */
import { register } from 'tsx/esm/api';

register();
await import('../src/main.ts');
