import { net } from 'electron';
import type { Answer, Get } from '../runtime/download';

/** Requests through Chromium's network stack, which knows the system's proxies and certificates. */
export const netGet: Get = (url, headers, signal) =>
  new Promise<Answer>((resolve, reject) => {
    const request = net.request({ url, redirect: 'follow' });
    for (const [name, value] of Object.entries(headers)) request.setHeader(name, value);
    const abort = () => request.abort();
    signal.addEventListener('abort', abort, { once: true });
    request.on('error', reject);
    request.on('abort', () => reject(new Error('it was stopped')));
    request.on('response', (response) => {
      resolve({
        status: response.statusCode,
        header: (name) => {
          const value = response.headers[name];
          return Array.isArray(value) ? value[0] : value;
        },
        // An Electron response is a Node stream, though its types do not say so.
        body: response as unknown as AsyncIterable<Uint8Array>,
      });
    });
    request.end();
  });
