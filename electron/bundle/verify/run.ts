import { addsUp, evaluationsSchema } from '../../../shared/evaluation/evaluationsFile';
import { callbackRecordSchema } from '../../../shared/training/callbacks/callbackRecord';
import { createHash } from 'node:crypto';
import { z } from 'zod';
import {
  epochOrderSchema,
  epochRecordSchema,
  outcomeSchema,
  runManifestSchema,
  tensorRecordSchema,
  weightHashSchema,
  type RunEvidence,
  type TensorRecord,
} from '../../../shared/runs/run';
import { runFiles } from '../../../shared/runs/runFiles';
import { upgradedManifest } from '../../../shared/runs/upgrade';
import { tensorHashes } from '../../runs/tensorHashes';
import type { Findings } from './findings';
import type { OpenedBundle } from './opened';
import { conforming, type Reader } from './read';

/** Most bytes of row numbers held in memory at once. */
const MOST_ORDER_BYTES = 64 * 1024 * 1024;
const MOST_LOSS_BYTES = 1024 * 1024 * 1024;

/**
 * Checks a run's records against one another: tensors and orders against their hashes, losses
 * against their table and the number of steps.
 * @returns the evidence for a comparison; null where a part of it cannot be read
 */
export function checkRun(
  name: string,
  data: string,
  bundle: OpenedBundle,
  reader: Reader,
  findings: Findings,
): RunEvidence | null {
  const at = (file: string) => `runs/${name}/${file}`;
  const manifest = reader.json(at(runFiles.manifest), (value) =>
    conforming(upgradedManifest(value), runManifestSchema),
  );
  if (manifest !== null && manifest.data.sha256 !== data) {
    findings.add('data-differs', at(runFiles.manifest), data, manifest.data.sha256);
  }
  const losses = checkLosses(at, reader, findings);
  const outcome = reader.has(at(runFiles.outcome))
    ? reader.typed(at(runFiles.outcome), outcomeSchema)
    : null;
  if (outcome !== null && losses !== null && outcome.steps !== losses.length) {
    findings.add('steps-differ', at(runFiles.outcome), losses.length, outcome.steps);
  }
  const orders = checkOrders(at, bundle, reader, findings);
  const weightHashes = reader.has(at(runFiles.weightHashes))
    ? reader.lines(at(runFiles.weightHashes), (value) => conforming(value, weightHashSchema))
    : [];
  if (reader.has(at(runFiles.epochs))) {
    reader.lines(at(runFiles.epochs), (value) => conforming(value, epochRecordSchema));
  }
  if (reader.has(at(runFiles.callbacks))) {
    reader.lines(at(runFiles.callbacks), (value) => conforming(value, callbackRecordSchema));
  }
  if (reader.has(at(runFiles.evaluations))) {
    checkEvaluations(at(runFiles.evaluations), data, reader, findings);
  }
  const initialWeights = checkTensors(
    at(runFiles.initialHashes),
    at(runFiles.initialWeights),
    bundle,
    reader,
    findings,
  );
  const finalWeights = checkTensors(
    at(runFiles.finalHashes),
    at(runFiles.finalWeights),
    bundle,
    reader,
    findings,
  );
  checkTensors(at(runFiles.bestHashes), at(runFiles.bestWeights), bundle, reader, findings);
  if (manifest === null || losses === null || orders === null || weightHashes === null) return null;
  const { rows, ...rest } = orders;
  const dropoutSeeds = checkDropout(at, manifest, losses.length, bundle, reader, findings);
  const weights = { weightHashes, initialWeights, finalWeights };
  return { manifest, losses, outcome, dropoutSeeds, ...weights, ...rest };
}

/** Each is of the run's data, and its counts add up. */
function checkEvaluations(path: string, data: string, reader: Reader, findings: Findings): void {
  for (const own of reader.typed(path, evaluationsSchema)?.evaluations ?? []) {
    if (own.data.sha256 !== data) findings.add('data-differs', path, data, own.data.sha256);
    if (!addsUp(own)) findings.add('evaluation-sums', path, String(own.data.rows), own.weights);
  }
}

type Place = (file: string) => string;

/** Seeds for every step and call if dropout drew from the global generator, otherwise none. */
function checkDropout(
  at: Place,
  { format, randomness, dropout }: RunEvidence['manifest'],
  steps: number,
  bundle: OpenedBundle,
  reader: Reader,
  findings: Findings,
): Int32Array | null {
  const path = at(runFiles.dropoutSeeds);
  const isDrawn = format > 1 && randomness.regime === 'global';
  const length = isDrawn ? steps * dropout.length * 8 : 0;
  const size = bundle.files.get(path)?.size ?? 0;
  if (size !== length) {
    findings.add('dropout-length', path, `${length} bytes`, `${size} bytes`);
    return null;
  }
  const bytes = length === 0 ? null : reader.bytes(path, MOST_LOSS_BYTES);
  return bytes && new Int32Array(bytes.buffer, bytes.byteOffset, length / 4);
}

