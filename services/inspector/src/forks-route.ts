/** Requests to record a fork: heard from who has the token, checked, and answered with what was written. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { AgentFault, type Plan, planFrom } from '@dragon/engine';
import type { ForkRequest } from '@dragon/inspection';
import { printable, TraceError } from '@dragon/report';
import { DEFINITIONS, refusedMessage } from '@dragon/scenarios';
import { FORK_REQUEST } from './feed-request.ts';
import type { ForkRecorder } from './fork-recorder.ts';
import { isToken } from './request-guard.ts';

/** Bytes of the longest request: the plan of a machine of 1,024 CPUs is 1.7 million. */
const LONGEST_BODY = 8_388_608;

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
  if (request.method !== 'POST') {
    response.setHeader('Allow', 'POST');
    return answer(405, { why: 'A fork is posted.' });
  }
  if (!isToken(authorization, `Bearer ${token}`))
    return answer(403, { why: 'This page may only watch: open it by the address that the command printed.' });
  if (type !== 'application/json') return answer(415, { why: 'A fork is posted as application/json.' });
  if (recorder.isBusy) return answer(409, { why: 'Another fork is being recorded: try again when it is done.' });
  const body = await bodyOf(request);
  if (body === undefined) {
    // The rest of it is not waited for.
    response.setHeader('Connection', 'close');
    return answer(413, { why: `The plan of this fork is too long: ${LONGEST_BODY >> 20} MiB are the most.` });
  }
  if (body.it === undefined) return answer(400, { why: 'A fork is JSON, and this is none.' });
  let fork: ForkRequest;
  try {
    fork = forkOf(body.it);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return answer(422, { why: `The fork cannot be made: ${printable(error.message)}.` });
  }
  if (recorder.isBusy) return answer(409, { why: 'Another fork is being recorded: try again when it is done.' });
  try {
    return answer(200, await recorder.record(fork));
  } catch (error) {
    if (error instanceof AgentFault) return answer(422, { why: refusalOf(fork.plan, error) });
    const why = error instanceof TraceError ? error.message : `The fork could not be run: ${messageOf(error)}`;
    return answer(500, { why });
  }
}

/** Throws a `RangeError`, in one line, for what is none that can be run. */
function forkOf(body: unknown): ForkRequest {
  const { data, error } = FORK_REQUEST.safeParse(body);
  if (data === undefined) {
    const [issue] = error.issues;
    throw new RangeError([issue?.path.join('.'), issue?.message].filter(Boolean).join(': '));
  }
  const plan = planFrom(data.plan);
  const unknown = plan.agents.find(({ kind }) => !DEFINITIONS.has(kind));
  if (unknown !== undefined)
    throw new RangeError(`this plan cannot be run: there are no agents of kind ${unknown.kind}`);
  return { subject: data.subject, plan };
}

/** Of an agent that failed the plan is to blame: what it does with plans of ours is tested. */
function refusalOf(plan: Plan, { event, message }: AgentFault): string {
  const [why = ''] = message.split('\n');
  return printable(refusedMessage(plan, event?.at, why) ?? `The fork cannot be made: ${why}`);
}

const messageOf = (error: unknown) => printable(error instanceof Error ? error.message : String(error));

/** Undefined if it is too long, or its sender has gone away; what is no JSON has nothing in it. */
async function bodyOf(request: IncomingMessage): Promise<{ readonly it: unknown } | undefined> {
  const parts: Buffer[] = [];
  let length = Number(request.headers['content-length'] ?? 0);
  if (length > LONGEST_BODY) return undefined;
  length = 0;
  try {
    // Whoever leaves this loop early still has to answer on this connection.
    for await (const part of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
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
    return { it: undefined };
  }
}
