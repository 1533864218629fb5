import type { Get } from '../runtime/download';

/** Requests through Node's own fetch. */
export const nodeGet: Get = async (url, headers, signal) => {
  const { status, headers: own, body } = await fetch(url, { headers: { ...headers }, signal });
  return {
    status,
    header: (name) => own.get(name) ?? undefined,
    body: (body ?? []) as unknown as AsyncIterable<Uint8Array>,
  };
};