function checkLosses(at: Place, reader: Reader, findings: Findings): Float32Array | null {
  const bytes = reader.bytes(at(runFiles.losses), MOST_LOSS_BYTES);
  if (bytes === null) return null;
  if (bytes.length % 4 !== 0) {
    findings.add('file-malformed', at(runFiles.losses), 'a multiple of 4 bytes', bytes.length);
    return null;
  }
  const losses = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
  const csv = at('losses.csv');
  if (!reader.has(csv)) {
    findings.add('file-missing', csv);
    return losses;
  }
  let step = -1;
  for (const line of reader.eachLine(csv)) {
    const expected = step < 0 ? 'step,loss' : `${step + 1},${losses[step]}`;
    const isSame =
      step < 0
        ? line === 'step,loss'
        : step < losses.length && isLossLine(line, step, losses[step] as number);
    if (!isSame) {
      findings.add('csv-differs', `${csv}:${step + 2}`, expected, line);
      return losses;
    }
    step++;
  }
  if (step !== losses.length) findings.add('csv-differs', csv, losses.length, Math.max(step, 0));
  return losses;
}

const NUMBER = /^-?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/;

function isLossLine(line: string, step: number, loss: number): boolean {
  const [number, text = '', more] = line.split(',');
  if (number !== String(step + 1) || more !== undefined) return false;
  if (!Number.isFinite(loss)) return text === String(loss);
  return NUMBER.test(text) && Object.is(Math.fround(Number(text)), loss);
}

function checkOrders(at: Place, bundle: OpenedBundle, reader: Reader, findings: Findings) {
  const [lines, rows] = [at(runFiles.orders), at(runFiles.orderRows)];
  if (!reader.has(lines) && !reader.has(rows)) return { orders: [], rows: 0, orderOf: () => null };
  const orders = reader.lines(lines, (value) => conforming(value, epochOrderSchema));
  const file = bundle.files.get(rows);
  if (orders === null) return null;
  const total = orders.reduce((sum, own) => sum + own.rows, 0);
  if (file === undefined || file.size !== total * 4) {
    findings.add('order-length', rows, `${total * 4} bytes`, `${file?.size ?? 0} bytes`);
    return null;
  }
  let start = 0;
  const starts = orders.map((own) => {
    const [begin, length] = [start, own.rows * 4];
    start += length;
    if (length <= MOST_ORDER_BYTES) {
      const found = file.use((source) =>
        createHash('sha256').update(source.read(begin, length)).digest('hex'),
      );
      if (found !== own.sha256)
        findings.add('order-hash', `${rows} epoch ${own.epoch}`, own.sha256, found);
    } else findings.add('file-too-large', rows, `${MOST_ORDER_BYTES} bytes an epoch`, length);
    return begin;
  });
  const orderOf = (epoch: number) => {
    const place = orders.findIndex((own) => own.epoch === epoch);
    const own = orders[place];
    if (own === undefined) return null;
    const bytes = file.use((source) => source.read(starts[place] as number, own.rows * 4));
    return new Uint32Array(bytes.buffer, 0, own.rows);
  };
  return { orders, rows: total, orderOf };
}

function checkTensors(
  hashes: string,
  weights: string,
  bundle: OpenedBundle,
  reader: Reader,
  findings: Findings,
): readonly TensorRecord[] | null {
  const file = bundle.files.get(weights);
  // A run that died has neither.
  if (file === undefined && !reader.has(hashes)) return null;
  if (file === undefined) {
    findings.add('file-missing', weights);
    return null;
  }
  const records = reader.typed(hashes, z.array(tensorRecordSchema));
  if (records === null) return null;
  let found;
  try {
    found = file.use(tensorHashes);
  } catch (error) {
    findings.add(
      'file-malformed',
      weights,
      'safetensors',
      error instanceof Error ? error.message : null,
    );
    return null;
  }
  for (const { layer, role, shape, sha256: expected } of records) {
    const name = `${layer}/${role}`;
    const own = found.get(name);
    found.delete(name);
    const place = `${weights} ${name}`;
    if (own === undefined) findings.add('tensor-missing', place, expected);
    else if (own.sha256 !== expected) findings.add('tensor-hash', place, expected, own.sha256);
    else if (own.shape.join() !== shape.join())
      findings.add('tensor-hash', place, `[${shape.join(', ')}]`, `[${own.shape.join(', ')}]`);
  }
  for (const [name, own] of found) findings.add('tensor-missing', `${hashes} ${name}`, own.sha256);
  return records;
}
