/** Requests to record a fork: heard from who has the token, checked, and answered with what was written. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { AgentFault, type Plan } from '@dragon/engine';
import { TraceError } from '@dragon/report';
import { refusedMessage } from '@dragon/scenarios';
import { FORK_REQUEST } from './feed-request.ts';
import type { ForkRecorder } from './fork-recorder.ts';
import { isToken } from './request-guard.ts';

/** Bytes of the longest request: the plan of a machine of many CPUs is a few megabytes. */
const LONGEST_BODY = 67_108_864;

export interface ForksRouteOptions {
  readonly recorder: ForkRecorder;
  readonly token: string;
}

export async function answerFork(
  request: IncomingMessage,
  response: ServerResponse,
  { recorder, token }: ForksRouteOptions,
): Promise<void> {
  const answer = (status: number, body: object) => {
    response.writeHead(status, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' });
    response.end(JSON.stringify(body));
  };
  const { authorization = '', 'content-type': type } = request.headers;
  if (request.method !== 'POST') return answer(405, { why: 'A fork is posted.' });
  if (!isToken(authorization, `Bearer ${token}`))
    return answer(403, { why: 'This page may only watch: open it by the address that the command printed.' });
  if (type !== 'application/json') return answer(415, { why: 'A fork is posted as application/json.' });
  if (recorder.isBusy) return answer(409, { why: 'Another fork is being recorded: try again when it is done.' });
  const body = await bodyOf(request);
  if (body === undefined) return answer(413, { why: 'The plan of this fork is too long.' });
  const { success, data: fork } = FORK_REQUEST.safeParse(body.it);
  if (!success) return answer(400, { why: 'That is not the plan of a fork.' });
  if (recorder.isBusy) return answer(409, { why: 'Another fork is being recorded: try again when it is done.' });
  try {
    return answer(200, await recorder.record(fork));
  } catch (error) {
    const refusal = error instanceof AgentFault ? refusalOf(fork.plan, error) : undefined;
    if (refusal !== undefined) return answer(422, { why: refusal });
    const why = error instanceof TraceError ? error.message : `The fork could not be run: ${messageOf(error)}`;
    return answer(500, { why });
  }
}

function refusalOf(plan: Plan, { event, message }: AgentFault): string | undefined {
  const [why = ''] = message.split('\n');
  return refusedMessage(plan, event?.at, why);
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

/** Undefined if it is too long, or its sender has gone away; what is no JSON is null. */
async function bodyOf(request: IncomingMessage): Promise<{ readonly it: unknown } | undefined> {
  const parts: Buffer[] = [];
  let length = 0;
  try {
    for await (const part of request as AsyncIterable<Buffer>) {
      length += part.length;
      if (length > LONGEST_BODY) return undefined;
      parts.push(part);
    }
  } catch {
    return undefined;
  }
  try {
    return { it: JSON.parse(Buffer.concat(parts).toString()) };
  } catch {
    return { it: null };
  }
}
