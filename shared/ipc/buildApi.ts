import { fromWireError } from '../lib/appError';
import { requestNames, type Api, type RequestName, type Transport } from './contract';

/** The typed API over a transport. */
export function buildApi(transport: Transport): Api {
  const names = Object.keys(requestNames) as RequestName[];
  const entries = names.map((name) => [
    name,
    async (input: unknown) => {
      const reply = await transport.request(name, input);
      if (!reply.ok) throw fromWireError(reply.error);
      return reply.value;
    },
  ]);
  return Object.fromEntries(entries) as Api;
}
