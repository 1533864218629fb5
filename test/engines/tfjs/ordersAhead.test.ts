import { setTimeout } from 'node:timers/promises';
import fc from 'fast-check';
import { afterEach, expect, test } from 'vitest';
import { controlledOrder } from '../../../electron/engines/tfjs/orders/controlledOrder';
import { OrdersAhead } from '../../../electron/engines/tfjs/orders/ordersAhead';
import { distFolder } from '../../helpers/lab';

const thread = `${distFolder}/electron/orders.cjs`;
const opened: OrdersAhead[] = [];
function ordersAhead(seed: string, count: number, entry: string | null): OrdersAhead {
  const orders = new OrdersAhead(seed, count, entry);
  opened.push(orders);
  return orders;
}
afterEach(() => {
  for (const orders of opened.splice(0)) orders.close();
});

/** The thread returns all epochs of one request in one buffer. */
const cameFromThread = ({ rows }: { rows: Uint32Array }) =>
  rows.buffer.byteLength > rows.byteLength;

test('orders drawn in the thread are the ones drawn here, and are used', async () => {
  const orders = ordersAhead('7', 50, thread);
  expect(orders.take(1)).toEqual(controlledOrder('7', 50, 1));
  orders.expect(2, 10, 35);
  await expect
    .poll(() => cameFromThread(orders.take(2)), { timeout: 20_000, interval: 20 })
    .toBe(true);
  const drawn = Array.from({ length: 33 }, (_, index) => orders.take(index + 3));
  expect(drawn.filter(cameFromThread)).toHaveLength(33);
  drawn.forEach((order, index) => expect(order).toEqual(controlledOrder('7', 50, index + 3)));
});

test('any calls, cut short or not, in time or not, get the same orders', async () => {
  const call = fc.record({
    epochs: fc.integer({ min: 1, max: 30 }),
    ahead: fc.integer({ min: 0, max: 40 }),
    isSlow: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(fc.string(), fc.array(call, { maxLength: 6 }), async (seed, calls) => {
      const orders = ordersAhead(seed, 13, thread);
      let epoch = 0;
      for (const { epochs, ahead, isSlow } of calls) {
        for (let index = 0; index < epochs; index++) {
          epoch++;
          expect(orders.take(epoch)).toEqual(controlledOrder(seed, 13, epoch));
        }
        orders.expect(epoch + 1, ahead, 100);
        if (isSlow) await setTimeout(15);
      }
      orders.close();
    }),
    { numRuns: 30 },
  );
});

test('without a thread, or with one that cannot start, orders are drawn here', async () => {
  for (const entry of [null, '/nowhere/orders.cjs']) {
    const orders = ordersAhead('7', 20, entry);
    orders.expect(1, 30, 60);
    await setTimeout(50);
    orders.expect(31, 30, 60);
    for (let epoch = 1; epoch <= 60; epoch++) {
      expect(orders.take(epoch)).toEqual(controlledOrder('7', 20, epoch));
    }
  }
});
